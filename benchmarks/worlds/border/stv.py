"""Writes the STV workbooks: one per year, kept by hand, the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from benchmarks.worlds.border.births import Told, age_on, as_text, numeral, told
from benchmarks.worlds.border.facts import Dice, facts, rate, shares
from benchmarks.worlds.border.networks import phone_as_written
from benchmarks.worlds.border.paper import country, or_unknown, unknown
from benchmarks.worlds.border.world import Registration, World
from benchmarks.worlds.border.written import in_one_cell

COLUMNS = facts("words")["columns"]["stv"]


def write_stv(world: World, folder: Path) -> list[Registration]:
    """Write one workbook per calendar year; returns the registrations they hold."""
    kept = sorted((entry for entry in world.registrations if entry.register == "stv"), key=lambda entry: entry.reported)
    folder.mkdir(parents=True, exist_ok=True)
    for year in sorted({entry.reported.year for entry in kept}):
        entries = [entry for entry in kept if entry.reported.year == year]
        number = 0
        for entry in entries:
            number += world.dice.one([1, 1, 1, 1, 1, 2])
            entry.source_key = f"{year}/{number}"
        (folder / f"stv_aanmeldingen_{year}.xlsx").write_bytes(_workbook(world, year, entries))
    return kept


def _workbook(world: World, year: int, entries: list[Registration]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Aanmeldingen")
    sheet.append([f"Stichting Tegen Vrouwenhandel: aanmeldingen {year} (SYNTHETISCH)"])
    sheet.append(["Bijgehouden door de afdeling aanmelding"])
    sheet.append([])
    sheet.append(COLUMNS)
    month = 0
    for entry in entries:
        if month and entry.reported.month != month:
            sheet.append([])
        month = entry.reported.month
        row = _row(world, entry)
        sheet.append([row.get(column) for column in COLUMNS])
    sheet.append([])
    sheet.append(["Totaal", len(entries)])
    stream = io.BytesIO()
    book.save(stream)
    return _without_moments(stream.getvalue())


def _without_moments(workbook: bytes) -> bytes:
    """The same workbook without the moment of writing, which openpyxl leaves in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2005-06-30T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, (2005, 6, 30, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _row(world: World, entry: Registration) -> dict[str, Any]:
    dice, encounter, identity = world.dice, entry.facts["encounter"], entry.identity
    birth = told(dice, identity.born, entry.reported, "stv", identity.on_document)
    child = entry.child
    recruited = max(age_on(child.born, encounter.on) - dice.one([0, 0, 1, 2]), 8)
    kind = dice.weighted(shares("words", "stv", "sources"))
    known_age = birth.form in ("age", "year", "about") or (birth.form != "none" and dice.chance(0.5))
    return {
        "Aanmeldnr": int(entry.source_key.split("/")[1]),
        "Datum aanmelding": _cell(dice, Told("full", entry.reported, 0)),
        "Meldende instantie": f"{kind} {encounter.city}",
        "Soort instantie": kind,
        "Regio": world.networks.region_of[encounter.city],
        "Naam": in_one_cell(dice, entry.name),
        "Alias": entry.facts["alias"] or None,
        "Geb.datum": _cell(dice, birth),
        "Leeftijd": birth.age if known_age else None,
        "Leeftijd ronseling": recruited if dice.chance(0.2) else None,
        "M/V": unknown(dice) if dice.chance(rate("unknown", "sex")) else child.sex,
        "Nationaliteit": country(dice, identity.nationality),
        "Land van herkomst": country(dice, child.country if dice.chance(0.9) else identity.nationality),
        "Vorm van uitbuiting": entry.facts["form"],
        "Loverboy": ("ja" if child.ring and child.ring.trade == "loverboy" else "nee") if dice.chance(0.7) else None,
        "Datum aangetroffen": _cell(dice, Told("full", encounter.on, 0)) if entry.facts["dated"] else None,
        "Plaats": or_unknown(dice, encounter.city, 0.1),
        **_circumstances(dice, entry),
    }


def _circumstances(dice: Dice, entry: Registration) -> dict[str, Any]:
    table = {"Verblijfsstatus": "statuses", "Kwetsbaarheid": "vulnerabilities", "B9-fase": "stages"}
    phone, companions = entry.facts["phone"], entry.facts["encounter"].companions
    status = dice.weighted(shares("words", "stv", table["Verblijfsstatus"]))
    if entry.identity.nationality == "NL":
        status = "Nederlandse nationaliteit"
    return {
        "Verblijfsstatus": or_unknown(dice, status, rate("unknown", "status")),
        "B9-fase": dice.weighted(shares("words", "stv", table["B9-fase"])) if dice.chance(0.6) else None,
        "Aangifte": dice.one(["ja", "nee", "nee", None]),
        "Kwetsbaarheid": dice.weighted(shares("words", "stv", table["Kwetsbaarheid"])) if dice.chance(0.6) else None,
        "Leefsituatie": "alleenstaand" if dice.chance(0.28) else None,
        "Opvang": dice.one(["crisisopvang", "opvang geregeld", None]),
        "Telefoon": phone_as_written(dice, phone) if phone else None,
        "Aantal betrokkenen": companions if companions > 1 and dice.chance(0.6) else dice.one([None, None, 1]),
        "Zekerheid": dice.one(["vermoeden", "daadwerkelijk"]),
        "Opmerkingen": dice.one([None, None, None, "nader contact volgt", "tolk nodig", "leeftijd wordt betwijfeld"]),
    }


def _cell(dice: Dice, birth: Told) -> Any:
    """A date as a real date cell, or as text where the keeper typed it so."""
    if birth.form == "full" and dice.chance(0.75):
        return birth.born
    if birth.form == "full":
        return numeral(dice, birth.born)
    return as_text(dice, birth, ("", "onbekend", "n.b.")) or None
