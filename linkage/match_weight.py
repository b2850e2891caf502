"""From a match weight in bits to a probability."""

from __future__ import annotations

import numpy as np

MOST_BITS = 60.0


def probability(match_weight: np.ndarray) -> np.ndarray:
    """Probability that belongs to a posterior match weight in bits."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(match_weight, -MOST_BITS, MOST_BITS))))
