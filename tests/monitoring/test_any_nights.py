"""Nights of deliveries, purges and judgements through the database: what is published agrees with itself every night."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from connectors.installation import OneLineError
from connectors.reading import findings_frame
from connectors.records import records_frame
from dags.known import known_before
from linkage.ledger import EVENT_COLUMNS, Ledger
from linkage.model import load_model
from linkage.night import link_records
from monitoring.consolidate import consolidate
from monitoring.judgement_log import judge, undo
from monitoring.publish import LedgerEntry, publish

_SPEC = importlib.util.spec_from_file_location(
    "invented_children", Path(__file__).parents[1] / "linkage" / "invented_children.py"
)
assert _SPEC and _SPEC.loader
_CHILDREN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CHILDREN)

FIRST = date(2005, 2, 1)
WORLD = "invented"
AT = datetime(2005, 2, 1, 9, 30, tzinfo=UTC)
MODEL = load_model()


def run_night(engine: Engine, night: date, records: pd.DataFrame) -> None:
    """Link, consolidate and publish as the stages of a night do."""
    known = known_before(engine, WORLD, night, records, MODEL)
    linked = link_records(
        records, MODEL, known.ledger, known.news, known.judgements, known.reference, later=known.later
    )
    judged_on = known.judged.set_index("judgement_id")["night"]
    judgements = linked.judgements.assign(judged_night=linked.judgements["judgement_id"].map(judged_on))
    purged = {known.ledger.current(person) for person in known.ledger.purged} - {None}
    tables = consolidate(
        records, linked.pairs, linked.members, linked.resurfacings, [], night, candidates=linked.candidates,
        judgements=judgements, purged_persons=purged,
    )  # fmt: skip
    manifest = {
        "night": night.isoformat(), "origin": WORLD, "is_synthetic": True, "inputs": [], "registers": {},
        "model_version": MODEL.version, "reference_id": known.reference_id, "code_version": "0", "libraries": {},
    }  # fmt: skip
    reference = (known.reference_id, known.reference.as_json()) if known.is_counted else None
    entry = LedgerEntry(linked.events, known.head, linked.last_number, known.contents, reference)
    publish(engine, night, WORLD, tables, records, findings_frame([]), manifest, entry)


@dataclass
class Sources:
    """What the five registers hold, from night to night."""

    random: Random
    said: list[dict[str, Any]] = field(default_factory=_CHILDREN.invented_registrations)
    there: set[int] = field(default_factory=lambda: set(range(0, 14, 2)))
    purged: set[int] = field(default_factory=set)

    def change(self, night: date) -> None:
        """One to three things happen: registrations come, go, are corrected, or their term ends."""
        for _ in range(self.random.randint(1, 3)):
            row, other = self.random.sample(range(len(self.said)), 2)
            kind = self.random.choice(["come", "come", "go", "correct", "purge"])
            if kind == "come":
                self.there |= {row, other} - self.purged
            elif kind == "correct":
                self.said[row] = self.said[row] | {"phones": self.said[other]["phones"]}
            elif len(self.there) > 4 and row in self.there:
                self.there.discard(row)
                if kind == "purge":
                    self.purged.add(row)

    def judge(self, engine: Engine) -> None:
        """A reviewer says something of two registrations of the table, or takes the first verdict back."""
        one, other = self.random.sample(sorted(self.there), 2)
        keys = ["{register}/{source_key}".format(**self.said[row]) for row in (one, other)]
        verdict = self.random.choice(["same", "different", "unsure"])
        try:
            if self.random.random() < 0.15:
                undo(engine, 1, "was mistaken", "Reviewer Two", AT)
            judge(engine, *keys, verdict, "seen together", "Reviewer One", AT)
        except OneLineError:
            pass

    @property
    def records(self) -> pd.DataFrame:
        return records_frame([self.said[row] for row in sorted(self.there)])


def column(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)).scalars())


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def check_ledger(engine: Engine) -> None:
    now = dict(rows(engine, "SELECT record_id, person_id FROM registers.membership WHERE is_in_force"))
    assert sorted(now) == sorted(column(engine, "SELECT record_id FROM registers.record"))
    events = rows(engine, f"SELECT {', '.join(EVENT_COLUMNS)} FROM monitoring.person_event ORDER BY event_id")
    ledger = Ledger.of_events(pd.DataFrame(events, columns=list(EVENT_COLUMNS), dtype=object))
    assert ledger.membership == now == dict(rows(engine, "SELECT record_id, person_id FROM monitoring.registration"))
    successor = dict(rows(engine, "SELECT person_id, current_person_id FROM monitoring.successor"))
    assert set(column(engine, "SELECT person_id FROM history.person")) <= successor.keys()
    assert set(successor.values()) - {None} == set(now.values())


NAMED = {
    "resurfacing": (("person_id", "victim_person_id"), ("missing_record_id", "victim_record_id")),
    "candidate": (("person_id", "victim_person_id"), ("missing_record_id", "victim_record_id")),
    "link": (("person_id_l", "person_id_r"), ("record_id_l", "record_id_r")),
}


def check_nobody_is_an_orphan(engine: Engine) -> None:
    person_of = dict(rows(engine, "SELECT record_id, person_id FROM monitoring.registration"))
    for table, (persons, records) in NAMED.items():
        for row in rows(engine, f"SELECT {', '.join((*persons, *records))} FROM monitoring.{table}"):
            for person, record in zip(row[: len(persons)], row[len(persons) :], strict=True):
                assert record is None or person_of[record] == person
    # An alert of a possible return names the missing child and the registration that it may be of.
    for person, record, status in rows(engine, "SELECT person_id, record_id, status FROM monitoring.alert"):
        assert person is None or person in person_of.values()
        assert record is None or record in person_of
        assert record is None or status == "possible" or person_of[record] == person


def check_judgements(engine: Engine) -> None:
    judged = rows(engine, "SELECT judgement_id, verdict, state, person_id_l, person_id_r FROM monitoring.judgement")
    for number, verdict, state, left, right in judged:
        if None not in (left, right):
            assert verdict != "different" or left != right
            assert verdict != "same" or (left == right) != (state == "contradicted")
        if state == "stale":
            assert f"judgement_stale:{number}" in column(engine, "SELECT alert_id FROM monitoring.alert")
    contradicted = [row for row in judged if row[2] == "contradicted"]
    kinds = column(engine, "SELECT kind FROM monitoring.alert WHERE kind = 'judgements_contradict'")
    assert len(kinds) == len(contradicted)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_every_published_night_agrees_with_itself(engine, seed):
    sources = Sources(Random(seed))
    for day in range(5):
        night = FIRST + timedelta(days=day)
        run_night(engine, night, sources.records)
        check_ledger(engine)
        check_nobody_is_an_orphan(engine)
        check_judgements(engine)
        for _ in range(4):
            sources.judge(engine)
        sources.change(night)


def alerts(engine: Engine, kind: str) -> int:
    return len(column(engine, f"SELECT alert_id FROM monitoring.alert WHERE kind = '{kind}'"))


def test_verdicts_that_clash_and_verdicts_that_became_stale_are_alerts(engine):
    said = _CHILDREN.invented_registrations()[:3]
    run_night(engine, FIRST, records_frame(said))
    one, two, three = ("{register}/{source_key}".format(**row) for row in said)
    for left, right, verdict in ((one, two, "same"), (two, three, "same"), (one, three, "different")):
        judge(engine, left, right, verdict, "seen together", "Reviewer One", AT)
    run_night(engine, FIRST + timedelta(days=1), records_frame(said))
    assert (alerts(engine, "judgements_contradict"), alerts(engine, "judgement_stale")) == (1, 0)
    said[0]["phones"] = ["+31600000009"]
    run_night(engine, FIRST + timedelta(days=2), records_frame(said))
    # The verdicts one-two and one-three rest on what changed.
    assert (alerts(engine, "judgements_contradict"), alerts(engine, "judgement_stale")) == (1, 2)
