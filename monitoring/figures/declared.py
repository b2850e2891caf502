"""The tables of the report as they are declared: rows, words, notes and where the printed report has otherwise.

Read from `report_tables.toml` (the tables) and `report_words.toml` (words that tables share, and what is not made).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from anyascii import anyascii

from connectors.codes import code_list
from connectors.countries import country_name
from monitoring.figures.figure import TOTAL, UNKNOWN, Heading, Words

SINGLE, MULTIPLE, AS_COUNTED = "single", "multiple", "as_counted"
DECLARED, ALPHABETICAL = "declared", "alphabetical"
REST = "rest"
COUNTRIES = ("country_of_origin", "nationality")


@dataclass(frozen=True)
class Row:
    """One row: its words and the codes it stands for. `is_total`: it sums other rows. `takes_rest`: every code that no
    other row stands for.
    """

    code: str
    words: Words
    codes: tuple[str, ...]
    is_total: bool = False
    takes_rest: bool = False


@dataclass(frozen=True)
class ReportTable:
    """One table of the report; what its parts mean stands at the head of `report_tables.toml`.

    `lines`: where the report prints it, empty when it does not. `characteristic`: what its rows tell apart.
    """

    name: str
    title: Words
    lines: str
    population: str
    unit: str
    characteristic: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    response: str
    order: str
    has_shares: bool
    notes: tuple[str, ...]
    deviations: tuple[Words, ...]


@dataclass(frozen=True)
class NotMade:
    """A table that the report prints or announces and that is not made, and why."""

    name: str
    title: Words
    lines: str
    reason: Words


@cache
def report_tables() -> dict[str, ReportTable]:
    """Return the tables by name, in declared order.

    Raises ValueError when a note is not declared, or a code stands in two rows that are no totals.
    """
    declared = _read("report_tables.toml")
    tables = {name: _table(name, _whole(declared, name)) for name in declared}
    for table in tables.values():
        _check(table)
    return tables


def tables_not_made() -> tuple[NotMade, ...]:
    """Return the tables of the report that are not made, with the reason."""
    listed = _read("report_words.toml")["not_made"]
    return tuple(NotMade(one["name"], _words(one), one["lines"], one["reason"]) for one in listed)


def note(name: str) -> Words:
    """Return a declared note, such as `multiple` or `overlap`; raises KeyError without one."""
    words: Words = _read("report_words.toml")["notes"][name]
    return words


def column_heading(code: str) -> Heading:
    """Return a column by its code; a year is its own heading."""
    words = _read("report_words.toml")["columns"].get(code)
    return Heading(code, words or {"nl": code, "en": code})


@cache
def words_of(characteristic: str, code: str) -> Mapping[str, str]:
    """Return the words of a code without a declared row: a country, a label of its code list, else the code itself."""
    declared = _read("report_words.toml")
    if code == UNKNOWN:
        return {"nl": "Onbekend", "en": "Unknown"}
    if characteristic in COUNTRIES:
        return _country(code)
    labels = declared["labels"].get(characteristic, {})
    if not labels and characteristic in declared["code_lists"]:
        listed = code_list(declared["code_lists"][characteristic]).labels
        labels = {one: {lang: text[:1].upper() + text[1:] for lang, text in listed[one].items()} for one in listed}
    return labels.get(code, {"nl": code, "en": code})


def in_dutch_order(words: Mapping[str, str]) -> tuple[str, str]:
    """Return what sorts words alphabetically in Dutch: without capitals and accents."""
    return anyascii(words["nl"]).casefold(), words["nl"]


def _country(code: str) -> Mapping[str, str]:
    declared: Mapping[str, Mapping[str, str]] = _read("report_words.toml")["countries"]
    if code in declared:
        return declared[code]
    return {lang: country_name(code, lang) or code for lang in ("nl", "en")}


def _whole(declared: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A table with everything that it takes from the table it is like."""
    own = dict(declared[name])
    whole = {**_whole(declared, own["like"]), **own} if "like" in own else own
    if "first_row" in own:
        whole["rows"] = [own["first_row"], *whole["rows"]]
    return whole


def _table(name: str, declared: Mapping[str, Any]) -> ReportTable:
    return ReportTable(
        name=name,
        title=_words(declared),
        lines=declared["lines"],
        population=declared["population"],
        unit=declared["unit"],
        characteristic=declared["characteristic"],
        rows=tuple(_row(row) for row in declared["rows"]),
        columns=tuple(declared.get("columns", (TOTAL,))),
        response=declared.get("response", SINGLE),
        order=declared.get("order", DECLARED),
        has_shares=declared.get("has_shares", True),
        notes=tuple(declared["notes"]),
        deviations=tuple(
            {lang: f"{one[lang]} ({one['source']})." for lang in ("nl", "en")} for one in declared.get("deviations", ())
        ),
    )


def _row(declared: Mapping[str, Any]) -> Row:
    code, is_total, takes_rest = declared["code"], declared.get("is_total", False), declared.get("other") == REST
    codes = tuple(declared.get("codes", () if code == TOTAL or takes_rest else (code,)))
    return Row(code, _words(declared), codes, is_total, takes_rest)


def _check(table: ReportTable) -> None:
    codes = [code for row in table.rows if not row.is_total for code in row.codes]
    if len(codes) != len(set(codes)):
        raise ValueError(f"report table {table.name}: a code stands in two rows")
    missing = set(table.notes) - set(_read("report_words.toml")["notes"])
    if missing:
        raise ValueError(f"report table {table.name}: no note is called {', '.join(sorted(missing))}")


def _words(declared: Mapping[str, Any]) -> Words:
    return {"nl": declared["nl"], "en": declared["en"]}


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
