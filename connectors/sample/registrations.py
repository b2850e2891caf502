"""A registration before it is laid out: who it is about, what it says, its place in time, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from connectors.sample.chance import age_on

REGISTERS = ("ikps", "stv", "youth_care", "telex", "mob")
Progress = Callable[[int, int, str], object]


@dataclass(slots=True, eq=False)
class Entry:
    """One registration.

    `day`: entry, report, departure or message day, by which the register orders. `event_on`: encounter, else report, of
    a victim; `since`, `found_on`, `reopened_on`: of a missing child. `identity`: under which it was written (true_name,
    changed_age, false_identity). `fate`: empty, withdrawn or set_aside. `rules`: those that the row breaks.
    """

    child_id: str
    register: str
    day: date
    row: dict[str, Any]
    event_on: date | None = None
    since: date | None = None
    found_on: date | None = None
    reopened_on: date | None = None
    identity: str = "true_name"
    fate: str = ""
    key: str = ""
    file: str = ""
    same_person: Entry | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """A row, message or file that was made wrong on purpose, and the rule it breaks."""

    register: str
    file: str
    row_key: str
    rule: str


@dataclass(slots=True)
class Resurfacing:
    """A true resurfacing: missing first, a victim on or after that day (contract, point 11)."""

    missing: Entry
    victim: Entry


@dataclass(slots=True)
class Registrations:
    """Everything the five registers hold of the world, the true resurfacings, and what was planted."""

    entries: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    resurfaced: list[Resurfacing] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)

    def take(self, entries: list[Entry], born: date) -> None:
        """Take over the registrations of one child, and see whether it resurfaced."""
        for entry in entries:
            self.entries[entry.register].append(entry)
        self.resurfaced += resurfacings(entries, born)

    def plant(self, register: str, file: str, row_key: str, rule: str) -> None:
        """Note something that was made wrong on purpose."""
        self.planted.append(Planted(register, file, row_key, rule))


def resurfacings(entries: list[Entry], born: date) -> list[Resurfacing]:
    """Pair each disappearance of one child under 18 with each later encounter as a victim, unless found in between.

    Contract, point 11: an encounter on or after the day of disappearance; a child found before the encounter is found
    otherwise.
    """
    missing = [entry for entry in entries if entry.since and not entry.fate and age_on(born, entry.since) < 18]
    victims = [entry for entry in entries if entry.event_on and not entry.fate]
    return [
        Resurfacing(gone, victim)
        for gone in missing
        for victim in victims
        if gone.since and victim.event_on and gone.since <= victim.event_on
        if not (gone.found_on and gone.found_on < victim.event_on)
    ]
