"""Lives of children at home in the country: youth care, running away, loverboys."""

from __future__ import annotations

from datetime import date

from benchmarks.worlds.harbour.cast import Person, Pimp, World
from benchmarks.worlds.harbour.events import (
    Wardrobe,
    boyfriend,
    dossier,
    encounter,
    encounters_wanted,
    missing,
    passer_by,
    place_for,
    reports_after,
)
from benchmarks.worlds.harbour.facts_files import (
    FIRST_DAY,
    LAST_NIGHT,
    age_on,
    count_of,
    day_between,
    days,
    proportion,
    weighted,
    words,
)
from benchmarks.worlds.harbour.population import born, make_person, new_pimp, resident

ANY_AGE = {age: 1.0 + age / 6 for age in range(18)}
TEENS = {12: 4, 13: 10, 14: 18, 15: 24, 16: 26, 17: 18}
VICTIM_AGES = {12: 1, 13: 6, 14: 14, 15: 21, 16: 28, 17: 30}


def _any_day(world: World) -> date:
    return day_between(world.rng, FIRST_DAY + days(20), LAST_NIGHT - days(10))


def care_life(world: World) -> list[Person]:
    """A child with one or more dossiers that concern no exploitation; sometimes the baby of a girl in prostitution."""
    on = _any_day(world)
    if world.mothers and world.chance(0.02):
        mother = world.rng.choice(world.mothers)
        family = (mother.true.name.prefix, mother.true.name.family)
        sex = world.rng.choice("FM")
        baby = make_person(world, "care", mother.country, sex, born(world, on, 0), family=family, region=mother.region)
        dossier(world, baby, on, shelter=world.rng.choice(world.shelters))
        return [baby]
    child = resident(world, "care", on, ANY_AGE)
    # Brothers and sisters are mostly reported on one day.
    others = child.household.members[:-1] if child.household else []
    known = [entry.on for one in others for entry in one.registrations if entry.register == "youth_care"]
    if known and world.chance(0.5) and 0 < (known[0] - child.true.birth).days < 17 * 365:
        on = known[0]
    agencies = ["BJZ", "RvdK", "AMK"]
    world.rng.shuffle(agencies)
    for at in range(count_of(world.rng, (76, 19, 5))):
        dossier(world, child, on, agency=agencies[at] if at else None)
        on += days(world.rng.randint(14, 330))
    return [child]


def runaway_life(world: World) -> list[Person]:
    """A child that runs away once or oftener and is mostly found, with or without youth care knowing it."""
    on = _any_day(world)
    child = resident(world, "runaway", on, TEENS)
    if world.chance(0.38):
        dossier(world, child, on - days(world.rng.randint(20, 400)))
    for _ in range(count_of(world.rng, (73, 19, 8))):
        _run_away(world, child, on, passer_by(world) if world.chance(0.12) else None)
        on += days(world.rng.randint(20, 200))
        if age_on(child.true.birth, on) >= 18:
            break
    if world.chance(0.06):
        dossier(world, child, on, agency="JJI")
    return [child]


def _run_away(world: World, child: Person, since: date, contact: dict[str, str] | None) -> None:
    rng = world.rng
    reported = since + days(rng.choice((0, 0, 0, 1, 1, 2, 3, 5, 7, 9)))
    found = reported + days(rng.expovariate(1 / 25)) if world.chance(0.72) else None
    reporter = weighted(rng, {"OUDERS": 70, "SCHOOL": 8, "POLITIE": 8, "ANDERS": 14})
    category = weighted(rng, {"WEGLOOPPROBLEMATIEK": 88, "VERMIST": 11, "ONTVOERING": 1})
    missing(world, child, since, reported, found, contact=contact, reporter=reporter, category=category)


def loverboy_life(world: World) -> list[Person]:
    """A girl drawn in by a loverboy: missing from home, met on the street, reported; two friends may go together."""
    rng = world.rng
    on = day_between(rng, date(2003, 1, 10), date(2005, 5, 25))
    pimp = _loverboy(world)
    girls = []
    for _ in range(1 if world.chance(0.93) else 2):
        girl = resident(world, "loverboy", on, VICTIM_AGES)
        if girl.sex == "F":
            world.mothers.append(girl)
        _drawn_in(world, girl, on, pimp)
        girls.append(girl)
    return girls


def _loverboy(world: World) -> Pimp:
    known = [pimp for pimp in world.pimps[-12:] if pimp.loverboy]
    if known and world.chance(0.72):
        return world.rng.choice(known)
    return new_pimp(world, loverboy=True)


def _drawn_in(world: World, girl: Person, on: date, pimp: Pimp) -> None:
    """What the registers hold of one girl of a loverboy, in the order of her life."""
    rng = world.rng
    if world.chance(0.5):
        dossier(world, girl, on - days(rng.randint(20, 500)))
    wardrobe = Wardrobe(world, girl, on + days(30))
    wanted = encounters_wanted(world, (34, 30, 18, 11, 5, 2))
    meeting = on + days(3 + rng.expovariate(1 / 40))
    met = []
    for _ in range(wanted):
        met += encounter(world, girl, meeting, pimp, place_for(world, pimp, girl), wardrobe)
        meeting += days(2 + rng.expovariate(1 / 70))
    for at in range(encounters_wanted(world, (28, 52, 15, 5))):
        if age_on(girl.true.birth, on) < 18:
            _gone_with(world, girl, on, pimp, sorted(entry.on for entry in met if entry.on >= on), first=at == 0)
        on += days(rng.randint(40, 220))
    reports_after(world, girl, met, wardrobe, 0.42)
    if world.chance(0.4):
        later = max([on, *[entry.on for entry in met]]) + days(rng.randint(1, 90))
        if age_on(girl.true.birth, later) < 18:
            form = "prostitutie" if world.chance(0.6) else ""
            dossier(world, girl, later, form=form, loverboy=bool(form))


def _gone_with(world: World, girl: Person, since: date, pimp: Pimp, meetings: list[date], first: bool) -> None:
    """One disappearance; she is found before the police meet her again, on that day, or nobody writes it down."""
    rng = world.rng
    reported = since + days(rng.choice((0, 0, 1, 1, 2, 4, 7, 8, 12)))
    found = None
    chance = rng.random()
    if meetings and chance < 0.3:
        found = meetings[0] + days(rng.randint(0, 2))
    elif meetings and chance < 0.45:
        found = day_between(rng, since + days(1), meetings[0] - days(1))
    elif not meetings and chance < 0.55:
        found = reported + days(rng.expovariate(1 / 30))
    contact = boyfriend(world, pimp) if world.chance(0.36) else None
    later = contact is not None and first and world.chance(0.35)
    reporter = weighted(rng, {"OUDERS": 76, "SCHOOL": 6, "POLITIE": 6, "ANDERS": 12})
    missing(world, girl, since, reported, found, contact=contact, contact_later=later, reporter=reporter)


def other_life(world: World) -> list[Person]:
    """A child exploited outside prostitution, known to youth care; boys as often as girls."""
    rng = world.rng
    on = _any_day(world)
    form = rng.choice(words("other_forms"))
    baby = form == "illegale adoptie"
    country = weighted(rng, proportion("origins", "other"))
    sex = "F" if world.chance(0.5) else "M"
    birth = born(world, on, rng.randint(0, 6) if baby else rng.randint(9, 17))
    child = make_person(world, "other", country, sex, birth)
    dossier(world, child, on, form=form if world.chance(0.8) else "", agency=rng.choice(("RvdK", "BJZ", "AMK")))
    if world.chance(0.3):
        dossier(world, child, on + days(rng.randint(10, 200)), form=form if world.chance(0.5) else "", agency="BJZ")
    return [child]


def missing_adult(world: World) -> list[Person]:
    """A grown-up on the telex, now and then with the same name as a child."""
    on = _any_day(world)
    country = weighted(world.rng, proportion("origins", "runaway"))
    birth = born(world, on, world.rng.randint(18, 60))
    person = make_person(world, "adult_missing", country, world.rng.choice("FM"), birth, adult=True)
    _run_away(world, person, on, None)
    return [person]
