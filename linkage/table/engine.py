"""Where candidate pairs are compared: in this process, on all its processors; or on a cluster (`spark_engine`).

Both give the same patterns and the same pairs; everything that is estimated, and who is who, is worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from connectors.side_by_side import processors
from linkage.match_weight import probability
from linkage.table.agreement import Agreements
from linkage.table.blocks import AT_ONCE, CandidatePairs, Pairs
from linkage.table.one_to_one import Odds
from linkage.table.patterns import ComparedPairs, Patterns, compare_chunks

# Pairs less likely than this are not kept.
KEPT_FROM = 0.001
# Memory that a pair takes while it is compared, in all columns together, and while it waits to be weighed; and how much
# a run has, if nothing is said. Pairs that would take more than a part of it are not kept but met again.
BYTES_PER_PAIR, BYTES_PER_WAITING_PAIR, MEMORY = 400, 8, 2 << 30
PART_FOR_WAITING = 4

Told = Callable[[str, float], object]


@dataclass(frozen=True)
class WeighedPairs:
    """Pairs of records by their places, the lower first, in order; and their match weights in bits."""

    left: np.ndarray
    right: np.ndarray
    bits: np.ndarray

    def of(self, at: np.ndarray) -> WeighedPairs:
        """Return some of the pairs."""
        return WeighedPairs(self.left[at], self.right[at], self.bits[at])

    def with_further(self, left: np.ndarray, right: np.ndarray, bits: np.ndarray) -> WeighedPairs:
        """Return these and further pairs."""
        low, high = np.concatenate((self.left, left)), np.concatenate((self.right, right))
        order = np.lexsort((high, low))
        return WeighedPairs(low[order], high[order], np.concatenate((self.bits, bits))[order])


class Engine(Protocol):
    """Compares the candidate pairs of a table, and later picks those that are likely enough to keep."""

    def compare(self, candidates: CandidatePairs, agreements: Agreements, told: Told) -> Patterns:
        """Compare all candidate pairs; return their patterns. `told` hears what is done, and which part of it."""

    def kept(self, patterns: Patterns, bits: np.ndarray, unlikely: Odds | None) -> WeighedPairs:
        """Return the pairs from KEPT_FROM on. `bits`: weight per pattern. `unlikely` gets the odds of the rest."""


class LocalEngine:
    """Compares in this process. `workers`: so many chunks at once. `memory`: bytes that the chunks may take."""

    def __init__(self, workers: int | None = None, memory: int = MEMORY) -> None:
        self.workers = workers or processors()
        self.most_waiting = memory // PART_FOR_WAITING // BYTES_PER_WAITING_PAIR
        self.at_once = int(np.clip(memory // BYTES_PER_PAIR // (self.workers + 1), 10_000, AT_ONCE))
        self._chunks: Callable[[], Iterable[Pairs]] = tuple
        self._compared: ComparedPairs | None = None

    def compare(self, candidates: CandidatePairs, agreements: Agreements, told: Told) -> Patterns:
        """Compare all candidate pairs, a chunk at a time."""
        expected = max(candidates.most, 1)
        agreements.make_ready()
        chunks: Iterable[Pairs] = candidates.chunks(self.at_once)
        self._chunks = lambda: candidates.chunks(self.at_once)
        if expected <= self.most_waiting:
            waiting: list[Pairs] = []
            chunks = _noted(chunks, waiting)
            self._chunks = lambda: waiting
        self._compared = compare_chunks(
            chunks,
            agreements,
            self.workers,
            lambda done: told(f"comparing pairs: {done:,} of at most {expected:,}", done / expected),
        )
        return Patterns.of(self._compared.numbers, self._compared.pairs, agreements.counts)

    def kept(self, patterns: Patterns, bits: np.ndarray, unlikely: Odds | None) -> WeighedPairs:
        """Return the pairs from KEPT_FROM on, in order."""
        assert self._compared is not None
        bits = bits[patterns.place(self._compared.numbers)]
        is_kept = probability(bits) >= KEPT_FROM
        found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        for (left, right), place in zip(self._chunks(), self._compared.places, strict=True):
            at = np.flatnonzero(is_kept[place])
            found.append((left[at], right[at], bits[place[at]]))
            if unlikely is not None:
                rest = np.flatnonzero(~is_kept[place])
                unlikely.add(left[rest], right[rest], bits[place[rest]])
        empty = np.empty(0, dtype=np.int32)
        parts = zip(*found, strict=True) if found else ((), (), ())
        left, right, weights = (np.concatenate([empty, *part]) for part in parts)
        order = np.lexsort((right, left))
        return WeighedPairs(left[order], right[order], weights[order])


def _noted(chunks: Iterable[Pairs], waiting: list[Pairs]) -> Iterator[Pairs]:
    for chunk in chunks:
        waiting.append(chunk)
        yield chunk
