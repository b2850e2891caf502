"""The page as a WSGI application, for the server that comes with it or any other."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitoring.web.settings")
application = get_wsgi_application()

# Every page, before the workers part: what a page reckons ahead is known once it is read.
import monitoring.web.routes  # noqa: E402, F401
