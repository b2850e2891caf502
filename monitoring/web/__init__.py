"""The bureau's page: a Django project on the published tables, under a role that cannot read identifying values."""
