"""What a register knows of a birth date: exact, swapped, a digit off, placeholders, a year, or a stated age only."""

from __future__ import annotations

import calendar
import random
from dataclasses import dataclass
from datetime import date

from benchmarks.worlds.harbour.facts_files import age_on, proportion


@dataclass(frozen=True)
class Birth:
    """A recorded birth date; month and day are 0 and the year None where not known."""

    year: int | None
    month: int = 0
    day: int = 0
    about: bool = False
    age: int | None = None

    @property
    def full(self) -> date | None:
        """The date when all of it is known."""
        return date(self.year, self.month, self.day) if self.year and self.month and self.day else None


def placeholder(rng: random.Random, birth: date, share: float) -> date:
    """The date an asylum seeker's unknown day is written as: 1 January or 1 July, in that share of the cases."""
    chance = rng.random()
    if chance < share * 0.78:
        return date(birth.year, 1, 1)
    return date(birth.year, 7, 1) if chance < share else birth


def _real(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _digit_off(rng: random.Random, birth: date) -> date:
    """One digit of the date wrong, the year staying within three of the true one."""
    part = rng.choice("ddmy")
    if part == "y":
        return _real(birth.year + rng.choice((-3, -2, -1, 1, 2)), birth.month, birth.day)
    if part == "m":
        tens, ones = divmod(birth.month, 10)
        months = [m for m in range(1, 13) if m != birth.month and (m // 10 == tens or m % 10 == ones)]
        return _real(birth.year, rng.choice(months), birth.day)
    tens, ones = divmod(birth.day, 10)
    near = [tens * 10 + digit for digit in range(10)] + [other * 10 + ones for other in range(4)]
    return _real(birth.year, birth.month, rng.choice([day for day in near if 1 <= day <= 28 and day != birth.day]))


def recorded(rng: random.Random, birth: date, register: str, on: date) -> Birth:
    """What a registration made on a day holds of the birth date, before anything is left out."""
    swapped, digit, year, only_year, no_day, about = proportion("birth", register)
    chance, wrong = rng.random(), birth
    if chance < swapped and birth.day <= 12:
        wrong = date(birth.year, birth.day, birth.month)
    elif chance < swapped + digit:
        wrong = _digit_off(rng, birth)
    elif chance < swapped + digit + year:
        wrong = _real(birth.year + rng.choice((-1, 1)), birth.month, birth.day)
    # A register would not accept a birth after the day itself.
    if wrong >= on:
        wrong = birth
    chance = rng.random()
    if chance < only_year:
        return Birth(wrong.year)
    if chance < only_year + no_day:
        return Birth(wrong.year, wrong.month)
    if chance < only_year + no_day + about:
        guess = min(wrong.year + rng.choice((-1, 0, 0, 1)), on.year - 1)
        return Birth(guess, about=True)
    return Birth(wrong.year, wrong.month, wrong.day)


def stated_age(rng: random.Random, birth: date, on: date) -> int:
    """The age someone says, now and then one year off."""
    return max(0, age_on(birth, on) + rng.choice((0, 0, 0, 0, 0, -1, 1)))


def notation(rng: random.Random, birth: Birth, dutch_share: float = 0.9) -> str:
    """A birth date in one of the notations of the contract; empty when nothing is known."""
    if birth.year is None:
        return ""
    if birth.about:
        return rng.choice((f"±{birth.year}", f"ca. {birth.year}"))
    if not birth.month:
        return rng.choice((f"00-00-{birth.year}", f"{birth.year}", f"{birth.year}-00-00"))
    if not birth.day:
        return f"00-{birth.month:02d}-{birth.year}"
    if rng.random() > dutch_share:
        return f"{birth.year}-{birth.month:02d}-{birth.day:02d}"
    if rng.random() < 0.06:
        return f"{birth.day}-{birth.month}-{birth.year}"
    return f"{birth.day:02d}-{birth.month:02d}-{birth.year}"


def day_notation(day: date) -> str:
    """A day as most registers write it."""
    return f"{day.day:02d}-{day.month:02d}-{day.year}"
