"""How two different dates agree: exchanged, a digit wrong, partly known, known by the year alone, years apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

NEAR_YEARS = 2
PLACES = 8  # digits of a date


class Dates:
    """Dates as numbers: year, month and day (0 is what is not known), and their eight digits, four bits each."""

    def __init__(self, values: Sequence[tuple[int, int, int]]) -> None:
        parts = np.array(values, dtype=np.int64).reshape(-1, 3)
        self.year, self.month, self.day = (parts[:, at].astype(np.int16) for at in range(3))
        number = parts[:, 0] * 10_000 + parts[:, 1] * 100 + parts[:, 2]
        digits = np.zeros(len(parts), dtype=np.uint32)
        for place in range(PLACES):
            digits |= (number // 10**place % 10).astype(np.uint32) << np.uint32(4 * place)
        self.digits = digits
        self.is_whole = np.asarray((parts > 0).all(axis=1))
        self.is_by_year = np.asarray((parts[:, 1:] == 1).all(axis=1))

    def levels(self, one: np.ndarray, other: np.ndarray, number: Mapping[str, int]) -> np.ndarray:
        """Return the level of each two different dates, given by their places. `number`: the levels by name."""
        years = self.year[one], self.year[other]
        months, days = (self.month[one], self.month[other]), (self.day[one], self.day[other])
        known = [(left > 0) & (right > 0) for left, right in (years, months, days)]
        equal: list[np.ndarray] = [np.asarray(left == right) for left, right in (years, months, days)]
        levels = np.full(len(one), number["different"], dtype=np.int8)
        levels[known[0] & (np.abs(years[0] - years[1]) <= NEAR_YEARS)] = number["years_near"]
        levels[known[0] & equal[0]] = number["same_year"]
        by_year: tuple[np.ndarray, np.ndarray] = (self.is_by_year[one], self.is_by_year[other])
        told: np.ndarray = np.sum([same & both for same, both in zip(equal, known, strict=True)], axis=0)
        levels[np.equal(told, 2) & ~(by_year[0] & by_year[1])] = number["two_parts"]
        whole = np.asarray(self.is_whole[one] & self.is_whole[other])
        self._incomplete(levels, np.flatnonzero(~whole), known, equal, number["partial"])
        differ = self.digits[one] ^ self.digits[other]
        nearly = (_digits_apart(differ) == 1) | _turned(differ, self.digits[one], self.digits[other])
        levels[whole & nearly & ~(by_year[0] & by_year[1])] = number["one_digit"]
        # Where only the year is known, 1 January is often written.
        levels[whole & (by_year[0] | by_year[1]) & equal[0]] = number["new_year"]
        swapped = equal[0] & (months[0] == days[1]) & (days[0] == months[1])
        levels[whole & swapped] = number["swapped"]
        return levels

    @staticmethod
    def _incomplete(
        levels: np.ndarray, at: np.ndarray, known: list[np.ndarray], equal: list[np.ndarray], partial: int
    ) -> None:
        """Dates of which parts are not known, where the known parts fit."""
        if len(at):
            fits = np.logical_and.reduce([same[at] | ~both[at] for same, both in zip(equal, known, strict=True)])
            levels[at[fits & np.logical_or.reduce([both[at] for both in known])]] = partial


def _marked(differ: np.ndarray) -> np.ndarray:
    """One bit for each of the eight digits that differs."""
    marked = differ | (differ >> np.uint32(2))
    return np.asarray((marked | (marked >> np.uint32(1))) & np.uint32(0x11111111))


def _digits_apart(differ: np.ndarray) -> np.ndarray:
    return np.asarray(np.bitwise_count(_marked(differ)))


def _turned(differ: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two neighbouring digits exchanged, and no others."""
    marked = _marked(differ)
    found = np.zeros(len(differ), dtype=bool)
    two = np.flatnonzero(np.bitwise_count(marked) == 2)
    for place in range(PLACES - 1):
        shift, both = np.uint32(4 * place), np.uint32(0x11 << 4 * place)
        at = two[marked[two] == both]
        left, right = one[at] >> shift, other[at] >> shift
        crossed = ((left & 15) == ((right >> 4) & 15)) & (((left >> 4) & 15) == (right & 15))
        found[at[crossed]] = True
    return found
