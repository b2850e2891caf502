"""What agreement tells in this table: m and the prior, by expectation maximisation over all pairs of records.

The pairs of a table are a mixture of matches and non-matches (Fellegi and Sunter 1969; Winkler 1988). Only candidate
pairs can be matches, yet all pairs count, and what non-matches look like is fixed (`by_chance`): a block that shares a
surname is not taken for a family of doubles. Equal values are told apart by how common they are. Columns that repeat
each other (street and postcode) are counted once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import numpy as np

from linkage.table.by_chance import ByChance, repeated
from linkage.table.cells import Cells, Levels, Universe, common
from linkage.table.levels import SAME

logger = logging.getLogger(__name__)

SMOOTHING = 20.0
MOST_ROUNDS, CONVERGED_BELOW = 200, 1e-7
# Matches per record from which the estimation starts; the likeliest outcome stays.
STARTS = (0.05, 0.3, 1.0, 4.0)
START_M = {"same": 0.8, "near": 0.08, "different": 0.04}
LEAST_DEPENDENCE_BITS = 0.1


@dataclass(frozen=True)
class Dependence:
    """Two columns that repeat each other: per level of the one and of the other, the natural logarithm of how much
    oftener they go together than if they were independent, among matches and by chance. 0 where one is not recorded.
    `equal`: the same for two equal values, per how common the one and the other is: a rare street in a rare postcode is
    one rare thing, not two.
    """

    one: int
    other: int
    among_matches: np.ndarray
    by_chance: np.ndarray
    equal: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def strength(self) -> float:
        """Bits that would be counted twice, or be missed, where both columns agree."""
        return float(max(np.abs(self.among_matches).max(), np.abs(self.by_chance).max()) / np.log(2.0))


@dataclass
class Estimated:
    """The numbers of a table: per column the shares of its cells among matches (m) and non-matches (u).

    `prior`: share of matches among all pairs. `dependences`: pairs of columns that repeat each other.
    """

    cells: list[Cells]
    m: list[np.ndarray]
    u: list[np.ndarray]
    prior: float
    dependences: list[Dependence] = field(default_factory=list)
    likelihood: float = -np.inf

    def weights(self) -> list[np.ndarray]:
        """Bits of each cell of each column; not recorded weighs nothing."""
        return [np.concatenate(([0.0], np.log2(m[1:]) - np.log2(u[1:]))) for m, u in zip(self.m, self.u, strict=True)]

    def bits(self, patterns: np.ndarray) -> np.ndarray:
        """Match weight of patterns of cells, prior odds included."""
        log_m, log_u = self.logs(patterns)
        return np.asarray((log_m - log_u) / np.log(2.0))

    def logs(self, patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logarithm of the share of each pattern among all pairs, as match and as non-match."""
        log_m = np.full(len(patterns), np.log(self.prior))
        log_u = np.full(len(patterns), np.log1p(-self.prior))
        for at, (m, u) in enumerate(zip(self.m, self.u, strict=True)):
            log_m += np.concatenate(([0.0], np.log(m[1:])))[patterns[:, at]]
            log_u += np.concatenate(([0.0], np.log(u[1:])))[patterns[:, at]]
        for found in self.dependences:
            one, other = (self.cells[at].levels(patterns[:, at]) for at in (found.one, found.other))
            log_m += found.among_matches[one, other]
            log_u += found.by_chance[one, other]
            if found.equal is not None:
                both = np.flatnonzero((one == SAME) & (other == SAME))
                bins = patterns[both, found.one] - 1, patterns[both, found.other] - 1
                log_m[both] += found.equal[0][bins]
                log_u[both] += found.equal[1][bins] - found.by_chance[SAME, SAME]
        return log_m, log_u


class Estimation:
    """Expectation maximisation over the patterns of the candidate pairs of one table."""

    def __init__(self, cells: list[Cells], patterns: np.ndarray, counts: np.ndarray, universe: Universe, seed: int):
        self.cells, self.patterns, self.counts, self.universe = cells, patterns, counts.astype(float), universe
        self.by_chance = ByChance(cells, universe, seed)
        self.levels = [
            Levels(column.levels(patterns[:, at]), column.count - column.bins + 1) for at, column in enumerate(cells)
        ]

    def run(self) -> Estimated:
        """Return the likeliest of several starts, then once more with the dependences that it shows."""
        found = [self._converged(self._start(matches)) for matches in STARTS]
        best = max(found, key=lambda one: one.likelihood)
        for _ in range(3):
            best.dependences = self._dependences(best)
            best = self._converged(best)
        logger.info("estimated: %.3g matches per record", best.prior * self.universe.pairs / max(self.universe.rows, 1))
        return best

    def _start(self, matches_per_record: float) -> Estimated:
        prior = min(matches_per_record * max(self.universe.rows, 1) / max(self.universe.pairs, 1.0), 0.3)
        made = Estimated(self.cells, [self._start_m(column) for column in self.cells], self.by_chance.u, prior)
        made.dependences = self._dependences(None)
        return made

    @staticmethod
    def _start_m(column: Cells) -> np.ndarray:
        names = column.level_names()[1:]
        shares = np.array([START_M.get(name, 0.03) for name in names[column.bins - 1 :]])
        return np.concatenate(([0.0], common(column) * shares[0], shares[1:])) / shares.sum()

    def _converged(self, made: Estimated) -> Estimated:
        before = -np.inf
        for _ in range(MOST_ROUNDS):
            log_m, log_u = made.logs(self.patterns)
            together = np.logaddexp(log_m, log_u)
            matches = self.counts * np.exp(log_m - together)
            # Pairs that are no candidates are non-matches of unseen patterns: their number counts, their kind does not.
            rest = max(self.universe.pairs - self.counts.sum(), 0.0)
            likelihood = float((self.counts * together).sum() + rest * np.log1p(-made.prior))
            made = Estimated(
                self.cells,
                [self._m(at, matches) for at in range(len(self.cells))],
                self.by_chance.u,
                float(np.clip(matches.sum() / max(self.universe.pairs, 1.0), 1e-15, 0.5)),
                made.dependences,
                likelihood,
            )
            if abs(likelihood - before) < CONVERGED_BELOW * abs(likelihood):
                break
            before = likelihood
        return made

    def _m(self, at: int, matches: np.ndarray) -> np.ndarray:
        """Shares of the cells among matches, smoothed; equal values as common as they are in the table."""
        column = self.cells[at]
        found = np.bincount(self.patterns[:, at], weights=matches, minlength=column.count)
        levels = np.concatenate(([found[1 : column.bins + 1].sum()], found[column.bins + 1 :]))
        prior = self._start_m(column)
        start = np.concatenate(([prior[1 : column.bins + 1].sum()], prior[column.bins + 1 :]))
        shares = levels + SMOOTHING * start
        shares /= shares.sum()
        return np.concatenate(([0.0], common(column) * shares[0], shares[1:]))

    def _dependences(self, made: Estimated | None) -> list[Dependence]:
        """The strongest dependences that form no circle (a maximum spanning tree, after Chow and Liu 1968)."""
        matches = np.zeros(len(self.patterns))
        if made is not None:
            log_m, log_u = made.logs(self.patterns)
            matches = self.counts * np.exp(log_m - np.logaddexp(log_m, log_u))
        edges = [
            Dependence(*pair, self._in_matches(*pair, matches), found, self.by_chance.equal_together.get(pair))
            for pair, found in self.by_chance.repeated.items()
        ]
        group = list(range(len(self.cells)))
        chosen = []
        for edge in sorted(edges, key=lambda edge: (-edge.strength, edge.one, edge.other)):
            if edge.strength > LEAST_DEPENDENCE_BITS and group[edge.one] != group[edge.other]:
                chosen.append(edge)
                gone = group[edge.other]
                group = [group[edge.one] if of == gone else of for of in group]
        return chosen

    def _in_matches(self, one: int, other: int, matches: np.ndarray) -> np.ndarray:
        return repeated(self.levels[one], self.levels[other], SMOOTHING, matches)
