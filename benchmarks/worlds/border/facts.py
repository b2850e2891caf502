"""Facts of the border world: the small TOML files beside this module, and draws from them."""

from __future__ import annotations

import tomllib
from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

FIRST_DAY = date(2002, 9, 1)
LAST_NIGHT = date(2005, 6, 30)
# IKPS keeps two years back from the day of registration.
IKPS_SINCE = date(2003, 7, 1)


@cache
def facts(name: str) -> dict[str, Any]:
    """Facts of one TOML file of this folder, by its name without suffix."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str, divider: str = "") -> tuple[str, ...]:
    """A list of words.toml that is written as one text; `~` stands for a blank inside a word."""
    text = facts("words")[name]
    found = text.split(divider) if divider else text.split()
    return tuple(word.strip().replace("~", " ") if not divider else word.strip() for word in found)


def rate(table: str, name: str, register: str = "") -> float:
    """A share of rates.toml, of one register where registers differ."""
    value = facts("rates")[table][name]
    return float(value[register] if register else value)


def countries() -> dict[str, dict[str, Any]]:
    """Countries children come from, by ISO alpha-2."""
    return {code: about for code, about in facts("countries").items() if code != "paper"}


class Dice:
    """All chance of a world, from one seed."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(seed)
        self._cumulative: dict[int, tuple[Any, list[Any], list[float]]] = {}

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.rng.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self.rng.randint(low, high)

    def days(self, mean: float, low: int = 1, high: int = 900) -> timedelta:
        """A lag in days, exponential around its mean, within bounds."""
        return timedelta(days=int(min(max(self.rng.expovariate(1 / mean), low), high)))

    def one(self, choices: Sequence[T]) -> T:
        """One of several, all alike."""
        return choices[int(self.rng.random() * len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Several different ones."""
        return self.rng.sample(list(choices), min(count, len(choices)))

    def weighted(self, table: Mapping[T, float]) -> T:
        """One of a table's keys, by weight; the table must live as long as the world."""
        kept = self._cumulative.get(id(table))
        if kept is None:
            kept = (table, list(table), list(accumulate(table.values())))
            self._cumulative[id(table)] = kept
        _, keys, sums = kept
        return keys[bisect(sums, self.rng.random() * sums[-1])]

    def day(self, first: date, last: date) -> date:
        """A day from first to last, both included; first when the two are the wrong way round."""
        return first + timedelta(days=self.rng.randint(0, max((last - first).days, 0)))


@cache
def shares(file: str, *path: str) -> dict[str, float]:
    """A table of weights inside a TOML file, as one lasting object."""
    table: Any = facts(file)
    for step in path:
        table = table[step]
    return {str(key): float(value) for key, value in table.items()}


@cache
def country_shares(course: str) -> dict[str, float]:
    """Weights of the countries of origin among the children of one course of life."""
    return {code: float(about[course]) for code, about in countries().items() if about.get(course)}
