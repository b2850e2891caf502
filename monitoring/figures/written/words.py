"""The fixed words of figures in Dutch and English: base, unit, what a sign means, what every product must say.

Declared in `words.toml`; nothing that is printed beside a figure's own words stands anywhere else.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from babel.dates import format_date

from monitoring.figures.declared import tables_not_made
from monitoring.figures.figure import Report

Language: TypeAlias = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# Dates as they are written in the country of the bureau: 30 juni 2005, 30 June 2005.
DATES: dict[Language, str] = {"nl": "nl_NL", "en": "en_GB"}


@cache
def declared() -> dict[str, dict[str, dict[str, str]]]:
    """Return all fixed words: part (words, units, dimensions), key, language."""
    found: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return found


def said(key: str, language: Language, **filled: object) -> str:
    """Return fixed words with what is to be filled in; raises KeyError when they are not declared."""
    return declared()["words"][key][language].format(**filled)


def unit_in_words(unit: str, language: Language) -> str:
    """Return the words of a unit; raises KeyError when it is not declared: no table is printed without one."""
    return declared()["units"][unit][language]


def dimension_in_words(dimension: str | None, language: Language) -> str:
    """Return the words of what rows or columns tell apart; a general word where none is declared."""
    known = declared()["dimensions"].get(dimension or "")
    return known[language] if known else said("characteristic", language)


def scope(report: Report, language: Language) -> str:
    """Return of which night, year and linkage model the figures are, in one line."""
    night = format_date(date.fromisoformat(report.night), format="long", locale=DATES[language])
    year = said("all_years", language) if report.year is None else said("year", language, year=report.year)
    return f"{said('night', language, night=night)}, {year}, {said('model', language, model=report.model_version)}"


def notices(report: Report, language: Language) -> tuple[str, ...]:
    """Return what every product says at its head: that registrations are synthetic, and for whom the figures are."""
    synthetic = (said("synthetic", language),) if report.is_synthetic else ()
    if report.release is not None:
        return (*synthetic, said("released", language, release=report.release))
    return (*synthetic, said("for_the_bureau", language))


def reading_rules(report: Report, language: Language) -> tuple[str, ...]:
    """Return how the figures are to be read: R59, R60, R52, and the signs (a release has more) and rounding of R62.

    Last, for the bureau itself, the tables of the report that are not made, each with its reason.
    """
    signs = ("signs",) if report.release is None else ("signs", "signs_of_release")
    rules = tuple(said(key, language) for key in ("caution", "extent", "doubles", *signs, "rounding"))
    if report.release is not None:
        return rules
    listed = " ".join(f"{one.name}, {one.title[language]}: {one.reason[language]}" for one in tables_not_made())
    return (*rules, said("not_made", language, tables=listed))
