"""How pairs of records agree: per column a level and, of what agrees, how common it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.table.encoded import Encoded
from linkage.table.levels import BY_WORD, LEVELS, SAME, levels_of, make_ready
from linkage.table.names import Elsewhere

# What agrees is told apart by the binary logarithm of how common it is: finely where values are the same.
BITS_PER_BIN_OF_SAME, BITS_PER_BIN = 1.0, 2.0
MOST_BITS = 18
BINS = MOST_BITS + 1  # 0: how common is not told
LEAST_SHARE = 1e-9


@dataclass(frozen=True)
class Agreement:
    """Pairs of records by row, columns by column: the level, and the bin of how common what agrees is, both int8."""

    levels: np.ndarray
    bins: np.ndarray

    def of(self, at: np.ndarray) -> Agreement:
        """Return some of the pairs."""
        return Agreement(self.levels[at], self.bins[at])

    def __len__(self) -> int:
        return len(self.levels)


class Agreements:
    """Compares pairs of records of one table in all its columns."""

    def __init__(self, columns: Sequence[Encoded], elsewhere: Elsewhere | None = None) -> None:
        """`elsewhere`: names that stand in another column, where other records than these tell how common they are."""
        self.columns = list(columns)
        self.counts = [len(LEVELS[column.compared.kind]) + 1 for column in columns]
        self._elsewhere = Elsewhere(columns) if elsewhere is None else elsewhere

    def name_shares(self) -> dict[str, float]:
        """Return how common each name is, in whichever column it stands."""
        return self._elsewhere.shares()

    def make_ready(self) -> None:
        """Work out beforehand what all pairs need, so that several threads do not work it out at once."""
        for column in self.columns:
            make_ready(column)

    def of(self, left: np.ndarray, right: np.ndarray) -> Agreement:
        """Return the agreement of pairs of records, given by their places in the table."""
        shape = (len(left), len(self.columns))
        levels, bins = np.empty(shape, dtype=np.int8, order="F"), np.empty(shape, dtype=np.int8, order="F")
        for at, column in enumerate(self.columns):
            levels[:, at], shares = levels_of(column, left, right)
            self._in_whole_name(at, left, right, levels[:, at], shares)
            bins[:, at] = bins_of(shares, levels[:, at])
        self._exchanged(left, right, levels, bins)
        return Agreement(levels, bins)

    def _in_whole_name(
        self, at: int, left: np.ndarray, right: np.ndarray, levels: np.ndarray, shares: np.ndarray
    ) -> None:
        elsewhere = self._elsewhere_level(at)
        if not elsewhere or not self._elsewhere.has_whole_names:
            return
        unlike = np.flatnonzero((levels > elsewhere) | (levels == 0))
        found = self._elsewhere.in_whole_name(at, left[unlike], right[unlike])
        levels[unlike[found > 0]] = elsewhere
        shares[unlike[found > 0]] = found[found > 0]

    def _exchanged(self, left: np.ndarray, right: np.ndarray, levels: np.ndarray, bins: np.ndarray) -> None:
        """Two names that have changed places say so once, in the first column."""
        for one, other, at, shares in self._elsewhere.exchanged(left, right):
            levels[at, one], levels[at, other] = self._elsewhere_level(one), 0
            bins[at, one], bins[at, other] = bins_of(shares, levels[at, one]), 0

    def _elsewhere_level(self, at: int) -> int:
        names = LEVELS[self.columns[at].compared.kind]
        return names.index("elsewhere") + 1 if "elsewhere" in names else 0


def bins_of(shares: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the bin of how common something is, by its share and the level of agreement; 0 for a share of 0."""
    bins = np.zeros(len(shares), dtype=np.int8)
    told = np.flatnonzero(shares > 0)
    bits = np.clip(-np.log2(np.maximum(shares[told], LEAST_SHARE)), 0.0, MOST_BITS - 1)
    width = np.where(levels[told] == SAME, BITS_PER_BIN_OF_SAME, BITS_PER_BIN)
    bins[told] = 1 + (bits // width)
    return bins


def common(column: Encoded, level: int) -> np.ndarray:
    """Return how common what two matches agree on at a level is, as shares per bin: as common as it is in the table."""
    if not len(column.values):
        return np.full(BINS, 1.0 / BINS)
    shares = column.shares
    if level > SAME and LEVELS[column.compared.kind][level - 1] in BY_WORD and column.letters.has_blank.any():
        shares = np.array([min((column.word_shares[word] for word in words), default=0.0) for words in column.words])
    bins = bins_of(shares, np.full(len(shares), level))
    return np.bincount(bins, weights=column.shares, minlength=BINS)
