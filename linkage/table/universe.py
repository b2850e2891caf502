"""All pairs of a table: how many there are, how many of them have equal values, and samples of them."""

from __future__ import annotations

import numpy as np

RANDOM_PAIRS, EQUAL_PAIRS = 400_000, 60_000
TIMES_DRAWN = 3  # pairs with an equal value, where there are few of them


class Universe:
    """All pairs of the records of a table; with `sources` only pairs of two sources."""

    def __init__(self, rows: int, sources: np.ndarray | None) -> None:
        self.rows, self.sources = rows, sources
        self.pairs = self.count(np.zeros(rows, dtype=np.int64))

    def count(self, codes: np.ndarray) -> float:
        """Return how many pairs share a code; -1 is no code."""
        return float(self.by_code(codes).sum())

    def by_code(self, codes: np.ndarray) -> np.ndarray:
        """Return the same for each code."""
        known = codes >= 0
        size = int(codes.max(initial=0)) + 1
        counts = np.bincount(codes[known], minlength=size).astype(float)
        pairs = counts * (counts - 1) / 2
        if self.sources is not None:
            for source in range(int(self.sources.max(initial=0)) + 1):
                own = np.bincount(codes[known & (self.sources == source)], minlength=size).astype(float)
                pairs -= own * (own - 1) / 2
        return np.asarray(pairs)

    def random_pairs(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return random pairs of different records; of a small table every pair once."""
        if self.rows * (self.rows - 1) // 2 <= RANDOM_PAIRS:
            left, right = np.triu_indices(self.rows, k=1)
            return self._across(left, right)
        chance = np.random.default_rng(seed)
        left, right = chance.integers(0, max(self.rows, 1), (2, RANDOM_PAIRS))
        differ = left != right
        return self._across(left[differ], right[differ])

    def pairs_with_equal(self, codes: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return random pairs of records that share a code, each such pair as likely as any other."""
        chance = np.random.default_rng(seed)
        order = np.argsort(codes, kind="stable")
        order = order[codes[order] >= 0]
        if not len(order):
            return order, order
        sizes = np.bincount(codes[order])
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        pairs = sizes.astype(float) * (sizes - 1)
        if not pairs.sum():
            return order[:0], order[:0]
        count = min(EQUAL_PAIRS, int(TIMES_DRAWN * pairs.sum() / 2))
        picked = chance.choice(len(sizes), count, p=pairs / pairs.sum())
        one = (chance.random(count) * sizes[picked]).astype(np.int64)
        other = (chance.random(count) * (sizes[picked] - 1)).astype(np.int64)
        other += other >= one
        return self._across(order[starts[picked] + one], order[starts[picked] + other])

    def _across(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self.sources is None:
            return left, right
        kept = self.sources[left] != self.sources[right]
        return left[kept], right[kept]
