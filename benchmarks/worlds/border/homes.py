"""Children who live in the country: runaways on the telex, dossiers of youth care, and grown persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from benchmarks.worlds.border.facts import FIRST_DAY, LAST_NIGHT, rate
from benchmarks.worlds.border.meeting import in_stv, meet, series
from benchmarks.worlds.border.networks import Encounter
from benchmarks.worlds.border.world import Child, Registration, World


def runaway_party(world: World) -> None:
    """A child that runs away, or two friends or sisters who run away together."""
    dice = world.dice
    since = dice.day(FIRST_DAY, LAST_NIGHT - timedelta(days=12))
    first = world.newcomer("runaway", since, (11, 17))
    _run_away(world, first, since)
    if dice.chance(0.08) and not world.full:
        family = f"{first.told.name.prefix} {first.told.name.family}".strip()
        second = world.newcomer("runaway", since, (12, 17), first.country, family if dice.chance(0.5) else None)
        second.city, second.ring = first.city, first.ring
        if second.told.name.family == first.told.name.family:
            second.house_phone = first.house_phone
        _run_away(world, second, since)


def _run_away(world: World, child: Child, since: date) -> None:
    dice = world.dice
    if dice.chance(rate("runaway", "youth_before")):
        dossier(world, child, max(since - dice.days(120, 5, 400), FIRST_DAY))
    resurfaces = dice.chance(rate("runaway", "resurfaced"))
    if child.ring is None and (resurfaces or dice.chance(0.25)):
        child.ring = world.networks.ring(child.country, "loverboy", since)
    for _ in range(2):
        found = dice.chance(rate("telex", "found")) and not resurfaces
        telex = missing(world, child, since, found)
        if telex is None or not dice.chance(rate("runaway", "again")):
            break
        since = world.networks.later(since, 120, 10)
    if resurfaces:
        series(world, child, since, gap=60)
        if dice.chance(0.2):
            dossier(world, child, world.networks.later(since, 100, 20))


def missing(world: World, child: Child, since: date, found: bool) -> Registration | None:
    """A telex for a child missing from home, or from a shelter."""
    dice = world.dice
    reported = since + timedelta(days=dice.one([0, 0, 1, 1, 2, 3, 5, 7, 8, 12]))
    facts: dict[str, object] = {"category": dice.one(["WEGLOOPPROBLEMATIEK", "WEGLOOPPROBLEMATIEK", "VERMIST"])}
    facts |= {"city": child.city, "reporter": dice.one(["OUDERS", "OUDERS", "OUDERS", "SCHOOL", "POLITIE", "ANDERS"])}
    told = child.ring is not None and dice.chance(rate("runaway", "contact_told"))
    facts["contact"] = dice.one(child.ring.pimps) if child.ring and told else None
    facts["found_on"] = reported + dice.days(25, 1, 300) if found else None
    facts["withdrawn"] = dice.chance(rate("telex", "withdrawn"))
    name = world.heard(child.told.name, "telex")
    return world.add(Registration("telex", child, child.told, name, since, reported, facts))


def dossier(world: World, child: Child, on: date, exploited: bool = False) -> Registration | None:
    """A youth-care dossier, mostly of a child that nobody exploits."""
    facts = {"forms": ["prostitutie" if child.sex == "V" else "anders"] if exploited else [], "city": child.city}
    facts["phone"] = child.house_phone if world.dice.chance(0.7) else ""
    name = world.heard(child.told.name, "youth_care")
    return world.add(Registration("youth_care", child, child.told, name, on, on, facts))


def youth_party(world: World) -> None:
    """A family known to youth care: one child, or several at one telephone."""
    dice = world.dice
    on = dice.day(FIRST_DAY, LAST_NIGHT - timedelta(days=5))
    first = world.newcomer("youth", on, (2, 17))
    members = [first]
    while dice.chance(0.2) and not world.full and len(members) < 4:
        family = f"{first.told.name.prefix} {first.told.name.family}".strip()
        sibling = world.newcomer("youth", on, (2, 17), first.country, family)
        if dice.chance(0.1):
            sibling.born, sibling.told = first.born, replace(sibling.told, born=first.told.born)
        sibling.city, sibling.house_phone = first.city, first.house_phone
        members.append(sibling)
    for member in members:
        dossier(world, member, on, dice.chance(0.04))
        if dice.chance(0.14):
            dossier(world, member, min(world.networks.later(on, 150, 10), LAST_NIGHT), dice.chance(0.05))


def trafficked_party(world: World) -> None:
    """Girls without earlier papers here, alone or two to five of one country in one raid, moved from city to city."""
    dice = world.dice
    size = dice.one([1, 1, 1, 2, 2, 3, 4, 5])
    on = dice.day(date(2003, 4, 1), LAST_NIGHT - timedelta(days=50))
    raid: Encounter | None = None
    country, age = "", dice.number(14, 16)
    for _ in range(size):
        if world.full:
            break
        girl = world.newcomer("trafficked", on, (age, age + 1) if size > 1 else (13, 17), country)
        country = girl.country
        girl.ring = world.networks.ring(country, "prostitution", on)
        if raid is None:
            raid = world.networks.encounter(girl.ring, "prostitution", on, size)
        series(world, girl, on, raid if size > 1 or dice.chance(0.5) else None, gap=20)
        if not girl.registrations:
            meet(world, girl, raid)
        if dice.chance(0.14):
            _leaves_shelter(world, girl, on)


def _leaves_shelter(world: World, girl: Child, after: date) -> None:
    """Placed in a shelter, gone from there, perhaps met again."""
    since = world.networks.later(after, 60, 15)
    girl.city = world.dice.one(world.networks.shelters)[0]
    telex = missing(world, girl, since, world.dice.chance(0.15))
    if telex and world.dice.chance(0.35):
        series(world, girl, since, gap=90)


def adult_party(world: World) -> None:
    """A grown person: missing, or met in prostitution; both registers hold adults as well."""
    dice = world.dice
    on = dice.day(FIRST_DAY, LAST_NIGHT - timedelta(days=40))
    if dice.chance(0.62):
        person = world.newcomer("runaway", on, (18, 55))
        person.course = "adult"
        telex = missing(world, person, on, dice.chance(0.4))
        if telex is not None:
            telex.facts["category"] = "VERMIST"
        return
    on = max(on, date(2003, 8, 1))
    woman = world.newcomer("trafficked", on, (18, 29), sex="V")
    woman.course = "adult"
    woman.ring = world.networks.ring(woman.country, "prostitution", on)
    encounter = world.networks.encounter(woman.ring, "prostitution", on)
    if dice.chance(0.75):
        series(world, woman, on, encounter)
    else:
        in_stv(world, woman, encounter, woman.told, woman.told)
