"""What must hold from night to night: who keeps an id, whether every id leads somewhere, whether verdicts are followed.

A person is touched when a registration of it came, changed, left or was judged. It is touched from beside when that
happened to a registration that shares a number, contact, event or kept pair with one of its own. Of an untouched person
the id must not change, nor who is grouped with whom.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine

from benchmarks.nights.reviewer import JUDGED
from benchmarks.nights.running import rows_of

MEMBERS = "SELECT record_id, person_id, content FROM registers.membership WHERE is_in_force ORDER BY record_id"
PAIRS = "SELECT record_id_l, record_id_r FROM monitoring.link"
VERDICTS = "SELECT record_id_l, record_id_r, verdict, state FROM monitoring.judgement"
EVENTS = "SELECT person_id, cause FROM monitoring.person_event WHERE night = :night"
SUCCESSORS = "SELECT person_id, current_person_id, status FROM monitoring.successor"


@dataclass
class Watched:
    """What was seen over the nights; every count of `faults` must be nought."""

    person_nights: int = 0
    untouched_nights: int = 0
    ids: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    touched_from_beside: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Stand:
    """A night as published: person and content of each registration, neighbours by kept pairs, verdicts."""

    person: dict[str, str]
    content: dict[str, str]
    pairs: set[tuple[str, str]]
    verdicts: set[tuple[str, str, str]]

    @property
    def groups(self) -> dict[str, frozenset[str]]:
        """Registrations of each person."""
        found: dict[str, set[str]] = defaultdict(set)
        for record, person in self.person.items():
            found[person].add(record)
        return {person: frozenset(records) for person, records in found.items()}


def stand(engine: Engine) -> Stand:
    """Read how things stand after a night."""
    members = rows_of(engine, MEMBERS)
    verdicts = rows_of(engine, VERDICTS)
    return Stand(
        {record: person for record, person, _ in members},
        {record: content for record, _, content in members},
        {(one, other) for one, other in rows_of(engine, PAIRS)},
        {(one, other, verdict) for one, other, verdict, _ in verdicts},
    )


def watch(engine: Engine, night: date, before: Stand | None, watched: Watched) -> Stand:
    """Look at a published night beside the one before it; returns how things stand."""
    now = stand(engine)
    watched.person_nights += len(now.groups)
    watched.ids |= set(now.person.values())
    _every_id_leads_somewhere(engine, now, watched)
    _verdicts_are_followed(engine, now, watched)
    if before is None:
        return now
    touched = {r for r in before.person.keys() | now.person.keys() if before.content.get(r) != now.content.get(r)}
    touched |= {record for *pair, _ in before.verdicts ^ now.verdicts for record in pair}
    beside = set(touched)
    for pairs in (before.pairs, now.pairs):
        for one, other in pairs:
            if one in touched or other in touched:
                beside |= {one, other}
    causes = {person: cause for person, cause in rows_of(engine, EVENTS, night=night)}
    groups = now.groups
    for person, records in before.groups.items():
        if not records.isdisjoint(touched):
            continue
        stays = groups.get(person) == records
        kept = all(now.person.get(record) == person for record in records)
        watched.untouched_nights += 1
        if stays:
            continue
        if records.isdisjoint(beside) and groups.get(person, frozenset()).isdisjoint(beside):
            watched.faults["an untouched person changed" if kept else "an untouched person changed its id"] += 1
        else:
            cause = causes.get(person) or causes.get(now.person[min(records)], "evidence")
            (watched.touched_from_beside if kept else watched.moved)[cause] += 1
    return now


def _every_id_leads_somewhere(engine: Engine, now: Stand, watched: Watched) -> None:
    leads = {person: (current, status) for person, current, status in rows_of(engine, SUCCESSORS)}
    there = set(now.person.values())
    for person in watched.ids:
        current, status = leads.get(person, (None, "unknown"))
        if status == "unknown" or (status == "retired") != (current is None) or (current and current not in there):
            watched.faults["an id leads nowhere"] += 1


def _verdicts_are_followed(engine: Engine, now: Stand, watched: Watched) -> None:
    for one, other, verdict, state in rows_of(engine, VERDICTS):
        together = one in now.person and now.person[one] == now.person.get(other)
        if verdict == "different" and together:
            watched.faults["a verdict different is not respected"] += 1
        if verdict == "same" and state in ("in_force", "stale") and not together:
            watched.faults["a verdict same is not followed"] += 1
    watched.faults["a judged pair is offered again"] += _offered_again(engine)


def _offered_again(engine: Engine) -> int:
    """Judged before tonight and in review all the same; a verdict of today counts from the next night."""
    counting = {(one, other) for one, other, *_ in rows_of(engine, VERDICTS)}
    return sum(tuple(pair) in counting for pair in rows_of(engine, JUDGED))
