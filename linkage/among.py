"""Looking numbers up among others that are in ascending order."""

from __future__ import annotations

import numpy as np


def is_among(numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return which numbers are among known ones, which are in ascending order."""
    if not len(known):
        return np.zeros(len(numbers), dtype=bool)
    return np.asarray(known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers)
