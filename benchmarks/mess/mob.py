"""Rows of the lists of departures from reception centres: `mob_JJJJMM_LOCATIE.csv`."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from benchmarks.mess import values as v
from benchmarks.mess.ikps import table
from benchmarks.mess.model import CLEAN, SET_ASIDE, WARNING, Case

Row = dict[str, str]

COLUMNS = (
    "v_nummer", "naam", "geboortedatum", "geslacht", "nationaliteit", "alleenstaand", "opvanglocatie",
    "datum_instroom", "datum_vertrek", "vertrekcategorie", "voogd", "datum_voogdij", "als_vermist_opgegeven",
    "datum_vermist_opgegeven", "identiteitsbewijs", "telefoonnummer", "vermoedelijke_reden", "datum_teruggevonden",
    "plaats_teruggevonden",
)  # fmt: skip
UNKNOWN_DESTINATION = "Controle adres"
CATEGORIES = (
    "Uitzetting", "Vertrek onder toezicht", "Overgave na controle MTV", UNKNOWN_DESTINATION, UNKNOWN_DESTINATION,
    UNKNOWN_DESTINATION, "Aanzegging na opheffing vreemdelingenbewaring", "Overig",
)  # fmt: skip
REASONS = ("", "opgehaald door oom", "asielverzoek elders, mogelijk Italië", 'zei "tot morgen"', "onbekend", "?")
MONTHS = ((2005, 3), (2005, 4), (2005, 5))
CENTRES = ("Den Helder", "Utrecht", "Vught", "Ter Apel")


def file_name(year: int, month: int, centre: str, capitals: bool = True) -> str:
    """The name under which a centre's month is delivered."""
    place = centre.replace(" ", "-")
    return f"mob_{year}{month:02}_{place.upper() if capitals else place}.csv"


def name(rng: Random, female: bool) -> str:
    """A whole name in one column, with capitals where the centre likes them."""
    prefix, family = rng.choice(v.FAMILIES)
    first = v.first_name(rng, female)
    last = f"{prefix} {family}".strip()
    return rng.choice(
        (f"{last.upper()} {first}", f"{last}, {first[0]}.", f"{first} {last}", f"{last.upper()}, {first}")
    )


def clean(rng: Random, number: int, month: tuple[int, int], centre: str) -> Row:
    """A plain row: a minor with guardian who left the centre in that month."""
    female = rng.random() < 0.5
    left = date(*month, rng.randint(1, calendar.monthrange(*month)[1]))
    came = left - timedelta(days=rng.randint(7, 300))
    reported = rng.choice(("ja", "nee", ""))
    back = rng.random() < 0.1
    return {
        "v_nummer": f"240{number:07}",
        "naam": name(rng, female),
        "geboortedatum": v.written(rng, v.birth(rng, left, 10, 16)),
        "geslacht": "v" if female else "m",
        "nationaliteit": v.country(rng),
        "alleenstaand": rng.choice(("ja", "ja", "nee")),
        "opvanglocatie": centre,
        "datum_instroom": v.written(rng, came),
        "datum_vertrek": v.written(rng, left),
        "vertrekcategorie": rng.choice(CATEGORIES),
        "voogd": "Nidos",
        "datum_voogdij": v.written(rng, came + timedelta(days=rng.randint(1, 6))),
        "als_vermist_opgegeven": reported,
        "datum_vermist_opgegeven": v.written(rng, left + timedelta(days=rng.randint(1, 9))) if reported == "ja" else "",
        "identiteitsbewijs": rng.choice(("ja", "nee", "nee")),
        "telefoonnummer": rng.choice(("", v.phone(rng))),
        "vermoedelijke_reden": rng.choice(REASONS),
        "datum_teruggevonden": v.written(rng, left + timedelta(days=rng.randint(1, 14))) if back else "",
        "plaats_teruggevonden": rng.choice(v.PLACES) if back else "",
    }


def text(rows: list[Row]) -> str:
    """The whole file as text, without the byte order mark."""
    return table([list(COLUMNS), *([row[column] for column in COLUMNS] for row in rows)], ",")


def day_of(row: Row, column: str) -> date:
    """The date in a column of a plain row."""
    parts = [int(part) for part in row[column].split("-")]
    return date(*parts) if parts[0] > 31 else date(parts[2], parts[1], parts[0])


def _set(column: str, *choices: str) -> Callable[[Row, Random, list[Row]], None]:
    def spoil(row: Row, rng: Random, earlier: list[Row]) -> None:
        row[column] = rng.choice(choices)

    return spoil


def _code(column: str, *codes: str) -> Case[Row]:
    return Case(f"code_unknown_{column}", WARNING, _set(column, *codes))


def _departure_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["datum_vertrek"] = v.impossible(rng, 2005)


def _departure_before_arrival(row: Row, rng: Random, earlier: list[Row]) -> None:
    # The departure stays: it has to lie in the month of the file.
    came = day_of(row, "datum_vertrek") + timedelta(days=rng.randint(1, 10))
    row["datum_instroom"] = v.written(rng, came)
    row["datum_voogdij"] = ""


def _adult(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.written(rng, v.birth(rng, day_of(row, "datum_vertrek"), 19, 40))


def _without_guardian(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.update(
        vertrekcategorie=UNKNOWN_DESTINATION, alleenstaand="ja", voogd=rng.choice(("geen", "")), datum_voogdij=""
    )
    row.update(als_vermist_opgegeven="nee", datum_vermist_opgegeven="")


def _birth_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.impossible(rng, rng.randint(1989, 1993))


def _birth_future(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.future(rng)


def _birth_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.partial(rng, day_of(row, "geboortedatum"))


def _birth_approximate(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.approximate(rng, day_of(row, "geboortedatum"))


def _birth_placeholder(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.placeholder(rng, day_of(row, "geboortedatum"))


def _departure_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    left = day_of(row, "datum_vertrek")
    row["datum_vertrek"] = rng.choice((f"00-{left:%m-%Y}", f"{left:%Y-%m}-00"))
    row["datum_instroom"] = f"11-06-{left.year - 1}"
    row["datum_voogdij"] = ""


def _single_name(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["naam"] = rng.choice((rng.choice(v.SINGLE), rng.choice(v.SINGLE).upper(), "Xing Xiao Chen"))


def _unknown_spellings(row: Row, rng: Random, earlier: list[Row]) -> None:
    for column in ("nationaliteit", "telefoonnummer", "vermoedelijke_reden"):
        row[column] = rng.choice(v.NOT_KNOWN + v.NOT_APPLICABLE[:1])


def _guardian_not_needed(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.update(vertrekcategorie=rng.choice(("Uitzetting", "Vertrek onder toezicht", "Overig")))
    row.update(voogd=rng.choice(("geen", "")), datum_voogdij="")


def _second_stay(row: Row, rng: Random, earlier: list[Row]) -> None:
    # Only a child that is once on the list and had left by the twentieth can be back on the 27th and leave again.
    numbers = [other["v_nummer"] for other in earlier]
    once = [other for other in earlier if numbers.count(other["v_nummer"]) == 1 and not other["datum_teruggevonden"]]
    gone = [other for other in once if "00" not in other["datum_vertrek"].split("-")]
    first = rng.choice([other for other in gone if day_of(other, "datum_vertrek").day <= 20] or [row])
    for column in ("v_nummer", "naam", "geboortedatum", "geslacht", "nationaliteit"):
        row[column] = first[column]
    left = day_of(row, "datum_vertrek").replace(day=28)
    row["datum_vertrek"] = f"{left:%d-%m-%Y}"
    row["datum_instroom"] = f"{left:%Y-%m}-27"
    row["datum_voogdij"] = f"{left:%d-%m-%Y}"
    row.update(als_vermist_opgegeven="", datum_vermist_opgegeven="", datum_teruggevonden="", plaats_teruggevonden="")


HARMLESS: tuple[Case[Row], ...] = (
    Case("birth_partial", CLEAN, _birth_partial),
    Case("birth_approximate", CLEAN, _birth_approximate),
    Case("birth_placeholder", CLEAN, _birth_placeholder),
    Case("departure_partial", CLEAN, _departure_partial),
    Case("single_name", CLEAN, _single_name),
    Case("historic_country_or_region", CLEAN, _set("nationaliteit", *v.HISTORIC, *v.REGIONS)),
    Case("unknown_spellings", CLEAN, _unknown_spellings),
    Case("second_stay", CLEAN, _second_stay),
    Case("no_guardian_at_other_departure", CLEAN, _guardian_not_needed),
)
FAULTS: tuple[Case[Row], ...] = (
    Case("departure_impossible", SET_ASIDE, _departure_impossible),
    Case("departure_before_arrival", SET_ASIDE, _departure_before_arrival),
    Case("adult", WARNING, _adult),
    Case("unknown_destination_without_guardian", WARNING, _without_guardian),
    Case("number_missing", WARNING, _set("v_nummer", *v.NOT_KNOWN)),
    Case("name_missing", WARNING, _set("naam", *v.NOT_KNOWN)),
    Case("sex_missing", WARNING, _set("geslacht", "")),
    Case("birth_impossible", WARNING, _birth_impossible),
    Case("birth_future", WARNING, _birth_future),
    _code("geslacht", "x", "9"),
    _code("vertrekcategorie", "Verhuisd naar de maan", "code 12"),
    _code("alleenstaand", "misschien", "X"),
    _code("als_vermist_opgegeven", "soms", "X"),
    _code("identiteitsbewijs", "code 7", "X"),
    _code("nationaliteit", "QQ", "QQX"),
)
