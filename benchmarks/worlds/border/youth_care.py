"""Writes the youth-care messages: a handful of XML files with dossiers, most of them of children nobody exploits."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.worlds.border.births import Told, age_on, told
from benchmarks.worlds.border.facts import Dice, facts, rate, shares
from benchmarks.worlds.border.networks import phone_as_written
from benchmarks.worlds.border.world import Registration, World
from benchmarks.worlds.border.written import written

SENT: tuple[date, ...] = (
    date(2003, 1, 31),
    date(2003, 6, 30),
    date(2003, 11, 28),
    date(2004, 4, 30),
    date(2004, 9, 30),
)
SENT += (date(2005, 1, 31), date(2005, 6, 30))
_AREAS = {"Groningen": "GR", "Friesland": "FR", "Drenthe": "DR", "Utrecht": "UT", "Zeeland": "ZE", "Flevoland": "FL"}


def write_youth_care(world: World, folder: Path) -> list[Registration]:
    """Write the files; a few dossiers are sent again with a measure. Returns the registrations they hold."""
    kept = sorted((e for e in world.registrations if e.register == "youth_care"), key=lambda entry: entry.reported)
    serial: Counter[str] = Counter()
    files: dict[date, list[str]] = {day: [] for day in SENT}
    for entry in kept:
        region = world.networks.region_of.get(entry.facts["city"], "")
        area = next(
            (short for name, short in sorted(_AREAS.items()) if name in region), "NB" if "Brabant" in region else "GE"
        )
        start = f"{area}-{entry.reported.year}"
        serial[start] += 1
        entry.source_key = f"{start}-{serial[start]:05d}"
        at = next(at for at, day in enumerate(SENT) if day >= entry.reported)
        fields = _fields(world, entry)
        files[SENT[at]].append(_dossier(fields, 1))
        if at + 1 < len(SENT) and world.dice.chance(0.05):
            files[SENT[at + 1]].append(_dossier(fields | _measure(world.dice, entry), 2))
    folder.mkdir(parents=True, exist_ok=True)
    for number, (day, dossiers) in enumerate(sorted(files.items()), start=1):
        if dossiers:
            message = _message(day, number, dossiers)
            (folder / f"jeugdzorg_{day:%Y%m%d}.xml").write_bytes(message.encode("utf-8"))
    return kept


def _message(day: date, number: int, dossiers: list[str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- SYNTHETISCH -->\n<Bericht xmlns="urn:weerzien:jeugdzorg:1">\n'
        f"<Header><Afzender>BJZ Gelderland</Afzender><Dagtekening>{day.isoformat()}</Dagtekening>"
        f"<Volgnummer>{number}</Volgnummer></Header>\n<Dossiers>\n"
        + "\n".join(dossiers)
        + "\n</Dossiers>\n</Bericht>\n"
    )


def _dossier(fields: dict[str, str], status: int) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" if value else f"<{name}/>" for name, value in fields.items())
    state = f"<StatusAanlevering>{status}</StatusAanlevering>"
    return f"<Dossier>{inner}</Dossier>".replace("</Dossiernummer>", f"</Dossiernummer>{state}", 1)


def _fields(world: World, entry: Registration) -> dict[str, str]:
    dice, child, case = world.dice, entry.child, entry.facts
    exploited = bool(case["forms"])
    origin = "" if dice.chance(rate("unknown", "origin")) else child.country
    sex = "0" if dice.chance(rate("unknown", "sex")) else {"M": "1", "V": "2"}[child.sex]
    headings = shares("words", "headings", "exploited" if exploited else "plain")
    nationality = "NL" if child.course in ("youth", "runaway") and dice.chance(0.8) else entry.identity.nationality
    status = _status(dice, child.course, nationality)
    return {
        "Dossiernummer": entry.source_key,
        "Instantie": dice.weighted(shares("words", "agencies")),
        "MeldingDatum": entry.reported.isoformat(),
        "Naam": _name(dice, entry),
        "Geboortedatum": _birth(told(dice, entry.identity.born, entry.reported, "youth_care", False)),
        "Geslacht": sex,
        "Nationaliteit": nationality if dice.chance(0.8) else "",
        "LandVanHerkomst": origin,
        "Verblijfsstatus": status,
        "Woonplaats": escape(case["city"]) if case["city"] in world.networks.region_of and dice.chance(0.9) else "",
        "Telefoon": phone_as_written(dice, case["phone"]) if case["phone"] else "",
        "Rubriek": dice.weighted(headings),
        "Signalen": _list(dice, "Signaal", facts("words")["youth"]["signals"].split(";"), (0, 2)),
        "VormenUitbuiting": "".join(f"<Vorm>{escape(form)}</Vorm>" for form in case["forms"]),
        "Zekerheid": dice.one(["vermoeden", "daadwerkelijk"]) if exploited else "",
        **_household(dice, age_on(child.born, entry.reported)),
    }


def _household(dice: Dice, age: int) -> dict[str, str]:
    living = shares("words", "youth", "living")
    known_school = dice.chance(1 - rate("unknown", "school")) and age >= 5
    weak = list(shares("words", "youth", "vulnerabilities"))
    return {
        "Kwetsbaarheden": _list(dice, "Kwetsbaarheid", weak, (0, 2)),
        "Leefsituatie": "" if dice.chance(rate("unknown", "living")) else dice.weighted(living),
        "School": dice.one(["ja", "ja", "nee"]) if known_school else "",
        "Doorverwezen": dice.weighted(shares("words", "youth", "referrals")) if dice.chance(0.35) else "",
    }


def _status(dice: Dice, course: str, nationality: str) -> str:
    if dice.chance(rate("unknown", "status")):
        return ""
    if nationality == "NL":
        return "Nederlandse nationaliteit"
    return "ama" if course == "asylum" else dice.one(["zonder status", "onbekend"])


def _measure(dice: Dice, entry: Registration) -> dict[str, str]:
    measure = dice.weighted(shares("words", "youth", "measures"))
    return {"Maatregel": measure, "MaatregelDatum": entry.reported.isoformat()}


def _list(dice: Dice, element: str, choices: list[str], bounds: tuple[int, int]) -> str:
    chosen = dice.some(choices, dice.number(*bounds))
    return "".join(f"<{element}>{escape(choice.strip())}</{element}>" for choice in chosen)


def _name(dice: Dice, entry: Registration) -> str:
    parts = written(dice, entry.name, "youth_care")
    if not parts.family:
        parts = type(parts)(parts.given, "", "", parts.called)
    initials = "".join(word[0] for word in parts.given.replace("-", " ").split() if word[0].isalpha())
    called = parts.called if dice.chance(0.35) else ""
    given = parts.given if "." not in parts.given else ""
    values = {"Geslachtsnaam": parts.family, "Voorvoegsel": parts.prefix, "Voornamen": given}
    values |= {"Voorletters": initials, "Roepnaam": called}
    return "".join(f"<{name}>{escape(value)}</{name}>" if value else f"<{name}/>" for name, value in values.items())


def _birth(birth: Told) -> str:
    """The birth date with what of it is known: unknown parts are filled with 01 or 1900."""
    born = birth.born
    text, known = {
        "full": (born.isoformat(), ""),
        "month": (f"{born.year}-{born.month:02d}-01", "1"),
        "year": (f"{born.year}-01-01", "2"),
        "about": (f"{born.year}-01-01", "2"),
    }.get(birth.form, ("1900-01-01", "3"))
    return f"<Datum>{text}</Datum>" + (f"<DatumGebruik>{known}</DatumGebruik>" if known else "<DatumGebruik/>")
