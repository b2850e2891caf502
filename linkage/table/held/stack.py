"""Arrays in several pieces, read as one: those of the table as it was linked whole, and of each addition since."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

MIX = np.uint64(0x9E3779B97F4A7C15)


class Stack:
    """Arrays laid after each other without copying them; read by places."""

    def __init__(self, parts: Sequence[np.ndarray]) -> None:
        self.parts = list(parts)
        self._type = np.result_type(*(part.dtype for part in self.parts))
        self.ends = np.cumsum([len(part) for part in self.parts], dtype=np.int64)

    def __len__(self) -> int:
        return int(self.ends[-1]) if len(self.ends) else 0

    def __getitem__(self, at: np.ndarray) -> np.ndarray:
        """Return what stands at places, in their order."""
        at = np.asarray(at, dtype=np.int64)
        if len(self.parts) == 1:
            return np.asarray(self.parts[0][at])
        # Texts of a later piece may be longer than those of the first.
        found = np.empty((len(at), *self.parts[0].shape[1:]), dtype=self._type)
        of_part = np.searchsorted(self.ends, at, side="right")
        for part in range(len(self.parts)):
            own = np.flatnonzero(of_part == part)
            if len(own):
                start = int(self.ends[part]) - len(self.parts[part])
                found[own] = self.parts[part][at[own] - start]
        return found


class Sorted:
    """Numbers in order, each with a value; in several pieces."""

    def __init__(self, parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
        self.parts = list(parts)

    def first(self, numbers: np.ndarray, missing: int = -1) -> np.ndarray:
        """Return the value of each number, of the last piece that has it; `missing` where none has."""
        found = np.full(len(numbers), missing, dtype=np.int64)
        for keys, values in self.parts:
            if not len(keys):
                continue
            at = np.minimum(np.searchsorted(keys, numbers), len(keys) - 1)
            held = np.flatnonzero(keys[at] == numbers)
            found[held] = values[at[held]]
        return found

    def all(self, numbers: np.ndarray, kind: type = np.int64) -> tuple[np.ndarray, np.ndarray]:
        """Return every value of each number: the places of the numbers, and the values."""
        places: list[np.ndarray] = [np.empty(0, dtype=np.int64)]
        values: list[np.ndarray] = [np.empty(0, dtype=kind)]
        for keys, held in self.parts:
            first, last = np.searchsorted(keys, numbers), np.searchsorted(keys, numbers, side="right")
            counts = last - first
            places.append(np.repeat(np.arange(len(numbers)), counts))
            starts = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) if len(counts) else first
            values.append(np.asarray(held[starts + np.arange(int(counts.sum()))], dtype=kind))
        return np.concatenate(places), np.concatenate(values)


def in_order(numbers: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers and their values as a piece of `Sorted`."""
    order = np.argsort(numbers, kind="stable")
    return numbers[order], values[order]


def digests(texts: Sequence[str]) -> np.ndarray:
    """Return a number of 64 bits for each text, never 0."""
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    made = pd.util.hash_array(found, categorize=False) if len(found) else np.empty(0, dtype=np.uint64)
    return np.where(made == 0, np.uint64(1), made)


def mixed(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return one number per combination of numbers, 0 where one of them is 0."""
    made = parts[0].copy()
    missing = made == 0
    for part in parts[1:]:
        missing |= part == 0
        made ^= part + MIX + (made << np.uint64(6)) + (made >> np.uint64(2))
    made[made == 0] = 1
    made[missing] = 0
    return made
