"""The children of the synthetic world: who they really are, before any register writes them down.

Shares come from `facts.toml` (the report's where it publishes them), names from `names.toml`, joined at random.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any


@cache
def facts() -> dict[str, Any]:
    """The declared facts of the synthetic world."""
    return tomllib.loads(_file("facts.toml"))


@cache
def names() -> dict[str, Any]:
    """The declared names, by group of origin."""
    return tomllib.loads(_file("names.toml"))


def _file(name: str) -> str:
    return resources.files("connectors.sample").joinpath(name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Identity:
    """A name and a birth date under which a person can be known; true or false."""

    given: tuple[str, ...]
    prefix: str
    family: str
    born: date
    country: str
    adjective: str
    iso: str
    group: str


@dataclass
class Child:
    """One person of the world: the true identity, and what goes along with the person."""

    child_id: str
    kind: str
    sex: str
    true: Identity
    false: Identity | None
    asylum: bool
    born_known: str
    phone: str
    plate: str
    contact: str
    contact_phone: str
    work_name: str
    town: str
    false_kind: str = "true_name"
    notes: dict[str, Any] = field(default_factory=dict)


def share(random: Random, name: str) -> bool:
    """Whether something holds of which the facts declare the share."""
    return random.random() < facts()["shares"][name]


def weighted(random: Random, weights: dict[str, float]) -> str:
    """One of the names by weight."""
    return random.choices(list(weights), list(weights.values()))[0]


def day_between(random: Random, first: date, last: date) -> date:
    """A day in a period, both ends included."""
    return first + timedelta(days=random.randint(0, max((last - first).days, 0)))


def make_child(random: Random, number: int) -> Child:
    """Make one person of the world."""
    kind = weighted(random, facts()["kinds"])
    asylum = kind in ("missing", "missing_then_victim") and random.random() < 0.6
    origin = _origin(random, kind, asylum)
    sex = _sex(random, kind, asylum)
    born = _born(random, kind)
    true = _identity(random, origin, sex, born)
    placeholder = asylum and share(random, "placeholder_birth")
    if placeholder:
        true = _with_born(true, date(born.year, random.choice((1, 1, 7)), 1))
    false, false_kind = _false_identity(random, kind, true, sex)
    return Child(
        child_id=f"C{number:07d}",
        kind=kind,
        sex=sex,
        true=true,
        false=false,
        false_kind=false_kind,
        asylum=asylum,
        born_known="year" if share(random, "partial_birth") else "day",
        phone=_phone(random) if share(random, "phone_known") or false_kind == "false_identity" else "",
        plate=_plate(random),
        contact=random.choice(facts()["words"]["contacts"]),
        contact_phone=_phone(random),
        work_name=random.choice(facts()["words"]["work_names"]) if share(random, "work_name") else "",
        town=random.choice(facts()["places"]["towns"]),
    )


def sibling_of(random: Random, child: Child, number: int) -> Child:
    """A brother, sister or twin with a youth-care file: the same family name, another child."""
    other = make_child(random, number)
    twin = random.random() < 0.3
    born = child.true.born if twin else child.true.born + timedelta(days=random.randint(330, 1500))
    given = _given(random, names()[child.true.group], other.sex)
    while given == child.true.given:
        given = _given(random, names()[child.true.group], other.sex)
    other.true = Identity(**{**vars(child.true), "given": given, "born": born})
    other.kind, other.false, other.false_kind, other.asylum = "youth_care_only", None, "true_name", child.asylum
    other.phone, other.town = child.phone, child.town
    return other


def _origin(random: Random, kind: str, asylum: bool) -> dict[str, Any]:
    origins = facts()["origin"]
    if asylum:
        return random.choices(origins, [origin["mob"] for origin in origins])[0]
    if kind == "youth_care_only" and random.random() < 0.6:
        return origins[0]
    return random.choices(origins, [origin["victims"] for origin in origins])[0]


def _sex(random: Random, kind: str, asylum: bool) -> str:
    female = 0.5 if kind in ("youth_care_only", "missing") else facts()["shares"]["female"]
    if asylum:
        female = facts()["shares"]["female_mob"] if kind == "missing" else 0.75
    return "v" if random.random() < female else "m"


def _born(random: Random, kind: str) -> date:
    if kind == "youth_care_only":
        return day_between(random, date(1986, 1, 1), date(2002, 12, 31))
    first = date(1979, 1, 1) if kind == "victim" and random.random() < 0.3 else date(1986, 1, 1)
    return day_between(random, first, date(1991, 6, 30))


def _identity(random: Random, origin: dict[str, Any], sex: str, born: date) -> Identity:
    group = names()[origin["names"]]
    prefix = random.choice(group.get("prefixes", [""]))
    family = random.choice(group["family"])
    if "family_first" in group and random.random() < 0.6:
        family = random.choice(group["family_first"]) + random.choice(group["family_last"])
    return Identity(
        given=_given(random, group, sex),
        prefix=prefix,
        family=family,
        born=born,
        country=origin["country"],
        adjective=origin["adjective"],
        iso=origin["iso"],
        group=origin["names"],
    )


def _given(random: Random, group: dict[str, Any], sex: str) -> tuple[str, ...]:
    if "syllables" in group:
        one, two = random.sample(group["syllables"], 2)
        return ((one + two).capitalize(),) if random.random() < 0.85 else (one.capitalize(),)
    given = group["female" if sex == "v" else "male"]
    first = random.choice(given)
    second = random.choice(given)
    return (first, second) if random.random() < 0.3 and second != first else (first,)


def _with_born(identity: Identity, born: date) -> Identity:
    return Identity(**{**vars(identity), "born": born})


def _false_identity(random: Random, kind: str, true: Identity, sex: str) -> tuple[Identity | None, str]:
    """The identity on the document shown: none, the own name made older (S34), or another person's (S01, S36)."""
    if kind not in ("victim", "missing_then_victim", "victim_then_missing"):
        return None, "true_name"
    drawn = random.random()
    shares = facts()["shares"]
    if drawn < shares["changed_age"]:
        older = true.born.year - random.randint(2, 5)
        leap = (true.born.month, true.born.day) == (2, 29)
        return _with_born(true, true.born.replace(year=older, day=28 if leap else true.born.day)), "changed_age"
    if drawn < shares["changed_age"] + shares["false_identity"]:
        origin = random.choice(facts()["origin"])
        born = day_between(random, date(1982, 1, 1), date(1985, 12, 31))
        return _identity(random, origin, sex, born), "false_identity"
    return None, "true_name"


def _phone(random: Random) -> str:
    return f"0600{random.randrange(1_000_000):06d}"


def _plate(random: Random) -> str:
    letters = "BDFGHJKLNPRSTVXZ"
    pair = "".join(random.choices(letters, k=2))
    other = "".join(random.choices(letters, k=2))
    return f"{random.randint(10, 99)}-{pair}-{other}"
