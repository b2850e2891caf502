"""A published sample, multiplied by SQL until there are as many persons as asked for.

Every copy has the rows of the sample under other ids: numbers of persons are moved up, ids of registrations get three
hexadecimal signs more. All that publishing compares with is copied too (records, their versions, the ledger, the
tables of earlier nights), so that a next night finds what it expects. The copies say the same as the sample: names are
as rare as in it and no copy is linked with another.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from monitoring.past_nights import KEPT_TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection

PERSONS = {"person_id", "other_person_id", "person_id_l", "person_id_r", "victim_person_id", "current_person_id"}
RECORDS = {"record_id", "record_id_l", "record_id_r", "missing_record_id", "victim_record_id"}
KEYS = {"source_key", "row_key"}
# Texts in which ids of registrations stand.
TELLING = {"alert_id", "subject", "message_nl", "message_en"}
RECORD = "([a-z_]+-[0-9a-f]{12})"
# Of a register as a whole there is one row, however many children it knows.
OF_A_CHILD = {"alert": "record_id IS NOT NULL", "revocation": f"subject ~ '{RECORD}'"}
OPEN = (
    "person", "registration", "link", "resurfacing", "candidate", "alert", "change", "revocation", "successor",
    "person_event",
)  # fmt: skip
CLOSED = ("record", "record_version", "membership", "finding")
OF_REGISTERS = ("merged", "accepted", "delivered", "set_aside", "withdrawn", "registrations")


def multiply(engine: Engine, persons: int) -> int:
    """Copy the published sample until there are at least so many persons; return how many there are then."""
    with engine.begin() as connection:
        base = _one(connection, "SELECT count(*) FROM monitoring.person")
        copies = -(-persons // base) - 1
        if copies < 1:
            return base
        if copies >= 16**3:
            raise SystemExit(f"{persons} persons are too many for a sample of {base}; give more --children")
        highest = _one(connection, "SELECT max(substr(person_id, 3)::bigint) FROM monitoring.person_event")
        head = _one(connection, "SELECT max(event_id) FROM monitoring.person_event")
        values = {"copies": copies, "highest": highest, "head": head}
        names = [f"monitoring.{name}" for name in OPEN] + [f"history.{name}" for name in KEPT_TABLES]
        for name in names + [f"registers.{name}" for name in CLOSED]:
            _copy(connection, name, values)
        _multiply_counts(connection, copies + 1)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return base * (copies + 1)


def _copy(connection: Connection, table: str, values: dict[str, Any]) -> None:
    schema, name = table.split(".")
    query = (
        "SELECT column_name FROM information_schema.columns WHERE table_schema = :schema AND table_name = :name "
        "ORDER BY ordinal_position"
    )
    columns = [str(column) for column in connection.execute(text(query), {"schema": schema, "name": name}).scalars()]
    only = f" WHERE {OF_A_CHILD[name]}" if name in OF_A_CHILD else ""
    names = ", ".join(f'"{column}"' for column in columns)
    made = ", ".join(_made(column) for column in columns)
    # Copies one after another, as nights would have brought them.
    source = f"(SELECT * FROM {table}{only}) AS kept, generate_series(1, {int(values['copies'])}) AS copy"
    statement = f"INSERT INTO {table} ({names}) SELECT {made} FROM {source} ORDER BY copy"
    used = {key: value for key, value in values.items() if f":{key}" in statement}
    connection.execute(text(statement), used)


def _made(column: str) -> str:
    suffix = "lpad(to_hex(copy), 3, '0')"
    if column in PERSONS:
        return f"'W-' || lpad((substr(kept.{column}, 3)::bigint + copy * :highest)::text, 8, '0')"
    if column in RECORDS or column in KEYS:
        return f"kept.{column} || {suffix}"
    if column in TELLING:
        return f"regexp_replace(kept.{column}, '{RECORD}', '\\1' || {suffix}, 'g')"
    return f'kept."{column}" + copy * :head' if column == "event_id" else f'kept."{column}"'


def _multiply_counts(connection: Connection, times: int) -> None:
    """The counts of every night, and what its manifest says of each register."""
    for night, counts, manifest in connection.execute(text("SELECT night, counts, manifest FROM monitoring.night")):
        for state in manifest["registers"].values():
            state |= {name: state[name] * times for name in OF_REGISTERS if name in state}
        connection.execute(
            text(
                "UPDATE monitoring.night SET counts = CAST(:counts AS jsonb), manifest = CAST(:manifest AS jsonb) "
                "WHERE night = :night"
            ),
            {
                "night": night,
                "counts": json.dumps({name: count * times for name, count in counts.items()}),
                "manifest": json.dumps(manifest),
            },
        )


def _one(connection: Connection, query: str) -> int:
    return int(connection.execute(text(query)).scalar_one())
