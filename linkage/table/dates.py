"""How two different dates agree: exchanged, a digit wrong, partly known, known by the year alone, years apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

NEAR_YEARS = 2


def dates(one: np.ndarray, other: np.ndarray, number: Mapping[str, int]) -> np.ndarray:
    """Return the level of each two different dates, given as rows of year, month and day; 0 is what is not known.

    `number`: the levels by name.
    """
    known = (one > 0) & (other > 0)
    equal = one == other
    gap = np.abs(one[:, 0] - other[:, 0])
    levels = np.full(len(one), number["different"], dtype=np.int8)
    levels[known[:, 0] & (gap <= NEAR_YEARS)] = number["years_near"]
    levels[known[:, 0] & equal[:, 0]] = number["same_year"]
    by_year = [(side[:, 1:] == 1).all(axis=1) for side in (one, other)]
    levels[((equal & known).sum(axis=1) == 2) & ~(by_year[0] & by_year[1])] = number["two_parts"]
    incomplete = ~known.all(axis=1)
    fits = (equal | ~known).all(axis=1) & (known.sum(axis=1) > 0)
    levels[incomplete & fits] = number["partial"]
    whole = known.all(axis=1)
    digits = (_digits(one) != _digits(other)).sum(axis=1)
    levels[whole & ((digits == 1) | _turned_digits(one, other)) & ~(by_year[0] & by_year[1])] = number["one_digit"]
    # Where only the year is known, 1 January is often written.
    levels[whole & (by_year[0] | by_year[1]) & equal[:, 0]] = number["new_year"]
    swapped = (one[:, 1] == other[:, 2]) & (one[:, 2] == other[:, 1]) & equal[:, 0]
    levels[whole & swapped] = number["swapped"]
    return levels


def _digits(parts: np.ndarray) -> np.ndarray:
    """The eight digits of each date, as columns."""
    day = parts[:, 0] * 10_000 + parts[:, 1] * 100 + parts[:, 2]
    return np.column_stack([day // 10**place % 10 for place in range(7, -1, -1)])


def _turned_digits(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two neighbouring digits exchanged."""
    left, right = _digits(one), _digits(other)
    differ = left != right
    found = np.zeros(len(one), dtype=bool)
    for at in range(7):
        crossed = (left[:, at] == right[:, at + 1]) & (left[:, at + 1] == right[:, at])
        found |= crossed & differ[:, at] & (differ.sum(axis=1) == 2)
    return found
