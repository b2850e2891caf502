"""What the doctor says of alerts, metrics and lineage; nothing is sent and no secret is told."""

import json

import pytest

from connectors.installation import Installation
from dags.doctor import seeing
from dags.lineage import FILTER

SECRET = "geheim"
MAIL, WEBHOOK = "WEERZIEN_ALERT_MAIL", "WEERZIEN_ALERT_WEBHOOK"
TRANSPORT = "AIRFLOW__OPENLINEAGE__TRANSPORT"
FILTERED = json.dumps({"type": "transform", "transformer_class": FILTER, "transport": {"type": "console"}})


@pytest.fixture
def states(tmp_path, monkeypatch):
    """The states of a check under settings, with packages that are not there."""

    def of(check, settings: dict[str, str], *absent: str) -> list[str]:
        is_there = lambda package: package not in absent  # noqa: E731
        monkeypatch.setattr(seeing, "_is_installed", is_there)
        findings = list(check(Installation(tmp_path), settings))
        assert SECRET not in " ".join(finding.line for finding in findings)
        assert all(finding.do or finding.state != "warn" for finding in findings)
        return [finding.state for finding in findings]

    return of


@pytest.mark.parametrize(
    ("settings", "absent", "expected"),
    [
        ({}, (), ["warn"]),
        ({MAIL: "a@example.org"}, (), ["warn"]),
        ({MAIL: "a@example.org", "AIRFLOW_CONN_SMTP_DEFAULT": SECRET}, (), ["ok"]),
        ({MAIL: "a@example.org", "AIRFLOW_CONN_SMTP_DEFAULT": SECRET}, (seeing.PROVIDER,), ["wrong"]),
        ({MAIL: "a@example.org", "AIRFLOW_CONN_POST": SECRET, "AIRFLOW__EMAIL__EMAIL_CONN_ID": "post"}, (), ["ok"]),
        ({WEBHOOK: "https://example.org/hook"}, (), ["ok"]),
        ({WEBHOOK: f"https://me:{SECRET}@example.org/hook"}, (), ["wrong"]),
        ({WEBHOOK: f"https://example.org/hook?{SECRET}"}, (), ["wrong"]),
        ({WEBHOOK: "http://example.org/hook"}, (), ["wrong"]),
        ({WEBHOOK: "operators"}, (), ["warn"]),
        ({WEBHOOK: "operators", "AIRFLOW_CONN_OPERATORS": SECRET}, (), ["ok"]),
        ({WEBHOOK: "https://example.org", "WEERZIEN_RUNBOOK": "https://docs.example.org/runbook"}, (), ["ok"]),
        ({WEBHOOK: "https://example.org", "WEERZIEN_RUNBOOK": f"https://x:{SECRET}@example.org"}, (), ["ok", "wrong"]),
    ],
)
def test_whether_somebody_can_be_told_is_said_beforehand(states, settings, absent, expected):
    assert states(seeing.told, settings, *absent) == expected


@pytest.mark.parametrize(
    ("on", "absent", "expected"),
    [
        ([], (), ["ok"]),
        (["STATSD_ON"], (), ["ok"]),
        (["STATSD_ON"], ("statsd",), ["wrong"]),
        (["OTEL_ON"], ("statsd",), ["ok"]),
        (["OTEL_ON", "STATSD_ON"], (), ["ok", "warn"]),
    ],
)
def test_metrics_that_cannot_go_out_are_said(states, on, absent, expected):
    assert states(seeing.metrics, {f"AIRFLOW__METRICS__{name}": "True" for name in on}, *absent) == expected


@pytest.mark.parametrize(
    ("settings", "absent", "expected"),
    [
        ({}, (seeing.LINEAGE,), ["ok"]),
        ({"OPENLINEAGE_NAMESPACE": "weerzien"}, (seeing.LINEAGE,), ["ok"]),
        ({TRANSPORT: FILTERED}, (), ["ok"]),
        ({TRANSPORT: FILTERED}, (seeing.LINEAGE,), ["wrong"]),
        ({f"{TRANSPORT}_CMD": "cat it"}, (), ["ok"]),
        ({TRANSPORT: json.dumps({"type": "http", "auth": {"apiKey": SECRET}})}, (), ["wrong"]),
        ({TRANSPORT: FILTERED, "OPENLINEAGE_URL": "https://example.org"}, (), ["wrong"]),
        ({TRANSPORT: FILTERED, "AIRFLOW__OPENLINEAGE__CONFIG_PATH": "/x"}, (), ["wrong"]),
        ({TRANSPORT: f"no object {SECRET}"}, (), ["wrong"]),
        ({TRANSPORT: "{}", "AIRFLOW__OPENLINEAGE__DISABLED": "True"}, (), ["ok"]),
    ],
)
def test_lineage_that_would_send_more_than_is_declared_is_said(states, settings, absent, expected):
    assert states(seeing.lineage, settings, *absent) == expected
