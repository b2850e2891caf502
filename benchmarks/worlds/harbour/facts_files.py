"""The facts of this world: shares, places, words, countries and names, read from the TOML files beside this module."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIRST_DAY = date(2002, 10, 1)
LAST_NIGHT = date(2005, 6, 30)
IKPS_FIRST = date(2003, 7, 1)  # older entries have been purged after two years
STV_FIRST = date(2003, 1, 1)


@cache
def facts(name: str) -> dict[str, Any]:
    """Read one file of facts; raises FileNotFoundError if there is none of that name."""
    return tomllib.loads((HERE / "facts" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str) -> list[str]:
    """A word list; one written as running text is cut at blanks."""
    listed = facts("words")[name]
    return listed.split() if isinstance(listed, str) else listed


def proportion(section: str, key: str) -> Any:
    """A share, or the list of shares, of the file of proportions."""
    return facts("proportions")[section][key]


def weighted(rng: random.Random, weights: Mapping[str, float]) -> str:
    """Draw a key by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def count_of(rng: random.Random, weights: Sequence[float], first: int = 1) -> int:
    """Draw a number from `first` upwards by the weights of the successive numbers."""
    return rng.choices(range(first, first + len(weights)), weights)[0]


def day_between(rng: random.Random, first: date, last: date) -> date:
    """Draw a day from first to last, both included; the first when there is none between them."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def days(number: float) -> timedelta:
    """A span of whole days."""
    return timedelta(days=int(number))


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def age_on(birth: date, day: date) -> int:
    """Age in whole years on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
