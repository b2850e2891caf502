"""What two different persons agree on by chance: how often values are equal, and which columns repeat each other.

Seen in pairs that must be of different persons, however many doubles the table holds, and fixed before anything is said
about matches: so the two classes cannot switch.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from linkage.table.cells import LEAST_SHARE, Cells, Levels, Universe, common
from linkage.table.levels import SAME

# From so many pairs it is believed that two columns go together.
FROM_PAIRS = 100.0
# Natural logarithm from which equal values of two columns are looked at by how common both are.
EQUAL_TOGETHER_FROM = 1.0
# Pairs that agree in at most one of so many other columns are of different persons: where one is equal, where two are.
MOST_OF_ONE, MOST_OF_TWO = 3, 2


class ByChance:
    """What random pairs of different persons agree on: fixed before anything is said about matches.

    Matches agree in most columns. So where one column is equal, the pairs that differ in most of the others are of
    different persons, however many doubles the table holds; and what two columns repeat is seen among pairs that differ
    in most of the rest.
    """

    def __init__(self, cells: list[Cells], universe: Universe, seed: int) -> None:
        self.cells = cells
        self.random = self._of(*universe.random_pairs(seed))
        self.equal = [
            self._of(*universe.pairs_with_equal(column.encoded.codes, seed + 1 + at)) for at, column in enumerate(cells)
        ]
        self.partners = self._partners()
        self.equal_pairs = [self._equal_pairs(column, universe) for column in cells]
        self.recorded = [universe.count(np.where(column.encoded.codes >= 0, 0, -1)) for column in cells]
        self.u = [self._u(at) for at in range(len(cells))]
        self.repeated = {
            (one, other): self._repeated(one, other)
            for one in range(len(cells))
            for other in range(one + 1, len(cells))
        }
        self.equal_together = {
            pair: self._equal_together(*pair, universe)
            for pair, found in self.repeated.items()
            if found[SAME, SAME] > EQUAL_TOGETHER_FROM
        }

    def _of(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.column_stack([column.cell_of(left, right) for column in self.cells])

    @staticmethod
    def _equal_pairs(column: Cells, universe: Universe) -> np.ndarray:
        """Pairs of the whole table with equal values, by how common the value is."""
        if not len(column.encoded.values):
            return np.zeros(column.bins)
        pairs = universe.by_code(column.encoded.codes)[: len(column.encoded.values)]
        return np.bincount(column.bin_of, weights=pairs, minlength=column.bins)

    def _partners(self) -> list[set[int]]:
        """Per column the columns that repeat it: they cannot tell whether a pair is of different persons."""
        partners: list[set[int]] = [set() for _ in self.cells]
        for one, other in combinations(range(len(self.cells)), 2):
            kept = self._are_different(self.random, {one, other}, MOST_OF_TWO)
            left, right = self._levels(self.random[kept], one, other)
            if repeated(left, right, FROM_PAIRS)[SAME, SAME] > EQUAL_TOGETHER_FROM:
                partners[one].add(other)
                partners[other].add(one)
        return partners

    def _levels(self, pairs: np.ndarray, *columns: int) -> list[Levels]:
        return [
            Levels(self.cells[at].levels(pairs[:, at]), self.cells[at].count - self.cells[at].bins + 1)
            for at in columns
        ]

    def _are_different(self, pairs: np.ndarray, beside: set[int], most: int) -> np.ndarray:
        """Whether pairs agree in no more than one of `most` columns that they record, those `beside` not counted."""
        others = [at for at in range(len(self.cells)) if at not in beside]
        agree = np.zeros(len(pairs), dtype=np.int64)
        recorded = np.zeros(len(pairs), dtype=np.int64)
        for level in self._levels(pairs, *others):
            agree += (level.of > 0) & (level.of < level.count - 1)
            recorded += level.of > 0
        return np.asarray(agree * most <= recorded)

    def _u(self, at: int) -> np.ndarray:
        column = self.cells[at]
        cells = self.equal[at][:, at]
        beside = {at, *self.partners[at]}
        different = self._are_different(self.equal[at], beside, MOST_OF_ONE)
        seen = np.bincount(cells, minlength=column.count)[1 : column.bins + 1]
        apart = np.bincount(cells, weights=different, minlength=column.count)[1 : column.bins + 1]
        same = self.equal_pairs[at] * (apart + 0.5) / (seen + 1.0) / max(self.recorded[at], 1.0)
        apart_at_random = self._are_different(self.random, beside, MOST_OF_ONE)
        others = np.bincount(self.random[apart_at_random, at], minlength=column.count)
        rest = others[column.bins + 1 :] + 0.5
        share = np.concatenate((np.maximum(same, LEAST_SHARE), rest / rest.sum() * max(1.0 - same.sum(), 1e-6)))
        return np.concatenate(([0.0], share / share.sum()))

    def _equal_together(self, one: int, other: int, universe: Universe) -> tuple[np.ndarray, np.ndarray]:
        """Two columns with equal values, by how common each is: as logarithms against independence, for a match and by
        chance.
        """
        left, right = self.cells[one], self.cells[other]
        known = (left.encoded.codes >= 0) & (right.encoded.codes >= 0)
        joint = np.where(known, left.encoded.codes * len(right.encoded.values) + right.encoded.codes, -1)
        codes = np.full(len(joint), -1)
        values, codes[known] = np.unique(joint[known], return_inverse=True)
        bins = (
            left.bin_of[values // len(right.encoded.values)] * right.bins
            + right.bin_of[values % len(right.encoded.values)]
        )
        size, shape = left.bins * right.bins, (left.bins, right.bins)
        held = np.bincount(bins, weights=np.bincount(codes[known]), minlength=size).reshape(shape)
        pairs = np.bincount(bins, weights=universe.by_code(codes)[: len(values)], minlength=size).reshape(shape)
        apart, seen = np.zeros(size), np.zeros(size)
        for sample in (self.equal[one], self.equal[other]):
            both = (left.levels(sample[:, one]) == SAME) & (right.levels(sample[:, other]) == SAME)
            places = (sample[both, one] - 1) * right.bins + sample[both, other] - 1
            seen += np.bincount(places, minlength=size)
            different = self._are_different(sample[both], self._beside(one, other), MOST_OF_TWO)
            apart += np.bincount(places, weights=different, minlength=size)
        by_chance = pairs * ((apart + 0.5) / (seen + 1.0)).reshape(shape)
        independent = np.outer(self.u[one][1 : left.bins + 1], self.u[other][1 : right.bins + 1])
        expected = independent * universe.count(np.where(known, 0, -1))
        match = np.outer(common(left), common(right)) * max(held.sum(), 1.0)
        # By chance a pair of values is as rare as the table says; where it never came up twice, as one record has it.
        return np.log((held + 0.5) / (match + 0.5)), np.log((by_chance + 0.5) / (expected + 0.5))

    def _repeated(self, one: int, other: int) -> np.ndarray:
        """Natural logarithm of how much oftener levels of two columns go together than if they were independent."""
        kept = self._are_different(self.random, self._beside(one, other), MOST_OF_TWO)
        left, right = self._levels(self.random[kept], one, other)
        found = repeated(left, right, FROM_PAIRS)
        for given, asked in ((one, other), (other, one)):
            pairs = self.equal[given]
            different = self._are_different(pairs, self._beside(one, other), MOST_OF_TWO)
            (level,) = self._levels(pairs[different], asked)
            seen = np.bincount(level.of, minlength=level.count)[1:]
            bins, u = self.cells[asked].bins, self.u[asked]
            expected = np.concatenate(([u[1 : bins + 1].sum()], u[bins + 1 :])) * seen.sum()
            row = np.log((seen + FROM_PAIRS) / (expected + FROM_PAIRS))
            if given == one:
                found[SAME, 1:] = row
            else:
                row[0] = (row[0] + found[SAME, SAME]) / 2
                found[1:, SAME] = row
        return found

    def _beside(self, one: int, other: int) -> set[int]:
        return {one, other} | self.partners[one] | self.partners[other]


def repeated(one: Levels, other: Levels, smoothing: float, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the natural logarithm of how much oftener two levels go together than if they were independent.

    0 where one is not recorded. `smoothing`: pairs from which it is believed.
    """
    packed = one.of * other.count + other.of
    table = np.bincount(packed, weights=weights, minlength=one.count * other.count).reshape(one.count, other.count)
    known = table[1:, 1:].astype(float)
    expected = known.sum(axis=1, keepdims=True) * known.sum(axis=0, keepdims=True) / max(known.sum(), 1e-9)
    found = np.zeros(table.shape)
    found[1:, 1:] = np.log((known + smoothing) / (expected + smoothing))
    return found
