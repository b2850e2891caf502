"""Who lives in this world: persons with their identities, households, pimps, and what registers write down of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from benchmarks.worlds.harbour.facts_files import (
    FIRST_DAY,
    IKPS_FIRST,
    LAST_NIGHT,
    STV_FIRST,
    facts,
    weighted,
)
from benchmarks.worlds.harbour.name_lists import Name

MOST_REGISTRATIONS = 6
OPENED = {"ikps": IKPS_FIRST, "stv": STV_FIRST}
OWN_KINDS = ("true", "declared")


@dataclass(frozen=True)
class Identity:
    """A name, birth date and nationality a person shows; kind is true, declared, changed_age, false or work."""

    name: Name
    birth: date
    country: str
    kind: str = "true"


@dataclass
class Household:
    """Brothers and sisters under one telephone number; `family` is a prefix and the man's form of a name."""

    phone: str
    region: str
    city: str
    country: str
    family: tuple[str, str]
    members: list[Person] = field(default_factory=list)


@dataclass
class Pimp:
    """Someone who exploits: street name, telephones, plates, the regions he moves girls through."""

    name: str
    phones: list[str]
    plates: list[str]
    regions: list[str]
    place: dict[str, str]
    loverboy: bool


@dataclass(eq=False)
class Registration:
    """One registration of a person: `on` is the day of the event, `reported` the day it was written down."""

    register: str
    person: Person
    identity: Identity
    on: date
    reported: date
    details: dict[str, Any]
    source_key: str = ""


@dataclass(eq=False)
class Person:
    """A child (or, when `adult`, someone else in the registers); `country` is where the person comes from."""

    person_id: str
    life: str
    sex: str
    country: str
    true: Identity
    declared: Identity
    region: str
    city: str
    status: str
    phones: list[str]
    household: Household | None = None
    adult: bool = False
    work_names: list[str] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)


@dataclass
class World:
    """All that has been drawn so far, and the source of chance it is drawn with."""

    rng: random.Random
    persons: list[Person] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    pimps: list[Pimp] = field(default_factory=list)
    shelters: list[dict[str, str]] = field(default_factory=list)
    centres: dict[str, str] = field(default_factory=dict)
    lent: list[Identity] = field(default_factory=list)
    mothers: list[Person] = field(default_factory=list)
    born: int = 0
    used: set[str] = field(default_factory=set)
    namesakes: dict[tuple[str, str], list[Person]] = field(default_factory=dict)

    def next_id(self) -> str:
        """A number no other person of this world has."""
        self.born += 1
        return str(self.born)

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of the cases."""
        return self.rng.random() < share

    def fresh(self, draw: Any) -> str:
        """Draw until the number has not been given out before."""
        while (number := draw()) in self.used:
            pass
        self.used.add(number)
        return number

    def mobile(self) -> str:
        """A mobile number in a range never given out: eight digits after 06 of which the first is 0."""
        return self.fresh(lambda: f"060{self.rng.randrange(10**7):07d}")

    def landline(self, region: str) -> str:
        """A telephone in a house; no subscriber's number begins with 0."""
        area = facts("places")["regions"][region][0]
        length = 9 - len(area)
        return self.fresh(lambda: f"{area}0{self.rng.randrange(10**length):0{length}d}")

    def plate(self) -> str:
        """A licence plate with a vowel, which no plate of these years has."""
        letters, rng = "BDFGHJKLNPRSTVXZ", self.rng

        def one() -> str:
            pairs = [rng.choice("AEIOU") + rng.choice(letters), rng.choice(letters) + rng.choice(letters)]
            rng.shuffle(pairs)
            return f"{rng.randrange(100):02d}-{pairs[0]}-{pairs[1]}"

        return self.fresh(one)

    def region(self) -> str:
        """A police region by its weight."""
        return weighted(self.rng, {name: fact[2] for name, fact in facts("places")["regions"].items()})

    def city(self, region: str) -> str:
        """A town in a region, the first being the largest."""
        towns = facts("places")["regions"][region][1]
        return self.rng.choices(towns, [1 / (rank + 1) for rank in range(len(towns))])[0]

    def enter(
        self, register: str, person: Person, identity: Identity, on: date, reported: date, **details: Any
    ) -> Registration | None:
        """Write a registration down, unless it falls outside what the register still, or already, holds."""
        if not OPENED.get(register, FIRST_DAY) <= reported <= LAST_NIGHT or on > reported:
            return None
        if len(person.registrations) >= MOST_REGISTRATIONS or identity.birth > on:
            return None
        made = Registration(register, person, identity, on, reported, details)
        person.registrations.append(made)
        self.registrations.append(made)
        return made
