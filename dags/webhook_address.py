"""What may be an address of a webhook in a setting; known without Airflow, so that the doctor can tell beforehand."""

from __future__ import annotations

from urllib.parse import urlsplit

from connectors.installation import OneLineError
from dags.airflow_home import THIS_MACHINE


def is_address(where: str) -> bool:
    """Whether a setting holds an address; else it names an Airflow connection."""
    return "://" in where


def without_secret(where: str) -> str:
    """Return an address of a setting; raises OneLineError, without quoting it, when it holds a secret."""
    parts = urlsplit(where)
    if parts.username or parts.password or parts.query:
        raise OneLineError("WEERZIEN_ALERT_WEBHOOK holds a secret; name an Airflow connection in it instead")
    return where


def encrypted(url: str) -> str:
    """Return an address; raises OneLineError, without quoting it, when it is not https and not this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in THIS_MACHINE):
        raise OneLineError("the webhook is not an https address; give one that is")
    return url
