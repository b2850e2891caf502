"""Dossiers of the youth-care agencies: `jeugdzorg_JJJJMMDD.xml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from xml.sax.saxutils import escape

from benchmarks.mess import values as v
from benchmarks.mess.model import CLEAN, SET_ASIDE, WARNING, Case

KEY = "Dossiernummer"
NAMESPACE = "urn:weerzien:jeugdzorg:1"
# Elements in document order; a pair is an element with children, and "*" after a child says that it repeats.
LAYOUT: tuple[str | tuple[str, tuple[str, ...]], ...] = (
    "Dossiernummer", "StatusAanlevering", "Instantie", "MeldingDatum",
    ("Naam", ("Geslachtsnaam", "Voorvoegsel", "Voornamen", "Voorletters", "Roepnaam")),
    ("Geboortedatum", ("Datum", "DatumGebruik")),
    "Geslacht", "Nationaliteit", "LandVanHerkomst", "Verblijfsstatus", "Woonplaats", "Telefoon", "Rubriek",
    ("Signalen", ("Signaal*",)), ("VormenUitbuiting", ("Vorm*",)),
    "Zekerheid", "LeeftijdRonseling", "Oogmerk", "Uitbuiter", "Loverboy",
    ("Kwetsbaarheden", ("Kwetsbaarheid*",)),
    "Leefsituatie", "School", "Maatregel", "MaatregelDatum", "RedenMaatregel", "Doorverwezen", "AantalBetrokkenen",
)  # fmt: skip
HEADINGS = (
    "verwaarlozing", "mishandeling", "wegloopproblematiek", "seksueel misbruik", "opvoedproblemen",
    "illegale adoptie", "uitbuiting",
)  # fmt: skip
SIGNALS = ("weglopen van huis", "ruzie thuis", "veel uitgaan", "niet naar school gaan")


@dataclass
class Row:
    """One dossier: single elements by name (None: the element is absent) and repeated elements."""

    one: dict[str, str | None]
    many: dict[str, list[str]] = field(default_factory=dict)

    def copy(self) -> Row:
        """The same dossier, to be changed in a later mutation."""
        return Row(dict(self.one), {name: list(values) for name, values in self.many.items()})


def file_name(day: date) -> str:
    """The name under which a day's mutations are delivered."""
    return f"jeugdzorg_{day:%Y%m%d}.xml"


def clean(rng: Random, number: int, day: date, letters: str) -> Row:
    """A plain new dossier reported some time before the day of the delivery."""
    female = rng.random() < 0.6
    reported = day - timedelta(days=rng.randint(20, 120))
    prefix, family = rng.choice(v.FAMILIES)
    first = v.first_name(rng, female)
    measure = rng.choice((None, "vots", "ots"))
    one: dict[str, str | None] = {
        KEY: f"{letters}-{reported.year}-{number:05}",
        "StatusAanlevering": "1",
        "Instantie": rng.choice(("BJZ", "BJZ", "AMK", "RvdK", "JJI")),
        "MeldingDatum": f"{reported:%Y-%m-%d}",
        "Geslachtsnaam": family,
        "Voorvoegsel": prefix or rng.choice((None, "")),
        "Voornamen": first,
        "Voorletters": first[0],
        "Roepnaam": rng.choice(("", None, first)),
        "Datum": f"{v.birth(rng, reported, 5, 17):%Y-%m-%d}",
        "DatumGebruik": rng.choice(("", None)),
        "Geslacht": "2" if female else "1",
        "Nationaliteit": v.country(rng),
        "LandVanHerkomst": v.country(rng),
        "Verblijfsstatus": rng.choice(v.STATUSES),
        "Woonplaats": rng.choice(v.PLACES),
        "Telefoon": rng.choice((None, "", v.phone(rng))),
        "Rubriek": rng.choice(HEADINGS),
        "Zekerheid": rng.choice((None, "", "vermoeden")),
        "LeeftijdRonseling": rng.choice((None, "")),
        "Oogmerk": rng.choice((None, "")),
        "Uitbuiter": rng.choice((None, "")),
        "Loverboy": rng.choice((None, "", "nee")),
        "Leefsituatie": rng.choice((None, "compleet gezin", "alleenstaand")),
        "School": rng.choice((None, "ja", "nee")),
        "Maatregel": measure,
        "MaatregelDatum": f"{reported + timedelta(days=rng.randint(1, 15)):%Y-%m-%d}" if measure else None,
        "RedenMaatregel": rng.choice((None, "")),
        "Doorverwezen": rng.choice(("RvdK", "psycholoog", "opvang")),
        "AantalBetrokkenen": rng.choice((None, "", "1")),
    }
    forms = ["prostitutie"] if rng.random() < 0.1 else []
    return Row(one, {"Signaal": rng.sample(SIGNALS, rng.randint(0, 2)), "Vorm": forms, "Kwetsbaarheid": ["familie"]})


def dossier(row: Row) -> str:
    """A dossier as XML."""
    parts: list[str] = []
    for item in LAYOUT:
        if isinstance(item, str):
            parts.append(_element(item, row.one.get(item)))
            continue
        name, children = item
        inner = "".join(
            "".join(_element(child[:-1], value) for value in row.many.get(child[:-1], []))
            if child.endswith("*")
            else _element(child, row.one.get(child))
            for child in children
        )
        parts.append(f"<{name}>{inner}</{name}>" if inner else "")
    return "    <Dossier>\n      " + "\n      ".join(part for part in parts if part) + "\n    </Dossier>\n"


def _element(name: str, value: str | None) -> str:
    if value is None:
        return ""
    return f"<{name}>{escape(value)}</{name}>" if value else f"<{name}/>"


def text(rows: list[Row], day: date, sender: str, number: int) -> str:
    """A whole delivery as XML text."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Bericht xmlns="{NAMESPACE}">\n'
        f"  <Header><Afzender>{sender}</Afzender><Dagtekening>{day:%Y-%m-%d}</Dagtekening>"
        f"<Volgnummer>{number}</Volgnummer></Header>\n"
        "  <Dossiers>\n" + "".join(dossier(row) for row in rows) + "  </Dossiers>\n</Bericht>\n"
    )


def changed(row: Row, rng: Random, status: str) -> Row:
    """A later mutation of a dossier that was delivered before: 2 replaces it, 3 withdraws it."""
    later = row.copy()
    later.one["StatusAanlevering"] = status
    later.one["School"] = rng.choice(("ja", "nee"))
    later.one["Doorverwezen"] = "RvdK"
    return later


def _set(name: str, *choices: str | None) -> Case[Row]:
    def spoil(row: Row, rng: Random, earlier: list[Row]) -> None:
        row.one[name] = rng.choice(choices)

    return Case(f"code_unknown_{name}", WARNING, spoil)


def _no_key(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one[KEY] = rng.choice((None, ""))


def _key_says_unknown(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one[KEY] = rng.choice(v.NOT_KNOWN[1:])


def _status_other(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["StatusAanlevering"] = rng.choice(("0", "4", "9", "X"))


def _change_of_unknown(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["StatusAanlevering"] = "2"


def _withdrawal_of_unknown(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["StatusAanlevering"] = "3"


def _report_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["MeldingDatum"] = rng.choice(("2005-02-30", "2005-13-01", "2004-11-31", "2004-06-45"))


def _recruited_outside(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["LeeftijdRonseling"] = rng.choice(("-2", "121", "160"))


def _birth_impossible(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["Datum"] = rng.choice(("1989-02-31", "1990-13-01", "1991-09-31", "1990-02-29"))


def _birth_future(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["Datum"] = f"{rng.randint(2080, 2098)}-05-{rng.randint(10, 28)}"


def _name_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    for name in ("Geslachtsnaam", "Voorvoegsel", "Voornamen", "Voorletters", "Roepnaam"):
        row.one[name] = None


def _sex_missing(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["Geslacht"] = rng.choice((None, ""))


def _use(use: str) -> Case[Row]:
    def spoil(row: Row, rng: Random, earlier: list[Row]) -> None:
        year, month, _ = str(row.one["Datum"]).split("-")
        filled = {"1": f"{year}-{month}-01", "2": f"{year}-01-01", "3": "1900-01-01"}
        row.one["Datum"], row.one["DatumGebruik"] = filled[use], use

    return Case(f"birth_known_in_part_{use}", CLEAN, spoil)


def _birth_placeholder(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["Datum"] = f"{str(row.one['Datum'])[:4]}-{rng.choice(('01', '07'))}-01"


def _birth_year_only(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["Datum"] = rng.choice(("", "±", "ca. ")) + str(row.one["Datum"])[:4]


def _single_name(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one.update(Geslachtsnaam=rng.choice(v.SINGLE), Voorvoegsel=None, Voornamen=".", Voorletters=None, Roepnaam=None)


def _historic_country(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.one["LandVanHerkomst"] = rng.choice(v.HISTORIC + v.REGIONS)


def _elements_absent(row: Row, rng: Random, earlier: list[Row]) -> None:
    kept = {
        KEY, "StatusAanlevering", "Instantie", "MeldingDatum", "Geslachtsnaam", "Voornamen", "Datum", "Geslacht",
        "Nationaliteit", "Woonplaats", "Rubriek", "Doorverwezen",
    }  # fmt: skip
    for name in row.one:
        if name not in kept:
            row.one[name] = None
    row.many.clear()


HARMLESS: tuple[Case[Row], ...] = (
    _use("1"),
    _use("2"),
    _use("3"),
    Case("birth_placeholder", CLEAN, _birth_placeholder),
    Case("birth_year_only", CLEAN, _birth_year_only),
    Case("single_name", CLEAN, _single_name),
    Case("historic_country_or_region", CLEAN, _historic_country),
    Case("elements_absent", CLEAN, _elements_absent),
)
FAULTS: tuple[Case[Row], ...] = (
    Case("no_key", SET_ASIDE, _no_key, key_is_the_fault=True),
    Case("key_says_unknown", SET_ASIDE, _key_says_unknown, key_is_the_fault=True),
    Case("status_other", SET_ASIDE, _status_other),
    Case("report_impossible", SET_ASIDE, _report_impossible),
    Case("age_at_recruitment_outside", SET_ASIDE, _recruited_outside),
    Case("change_of_unknown_dossier", WARNING, _change_of_unknown),
    Case("withdrawal_of_unknown_dossier", WARNING, _withdrawal_of_unknown),
    Case("birth_impossible", WARNING, _birth_impossible),
    Case("birth_future", WARNING, _birth_future),
    Case("name_missing", WARNING, _name_missing),
    Case("sex_missing", WARNING, _sex_missing),
    _set("Instantie", "XYZ", "code 9"),
    _set("Geslacht", "7", "X"),
    _set("DatumGebruik", "7", "X"),
    _set("Nationaliteit", "QQ", "QQX"),
    _set("Verblijfsstatus", "maanbewoner", "code 77"),
    _set("Zekerheid", "gokje", "code 3"),
)
