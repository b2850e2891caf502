"""The page as a Django application."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Label of the models and permissions."""

    name = "monitoring.web"
    label = "portal"
    verbose_name = "Weerzien"

    def ready(self) -> None:
        """Log who signs in and out."""
        from monitoring.web import audit

        audit.listen()
