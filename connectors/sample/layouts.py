"""The five layouts of the input contract: registrations to the bytes of a delivery."""

from __future__ import annotations

import csv
import io
import re
import textwrap
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from anyascii import anyascii
from openpyxl import Workbook

MADE_ON = datetime(2005, 7, 1)
IKPS_COLUMNS = (
    "registratienummer", "korps", "datum_registratie", "datum_aantreffen", "achternaam", "tussenvoegsel", "voornamen",
    "werknaam",
    "andere_identiteit_van", "geboortedatum", "geslacht", "nationaliteit", "geboorteland", "verblijfsstatus", "locatie",
    "soort_locatie", "contacten", "signalen", "zwaarte", "kentekens", "telefoonnummers", "aangifte", "documenten",
    "vorm_uitbuiting",
)  # fmt: skip
STV_COLUMNS = (
    "Aanmeldnr", "Datum aanmelding", "Meldende instantie", "Soort instantie", "Regio", "Naam", "Alias", "Geb.datum",
    "Leeftijd", "Leeftijd ronseling", "M/V", "Nationaliteit", "Land van herkomst", "Vorm van uitbuiting", "Loverboy",
    "Datum aangetroffen", "Plaats", "Verblijfsstatus", "B9-fase", "Aangifte", "Kwetsbaarheid", "Leefsituatie", "Opvang",
    "Telefoon", "Aantal betrokkenen", "Zekerheid", "Opmerkingen",
)  # fmt: skip
MOB_COLUMNS = (
    "v_nummer", "naam", "geboortedatum", "geslacht", "nationaliteit", "alleenstaand", "opvanglocatie", "datum_instroom",
    "datum_vertrek", "vertrekcategorie", "voogd", "datum_voogdij", "als_vermist_opgegeven", "datum_vermist_opgegeven",
    "identiteitsbewijs", "telefoonnummer", "vermoedelijke_reden", "datum_teruggevonden", "plaats_teruggevonden",
)  # fmt: skip
TELEX_WIDTH = 69


def ikps_csv(rows: Iterable[dict[str, Any]]) -> bytes:
    """A snapshot of IKPS: Windows-1252, semicolons, CRLF. A letter that the code page lacks loses its accent."""
    text = io.StringIO()
    writer = csv.DictWriter(text, IKPS_COLUMNS, delimiter=";", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _windows(str(row[column])) for column in IKPS_COLUMNS})
    return text.getvalue().encode("cp1252")


def _windows(value: str) -> str:
    try:
        value.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(letter if _in_windows(letter) else anyascii(letter) for letter in value)
    return value


def _in_windows(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def mob_csv(rows: Iterable[dict[str, Any]]) -> bytes:
    """One centre's departures of one month: UTF-8 with a byte order mark, commas."""
    text = io.StringIO()
    writer = csv.DictWriter(text, MOB_COLUMNS, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _day(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _day(value: Any) -> Any:
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else "" if value is None else value


def stv_xlsx(random: Random, year: int, rows: list[dict[str, Any]]) -> bytes:
    """The workbook of a year, kept by hand: title lines, blank lines between months, a totals line, dates as text."""
    book = Workbook(write_only=True)
    book.properties.created = MADE_ON
    sheet = book.create_sheet("Aanmeldingen")
    sheet.append(["Stichting Tegen Vrouwenhandel (VERZONNEN VOORBEELD)"])
    sheet.append([f"Aanmeldingen {year}"])
    sheet.append([])
    sheet.append(list(STV_COLUMNS))
    month = None
    for row in rows:
        if month not in (None, row["reported_on"].month):
            sheet.append([])
        month = row["reported_on"].month
        sheet.append([_cell(random, row, column) for column in STV_COLUMNS])
    sheet.append([])
    sheet.append(["Totaal", len(rows)])
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer.getvalue())


def _cell(random: Random, row: dict[str, Any], column: str) -> Any:
    if column == "Datum aanmelding":
        return row["reported_on"] if random.random() < 0.8 else row["reported_on"].strftime("%d-%m-%Y")
    if column == "Datum aangetroffen":
        return row["encountered_on"] or ""
    value = row.get(column, "")
    return None if value == "" else value


def _without_clock(workbook: bytes) -> bytes:
    """The same workbook with one fixed time on every part, so that the same rows give the same bytes."""
    buffer = io.BytesIO()
    moment = f"{MADE_ON.isoformat()}Z".encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, old.read(part))
            new.writestr(zipfile.ZipInfo(part, MADE_ON.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def youth_care_xml(sender: str, day: date, number: int, dossiers: Iterable[dict[str, Any]]) -> bytes:
    """One message of youth care with its mutations."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<Bericht xmlns="urn:weerzien:jeugdzorg:1">',
        f"<Header><Afzender>{sender}</Afzender><Dagtekening>{day}</Dagtekening>",
        f"<Volgnummer>{number}</Volgnummer></Header>",
        "<Dossiers>",
        *(_dossier(dossier) for dossier in dossiers),
        "</Dossiers>",
        "</Bericht>",
        "",
    ]
    return "\n".join(parts).encode("utf-8")


def _dossier(row: dict[str, Any]) -> str:
    head = _element("Dossiernummer", row["key"]) + _element("StatusAanlevering", row["status"])
    if row["status"] == "3":
        return f"<Dossier>{head}</Dossier>"
    name = "".join(
        _element(tag, row[tag]) for tag in ("Geslachtsnaam", "Voorvoegsel", "Voornamen", "Voorletters", "Roepnaam")
    )
    born = date(row["born"].year, 1, 1) if row["DatumGebruik"] == "2" else row["born"]
    birth = _element("Datum", born.isoformat()) + _element("DatumGebruik", row["DatumGebruik"])
    simple = ("Geslacht", "Nationaliteit", "LandVanHerkomst", "Verblijfsstatus", "Woonplaats", "Telefoon", "Rubriek")
    signals = "".join(_element("Signaal", signal) for signal in row["Signalen"])
    forms = "".join(_element("Vorm", form) for form in row["Vormen"])
    weak = _element("Kwetsbaarheid", row["Kwetsbaarheid"]) if row["Kwetsbaarheid"] else ""
    return (
        f"<Dossier>{head}{_element('Instantie', row['agency'])}"
        f"{_element('MeldingDatum', row['MeldingDatum'].isoformat())}"
        f"<Naam>{name}</Naam><Geboortedatum>{birth}</Geboortedatum>"
        + "".join(_element(tag, row[tag]) for tag in simple)
        + (f"<Signalen>{signals}</Signalen>" if signals else "")
        + (f"<VormenUitbuiting>{forms}</VormenUitbuiting>" if forms else "")
        + _element("Zekerheid", row["Zekerheid"])
        + (f"<Kwetsbaarheden>{weak}</Kwetsbaarheden>" if weak else "")
        + "".join(_element(tag, row[tag]) for tag in ("Leefsituatie", "School", "Maatregel", "Doorverwezen"))
        + "</Dossier>"
    )


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else f"<{tag}/>"


def telex_message(serial: int, day: date, subject: str, labels: Iterable[tuple[str, str]]) -> str:
    """One message of the telex, lines of at most 69 characters, continued lines indented by two blanks."""
    lines = [f"ZCZC KLPD{serial % 10000:04d} {day:%d%m%y} 0915", f"BETR  : {subject}"]
    for label, value in labels:
        if value:
            lines += textwrap.wrap(f"{label:<6}: {value}", TELEX_WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join([*lines, "NNNN", ""])


def telex_case(row: dict[str, Any]) -> list[tuple[str, str]]:
    """The labels of a new case."""
    return [
        ("VAN", "REGIOPOLITIE"),
        ("AAN", "ALLE KORPSEN"),
        ("NAAM", row["name"]),
        ("ROEPN", row["roepn"]),
        ("GEB", row["born"]),
        ("GESL", row["sex"]),
        ("NAT", row["nationality"]),
        ("CAT", row["category"]),
        ("VERMIST SINDS", row["since"].strftime("%d-%m-%Y")),
        ("LAATST GEZIEN", row["town"]),
        ("MELDER", row["reporter"]),
        ("CONTACT", row["contact"]),
        ("SIGN", row["looks"]),
    ]
