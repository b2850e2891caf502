"""Faults with which a registration first arrives: a value of another one, a year off, the sex exchanged, no telephone.

Whatever the register, a registration is here a mapping of its fields to what stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

Row = Mapping[str, Any]
Changes = dict[str, Any]

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
LEAP_DAY = re.compile(r"(?<!\d)29-0?2-|-0?2-29(?!\d)")
SEXES = {"V": "M", "M": "V", "v": "m", "m": "v", "1": "2", "2": "1"}
UNKNOWN_YEAR = 1900
TRIES = 20


@dataclass(frozen=True)
class Fields:
    """Where a register writes what can be wrong; empty where a fault cannot be made there.

    `name`: one field with both names, instead of `family` and `given`. `place`: or another field of one word, where the
    place is part of the key.
    """

    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    name: str = ""
    birth: str = ""
    sex: str = ""
    place: str = ""
    phone: str = ""
    longest_name: int = 200


def draw_fault(chance: Random, row: Row, others: Sequence[Row], fields: Fields, night: date) -> Changes:
    """Return the fields that are wrong at first, with what stands in them; nothing when no fault can be made.

    `others`: registrations of the same register to take a value from. `night`: nobody is born later than the year
    before it.
    """
    for make in chance.sample(FAULTS, k=len(FAULTS)):
        changes = make(chance, row, others, fields, night)
        if any(row.get(field) != value for field, value in changes.items()):
            return changes
    return {}


def _family_name(chance: Random, row: Row, others: Sequence[Row], fields: Fields, _: date) -> Changes:
    if fields.name:
        return _other_part(chance, row, others, fields, 0)
    return _taken(chance, row, others, fields.family)


def _given_names(chance: Random, row: Row, others: Sequence[Row], fields: Fields, _: date) -> Changes:
    if fields.name:
        return _other_part(chance, row, others, fields, 1)
    return _taken(chance, row, others, fields.given)


def _place(chance: Random, row: Row, others: Sequence[Row], fields: Fields, _: date) -> Changes:
    return _taken(chance, row, others, (fields.place,) if fields.place else ())


def _birth_year(chance: Random, row: Row, _: Sequence[Row], fields: Fields, night: date) -> Changes:
    born = row.get(fields.birth)
    way = chance.choice((-1, 1))
    if isinstance(born, date):
        year = _off(born.year, way, night)
        return {} if (born.month, born.day) == (2, 29) else {fields.birth: born.replace(year=year)}
    match = YEAR.search(str(born or ""))
    if match is None or int(match[0]) == UNKNOWN_YEAR or LEAP_DAY.search(str(born)):
        return {}
    return {fields.birth: YEAR.sub(str(_off(int(match[0]), way, night)), str(born), count=1)}


def _off(year: int, way: int, night: date) -> int:
    return year + way if year + way < night.year else year - 1


def _sex(_: Random, row: Row, __: Sequence[Row], fields: Fields, ___: date) -> Changes:
    other = SEXES.get(str(row.get(fields.sex) or ""))
    return {fields.sex: other} if other else {}


def _telephone(_: Random, row: Row, __: Sequence[Row], fields: Fields, ___: date) -> Changes:
    return {fields.phone: ""} if re.search(r"\d{4}", str(row.get(fields.phone) or "")) else {}


FAULTS: tuple[Callable[[Random, Row, Sequence[Row], Fields, date], Changes], ...] = (
    _family_name, _given_names, _birth_year, _sex, _place, _telephone,
)  # fmt: skip


def _taken(chance: Random, row: Row, others: Sequence[Row], fields: Sequence[str]) -> Changes:
    """The fields of another registration, when the last of them says something else than here."""
    for _ in range(TRIES if fields else 0):
        other = chance.choice(others)
        if _says(row.get(fields[-1])) and _says(other.get(fields[-1])) and other[fields[-1]] != row[fields[-1]]:
            return {field: other.get(field, "") for field in fields}
    return {}


def _other_part(chance: Random, row: Row, others: Sequence[Row], fields: Fields, part: int) -> Changes:
    """The name with its family name (part 0) or its given names (part 1) from another registration."""
    own = _parts(row.get(fields.name))
    for _ in range(TRIES if own else 0):
        taken = _parts(chance.choice(others).get(fields.name))
        if own is None or taken is None or taken[part].casefold() == own[part].casefold():
            continue
        family, given = (taken[0], own[1]) if part == 0 else (own[0], taken[1])
        name = f"{family}, {given}" if "," in row[fields.name] else f"{given} {family}"
        if len(name) <= fields.longest_name:
            return {fields.name: name}
    return {}


def _parts(name: Any) -> tuple[str, str] | None:
    """Family name and given names of a whole name on one line; none when it is a single name."""
    text = str(name or "").strip()
    if "\n" in text:
        return None
    family, comma, given = text.partition(",") if "," in text else text.partition(" ")[::-1]
    return (family.strip(), given.strip()) if comma and _says(family) and _says(given) else None


def _says(value: Any) -> bool:
    return any(letter.isalpha() for letter in str(value or ""))
