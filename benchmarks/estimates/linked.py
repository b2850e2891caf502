"""Worlds of registrations whose linking errs at a known rate, with match probabilities that are right on average.

Each person of two lists has a pair of registrations. A part of those pairs is hard: its probability is drawn from all
between 0.05 and 0.95, more often high, and beside it stand as many false pairs as calibration asks for: of the pairs
given 0.8, eight in ten are the same person.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from linkage.judgements import Judgements
from linkage.regrouped import PublishedPairs, persons_at, sampled_persons
from monitoring.estimates.histories import CaptureHistories, of_memberships

LISTS = ("A", "B", "C")
SURE = 0.9995
LOWEST, HIGHEST = 0.05, 0.95
LINK = 0.75


@dataclass(frozen=True)
class LinkedWorld:
    """`persons` in all; `registrations`: index record_id, columns register and person (who it really is)."""

    persons: int
    registrations: pd.DataFrame
    pairs: PublishedPairs

    def histories(self, person_of: pd.Series) -> CaptureHistories:
        """Return the capture histories of one grouping."""
        registers = self.registrations["register"].groupby(person_of.reindex(self.registrations.index).to_numpy())
        return of_memberships(LISTS, registers.agg(frozenset))

    @property
    def truth(self) -> CaptureHistories:
        """As a linking without errors has it."""
        return self.histories(self.registrations["person"])

    @property
    def published(self) -> CaptureHistories:
        """As one threshold has it."""
        return self.histories(persons_at(self.pairs, LINK))

    def sampled(self, seed: int) -> CaptureHistories:
        """As a sampled link set has it."""
        return self.histories(sampled_persons(self.pairs, seed))


def linked_world(seed: int, hard: float, persons: int = 2000) -> LinkedWorld:
    """Return a world in which this share of the true pairs is hard to link; three independent lists."""
    drawn = np.random.default_rng(seed)
    held = drawn.random((persons, 3)) < drawn.uniform(0.2, 0.4, 3)
    rows = [(f"{LISTS[place]}{person:05d}", LISTS[place], person) for person, place in np.argwhere(held)]
    registrations = pd.DataFrame(rows, columns=["record_id", "register", "person"]).set_index("record_id")
    pairs = _true_pairs(drawn, registrations, hard)
    is_hard = np.array([chance < SURE for _, _, chance in pairs], dtype=bool)
    pairs += _false_pairs(drawn, registrations, int(is_hard.sum()), {(one, other) for one, other, _ in pairs})
    frame = pd.DataFrame(pairs, columns=["record_id_l", "record_id_r", "match_probability"])
    frame = frame.assign(
        match_weight=np.log2(frame["match_probability"] / (1 - frame["match_probability"])),
        is_separated=False,
        is_refused=False,
    )
    return LinkedWorld(persons, registrations, PublishedPairs(tuple(sorted(registrations.index)), frame, Judgements()))


def _true_pairs(drawn: np.random.Generator, registrations: pd.DataFrame, hard: float) -> list[tuple[str, str, float]]:
    found = []
    for _, records in registrations.groupby("person").groups.items():
        for one, other in combinations(sorted(records), 2):
            found.append((one, other, _hard_chance(drawn, True) if drawn.random() < hard else SURE))
    return found


def _false_pairs(
    drawn: np.random.Generator, registrations: pd.DataFrame, count: int, taken: set[tuple[str, str]]
) -> list[tuple[str, str, float]]:
    """As many false pairs as true hard ones: with chances spread evenly that is what calibration asks for."""
    ids = np.array(sorted(registrations.index))
    found: dict[tuple[str, str], float] = {}
    while len(found) < count:
        one, other = sorted(drawn.choice(ids, 2, replace=False))
        if one[0] != other[0] and (one, other) not in taken:
            found[one, other] = _hard_chance(drawn, False)
    return [(one, other, chance) for (one, other), chance in found.items()]


def _hard_chance(drawn: np.random.Generator, is_same: bool) -> float:
    """A match probability of a hard pair: density proportional to p for true pairs, to 1 - p for false ones."""
    while True:
        chance = drawn.uniform(LOWEST, HIGHEST)
        if drawn.random() < (chance if is_same else 1 - chance):
            return float(chance)
