"""True and invented names of synthetic people: drawn by group of origin, common names more often, many put together.

Names come from `names.toml`; the parts from which given and family names are put together keep a large world from
collapsing onto few names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.sample.chance import Chance, declared


@dataclass(frozen=True, slots=True)
class Group:
    """The names of one group of origin, as declared."""

    given: dict[str, tuple[str, ...]]
    family: tuple[str, ...]
    given_parts: tuple[tuple[str, ...], tuple[str, ...]]
    family_parts: tuple[tuple[str, ...], tuple[str, ...]]
    joined_given: float
    joined_family: float
    double_family: float
    prefixes: dict[str, float]
    endings: tuple[tuple[str, str], ...]
    spellings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and a birth date under which a person is known: `kind` true_name, changed_age or false_identity."""

    given: tuple[str, ...]
    prefix: str
    family: str
    born: date
    sex: str
    origin: dict[str, Any]
    kind: str = "true_name"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


def _group(table: dict[str, Any]) -> Group:
    first_given, last_given = (_words(part) for part in table["given_parts"])
    first_family, last_family = (_words(part) for part in table["family_parts"])
    return Group(
        given={"v": _words(table["female"]), "m": _words(table["male"])},
        family=_words(table["family"]),
        given_parts=(first_given, last_given),
        family_parts=(first_family, last_family),
        joined_given=table["joined"]["given"],
        joined_family=table["joined"]["family"],
        double_family=table["double_family"],
        prefixes=table["prefixes"],
        endings=tuple((male, female) for male, female in table.get("female_endings", [])),
        spellings=tuple((one, other) for one, other in table["spellings"]),
    )


GROUPS: dict[str, Group] = {name: _group(table) for name, table in declared("names.toml").items()}


def draw_identity(chance: Chance, origin: dict[str, Any], sex: str, born: date, kind: str = "true_name") -> Identity:
    """Draw a name of someone of that origin and sex, born on that day."""
    group = GROUPS[origin["names"]]
    prefix = chance.by_weight(group.prefixes) if len(group.prefixes) > 1 else ""
    return Identity(draw_given(chance, group, sex), prefix, draw_family(chance, group, sex), born, sex, origin, kind)


def draw_given(chance: Chance, group: Group, sex: str) -> tuple[str, ...]:
    """Draw one given name or two."""
    first = _one_given(chance, group, sex)
    if chance.random() < 0.25:
        second = _one_given(chance, group, sex)
        if second != first:
            return (first, second)
    return (first,)


def _one_given(chance: Chance, group: Group, sex: str) -> str:
    if chance.random() < group.joined_given:
        return _joined(chance, group.given_parts)
    return _common(chance, group.given[sex])


def draw_family(chance: Chance, group: Group, sex: str) -> str:
    """Draw a family name; a girl's has the ending of her sex where the language has one."""
    family = _one_family(chance, group)
    if chance.random() < group.double_family:
        second = _one_family(chance, group)
        if second != family:
            family = f"{family}-{second}" if group.double_family < 0.2 else f"{family} {second}"
    return female_form(family, group) if sex == "v" else family


def _one_family(chance: Chance, group: Group) -> str:
    if chance.random() < group.joined_family:
        return _joined(chance, group.family_parts)
    return _common(chance, group.family)


def female_form(family: str, group: Group) -> str:
    """Give a family name the ending it has for a girl."""
    for male, female in group.endings:
        if family.endswith(male):
            return family[: -len(male)] + female
    return family


def _common(chance: Chance, names: tuple[str, ...]) -> str:
    """The first names of a list are drawn more often: of 82 family names the first by one person in nineteen."""
    return names[int(len(names) * chance.random() ** 1.5)]


def _joined(chance: Chance, parts: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    return chance.choice(parts[0]) + chance.choice(parts[1])
