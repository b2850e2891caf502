"""The candidate pairs of a table as few different agreements: of millions of pairs some ten thousands differ.

An agreement is what is told of a pair in all columns: the level, and how common what agrees is. Pairs are compared a
chunk at a time, on all processors, and what is kept of each is the number of its agreement.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from linkage.table.agreement import BINS, Agreement, Agreements
from linkage.table.blocks import Pairs

MOST_NUMBER = 1 << 62


@dataclass
class Patterns:
    """The different agreements of pairs, in order of first appearance, and how many pairs have each."""

    agreement: Agreement
    pairs: np.ndarray


@dataclass
class ComparedPairs:
    """The candidate pairs of a table, compared: their patterns, and per chunk the pattern of each pair (int32)."""

    patterns: Patterns
    places: list[np.ndarray] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many pairs were compared."""
        return int(self.patterns.pairs.sum())


def compare_chunks(
    chunks: Iterable[Pairs], agreements: Agreements, workers: int, told: Callable[[int], object] = lambda _: None
) -> ComparedPairs:
    """Compare chunks of pairs, so many at a time. The outcome is the same for any number of workers.

    `told` hears how many pairs are done.
    """
    book = PatternBook(agreements.counts)
    places, done = [], 0

    def compared(pairs: Pairs) -> ChunkPatterns:
        return chunk_patterns(agreements.of(*pairs), agreements.counts)

    for found in _in_order(chunks, compared, workers):
        places.append(book.place(found))
        done += len(places[-1])
        told(done)
    return ComparedPairs(book.patterns(), places)


def _in_order(
    chunks: Iterable[Pairs], compared: Callable[[Pairs], ChunkPatterns], workers: int
) -> Iterator[ChunkPatterns]:
    """Work on so many chunks at once, and no more; yield what comes out in their order."""
    waiting: deque[Future[ChunkPatterns]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(compared, chunk))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@dataclass(frozen=True)
class ChunkPatterns:
    """The different agreements of one chunk, their numbers (one row per agreement), and the place of each pair."""

    agreement: Agreement
    numbers: np.ndarray
    place: np.ndarray


def chunk_patterns(agreement: Agreement, counts: list[int]) -> ChunkPatterns:
    """Return the different agreements of one chunk. `counts`: number of levels per column."""
    place, first = np.zeros(len(agreement), dtype=np.int64), np.zeros(1 if len(agreement) else 0, dtype=np.int64)
    for columns in _groups(counts):
        number = np.zeros(len(agreement), dtype=np.int64)
        for at in columns:
            number *= counts[at] * BINS
            number += agreement.levels[:, at].astype(np.int64) * BINS + agreement.bins[:, at]
        codes, distinct = pd.factorize(number)
        place = codes if len(first) <= 1 else pd.factorize(place * len(distinct) + codes)[0]
        first = np.empty(int(place.max(initial=-1)) + 1, dtype=np.int64)
        first[place[::-1]] = np.arange(len(place) - 1, -1, -1)
    of_first = agreement.of(first)
    return ChunkPatterns(of_first, _numbers(of_first, counts), place)


def _numbers(agreement: Agreement, counts: list[int]) -> np.ndarray:
    found = np.zeros((len(agreement), len(_groups(counts))), dtype=np.int64)
    for group, columns in enumerate(_groups(counts)):
        for at in columns:
            found[:, group] *= counts[at] * BINS
            found[:, group] += agreement.levels[:, at].astype(np.int64) * BINS + agreement.bins[:, at]
    return found


def _groups(counts: list[int]) -> list[list[int]]:
    """Columns whose levels and bins fit one number together."""
    groups: list[list[int]] = [[]]
    size = 1
    for at, count in enumerate(counts):
        if size * count * BINS >= MOST_NUMBER:
            groups.append([])
            size = 1
        groups[-1].append(at)
        size *= count * BINS
    return groups


class PatternBook:
    """Gives each different agreement its number, in order of first appearance."""

    def __init__(self, counts: list[int]) -> None:
        self._counts = counts
        self._number: dict[tuple[int, ...], int] = {}
        self._agreements: list[Agreement] = []
        self._pairs: list[np.ndarray] = []

    def place(self, chunk: ChunkPatterns) -> np.ndarray:
        """Return the number of the agreement of each pair of a chunk (int32), and count them."""
        known = len(self._number)
        of_chunk = np.array(
            [self._number.setdefault(tuple(row), len(self._number)) for row in chunk.numbers.tolist()], dtype=np.int32
        )
        fresh = of_chunk >= known
        self._agreements.append(chunk.agreement.of(np.flatnonzero(fresh)))
        counts = np.bincount(chunk.place, minlength=len(of_chunk))
        pairs = np.zeros(len(self._number), dtype=np.int64)
        pairs[of_chunk] = counts
        self._pairs.append(pairs)
        return of_chunk[chunk.place]

    def patterns(self) -> Patterns:
        """Return all agreements and the number of pairs of each."""
        columns = len(self._counts)
        empty = np.empty((0, columns), dtype=np.int8)
        levels = np.concatenate([empty, *(one.levels for one in self._agreements)])
        bins = np.concatenate([empty, *(one.bins for one in self._agreements)])
        total = np.zeros(len(levels), dtype=np.int64)
        for pairs in self._pairs:
            total[: len(pairs)] += pairs
        return Patterns(Agreement(np.asfortranarray(levels), np.asfortranarray(bins)), total)
