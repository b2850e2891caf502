"""Children met as victims: under their own name, made older, or under a false identity, in one register or several."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from benchmarks.worlds.border.births import age_on, made_older
from benchmarks.worlds.border.facts import LAST_NIGHT, rate, shares, words
from benchmarks.worlds.border.networks import Encounter, Identity
from benchmarks.worlds.border.stock import Name
from benchmarks.worlds.border.world import Child, Registration, World

_TIMES_MET = {1: 62.0, 2: 22.0, 3: 10.0, 4: 6.0}


def series(world: World, child: Child, after: date, first: Encounter | None = None, gap: float = 130.0) -> None:
    """One to four encounters of a child after a day; the first may be a raid shared with others."""
    dice, networks = world.dice, world.networks
    trade = child.ring.trade if child.ring else "prostitution"
    if child.sex == "M" and trade != "labour":
        trade = "labour" if dice.chance(0.75) else "prostitution"
    encounter = first or networks.encounter(child.ring, trade, networks.later(after, gap, 6))
    for _ in range(dice.weighted(_TIMES_MET)):
        if encounter.on > LAST_NIGHT:
            break
        meet(world, child, encounter)
        encounter = networks.encounter(child.ring, trade, networks.later(encounter.on, 90, 4))


def meet(world: World, child: Child, encounter: Encounter) -> None:
    """Registrations of one encounter: IKPS, STV and youth care, each or some."""
    dice = world.dice
    girl_in_prostitution = child.sex == "V" and encounter.trade != "labour"
    ikps, stv, youth = (0.64, 0.38, 0.13) if girl_in_prostitution else (0.57, 0.06, 0.32)
    shown = identity_at(world, child, encounter)
    chosen = [dice.chance(ikps), dice.chance(stv), dice.chance(youth) and age_on(child.born, encounter.on) < 18]
    if not any(chosen):
        chosen[0] = True
    if chosen[0]:
        first = in_ikps(world, child, encounter, shown)
        if first and shown.kind != "true_name" and dice.chance(rate("identity", "two_in_one_encounter")):
            in_ikps(world, child, encounter, child.told, first)
    if chosen[1]:
        # After rescue the true story is mostly told.
        in_stv(world, child, encounter, child.told if dice.chance(0.68) else shown, shown)
    if chosen[2]:
        in_youth_care(world, child, encounter)


def identity_at(world: World, child: Child, encounter: Encounter) -> Identity:
    """What the child shows or tells this time; papers once given are mostly kept."""
    dice = world.dice
    if child.course == "adult":
        return child.told if dice.chance(0.8) else _passport(world, child, encounter)
    if child.papers and dice.chance(rate("identity", "kept")):
        return child.papers[-1]
    roll = dice.rng.random()
    if roll < rate("identity", "true_name"):
        # The true birth date may be told where another was declared on arrival.
        return child.told if dice.chance(0.6) else replace(child.told, born=child.born)
    if roll < rate("identity", "true_name") + rate("identity", "changed_age"):
        born = made_older(dice, child.told.born, encounter.on)
        shown = replace(child.told, born=born, kind="changed_age", on_document=dice.chance(0.6))
        child.papers.append(shown)
        return shown
    return _passport(world, child, encounter)


def _passport(world: World, child: Child, encounter: Encounter) -> Identity:
    lent = rate("identity", "lent_passport")
    shown = world.networks.passport(child.ring, child.country, child.sex, encounter.on, lent)
    child.papers.append(shown)
    return shown


def in_ikps(
    world: World, child: Child, encounter: Encounter, shown: Identity, other: Registration | None = None
) -> Registration | None:
    """An IKPS record, entered at once or out of a backlog."""
    dice, pimp = world.dice, encounter.pimp
    backlog = encounter.on.year == 2004 and dice.chance(0.35)
    reported = encounter.on + timedelta(days=dice.number(20, 260) if backlog else dice.one([0, 0, 1, 2, 5, 9, 20, 45]))
    work_names = (
        dice.some(words("work_names"), dice.one([0, 0, 1, 1, 2]))
        if child.sex == "V" and encounter.trade != "labour"
        else []
    )
    name = world.heard(shown.name, "ikps")
    if work_names and not other and dice.chance(rate("identity", "work_name_only")):
        name, shown = Name(work_names[0], "", people="dutch"), replace(shown, kind="false_identity", on_document=False)
    phones, plates, contacts = evidence(world, child, encounter)
    if pimp and dice.chance(0.5):
        contacts.append(("pooier", pimp.name))
    facts: dict[str, Any] = {"encounter": encounter, "work_names": work_names, "contacts": contacts, "phones": phones}
    facts |= {"plates": plates, "other": other}
    return world.add(Registration("ikps", child, shown, name, encounter.on, reported, facts))


def evidence(world: World, child: Child, encounter: Encounter) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Telephones, plates and contacts noted down; mostly little of it."""
    dice, pimp = world.dice, encounter.pimp
    phones = [world.networks.number_of(pimp)] if pimp and dice.chance(0.48) else []
    if dice.chance(0.24):
        phones.append(child.phone)
    plates = [dice.one(pimp.plates)] if pimp and pimp.plates and dice.chance(0.36) else []
    contacts = [("klant", dice.one(words("client_names")))] if dice.chance(0.1) else []
    return phones, plates, contacts


def in_stv(world: World, child: Child, encounter: Encounter, told: Identity, shown: Identity) -> Registration | None:
    """An STV report, days to weeks after the encounter."""
    dice = world.dice
    reported = encounter.on + timedelta(days=dice.one([0, 1, 2, 3, 4, 7, 10, 16, 30, 60]))
    alias = ""
    if shown.name != told.name and dice.chance(0.35):
        alias = f"{shown.name.given} {shown.name.prefix} {shown.name.family}".replace("  ", " ").strip()
    elif encounter.trade != "labour" and dice.chance(0.2):
        alias = dice.one(words("work_names"))
    roll = dice.rng.random()
    phone = child.phone if roll < 0.16 else dice.one(world.networks.shelters)[1] if roll < 0.38 else ""
    if not phone and encounter.pimp and roll < 0.48:
        phone = world.networks.number_of(encounter.pimp)
    forms = shares("words", "forms", "labour" if encounter.trade == "labour" else "prostitution")
    facts = {"encounter": encounter, "alias": alias, "phone": phone, "form": dice.weighted(forms)}
    facts["dated"] = dice.chance(0.82)
    return world.add(Registration("stv", child, told, world.heard(told.name, "stv"), encounter.on, reported, facts))


def in_youth_care(world: World, child: Child, encounter: Encounter) -> Registration | None:
    """A dossier that names the exploitation."""
    dice = world.dice
    reported = encounter.on + timedelta(days=dice.one([0, 1, 3, 5, 10, 20, 35]))
    city, shelter_phone = dice.one(world.networks.shelters)
    forms = shares("words", "forms", "labour" if encounter.trade == "labour" else "prostitution")
    facts = {"forms": [dice.weighted(forms)], "phone": shelter_phone if dice.chance(0.6) else "", "city": city}
    name = world.heard(child.told.name, "youth_care")
    return world.add(Registration("youth_care", child, child.told, name, reported, reported, facts))
