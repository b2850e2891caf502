"""What reviewers judged of pairs of registrations, as constraints on who may be one person.

"different" separates for ever, also against chains through third registrations, so whole persons stay apart; "same"
joins even where the model and the rules of knowledge would not; "unsure" only ends the asking. Where verdicts
contradict each other "different" is respected and the contradiction is told: never a silent choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

COLUMNS = ("judgement_id", "record_id_l", "record_id_r", "verdict", "judged_by", "is_stale")
STATES = ("in_force", "stale", "contradicted", "waiting")

Pair = tuple[str, str]


def sorted_pair(one: str, other: str) -> Pair:
    """The two record ids in text order, as pairs are kept everywhere."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Judgements:
    """The verdicts in force: per pair (record ids in text order) the number of the judgement."""

    same: Mapping[Pair, int] = field(default_factory=dict)
    different: Mapping[Pair, int] = field(default_factory=dict)
    unsure: Mapping[Pair, int] = field(default_factory=dict)
    by: Mapping[int, str] = field(default_factory=dict)
    stale: frozenset[int] = frozenset()

    @classmethod
    def of_frame(cls, judged: pd.DataFrame) -> Judgements:
        """From judgements in force, columns COLUMNS, one per pair."""
        kinds: dict[str, dict[Pair, int]] = {"same": {}, "different": {}, "unsure": {}}
        for row in judged.sort_values("judgement_id").itertuples():
            kinds[row.verdict][sorted_pair(row.record_id_l, row.record_id_r)] = int(row.judgement_id)
        by = dict(zip(judged["judgement_id"].astype(int), judged["judged_by"].astype(str), strict=True))
        stale = frozenset(judged.loc[judged["is_stale"].astype(bool), "judgement_id"].astype(int))
        return cls(**kinds, by=by, stale=stale)

    @property
    def pairs(self) -> dict[Pair, int]:
        """All judged pairs."""
        return {**self.same, **self.different, **self.unsure}

    def who(self, number: int) -> str:
        """How a judgement is named in the table: its number and who gave it."""
        return f"oordeel {number} ({self.by[number]})"

    def among(self, record_ids: Iterable[str]) -> Judgements:
        """Those of which both registrations are there."""
        there = set(record_ids)

        def both(judged: Mapping[Pair, int]) -> dict[Pair, int]:
            return {pair: number for pair, number in judged.items() if pair[0] in there and pair[1] in there}

        return Judgements(both(self.same), both(self.different), both(self.unsure), self.by, self.stale)


NONE = Judgements()


@dataclass
class Groups:
    """Registrations in groups that only grow, and never over a pair that must stay apart."""

    group_of: dict[str, str]
    members: dict[str, list[str]]

    @classmethod
    def of_each(cls, record_ids: Iterable[str]) -> Groups:
        """Every registration alone."""
        ids = sorted(record_ids)
        return cls({record: record for record in ids}, {record: [record] for record in ids})

    def join(self, one: str, other: str) -> None:
        """Make one group of two, named by the smaller."""
        keep, gone = min(one, other), max(one, other)
        for record in self.members[gone]:
            self.group_of[record] = keep
        self.members[keep] += self.members.pop(gone)


def join_judged(groups: Groups, judged: Judgements) -> list[tuple[int, ...]]:
    """Join what reviewers called the same, oldest verdict first; return the contradictions.

    A contradiction: the verdict "same" that cannot be followed, then the verdicts "different" that prevent it.
    """
    contradictions = []
    for (left, right), number in sorted(judged.same.items(), key=lambda item: item[1]):
        one, other = groups.group_of[left], groups.group_of[right]
        if one == other:
            continue
        against = sorted(_between(groups.members[one], groups.members[other], judged.different))
        if against:
            contradictions.append((number, *against))
        else:
            groups.join(one, other)
    return contradictions


def _between(one: Iterable[str], other: Iterable[str], judged: Mapping[Pair, int]) -> set[int]:
    if not judged:
        return set()
    there = list(other)
    pairs = (sorted_pair(left, right) for left in one for right in there)
    return {judged[pair] for pair in pairs if pair in judged}


def judged_apart(person_of: Mapping[str, str], judged: Judgements) -> dict[Pair, int]:
    """Pairs of persons (ids in text order) that a verdict "different" keeps apart, with its number."""
    apart: dict[Pair, int] = {}
    for (left, right), number in sorted(judged.different.items(), key=lambda item: item[1]):
        if left in person_of and right in person_of:
            apart.setdefault(sorted_pair(person_of[left], person_of[right]), number)
    return apart


def states(judged: Judgements, person_of: Mapping[str, str], contradictions: Iterable[tuple[int, ...]]) -> pd.DataFrame:
    """One row per verdict in force: judgement_id, record ids, person ids (None where the registration is gone),
    verdict, state (STATES), contradicts (numbers), judged_by.
    """
    against: dict[int, set[int]] = {}
    for same, *different in contradictions:
        against.setdefault(same, set()).update(different)
        for number in different:
            against.setdefault(number, set()).add(same)
    refused = {same for same, *_ in contradictions}
    rows = []
    for verdict in ("same", "different", "unsure"):
        for (left, right), number in getattr(judged, verdict).items():
            persons = person_of.get(left), person_of.get(right)
            if None in persons:
                state = "waiting"
            elif number in refused:
                state = "contradicted"
            else:
                state = "stale" if number in judged.stale else "in_force"
            opposed = sorted(against.get(number, ()))
            rows.append((number, left, right, *persons, verdict, state, opposed, judged.by[number]))
    columns = ["judgement_id", "record_id_l", "record_id_r", "person_id_l", "person_id_r", "verdict", "state",
               "contradicts", "judged_by"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns, dtype=object).sort_values("judgement_id", ignore_index=True)
