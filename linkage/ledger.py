"""The ledger of person ids: what happened to every id ever given out, and the ids of a night from it.

An untouched person keeps its id; of persons that turn out to be one the oldest id stays and the others lead to it; a
person that falls apart leaves its id with the larger part; no id is ever given out twice (design section 6). The ledger
is only appended to. Its fold is who every registration belongs to now, so the ledger alone tells what any night said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

EVENT_COLUMNS = ("kind", "person_id", "other_person_id", "record_id", "cause")
CAUSES = ("judgement", "new_record", "correction", "withdrawal", "purge", "model", "reference", "evidence")

Event = tuple[str, str, str | None, str | None, str]


def person_id(number: int) -> str:
    """The id with that number, for example W-00012345."""
    return f"W-{number:08d}"


def number_of(person: str) -> int:
    """The number in a person's id, W-00012345 → 12345; a lower number is an older person."""
    return int(person.rsplit("-", 1)[1])


@dataclass
class Ledger:
    """The ledger folded: who every registration belongs to, and what became of every id.

    `membership`: person of each registration in force. `former`: last person of each registration that left. `became`:
    id that took over each merged id. `retired`: ids without registrations. `joined`: order in which registrations came
    to their persons. `purged`: ids that held a registration which was purged. `last_number`: highest number ever given
    out, over all origins.
    """

    membership: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    joined: dict[str, int] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    last_number: int = 0
    _entered: int = 0

    @classmethod
    def of_events(cls, events: pd.DataFrame, last_number: int = 0) -> Ledger:
        """Fold events (EVENT_COLUMNS, in the order in which they were written)."""
        ledger = cls(last_number=last_number)
        for event in events[list(EVENT_COLUMNS)].itertuples(index=False, name=None):
            ledger.take(event)
        return ledger

    @classmethod
    def of_membership(cls, membership: Mapping[str, str], last_number: int) -> Ledger:
        """A ledger of which only the outcome is known."""
        ledger = cls(dict(membership), persons=set(membership.values()), last_number=last_number)
        ledger.joined = {record: at for at, record in enumerate(sorted(membership), start=1)}
        ledger._entered = len(membership)
        return ledger

    def take(self, event: Event) -> None:
        """Apply one event. Raises ValueError when it cannot have happened: an id given out twice, a record unknown."""
        kind, person, other, record, cause = event
        if kind in ("created", "split_from"):
            if person in self.persons:
                raise ValueError(f"{person} was given out twice")
            self.persons.add(person)
            self.last_number = max(self.last_number, number_of(person))
        elif kind == "returned":
            self.retired.discard(person)
        elif kind == "joined" and record:
            self.membership[record] = person
            self.former.pop(record, None)
            self._entered += 1
            self.joined[record] = self._entered
        elif kind == "left" and record:
            if self.membership.pop(record, None) != person:
                raise ValueError(f"{record} left {person}, to whom it did not belong")
            self.former[record] = person
            if cause == "purge":
                self.purged.add(person)
        elif kind == "merged_into" and other:
            self.became[person] = other
        elif kind == "retired":
            self.retired.add(person)
        else:
            raise ValueError(f"no such event: {kind}")

    def stand_at(self, membership: Mapping[str, str]) -> None:
        """Take whose every registration was from the table of a night instead."""
        self.former.update(self.membership)
        self.membership = dict(membership)
        for record in membership:
            self.former.pop(record, None)

    def current(self, person: str) -> str | None:
        """The id under which that person stands now; None when it is retired. Raises KeyError for an unknown id."""
        if person not in self.persons:
            raise KeyError(person)
        while person in self.became:
            person = self.became[person]
        return None if person in self.retired else person

    def of_record(self, record: str) -> str | None:
        """Person of a registration: now, or the one to which the person it last belonged to has come."""
        now = self.membership.get(record)
        if now is not None:
            return now
        last = self.former.get(record)
        while last in self.became:
            last = self.became[last]
        return last


@dataclass(frozen=True)
class News:
    """What is new on a night, for saying why persons changed. Record ids, but for the two flags."""

    new: Collection[str] = frozenset()
    corrected: Collection[str] = frozenset()
    withdrawn: Collection[str] = frozenset()
    purged: Collection[str] = frozenset()
    judged: Collection[str] = frozenset()
    is_other_model: bool = False
    is_other_reference: bool = False

    def cause(self, records: Iterable[str]) -> str:
        """The cause of what happened to these registrations, the first that holds of CAUSES."""
        concerned = set(records)
        held = {
            "judgement": not concerned.isdisjoint(self.judged),
            "new_record": not concerned.isdisjoint(self.new),
            "correction": not concerned.isdisjoint(self.corrected),
            "withdrawal": not concerned.isdisjoint(self.withdrawn),
            "purge": not concerned.isdisjoint(self.purged),
            "model": self.is_other_model,
            "reference": self.is_other_reference,
        }
        return next((cause for cause, holds in held.items() if holds), "evidence")


def enter_night(ledger: Ledger, clusters: pd.DataFrame, news: News) -> tuple[pd.DataFrame, list[Event]]:
    """Give every cluster of a night its person id, and say what happened to whom.

    `clusters`: record_id, cluster (any label). Returns them with `person_id`, and the events, which are taken into the
    ledger too. The same clusters again give no events.
    """
    of_cluster = _by_cluster(clusters)
    kept = _keep(ledger, of_cluster)
    given = dict(kept)
    fresh = sorted((c for c in of_cluster if c not in kept), key=lambda cluster: (_tail(cluster), cluster))
    for number, cluster in enumerate(fresh, start=ledger.last_number + 1):
        given[cluster] = person_id(number)
    now = {record: given[cluster] for cluster, records in of_cluster.items() for record in records}
    return clusters.assign(person_id=clusters["record_id"].map(now)), enter_membership(ledger, now, news)


def enter_membership(ledger: Ledger, now: Mapping[str, str], news: News) -> list[Event]:
    """Enter whose every registration is (record id → person id) into the ledger; return the events."""
    events = list(_events(ledger, dict(ledger.membership), now, news))
    for event in events:
        ledger.take(event)
    return events


def enter_past_night(
    ledger: Ledger, later: Ledger, clusters: pd.DataFrame, news: News
) -> tuple[pd.DataFrame, list[Event]]:
    """Give every cluster of a past night its id; nothing that is told of later nights changes.

    `ledger`: as that night found it. `later`: as it is today. A person that was not known then has the id that its
    registrations came to have; only who has none gets a new one, which leads to whom its registrations belong today.
    """
    of_cluster = _by_cluster(clusters)
    given = _keep(ledger, of_cluster)
    taken = set(given.values())
    events: list[Event] = []
    number = later.last_number
    for cluster in sorted(of_cluster.keys() - given.keys(), key=lambda cluster: (_tail(cluster), cluster)):
        records = of_cluster[cluster]
        belong = Counter(person for person in map(later.of_record, records) if person)
        coming = [p for p in sorted(belong, key=lambda p: (-belong[p], number_of(p))) if p not in taken]
        unknown_then = [person for person in coming if person not in ledger.persons]
        if unknown_then:
            given[cluster] = unknown_then[0]
        else:
            number += 1
            fresh = given[cluster] = person_id(number)
            events.append(("created", fresh, None, None, news.cause(records)))
            heir = later.current(_most(belong)) if belong else None
            events.append(
                ("merged_into", fresh, heir, None, "evidence") if heir else ("retired", fresh, None, None, "evidence")
            )
        taken.add(given[cluster])
    for event in events:
        ledger.take(event)
    ledger.last_number = max(ledger.last_number, number)
    now = {record: given[cluster] for cluster, records in of_cluster.items() for record in records}
    return clusters.assign(person_id=clusters["record_id"].map(now)), events


def _by_cluster(clusters: pd.DataFrame) -> dict[str, list[str]]:
    return {str(cluster): rows.tolist() for cluster, rows in clusters.groupby("cluster")["record_id"]}


def _tail(record: str) -> str:
    """The digest in a record id: an order that tells neither register nor key."""
    return record.rpartition("-")[2]


def _keep(ledger: Ledger, of_cluster: Mapping[str, list[str]]) -> dict[str, str]:
    """Which cluster keeps which id: the largest part of a person has it, and a cluster the oldest of those it has.

    A registration that comes back brings the id of its last person, unless registrations that never left claim it.
    """
    claims: dict[str, Counter[str]] = defaultdict(Counter)
    stayed: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for cluster, records in of_cluster.items():
        for record in records:
            person = ledger.of_record(record)
            if person is None:
                continue
            claims[person][cluster] += 1
            stayed[person][cluster] += record in ledger.membership
            age = (ledger.joined.get(record, 0), record)
            first[person, cluster] = min(first.get((person, cluster), age), age)
    kept: dict[str, str] = {}
    for person in sorted(claims, key=number_of):
        parts = claims[person]
        largest = min(parts, key=lambda part: (-stayed[person][part], -parts[part], first[person, part]))
        kept.setdefault(largest, person)
    return kept


def _events(ledger: Ledger, before: Mapping[str, str], now: Mapping[str, str], news: News) -> Iterable[Event]:
    """What happened between two memberships (record → person), in the order in which it is told."""
    were, are = _by_person(before), _by_person(now)
    from_where: dict[str, Counter[str]] = defaultdict(Counter)
    to_where: dict[str, Counter[str]] = defaultdict(Counter)
    for record in sorted(before.keys() & now.keys()):
        if before[record] != now[record]:
            from_where[now[record]][before[record]] += 1
            to_where[before[record]][now[record]] += 1
    for person in sorted(are.keys() - were.keys()):
        records = are[person]
        if person in ledger.persons:
            yield "returned", person, None, None, news.cause(records)
        elif from_where[person]:
            origin = _most(from_where[person])
            yield "split_from", person, origin, None, news.cause(records | were[origin])
        else:
            yield "created", person, None, None, news.cause(records)
    for record in sorted(before.keys() - now.keys()):
        yield "left", before[record], None, record, news.cause([record])
    for record in sorted(now):
        person, former = now[record], before.get(record)
        if person != former:
            concerned = [record] if former is None else are[person] | were[former]
            yield "joined", person, None, record, news.cause(concerned)
    for person in sorted(were.keys() - are.keys()):
        if to_where[person]:
            heir = _most(to_where[person])
            yield "merged_into", person, heir, None, news.cause(were[person] | are[heir])
        else:
            yield "retired", person, None, None, news.cause(were[person])


def _by_person(membership: Mapping[str, str]) -> dict[str, set[str]]:
    persons: dict[str, set[str]] = defaultdict(set)
    for record, person in membership.items():
        persons[person].add(record)
    return persons


def _most(counts: Counter[str]) -> str:
    """The person with most of the registrations, of several the oldest."""
    return min(counts, key=lambda person: (-counts[person], number_of(person)))


def events_frame(events: Iterable[Event]) -> pd.DataFrame:
    """Events as a frame with EVENT_COLUMNS."""
    return pd.DataFrame(list(events), columns=list(EVENT_COLUMNS), dtype=object)


def successors(ledger: Ledger) -> pd.DataFrame:
    """Per id ever given out the id now (None when retired) and its status: current, merged or retired."""
    rows = []
    for person in sorted(ledger.persons):
        now = ledger.current(person)
        status = "retired" if now is None else "current" if now == person else "merged"
        rows.append((person, now, status))
    return pd.DataFrame(rows, columns=["person_id", "current_person_id", "status"], dtype=object)
