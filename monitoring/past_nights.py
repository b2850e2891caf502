"""The tables of every night: each row is kept once, with the nights on which it stood.

A night adds what differs from the night before and ends what is gone. A past night that is worked again changes only
what that night says; the nights around it keep their rows (`history.<table>.nights` is a set of days).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, Engine, text

from connectors.installation import OneLineError
from monitoring.dictionary import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

KEPT_TABLES = (
    "person",
    "registration",
    "link",
    "resurfacing",
    "candidate",
    "alert",
    "change",
    "revocation",
    "judgement",
)

OF_BEFORE = "origin = :origin AND nights @> CAST(:before AS date)"


def newest_night(connection: Connection, origin: str) -> date | None:
    """Return the newest night of an origin that has a table."""
    query = "SELECT max(night) FROM monitoring.night WHERE origin = :origin"
    found: date | None = connection.execute(text(query), {"origin": origin}).scalar_one()
    return found


def night_before(connection: Connection, origin: str, night: date) -> date | None:
    """Return the last night before this one that has a table."""
    query = "SELECT max(night) FROM monitoring.night WHERE origin = :origin AND night < :night"
    found: date | None = connection.execute(text(query), {"origin": origin, "night": night}).scalar_one()
    return found


def keep_night(connection: Connection, name: str, origin: str, night: date, is_past: bool) -> None:
    """Keep the rows of `tonight_<name>` as those of a night, in the connection's transaction.

    `is_past`: a newer night has a table, so this one speaks of its own day only; else of every day from now on.
    """
    columns = _columns(name)
    key = " AND ".join(f'tonight."{column}" = kept."{column}"' for column in TABLES[name].key)
    same = f"ROW({_listed('tonight', columns)}) IS NOT DISTINCT FROM ROW({_listed('kept', columns)})"
    values = {"origin": origin, "night": night, "until": night + timedelta(days=1) if is_past else None}
    span = "datemultirange(daterange(:night, CAST(:until AS date)))"
    in_force = "kept.origin = :origin AND kept.nights @> CAST(:night AS date)"
    ended = (
        f"UPDATE history.{name} AS kept SET nights = nights - {span} WHERE {in_force} "
        f"AND NOT EXISTS (SELECT FROM tonight_{name} AS tonight WHERE {key} AND {same})"
    )
    begun = (
        f"INSERT INTO history.{name} ({_quoted(columns)}, origin, nights) "
        f"SELECT {_listed('tonight', columns)}, :origin, {span} FROM tonight_{name} AS tonight "
        f"WHERE NOT EXISTS (SELECT FROM history.{name} AS kept WHERE {in_force} AND {key} AND {same})"
    )
    for statement in (ended, begun, f"DELETE FROM history.{name} WHERE origin = :origin AND isempty(nights)"):
        connection.execute(text(statement), values)


def table_of_night(connection: Connection, name: str, origin: str, night: date) -> pd.DataFrame:
    """Return a table as it was published on a night, columns of the dictionary, sorted by its key."""
    names = ", ".join("CAST(:night AS date) AS night" if c == "night" else f'"{c}"' for c in TABLES[name].column_names)
    query = text(f"SELECT {names} FROM history.{name} WHERE origin = :origin AND nights @> CAST(:night AS date)")
    rows = connection.execute(query, {"origin": origin, "night": night}).all()
    table = pd.DataFrame(rows, columns=list(TABLES[name].column_names), dtype=object)
    # Sorted here: the order of a database depends on its language settings.
    return table.sort_values(list(TABLES[name].key), ignore_index=True)


def has_night(engine: Engine, origin: str, night: date) -> bool:
    """Whether a night of these exports has a table that can be read as it was."""
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM monitoring.night WHERE origin = :origin AND night = :night")
        return bool(connection.execute(query, {"origin": origin, "night": night}).scalar_one())


def is_shown(engine: Engine, night: date) -> bool:
    """Whether the published table is that of this night."""
    with engine.connect() as connection:
        query = text("SELECT EXISTS (SELECT FROM monitoring.night WHERE is_published AND night = :night)")
        return bool(connection.execute(query, {"night": night}).scalar_one())


def check_night(engine: Engine, origin: str, night: date) -> None:
    """Raise OneLineError when a night has no table."""
    if not has_night(engine, origin, night):
        day = night.isoformat()
        raise OneLineError(f"there is no table of {day}; run `weerzien night --night {day}`")


def members_of_night(engine: Engine, origin: str, night: date) -> dict[str, str]:
    """Return the person of each registration as a night said it; empty when that night has no table."""
    if not has_night(engine, origin, night):
        return {}
    query = text(
        "SELECT record_id, person_id FROM history.registration "
        "WHERE origin = :origin AND nights @> CAST(:night AS date)"
    )
    with engine.connect() as connection:
        rows = connection.execute(query, {"origin": origin, "night": night})
        return {row.record_id: row.person_id for row in rows}


def purged_by(engine: Engine, origin: str, before: date, night: date, there: Collection[str]) -> dict[str, set[str]]:
    """Return the persons that had lost a registration by its term, with the registrations of each the night before.

    Those of whom the table of the night before says so, and those of whom it holds a registration whose term ended by
    `night` and that is not `there` any more.
    """
    present = set(there)
    with engine.connect() as connection:
        values = {"origin": origin, "before": before}
        lost = f"SELECT person_id FROM history.person WHERE {OF_BEFORE} AND earlier_history = 'purged'"
        purged = set(connection.execute(text(lost), values).scalars())
        held = f"SELECT record_id, person_id, retained_until FROM history.registration WHERE {OF_BEFORE}"
        registrations = connection.execute(text(held), values).all()
    for row in registrations:
        if row.retained_until is not None and row.retained_until <= night and row.record_id not in present:
            purged.add(row.person_id)
    found: dict[str, set[str]] = {person: set() for person in purged}
    for row in registrations:
        if row.person_id in found:
            found[row.person_id].add(row.record_id)
    return found


def judged_on_night(engine: Engine, origin: str, night: date | None) -> set[tuple[str, str, str]]:
    """Return the verdicts that counted on a night, as record ids and verdict; none without a night."""
    query = text(
        "SELECT record_id_l, record_id_r, verdict FROM history.judgement "
        "WHERE origin = :origin AND nights @> CAST(:night AS date)"
    )
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(query, {"origin": origin, "night": night})}


def model_of_night(engine: Engine, origin: str, night: date) -> str | None:
    """Return the version of the model that a night used; None when it has no table."""
    query = text("SELECT model_version FROM monitoring.night WHERE origin = :origin AND night = :night")
    with engine.connect() as connection:
        found: str | None = connection.execute(query, {"origin": origin, "night": night}).scalar_one_or_none()
    return found


def night_functions() -> list[str]:
    """Statements that make `history.<table>_of(night)`: the table of a night of the published exports, for psql."""
    return [_function(name) for name in KEPT_TABLES]


def _function(name: str) -> str:
    names = ", ".join("of_night" if column == "night" else f'"{column}"' for column in TABLES[name].column_names)
    return f"""
        CREATE OR REPLACE FUNCTION history.{name}_of(of_night date) RETURNS SETOF monitoring.{name}
        LANGUAGE sql STABLE AS $$
          SELECT {names} FROM history.{name} WHERE nights @> of_night
            AND origin = (SELECT origin FROM monitoring.night WHERE is_published)
            AND EXISTS (SELECT FROM monitoring.night WHERE night = of_night AND night.origin = {name}.origin)
        $$"""


def _columns(name: str) -> tuple[str, ...]:
    return tuple(column for column in TABLES[name].column_names if column != "night")


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _listed(of: str, columns: Sequence[str]) -> str:
    return ", ".join(f'{of}."{column}"' for column in columns)
