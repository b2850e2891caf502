"""Which registers meet a child, when, and under which identity: the registrations before they are laid out.

Follows the scenarios of the rule book, section 5: doubles, false identities, companions, disappearances, reappearances.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from connectors.sample import rows
from connectors.sample.world import Child, day_between, facts, share, weighted


@dataclass
class Entry:
    """One registration: who it is about, what it says, and its place in time."""

    child_id: str
    register: str
    day: date
    row: dict[str, Any]
    key: str = ""
    planted: str = ""


@dataclass
class World:
    """All registrations by register, and the true resurfacings as pairs of entries with their kind."""

    entries: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    resurfaced: list[tuple[str, Entry, Entry, date, date, str]] = field(default_factory=list)

    def add(self, child: Child, register: str, day: date, row: dict[str, Any]) -> Entry:
        """Add one registration."""
        entry = Entry(child.child_id, register, day, row)
        self.entries[register].append(entry)
        return entry


def live(random: Random, child: Child, world: World) -> None:
    """Let one child meet its registers."""
    first, last = facts()["first_day"], facts()["last_night"] - timedelta(days=30)
    if child.kind == "youth_care_only":
        _youth_care(random, child, world, day_between(random, first, last), form="")
        if random.random() < 0.05:
            _youth_care(random, child, world, day_between(random, first, last), form="")
        return
    gone: list[Entry] = []
    turn = day_between(random, first, last - timedelta(days=120))
    if child.kind in ("missing", "missing_then_victim"):
        gone = _disappear(random, child, world, turn)
        victim_from = turn + timedelta(days=random.randint(3, 280))
    else:
        victim_from = turn
    victims = [] if child.kind == "missing" else _become_victim(random, child, world, min(victim_from, last))
    if child.kind == "victim_then_missing":
        _disappear(random, child, world, min(turn + timedelta(days=random.randint(10, 200)), last))
    if child.kind == "missing_then_victim":
        _note_resurfacing(child, world, gone, victims, turn)


def _note_resurfacing(child: Child, world: World, gone: list[Entry], victims: list[Entry], since: date) -> None:
    minor = (
        since.year - child.true.born.year - ((since.month, since.day) < (child.true.born.month, child.true.born.day))
    ) < 18
    for missing in gone:
        found = missing.row.get("found_on")
        for victim in victims:
            if minor and victim.day >= since and not (found and found < victim.day):
                kind = child.false_kind if victim.row.get("false") else "true_name"
                world.resurfaced.append((child.child_id, missing, victim, since, victim.day, kind))


def _disappear(random: Random, child: Child, world: World, since: date) -> list[Entry]:
    """Leave reception or home; reported, if at all, days or weeks later (rule book 1.10)."""
    gone = []
    with_contact = bool(child.false) or random.random() < 0.3
    if child.asylum:
        gone.append(world.add(child, "mob", since, rows.mob(random, child, since, "Controle adres")))
        if share(random, "mob_then_telex"):
            reported = since + timedelta(days=random.randint(2, 35))
            gone.append(world.add(child, "telex", since, rows.telex(random, child, since, reported, with_contact)))
        return gone
    reported = since + timedelta(days=random.randint(0, 9))
    entry = world.add(child, "telex", since, rows.telex(random, child, since, reported, with_contact))
    if child.kind == "missing" and share(random, "found_telex"):
        entry.row["found_on"] = reported + timedelta(days=random.randint(1, 60))
    if share(random, "also_youth_care"):
        day = since - timedelta(days=random.randint(5, 200))
        _youth_care(random, child, world, max(day, facts()["first_day"]), form="")
    return [entry, *gone]


def _become_victim(random: Random, child: Child, world: World, day: date) -> list[Entry]:
    """Be encountered by the police, be reported to STV, or be named as exploited by youth care."""
    group = weighted(random, facts()["forms"]["main_group"])
    child.notes["form"] = _form(random, group)
    child.notes["loverboy"] = group != "other" and share(random, "loverboy")
    victims: list[Entry] = []
    at_police = group != "other" or random.random() < 0.4
    if at_police:
        victims += _police(random, child, world, day)
    if share(random, "also_stv") or (not at_police and random.random() < 0.5):
        report = day + timedelta(days=random.randint(0, 20))
        victims.append(world.add(child, "stv", day, rows.stv(random, child, day, report)))
    if not victims or share(random, "also_youth_care"):
        after = min(day + timedelta(days=random.randint(0, 90)), facts()["last_night"])
        victims.append(_youth_care(random, child, world, after, form=child.notes["form"]))
    return victims


def _form(random: Random, group: str) -> str:
    other = weighted(random, facts()["forms"]["other"])
    return {"prostitution": "prostitutie", "other": other, "both": f"prostitutie;{other}"}[group]


def _police(random: Random, child: Child, world: World, day: date) -> list[Entry]:
    """One or more police records: under the true or the false identity, of one event or of several (S22-S24)."""
    event = rows.police_event(random, child, day)
    use_false = child.false is not None and (child.false_kind == "changed_age" or random.random() < 0.75)
    entries = [world.add(child, "ikps", day, rows.ikps(random, child, event, use_false))]
    if share(random, "second_ikps"):
        if child.false is not None and random.random() < 0.6:
            again, use_other = event, not use_false  # the true and the false identity of one encounter (S22)
        else:
            later = min(day + timedelta(days=random.randint(20, 250)), facts()["last_night"] - timedelta(days=10))
            again, use_other = rows.police_event(random, child, later), use_false
        entries.append(world.add(child, "ikps", again["day"], rows.ikps(random, child, again, use_other)))
    child.notes["event"] = event
    return entries


def companion(random: Random, child: Child, other: Child, world: World) -> None:
    """Another girl found in the same raid: same place, day and contact, another person (S02, S43)."""
    event = child.notes.get("event")
    if event:
        other.notes.setdefault("form", "prostitutie")
        other.notes.setdefault("loverboy", False)
        row = rows.ikps(random, other, event, other.false is not None)
        row["telefoonnummers"] = row["telefoonnummers"] if random.random() < 0.5 else ""
        world.add(other, "ikps", event["day"], row)


def _youth_care(random: Random, child: Child, world: World, day: date, form: str) -> Entry:
    return world.add(child, "youth_care", day, rows.youth_care(random, child, day, form))


def other_departure(random: Random, child: Child, world: World) -> None:
    """A departure of a minor from reception that is no disappearance."""
    categories = {name: n for name, n in facts()["departures"].items() if name != "Controle adres"}
    day = day_between(random, facts()["first_day"], facts()["last_night"] - timedelta(days=40))
    world.add(child, "mob", day, rows.mob(random, child, day, weighted(random, categories)))
