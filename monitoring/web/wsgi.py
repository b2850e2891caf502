"""The page as a WSGI application, for the server that comes with it or any other."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitoring.web.settings")
application = get_wsgi_application()
