"""IKPS: one snapshot of all police encounters that the system holds on the last night."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.worlds.harbour.birth_dates import Birth, day_notation, notation, recorded
from benchmarks.worlds.harbour.cast import Registration, World
from benchmarks.worlds.harbour.facts_files import LAST_NIGHT, proportion, words
from benchmarks.worlds.harbour.spellings import fit, mistyped, plain, written
from benchmarks.worlds.harbour.values import (
    country_name,
    known_or_not,
    nationality_name,
    not_known,
    own_phone,
    phone_notation,
    sex_letter,
    status_of,
)

COLUMNS = [
    *("registratienummer", "korps", "datum_registratie", "datum_aantreffen", "achternaam", "tussenvoegsel"),
    *("voornamen", "werknaam", "andere_identiteit_van", "geboortedatum", "geslacht", "nationaliteit"),
    *("geboorteland", "verblijfsstatus", "locatie", "soort_locatie", "contacten", "signalen", "zwaarte"),
    *("kentekens", "telefoonnummers", "aangifte", "documenten", "vorm_uitbuiting"),
]


def write_ikps(world: World, folder: Path) -> None:
    """Write the snapshot of the last night and give every entry its number."""
    entries = [entry for entry in world.registrations if entry.register == "ikps"]
    entries.sort(key=lambda entry: entry.reported)
    serials: dict[int, int] = {}
    for entry in entries:
        year = entry.reported.year
        serials[year] = serials.get(year, 0) + (1 if world.chance(0.8) else world.rng.randint(2, 4))
        entry.source_key = f"IK-{year % 100:02d}-{serials[year]:06d}"
    path = folder / "ikps" / f"ikps_{LAST_NIGHT:%Y%m%d}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="cp1252", newline="") as file:
        sheet = csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\r\n")
        sheet.writeheader()
        for entry in entries:
            row = _names(world, entry) | _person(world, entry) | _event(world, entry)
            sheet.writerow({column: fit(row[column], "cp1252") for column in COLUMNS})


def _names(world: World, entry: Registration) -> dict[str, str]:
    """The name fields; a work name may stand where the name should be, and is then not always a work name too."""
    rng, girl = world.rng, entry.person
    works = list(dict.fromkeys(rng.choice(girl.work_names) for _ in range(rng.choice((1, 1, 2)))))
    if entry.identity.kind == "work":
        name = entry.identity.name.family
        family, given = (name, rng.choice((".", ""))) if world.chance(0.7) else (rng.choice((".", "")), name)
        works = works if world.chance(0.4) else []
        return {"achternaam": family, "tussenvoegsel": "", "voornamen": given, "werknaam": "|".join(works)}
    name = written(rng, entry.identity.name, "ikps")
    given = name.given or rng.choice((".", ""))
    lost = plain if world.chance(0.5) else str
    works = works if world.chance(0.5) else []
    if works and world.chance(0.05):
        works = [mistyped(rng, works[0])]
    return {
        "achternaam": lost(name.family),
        "tussenvoegsel": lost(name.prefix),
        "voornamen": lost(given),
        "werknaam": "|".join(works),
    }


def _person(world: World, entry: Registration) -> dict[str, str]:
    """What is known of the person; without a document the birth date is often not."""
    rng, kind = world.rng, entry.identity.kind
    born = recorded(rng, entry.identity.birth, "ikps", entry.on)
    share = 0.06 if kind in ("false", "changed_age") else proportion("missing", "ikps_birth_own")
    if world.chance(share + (0.25 if kind == "work" else 0)):
        born = Birth(None)
    shown = entry.identity.country
    if kind in ("true", "declared") and entry.person.household and world.chance(0.12):
        shown = entry.person.country
    place_of_birth = entry.identity.country if kind == "false" else entry.person.country
    if kind != "false" and entry.person.household and world.chance(0.7):
        place_of_birth = "NL"
    return {
        "geboortedatum": notation(rng, born) or not_known(rng),
        "geslacht": sex_letter(world, entry.person, "V", "M", "O"),
        "nationaliteit": known_or_not(world, nationality_name(rng, shown), "nationality"),
        "geboorteland": known_or_not(world, country_name(rng, place_of_birth), "origin"),
        "verblijfsstatus": status_of(world, entry),
        "documenten": rng.choice(("vals", "vervalst", "gestolen")) if kind == "false" and world.chance(0.05) else "",
    }


def _numbers(world: World, entry: Registration) -> tuple[list[str], list[str]]:
    """Telephones and plates seen at the encounter: her own, the pimp's, a client's."""
    rng, pimp = world.rng, entry.details["pimp"]
    phones = []
    if world.chance(0.32):
        phones.append(own_phone(entry))
    if world.chance(0.34):
        phones.append(rng.choice(pimp.phones))
    if world.chance(0.06):
        phones.append(world.mobile())
    plates = [rng.choice(pimp.plates)] if pimp.plates and world.chance(0.3) else []
    if world.chance(0.07):
        plates.append(world.plate())
    return [phone_notation(rng, phone) for phone in dict.fromkeys(phones)], plates


def _event(world: World, entry: Registration) -> dict[str, str]:
    """The encounter itself: place, contacts, signals and their weight."""
    rng, details = world.rng, entry.details
    place, pimp = details["place"], details["pimp"]
    contacts = [f"pooier:{pimp.name}"] if world.chance(0.42) else []
    if world.chance(0.07):
        contacts.append(f"klant:{rng.choice(words('street_names'))}")
    if world.chance(0.12):
        contacts.append(f"ander:{rng.choice(words('work_names') + words('street_names'))}")
    codes = sorted(rng.sample(words("signals"), rng.randint(2, 5)))
    points = [rng.randint(2, 6) for _ in codes]
    points[0] += max(0, 10 - sum(points))
    phones, plates = _numbers(world, entry)
    other = details.get("other")
    spot = place["city"] if world.chance(0.45) else f"{place['city']}, {place['spot']}"
    return {
        "registratienummer": entry.source_key,
        "korps": "KLPD" if world.chance(0.03) else place["region"],
        "datum_registratie": day_notation(entry.reported),
        "datum_aantreffen": day_notation(entry.on),
        "andere_identiteit_van": other.source_key if other else "",
        "locatie": known_or_not(world, spot, "place"),
        "soort_locatie": known_or_not(world, place["kind"], "place"),
        "contacten": "|".join(contacts),
        "signalen": "|".join(f"{code}={weight}" for code, weight in zip(codes, points, strict=True)),
        "zwaarte": str(sum(points)),
        "kentekens": "|".join(plates),
        "telefoonnummers": "|".join(phones),
        "aangifte": rng.choices(("J", "N", ""), (12, 50, 38))[0],
        "vorm_uitbuiting": "prostitutie" if world.chance(0.75) else "",
    }
