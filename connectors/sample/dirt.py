"""Rows that are wrong on purpose, as registers send them, each noted with the rule it breaks.

A row that the contract sets aside is an extra row about a known child, so that the truth of the other rows stands; a
row that it only warns of is an existing one with one value spoilt. Counts per 1,000 rows come from `facts.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from connectors.sample.chance import FACTS, Chance
from connectors.sample.registrations import Entry, Registrations

Row = dict[str, Any]


def plant(chance: Chance, held: Registrations) -> None:
    """Add the wrong rows to IKPS, STV and MOB; the other two registers are planted while they are written."""
    for register, rule, spoil in EXTRA:
        for entry in _some(chance, held, register, rule):
            wrong = replace(entry, row=dict(entry.row), fate="set_aside", rules=(rule,), same_person=None)
            spoil(wrong)
            held.entries[register].append(wrong)
    for register, rule, spoil in SPOILT:
        for entry in _some(chance, held, register, rule):
            entry.rules = (*entry.rules, rule)
            spoil(entry)


def _some(chance: Chance, held: Registrations, register: str, rule: str) -> list[Entry]:
    clean = [entry for entry in held.entries[register] if not entry.rules]
    count = FACTS["dirt"][rule] * len(clean) / 1000
    return chance.sample(clean, k=min(len(clean), max(round(count), 1 if len(clean) > 100 else 0)))


def note(held: Registrations) -> None:
    """Note every wrong row under the file and the key that it has got in writing."""
    for register in ("ikps", "stv", "mob"):
        for entry in held.entries[register]:
            for rule in entry.rules:
                held.plant(register, entry.file, entry.key, rule)


def _too_few_points(entry: Entry) -> None:
    entry.row["signalen"], entry.row["zwaarte"] = "angst_voor_uitzetting=5|geen_woonruimte=4", "9"


def _impossible_day(entry: Entry) -> None:
    entry.row["datum_aantreffen"] = "31-02-2004"


def _met_after_entry(entry: Entry) -> None:
    entry.row["datum_aantreffen"] = f"{entry.day + timedelta(days=12):%d-%m-%Y}"


def _impossible_age(entry: Entry) -> None:
    entry.row["Leeftijd"] = 170


def _left_before_arrival(entry: Entry) -> None:
    entry.day = entry.row["datum_vertrek"] = entry.day.replace(day=entry.day.day % 28 + 1)
    entry.row["datum_instroom"] = entry.day + timedelta(days=9)


def _adult_on_list(entry: Entry) -> None:
    entry.row["geboortedatum"] = date(entry.day.year - 24, 5, 17)


def _impossible_birth(entry: Entry) -> None:
    entry.row["geboortedatum"] = "31-11-1987"


def _unknown_place_kind(entry: Entry) -> None:
    entry.row["soort_locatie"] = "woonwagenkamp"


def _other_sum(entry: Entry) -> None:
    entry.row["zwaarte"] = str(int(entry.row["zwaarte"]) + 3)


def _nothing(entry: Entry) -> None:
    """A row that is delivered twice: its writer repeats it."""


EXTRA: tuple[tuple[str, str, Callable[[Entry], None]], ...] = (
    ("ikps", "points_below_threshold", _too_few_points),
    ("ikps", "impossible_date", _impossible_day),
    ("ikps", "encounter_after_registration", _met_after_entry),
    ("stv", "age_out_of_bounds", _impossible_age),
    ("mob", "departure_before_arrival", _left_before_arrival),
)
SPOILT: tuple[tuple[str, str, Callable[[Entry], None]], ...] = (
    ("ikps", "impossible_birth_date", _impossible_birth),
    ("ikps", "unknown_code", _unknown_place_kind),
    ("ikps", "signal_sum_differs", _other_sum),
    ("ikps", "duplicate_key", _nothing),
    ("stv", "duplicate_key", _nothing),
    ("mob", "adult_on_mob_list", _adult_on_list),
)
