"""Children in reception centres: arrivals, departures with unknown destination, reports, returns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from benchmarks.worlds.border.births import age_on, declared, moved_to
from benchmarks.worlds.border.facts import FIRST_DAY, LAST_NIGHT, Dice, countries, country_shares, rate, shares
from benchmarks.worlds.border.meeting import series
from benchmarks.worlds.border.networks import Encounter
from benchmarks.worlds.border.spelling import otherwise_spelled
from benchmarks.worlds.border.stock import stock
from benchmarks.worlds.border.world import Child, Registration, World

_CATEGORY = "Controle adres"


@dataclass(frozen=True)
class Plan:
    """What a party shares: centre, arrival, day of leaving, what becomes of it and the raid at which it is met."""

    centre: str
    arrived: date
    left: date
    fate: str = ""
    raid: Encounter | None = None
    category: str = ""
    alone: bool = True


def asylum_party(world: World) -> None:
    """One child, siblings, a mother with her baby, or a group that leaves on one day."""
    dice = world.dice
    country = dice.weighted(country_shares("asylum"))
    plan = _plan(world)
    roll = dice.rng.random()
    if roll < rate("parties", "group"):
        _group(world, country, plan)
    elif roll < rate("parties", "group") + rate("parties", "siblings"):
        _siblings(world, country, plan)
    elif roll < rate("parties", "group") + rate("parties", "siblings") + rate("parties", "mother"):
        _mother_and_child(world, country, plan)
    else:
        live(world, world.newcomer("asylum", plan.arrived, (12, 17), country), plan)


def _plan(world: World) -> Plan:
    dice = world.dice
    arrived = dice.day(FIRST_DAY, LAST_NIGHT - timedelta(days=25))
    # A third is called away within days; the others stay for weeks or months.
    lag = timedelta(days=dice.number(4, 14)) if dice.chance(0.36) else dice.days(95, 5, 500)
    left = arrived + lag
    if left > LAST_NIGHT - timedelta(days=1):
        left = dice.day(arrived + timedelta(days=3), LAST_NIGHT - timedelta(days=1))
    return Plan(dice.weighted(world.networks.centres), arrived, left)


def _group(world: World, country: str, plan: Plan) -> None:
    """Three to nine children of one country and few family names, gone on one day and perhaps met in one raid."""
    dice, names = world.dice, stock(countries()[country]["people"])
    size = dice.number(3, 9)
    families = [names.family(dice, "M") for _ in range(max(2, size // 3))]
    ring = world.networks.ring(country, countries()[country]["trade"], plan.left)
    ring.room = max(ring.room - size, 0)
    raid_on = world.networks.later(plan.left, 110, 10)
    raid = world.networks.encounter(ring, ring.trade, raid_on, dice.number(2, 5)) if dice.chance(0.4) else None
    for at in range(size):
        if world.full:
            break
        family = dice.one(families) if dice.chance(0.6) else None
        child = world.newcomer("asylum", plan.arrived, (13, 17), country, family)
        child.ring = ring
        met = raid is not None and at < raid.companions
        arrived = plan.arrived if dice.chance(0.5) else plan.arrived + timedelta(days=dice.number(0, 3))
        fate = "resurfaced" if met else ""
        live(
            world, child, Plan(plan.centre, min(arrived, plan.left), plan.left, fate, raid if met else None, _CATEGORY)
        )


def _siblings(world: World, country: str, plan: Plan) -> None:
    """Two or three of one family, now and then twins; one telephone, mostly one day of leaving."""
    dice = world.dice
    first = world.newcomer("asylum", plan.arrived, (13, 17), country)
    live(world, first, plan)
    whole_family = f"{first.told.name.prefix} {first.told.name.family}".strip()
    for _ in range(dice.one([1, 1, 1, 2])):
        if world.full:
            break
        sibling = world.newcomer("asylum", plan.arrived, (8, 17), country, whole_family)
        if dice.chance(rate("parties", "twins_among_siblings")):
            sibling.born = first.born
            sibling.told = replace(sibling.told, born=first.told.born)
        sibling.phone, sibling.ring, sibling.house_phone = first.phone, first.ring, first.house_phone
        left = plan.left if dice.chance(0.75) else min(plan.left + dice.days(40), LAST_NIGHT)
        live(
            world,
            sibling,
            Plan(plan.centre, plan.arrived, left, "" if dice.chance(0.5) else "gone", alone=dice.chance(0.5)),
        )


def _mother_and_child(world: World, country: str, plan: Plan) -> None:
    mother = world.newcomer("asylum", plan.arrived, (15, 17), country, sex="V")
    live(world, mother, plan)
    if world.full:
        return
    family = f"{mother.told.name.prefix} {mother.told.name.family}".strip()
    baby = world.newcomer("asylum", plan.arrived, (0, 1), country, family if world.dice.chance(0.8) else None)
    baby.told = replace(baby.told, born=baby.born)
    baby.phone = mother.phone
    live(world, baby, Plan(plan.centre, plan.arrived, plan.left, "gone", alone=False))


def live(world: World, child: Child, plan: Plan) -> None:
    """The stays and departures of one child, and its return under the own or another name."""
    dice = world.dice
    if child.ring is None and dice.chance(0.4):
        child.ring = world.networks.ring(child.country, countries()[child.country]["trade"], plan.left)
    earlier: Registration | None = None
    for _ in range(3):
        fate = plan.fate or _fate(world)
        category = plan.category or _category(world)
        earlier = _stay(world, child, plan, fate, category, earlier)
        if earlier is None:
            break
        plan = replace(plan, left=earlier.on)
        removed = category != _CATEGORY
        if removed and not dice.chance(rate("asylum", "removal_returns")):
            break
        if fate == "resurfaced" and not removed and (plan.raid is None or plan.raid.on > plan.left):
            child.ring = child.ring or world.networks.ring(
                child.country, countries()[child.country]["trade"], plan.left
            )
            series(world, child, plan.left, plan.raid)
            if not dice.chance(0.12):
                break
        elif fate == "gone" or (fate == "found" and not dice.chance(0.4) and not removed):
            break
        arrived = plan.left + timedelta(days=dice.number(60, 130) if removed else dice.number(20, 260))
        centre = dice.weighted(world.networks.centres) if dice.chance(0.8) else plan.centre
        plan = Plan(centre, arrived, arrived + dice.days(60, 4, 200))


def _fate(world: World) -> str:
    roll = world.dice.rng.random()
    for fate, name in (("resurfaced", "resurfaced"), ("again", "second_stay"), ("found", "found")):
        if roll < rate("asylum", name):
            return fate
        roll -= rate("asylum", name)
    return "gone"


def _category(world: World) -> str:
    return (
        _CATEGORY
        if world.dice.chance(rate("asylum", "controle_adres"))
        else world.dice.weighted(shares("words", "departures"))
    )


def _stay(
    world: World, child: Child, plan: Plan, fate: str, category: str, earlier: Registration | None
) -> Registration | None:
    """One stay and departure on the list of a centre, and the telex when somebody reports the child missing."""
    dice = world.dice
    told = child.told
    if not child.v_number or (earlier and dice.chance(rate("asylum", "second_number"))):
        child.v_number = world.networks.v_number(plan.arrived)
        if earlier and dice.chance(0.25):
            # A second application, another birth date declared.
            told = replace(told, born=declared(dice, child.born, plan.arrived))
    name = world.heard(child.told.name, "mob")
    if earlier:
        same = dice.chance(rate("asylum", "same_spelling_second_stay"))
        name = earlier.name if same else otherwise_spelled(dice, child.told.name)
    left = _before_grown(dice, told.born, plan, earlier)
    if left is None:
        return None
    young = age_on(told.born, left) < 18
    guardian = young and dice.chance(rate("asylum", "guardian"))
    mob = Registration("mob", child, told, name, left, left, {})
    mob.facts = {"centre": plan.centre, "arrived": plan.arrived, "category": category, "guardian": guardian}
    mob.facts |= {"v_number": child.v_number, "phone": _phone(world, child, plan.centre), "alone": plan.alone}
    mob.facts["found_on"] = left + dice.days(30, 3, 200) if fate == "found" and category == _CATEGORY else None
    if world.add(mob) is None:
        return None
    reports = rate("asylum", "telex_with_guardian" if guardian else "telex_without")
    if category == _CATEGORY and young and dice.chance(reports):
        _report_missing(world, child, mob)
    return mob


def _before_grown(dice: Dice, born: date, plan: Plan, earlier: Registration | None) -> date | None:
    """The day of departure, before the declared eighteenth birthday: the lists are of minors, with few exceptions."""
    if age_on(born, plan.left) < 18 or dice.chance(0.08):
        return plan.left
    last = moved_to(born, born.year + 18) - timedelta(days=1)
    if last - plan.arrived > timedelta(days=3):
        return dice.day(max(plan.arrived + timedelta(days=3), last - timedelta(days=60)), last)
    return None if earlier else plan.left


def _phone(world: World, child: Child, centre: str) -> str:
    """The number the child had or called: its own, the trafficker's, the centre's, mostly none."""
    dice = world.dice
    roll = dice.rng.random()
    if child.ring and roll < rate("asylum", "phone_of_ring"):
        return world.networks.number_of(world.networks.one_behind(child.ring))
    if roll > 1 - rate("asylum", "phone_own"):
        return child.phone
    return dice.one(world.networks.centre_phones[centre]) if dice.chance(rate("asylum", "phone_centre")) else ""


def _report_missing(world: World, child: Child, mob: Registration) -> None:
    dice = world.dice
    reported = mob.on + timedelta(days=dice.one([1, 2, 3, 5, 8, 12, 17, 24, 33, 48]))
    since = mob.on + timedelta(days=dice.one([0, 0, 0, 0, 0, -1, -2, 1]))
    facts = {"category": "VERMIST AMA" if dice.chance(0.85) else "VERMIST", "city": mob.facts["centre"]}
    facts |= {"reporter": "NIDOS" if mob.facts["guardian"] else dice.one(["COA", "COA", "POLITIE"])}
    facts["contact"] = world.networks.one_behind(child.ring) if child.ring and dice.chance(0.13) else None
    facts["found_on"] = mob.facts["found_on"]
    if facts["found_on"] is None and dice.chance(rate("telex", "found") * 0.25):
        facts["found_on"] = reported + dice.days(40, 1, 200)
    facts["withdrawn"] = dice.chance(rate("telex", "withdrawn"))
    since = min(since, reported)
    telex = Registration("telex", child, mob.identity, world.copied(mob, child, "telex"), since, reported, facts)
    if world.add(telex):
        mob.facts["reported_on"] = reported
