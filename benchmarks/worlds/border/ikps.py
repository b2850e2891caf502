"""Writes the IKPS snapshot of the last night: Windows-1252, semicolons, lists with bars."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from benchmarks.worlds.border.births import age_on, as_text, numeral, told
from benchmarks.worlds.border.facts import IKPS_SINCE, LAST_NIGHT, Dice, facts, rate, words
from benchmarks.worlds.border.networks import Encounter, phone_as_written
from benchmarks.worlds.border.paper import country, or_unknown
from benchmarks.worlds.border.spelling import in_windows_1252
from benchmarks.worlds.border.world import Registration, World
from benchmarks.worlds.border.written import in_columns

COLUMNS = facts("words")["columns"]["ikps"]


def write_ikps(world: World, folder: Path) -> list[Registration]:
    """Write the snapshot; returns the registrations it holds: those of the last two years."""
    kept = [entry for entry in world.registrations if entry.register == "ikps" and entry.reported >= IKPS_SINCE]
    kept.sort(key=lambda entry: entry.reported)
    serial: Counter[int] = Counter()
    for entry in kept:
        year = entry.reported.year
        serial[year] += world.dice.one([1, 1, 1, 1, 2, 3])
        entry.source_key = f"IK-{year % 100:02d}-{serial[year]:06d}"
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    out.writerow(COLUMNS)
    for entry in kept:
        row = _row(world, entry)
        out.writerow([in_windows_1252(str(row.get(column, ""))) for column in COLUMNS])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"ikps_{LAST_NIGHT:%Y%m%d}.csv").write_bytes(text.getvalue().encode("cp1252"))
    return kept


def _row(world: World, entry: Registration) -> dict[str, str]:
    dice, encounter = world.dice, entry.facts["encounter"]
    family, prefix, given = in_columns(dice, entry.name)
    identity, other = entry.identity, entry.facts["other"]
    # Of a work name alone the officer knows no birth date, at best a year.
    birth = told(dice, identity.born, encounter.on, "ikps", identity.on_document)
    signals = _signals(dice)
    return {
        "registratienummer": entry.source_key,
        "korps": world.networks.region_of[encounter.city] if dice.chance(0.96) else "KLPD",
        "datum_registratie": numeral(dice, entry.reported),
        "datum_aantreffen": numeral(dice, encounter.on),
        "achternaam": family,
        "tussenvoegsel": prefix,
        "voornamen": given,
        "werknaam": "|".join(entry.facts["work_names"]),
        "andere_identiteit_van": other.source_key if other and other.source_key and dice.chance(0.3) else "",
        "geboortedatum": as_text(dice, birth),
        "geslacht": "O" if dice.chance(rate("unknown", "sex")) else entry.child.sex,
        "nationaliteit": country(dice, identity.nationality, 0.03 if identity.on_document else None),
        "geboorteland": country(dice, identity.nationality, 0.5),
        "verblijfsstatus": _status(world, entry),
        "locatie": or_unknown(dice, encounter.city, rate("unknown", "place")),
        "soort_locatie": or_unknown(dice, encounter.kind_of_place, 0.12),
        "contacten": "|".join(f"{role}:{name}" for role, name in entry.facts["contacts"]),
        "signalen": "|".join(f"{code}={points}" for code, points in signals),
        "zwaarte": str(sum(points for _, points in signals)),
        "kentekens": "|".join(entry.facts["plates"]),
        "telefoonnummers": "|".join(phone_as_written(dice, phone) for phone in entry.facts["phones"]),
        "aangifte": dice.one(["", "", "N", "N", "N", "J"]),
        "documenten": dice.one(["vals", "vervalst"]) if identity.on_document and dice.chance(0.04) else "",
        "vorm_uitbuiting": _form(dice, encounter),
    }


def _form(dice: Dice, encounter: Encounter) -> str:
    return "prostitutie" if encounter.trade != "labour" and dice.chance(0.6) else ""


def _signals(dice: Dice) -> list[tuple[str, int]]:
    """Two to five signals whose points add up to ten or more."""
    signals = [(code, dice.number(2, 6)) for code in dice.some(words("signals"), dice.number(2, 5))]
    short = 10 - sum(points for _, points in signals)
    return [(signals[0][0], signals[0][1] + max(short, 0)), *signals[1:]]


def _status(world: World, entry: Registration) -> str:
    dice, identity = world.dice, entry.identity
    if dice.chance(rate("unknown", "status")):
        return dice.one(["", "onbekend", "onbekend"])
    if identity.nationality == "NL":
        return "Nederlandse nationaliteit"
    if identity.nationality in ("ES", "IT", "PT", "FR", "GR", "GB", "BE", "DE", "SE", "PL", "CZ", "LT", "LV"):
        return "EU"
    minor = age_on(identity.born, entry.on) < 18
    if entry.child.course == "asylum" and minor and dice.chance(0.7):
        return "ama"
    return dice.one(["zonder status", "zonder status", "zonder status", "B9", "bedenktijd"])
