"""Levels of pairs of values that were compared before, so that a night compares what is new.

Held in memory only and only as long as the process lives: the values are names.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

HALF = 32
LOW = (1 << HALF) - 1


class KnownLevels:
    """Levels by pair of values. They hold for one model and one reference: `forget` when either is another."""

    def __init__(self) -> None:
        self._number: dict[Hashable, int] = {}
        self._pairs = np.empty(0, dtype=np.int64)
        self._levels = np.empty(0, dtype=np.int8)
        self._of: Hashable = None

    def forget_unless(self, holds_for: Hashable) -> None:
        """Forget everything that was compared under something else, for example another model."""
        if holds_for != self._of:
            self.__init__()  # type: ignore[misc]
            self._of = holds_for

    def complete(
        self, packed: np.ndarray, values: Sequence[Any], compared: Callable[[np.ndarray], np.ndarray]
    ) -> np.ndarray:
        """Levels of distinct pairs of codes (low half and high half of each number), comparing only unknown ones.

        `values`: what stands behind the codes tonight. `compared`: levels of pairs of codes.
        """
        lasting = np.fromiter(
            (self._number.setdefault(value, len(self._number)) for value in values), dtype=np.int64, count=len(values)
        )
        one, other = lasting[packed >> HALF], lasting[packed & LOW]
        keys = np.minimum(one, other) << HALF | np.maximum(one, other)
        place = np.searchsorted(self._pairs, keys)
        inside = np.minimum(place, max(len(self._pairs) - 1, 0))
        is_known = (self._pairs[inside] == keys) if len(self._pairs) else np.zeros(len(keys), dtype=bool)
        levels = np.zeros(len(keys), dtype=np.int8)
        levels[is_known] = self._levels[inside[is_known]]
        fresh = np.flatnonzero(~is_known)
        if len(fresh):
            levels[fresh] = compared(packed[fresh])
            pairs = np.concatenate((self._pairs, keys[fresh]))
            order = np.argsort(pairs, kind="stable")
            self._pairs, self._levels = pairs[order], np.concatenate((self._levels, levels[fresh]))[order]
        return levels
