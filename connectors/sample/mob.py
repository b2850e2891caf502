"""The lists of reception centres: who left, when and under which heading, by centre and month."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.sample import distortions as written
from connectors.sample.chance import FACTS, Chance
from connectors.sample.registrations import Entry, Registrations
from connectors.sample.world import Child

COLUMNS = (
    "v_nummer", "naam", "geboortedatum", "geslacht", "nationaliteit", "alleenstaand", "opvanglocatie",
    "datum_instroom", "datum_vertrek", "vertrekcategorie", "voogd", "datum_voogdij", "als_vermist_opgegeven",
    "datum_vermist_opgegeven", "identiteitsbewijs", "telefoonnummer", "vermoedelijke_reden",
    "datum_teruggevonden", "plaats_teruggevonden",
)  # fmt: skip
MOB = "Controle adres"


def departure_category(chance: Chance, day: date) -> str:
    """Draw the category of a departure by the published counts of its year (L3270-3288)."""
    counts = FACTS["departures"]
    return chance.by_weight(counts.get(str(day.year), counts["2004"]))


def register_departure(
    chance: Chance, child: Child, left: date, category: str, reported: date | None, with_phone: bool, guardian: bool
) -> Entry:
    """Note a departure under the identity declared without a document; `reported`: when reported missing, if ever."""
    arrived = left - chance.lag("arrival_to_departure")
    number = "" if chance.share("no_v_number") else chance.choice(child.v_numbers) if child.v_numbers else ""
    row: dict[str, Any] = {
        "v_nummer": number,
        "naam": written.cell_name(chance, child.true, capitals=0.5),
        "geboortedatum": written.written_birth(chance, child.true, child.born_known),
        "geslacht": child.sex if chance.random() < 0.97 else "",
        "nationaliteit": written.written_country(chance, child.true.origin, 0.02),
        "alleenstaand": "ja" if chance.random() < 0.88 else "nee",
        "opvanglocatie": child.centre,
        "datum_instroom": arrived,
        "datum_vertrek": left,
        "vertrekcategorie": category,
        "voogd": "Nidos" if guardian else chance.choice(("geen", "geen", "")),
        "datum_voogdij": arrived + timedelta(days=chance.randint(1, 30)) if guardian else None,
        "als_vermist_opgegeven": "ja" if reported else chance.choice(("nee", "nee", "")),
        "datum_vermist_opgegeven": reported,
        "identiteitsbewijs": chance.choice(("nee", "nee", "nee", "nee", "ja")),
        "telefoonnummer": _phone(chance, child, with_phone),
        "vermoedelijke_reden": chance.choice(FACTS["reception"]["reasons"]) if category == MOB else "",
    }
    return Entry(child.child_id, "mob", left, row, since=left if category == MOB else None)


def _phone(chance: Chance, child: Child, with_phone: bool) -> str:
    """The number the child called, of its own or of the one who came for it, or now and then that of the centre."""
    if with_phone and child.contact_phone:
        return written.written_phone(chance, child.contact_phone)
    if chance.random() < 0.05:
        centres = FACTS["reception"]["centres"]
        return f"06-0000{200 + centres.index(child.centre):04d}"
    return written.written_phone(chance, child.phone) if chance.random() < 0.3 else ""


def found_again(chance: Chance, entry: Entry, day: date, last: date) -> None:
    """Note on the list that the child was found again."""
    if day <= last:
        entry.found_on = day
        entry.row["datum_teruggevonden"] = day
        entry.row["plaats_teruggevonden"] = chance.choice(FACTS["places"]["towns"])


def write_lists(chance: Chance, folder: Path, held: Registrations) -> None:
    """Write the departures of a month of each centre: UTF-8 with a byte order mark."""
    by_file: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(held.entries["mob"], key=lambda entry: (entry.day, entry.child_id)):
        centre = entry.row["opvanglocatie"].upper().replace(" ", "-")
        by_file[f"mob_{entry.day:%Y%m}_{centre}.csv"].append(entry)
    for name, entries in sorted(by_file.items()):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for number, entry in enumerate(entries, start=1):
            entry.key, entry.file = f"{name}#{number}", name
            writer.writerow([_cell(chance, entry.row.get(column)) for column in COLUMNS])
        (folder / name).write_bytes(text.getvalue().encode("utf-8-sig"))


def _cell(chance: Chance, value: Any) -> Any:
    return written.written_day(chance, value) if isinstance(value, date) else "" if value is None else value
