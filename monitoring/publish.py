"""Publish a night: check the candidate, then switch the table in one transaction.

A crash anywhere leaves last night's table standing. Rows are deleted, not truncated, so that a reader in the middle of
a transaction keeps seeing the whole old table. The same night published again gives the same rows everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Engine, text

from connectors.records import COLUMNS
from monitoring.candidate import check_candidate, number_of
from monitoring.completeness import keep_completeness
from monitoring.dictionary import CANDIDATE_TABLES, TABLES
from monitoring.history import keep_versions
from monitoring.rules import RULES

if TYPE_CHECKING:
    from sqlalchemy import Connection

FINDING_COLUMNS = ("register", "file", "row_key", "level", "rule", "column", "detail")
# Any number will do, as long as every process of this program takes the same.
PUBLISH_LOCK = 20040302
TYPES = {"text": "text", "code": "text", "texts": "text[]", "codes": "text[]", "integer": "integer", "flag": "boolean"}


def publish(
    engine: Engine,
    night: date,
    origin: str,
    tables: Mapping[str, pd.DataFrame],
    records: pd.DataFrame,
    findings: pd.DataFrame,
    manifest: Mapping[str, Any],
    last_person_number: int,
) -> dict[str, int]:
    """Publish the candidate tables of a night with its records, findings and manifest; return its counts.

    Raises OneLineError, and changes nothing, when the candidate breaks a publishing rule.
    """
    check_candidate(tables, records, manifest, night, last_person_number)
    counts = counts_of(tables)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})
        _keep_table_before(connection, night, origin)
        _publish_records(connection, records, findings, origin)
        counts |= keep_versions(connection, night, origin, _unread(manifest, records))
        _publish_membership(connection, tables["registration"], night, origin)
        # A registration points to its person, so persons go last and come first.
        for name in reversed(CANDIDATE_TABLES):
            connection.execute(text(f"DELETE FROM monitoring.{name}"))
        for name in CANDIDATE_TABLES:
            types = {column.name: column.type for column in TABLES[name].columns.values()}
            copy_rows(connection, f"monitoring.{name}", tables[name], types)
        keep_completeness(connection, night, origin)
        counts["changes"] = _publish_changes(connection, night)
        _publish_night(connection, night, origin, manifest, counts)
    _tidy(engine)
    return counts


def counts_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return the counts that the summary shows, all of persons unless the name says otherwise."""
    person, links = tables["person"], tables["link"]
    resurfaced = person["resurfaced_as_victim"]
    missing_minor = person["missing_since"].notna() & person["is_minor_when_missing"].ne("no")
    counts = {
        "registrations": len(tables["registration"]),
        "persons": len(person),
        "doubles_within": int(person["is_double_within_register"].sum()),
        "doubles_across": int(person["is_double_across_registers"].sum()),
        "counted": int(person["is_counted"].sum()),
        "missing_minors": int(missing_minor.sum()),
        "resurfaced_yes": int(resurfaced.eq("yes").sum()),
        "resurfaced_possible": int(resurfaced.eq("possible").sum()),
        "missing_with_candidates": int(tables["candidate"]["person_id"].nunique()),
        "pairs_linked": int(links["status"].eq("link").sum()),
        "pairs_in_review": int(links["status"].eq("review").sum()),
        "alerts": len(tables["alert"]),
    }
    kinds = tables["alert"]["kind"].value_counts()
    return counts | {f"alerts_{kind}": int(kinds[kind]) for kind in sorted(kinds.index)}


def copy_rows(connection: Connection, table: str, rows: pd.DataFrame, types: Mapping[str, str]) -> None:
    """Write rows into a table by COPY, in the connection's transaction; `types`: PostgreSQL type per column."""
    names = ", ".join(f'"{name}"' for name in types)
    columns = [_values(rows[name], type_) for name, type_ in types.items()]
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def _values(column: pd.Series, type_: str) -> list[Any]:
    values = column.astype(object)
    if type_.endswith("[]"):
        return [[] if value is None else list(value) for value in values]
    known = column.notna()
    if type_ == "integer":
        return [int(value) if here else None for value, here in zip(values, known, strict=True)]
    if type_ == "text":
        # PostgreSQL holds no NUL in a text.
        return [str(value).replace("\0", "") if here else None for value, here in zip(values, known, strict=True)]
    return [value if here else None for value, here in zip(values, known, strict=True)]


def _keep_table_before(connection: Connection, night: date, origin: str) -> None:
    """Keep the table of the night before to compare with; a night run again is compared with the same one."""
    shown = connection.execute(text("SELECT night, origin FROM monitoring.night WHERE is_published")).one_or_none()
    if shown is not None and (shown.night, shown.origin) == (night, origin):
        return
    connection.execute(text("DELETE FROM registers.person_before"))
    if shown is not None and shown.origin == origin:
        connection.execute(text("INSERT INTO registers.person_before SELECT * FROM monitoring.person"))


def _publish_records(connection: Connection, records: pd.DataFrame, findings: pd.DataFrame, origin: str) -> None:
    connection.execute(text("DELETE FROM registers.record"))
    connection.execute(text("DELETE FROM registers.finding"))
    types = {column.name: TYPES.get(column.kind, column.kind) for column in COLUMNS} | {"origin": "text"}
    copy_rows(connection, "registers.record", records.assign(origin=origin).sort_values("record_id"), types)
    found = findings[list(FINDING_COLUMNS)].sort_values(list(FINDING_COLUMNS), na_position="first")
    copy_rows(connection, "registers.finding", found, dict.fromkeys(FINDING_COLUMNS, "text"))


def _unread(manifest: Mapping[str, Any], records: pd.DataFrame) -> set[str]:
    """Registers that are not whole tonight and have no record at all: nothing is known of theirs, so none is gone."""
    registers = manifest["registers"]
    not_whole = {name for name, state in registers.items() if state.get("status") in ("refused", "failed", "missing")}
    return not_whole - set(records["register"])


def _publish_membership(connection: Connection, registrations: pd.DataFrame, night: date, origin: str) -> None:
    """Keep who every registration was given to, and which person took over another's registrations."""
    connection.execute(
        text("CREATE TEMPORARY TABLE tonight (record_id text, person_id text, number bigint) ON COMMIT DROP")
    )
    tonight = registrations[["record_id", "person_id"]]
    tonight = tonight.assign(number=tonight["person_id"].map(number_of))
    copy_rows(connection, "tonight", tonight, {"record_id": "text", "person_id": "text", "number": "integer"})
    values = {"night": night, "origin": origin}
    for statement in MEMBERSHIP:
        connection.execute(text(statement), values)


MEMBERSHIP = (
    """
    INSERT INTO registers.person_number (person_id, number, origin, first_night, last_night)
    SELECT DISTINCT person_id, number, :origin, CAST(:night AS date), CAST(:night AS date) FROM tonight
    ON CONFLICT (person_id) DO UPDATE
    SET last_night = greatest(registers.person_number.last_night, excluded.last_night), became = NULL
    """,
    # Of a person who is not there tonight: who has its registrations now; of several, the one with the lowest number.
    """
    UPDATE registers.person_number AS gone SET became = heir.person_id
    FROM (
      SELECT DISTINCT ON (before.person_id) before.person_id AS was, tonight.person_id
      FROM registers.membership AS before JOIN tonight USING (record_id)
      WHERE before.origin = :origin AND before.person_id <> tonight.person_id
      ORDER BY before.person_id, tonight.number
    ) AS heir
    WHERE gone.person_id = heir.was AND NOT EXISTS (SELECT FROM tonight WHERE tonight.person_id = heir.was)
    """,
    """
    INSERT INTO registers.membership (origin, record_id, person_id, last_night)
    SELECT :origin, record_id, person_id, CAST(:night AS date) FROM tonight
    ON CONFLICT (origin, record_id) DO UPDATE SET person_id = excluded.person_id, last_night = excluded.last_night
    """,
)


def _publish_changes(connection: Connection, night: date) -> int:
    """Write what differs per person from the night before; return how many persons do."""
    compared = [name for name in TABLES["person"].columns if name not in {"person_id", *RULES["changes"]["ignored"]}]
    differs = ", ".join(f"CASE WHEN now.{name} IS DISTINCT FROM before.{name} THEN '{name}' END" for name in compared)
    connection.execute(text("DELETE FROM monitoring.change"))
    found = connection.execute(
        text(
            f"""
            INSERT INTO monitoring.change (person_id, kind, columns, night)
            SELECT person_id, kind, columns, :night FROM (
              SELECT person_id,
                CASE WHEN before.person_id IS NULL THEN 'new' WHEN now.person_id IS NULL THEN 'gone'
                  ELSE 'changed' END AS kind,
                CASE WHEN before.person_id IS NULL OR now.person_id IS NULL THEN ARRAY[]::text[]
                  ELSE array_remove(ARRAY[{differs}], NULL) END AS columns
              FROM monitoring.person AS now FULL JOIN registers.person_before AS before USING (person_id)
            ) AS compared
            WHERE kind <> 'changed' OR cardinality(columns) > 0
            """
        ),
        {"night": night},
    )
    return int(found.rowcount)


def _publish_night(
    connection: Connection, night: date, origin: str, manifest: Mapping[str, Any], counts: Mapping[str, int]
) -> None:
    connection.execute(text("UPDATE monitoring.night SET is_published = false WHERE is_published"))
    connection.execute(
        text("DELETE FROM monitoring.night WHERE night = :night AND origin = :origin"), _key(night, origin)
    )
    connection.execute(
        text(
            """
            INSERT INTO monitoring.night
              (night, origin, is_synthetic, is_published, model_version, code_version, manifest, counts)
            VALUES
              (:night, :origin, :is_synthetic, true, :model, :code, CAST(:manifest AS jsonb), CAST(:counts AS jsonb))
            """
        ),
        {
            **_key(night, origin),
            "is_synthetic": bool(manifest["is_synthetic"]),
            "model": str(manifest["model_version"]),
            "code": str(manifest["code_version"]),
            "manifest": json.dumps(manifest),
            "counts": json.dumps(counts),
        },
    )


def _key(night: date, origin: str) -> dict[str, Any]:
    return {"night": night, "origin": origin}


def _tidy(engine: Engine) -> None:
    """Give back the room of the deleted rows and count afresh for the planner; must be outside a transaction."""
    # What a source purged must not stay behind in the files of the database either.
    kept = ("registers.record", "registers.record_version", "registers.membership")
    names: Iterable[str] = (*(f"monitoring.{name}" for name in TABLES), *kept)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM (ANALYZE) {', '.join(names)}"))
