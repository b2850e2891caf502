"""Sources that hold no double: a record has at most one partner in each other source, and its candidates compete."""

from __future__ import annotations

import numpy as np

SURE_FROM = 0.95
# So few of the records with a sure partner in a source may have two there.
MOST_DOUBLES = 0.05
MOST_BITS = 60.0


class Odds:
    """Sums of the odds of pairs, per record and source of the other record."""

    def __init__(self, sources: np.ndarray) -> None:
        self.sources, self._count = sources, int(sources.max(initial=0)) + 1
        self.sums = np.zeros(len(sources) * self._count)

    def sides(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the places of pairs in `sums`: of the one record, and of the other."""
        left, right = left.astype(np.int64), right.astype(np.int64)
        return left * self._count + self.sources[right], right * self._count + self.sources[left]

    def add(self, left: np.ndarray, right: np.ndarray, bits: np.ndarray) -> None:
        """Add pairs by their match weights."""
        odds = np.exp2(np.clip(bits, -MOST_BITS, MOST_BITS))
        for side in self.sides(left, right):
            np.add.at(self.sums, side, odds)


def competing(
    left: np.ndarray, right: np.ndarray, bits: np.ndarray, sources: np.ndarray, unlikely: Odds | None = None
) -> np.ndarray:
    """Return the match weights of pairs of two sources, where the sources hold no doubles: each weighed against the
    other candidates that its records have in the source of the other. Where they hold doubles: the weights as given.

    `unlikely`: the odds of the pairs that are not among those given.
    """
    unlikely = Odds(sources) if unlikely is None else unlikely
    sides = unlikely.sides(left, right)
    sure = bits >= np.log2(SURE_FROM / (1.0 - SURE_FROM))
    size = len(unlikely.sums)
    partners = np.bincount(np.concatenate(sides)[np.tile(sure, 2)], minlength=size)
    if (partners > 1).sum() > MOST_DOUBLES * (partners > 0).sum():
        return bits
    odds = np.exp2(np.clip(bits, -MOST_BITS, MOST_BITS))
    others = np.zeros(len(bits))
    sums = unlikely.sums + np.bincount(np.concatenate(sides), weights=np.tile(odds, 2), minlength=size)
    for side in sides:
        others += np.maximum(sums[side] - odds, 0.0)
    return np.asarray(bits - np.log2(1.0 + others))
