"""The children of a world and what is registered of them, before any register writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from benchmarks.worlds.border.births import adult_birth, declared
from benchmarks.worlds.border.facts import LAST_NIGHT, Dice, countries, country_shares, facts, rate
from benchmarks.worlds.border.networks import Identity, Networks, Ring
from benchmarks.worlds.border.spelling import otherwise_spelled
from benchmarks.worlds.border.stock import Name, stock

MOST_REGISTRATIONS = 6


@dataclass
class Child:
    """One person; `told` is what the person says of itself, `born` the true birth date."""

    child_id: str
    sex: str
    country: str
    born: date
    told: Identity
    course: str
    ring: Ring | None = None
    phone: str = ""
    city: str = ""
    house_phone: str = ""
    v_number: str = ""
    papers: list[Identity] = field(default_factory=list)
    registrations: int = 0


@dataclass
class Registration:
    """A record to be: `on` is the encounter, disappearance, departure or (youth care) report."""

    register: str
    child: Child
    identity: Identity
    name: Name
    on: date
    reported: date
    facts: dict[str, Any]
    source_key: str = ""


class World:
    """All children and registrations, with the networks behind them."""

    def __init__(self, children: int, seed: int) -> None:
        self.dice = Dice(f"border {children}/{seed}")
        self.networks = Networks(self.dice)
        self.wanted = children
        self.children: list[Child] = []
        self.registrations: list[Registration] = []

    @property
    def full(self) -> bool:
        """Whether all children wanted are there."""
        return len(self.children) >= self.wanted

    def newcomer(
        self, course: str, at: date, ages: tuple[int, int], country: str = "", family: str | None = None, sex: str = ""
    ) -> Child:
        """A new child of this course of life, of an age between the two on a day."""
        dice = self.dice
        country = country or dice.weighted(country_shares("home" if course in ("runaway", "youth") else course))
        if not sex:
            girls = {"trafficked": 0.93, "runaway": 0.7, "adult": 0.7, "youth": 0.55}.get(course)
            table = facts("rates")["girls"]
            sex = "V" if dice.chance(girls or table.get(country, table["other"])) else "M"
        low, high = ages
        # Seventeen is more usual than twelve on the lists: the older of two draws.
        age = max(dice.number(low, high), dice.number(low, high))
        born = max(at - timedelta(days=int((age + dice.rng.random()) * 365.25)), date(1940, 1, 2))
        name = stock(countries()[country]["people"]).name(dice, sex, family)
        told_born = declared(dice, born, at) if course == "asylum" else born
        told = Identity(name, told_born, country, "true_name")
        child = Child(f"C{len(self.children) + 1:06d}", sex, country, born, told, course)
        child.city = dice.one(self.networks.cities)
        child.phone = self.networks.mobile()
        child.house_phone = self.networks.mobile()
        self.children.append(child)
        return child

    def adult_identity(self, child: Child, on: date) -> Identity:
        """The own name with an adult's birth date, for grown persons."""
        return Identity(child.told.name, adult_birth(self.dice, on), child.country, "true_name")

    def add(self, registration: Registration) -> Registration | None:
        """Keep a registration unless it lies after the last night or the child has as many as a child can have."""
        child = registration.child
        if max(registration.on, registration.reported) > LAST_NIGHT or child.registrations >= MOST_REGISTRATIONS:
            return None
        child.registrations += 1
        self.registrations.append(registration)
        return registration

    def heard(self, name: Name, register: str) -> Name:
        """A name as this register spells it: as its bearer does, or as another clerk hears it."""
        if self.dice.chance(rate("names", "respelled", register)):
            return otherwise_spelled(self.dice, name)
        return name

    def copied(self, earlier: Registration | None, child: Child, register: str) -> Name:
        """The spelling of an earlier registration where papers are passed on, otherwise heard anew."""
        if earlier and self.dice.chance(rate("names", "copied")):
            return earlier.name
        return self.heard(child.told.name, register)
