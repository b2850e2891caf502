"""Nights of a long past, as the real nights of an installation multiplied by SQL (`nights.sql`).

Every row that a real night ended or began is there as often as that many nights would have ended or begun it, under the
same keys; what a night keeps whole (its manifest, its completeness) is there once a night. The records in force, their
persons and the published tables stay as they are.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks.history.deliveries import Past
from monitoring.dictionary import TABLES
from monitoring.past_nights import KEPT_TABLES

STATEMENT = "-- statement:"
# Rows of one night only; all others stand for many nights.
OF_ONE_NIGHT = ("change", "revocation")
# A night brings at least so many rows; the real nights before may have brought more.
A_NIGHT = {
    "person": 3.0, "registration": 1.0, "link": 2.0, "resurfacing": 0.2, "candidate": 0.2, "alert": 0.5, "change": 3.0,
    "revocation": 0.2, "judgement": 0.0,
}  # fmt: skip
CORRECTED, GONE, MOVED, JUDGED = 1.0, 1.0, 0.5, 1.0
TRIAL = "verzonnen proef"


def purged_persons(nights: int) -> int:
    """Return how many persons a past of so many nights has whose registrations were purged."""
    return max(int(nights * GONE), 1)


def add_trial(engine: Engine, past: Past) -> None:
    """Give out the numbers that the past will need, to another trial: so both installations go on with the same."""
    said = {"origin": TRIAL, "night": past.first, "person": f"W-{purged_persons(past.nights) + 1:08d}"}
    with engine.begin() as connection:
        for number, kind in enumerate(("created", "retired"), start=1):
            connection.execute(
                text(
                    "INSERT INTO monitoring.person_event (event_id, origin, night, kind, person_id, cause, "
                    "model_version) VALUES (:number, :origin, :night, :kind, :person, 'new_record', '')"
                ),
                said | {"number": number, "kind": kind},
            )


def add_nights(engine: Engine, past: Past, worked: Any, tell: Any = lambda _: None) -> None:
    """Put the nights of the past before the first one that was worked, in one transaction; then count for the planner.

    `tell`: is told of each step.
    """
    values = {
        "origin": past.origin, "first": past.first, "last": past.last, "worked": worked, "nights": past.nights,
        "a_night_corrected": CORRECTED, "gone": purged_persons(past.nights), "moved": int(past.nights * MOVED),
        "verdicts": int(past.nights * JUDGED),
    }  # fmt: skip
    with engine.begin() as connection:
        for name in KEPT_TABLES:
            _multiply(connection, name, values)
            tell(f"history.{name}")
        for block in (files("benchmarks.history") / "nights.sql").read_text(encoding="utf-8").split(STATEMENT)[1:]:
            title, _, statements = block.partition("\n")
            for statement in statements.split(";\n"):
                if statement.strip():
                    used = {key: value for key, value in values.items() if f":{key}" in statement}
                    connection.execute(text(statement), used)
            tell(title.partition(".")[0].strip())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _multiply(connection: Connection, name: str, values: dict[str, Any]) -> None:
    given = {key: values[key] for key in ("origin", "worked", "first", "last", "nights")}
    a_night = max(_brought(connection, name, given), A_NIGHT[name])
    columns = ", ".join(f'"{column}"' for column in TABLES[name].column_names if column != "night")
    of_worked = f"history.{name} WHERE origin = :origin AND nights @> CAST(:worked AS date)"
    if name in OF_ONE_NIGHT:
        statement = f"""
            INSERT INTO history.{name} ({columns}, origin, nights)
            SELECT {columns}, origin, datemultirange(daterange(CAST(day AS date), CAST(day AS date) + 1))
            FROM generate_series(CAST(:first AS date), CAST(:last AS date), '1 day') WITH ORDINALITY
              AS days (day, place),
            LATERAL (SELECT * FROM {of_worked} ORDER BY md5({TABLES[name].key[0]} || day) LIMIT
              floor(place * :a_night) - floor((place - 1) * :a_night)) AS kept
        """
    else:
        statement = f"""
            WITH often AS (
              SELECT greatest(least(round(:nights * :a_night / greatest(count(*), 1)), :nights), 1)::integer AS times
              FROM {of_worked})
            INSERT INTO history.{name} ({columns}, origin, nights)
            SELECT {columns}, origin, datemultirange(daterange(
              CAST(:first AS date) + CAST(:nights AS integer) * (one - 1) / times,
              CAST(:first AS date) + CAST(:nights AS integer) * one / times))
            FROM history.{name} CROSS JOIN often CROSS JOIN LATERAL generate_series(1, times) AS one
            WHERE origin = :origin AND nights @> CAST(:worked AS date)
        """
    used = {key: value for key, value in (given | {"a_night": a_night}).items() if f":{key}" in statement}
    connection.execute(text(statement), used)


def _brought(connection: Connection, name: str, given: dict[str, Any]) -> float:
    """How many rows each real night after the first one brought."""
    query = f"""
        SELECT count(*)::float / greatest((SELECT count(*) FROM monitoring.night
          WHERE origin = :origin AND night > :worked), 1)
        FROM history.{name} WHERE origin = :origin AND lower(nights) > :worked
    """
    return float(connection.execute(text(query), {key: given[key] for key in ("origin", "worked")}).scalar_one())
