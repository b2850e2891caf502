"""MOB lists: for every reception centre and month the departures, whatever their category."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.worlds.harbour.birth_dates import Birth, day_notation, notation, recorded
from benchmarks.worlds.harbour.cast import Person, Registration, World
from benchmarks.worlds.harbour.facts_files import age_on, days, facts, proportion, words
from benchmarks.worlds.harbour.spellings import Written, plain, written
from benchmarks.worlds.harbour.values import known_or_not, nationality_name, own_phone, phone_notation, sex_letter

COLUMNS = [
    *("v_nummer", "naam", "geboortedatum", "geslacht", "nationaliteit", "alleenstaand", "opvanglocatie"),
    *("datum_instroom", "datum_vertrek", "vertrekcategorie", "voogd", "datum_voogdij", "als_vermist_opgegeven"),
    *("datum_vermist_opgegeven", "identiteitsbewijs", "telefoonnummer", "vermoedelijke_reden"),
    *("datum_teruggevonden", "plaats_teruggevonden"),
]


def write_mob(world: World, folder: Path) -> None:
    """Write a list per centre and month; a row is known by the file's name and its number in it."""
    lists: dict[str, list[Registration]] = {}
    for entry in world.registrations:
        if entry.register == "mob":
            centre = entry.details["centre"].upper().replace(" ", "-")
            lists.setdefault(f"mob_{entry.on:%Y%m}_{centre}.csv", []).append(entry)
    (folder / "mob").mkdir(parents=True, exist_ok=True)
    numbers: dict[str, str] = {}
    for file_name in sorted(lists):
        with (folder / "mob" / file_name).open("w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
            sheet.writeheader()
            for row, entry in enumerate(sorted(lists[file_name], key=lambda one: one.on), 1):
                entry.source_key = f"{file_name}#{row}"
                sheet.writerow(_child(world, entry, numbers) | _departure(world, entry))


def _v_number(world: World, person: Person, second: bool, numbers: dict[str, str]) -> str:
    """The aliens number; the same child has a second one after a second application."""
    at = f"{person.person_id} second" if second else person.person_id
    if at not in numbers:
        numbers[at] = world.fresh(lambda: f"{world.rng.choice((24, 25, 26))}{world.rng.randrange(10**8):08d}")
    return numbers[at]


def _one_column(world: World, name: Written, capitals: bool) -> str:
    """A name in one column: `CHEN Xiaoxing`, `Singh, R.`, `Xing Xiao Chen` or a single name."""
    family = f"{name.prefix} {name.family}".strip()
    if capitals and world.chance(0.9):
        family = family.upper()
    if not name.given:
        return family
    if name.given.endswith(".") or world.chance(0.3):
        return f"{family}, {name.given}"
    if capitals or world.chance(0.35):
        return f"{family.upper()} {name.given}"
    return f"{name.given} {family}"


def _child(world: World, entry: Registration, numbers: dict[str, str]) -> dict[str, str]:
    """The child as declared at the application centre; a date that would make it an adult is never on the list."""
    rng, child, details = world.rng, entry.person, entry.details
    name = written(rng, entry.identity.name, "mob")
    text = _one_column(world, name, details["centre"] in facts("places")["centres"]["capitals"])
    born = recorded(rng, entry.identity.birth, "mob", details["arrival"])
    if (born.full and age_on(born.full, entry.on) >= 18) or born.about:
        at = entry.identity.birth
        born = Birth(at.year, at.month, at.day)
    if world.chance(proportion("missing", "mob_birth")):
        born = Birth(None)
    number = "" if world.chance(0.05) else _v_number(world, child, bool(details.get("second_number")), numbers)
    return {
        "v_nummer": number,
        "naam": plain(text) if world.chance(0.7) else text,
        "geboortedatum": notation(rng, born),
        "geslacht": sex_letter(world, child, "v", "m", ""),
        "nationaliteit": known_or_not(world, nationality_name(rng, entry.identity.country), "nationality"),
        "alleenstaand": "ja" if child.status == "ama" else "nee",
    }


def _departure(world: World, entry: Registration) -> dict[str, str]:
    """The stay and the departure, the guardian, and whether anyone told the police."""
    rng, details = world.rng, entry.details
    arrival, vanished, found = details["arrival"], details["vanished"], details.get("found")
    gone, guardian = details["category"] == "Controle adres", details["guardian"]
    phone = details["phone"] if world.chance(0.3) else own_phone(entry) if world.chance(0.12) else ""
    phone = phone or (world.centres[details["centre"]] if world.chance(0.08) else "")
    appointed = min(entry.on, arrival + days(rng.randint(2, 40)))
    return {
        "opvanglocatie": details["centre"],
        "datum_instroom": day_notation(arrival),
        "datum_vertrek": day_notation(entry.on),
        "vertrekcategorie": details["category"],
        "voogd": "Nidos" if guardian else rng.choice(("geen", "")),
        "datum_voogdij": day_notation(appointed) if guardian and world.chance(0.8) else "",
        "als_vermist_opgegeven": "ja" if vanished else rng.choice(("nee", "")) if gone else "",
        "datum_vermist_opgegeven": day_notation(vanished) if vanished else "",
        "identiteitsbewijs": "nee" if world.chance(0.96) else "ja",
        "telefoonnummer": phone_notation(rng, phone) if phone else "",
        "vermoedelijke_reden": rng.choice(words("reasons")) if gone else "",
        "datum_teruggevonden": day_notation(found) if found else "",
        "plaats_teruggevonden": world.city(world.region()) if found else "",
    }
