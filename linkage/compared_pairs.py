"""Compared pairs as arrays of numbers: which two records, the pattern of their agreement levels, the rule that holds.

Everything that is said of a pair before others are looked at is in these four numbers. There are few patterns and many
pairs, so what follows from a pattern is reckoned once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.blocking import HALF, LOW, as_index
from linkage.comparing import compare_pairs
from linkage.knowledge import rules_of
from linkage.model import Model
from linkage.standard import Comparable

BITS_OF_LEVEL = 5


@dataclass(frozen=True)
class ComparedPairs:
    """Pairs of records in the order of their numbers: `left` < `right` (row numbers of the night's comparable records),
    `pattern` (the levels and the pair of registers in one number), `rule` (number in `linkage.knowledge.RULE_NAMES`).
    """

    left: np.ndarray
    right: np.ndarray
    pattern: np.ndarray
    rule: np.ndarray

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.left)

    @property
    def packed(self) -> np.ndarray:
        """Both row numbers of each pair in one number."""
        return self.left.astype(np.int64) << HALF | self.right

    @property
    def rows(self) -> np.ndarray:
        """Both row numbers of each pair, in two columns."""
        return np.column_stack((self.left, self.right))

    def take(self, rows: np.ndarray) -> ComparedPairs:
        """Some of the pairs, by place or by whether they are wanted."""
        return ComparedPairs(self.left[rows], self.right[rows], self.pattern[rows], self.rule[rows])


Compare = Callable[[np.ndarray, Comparable, Model], ComparedPairs]


def joined(some: ComparedPairs, others: ComparedPairs) -> ComparedPairs:
    """The pairs of both, in the order of their numbers."""
    columns = [
        np.concatenate((getattr(some, name), getattr(others, name))) for name in ("left", "right", "pattern", "rule")
    ]
    both = ComparedPairs(*columns)
    return both.take(np.argsort(both.packed, kind="stable"))


def compared(packed: np.ndarray, records: Comparable, model: Model) -> ComparedPairs:
    """Compare pairs of row numbers (first in the high half, in ascending order)."""
    pairs = np.column_stack((packed >> HALF, packed & LOW))
    levels = compare_pairs(as_index(pairs, records.frame.index), records, model)
    return ComparedPairs(
        pairs[:, 0].astype(np.int32),
        pairs[:, 1].astype(np.int32),
        packed_levels(levels.to_numpy()),
        rules_of(levels, pairs, records, model),
    )


def packed_levels(levels: np.ndarray) -> np.ndarray:
    """One number per row of levels."""
    if levels.shape[1] * BITS_OF_LEVEL >= np.iinfo(np.int64).bits or levels.max(initial=0) >= 1 << BITS_OF_LEVEL:
        raise ValueError("the model has more fields or levels than fit in one number")
    pattern = np.zeros(len(levels), dtype=np.int64)
    for column in levels.T:
        pattern = pattern << BITS_OF_LEVEL | column
    return pattern


def levels_of(patterns: np.ndarray, columns: Sequence[str]) -> pd.DataFrame:
    """The levels of patterns again, one int8 column each."""
    shifts = BITS_OF_LEVEL * np.arange(len(columns) - 1, -1, -1)
    levels = (patterns[:, None] >> shifts) & ((1 << BITS_OF_LEVEL) - 1)
    return pd.DataFrame(levels.astype(np.int8), columns=list(columns))
