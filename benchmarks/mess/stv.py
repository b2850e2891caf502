"""Rows of the central registration of victims: `stv_aanmeldingen_JJJJ.xlsx`."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from random import Random

from openpyxl import Workbook
from openpyxl.styles import Font

from benchmarks.mess import values as v
from benchmarks.mess.model import CLEAN, SET_ASIDE, WARNING, Case

Cell = str | int | date | None
Row = dict[str, Cell]

SHEET = "Aanmeldingen"
KEY = "Aanmeldnr"
COLUMNS = (
    "Aanmeldnr", "Datum aanmelding", "Meldende instantie", "Soort instantie", "Regio", "Naam", "Alias", "Geb.datum",
    "Leeftijd", "Leeftijd ronseling", "M/V", "Nationaliteit", "Land van herkomst", "Vorm van uitbuiting", "Loverboy",
    "Datum aangetroffen", "Plaats", "Verblijfsstatus", "B9-fase", "Aangifte", "Kwetsbaarheid", "Leefsituatie",
    "Opvang", "Telefoon", "Aantal betrokkenen", "Zekerheid", "Opmerkingen",
)  # fmt: skip
LAST_DAY = {2003: date(2003, 12, 30), 2004: date(2004, 12, 30), 2005: date(2005, 6, 10)}
REPORTERS = (
    ("Regiopolitie Utrecht", "politie"), ("KMar Schiphol", "KMar"), ("Opvanghuis De Brug", "opvang"),
    ("Stichting Hulp", "hulpverlening"), ("BJZ Amsterdam", "jeugdzorg"), ("Parket Zwolle", "OM"),
    ("Buurvrouw", "anders"),
)  # fmt: skip
SAVED = (2005, 6, 15, 9, 0, 0)


def file_name(year: int) -> str:
    """The name under which a year's workbook is delivered."""
    return f"stv_aanmeldingen_{year}.xlsx"


def name(rng: Random, female: bool) -> str:
    """A whole name in one cell, in the orders that people use."""
    prefix, family = rng.choice(v.FAMILIES)
    first = v.first_name(rng, female)
    last = f"{prefix} {family}".strip()
    return rng.choice((f"{last}, {first}", f"{first} {last}", f"{last}, {first[0]}.", f"{last.upper()}, {first}"))


def day_cell(rng: Random, day: date) -> Cell:
    """A real date cell, or a date that somebody typed as text."""
    return day if rng.random() < 0.7 else v.written(rng, day)


def report_day(number: int, of: int, year: int) -> date:
    """The day of the report with this number, so that numbers follow the calendar."""
    first = date(year, 1, 2)
    return first + timedelta(days=number * (LAST_DAY[year] - first).days // max(of, 1))


def clean(rng: Random, number: int, day: date) -> Row:
    """A plain row: a woman or girl of whom everything is recorded."""
    born = v.birth(rng, day, 14, 30)
    years = v.age(born, day)
    body, kind = rng.choice(REPORTERS)
    return {
        KEY: f"{day.year}-{number:04}",
        "Datum aanmelding": day_cell(rng, day),
        "Meldende instantie": body,
        "Soort instantie": kind,
        "Regio": rng.choice(v.PLACES),
        "Naam": name(rng, True),
        "Alias": rng.choice((None, None, "Kim", "Désirée")),
        "Geb.datum": day_cell(rng, born),
        "Leeftijd": years,
        "Leeftijd ronseling": max(12, years - rng.randint(0, 3)),
        "M/V": "V",
        "Nationaliteit": v.country(rng),
        "Land van herkomst": v.country(rng),
        "Vorm van uitbuiting": rng.choice(("prostitutie", "prostitutie; drugs", "prostitutie/schoonmaak", "horeca")),
        "Loverboy": rng.choice(("ja", "nee")),
        "Datum aangetroffen": day_cell(rng, day - timedelta(days=rng.randint(0, 90))),
        "Plaats": rng.choice(v.PLACES),
        "Verblijfsstatus": rng.choice(v.STATUSES),
        "B9-fase": rng.choice(("geen", "bedenktijd", "aangifte", "B9", "einde")),
        "Aangifte": rng.choice(("ja", "nee", None)),
        "Kwetsbaarheid": rng.choice((None, "familie", "emotioneel; papieren", "familie/bedreiging")),
        "Leefsituatie": rng.choice((None, "alleenstaand", "compleet gezin")),
        "Opvang": rng.choice((None, "ja", "nee")),
        "Telefoon": rng.choice((None, v.phone(rng))),
        "Aantal betrokkenen": rng.choice((None, None, None, 1, 2, "onbekend")),
        "Zekerheid": rng.choice(("vermoeden", "daadwerkelijk")),
        "Opmerkingen": rng.choice((None, None, "zie dossier", "belt terug; nr. op briefje")),
    }


def lines(rng: Random, year: int, rows: list[Row], days: list[date]) -> list[list[Cell]]:
    """The sheet as somebody keeps it by hand: titles, header, blank lines between months, a totals line."""
    titles: list[list[Cell]] = [["Stichting Tegen Vrouwenhandel"], [f"Aanmeldingen {year}"], ["Vertrouwelijk"]]
    sheet: list[list[Cell]] = [*titles[: rng.choice((2, 3))], list(COLUMNS)]
    for at, row in enumerate(rows):
        if at and days[at].month != days[at - 1].month:
            sheet.append([None] * len(COLUMNS))
            if rng.random() < 0.3:  # neither name nor number: an empty line, whatever is scribbled at its end
                sheet.append([*[None] * (len(COLUMNS) - 1), "map kwijt"])
        sheet.append([row[column] for column in COLUMNS])
    return [*sheet, [], ["Totaal", len(rows)]]


def workbook(sheet_lines: list[list[Cell]], sheet: str = SHEET) -> bytes:
    """A workbook with one sheet, the same bytes for the same lines."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for line in sheet_lines:
        page.append(line)
    page["A1"].font = Font(bold=True)
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue())


def _without_clock(raw: bytes) -> bytes:
    # Saving stamps the time of saving on every part of the workbook.
    out = io.BytesIO()
    stamp = b"%04d-%02d-%02dT%02d:%02d:%02dZ" % SAVED
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            body = old.read(part)
            if part == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, body)
            new.writestr(zipfile.ZipInfo(part, SAVED), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _year(row: Row) -> int:
    return int(str(row[KEY])[:4])


def _no_key(row: Row, rng: Random, earlier: list[Row]) -> None:
    row[KEY] = None


def _key_says_unknown(row: Row, rng: Random, earlier: list[Row]) -> None:
    row[KEY] = rng.choice(v.NOT_KNOWN[1:])


def _key_twice(row: Row, rng: Random, earlier: list[Row]) -> None:
    row[KEY] = rng.choice(earlier)[KEY]


def _report_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Datum aanmelding"] = v.impossible(rng, _year(row))


def _encounter_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Datum aangetroffen"] = v.impossible(rng, _year(row) - 1)


def _age_outside(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Leeftijd"] = rng.choice((121, 134, 170, 999))


def _recruited_outside(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Leeftijd ronseling"] = rng.choice((-1, -14, 121, 160))


def _recruited_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Leeftijd ronseling"] = rng.choice((None, *v.NOT_KNOWN[1:]))


def _male(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["M/V"] = "M"
    row["Naam"] = name(rng, False)


def _sex_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["M/V"] = None


def _name_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Naam"] = rng.choice((None, *v.NOT_KNOWN[1:]))
    row["Alias"] = None


def _place_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Plaats"] = rng.choice((None, *v.NOT_KNOWN[1:]))


def _birth_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Geb.datum"] = v.impossible(rng, _year(row) - int(str(row["Leeftijd"])))


def _birth_future(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Geb.datum"] = v.future(rng)


def _code(column: str, *codes: str) -> Case[Row]:
    def spoil(row: Row, rng: Random, earlier: list[Row]) -> None:
        row[column] = rng.choice(codes)

    return Case(f"code_unknown_{column.lower().replace(' ', '_').replace('/', '')}", WARNING, spoil)


def _reported(row: Row) -> int:
    return _year(row) - int(str(row["Leeftijd"]))


def _birth_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Geb.datum"] = v.partial(rng, date(_reported(row), 1, 1))


def _birth_approximate(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Geb.datum"] = v.approximate(rng, date(_reported(row), 1, 1))


def _birth_placeholder(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Geb.datum"] = rng.choice((date(_reported(row), 1, 1), f"01-01-{_reported(row)}"))


def _encounter_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Datum aangetroffen"] = v.partial(rng, date(_year(row) - 1, rng.randint(1, 12), 1))


def _single_name(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Naam"] = rng.choice(v.SINGLE)


def _historic_country(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["Land van herkomst"] = rng.choice(v.HISTORIC + v.REGIONS)


def _unknown_spellings(row: Row, rng: Random, earlier: list[Row]) -> None:
    for column in ("Land van herkomst", "Leefsituatie", "Kwetsbaarheid", "Telefoon", "Datum aangetroffen"):
        row[column] = rng.choice(v.NOT_KNOWN) or None
    row["Opvang"] = rng.choice(v.NOT_APPLICABLE)


HARMLESS: tuple[Case[Row], ...] = (
    Case("birth_partial", CLEAN, _birth_partial),
    Case("birth_approximate", CLEAN, _birth_approximate),
    Case("birth_placeholder", CLEAN, _birth_placeholder),
    Case("encounter_partial", CLEAN, _encounter_partial),
    Case("single_name", CLEAN, _single_name),
    Case("historic_country_or_region", CLEAN, _historic_country),
    Case("unknown_spellings", CLEAN, _unknown_spellings),
)
FAULTS: tuple[Case[Row], ...] = (
    Case("no_key", SET_ASIDE, _no_key, key_is_the_fault=True),
    Case("key_says_unknown", SET_ASIDE, _key_says_unknown, key_is_the_fault=True),
    Case("key_twice", SET_ASIDE, _key_twice, key_is_the_fault=True),
    Case("report_impossible", SET_ASIDE, _report_impossible),
    Case("encounter_impossible", SET_ASIDE, _encounter_impossible),
    Case("age_outside", SET_ASIDE, _age_outside),
    Case("age_at_recruitment_outside", SET_ASIDE, _recruited_outside),
    Case("age_at_recruitment_missing", WARNING, _recruited_missing),
    Case("male", WARNING, _male),
    Case("sex_missing", WARNING, _sex_missing),
    Case("name_missing", WARNING, _name_missing),
    Case("place_missing", WARNING, _place_missing),
    Case("birth_impossible", WARNING, _birth_impossible),
    Case("birth_future", WARNING, _birth_future),
    _code("M/V", "X", "9"),
    _code("Soort instantie", "sportclub", "code 9"),
    _code("Loverboy", "soms", "X"),
    _code("B9-fase", "B12", "fase 7"),
    _code("Zekerheid", "gokje", "code 3"),
    _code("Nationaliteit", "QQ", "QQX"),
    _code("Verblijfsstatus", "maanbewoner", "code 77"),
)
