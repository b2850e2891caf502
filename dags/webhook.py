"""A notifier of Airflow that posts JSON to a webhook: an https URL, or an Airflow connection that holds its secrets.

Of a connection: host (or a whole URL in it), schema, port, `path` in extra; its password goes along as a bearer token.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook, BaseNotifier

from connectors.installation import OneLineError
from dags.webhook_address import encrypted, is_address, without_secret

if TYPE_CHECKING:
    from airflow.sdk import Context

TRIES = 3
SECONDS_BETWEEN_TRIES = 2.0
SECONDS_FOR_ONE = 10


class WebhookNotifier(BaseNotifier):
    """Posts one object; tries a few times, follows no redirection. `where`: an https URL or the id of a connection."""

    def __init__(self, where: str, message: Mapping[str, Any]) -> None:
        """Post `message` to `where`."""
        super().__init__()
        self.where = where
        self.message = message

    def notify(self, context: "Context") -> None:
        """Post the message; raises OneLineError, without the address, when nobody took it."""
        import requests

        url, headers = address_of(self.where)
        said = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(SECONDS_BETWEEN_TRIES)
            try:
                answer = requests.post(
                    url, json=self.message, headers=headers, timeout=SECONDS_FOR_ONE, allow_redirects=False
                )
            except requests.RequestException as error:
                # Its message quotes the address.
                said = type(error).__name__
                continue
            if answer.status_code < 300:
                return
            said = f"answer {answer.status_code}"
            if answer.status_code < 500:
                break
        raise OneLineError(f"the webhook did not take the message ({said})")


def address_of(where: str) -> tuple[str, dict[str, str]]:
    """Return the URL and the headers of a webhook.

    Raises OneLineError for a URL that is not https or that holds a secret, and for a connection that is not there.
    """
    if is_address(where):
        return encrypted(without_secret(where)), {}
    try:
        connection = BaseHook.get_connection(where)
    except Exception:
        raise OneLineError("WEERZIEN_ALERT_WEBHOOK names an Airflow connection that is not there; make it") from None
    host = connection.host or ""
    if not is_address(host):
        scheme = connection.schema or "https"
        host = f"{scheme}://{host}" + (f":{connection.port}" if connection.port else "")
    path = str(connection.extra_dejson.get("path") or "").lstrip("/")
    headers = {"Authorization": f"Bearer {connection.password}"} if connection.password else {}
    return encrypted(f"{host.rstrip('/')}/{path}" if path else host), headers
