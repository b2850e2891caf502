"""The candidate pairs of a table as few different agreements: of millions of pairs some ten thousands differ.

An agreement is what is told of a pair in all columns: the level, and how common what agrees is. Pairs are compared a
chunk at a time, on all processors, and what is kept of each is the number of its agreement.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.table.agreement import BINS, Agreement, Agreements
from linkage.table.blocks import Pairs

MOST_NUMBER = 1 << 62


@dataclass(frozen=True)
class Patterns:
    """The different agreements of pairs, in the order of their numbers (a row each), and how many pairs have each."""

    numbers: np.ndarray
    agreement: Agreement
    pairs: np.ndarray

    @classmethod
    def of(cls, numbers: np.ndarray, pairs: np.ndarray, counts: list[int]) -> Patterns:
        """Return the patterns of numbers in any order, those that stand twice added up. `counts`: levels per column."""
        order = np.lexsort(numbers.T[::-1]) if len(numbers) else np.empty(0, dtype=np.int64)
        numbers = numbers[order]
        first = np.ones(len(numbers), dtype=bool)
        first[1:] = (numbers[1:] != numbers[:-1]).any(axis=1)
        total = np.bincount(np.cumsum(first) - 1, weights=pairs[order], minlength=0).astype(np.int64)
        return cls(numbers[first], _agreement(numbers[first], counts), total)

    def place(self, numbers: np.ndarray) -> np.ndarray:
        """Return the places of agreements by their numbers."""
        known = {row: at for at, row in enumerate(_rows(self.numbers))}
        return np.array([known[row] for row in _rows(numbers)], dtype=np.int64)


@dataclass(frozen=True)
class ComparedPairs:
    """Pairs that were compared: the numbers of their agreements in order of first appearance, how many pairs have each,
    and per chunk the agreement of each pair (int32).
    """

    numbers: np.ndarray
    pairs: np.ndarray
    places: list[np.ndarray]


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
    return ComparedPairs(*book.told(), places)


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
    """The numbers of the different agreements of one chunk (one row per agreement), and the place of each pair."""

    numbers: np.ndarray
    place: np.ndarray


def chunk_patterns(agreement: Agreement, counts: list[int]) -> ChunkPatterns:
    """Return the different agreements of one chunk. `counts`: number of levels per column."""
    numbers = []
    place: np.ndarray | None = None
    for columns in _groups(counts):
        number = np.zeros(len(agreement), dtype=np.int64)
        for at in columns:
            number *= counts[at] * BINS
            number += agreement.levels[:, at].astype(np.int64) * BINS + agreement.bins[:, at]
        codes, distinct = pd.factorize(number)
        place = codes if place is None else pd.factorize(place * len(distinct) + codes)[0]
        numbers.append(number)
    assert place is not None
    first = np.empty(int(place.max(initial=-1)) + 1, dtype=np.int64)
    first[place[::-1]] = np.arange(len(place) - 1, -1, -1)
    return ChunkPatterns(np.column_stack([number[first] for number in numbers]), place)


def _agreement(numbers: np.ndarray, counts: list[int]) -> Agreement:
    """The levels and bins of which numbers are made."""
    shape = (len(numbers), len(counts))
    levels, bins = np.empty(shape, dtype=np.int8, order="F"), np.empty(shape, dtype=np.int8, order="F")
    for group, columns in enumerate(_groups(counts)):
        rest = numbers[:, group].copy()
        for at in reversed(columns):
            rest, told = np.divmod(rest, counts[at] * BINS)
            levels[:, at], bins[:, at] = told // BINS, told % BINS
    return Agreement(levels, bins)


def numbers_of_columns(counts: list[int]) -> int:
    """Return how many numbers it takes to tell an agreement."""
    return len(_groups(counts))


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


def _rows(numbers: np.ndarray) -> Iterable[Hashable]:
    """Each row as something to look up; of one column the number itself, which is quicker."""
    listed: list[Hashable] = numbers[:, 0].tolist() if numbers.shape[1] == 1 else list(map(tuple, numbers.tolist()))
    return listed


class PatternBook:
    """Gives each different agreement its number, in order of first appearance."""

    def __init__(self, counts: list[int]) -> None:
        self._width = len(_groups(counts))
        self._place: dict[Hashable, int] = {}
        self._pairs: list[tuple[np.ndarray, np.ndarray]] = []

    def place(self, chunk: ChunkPatterns) -> np.ndarray:
        """Return the place of the agreement of each pair of a chunk (int32), and count them."""
        place = self._place
        of_chunk = np.array([place.setdefault(row, len(place)) for row in _rows(chunk.numbers)], dtype=np.int32)
        self._pairs.append((of_chunk, np.bincount(chunk.place, minlength=len(of_chunk))))
        return of_chunk[chunk.place]

    def told(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of all agreements, and the number of pairs of each."""
        total = np.zeros(len(self._place), dtype=np.int64)
        for places, pairs in self._pairs:
            total[places] += pairs
        return np.array(list(self._place), dtype=np.int64).reshape(-1, self._width), total
