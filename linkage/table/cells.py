"""How agreement is told: per column the level, and of equal values how common they are; and all pairs of a table."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from linkage.table.encoded import Encoded
from linkage.table.levels import LEVELS, SAME, levels_of

RANDOM_PAIRS, EQUAL_PAIRS = 1_000_000, 200_000
# Equal values are told apart by the binary logarithm of how common they are.
MOST_BINS = 18
LEAST_SHARE = 1e-9


@dataclass
class Cells:
    """How a column's agreement is told: the level, and of equal values how common they are; 0 is not recorded."""

    encoded: Encoded
    bins: int = 1
    bin_of: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, encoded: Encoded) -> Cells:
        """Return the cells of a column of this table."""
        if not len(encoded.values):
            return cls(encoded)
        bits = np.floor(-np.log2(np.maximum(encoded.shares, LEAST_SHARE))).astype(np.int64)
        bin_of = np.clip(bits - bits.min(), 0, MOST_BINS - 1)
        return cls(encoded, int(bin_of.max()) + 1, bin_of)

    @property
    def count(self) -> int:
        """How many cells there are, with the one for "not recorded"."""
        return self.bins + len(LEVELS[self.encoded.compared.kind])

    def cell_of(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return the cell of each pair of records, as int16."""
        levels = levels_of(self.encoded, left, right).astype(np.int16)
        cells = np.where(levels > SAME, levels + self.bins - 1, levels)
        same = np.flatnonzero(levels == SAME)
        cells[same] += self.bin_of[self.encoded.codes[left[same]]].astype(np.int16)
        return np.asarray(cells, dtype=np.int16)

    def levels(self, cells: np.ndarray) -> np.ndarray:
        """Return the level of each cell: 0 not recorded, 1 the same, however common."""
        return np.asarray(np.where(cells > self.bins, cells - self.bins + 1, np.minimum(cells, 1)))

    def level_names(self) -> list[str]:
        """Return the name of the level of each cell."""
        names = LEVELS[self.encoded.compared.kind]
        return ["not_recorded", *["same"] * self.bins, *names[1:]]


@dataclass(frozen=True)
class Levels:
    """Levels of one column, and how many there are with the one for "not recorded"."""

    of: np.ndarray
    count: int


def common(column: Cells) -> np.ndarray:
    """Return the share of the records whose value is as common as each bin says."""
    if not len(column.encoded.values):
        return np.ones(1)
    shares = np.bincount(column.bin_of, weights=column.encoded.shares, minlength=column.bins)
    return np.maximum(shares, LEAST_SHARE)


class Universe:
    """All pairs of a table: how many there are, and how many of them have equal values."""

    def __init__(self, rows: int, sources: np.ndarray | None) -> None:
        self.rows, self.sources = rows, sources
        self.pairs = self.count(np.zeros(rows, dtype=np.int64))

    def count(self, codes: np.ndarray) -> float:
        """Return how many pairs share a code; -1 is no code, and with sources only pairs across them count."""
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
        """Return random pairs of different records, across sources where only those count."""
        chance = np.random.default_rng(seed)
        left, right = chance.integers(0, max(self.rows, 1), (2, RANDOM_PAIRS))
        kept = left != right
        if self.sources is not None:
            kept &= self.sources[left] != self.sources[right]
        return left[kept], right[kept]

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
        picked = chance.choice(len(sizes), EQUAL_PAIRS, p=pairs / pairs.sum())
        one = (chance.random(EQUAL_PAIRS) * sizes[picked]).astype(np.int64)
        other = (chance.random(EQUAL_PAIRS) * (sizes[picked] - 1)).astype(np.int64)
        other += other >= one
        left, right = order[starts[picked] + one], order[starts[picked] + other]
        if self.sources is not None:
            across = self.sources[left] != self.sources[right]
            left, right = left[across], right[across]
        return left, right
