"""Nights by their stages, without a scheduler, in an installation of their own; and the bytes they published."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from connectors.installation import Installation
from connectors.register import REGISTERS

TABLES = ("person", "registration", "link", "resurfacing", "candidate", "alert", "completeness", "judgement", "change",
          "revocation", "successor", "person_event")  # fmt: skip


def open_installation(home: Path) -> Engine:
    """Make this process work in one installation, with its embedded database at the newest version."""
    from monitoring.database import connect, upgrade

    os.environ["WEERZIEN_HOME"] = str(home)
    os.environ.pop("WEERZIEN_DATABASE_URL", None)
    engine = connect(Installation(home))
    upgrade(engine)
    return engine


class Worked(NamedTuple):
    """A night that was worked: the counts that were published, and per register what came of checking it."""

    counts: dict[str, Any]
    checked: dict[str, dict[str, Any]]


def work(exports: Path, night: date) -> Worked:
    """Work one night by its stages, in this process and in the installation that the environment names."""
    from dags import stages
    from dags.checking import check

    opened = stages.open_night(str(exports), night.isoformat(), datetime.now(UTC))
    checked = [check(opened, stages.read(opened, stages.pull(opened, register))) for register in REGISTERS]
    linked = stages.link(opened, checked)
    stages.consolidate(opened, checked, linked)
    counts = stages.publish(opened, checked, linked)
    stages.close_night(opened)
    return Worked(counts, {str(outcome["register"]): outcome for outcome in checked})


def digests(engine: Engine, tables: Iterable[str] = TABLES) -> dict[str, str]:
    """SHA-256 of every published table: its rows as text, in the order of that text."""
    found = {}
    for table in tables:
        rows = [str(row) for row in rows_of(engine, f"SELECT t::text FROM monitoring.{table} AS t")]
        found[table] = hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
    return found


def rows_of(engine: Engine, query: str, **values: Any) -> list[Any]:
    """Rows of a query; of one column its values."""
    with engine.connect() as connection:
        rows = connection.execute(text(query), values).all()
    return [row[0] for row in rows] if rows and len(rows[0]) == 1 else list(rows)
