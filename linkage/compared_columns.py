"""How columns of codes are compared, as `recordlinkage` features: distinct pairs of values once, or whole columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from recordlinkage.base import BaseCompareFeature


class DistinctPairs(BaseCompareFeature):
    """Levels from a function of two coded values, called once for each distinct pair of codes."""

    def __init__(
        self,
        column: str,
        label: str,
        level: Callable[[Any, Any], int],
        values: list[Any],
    ) -> None:
        super().__init__(column, column, label=label)
        self._level, self._values = level, values

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> pd.Series:
        one, other = left.to_numpy(np.int64), right.to_numpy(np.int64)
        known = (one >= 0) & (other >= 0)
        low, high = np.minimum(one, other)[known], np.maximum(one, other)[known]
        packed, where = np.unique(low << 32 | high, return_inverse=True)
        compared = self._compared(packed)
        levels = np.zeros(len(one), dtype=np.int8)
        levels[known] = compared[where] if len(packed) else 0
        return pd.Series(levels, index=left.index)

    def _compared(self, packed: np.ndarray) -> np.ndarray:
        return np.fromiter(
            (self._level(self._values[code >> 32], self._values[code & 0xFFFFFFFF]) for code in packed.tolist()),
            dtype=np.int8,
            count=len(packed),
        )


class Columns(BaseCompareFeature):
    """Levels from whole columns of both sides at once."""

    def __init__(self, columns: list[str], label: str, levels: Callable[[list[np.ndarray], list[np.ndarray]], Any]):
        super().__init__(columns, columns, label=label)
        self._columns, self._levels = columns, levels

    def _compute_vectorized(self, *sides: pd.Series) -> pd.Series:
        half = len(self._columns)
        left = [side.to_numpy() for side in sides[:half]]
        right = [side.to_numpy() for side in sides[half:]]
        return pd.Series(np.asarray(self._levels(left, right), dtype=np.int8), index=sides[0].index)
