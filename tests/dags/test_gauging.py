"""Gauges by OpenTelemetry, whose exporter is in the lock, to a real server. StatsD: test_notifying, tests/lineage."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from listeners import hook_server

pytestmark = pytest.mark.airflow
SENT = """
from dags import gauging
from monitoring.operational.gauges import gauges_of, seconds_of
from monitoring.operational.nights import NightCounts
from datetime import date
gauging.begin()
counts = {"persons": 61, "pairs_linked": 3, "pairs_in_review": 1, "resurfaced_yes": 2, "resurfaced_possible": 1}
gauging.send([*gauges_of(NightCounts(date(2005, 6, 30), counts, {"stv": {"registrations": 7, "set_aside": 2}})),
              seconds_of("nightly.link", 2.5)])
"""


def test_gauges_arrive_by_opentelemetry_with_their_codes_as_tags(tmp_path):
    with hook_server() as server:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "OTEL"))}
        done = subprocess.run(
            [sys.executable, "-c", SENT],
            env=own
            | {
                "AIRFLOW_HOME": str(tmp_path),
                "AIRFLOW__METRICS__OTEL_ON": "True",
                "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            },
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = b"".join(body for path, _, body in server.got if path.endswith("/v1/metrics"))
    assert sorted(set(re.findall(rb"airflow\.(weerzien\.[a-z_.]+)", said))) == [
        b"weerzien.links", b"weerzien.persons", b"weerzien.registrations.stv", b"weerzien.resurfaced",
        b"weerzien.resurfaced_possible", b"weerzien.review_queue", b"weerzien.set_aside.stv",
        b"weerzien.stage_seconds.nightly_link",
    ]  # fmt: skip
    assert b"register" in said and b"nightly.link" in said
