"""A trial and what is said when a message cannot go: in one line with what to do, never with an address or a secret."""

import json
import logging
import smtplib
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.installation import OneLineError
from dags import notifying, sending
from dags.alert_commands import alerts

sys.path.insert(0, str(Path(__file__).parent))
from listeners import hook_server, mail_server, objects

pytestmark = pytest.mark.airflow
TO = "one.person@example.org"


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    handlers = list(logging.getLogger().handlers)
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    for name in (notifying.MAIL, notifying.WEBHOOK, "WEERZIEN_EXPORTS", "WEERZIEN_RUNBOOK"):
        monkeypatch.delenv(name, raising=False)
    from dags import alert_commands, webhook

    monkeypatch.setattr(webhook, "SECONDS_BETWEEN_TRIES", 0.0)
    # These settings of Airflow would stay for the tests that follow.
    monkeypatch.setattr(alert_commands, "set_airflow_up", lambda: None)
    yield
    logging.getLogger().handlers = handlers


def connected(monkeypatch, port: int, **changed) -> None:
    extra = {"from_email": "weerzien@example.org", "disable_ssl": True, "disable_tls": True, "retry_limit": 0}
    where = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra | changed}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(where))


def test_a_trial_arrives_by_both_ways_and_counts_as_nothing_told(tmp_path, monkeypatch):
    with mail_server() as post, hook_server() as hook:
        connected(monkeypatch, post.server_address[1])
        monkeypatch.setenv(notifying.MAIL, TO)
        monkeypatch.setenv(notifying.WEBHOOK, f"http://127.0.0.1:{hook.server_address[1]}/hook")
        done = CliRunner().invoke(alerts, ["--try"])
        assert len(post.got) == 1
        (said,) = objects(hook)
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "mail: proefbericht aangenomen / trial taken", "webhook: proefbericht aangenomen / trial taken",
    ]  # fmt: skip
    assert said["alerts"] == [] and "Nothing is the matter" in said["text"]
    assert not (tmp_path / "home" / notifying.TOLD_FILE).exists()


def test_a_trial_that_one_way_does_not_take_still_goes_by_the_other_and_ends_red(monkeypatch):
    with hook_server() as hook:
        monkeypatch.setenv(notifying.MAIL, TO)
        monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT", raising=False)
        monkeypatch.setenv(notifying.WEBHOOK, f"http://127.0.0.1:{hook.server_address[1]}/hook")
        done = CliRunner().invoke(alerts, ["--try"])
        assert len(hook.got) == 1
    assert isinstance(done.exception, OneLineError)
    assert "webhook: proefbericht aangenomen" in done.output
    assert TO not in done.output


def test_a_trial_without_anybody_to_tell_says_what_to_set():
    done = CliRunner().invoke(alerts, ["--try"])
    assert isinstance(done.exception, OneLineError) and notifying.MAIL in str(done.exception)


def refused(monkeypatch) -> str:
    with pytest.raises(OneLineError) as error:
        sending.mail(TO, "subject", ["line"])
    assert TO not in str(error.value) and "geheim" not in str(error.value)
    assert error.value.__cause__ is None and error.value.__context__ is None
    return str(error.value)


def test_a_server_that_is_not_there(monkeypatch):
    with mail_server() as post:
        port = post.server_address[1]
    connected(monkeypatch, port)
    assert refused(monkeypatch) == "the mail server did not take the message (ConnectionRefusedError)"


def test_a_connection_without_a_sender(monkeypatch):
    with mail_server() as post:
        connected(monkeypatch, post.server_address[1], from_email=None)
        assert "from_email" in refused(monkeypatch)


def test_a_provider_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "airflow.providers.smtp.notifications.smtp", None)
    assert refused(monkeypatch) == (
        "mail needs apache-airflow-providers-smtp, which is in requirements.lock: "
        "pip install apache-airflow-providers-smtp"
    )


def test_a_connection_that_is_not_there_or_a_login_that_is_refused(monkeypatch):
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier
    from airflow.sdk.exceptions import AirflowException, AirflowNotFoundException

    def hidden(cause: Exception):
        def notify(self, context):
            try:
                raise cause
            except Exception:
                raise AirflowException(f"of {TO}") from None

        return notify

    for cause, expected in (
        (AirflowNotFoundException("smtp_default"), "there is no Airflow connection for mail"),
        (smtplib.SMTPAuthenticationError(535, b"geheim"), "the mail server refuses the login"),
        (smtplib.SMTPRecipientsRefused({TO: (550, b"geheim")}), "did not take the message"),
    ):
        monkeypatch.setattr(SmtpNotifier, "notify", hidden(cause))
        assert expected in refused(monkeypatch)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("https://docs.example.org/weerzien/runbook", "https://docs.example.org/weerzien/runbook#register_late"),
        ("https://docs.example.org/runbook#top", "https://docs.example.org/runbook#register_late"),
        ("http://docs.example.org/runbook", "docs/runbook.md#register_late"),
        ("https://me:geheim@docs.example.org", "docs/runbook.md#register_late"),
        ("https://docs.example.org/?token=geheim", "docs/runbook.md#register_late"),
        ("", "docs/runbook.md#register_late"),
    ],
)
def test_an_alert_links_to_its_section_where_the_runbook_is_kept(monkeypatch, place, expected):
    from datetime import date

    from monitoring.operational.declared import OperationalAlert

    monkeypatch.setenv("WEERZIEN_RUNBOOK", place)
    assert OperationalAlert("register_late", date(2005, 6, 30), "ikps", {"nights_late": 1}).section() == expected
