"""What a column is called and what a code means, in the language of the reader."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from connectors.codes import code_list
from connectors.countries import country_name

DECLARED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
HEADINGS: dict[str, dict[str, str]] = DECLARED["headings"]
LISTS: dict[str, str] = DECLARED["lists"]
GROUPS: dict[str, dict[str, Any]] = DECLARED["groups"]
PURPOSES: dict[str, dict[str, str]] = DECLARED["purposes"]
NOT_RECORDED = "not_recorded"


def language() -> str:
    """Return the language of the reader: nl or en."""
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def heading(column: str) -> str:
    """Return what a column is called on a page."""
    return HEADINGS[column][language()]


def in_words(column: str, value: Any) -> str:
    """Return a value of a column as a reader reads it: a code by its label, a day as YYYY-MM-DD, a list with commas."""
    if value is None or value == []:
        return meaning(NOT_RECORDED)
    if isinstance(value, bool):
        return meaning("yes" if value else "no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(sorted(in_words(column, item) for item in value))
    if isinstance(value, float):
        return probability(value)
    if isinstance(value, int):
        return str(value)
    if column in ("nationality", "country_of_origin", "country_of_birth"):
        return ", ".join(country(code, language()) for code in value.split("|"))
    return label(LISTS.get(column, ""), value, language())


def meaning(code: str, of: str = "codes") -> str:
    """Return the label of a code that several columns share, such as yes, no or not recorded."""
    return label(of, code, language())


@cache
def label(list_name: str, code: str, of_language: str) -> str:
    """Return the label of a code of a list: one that is declared for the page, else a code list; else the code."""
    if list_name == "fields":
        return HEADINGS[code][of_language] if code in HEADINGS else code
    for name in (list_name, "codes"):
        if code in DECLARED["codes"].get(name, {}):
            return str(DECLARED["codes"][name][code][of_language])
    try:
        return code_list(list_name).labels[code][of_language]
    except (FileNotFoundError, KeyError, IsADirectoryError):
        return code


def codes_of(column: str) -> tuple[str, ...]:
    """Return the codes of a column in the order of its list, or none when it has no list."""
    name = LISTS.get(column, "")
    if name in DECLARED["codes"]:
        return tuple(DECLARED["codes"][name])
    try:
        return code_list(name).codes
    except (FileNotFoundError, IsADirectoryError):
        return ()


@cache
def country(code: str, of_language: str) -> str:
    """Return the name of a country (ISO 3166 alpha-3), of a former one or of a region."""
    declared = DECLARED["countries"].get(code)
    if declared:
        return str(declared[of_language])
    return country_name(code, of_language) or code


def purpose_label(code: str | None) -> str:
    """Return a purpose in words, or nothing."""
    return PURPOSES[code][language()] if code in PURPOSES else ""


def probability(value: float) -> str:
    """Return a probability cut off to hundredths, as the explanations do: it never shows what it does not reach."""
    hundredths = int(value * 100 + 1e-9)
    said = f"{min(max(hundredths, 1), 99) / 100:.2f}"
    said = f"< {said}" if hundredths < 1 else f"≥ {said}" if hundredths >= 99 else said
    return said.replace(".", ",") if language() == "nl" else said


def joined(words: Iterable[str]) -> str:
    """Return words separated by commas."""
    return ", ".join(words)
