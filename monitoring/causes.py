"""Why a person differs from the night before: what happened to its registrations, its id and the verdicts on it.

Read from what is kept (registrations of both nights, versions of records, the ledger), so that a night that is worked
again says the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from linkage.ledger import CAUSES
from monitoring.dictionary import TABLES
from monitoring.past_nights import OF_BEFORE

# Delivered anew is not corrected; whose it is belongs to the ledger.
NOT_CONTENT = ("record_id", "delivery_id", "person_id", "night", "is_purged")
CORRECTED = """
    SELECT record_id FROM registers.record_version AS version WHERE origin = :origin AND from_night = :night
      AND EXISTS (SELECT FROM registers.record_version AS before WHERE before.origin = :origin
        AND before.record_id = version.record_id AND before.until_night = :night AND before.ended_by = 'changed')
"""
EVENTS = """
    SELECT person_id, other_person_id, cause FROM monitoring.person_event WHERE origin = :origin AND night = :night
"""


def _differing(columns: str, table: str, condition: str = "true") -> str:
    """Pairs of record ids of rows that only one of the two nights has."""
    now = f"SELECT {columns} FROM tonight_{table} WHERE {condition}"
    was = f"SELECT {columns} FROM history.{table} WHERE {OF_BEFORE} AND {condition}"
    both = f"({now} EXCEPT {was}) UNION ALL ({was} EXCEPT {now})"
    return f"SELECT record_id_l, record_id_r FROM ({both}) AS other"


JUDGED = _differing("record_id_l, record_id_r, verdict", "judgement")
OTHER_LINKS = _differing("record_id_l, record_id_r, status, match_probability", "link", "status <> 'no_link'")


@dataclass
class Happened:
    """What happened on a night. `of_record`: causes per registration; `of_person`: causes per person id, of both
    nights; `person_of`, `was_person_of`: whose a registration is and was; `everywhere`: causes that hold for all.
    """

    of_record: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    of_person: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    person_of: dict[str, str] = field(default_factory=dict)
    was_person_of: dict[str, str] = field(default_factory=dict)
    everywhere: set[str] = field(default_factory=set)

    def to_record(self, record: str, cause: str) -> None:
        """Something happened to a registration, and so to its persons of both nights."""
        self.of_record[record].add(cause)
        for persons in (self.person_of, self.was_person_of):
            if record in persons:
                self.of_person[persons[record]].add(cause)

    def causes(self, person: str) -> list[str]:
        """Why a person may differ, in the order of CAUSES; "time" when nothing happened but the night."""
        found = self.of_person.get(person, set())
        named = [cause for cause in CAUSES if cause in found]
        specific = [cause for cause in named if cause != "evidence"] or sorted(self.everywhere)
        return specific or named or ["time"]

    def cause_of_records(self, records: Iterable[str | None], persons: Iterable[str | None]) -> str:
        """The first cause that holds for these registrations, else for these persons; "evidence" when none does."""
        own = set().union(*(self.of_record.get(record or "", set()) for record in records))
        around = set().union(*(self.of_person.get(person or "", set()) for person in persons))
        for found in (own, around, self.everywhere):
            for cause in CAUSES:
                if cause in found:
                    return cause
        return "evidence"


def what_happened(
    connection: Connection, night: date, origin: str, before: date | None, everywhere: Iterable[str]
) -> Happened:
    """Gather what happened between the table of the night before and `tonight_*`, in the connection's transaction."""
    values = {"origin": origin, "night": night, "before": before}
    happened = Happened(everywhere=set(everywhere))
    now = _registrations(
        connection, "SELECT record_id, person_id, retained_until, is_purged FROM tonight_registration", values
    )
    was = _registrations(
        connection,
        f"SELECT record_id, person_id, retained_until, is_purged FROM history.registration WHERE {OF_BEFORE}",
        values,
    )
    happened.person_of = {record: row.person_id for record, row in now.items()}
    happened.was_person_of = {record: row.person_id for record, row in was.items()}
    for record in now.keys() - was.keys():
        happened.to_record(record, "new_record")
    for record in was.keys() - now.keys():
        ended = was[record].retained_until is not None and was[record].retained_until <= night
        happened.to_record(record, "purge" if ended else "withdrawal")
    for record in now.keys() & was.keys():
        if now[record].is_purged and not was[record].is_purged:
            happened.to_record(record, "purge")
    for record in (*_records(connection, CORRECTED, values), *_records(connection, _other_facts(), values)):
        happened.to_record(record, "correction")
    for query, cause in ((JUDGED, "judgement"), (OTHER_LINKS, "evidence")):
        for pair in connection.execute(text(query), values):
            for record in pair:
                happened.to_record(record, cause)
    for person, other, cause in connection.execute(text(EVENTS), values):
        happened.of_person[person].add(cause)
        if other:
            happened.of_person[other].add(cause)
    return happened


def _registrations(connection: Connection, query: str, values: dict[str, Any]) -> dict[str, Any]:
    return {row.record_id: row for row in connection.execute(text(query), values)}


def _records(connection: Connection, query: str, values: dict[str, Any]) -> list[str]:
    return list(connection.execute(text(query), values).scalars())


def _other_facts() -> str:
    """Registrations of both nights whose coded facts differ."""
    content = [column for column in TABLES["registration"].column_names if column not in NOT_CONTENT]
    sides = [", ".join(f'{side}."{column}"' for column in content) for side in ("tonight", "kept")]
    return (
        "SELECT tonight.record_id FROM tonight_registration AS tonight JOIN history.registration AS kept "
        "ON kept.record_id = tonight.record_id AND kept.origin = :origin AND kept.nights @> CAST(:before AS date) "
        f"WHERE ROW({sides[0]}) IS DISTINCT FROM ROW({sides[1]})"
    )
