"""What a column of the published tables is called and what its codes mean, in Dutch and English.

Short names and labels stand where they are shown: `monitoring/web/words.toml` and `connectors/codes/`; what those do
not hold stands in `labels.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from connectors.codes import code_list
from connectors.countries import country_name
from monitoring.dictionary import NOT_RECORDED, TABLES, Column
from monitoring.rules import TRUST

Words = dict[str, str]

# What registrations of one person can disagree on (R6, R10), as monitoring/merging.py lists it.
CONFLICTS = {name for name, trust in TRUST.items() if trust.get("conflict")} | {"birth_year", "birth_date", "loverboy"}

HERE = Path(__file__).parent
OWN: dict[str, Any] = tomllib.loads((HERE / "labels.toml").read_text(encoding="utf-8"))
SHOWN: dict[str, Any] = tomllib.loads((HERE.parent / "web" / "words.toml").read_text(encoding="utf-8"))
COUNTRY_COLUMNS = frozenset(OWN["countries"]["columns"])
# Former countries, regions, and what has no code of ISO 3166-1.
OTHER_COUNTRIES: dict[str, Words] = SHOWN["countries"] | OWN["countries"]["beside"]
EMPTY: Words = SHOWN["codes"]["codes"][NOT_RECORDED]
ANSWERS = {True: SHOWN["codes"]["codes"]["yes"], False: SHOWN["codes"]["codes"]["no"]}


def title(column: str) -> Words:
    """Return the short name of a column; raises KeyError when it has none."""
    found: Words = OWN["titles"].get(column) or SHOWN["headings"][column]
    return found


def list_of(table: str, column: str) -> str:
    """Return the name of the code list of a column, empty when its values are no codes."""
    return str(OWN["lists"].get(f"{table}.{column}") or SHOWN["lists"].get(column, ""))


@cache
def code_labels(table: str, column: str) -> dict[str, Words]:
    """Return the labels of the codes of a column in their declared order; none for free text and for countries.

    Raises KeyError when a code that the dictionary allows has no label.
    """
    known, allowed = _labels(list_of(table, column)), TABLES[table].columns[column].codes
    return {code: known[code] for code in allowed} if allowed else known


def _labels(name: str) -> dict[str, Words]:
    if not name:
        return {}
    if name == "fields":
        return {field: SHOWN["headings"][field] for field in sorted(CONFLICTS)}
    declared: dict[str, Words] = OWN["codes"].get(name) or SHOWN["codes"].get(name) or code_list(name).labels
    return declared


@cache
def country(code: str) -> Words:
    """Return the name of a country (ISO 3166-1 alpha-3), of a former one or of a region; an unknown code is its own."""
    if code in OTHER_COUNTRIES:
        return OTHER_COUNTRIES[code]
    return {language: country_name(code, language) or code for language in ("nl", "en")}


def is_country(column: Column) -> bool:
    """Whether a column holds countries."""
    return column.name in COUNTRY_COLUMNS
