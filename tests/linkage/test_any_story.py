"""Whatever is delivered, corrected, purged and judged, in whatever order: what must hold of every night's persons."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import records_frame
from linkage.judgements import COLUMNS, Judgements, judged_apart, sorted_pair
from linkage.ledger import Event, Ledger, News, events_frame, successors
from linkage.model import Model, load_model
from linkage.night import LinkedNight, link_records
from linkage.pair_index import PairIndex
from linkage.reference import Reference, count_reference, is_outgrown

_SPEC = importlib.util.spec_from_file_location("invented_children", Path(__file__).with_name("invented_children.py"))
assert _SPEC and _SPEC.loader
_CHILDREN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CHILDREN)

POOL = _CHILDREN.invented_registrations()
CORRECTED = (("given_names", "family_name"), ("birth_year", "birth_month", "birth_day"), ("phones",))

number = st.integers(0, len(POOL) - 1)
verdict = st.sampled_from(["same", "different", "different", "same", "unsure"])
step = st.one_of(
    st.tuples(st.just("deliver"), st.lists(number, min_size=1, max_size=8)),
    st.tuples(st.just("judge"), number, number, verdict),
    st.tuples(st.just("judge"), number, number, verdict),
    st.tuples(st.just("correct"), number, number, st.sampled_from(CORRECTED)),
    st.tuples(st.just("withdraw"), number),
    st.tuples(st.just("purge"), number),
    st.tuples(st.just("undo"), st.integers(1, 6)),
    st.tuples(st.just("change_model")),
)
stories = st.lists(st.lists(step, min_size=1, max_size=6), min_size=2, max_size=6)


@dataclass
class Story:
    """What lasts from night to night."""

    model: Model = field(default_factory=load_model)
    said: list[dict[str, Any]] = field(default_factory=lambda: [dict(row) for row in POOL])
    there: set[int] = field(default_factory=lambda: set(range(0, len(POOL), 2)))
    purged: set[int] = field(default_factory=set)
    # Per pair: number, verdict, and what the two said when they were judged.
    verdicts: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)
    judged: int = 0
    models: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    events: list[Event] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    reference: Reference | None = None
    known_pairs: PairIndex | None = None
    purged_now: set[str] = field(default_factory=set)

    def deliver(self, rows: list[int]) -> None:
        """Registrations come, or come back; what was purged never does."""
        self.there |= set(rows) - self.purged

    def withdraw(self, row: int) -> None:
        self.there.discard(row)

    def purge(self, row: int) -> None:
        self.purged.add(row)
        self.purged_now.add(self.said[row]["record_id"])
        self.there.discard(row)

    def correct(self, row: int, other: int, columns: tuple[str, ...]) -> None:
        """A registration is corrected to what another one says."""
        self.said[row] = self.said[row] | {column: POOL[other][column] for column in columns}

    def judge(self, one: int, other: int, verdict: str) -> None:
        if one != other and {one, other} <= self.there:
            self.judged += 1
            pair = sorted_pair(self.said[one]["record_id"], self.said[other]["record_id"])
            self.verdicts.pop(pair, None)
            self.verdicts[pair] = (self.judged, verdict, self._content(pair))

    def undo(self, number: int) -> None:
        for pair in [pair for pair, (judged, *_) in self.verdicts.items() if judged == number]:
            del self.verdicts[pair]

    def change_model(self) -> None:
        self.models += 1
        self.model = replace(self.model, version=f"test-{self.models}")

    def _content(self, pair: tuple[str, str]) -> str:
        return str([row for row in self.said if row["record_id"] in pair])

    @property
    def records(self) -> pd.DataFrame:
        return records_frame([self.said[row] for row in sorted(self.there)])

    @property
    def judgements(self) -> Judgements:
        rows = [
            (number, *pair, verdict, "Reviewer One", content != self._content(pair))
            for pair, (number, verdict, content) in self.verdicts.items()
        ]
        return Judgements.of_frame(pd.DataFrame(rows, columns=list(COLUMNS)))

    def night(self) -> LinkedNight:
        """A night passes."""
        records = self.records
        if self.reference is None or is_outgrown(self.reference, records, self.model):
            self.reference = count_reference(records, self.model, "salt")
        linked = link_records(
            records, self.model, self.ledger, News(purged=self.purged_now), self.judgements, self.reference,
            self.known_pairs,
        )  # fmt: skip
        self.known_pairs = linked.index
        self.purged_now = set()
        self.events += linked.events
        self.seen |= set(linked.members["person_id"])
        return linked


def groups(night: LinkedNight) -> set[frozenset[str]]:
    return {frozenset(rows) for _, rows in night.members.groupby("person_id")["record_id"]}


def check_persons(story: Story, night: LinkedNight, person_of: dict[str, str]) -> None:
    assert sorted(night.members["record_id"]) == sorted(story.records["record_id"])
    assert len(person_of) == len(night.members)
    # Every id ever given out leads to somebody who is there, or to nobody.
    for person in story.seen:
        assert story.ledger.current(person) in {None, *person_of.values()}
    replayed = Ledger.of_events(events_frame(story.events))
    assert replayed.membership == story.ledger.membership == person_of
    assert set(successors(replayed)["person_id"]) == story.seen


def check_judgements(story: Story, night: LinkedNight, person_of: dict[str, str]) -> None:
    states = night.judgements.set_index("judgement_id")
    assert set(states.index) == {number for number, *_ in story.verdicts.values()}
    status = {(row.record_id_l, row.record_id_r): row.status for row in night.pairs.itertuples()}
    for pair, (number, verdict, content) in story.verdicts.items():
        state = states.loc[number, "state"]
        if not all(record in person_of for record in pair):
            assert state == "waiting"
            continue
        together = person_of[pair[0]] == person_of[pair[1]]
        assert not (verdict == "different" and together)
        assert verdict != "same" or together != (state == "contradicted")
        assert status[pair] == ("link" if together else "no_link")
        if state != "contradicted":
            assert (state == "stale") == (content != story._content(pair))
        if state == "contradicted":
            assert {story_verdict(story, other) for other in states.loc[number, "contradicts"]} == {"different"}
    apart = judged_apart(person_of, story.judgements)
    for row in night.pairs[night.pairs["status"].eq("review")].itertuples():
        assert sorted_pair(person_of[row.record_id_l], person_of[row.record_id_r]) not in apart
    for row in night.candidates.itertuples():
        assert sorted_pair(row.person_id, row.victim_person_id) not in apart


def story_verdict(story: Story, number: int) -> str:
    return next(verdict for judged, verdict, _ in story.verdicts.values() if judged == number)


def check_resurfacings(night: LinkedNight, person_of: dict[str, str]) -> None:
    """No orphan: they name registrations that are there, and who those are now."""
    for row in night.resurfacings.itertuples():
        assert row.person_id == person_of[row.missing_record_id]
        assert (person_of[row.victim_record_id] == row.person_id) == (row.status != "possible")
    for row in night.candidates.itertuples():
        assert row.person_id == person_of[row.missing_record_id]
        assert row.victim_person_id == person_of[row.victim_record_id] != row.person_id


def check_one_big_night(story: Story, night: LinkedNight, order: int) -> None:
    """The way does not matter: all of it at once, rows in another order, nothing known before, gives the same."""
    shuffled = story.records.sample(frac=1.0, random_state=order).reset_index(drop=True)
    at_once = link_records(shuffled, story.model, None, None, story.judgements, story.reference)
    assert groups(at_once) == groups(night)
    pd.testing.assert_frame_equal(at_once.pairs, night.pairs, check_exact=True)


@given(stories, st.integers(0, 99))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_whatever_happens_from_night_to_night(nights, order):
    story = Story()
    for steps in nights:
        for name, *told in steps:
            getattr(story, name)(*told)
        night = story.night()
        person_of = dict(zip(night.members["record_id"], night.members["person_id"], strict=True))
        check_persons(story, night, person_of)
        check_judgements(story, night, person_of)
        check_resurfacings(night, person_of)
        check_one_big_night(story, night, order)
    assert story.night().events == []
