"""What agreement tells in this table: m and the prior, by expectation maximisation over all pairs of records.

The pairs of a table are a mixture of matches and non-matches (Fellegi and Sunter 1969; Winkler 1988). Only candidate
pairs can be matches, yet all pairs count, and what non-matches look like is fixed (`by_chance`): a block that shares a
surname is not taken for a family of doubles. Columns that repeat each other (street and postcode) are counted once.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pandas as pd

from linkage.table.agreement import Agreements
from linkage.table.by_chance import ByChance
from linkage.table.estimated import Dependence, Estimated, distinct, rarity
from linkage.table.match_shares import (
    SMOOTHING,
    START_KINDS,
    by_kind,
    first_shares,
    share_of_same_person,
    shares_of_levels,
    start_m,
)
from linkage.table.patterns import Patterns
from linkage.table.universe import Universe

logger = logging.getLogger(__name__)

MOST_ROUNDS, ROUNDS_OF_START, CONVERGED_BELOW = 200, 25, 1e-7
# Matches per record from which the estimation starts; the likeliest outcome stays.
STARTS = (0.05, 0.3, 1.0, 4.0)
FIRST_GUESS = 0.3
# Pairs of which the first guess says that one in so many is a match do not teach what matches look like: there are so
# many of them that the least error in what is seen by chance would be taken for matches.
TEACHES_FROM = 3e-4
# Share of the matches that differ in one of two columns that repeat each other, that differ in both.
DIFFER_TOGETHER = 0.5
TIMES_GUESSED, TIMES_COUNTED_BY_CHANCE, TIMES_SETTLED = 6, 2, 2
LEAST_DEPENDENCE_BITS = 0.1
PATTERN_BITS = 0.5  # how finely the rarity of what agrees is told while estimating


class Estimation:
    """Expectation maximisation over the patterns of the candidate pairs of one table."""

    def __init__(self, agreements: Agreements, compared: Patterns, universe: Universe, seed: int) -> None:
        self.columns, self.counts = agreements.columns, agreements.counts
        self.agreement, self.pairs_of, self.universe = compared.agreement, compared.pairs, universe
        self.by_chance = ByChance(agreements, universe, seed)
        self.all_patterns, self.place = distinct(self.agreement.levels)
        self.start_m = [start_m(column.compared.kind) for column in self.columns]

    def run(self) -> Estimated:
        """Return the likeliest of several starts, what is seen by chance counted anew with what it shows."""
        for _ in range(TIMES_GUESSED):
            partners = self.by_chance.partners
            guess = self._start(FIRST_GUESS)
            self.by_chance.refine([guess.m_of(at) for at in range(len(self.columns))], guess.prior)
            self.start_m = first_shares(self.agreement, self.pairs_of, self.by_chance)
            if self.by_chance.partners == partners:
                break
        self._take_rarities()
        found = [self._converged(self._start(matches), ROUNDS_OF_START) for matches in STARTS]
        best = self._converged(max(found, key=lambda one: one.likelihood))
        for _ in range(TIMES_COUNTED_BY_CHANCE):
            self.by_chance.refine([best.m_of(at) for at in range(len(self.columns))], best.prior)
            self._take_rarities()
            best = self._settled(best, TIMES_SETTLED)
        logger.info("estimated: %.3g matches per record", best.prior * self.universe.pairs / max(self.universe.rows, 1))
        return best

    def _take_rarities(self) -> None:
        """Count the pairs that teach of each pattern by how rare what agrees is: `pairs` and `rarity` per such cell,
        and the pattern of each cell (`of_cell`).
        """
        rarities = rarity(self.agreement, self.by_chance)
        teaches = self._start(FIRST_GUESS).logs(self.all_patterns)[self.place] + rarities >= np.log(TEACHES_FROM)
        rarities, place, pairs = rarities[teaches], self.place[teaches], self.pairs_of[teaches].astype(float)
        steps = np.rint(rarities / (PATTERN_BITS * np.log(2.0))).astype(np.int64)
        steps -= steps.min(initial=0)
        base = int(steps.max(initial=0)) + 1
        cell, cells = pd.factorize(place * base + steps, sort=True)
        taught, self.of_cell = np.unique(cells // base, return_inverse=True)
        self.patterns = self.all_patterns[taught]
        self.columns_of = [self.patterns[:, at].astype(np.int64) for at in range(len(self.columns))]
        self.pairs = np.bincount(cell, weights=pairs, minlength=len(cells))
        self.rarity = np.bincount(cell, weights=rarities * pairs, minlength=len(cells)) / np.maximum(self.pairs, 1.0)

    def _start(self, matches_per_record: float) -> Estimated:
        prior = min(matches_per_record * max(self.universe.rows, 1) / max(self.universe.pairs, 1.0), 0.3)
        made = Estimated(self.by_chance, START_KINDS, by_kind(self.start_m), prior, np.ones(len(self.columns)))
        return replace(made, dependences=self._dependences(made, None))

    def _settled(self, made: Estimated, times: int) -> Estimated:
        """Dependences and m in turn, as long as that explains the pairs better."""
        made = self._converged(made)
        for _ in range(times):
            _, of_kind = self._matches(made)
            further = self._converged(replace(made, dependences=self._dependences(made, of_kind)))
            if further.likelihood < made.likelihood:
                break
            made = further
        return made

    def _converged(self, made: Estimated, rounds: int = MOST_ROUNDS) -> Estimated:
        before = -np.inf
        for _ in range(rounds):
            odds, of_kind = self._matches(made)
            # Pairs that are no candidates are non-matches of unseen patterns: their number counts, their kind does not.
            likelihood = float((self.pairs * np.logaddexp(0.0, odds)).sum())
            likelihood += self.universe.pairs * np.log1p(-made.prior)
            made = self._next(made, of_kind, likelihood)
            if abs(likelihood - before) < CONVERGED_BELOW * abs(likelihood):
                break
            before = likelihood
        return made

    def _matches(self, made: Estimated) -> tuple[np.ndarray, np.ndarray]:
        """Natural logarithm of the odds of each cell; and per pattern how many pairs are matches of each kind."""
        kinds = made.kinds_of(self.patterns)
        together = np.logaddexp.reduce(kinds, axis=1)
        odds = (together + made.beside(self.patterns))[self.of_cell] + self.rarity
        odds = made.without_kin(odds, made.of_same_person(self.patterns)[self.of_cell])
        matches = self.pairs / (1.0 + np.exp(-np.clip(odds, -50.0, 50.0)))
        of_pattern = np.bincount(self.of_cell, weights=matches, minlength=len(self.patterns))
        return odds, of_pattern[:, None] * np.exp(kinds - together[:, None])

    def _by_level(self, at: int, of_kind: np.ndarray) -> np.ndarray:
        """How many matches of each kind have each level of a column."""
        levels, count = self.columns_of[at], self.counts[at]
        return np.column_stack([np.bincount(levels, weights=kind, minlength=count) for kind in of_kind.T])[1:]

    def _next(self, made: Estimated, of_kind: np.ndarray, likelihood: float) -> Estimated:
        """The numbers that these matches show."""
        sizes = of_kind.sum(axis=0) + SMOOTHING * START_KINDS
        by_level = [self._by_level(at, of_kind) for at in range(len(self.columns))]
        kinds = [column.compared.kind for column in self.columns]
        log_u = [float(shares[-1]) for shares in self.by_chance.log_u]
        of_columns = zip(by_level, kinds, made.same_person.tolist(), strict=True)
        return replace(
            made,
            kinds=sizes / sizes.sum(),
            m=by_kind([shares_of_levels(*of_column) for of_column in zip(by_level, kinds, log_u, strict=True)]),
            prior=float(np.clip(of_kind.sum() / max(self.universe.pairs, 1.0), 1e-15, 0.5)),
            same_person=np.array([share_of_same_person(of.sum(axis=1), kind, so) for of, kind, so in of_columns]),
            likelihood=likelihood,
        )

    def _dependences(self, made: Estimated, of_kind: np.ndarray | None) -> list[Dependence]:
        """The strongest dependences that form no circle (a maximum spanning tree, after Chow and Liu 1968).

        `of_kind`: how many pairs of each pattern are matches of each kind; None before anything is known of that.
        """
        edges = [
            self._dependence(*pair, by_chance, made, of_kind) for pair, by_chance in self.by_chance.repeats.items()
        ]
        group = list(range(len(self.columns)))
        chosen = []
        first = self.by_chance.rare_together
        for edge in sorted(edges, key=lambda e: ((e.one, e.other) not in first, -e.strength, e.one, e.other)):
            if edge.strength > LEAST_DEPENDENCE_BITS and group[edge.one] != group[edge.other]:
                chosen.append(edge)
                gone = group[edge.other]
                group = [group[edge.one] if of == gone else of for of in group]
        return chosen

    def _dependence(
        self, one: int, other: int, by_chance: np.ndarray, made: Estimated, of_kind: np.ndarray | None
    ) -> Dependence:
        """How much oftener levels of two columns go together, by chance and among matches of the same kind."""
        shape = self.counts[one], self.counts[other]
        shares = [np.outer(m[one][1:], m[other][1:]) for m in made.m]
        seen: np.ndarray = np.zeros((shape[0] - 1, shape[1] - 1))
        sizes: np.ndarray = np.zeros(len(shares))
        if of_kind is not None:
            packed = self.columns_of[one] * shape[1] + self.columns_of[other]
            seen = np.bincount(packed, weights=of_kind.sum(axis=1), minlength=shape[0] * shape[1])
            seen = seen.reshape(shape)[1:, 1:]
            sizes = of_kind[(self.columns_of[one] > 0) & (self.columns_of[other] > 0)].sum(axis=0)
        expected = sum(size * share for size, share in zip(sizes.tolist(), shares, strict=True))
        prior = np.ones_like(seen)
        if other in self.by_chance.partners[one]:
            # Who moves has another street and another postcode: columns that repeat each other differ together.
            prior[-1, -1] = max(DIFFER_TOGETHER / max(made.m_of(one)[-1], made.m_of(other)[-1]), 1.0)
        among = np.zeros(shape)
        among[1:, 1:] = np.log((seen + SMOOTHING * prior) / (expected + SMOOTHING))
        both = sum(size * share for size, share in zip(made.kinds.tolist(), shares, strict=True))
        strength = float((both * np.abs(among - by_chance)[1:, 1:]).sum() / np.log(2.0))
        return Dependence(one, other, among, by_chance, strength)
