"""One message out: by mail through Airflow's connection for mail, by webhook. What went wrong is said in one line.

No line quotes an address or an answer of a server: both may hold a name.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.installation import OneLineError

PROVIDER = "apache-airflow-providers-smtp"


def post(whom: str, message: Mapping[str, Any]) -> None:
    """Post an object to a webhook; raises OneLineError when nobody took it."""
    from dags.webhook import WebhookNotifier

    WebhookNotifier(whom, message).notify({})


def mail(whom: str, subject: str, lines: Iterable[str]) -> None:
    """Mail lines to addresses between commas; raises OneLineError when the mail could not be handed over."""
    from monitoring.operational.message import as_html

    said = ""
    try:
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        SmtpNotifier(
            to=[address.strip() for address in whom.split(",") if address.strip()],
            subject=subject,
            html_content=as_html(lines),
            # Not called but asked to notify: what is written is no template.
        ).notify({})
    except Exception as error:
        said = _in_words(error)
    # Raised outside the handler: the cause quotes addresses.
    if said:
        raise OneLineError(said)


def _in_words(error: Exception) -> str:
    from airflow.sdk.exceptions import AirflowNotFoundException

    # The provider hides some causes behind its own exception.
    causes = [error, error.__cause__, error.__context__]
    kind = type(error.__cause__ or error.__context__ or error).__name__
    if isinstance(error, ImportError):
        return f"mail needs {PROVIDER}, which is in requirements.lock: pip install {PROVIDER}"
    if any(isinstance(cause, AirflowNotFoundException) for cause in causes):
        return "there is no Airflow connection for mail (smtp_default); make it: docs/runbook.md"
    if any(isinstance(cause, smtplib.SMTPAuthenticationError) for cause in causes):
        return "the mail server refuses the login of the connection for mail; mend its login or password"
    if isinstance(error, ValueError):
        return "the connection for mail names no sender; give it from_email in extra"
    return f"the mail server did not take the message ({kind})"
