"""Birth dates: as declared without papers, as made older on a passport, and as written in each register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benchmarks.worlds.border.facts import LAST_NIGHT, Dice, rate


@dataclass(frozen=True)
class Told:
    """A birth date as told to a register: `form` is full, month, year, about, age or none."""

    form: str
    born: date
    age: int


def age_on(born: date, day: date) -> int:
    """Whole years lived on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def moved_to(born: date, year: int) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    return born.replace(year=year, day=min(born.day, 28) if born.month == 2 else born.day)


def declared(dice: Dice, born: date, arrived: date) -> date:
    """What a child without papers declares: often 1 January or 1 July, sometimes an invented date, mostly younger."""
    roll = dice.rng.random()
    shift = dice.one([0, 0, 0, 0, 1, 1, 2, -1])
    year = min(born.year + shift, arrived.year - 1)
    if arrived.year - year >= 18:
        year = arrived.year - dice.one([14, 15, 15, 16, 16, 16, 17])
    if roll < rate("births", "january"):
        return date(year, 1, 1)
    if roll < rate("births", "january") + rate("births", "july"):
        return date(year, 7, 1)
    if roll < rate("births", "january") + rate("births", "july") + rate("births", "invented"):
        return date(year, dice.number(1, 12), dice.number(1, 28))
    return born


def made_older(dice: Dice, born: date, on: date) -> date:
    """A birth date that makes a child eighteen to twenty-two: mostly only the year is changed."""
    year = on.year - dice.one([19, 19, 20, 20, 21, 22, 23])
    if dice.chance(0.72):
        return moved_to(born, year)
    return date(year, born.month if dice.chance(0.5) else dice.number(1, 12), dice.number(1, 28))


def adult_birth(dice: Dice, on: date, low: int = 18, high: int = 24) -> date:
    """A birth date of someone of low to high years on a day."""
    return date(on.year - dice.number(low, high) - 1, dice.number(1, 12), dice.number(1, 28))


def told(dice: Dice, born: date, on: date, register: str, on_document: bool) -> Told:
    """A birth date with the mistakes and gaps of a register; what a document shows is seldom left open."""
    age = max(age_on(born, on), 0)
    roll = dice.rng.random() / (0.3 if on_document else 1.0)
    for form, name in (("none", "unknown"), ("year", "year_only"), ("about", "approximate")):
        share = rate("births", name, register)
        if roll < share:
            return _open(dice, form, born, age, register)
        roll -= share
    wrong = _with_error(dice, born)
    return Told("full", wrong if wrong <= min(on, LAST_NIGHT) else born, age)


def _open(dice: Dice, form: str, born: date, age: int, register: str) -> Told:
    if form == "none" and register in ("stv", "telex") and dice.chance(0.55):
        return Told("age", born, max(age + dice.one([0, 0, 0, 1, -1]), 0))
    if form == "year" and dice.chance(0.12):
        return Told("month", born, age)
    if form == "about":
        return Told("about", moved_to(born, born.year + dice.one([0, 0, 1, -1])), age)
    return Told(form, born, age)


def _with_error(dice: Dice, born: date) -> date:
    if dice.chance(rate("births", "day_month_swapped")) and born.day <= 12:
        return born.replace(month=born.day, day=born.month)
    if dice.chance(rate("births", "digit_off")):
        kind = dice.number(1, 3)
        if kind == 1:
            return moved_to(born, born.year + dice.one([-1, 1]))
        if kind == 2:
            return born.replace(month=born.month % 12 + 1, day=min(born.day, 28))
        return born.replace(day=(born.day + dice.one([1, 10])) % 28 + 1)
    return born


def numeral(dice: Dice, day: date, style: str = "") -> str:
    """A full date as dd-mm-jjjj, jjjj-mm-dd or d-m-jjjj."""
    style = style or dice.one(["dmy", "dmy", "dmy", "dmy", "dmy", "iso", "short"])
    if style == "iso":
        return day.isoformat()
    if style == "short":
        return f"{day.day}-{day.month}-{day.year}"
    return f"{day.day:02d}-{day.month:02d}-{day.year}"


def as_text(dice: Dice, birth: Told, unknown: tuple[str, ...] = ("", "", "", "onbekend", "?")) -> str:
    """A birth date in a text column, unknown parts as the contract writes them."""
    born = birth.born
    if birth.form == "full":
        return numeral(dice, born)
    if birth.form == "month":
        return dice.one([f"00-{born.month:02d}-{born.year}", f"{born.year}-{born.month:02d}-00"])
    if birth.form == "year":
        return dice.one([f"00-00-{born.year}", f"{born.year}-00-00", f"{born.year}"])
    if birth.form == "about":
        return dice.one([f"±{born.year}", f"ca. {born.year}"])
    return dice.one(unknown)
