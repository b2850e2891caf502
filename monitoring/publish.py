"""Publish a night: check the candidate, then switch the table in one transaction.

A crash anywhere leaves last night's table standing. Rows are deleted, not truncated, so that a reader in the middle of
a transaction keeps seeing the whole old table. The same night published again gives the same rows everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Engine, text

from connectors.installation import OneLineError
from linkage.ledger import Event
from monitoring.candidate import check_candidate
from monitoring.causes import what_happened
from monitoring.changes import changes, revocations
from monitoring.completeness import keep_completeness
from monitoring.copying import copy_rows
from monitoring.dictionary import CANDIDATE_TABLES, TABLES
from monitoring.history import keep_versions
from monitoring.ledger import append_events, keep_membership, successor_table
from monitoring.past_nights import KEPT_TABLES, keep_night, newest_night, night_before
from monitoring.retained import keep_facts
from monitoring.sealed_records import replace_records, sealed_reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

FINDING_COLUMNS = ("register", "file", "row_key", "level", "rule", "column", "detail")
# Any number will do, as long as every process of this program takes the same.
PUBLISH_LOCK = 20040302
# Of so many persons one changed: then the planner's counts are taken anew, and else once a week.
CHANGED_OF, MONDAY = 100, 0


@dataclass(frozen=True)
class LedgerEntry:
    """What a night writes in the ledger, and what it was made from.

    `events`: linkage.ledger.Event. `head`: number of the last event when the night was linked. `last_number`: highest
    person number after it. `contents`: digest by record_id. `reference`: number and content of the value reference that
    was counted tonight, None when an earlier one is used. `last_judgement`: number of the last verdict in the log when
    the night was linked; one that came since counts from the next night. `facts`: what is kept of registrations whose
    term ended (`monitoring.retained`).
    """

    events: Sequence[Event]
    head: int
    last_number: int
    contents: pd.Series
    reference: tuple[int, Mapping[str, Any]] | None = None
    last_judgement: int | None = None
    facts: pd.DataFrame | None = None


def publish(
    engine: Engine,
    night: date,
    origin: str,
    tables: Mapping[str, pd.DataFrame],
    records: pd.DataFrame,
    findings: pd.DataFrame,
    manifest: Mapping[str, Any],
    entry: LedgerEntry,
) -> dict[str, int]:
    """Publish the candidate tables of a night with its records, findings and manifest; return its counts.

    A past night (a newer one of these exports has a table) is kept as that night's table and moves nothing of today.
    Raises OneLineError, and changes nothing, when the candidate breaks a publishing rule or the ledger moved on since
    the night was linked.
    """
    check_candidate(tables, records, manifest, night, entry.last_number)
    counts = counts_of(tables)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})
        _check_head(connection, entry.head)
        newest, before = newest_night(connection, origin), night_before(connection, origin, night)
        is_past = newest is not None and night < newest
        for name in CANDIDATE_TABLES:
            _stage(connection, name, tables[name])
        append_events(connection, entry.events, night, origin, str(manifest["model_version"]))
        if entry.reference:
            _keep_reference(connection, night, origin, manifest, entry.reference)
        if entry.facts is not None:
            keep_facts(connection, entry.facts, night, origin)
        if not is_past:
            _publish_records(connection, records, findings, origin)
            counts |= keep_versions(connection, night, origin, _unread(manifest, records))
            keep_membership(connection, _belonging(tables["registration"], entry.contents), night, origin)
            _leave_to_the_next_night(connection, night, origin, entry.last_judgement)
        counts |= _stage_differences(connection, night, origin, before, manifest)
        if is_past:
            _add_successors(connection, origin)
        else:
            _switch(connection)
        keep_completeness(connection, night, origin)
        for name in KEPT_TABLES:
            keep_night(connection, name, origin, night, is_past)
        _publish_night(connection, night, origin, manifest, counts, is_past)
    is_other = counts["changes"] * CHANGED_OF >= counts["persons"]
    _tidy(engine, is_other or night.weekday() == MONDAY)
    return counts


def _check_head(connection: Connection, head: int) -> None:
    """Refuse a night that was linked before another one was published: its ids might be given twice."""
    now = connection.execute(text("SELECT coalesce(max(event_id), 0) FROM monitoring.person_event")).scalar_one()
    if int(now) != head:
        raise OneLineError(
            "another night was published while this one ran; nothing of this one was published and the last table "
            "stands; run the night again"
        )


def _stage(connection: Connection, name: str, rows: pd.DataFrame) -> None:
    """Write the rows of a table of tonight beside the published ones, for this transaction only."""
    connection.execute(text(f"CREATE TEMPORARY TABLE tonight_{name} (LIKE monitoring.{name}) ON COMMIT DROP"))
    types = {column.name: column.type for column in TABLES[name].columns.values()}
    copy_rows(connection, f"tonight_{name}", rows, types)
    key = ", ".join(f'"{column}"' for column in TABLES[name].key)
    connection.execute(text(f"CREATE INDEX ON tonight_{name} ({key})"))
    connection.execute(text(f"ANALYZE tonight_{name} ({key})"))


def _stage_differences(
    connection: Connection, night: date, origin: str, before: date | None, manifest: Mapping[str, Any]
) -> dict[str, int]:
    """Stage what differs from the night before and what no longer stands; return the counts of both."""
    happened = what_happened(connection, night, origin, before, _everywhere(connection, origin, before, manifest))
    successor = successor_table(connection, origin, night)
    now_person = dict(zip(successor["person_id"], successor["current_person_id"], strict=True))
    changed = changes(connection, night, origin, before, happened)
    revoked = revocations(connection, night, origin, before, happened, now_person)
    for name, table in (("change", changed), ("revocation", revoked), ("successor", successor)):
        _stage(connection, name, table)
    return {"changes": len(changed), "revocations": len(revoked)}


def _everywhere(connection: Connection, origin: str, before: date | None, manifest: Mapping[str, Any]) -> set[str]:
    """Causes that hold for every person: another model, another reference than the night before."""
    query = text("SELECT manifest FROM monitoring.night WHERE origin = :origin AND night = :night")
    was = connection.execute(query, {"origin": origin, "night": before}).scalar_one_or_none() or {}
    names = {"model": "model_version", "reference": "reference_id"}
    return {cause for cause, name in names.items() if name in was and was[name] != manifest.get(name)}


def _switch(connection: Connection) -> None:
    # A registration points to its person, so persons go last and come first.
    names = (*CANDIDATE_TABLES, "change", "revocation", "successor")
    for name in reversed(names):
        connection.execute(text(f"DELETE FROM monitoring.{name}"))
    for name in names:
        connection.execute(text(f"INSERT INTO monitoring.{name} SELECT * FROM tonight_{name}"))


def _add_successors(connection: Connection, origin: str) -> None:
    """An id that a past night had to give stands in the published table too; what is there stays as it is."""
    connection.execute(
        text(
            "INSERT INTO monitoring.successor (person_id, current_person_id, status, since, night) "
            "SELECT person_id, current_person_id, status, since, shown.night FROM tonight_successor, "
            "(SELECT night FROM monitoring.night WHERE is_published AND origin = :origin) AS shown "
            "ON CONFLICT DO NOTHING"
        ),
        {"origin": origin},
    )


def _belonging(registrations: pd.DataFrame, contents: pd.Series) -> pd.DataFrame:
    columns = ["record_id", "person_id", "register", "retained_until"]
    return registrations[columns].assign(content=registrations["record_id"].map(contents))


def _leave_to_the_next_night(connection: Connection, night: date, origin: str, last: int | None) -> None:
    """A verdict that was written while this night ran was not in it: it is one on the table of this night."""
    if last is not None:
        connection.execute(
            text(
                "UPDATE registers.judgement SET night = :night "
                "WHERE origin = :origin AND judgement_id > :last AND night < :night"
            ),
            {"night": night, "origin": origin, "last": last},
        )


def _keep_reference(
    connection: Connection,
    night: date,
    origin: str,
    manifest: Mapping[str, Any],
    reference: tuple[int, Mapping[str, Any]],
) -> None:
    number, content = reference
    connection.execute(
        text(
            "INSERT INTO registers.value_reference (origin, reference_id, night, model_version, content) "
            "VALUES (:origin, :number, :night, :model, CAST(:content AS jsonb)) ON CONFLICT DO NOTHING"
        ),
        {
            "origin": origin,
            "number": number,
            "night": night,
            "model": str(manifest["model_version"]),
            "content": json.dumps(sealed_reference(content, origin, number)),
        },
    )


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


def _publish_records(connection: Connection, records: pd.DataFrame, findings: pd.DataFrame, origin: str) -> None:
    connection.execute(text("DELETE FROM registers.finding"))
    replace_records(connection, records, origin)
    found = findings[list(FINDING_COLUMNS)].sort_values(list(FINDING_COLUMNS), na_position="first")
    copy_rows(connection, "registers.finding", found, dict.fromkeys(FINDING_COLUMNS, "text"))


def _unread(manifest: Mapping[str, Any], records: pd.DataFrame) -> set[str]:
    """Registers that are not whole tonight and have no record at all: nothing is known of theirs, so none is gone."""
    registers = manifest["registers"]
    not_whole = {name for name, state in registers.items() if state.get("status") in ("refused", "failed", "missing")}
    return not_whole - set(records["register"])


def _publish_night(
    connection: Connection,
    night: date,
    origin: str,
    manifest: Mapping[str, Any],
    counts: Mapping[str, int],
    is_past: bool,
) -> None:
    if not is_past:
        connection.execute(text("UPDATE monitoring.night SET is_published = false WHERE is_published"))
    key = {"night": night, "origin": origin}
    connection.execute(text("DELETE FROM monitoring.night WHERE night = :night AND origin = :origin"), key)
    connection.execute(
        text(
            """
            INSERT INTO monitoring.night
              (night, origin, is_synthetic, is_published, model_version, code_version, manifest, counts)
            VALUES
              (:night, :origin, :is_synthetic, :is_published, :model, :code, CAST(:manifest AS jsonb),
               CAST(:counts AS jsonb))
            """
        ),
        {
            **key,
            "is_synthetic": bool(manifest["is_synthetic"]),
            "is_published": not is_past,
            "model": str(manifest["model_version"]),
            "code": str(manifest["code_version"]),
            "manifest": json.dumps(manifest),
            "counts": json.dumps(counts),
        },
    )


def _tidy(engine: Engine, counts_afresh: bool) -> None:
    """Give back the room of the deleted rows, count afresh for the planner; must be outside a transaction."""
    # What a source purged must not stay behind in the files of the database either.
    kept = ("registers.record", "registers.record_version", "registers.membership")
    names: Iterable[str] = (
        *(f"monitoring.{name}" for name in TABLES), *(f"history.{name}" for name in KEPT_TABLES), *kept
    )  # fmt: skip
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM (ANALYZE {counts_afresh}) {', '.join(names)}"))
