"""The unrelated registrations around a scenario, drawn once and always the same from the lists of `backdrop.toml`."""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.records import COLUMN_NAMES

DECLARED = tomllib.loads(Path(__file__).with_name("backdrop.toml").read_text(encoding="utf-8"))
DECLARED_ON = {"ikps": "encountered_on", "stv": "encountered_on", "youth_care": "reported_on", "telex": "missing_since"}
ASYLUM = ("mob",)
BOYS = {"ikps": 0.05, "stv": 0.0, "youth_care": 0.4, "telex": 0.35, "mob": 0.7}


def backdrop() -> list[dict[str, Any]]:
    """Return the registrations; no two bear the same whole name."""
    chance = random.Random(DECLARED["seed"])
    used: set[tuple[str, str]] = set()
    return [
        _registration(chance, register, number, used)
        for register, count in DECLARED["registrations"].items()
        for number in range(count)
    ]


def _registration(chance: random.Random, register: str, number: int, used: set[tuple[str, str]]) -> dict[str, Any]:
    record: dict[str, Any] = dict.fromkeys(COLUMN_NAMES)
    sex = "male" if chance.random() < BOYS[register] else "female"
    (origin,) = chance.choices(*zip(*DECLARED["origins"][register].items(), strict=True))
    given, prefix, family = _name(chance, origin, sex, used)
    record |= {
        "record_id": f"{register}-backdrop-{number:03d}",
        "register": register,
        "source_key": f"backdrop-{number:03d}",
        "given_names": given,
        "name_prefix": prefix,
        "family_name": family,
        "sex": sex,
        "nationality": [origin],
        "phones": _phones(chance),
    }
    return record | _birth(chance, register) | _story(chance, register)


def _name(chance: random.Random, origin: str, sex: str, used: set[tuple[str, str]]) -> tuple[str, str | None, str]:
    names = DECLARED["names"][origin]
    given, family = chance.choice(names[sex].split()), chance.choice(names["family"].split())
    while (given, family) in used:
        # Two of one name are two children of a large family of names: the second goes by two given names.
        given = f"{given} {chance.choice(names[sex].split())}"
    used.add((given, family))
    *prefix, family = family.split("_")
    return given, " ".join(prefix) or None, family


def _birth(chance: random.Random, register: str) -> dict[str, Any]:
    first, last = DECLARED["birth_years"]
    is_adult = register == "ikps" and chance.random() < DECLARED["adults_in_ikps"]
    born = date(first - 5 if is_adult else first, 1, 1) + timedelta(
        days=chance.randrange(365 * (5 if is_adult else last - first))
    )
    if register in ASYLUM and chance.random() < DECLARED["placeholder_birth"]:
        born = born.replace(month=chance.choice((1, 7)), day=1)
    if chance.random() < DECLARED["birth_year_only"]:
        return {"birth_year": born.year, "birth_date_precision": "year"}
    parts = {"birth_year": born.year, "birth_month": born.month, "birth_day": born.day}
    return parts | {"birth_date_precision": "day"}


def _phones(chance: random.Random) -> list[str]:
    if chance.random() < DECLARED["shared_number_share"]:
        return [f"+31{chance.choice(DECLARED['shared_numbers'])[1:]}"]
    return [f"+316{chance.randrange(10**8):08d}"] if chance.random() < DECLARED["phone_known"] else []


def _story(chance: random.Random, register: str) -> dict[str, Any]:
    """What the register tells of the event: its day, its place and its kind."""
    first, last = DECLARED["first_day"], DECLARED["last_day"]
    day = first + timedelta(days=chance.randrange((last - first).days))
    town = chance.choice(DECLARED["towns"])
    if register == "mob":
        centre = {"region": chance.choice(DECLARED["centres"]), "arrived_on": day - timedelta(days=7)}
        gone = {"departed_on": day, "missing_since": day, "departure_category": "address_check"}
        number = {"v_number": f"24{chance.randrange(10**8):08d}", "unaccompanied": True}
        return {**centre, **gone, **number, "phones": [] if chance.random() < 0.8 else _phones(chance)}
    told = {"place": town, DECLARED_ON[register]: day, "reported_on": day + timedelta(days=3)}
    if register == "telex":
        category = chance.choice(("runaway", "runaway", "missing", "missing_ama"))
        return {**told, "missing_status": "open", "missing_category": category, "reported_missing": True}
    told["registered_on"] = day + timedelta(days=10)
    if register == "ikps":
        contacts = [f"pimp:{chance.choice(DECLARED['contact_names'])}"] if chance.random() < 0.5 else []
        plate = "".join(chance.choices("BDFGHJKLNPRSTVXZ", k=4))
        plates = [f"{chance.randrange(10, 99)}{plate}"] if chance.random() < 0.3 else []
        return {**told, "contacts": contacts, "plates": plates, "certainty": "suspicion", "signal_points": 12}
    if register == "youth_care":
        return {**told, "heading": chance.choice(("neglect", "parenting", "runaway", "abuse"))}
    return {**told, "certainty": "actual", "exploitation_forms": ["prostitution"], "reporter_kind": "police"}
