"""How registers write what is not a name or a date: countries, telephone numbers, what is not known."""

from __future__ import annotations

import random

from benchmarks.worlds.harbour.cast import Person, Registration, World
from benchmarks.worlds.harbour.facts_files import facts, proportion, words


def not_known(rng: random.Random) -> str:
    """One of the spellings of "not known"; an empty cell mostly."""
    return rng.choice(words("unknown"))


def known_or_not(world: World, value: str, field: str) -> str:
    """The value, or a spelling of "not known" in the share of the field."""
    return not_known(world.rng) if not value or world.chance(proportion("missing", field)) else value


def country_name(rng: random.Random, code: str) -> str:
    """A country's Dutch name, at times its code, its region or the name of a former state."""
    name, _, alpha3, _, region = facts("countries")[code]
    chance = rng.random()
    if chance < 0.1:
        return code
    if chance < 0.17:
        return alpha3
    if chance < 0.22 and region:
        return region
    if chance < 0.25:
        return facts("countries")["historic"].get(code, name)
    return name


def nationality_name(rng: random.Random, code: str) -> str:
    """A nationality as an adjective, else as the country."""
    return facts("countries")[code][1] if rng.random() < 0.7 else country_name(rng, code)


def phone_notation(rng: random.Random, phone: str) -> str:
    """A telephone number in one of the notations in use, two in a hundred with a wrong digit."""
    if rng.random() < 0.02:
        at = rng.randrange(4, len(phone))
        phone = phone[:at] + rng.choice("0123456789") + phone[at + 1 :]
    if not phone.startswith("06"):
        cut = 4 if phone[:4] == "0118" else 3
        return rng.choice((f"{phone[:cut]}-{phone[cut:]}", phone, f"{phone[:cut]} {phone[cut:]}"))
    end = phone[2:]
    pairs = " ".join(end[at : at + 2] for at in range(0, 8, 2))
    forms = (f"06-{end}", f"06-{end}", f"06{end}", f"06 {pairs}", f"+31 6 {end[:4]} {end[4:]}", f"00316{end}")
    return rng.choice((*forms, f"+316{end}", f"06-{pairs}"))


def sex_letter(world: World, person: Person, female: str, male: str, unknown: str) -> str:
    """The letter or figure of the sex; hardly ever not known, oftener outside prostitution."""
    share = proportion("missing", "sex_other" if person.life == "other" else "sex")
    if world.chance(share):
        return unknown
    return female if person.sex == "F" else male


def status_of(world: World, entry: Registration) -> str:
    """The residence status as it is at the event: a false passport hides it, accession makes EU citizens."""
    if world.chance(proportion("missing", "status")):
        return world.rng.choice(("", "", "onbekend"))
    if entry.identity.kind == "false":
        return "EU" if entry.identity.country in ("ES", "PT", "GB") else "zonder status"
    if entry.person.country in ("PL", "EE") and entry.on.isoformat() >= "2004-05-01":
        return "EU"
    return entry.person.status


def own_phone(entry: Registration) -> str:
    """The number the person uses at that time; prepaid numbers follow each other."""
    phones = entry.person.phones
    return phones[min(len(phones) - 1, max(0, (entry.on.year - 2003) * 2 + entry.on.month // 7) // 2)]
