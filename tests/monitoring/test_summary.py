"""The summary of a night: counts that a person can read, and how to look at the table."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import create_engine

from monitoring.database import connect, upgrade
from monitoring.summary import night_summary, number, render, where_to_look

ROOT = Path(__file__).parents[2]


def said(summary) -> str:
    console = Console(width=200, file=io.StringIO())
    console.print(render(summary))
    return console.file.getvalue()


def test_the_summary_shows_counts_registers_and_where_to_look(engine, publish_night, two):
    publish_night(*two, origin="sample-1")
    summary = night_summary(engine, date(2005, 2, 1))
    summary["registers"] = {
        "stv": {
            "status": "late",
            "age_days": 12,
            "delivered": 12345,
            "accepted": 12340,
            "set_aside": 5,
            "registrations": 12340,
        }
    }
    shown = said({**summary, "seconds": 1.5})
    for text in (
        "Nacht van 2005-02-01",
        "STV",
        "te laat, 12 n oud",
        "12.345",
        "Verzonnen",
        "synthetic",
        "1,5",
        "monitoring.psql",
    ):
        assert text in shown
    assert summary["counts"]["missing_minors"] == 1


def test_a_night_without_a_table_is_a_lookup_error(engine):
    with pytest.raises(LookupError, match="2001-01-01"):
        night_summary(engine, date(2001, 1, 1))


def test_a_password_is_never_shown():
    place, look = where_to_look(create_engine("postgresql+psycopg://bureau:geheim@db.example:5432/weerzien"))
    assert "geheim" not in place + look
    assert place == "postgresql://bureau@db.example:5432/weerzien, schema monitoring"
    assert look.startswith("psql postgresql://bureau@db.example:5432/weerzien -c ")


def test_counts_are_written_as_in_dutch():
    assert [number(count) for count in (0, 999, 1000, 1234567)] == ["0", "999", "1.000", "1.234.567"]


def test_psql_looks_at_the_table_in_the_rights_of_the_bureau(installation):
    upgrade(connect(installation))
    command = [sys.executable, "-m", "monitoring.psql"]
    environment = {"WEERZIEN_HOME": str(installation.home), "PATH": "/usr/bin:/bin", "PAGER": "cat"}
    look = subprocess.run(
        [*command, "SELECT current_user, count(*) FROM person"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "weerzien_bureau" in look.stdout, look.stderr
    refused = subprocess.run(
        [*command, "SELECT * FROM registers.record"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "permission denied" in refused.stderr
