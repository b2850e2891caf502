"""What each column and code of the monitoring table is called in the field's standards, read from `crosswalk.toml`.

HTCDS 2.0 and CTDC are compared value by value with `standards.toml`; the words of the European collection and of
CoMensha are words only. IC-TIP code numbers are not claimed: no machine-readable edition of it was found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

from monitoring.description.labels import OTHER_COUNTRIES, Words

STANDARDS = ("htcds", "ctdc", "eu", "comensha")
CHECKED = ("htcds", "ctdc")
TABLES_COMPARED = ("person", "registration")
MATCHES = ("exact", "close", "broader", "narrower")
NONE = "none:"
HERE = Path(__file__).parent
DECLARED: dict[str, Any] = tomllib.loads((HERE / "crosswalk.toml").read_text(encoding="utf-8"))
PUBLISHED: dict[str, Any] = tomllib.loads((HERE / "standards.toml").read_text(encoding="utf-8"))
REASONS: dict[str, Words] = DECLARED["reasons"]


@dataclass(frozen=True)
class Term:
    """What one standard calls a column or code: its terms, or the reason why it has none.

    `terms`: names of fields for a column, `field=value` for a code of HTCDS and CTDC, words of the other two.
    """

    terms: tuple[str, ...] = ()
    reason: str = ""

    @property
    def text(self) -> str:
        """The terms as one cell, `none` when there is none."""
        return "; ".join(self.terms) or "none"


@dataclass(frozen=True)
class Entry:
    """A column or one of its codes in each of the standards; how well it fits; by which rule codes are converted."""

    of: dict[str, Term]
    match: str = "exact"
    rule: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons why a standard has no counterpart, each once."""
        return tuple(dict.fromkeys(term.reason for term in self.of.values() if term.reason))


@dataclass(frozen=True)
class Crossing:
    """One column: its entry, and an entry for each code that is told apart."""

    column: Entry
    codes: dict[str, Entry]


def crossing(table: str, column: str) -> Crossing:
    """Return a column of `person` or `registration` in the standards; one that both have stands with person.

    Raises KeyError for a column that is not declared, and for a reason that is not.
    """
    declared = DECLARED.get(table, {}).get(column)
    return _crossing(table if declared is not None else "person", column)


def code_crossing(table: str, column: str, code: str) -> Entry:
    """Return one code in the standards: its own entry, a country by rule, or the column's where no standard has that.

    Raises KeyError when nothing is declared for the code.
    """
    found = crossing(table, column)
    if code in found.codes:
        return found.codes[code]
    if not any(term.terms for term in found.column.of.values()):
        return found.column
    if found.column.rule:
        return country_entry(code)
    raise KeyError(code)


@cache
def _crossing(table: str, column: str) -> Crossing:
    declared = DECLARED[table][column]
    if "same_as" in declared:
        return _crossing(*declared["same_as"].split(".", 1))
    if "all" in declared:
        return Crossing(Entry({name: _term(declared["all"]) for name in STANDARDS}), {})
    entry = Entry({name: _term(declared[name]) for name in STANDARDS}, *_fit(declared, "exact"))
    codes = {code: _code_entry(entry, values) for code, values in declared.get("codes", {}).items()}
    return Crossing(entry, codes)


def _term(declared: str | list[str]) -> Term:
    if isinstance(declared, str) and declared.startswith(NONE):
        reason = declared.removeprefix(NONE)
        if reason not in REASONS:
            raise KeyError(reason)
        return Term(reason=reason)
    return Term(tuple([declared] if isinstance(declared, str) else declared))


def _fit(declared: Mapping[str, Any], otherwise: str) -> tuple[str, str]:
    return declared.get("match", otherwise), declared.get("rule", "")


def _code_entry(column: Entry, values: Mapping[str, Any]) -> Entry:
    """A code; in a standard that has no such column it has the column's reason."""
    found = {}
    for name in STANDARDS:
        above = column.of[name]
        if above.reason and name not in values:
            found[name] = above
            continue
        term = _term(values[name])
        found[name] = Term(tuple(_with_field(value, above) for value in term.terms), term.reason)
        if name not in CHECKED:
            found[name] = term
    return Entry(found, *_fit(values, column.match))


def _with_field(value: str, column: Term) -> str:
    return value if "=" in value else f"{column.terms[0]}={value}"


def country_entry(code: str) -> Entry:
    """Return a country of nationality in the standards: declared for former ones and regions, else its alpha-2.

    Raises KeyError for a code that is no country, no former one and no region.
    """
    declared = crossing("person", "nationality")
    if code in declared.codes:
        return declared.codes[code]
    if code in OTHER_COUNTRIES:
        raise KeyError(code)
    found = pycountry.countries.get(alpha_3=code)
    if found is None:
        raise KeyError(code)
    column = declared.column
    terms = {name: Term((f"{column.of[name].terms[0]}={found.alpha_2}",)) for name in CHECKED}
    return Entry({**column.of, **terms}, column.match, column.rule)


def values_named() -> Iterator[tuple[str, str, str, str]]:
    """Yield every (table.column or its code, standard, field, value) of HTCDS and CTDC; value is empty for a column."""
    for table in TABLES_COMPARED:
        for column in DECLARED[table]:
            found = crossing(table, column)
            for code, entry in (("", found.column), *found.codes.items()):
                for standard in CHECKED:
                    for term in entry.of[standard].terms:
                        field, _, value = term.partition("=")
                        yield f"{table}.{column} {code}".strip(), standard, field, value
