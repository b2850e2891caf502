"""Everything that a night cannot find in its deliveries, as lines of JSON: to keep it elsewhere and to start anew from.

The ledger of person ids, verdicts, value references, which deliveries landed when, what was accepted or purged, and
shares of earlier nights. With the landing folder beside it a new installation works the last nights again and comes to
the same tables, byte for byte. The lines hold the registers' own keys and the reviewers' reasons: for engineers with
rights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from connectors.installation import OneLineError

# Per kind of line: its table, the order of its lines, and the column of the night that made it; none where it is what
# nights are made from: a night takes of these what was there by then.
KINDS: Mapping[str, tuple[str, str, str]] = {
    "delivery": ("registers.delivery", "register, sequence", ""),
    "accepted": ("registers.delivery_accepted", "delivery_id", ""),
    "event": ("monitoring.person_event", "event_id", "night"),
    "judgement": ("registers.judgement", "judgement_id", ""),
    "reference": ("registers.value_reference", "reference_id", "night"),
    "purge": ("monitoring.purge", "night, record_id", "night"),
    "retained_fact": ("registers.retained_fact", "record_id", "night"),
    "completeness": ("registers.completeness_night", "night, register, field", "night"),
}


def ledger_lines(engine: Engine, origin: str, until: date = date.max) -> Iterator[str]:
    """Give the ledger of one origin up to and with a night, and all deliveries and verdicts, as lines of JSON without
    their ends; the same state gives the same bytes.
    """
    with engine.connect() as connection:
        # One snapshot: a night that is published meanwhile is in it whole or not at all.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for kind, (table, order, night) in KINDS.items():
            within = f" AND {night} <= :until" if night else ""
            query = text(
                f"SELECT to_jsonb(line) AS line FROM {table} AS line WHERE origin = :origin{within} ORDER BY {order}"
            )
            for line in connection.execute(query, {"origin": origin, "until": until}).scalars():
                yield json.dumps({"line": kind} | line, ensure_ascii=False, sort_keys=True)


def restore_lines(engine: Engine, lines: Iterable[str]) -> dict[str, int]:
    """Write the lines into an installation in which no night ever ran; return how many of each kind.

    All or nothing. Raises OneLineError when nights ran here before, or when a line is not one of these.
    """
    counts = dict.fromkeys(KINDS, 0)
    with engine.begin() as connection:
        _check_is_new(connection)
        for number, line in enumerate(lines, start=1):
            if line.strip():
                counts[_restore(connection, number, line)] += 1
    return counts


def _check_is_new(connection: Connection) -> None:
    for table, _, _ in KINDS.values():
        if connection.execute(text(f"SELECT EXISTS (SELECT FROM {table})")).scalar_one():
            raise OneLineError("nights ran in this installation before; restore into a new one (set WEERZIEN_HOME)")


def _restore(connection: Connection, number: int, line: str) -> str:
    try:
        said: dict[str, Any] = json.loads(line)
        kind = said.pop("line")
        table = KINDS[kind][0]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise OneLineError(f"line {number} is not a line of the ledger; nothing was restored") from None
    statement = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(CAST(NULL AS {table}), CAST(:said AS jsonb))"
    connection.execute(text(statement), {"said": json.dumps(said)})
    return str(kind)
