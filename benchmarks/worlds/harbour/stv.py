"""STV: one workbook of reported victims per calendar year, kept by hand."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from benchmarks.worlds.harbour.birth_dates import Birth, day_notation, notation, recorded, stated_age
from benchmarks.worlds.harbour.cast import Registration, World
from benchmarks.worlds.harbour.facts_files import age_on, proportion, words
from benchmarks.worlds.harbour.spellings import Written, plain, without_diacritics, written
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
    *("Aanmeldnr", "Datum aanmelding", "Meldende instantie", "Soort instantie", "Regio", "Naam", "Alias", "Geb.datum"),
    *("Leeftijd", "Leeftijd ronseling", "M/V", "Nationaliteit", "Land van herkomst", "Vorm van uitbuiting", "Loverboy"),
    *("Datum aangetroffen", "Plaats", "Verblijfsstatus", "B9-fase", "Aangifte", "Kwetsbaarheid", "Leefsituatie"),
    *("Opvang", "Telefoon", "Aantal betrokkenen", "Zekerheid", "Opmerkingen"),
]
SAVED = "2005-06-30T18:00:00Z"


def write_stv(world: World, folder: Path) -> None:
    """Write a workbook per year and give every report its number within the year."""
    entries = [entry for entry in world.registrations if entry.register == "stv"]
    (folder / "stv").mkdir(parents=True, exist_ok=True)
    for year in sorted({entry.reported.year for entry in entries}):
        of_year = sorted((e for e in entries if e.reported.year == year), key=lambda entry: entry.reported)
        (folder / "stv" / f"stv_aanmeldingen_{year}.xlsx").write_bytes(_workbook(world, year, of_year))


def _workbook(world: World, year: int, entries: list[Registration]) -> bytes:
    """The workbook of a year: title lines, header, blank lines between months, totals."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Aanmeldingen")
    sheet.append([f"Aanmeldingen STV {year}"])
    sheet.append(["Alle gegevens in dit bestand zijn verzonnen"])
    if year % 2:
        sheet.append([])
    sheet.append(COLUMNS)
    month = entries[0].reported.month if entries else 1
    for number, entry in enumerate(entries, 1):
        if entry.reported.month != month:
            sheet.append([])
            month = entry.reported.month
        entry.source_key = f"{year}/{number}"
        row = {"Aanmeldnr": number} | _who(world, entry) | _what(world, entry)
        sheet.append([row.get(column) or None for column in COLUMNS])
    sheet.append([])
    sheet.append(["Totaal", len(entries)])
    return _without_clock(book)


def _without_clock(book: Workbook) -> bytes:
    """The bytes of a workbook with a fixed moment of saving, so that the same world gives the same bytes."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", SAVED.encode(), content)
            new.writestr(zipfile.ZipInfo(name, (2005, 6, 30, 18, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _one_cell(world: World, name: Written) -> str:
    """A name in one cell: family name first with a comma, or in the order of speech; initials behind a comma."""
    family = f"{name.prefix} {name.family}".strip()
    if not name.given:
        return family if world.chance(0.6) else f"{family}, ."
    if name.given.endswith(".") or world.chance(0.58):
        return f"{family}, {name.given}"
    return f"{name.given} {family}"


def _cell(world: World, day: date) -> date | str:
    """A day as a real date cell, now and then as text."""
    return datetime(day.year, day.month, day.day) if world.chance(0.8) else day_notation(day)


def _who(world: World, entry: Registration) -> dict[str, Any]:
    """The person as reported: name, alias, birth date or stated age, origin."""
    rng, girl, identity = world.rng, entry.person, entry.identity
    if identity.kind == "work":
        name = identity.name.family
    else:
        spelt = written(rng, identity.name, "stv")
        name = _one_cell(world, without_diacritics(spelt) if world.chance(0.35) else spelt)
    alias = rng.choice(girl.work_names) if world.chance(0.22) else ""
    shown = [e.identity for e in girl.registrations if e.register == "ikps" and e.identity.kind == "false"]
    if shown and identity.kind == "true" and world.chance(0.2):
        other = rng.choice(shown).name
        alias = plain(f"{other.given[0]} {other.family}")
    born = recorded(rng, identity.birth, "stv", entry.on)
    if world.chance(proportion("missing", "stv_birth")):
        born = Birth(None)
    age = stated_age(rng, identity.birth, entry.reported) if world.chance(0.62) else None
    if born.full and age is not None:
        age = age_on(born.full, entry.reported)
    recruited = age_on(girl.true.birth, entry.on) - rng.choice((0, 0, 1, 1, 2))
    return {
        "Naam": name,
        "Alias": alias,
        "Geb.datum": _cell(world, born.full) if born.full else notation(rng, born) or not_known(rng),
        "Leeftijd": age,
        "Leeftijd ronseling": recruited if world.chance(0.35) else None,
        "M/V": {"F": "V", "M": "M", "": None}[sex_letter(world, girl, "F", "M", "")],
        "Nationaliteit": known_or_not(world, nationality_name(rng, identity.country), "nationality"),
        "Land van herkomst": known_or_not(world, country_name(rng, girl.country), "origin"),
        "Verblijfsstatus": status_of(world, entry),
    }


def _what(world: World, entry: Registration) -> dict[str, Any]:
    """The report itself: who reported, the encounter, shelter and telephone."""
    rng, girl, details = world.rng, entry.person, entry.details
    shelter, place, police = details["shelter"], details["place"], details["police"]
    phone = ""
    if shelter and world.chance(0.6):
        phone = shelter["phone"]
    elif world.chance(0.25):
        phone = own_phone(entry)
    kind = "politie" if police else rng.choice(("opvang", "hulpverlening", "hulpverlening", "jeugdzorg"))
    who = f"Politie {place['region']}" if police else shelter["name"] if shelter else rng.choice(words("helpers"))
    alien = not girl.household
    stage = rng.choice(("geen", "bedenktijd", "aangifte", "B9")) if alien and world.chance(0.6) else ""
    weak = sorted(rng.sample(words("vulnerabilities"), rng.choice((1, 1, 2))))
    group = details["group"]
    return {
        "Datum aanmelding": _cell(world, entry.reported),
        "Meldende instantie": who,
        "Soort instantie": kind,
        "Regio": place["region"] if world.chance(0.85) else "",
        "Vorm van uitbuiting": "prostitutie" if world.chance(0.85) else "",
        "Loverboy": rng.choice(("ja", "")) if girl.life == "loverboy" else rng.choice(("nee", "", "")),
        "Datum aangetroffen": _cell(world, entry.on) if details["met"] else "",
        "Plaats": known_or_not(world, place["city"], "place"),
        "B9-fase": stage,
        "Aangifte": rng.choice(("ja", "nee", "nee", "")),
        "Kwetsbaarheid": rng.choice(("; ", " / ")).join(weak) if world.chance(0.6) else "",
        "Leefsituatie": "" if world.chance(proportion("missing", "living")) else rng.choice(words("living")),
        "Opvang": shelter["name"] if shelter else "",
        "Telefoon": phone_notation(rng, phone) if phone else "",
        "Aantal betrokkenen": group if group > 1 and world.chance(0.5) else rng.choice((None, None, 1)),
        "Zekerheid": rng.choice(("vermoeden", "daadwerkelijk", "daadwerkelijk", "")),
        "Opmerkingen": rng.choice(words("remarks")),
    }
