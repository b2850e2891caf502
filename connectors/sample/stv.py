"""The central registration of victims (STV): what is told after rescue, and the workbooks kept by hand."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from connectors.sample import distortions as written
from connectors.sample.chance import FACTS, Chance, age_on
from connectors.sample.ikps import residence_status
from connectors.sample.naming import Identity
from connectors.sample.registrations import Entry, Registrations
from connectors.sample.world import Child

COLUMNS = (
    "Aanmeldnr", "Datum aanmelding", "Meldende instantie", "Soort instantie", "Regio", "Naam", "Alias",
    "Geb.datum", "Leeftijd", "Leeftijd ronseling", "M/V", "Nationaliteit", "Land van herkomst",
    "Vorm van uitbuiting", "Loverboy", "Datum aangetroffen", "Plaats", "Verblijfsstatus", "B9-fase", "Aangifte",
    "Kwetsbaarheid", "Leefsituatie", "Opvang", "Telefoon", "Aantal betrokkenen", "Zekerheid", "Opmerkingen",
)  # fmt: skip
MADE_ON = datetime(2005, 7, 1)
KINDS = {"politie": 9, "opvang": 5, "hulpverlening": 4, "jeugdzorg": 3, "KMar": 1, "OM": 1, "anders": 1}
WORDS, PLACES, UNKNOWN = FACTS["words"], FACTS["places"], FACTS["unknown"]


def report_victim(
    chance: Chance, child: Child, reported: date, met: date | None, town: int, identity: Identity, persons: int = 1
) -> Entry:
    """Report a victim to STV, mostly under the true identity that is told after rescue (L4193-4198)."""
    noted_on = met if met and chance.random() < 0.8 else None
    kind = chance.by_weight(KINDS)
    name = "" if chance.share("stv_without_name") else written.cell_name(chance, identity)
    row: dict[str, Any] = {
        "Datum aanmelding": reported,
        "Meldende instantie": f"{kind} {PLACES['towns'][town]}",
        "Soort instantie": kind,
        "Regio": PLACES["regions"][town],
        "Naam": name,
        "Alias": "; ".join(child.work_names) if child.work_names and chance.random() < 0.3 else "",
        "Datum aangetroffen": noted_on,
        "Plaats": PLACES["towns"][town] if chance.random() < 0.85 else chance.choice(written.UNKNOWN),
        "Telefoon": _phone(chance, child, kind),
        "Aantal betrokkenen": _persons(chance, persons),
        **_personal(chance, child, identity, reported),
        **_case(chance, child, identity),
    }
    return Entry(child.child_id, "stv", reported, row, event_on=noted_on or reported, identity=identity.kind)


def _phone(chance: Chance, child: Child, kind: str) -> str:
    if kind == "opvang" and chance.share("shelter_phone"):
        return f"06-0000{100 + child.town % 10:04d}"  # the number of a shelter: many children, one telephone
    known = child.phone or (child.contact_phone if chance.random() < 0.3 else "")
    return written.written_phone(chance, known) if chance.random() < 0.45 else ""


def _persons(chance: Chance, persons: int) -> int | str:
    if chance.random() < UNKNOWN["persons_in_case"]:
        return "onbekend"
    return persons if persons > 1 or chance.random() < 0.5 else ""


def _personal(chance: Chance, child: Child, identity: Identity, reported: date) -> dict[str, Any]:
    age_hidden = chance.random() < UNKNOWN["age"][child.group]
    age = age_on(identity.born, reported)
    tells_age = chance.random() < (0.5 if age_hidden else 0.85)
    recruited = max(min(age, age_on(child.true.born, child.turn)) - chance.choice((0, 0, 0, 1, 1, 2)), 0)
    return {
        "Geb.datum": "" if age_hidden else _birth_cell(chance, child, identity),
        "Leeftijd": age if tells_age else chance.choice(("", "", "onbekend")),
        "Leeftijd ronseling": recruited if chance.random() < 0.6 else "",
        "M/V": chance.choice(("", "onbekend")) if chance.random() < UNKNOWN["sex"][child.group] else child.sex.upper(),
        "Nationaliteit": written.written_country(chance, identity.origin, UNKNOWN["origin"][child.group]),
        "Land van herkomst": written.written_country(chance, identity.origin, UNKNOWN["origin"][child.group]),
        "Verblijfsstatus": residence_status(chance, child, identity),
    }


def _birth_cell(chance: Chance, child: Child, identity: Identity) -> date | str:
    if child.born_known == "day" and chance.random() < 0.5:
        return written.born_as_noted(chance, identity.born)
    return written.written_birth(chance, identity, child.born_known)


def _case(chance: Chance, child: Child, identity: Identity) -> dict[str, Any]:
    weaknesses = FACTS["vulnerabilities"][child.group]
    living = chance.by_weight(FACTS["living_situation"][child.group])
    known = chance.random() >= UNKNOWN["living_situation"][child.group]
    return {
        "Vorm van uitbuiting": chance.choice(("; ", " / ")).join(child.forms),
        "Loverboy": "ja" if child.loverboy else chance.choice(("nee", "nee", "")),
        "B9-fase": chance.choice(("geen", "", "")) if identity.origin["kind"] == "dutch" else _b9(chance),
        "Aangifte": chance.choice(("ja", "nee", "nee", "")),
        "Kwetsbaarheid": "; ".join(name for name, share in weaknesses.items() if chance.random() < share),
        "Leefsituatie": living if known else chance.choice(written.UNKNOWN),
        "Opvang": chance.choice((*WORDS["shelters"], "", "", "nvt")),
        "Zekerheid": chance.choice(("daadwerkelijk", "daadwerkelijk", "daadwerkelijk", "vermoeden")),
        "Opmerkingen": chance.choice(WORDS["remarks"]),
    }


def _b9(chance: Chance) -> str:
    return chance.choice(("geen", "bedenktijd", "aangifte", "B9", "einde", "", ""))


def write_workbooks(chance: Chance, folder: Path, held: Registrations) -> None:
    """Write one workbook per calendar year; a report keeps its number."""
    by_year: dict[int, list[Entry]] = defaultdict(list)
    for entry in sorted(held.entries["stv"], key=lambda entry: (entry.day, entry.child_id)):
        by_year[entry.day.year].append(entry)
    for year, entries in sorted(by_year.items()):
        name = f"stv_aanmeldingen_{year}.xlsx"
        for number, entry in enumerate(entries, start=1):
            entry.row["Aanmeldnr"] = number
            entry.key, entry.file = f"{year}/{number}", name
        (folder / name).write_bytes(workbook(chance, year, entries))


def workbook(chance: Chance, year: int, entries: list[Entry]) -> bytes:
    """One year as kept by hand: title lines, blank lines between months, a totals line, some dates as text."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = MADE_ON
    sheet = book.create_sheet("Aanmeldingen")
    sheet.append(["Stichting Tegen Vrouwenhandel (VERZONNEN / SYNTHETIC)"])
    sheet.append([f"Centrale aanmelding slachtoffers {year}"])
    if year % 2:
        sheet.append(["Bijgewerkt met de hand"])
    sheet.append(list(COLUMNS))
    month = entries[0].day.month
    for entry in entries:
        if entry.day.month != month:
            sheet.append([])
            month = entry.day.month
        cells = [_cell(chance, entry.row[column]) for column in COLUMNS]
        sheet.append(cells)
        if "duplicate_key" in entry.rules:
            sheet.append(cells)
    sheet.append([])
    sheet.append(["Totaal", len(entries)])
    content = io.BytesIO()
    book.save(content)
    return with_fixed_time(content.getvalue())


def _cell(chance: Chance, value: Any) -> Any:
    if isinstance(value, date):
        return written.written_day(chance, value) if chance.share("date_as_text") else value
    return None if value == "" else value


def with_fixed_time(content: bytes) -> bytes:
    """Return the workbook with one moment in its properties and zip entries: the same rows are the same bytes."""
    moment = MADE_ON.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*", rb"\g<1>" + moment, text)
            new.writestr(zipfile.ZipInfo(part, MADE_ON.timetuple()[:6]), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
