"""Writes the lists of the reception centres: one file per centre and month of departure."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from benchmarks.worlds.border.births import as_text, numeral, told
from benchmarks.worlds.border.facts import LAST_NIGHT, facts, rate, words
from benchmarks.worlds.border.networks import phone_as_written
from benchmarks.worlds.border.paper import country, unknown
from benchmarks.worlds.border.world import Registration, World
from benchmarks.worlds.border.written import on_list

COLUMNS = facts("words")["columns"]["mob"]


def write_mob(world: World, folder: Path) -> list[Registration]:
    """Write every list that has departures; returns the registrations they hold."""
    kept = sorted((entry for entry in world.registrations if entry.register == "mob"), key=lambda entry: entry.on)
    lists: dict[str, list[Registration]] = {}
    for entry in kept:
        place = entry.facts["centre"].replace(" ", "-").upper()
        lists.setdefault(f"mob_{entry.on:%Y%m}_{place}.csv", []).append(entry)
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, entries in sorted(lists.items()):
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\r\n" if world.dice.chance(0.5) else "\n")
        out.writerow(COLUMNS)
        seen: set[tuple[str, ...]] = set()
        for number, entry in enumerate(entries, start=1):
            entry.source_key = f"{file_name}#{number}"
            row = _row(world, entry)
            stay = (row["v_nummer"], str(entry.on), row["naam"])
            if stay in seen:
                # Two rows with one number, day and name would be one stay; here they are two children.
                row["v_nummer"] = entry.facts["v_number"]
            seen.add(stay)
            out.writerow([row[column] for column in COLUMNS])
        (folder / file_name).write_bytes(text.getvalue().encode("utf-8-sig"))
    return kept


def _row(world: World, entry: Registration) -> dict[str, str]:
    dice, stay, child = world.dice, entry.facts, entry.child
    gone = stay["category"] == "Controle adres"
    birth = told(dice, entry.identity.born, entry.on, "mob", False)
    found = stay["found_on"] if stay["found_on"] and stay["found_on"] <= LAST_NIGHT else None
    stay["found_on"] = found
    reported = stay.get("reported_on")
    centre = stay["centre"]
    return {
        "v_nummer": "" if dice.chance(rate("unknown", "v_number")) else stay["v_number"],
        "naam": on_list(dice, entry.name, world.networks.habits[centre]),
        "geboortedatum": as_text(dice, birth),
        "geslacht": "" if dice.chance(rate("unknown", "sex")) else child.sex.lower(),
        "nationaliteit": country(dice, entry.identity.nationality, 0.03),
        "alleenstaand": ("ja" if stay["alone"] else "nee") if dice.chance(0.97) else "",
        "opvanglocatie": centre,
        "datum_instroom": numeral(dice, stay["arrived"]),
        "datum_vertrek": numeral(dice, entry.on),
        "vertrekcategorie": stay["category"],
        "voogd": "Nidos" if stay["guardian"] else dice.one(["geen", ""]),
        "datum_voogdij": numeral(dice, stay["arrived"]) if stay["guardian"] and dice.chance(0.7) else "",
        "als_vermist_opgegeven": ("ja" if reported else dice.one(["nee", "nee", ""])) if gone else "",
        "datum_vermist_opgegeven": numeral(dice, reported) if reported else "",
        "identiteitsbewijs": "nee" if dice.chance(0.95) else "ja",
        "telefoonnummer": phone_as_written(dice, stay["phone"]) if stay["phone"] else unknown(dice),
        "vermoedelijke_reden": dice.one(words("reasons", ";")) if gone and dice.chance(0.3) else "",
        "datum_teruggevonden": numeral(dice, found) if found else "",
        "plaats_teruggevonden": dice.one(world.networks.cities) if found else "",
    }
