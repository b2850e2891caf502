"""Youth care (BJZ, AMK, RvdK): dossiers of children, most of whom are no victims, and the messages with mutations."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from connectors.sample import distortions as written
from connectors.sample.chance import FACTS, Chance, age_on
from connectors.sample.delivery_days import delivery_day
from connectors.sample.ikps import residence_status
from connectors.sample.registrations import Entry, Registrations
from connectors.sample.world import Child

SENDER = "BJZ Nederland (verzonnen)"
WORDS, PLACES, UNKNOWN = FACTS["words"], FACTS["places"], FACTS["unknown"]
DOSSIER = (
    "Dossiernummer", "StatusAanlevering", "Instantie", "MeldingDatum", "Naam", "Geboortedatum", "Geslacht",
    "Nationaliteit", "LandVanHerkomst", "Verblijfsstatus", "Woonplaats", "Telefoon", "Rubriek", "Signalen",
    "VormenUitbuiting", "Zekerheid", "LeeftijdRonseling", "Oogmerk", "Uitbuiter", "Loverboy", "Kwetsbaarheden",
    "Leefsituatie", "School", "Maatregel", "MaatregelDatum", "RedenMaatregel", "Doorverwezen",
    "AantalBetrokkenen",
)  # fmt: skip
MEMBER = {"Signalen": "Signaal", "VormenUitbuiting": "Vorm", "Kwetsbaarheden": "Kwetsbaarheid"}


def open_dossier(chance: Chance, child: Child, day: date, names_form: bool) -> Entry:
    """Open a dossier under the civil name; its heading seldom says exploitation (L5206-5213)."""
    identity = child.true
    measure = chance.choice(("", "", "", "", "ots", "vots", "mgu"))
    row: dict[str, Any] = {
        "Instantie": chance.choice(("BJZ", "BJZ", "BJZ", "BJZ", "AMK", "AMK", "RvdK", "JJI")),
        "MeldingDatum": day.isoformat(),
        "Naam": _name(chance, child),
        "Geboortedatum": _birth(chance, child),
        "Geslacht": "0" if chance.random() < 0.01 else {"v": "2", "m": "1"}[child.sex],
        "Nationaliteit": _country(chance, child, 0.10),
        "LandVanHerkomst": _country(chance, child, 0.22),
        "Verblijfsstatus": residence_status(chance, child, identity),
        "Woonplaats": PLACES["towns"][child.town] if chance.random() < 0.92 else "",
        "Telefoon": written.written_phone(chance, child.house_phone) if chance.random() < 0.55 else "",
        "Rubriek": "uitbuiting" if names_form and chance.random() < 0.15 else chance.by_weight(WORDS["headings"]),
        "Signalen": chance.sample(WORDS["youth_signals"], k=chance.choice((0, 0, 1, 1, 2, 3))),
        "Leefsituatie": chance.choice(
            ("compleet gezin", "met een familielid samenwonend", "onder toezicht gesteld", "", "onbekend")
        ),
        "School": "" if chance.random() < UNKNOWN["school"] else chance.choice(("ja", "ja", "ja", "nee")),
        "Maatregel": measure,
        "MaatregelDatum": (day + timedelta(days=chance.randint(0, 20))).isoformat() if measure else "",
        "Doorverwezen": chance.choice(("", "", "RvdK", "psycholoog", "opvang")),
        **(_exploitation(chance, child) if names_form else {}),
    }
    return Entry(child.child_id, "youth_care", day, row, event_on=day if names_form else None)


def _name(chance: Chance, child: Child) -> dict[str, str]:
    given, prefix, family = written.name_fields(chance, child.true)
    return {
        "Geslachtsnaam": family,
        "Voorvoegsel": prefix,
        "Voornamen": given if chance.random() < 0.93 else "",
        "Voorletters": "".join(name[0].upper() for name in child.true.given) if chance.random() < 0.8 else "",
        "Roepnaam": child.true.given[0] if chance.random() < 0.25 else "",
    }


def _birth(chance: Chance, child: Child) -> tuple[str, str]:
    """The date and what of it is known: the unknown parts are filled with 01, an unknown year with 1900."""
    if chance.share("birth_unknown"):
        return ("1900-01-01", "3")
    born = written.born_as_noted(chance, child.true.born)
    if child.born_known == "year":
        return (f"{born.year}-01-01", "2")
    return (f"{born.year}-{born.month:02d}-01", "1") if child.born_known == "month" else (born.isoformat(), "")


def _country(chance: Chance, child: Child, unknown: float) -> str:
    if chance.random() < unknown:
        return chance.choice(("", "onbekend"))
    origin = child.true.origin
    return str(origin["alpha2"]) if chance.random() < 0.8 else str(origin["country"])


def _exploitation(chance: Chance, child: Child) -> dict[str, Any]:
    weaknesses = FACTS["vulnerabilities"][child.group]
    adopted = "illegale adoptie" in child.forms
    exploiter = "loverboy" if child.loverboy else chance.choice(("", "", "familielid", "pooier", "onbekend"))
    return {
        "VormenUitbuiting": child.forms,
        "Zekerheid": chance.choice(("vermoeden", "daadwerkelijk", "")),
        "LeeftijdRonseling": str(max(age_on(child.true.born, child.turn), 0)) if chance.random() < 0.5 else "",
        "Oogmerk": "nvt" if adopted else chance.by_weight(FACTS["intent"]),
        "Uitbuiter": "adoptiefouders" if adopted else exploiter,
        "Loverboy": "ja" if child.loverboy else chance.choice(("nee", "")),
        "Kwetsbaarheden": [name for name, share in weaknesses.items() if chance.random() < share],
        "AantalBetrokkenen": chance.choice(("", "1", "onbekend")),
    }


def write_messages(chance: Chance, folder: Path, held: Registrations, nights: list[date]) -> None:
    """Write a message per day or fortnight; some dossiers are corrected or withdrawn by a later message."""
    by_file: dict[date, list[tuple[date, int, str]]] = defaultdict(list)
    serials: dict[tuple[str, int], int] = defaultdict(int)
    order = 0
    for entry in sorted(held.entries["youth_care"], key=lambda entry: (entry.day, entry.child_id)):
        agency = PLACES["agencies"][int(entry.child_id[1:]) % len(PLACES["agencies"])]
        serials[agency, entry.day.year] += 1
        entry.key = f"{agency}-{entry.day.year}-{serials[agency, entry.day.year]:05d}"
        for day, status, row in _mutations(chance, entry, nights[-1]):
            order += 1
            sent_on = delivery_day(day, nights)
            by_file[sent_on].append((day, order, dossier(entry.key, status, row)))
            entry.file = entry.file or file_name(sent_on)
            if status != "1":
                rule = {"2": "changed", "3": "withdrawn"}[status]
                held.plant("youth_care", file_name(sent_on), entry.key, rule)
    _plant_mutations(chance, held, by_file)
    for night in nights:
        by_file.setdefault(night, [])
    for number, (day, sent) in enumerate(sorted(by_file.items()), start=1):
        content = message(day, number, [text for _, _, text in sorted(sent)])
        (folder / file_name(day)).write_bytes(content)


def file_name(day: date) -> str:
    """Return the name of a day's file."""
    return f"jeugdzorg_{day:%Y%m%d}.xml"


def _mutations(chance: Chance, entry: Entry, last: date) -> list[tuple[date, str, dict[str, Any]]]:
    later = entry.day + timedelta(days=chance.randint(15, 90))
    if later <= last and chance.share("dossier_corrected"):
        name = {**entry.row["Naam"], "Voornamen": "", "Roepnaam": ""}
        first = {**entry.row, "Naam": name, "Woonplaats": "", "Doorverwezen": ""}
        return [(entry.day, "1", first), (later, "2", entry.row)]
    if later <= last and entry.fate == "withdrawn":
        return [(entry.day, "1", entry.row), (later, "3", entry.row)]
    return [(entry.day, "1", entry.row)]


def _plant_mutations(chance: Chance, held: Registrations, by_file: dict[date, list[tuple[date, int, str]]]) -> None:
    """Withdrawals of dossiers that are not there, and a status that does not exist."""
    entries = held.entries["youth_care"]
    for rule, status in (("unknown_dossier", "3"), ("unknown_mutation", "9")):
        for number in range(round(len(entries) * FACTS["dirt"][rule] / 1000)):
            day = chance.choice(sorted(by_file))
            key = f"XX-{day.year}-{status}{number:04d}"
            by_file[day].append((day, 10**9 + number, dossier(key, status, chance.choice(entries).row)))
            held.plant("youth_care", file_name(day), key, rule)


def message(day: date, number: int, dossiers: list[str]) -> bytes:
    """One message: sender, day, running number and the dossiers in the order in which they apply."""
    sent = f"<Afzender>{SENDER}</Afzender><Dagtekening>{day}</Dagtekening><Volgnummer>{number}</Volgnummer>"
    body = "\n".join(dossiers)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Bericht xmlns="urn:weerzien:jeugdzorg:1">\n'
        f"<Header>{sent}</Header>\n<Dossiers>\n{body}\n</Dossiers>\n</Bericht>\n"
    ).encode()


def dossier(key: str, status: str, row: dict[str, Any]) -> str:
    """One dossier as delivered; a withdrawal carries nothing but its number."""
    whole = {**row, "Dossiernummer": key, "StatusAanlevering": status}
    tags = DOSSIER[:2] if status == "3" else DOSSIER
    return f"<Dossier>{''.join(_element(tag, whole.get(tag, '')) for tag in tags)}</Dossier>"


def _element(tag: str, value: Any) -> str:
    if tag == "Naam":
        inner = "".join(_element(name, text) for name, text in value.items())
    elif tag == "Geboortedatum":
        inner = _element("Datum", value[0]) + _element("DatumGebruik", value[1])
    elif tag in MEMBER:
        if not value:
            return ""
        inner = "".join(_element(MEMBER[tag], text) for text in value)
    else:
        inner = escape(value)
    return f"<{tag}>{inner}</{tag}>" if inner else f"<{tag}/>"
