"""Messages that really arrive: by mail, webhook and StatsD, and what happens where nobody takes them."""

from __future__ import annotations

import email
import json
import logging
import socket
import sys
import types
from datetime import date, timedelta
from email import policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from connectors.installation import OneLineError
from dags import gauging, notifying
from dags.airflow_home import DAGS_FOLDER
from monitoring.operational.declared import OperationalAlert, kinds_of, stages
from monitoring.operational.gauges import Gauge, seconds_of

sys.path.insert(0, str(Path(__file__).parent))
from listeners import hook_server, mail_server, objects, statsd_server

pytestmark = pytest.mark.airflow
NIGHT = date(2005, 6, 30)


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    handlers = list(logging.getLogger().handlers)
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    for name in (notifying.MAIL, notifying.WEBHOOK, "WEERZIEN_EXPORTS"):
        monkeypatch.delenv(name, raising=False)
    import airflow.settings  # noqa: F401

    from dags import webhook

    monkeypatch.setattr(webhook, "SECONDS_BETWEEN_TRIES", 0.0)
    yield
    logging.getLogger().handlers = handlers


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO, logger="weerzien.night")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "weerzien.night"]


def late(night: date, *registers: str, is_synthetic: bool = False) -> None:
    alerts = [OperationalAlert("register_late", night, name, {"nights_late": 1}) for name in registers]
    kinds = kinds_of("watch")
    notifying.tell_alerts(alerts, lambda key: notifying.kind_of(key) in kinds, night, is_synthetic)


def mail_to(port: int, monkeypatch) -> None:
    extra = {
        "from_email": "weerzien@example.org",
        "disable_ssl": True,
        "disable_tls": True,
        "retry_limit": 0,
        "timeout": 2,
    }
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    monkeypatch.setenv(notifying.MAIL, "one@example.org, two@example.org")


def test_nobody_is_told_where_no_setting_names_anybody(tmp_path, said):
    late(NIGHT, "ikps")
    assert said() == []
    assert not (tmp_path / "home" / notifying.TOLD_FILE).exists()


def test_a_mail_arrives_once_for_a_night_and_once_when_it_is_over(monkeypatch):
    with mail_server() as server:
        mail_to(server.server_address[1], monkeypatch)
        late(NIGHT, "ikps", is_synthetic=True)
        late(NIGHT, "ikps", is_synthetic=True)
        late(NIGHT + timedelta(days=1), is_synthetic=True)
        late(NIGHT + timedelta(days=1), is_synthetic=True)
        mails = [email.message_from_bytes(message, policy=policy.default) for message in server.got]
    assert [mail["to"] for mail in mails] == ["one@example.org, two@example.org"] * 2
    assert [mail["subject"].split(": ")[1] for mail in mails] == ["1 nieuw / new", "1 voorbij / over"]
    body = mails[0].get_body().get_content()
    assert "IKPS: 1 nacht(en) langer stil dan mag." in body
    assert "docs/runbook.md#register_late" in body
    assert "synthetic" in body


def test_a_webhook_that_stumbles_is_tried_again_and_one_that_refuses_is_not(monkeypatch, said):
    with hook_server() as server:
        monkeypatch.setenv(notifying.WEBHOOK, f"http://127.0.0.1:{server.server_address[1]}/hook")
        server.answers[:] = [503, 200, 403]
        late(NIGHT, "ikps")
        late(NIGHT + timedelta(days=1), "ikps", "stv")
        late(NIGHT + timedelta(days=2), "ikps", "stv")
        assert [[(entry["subject"], entry["state"]) for entry in got["alerts"]] for got in objects(server)] == [
            [("ikps", "new")],
            [("ikps", "new")],
            [("stv", "new"), ("ikps", "standing")],
            [("stv", "new"), ("ikps", "standing")],
        ]
    assert "alerts unsent by webhook: the webhook did not take the message (answer 403)" in said()


def test_a_connection_gives_its_password_as_a_token_and_not_in_the_address(monkeypatch):
    with hook_server() as server:
        where = {"conn_type": "http", "host": "127.0.0.1", "schema": "http", "port": server.server_address[1],
                 "password": "closed", "extra": {"path": "/weerzien"}}  # fmt: skip
        monkeypatch.setenv("AIRFLOW_CONN_OPERATORS", json.dumps(where))
        monkeypatch.setenv(notifying.WEBHOOK, "operators")
        late(NIGHT, "ikps")
        ((path, headers, _),) = server.got
    assert (path, headers["Authorization"]) == ("/weerzien", "Bearer closed")


@pytest.mark.parametrize(
    "where",
    ["http://example.org/x", "https://me:geheim@example.org/x", "https://example.org/x?token=closed", "not_there"],
)
def test_a_webhook_that_is_not_safe_is_refused_without_being_quoted(where):
    from dags.webhook import address_of

    with pytest.raises(OneLineError) as error:
        address_of(where)
    assert where not in str(error.value)
    assert not any(word in str(error.value) for word in ("closed", "geheim"))


def test_a_message_that_nobody_takes_is_a_line_and_is_told_later(monkeypatch, said):
    with mail_server() as server:
        port = server.server_address[1]
    mail_to(port, monkeypatch)
    late(NIGHT, "ikps")
    (line,) = said()
    assert line.startswith("alerts unsent by mail: ")
    with mail_server() as server:
        mail_to(server.server_address[1], monkeypatch)
        late(NIGHT, "ikps")
        assert len(server.got) == 1


def context(dag: str, task: str) -> dict:
    params = {"exports": None, "night": "2005-06-30", "at": None}
    run = SimpleNamespace(logical_date=None, run_after=None)
    error = ValueError("Verzonnen Naam stv/2004/12")
    return {"ti": SimpleNamespace(dag_id=dag, task_id=task), "params": params, "dag_run": run, "exception": error}


def test_a_red_task_is_told_by_its_name_only_until_it_is_green_and_the_verdict_is_not(monkeypatch):
    with hook_server() as server:
        monkeypatch.setenv(notifying.WEBHOOK, f"http://127.0.0.1:{server.server_address[1]}/hook")
        for done in (notifying.task_failed, notifying.task_failed, notifying.task_done):
            done(context("nightly", "link"))
        notifying.task_failed(context("nightly", "verdict"))
        got = objects(server)
        everything = b"".join(body for _, _, body in server.got)
    assert [(entry["subject"], entry["state"]) for said in got for entry in said["alerts"]] == [
        ("nightly.link", "new"), ("nightly.link", "over"),
    ]  # fmt: skip
    assert b"Verzonnen" not in everything and b"2004/12" not in everything


def test_the_declared_tasks_are_those_of_the_dags():
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(DAGS_FOLDER), safe_mode=False)
    tasks = {f"{dag}.{task.task_id}" for dag, of in bag.dags.items() for task in of.tasks}
    assert tasks - {"nightly.verdict"} == stages()
    for dag in bag.dags.values():
        for task in dag.tasks:
            assert task.has_on_failure_callback and task.has_on_success_callback, task.task_id


class Client:
    """Speaks StatsD as the package `statsd`, which is not in the lock, does: one datagram per gauge."""

    def __init__(self, host: str, port: int, prefix: str, ipv6: bool) -> None:
        self.where, self.prefix = (host, int(port)), prefix

    def gauge(self, stat: str, value: float, rate: float, delta: bool) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(f"{self.prefix}.{stat}:{value}|g".encode(), self.where)


def test_gauges_arrive_at_statsd_where_it_is_on_and_nowhere_else(monkeypatch):
    from airflow.sdk.observability import stats

    gauges = [Gauge("weerzien.registrations", 7, {"register": "stv"}), seconds_of("nightly.link", 2.5)]
    monkeypatch.setitem(sys.modules, "statsd", types.SimpleNamespace(StatsClient=Client))
    with statsd_server() as lines:
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_HOST", "127.0.0.1")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_PORT", str(lines.port))
        assert not gauging.are_on()
        gauging.begin()
        gauging.send(gauges)
        assert lines() == []
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_ON", "True")
        gauging.begin()
        gauging.send(gauges)
        assert lines() == [
            "airflow.weerzien.registrations.stv:7|g",
            "airflow.weerzien.stage_seconds.nightly_link:2.5|g",
        ]
    from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger

    stats.initialize(factory=NoStatsLogger, export_legacy_names=True)


def test_what_the_night_could_not_tell_the_watch_tells_and_only_once(monkeypatch):
    from dags import watching
    from monitoring import database
    from monitoring.operational import alerts, nights

    shown = SimpleNamespace(night=NIGHT, origin="", is_synthetic=False)
    refused = OperationalAlert("delivery_refused", NIGHT, "ikps", {"since": NIGHT})
    seen = SimpleNamespace(registers=(), is_synthetic=False,
                           night=SimpleNamespace(fault=None, expected=NIGHT, published=NIGHT))  # fmt: skip
    monkeypatch.setattr(database, "connect", lambda installation: None)
    monkeypatch.setattr(nights, "shown_night", lambda engine: shown)
    monkeypatch.setattr(alerts, "operational_alerts", lambda engine, origin, night: [refused])
    monkeypatch.setattr(watching, "look", lambda exports, moment: seen)
    monkeypatch.setattr(watching, "moment_of_run", lambda context: None)
    with hook_server() as server:
        monkeypatch.setenv(notifying.WEBHOOK, f"http://127.0.0.1:{server.server_address[1]}/hook")
        server.answers[:] = [403]
        notifying.after_publish(context("nightly", "publish"))
        for _ in range(2):
            notifying.after_watch(context("watch", "notice_what_did_not_come"))
        told = [["delivery_refused"]] * 2
        assert [[entry["kind"] for entry in got["alerts"]] for got in objects(server)] == told
        notifying.after_publish(context("nightly", "publish"))
        assert len(server.got) == len(told)
