"""Coded facts of registrations whose term has ended, where their register's policy keeps them under the person's id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, text

from connectors.records import COLUMN_NAMES, records_frame
from connectors.register import REGISTERS, load_register
from monitoring.held import held_records
from monitoring.purging import coded_facts

KEPT = """
    SELECT fact.record_id, fact.register, {names}
    FROM registers.retained_fact AS fact,
      jsonb_populate_record(CAST(NULL AS registers.record), fact.content) AS content
    WHERE fact.origin = :origin AND fact.night <= :night
"""
KEEP = """
    INSERT INTO registers.retained_fact (origin, record_id, register, night, content)
    SELECT :origin, record_id, register, CAST(:night AS date),
      jsonb_strip_nulls(to_jsonb(fact) - ARRAY['record_id', 'register'])
    FROM jsonb_populate_recordset(CAST(NULL AS registers.record), CAST(:facts AS jsonb)) AS fact
    ON CONFLICT (origin, record_id) DO NOTHING
"""


def retained_facts(engine: Engine, origin: str, night: date, records: pd.DataFrame) -> pd.DataFrame:
    """Return what is kept of registrations whose term ended, in the columns of the common record.

    Kept earlier, or ending tonight: those of the published table whose term has ended, that are not among `records`,
    and whose register keeps coded facts. Identifying columns are empty, but for the year of birth.
    """
    there = set(records["record_id"])
    facts = set(coded_facts())
    names = ", ".join(f"content.{name}" for name in COLUMN_NAMES if name not in ("record_id", "register"))
    with engine.connect() as connection:
        kept = connection.execute(text(KEPT.format(names=names)), {"origin": origin, "night": night}).mappings().all()
    rows: dict[str, dict[str, Any]] = {row["record_id"]: _facts_of(dict(row), facts) for row in kept}
    for register in REGISTERS:
        if load_register(register).retention.keeps == "coded_facts":
            held = held_records(engine, register, origin, night)
            ended = held["retained_until"].map(lambda day: isinstance(day, date) and day <= night).astype(bool)
            for row in held[ended].to_dict("records"):
                rows.setdefault(row["record_id"], _facts_of(row, facts))
    return records_frame([row for record, row in sorted(rows.items()) if record not in there])


def keep_facts(connection: Connection, facts: pd.DataFrame, night: date, origin: str) -> None:
    """Keep coded facts of registrations that ended tonight, in the connection's transaction."""
    if len(facts):
        rows = [{k: v for k, v in row.items() if not _is_null(v)} for row in facts.to_dict("records")]
        connection.execute(
            text(KEEP), {"origin": origin, "night": night, "facts": json.dumps(rows, default=_plain, sort_keys=True)}
        )


def _facts_of(row: Mapping[str, Any], facts: set[str]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name in facts}
    return {"record_id": row["record_id"], "register": row["register"], "source_key": row["record_id"], **kept}


def _is_null(value: Any) -> bool:
    return not isinstance(value, list) and bool(pd.isna(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value.item()
