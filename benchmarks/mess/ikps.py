"""Rows of the police victim tracking system: `ikps_JJJJMMDD.csv`."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from random import Random

from benchmarks.mess import values as v
from benchmarks.mess.model import CLEAN, SET_ASIDE, WARNING, Case

Row = dict[str, str]

SNAPSHOT = date(2005, 6, 15)
FILE = f"ikps_{SNAPSHOT:%Y%m%d}.csv"
KEY = "registratienummer"
COLUMNS = (
    "registratienummer", "korps", "datum_registratie", "datum_aantreffen", "achternaam", "tussenvoegsel", "voornamen",
    "werknaam", "andere_identiteit_van", "geboortedatum", "geslacht", "nationaliteit", "geboorteland",
    "verblijfsstatus", "locatie", "soort_locatie", "contacten", "signalen", "zwaarte", "kentekens", "telefoonnummers",
    "aangifte", "documenten", "vorm_uitbuiting",
)  # fmt: skip
KORPSEN = (
    "Utrecht", "Haaglanden", "Amsterdam-Amstelland", "Rotterdam-Rijnmond", "Groningen", "Limburg-Zuid", "Twente",
    "Zeeland", "Friesland", "KLPD",
)  # fmt: skip
SIGNALS = (
    "geen_identiteitsdocument", "geen_woonruimte", "angst_voor_uitzetting", "spreekt_geen_Nederlands", "ander_land",
    "illegaal_verblijf", "geen_bewegingsvrijheid",
)  # fmt: skip
SPOTS = ("Europalaan", 'Café "De Kroon"; achterzaal', "Hotel Zonzicht, kamer 12", "tippelzone", "Club Vénus", "A12")


def clean(rng: Random, number: int) -> Row:
    """A plain row: nothing in it deserves a remark."""
    female = rng.random() < 0.85
    registered = v.some_day(rng, SNAPSHOT - timedelta(days=700), SNAPSHOT - timedelta(days=90))
    met = registered - timedelta(days=rng.choice((0, 0, 1, 3, 40, 120)))
    prefix, family = rng.choice(v.FAMILIES)
    first = v.first_name(rng, female)
    points = {code: rng.randint(4, 7) for code in rng.sample(SIGNALS, rng.randint(3, 5))}
    contacts = (f"pooier:{rng.choice(v.BOYS)}", "klant:onbekend", "ander:Club: Vénus", f"ander:{rng.choice(v.GIRLS)}")
    return {
        KEY: f"IK-{registered:%y}-{number:06}",
        "korps": rng.choice(KORPSEN),
        "datum_registratie": v.written(rng, registered),
        "datum_aantreffen": v.written(rng, met),
        "achternaam": family,
        "tussenvoegsel": prefix,
        "voornamen": rng.choice((first, first, f"{first} {v.first_name(rng, female)}", f"{first[0]}.")),
        "werknaam": rng.choice(("", "", "Kim", "Kim|Cindy", "Désirée")),
        "andere_identiteit_van": "",
        "geboortedatum": v.written(rng, v.birth(rng, met, 13, 24)),
        "geslacht": "V" if female else "M",
        "nationaliteit": v.country(rng),
        "geboorteland": v.country(rng),
        "verblijfsstatus": rng.choice(v.STATUSES),
        "locatie": rng.choice(SPOTS),
        "soort_locatie": rng.choice(("tippelzone", "club", "escort", "woning", "hotel", "restaurant", "straat")),
        "contacten": "|".join(rng.sample(contacts, rng.randint(0, 2))),
        "signalen": "|".join(f"{code}={value}" for code, value in points.items()),
        "zwaarte": str(sum(points.values())),
        "kentekens": "|".join(v.plate(rng) for _ in range(rng.randint(0, 2))),
        "telefoonnummers": "|".join(v.phone(rng) for _ in range(rng.randint(0, 3))),
        "aangifte": rng.choice(("J", "N", "")),
        "documenten": rng.choice(("",) * 96 + ("vals", "vervalst", "gestolen", "geen")),
        "vorm_uitbuiting": rng.choice(("prostitutie", "")),
    }


def table(rows: list[list[str]], delimiter: str = ";") -> str:
    """Cells as delimited text with CRLF, quoted only where needed."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def text(rows: list[Row]) -> str:
    """The whole file as text."""
    return table([list(COLUMNS), *([row[column] for column in COLUMNS] for row in rows)])


def _registered(row: Row) -> date:
    parts = [int(part) for part in row["datum_registratie"].split("-")]
    return date(*parts) if parts[0] > 31 else date(parts[2], parts[1], parts[0])


def _born(row: Row, rng: Random) -> date:
    return v.birth(rng, _registered(row), 14, 24)


def _no_key(row: Row, rng: Random, earlier: list[Row]) -> None:
    row[KEY] = ""


def _key_says_unknown(row: Row, rng: Random, earlier: list[Row]) -> None:
    row[KEY] = rng.choice(v.NOT_KNOWN[1:])


def _key_twice(row: Row, rng: Random, earlier: list[Row]) -> None:
    row[KEY] = rng.choice(earlier)[KEY]


def _encounter_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["datum_aantreffen"] = v.impossible(rng, _registered(row).year - 1)


def _encounter_after_registration(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["datum_aantreffen"] = v.written(rng, _registered(row) + timedelta(days=rng.randint(1, 60)))


def _weight_below_ten(row: Row, rng: Random, earlier: list[Row]) -> None:
    points = rng.randint(1, 5), rng.randint(1, 4)
    row["signalen"] = f"geen_woonruimte={points[0]}|illegaal_verblijf={points[1]}"
    row["zwaarte"] = str(sum(points))


def _sum_differs(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["zwaarte"] = str(int(row["zwaarte"]) + rng.randint(1, 9))


def _birth_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.impossible(rng, rng.randint(1984, 1990))


def _birth_future(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.future(rng)


def _place_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["locatie"] = rng.choice(v.NOT_KNOWN)


def _name_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["achternaam"] = rng.choice(v.NOT_KNOWN)
    row["tussenvoegsel"] = row["voornamen"] = row["werknaam"] = ""


def _sex_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geslacht"] = ""


def _sex_code(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geslacht"] = rng.choice(("X", "9", "Q"))


def _status_code(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["verblijfsstatus"] = rng.choice(("maanbewoner", "code 77", "ZZ-status"))


def _report_code(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["aangifte"] = rng.choice(("X", "7", "misschien"))


def _document_code(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["documenten"] = rng.choice(("gekleurd", "code 9"))


def _contact_role(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["contacten"] = f"buurvrouw:{rng.choice(v.GIRLS)}"


def _nationality_code(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["nationaliteit"] = rng.choice(("QQ", "QQX"))


def _birth_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.partial(rng, _born(row, rng))


def _birth_approximate(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.approximate(rng, _born(row, rng))


def _birth_placeholder(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboortedatum"] = v.placeholder(rng, _born(row, rng))


def _encounter_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["datum_aantreffen"] = v.partial(rng, _registered(row) - timedelta(days=60))


def _single_name(row: Row, rng: Random, earlier: list[Row]) -> None:
    names = [rng.choice(v.SINGLE), rng.choice((".", ""))]
    if rng.random() < 0.3:
        names = [".", names[0]]
    row["achternaam"], row["voornamen"] = names
    row["tussenvoegsel"] = ""


def _historic_country(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["geboorteland"] = rng.choice(v.HISTORIC + v.REGIONS)


def _unknown_spellings(row: Row, rng: Random, earlier: list[Row]) -> None:
    for column in ("nationaliteit", "geboorteland", "vorm_uitbuiting", "telefoonnummers", "kentekens"):
        row[column] = rng.choice(v.NOT_KNOWN)
    row["documenten"] = rng.choice(v.NOT_APPLICABLE)


def _other_identity(row: Row, rng: Random, earlier: list[Row]) -> None:
    row["andere_identiteit_van"] = rng.choice((rng.choice(earlier)[KEY], f"IK-04-9{rng.randint(0, 99999):05}"))


HARMLESS: tuple[Case[Row], ...] = (
    Case("birth_partial", CLEAN, _birth_partial),
    Case("birth_approximate", CLEAN, _birth_approximate),
    Case("birth_placeholder", CLEAN, _birth_placeholder),
    Case("encounter_partial", CLEAN, _encounter_partial),
    Case("single_name", CLEAN, _single_name),
    Case("historic_country_or_region", CLEAN, _historic_country),
    Case("unknown_spellings", CLEAN, _unknown_spellings),
    Case("other_identity", CLEAN, _other_identity),
)
FAULTS: tuple[Case[Row], ...] = (
    Case("no_key", SET_ASIDE, _no_key, key_is_the_fault=True),
    Case("key_says_unknown", SET_ASIDE, _key_says_unknown, key_is_the_fault=True),
    Case("key_twice", SET_ASIDE, _key_twice, key_is_the_fault=True),
    Case("encounter_impossible", SET_ASIDE, _encounter_impossible),
    Case("encounter_after_registration", SET_ASIDE, _encounter_after_registration),
    Case("weight_below_ten", SET_ASIDE, _weight_below_ten),
    Case("sum_of_points_differs", WARNING, _sum_differs),
    Case("birth_impossible", WARNING, _birth_impossible),
    Case("birth_future", WARNING, _birth_future),
    Case("place_missing", WARNING, _place_missing),
    Case("name_missing", WARNING, _name_missing),
    Case("sex_missing", WARNING, _sex_missing),
    Case("sex_code_unknown", WARNING, _sex_code),
    Case("status_code_unknown", WARNING, _status_code),
    Case("formal_report_code_unknown", WARNING, _report_code),
    Case("document_code_unknown", WARNING, _document_code),
    Case("contact_role_unknown", WARNING, _contact_role),
    Case("nationality_code_unknown", WARNING, _nationality_code),
)
