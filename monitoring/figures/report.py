"""The report: all figures of one night and year, in the chapters of `chapters.toml`."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from monitoring.figures.figure import Figure, Report, Words
from monitoring.figures.monitor_tables import monitor_figures
from monitoring.figures.report_tables import report_figures
from monitoring.published_tables import PublishedTables


def report_of(tables: PublishedTables, year: int | None) -> Report:
    """Return all figures of a night, of one year or of all years together (None), in chapters (R55).

    The year is the one in which a person first came into view as a victim, unless a figure says otherwise. Raises
    ValueError when two figures have one name.
    """
    figures = (*report_figures(tables, year), *monitor_figures(tables, year))
    return composed(figures, tables, year)


def composed(figures: Sequence[Figure], tables: PublishedTables, year: int | None) -> Report:
    """Return figures that have been counted as a report with its chapters."""
    chapters = _chapters([figure.name for figure in figures])
    return Report(
        night=tables.night.isoformat(),
        year=year,
        is_synthetic=tables.is_synthetic,
        model_version=tables.model_version,
        figures=tuple(figures),
        chapters=tuple((heading, names) for heading, _, names in chapters),
        introductions=tuple(introduction for _, introduction, _ in chapters),
    )


def is_empty(report: Report) -> bool:
    """Whether no figure of the report's year has anybody in it.

    Figures whose population does not carry the year (several years side by side) do not count, unless there are no
    others.
    """
    of_year = [figure for figure in report.figures if figure.population.endswith(f":{report.year}")]
    return not any(cell for figure in of_year or report.figures for row in figure.cells for cell in row)


def _chapters(names: Sequence[str]) -> list[tuple[Words, Words, tuple[str, ...]]]:
    """Heading, introduction and figures of every chapter that has any; what none of them names comes last."""
    doubles = sorted(name for name, count in Counter(names).items() if count > 1)
    if doubles:
        raise ValueError(f"figures of one name: {', '.join(doubles)}")
    left, found = list(names), []
    for chapter in _declared()["chapter"]:
        taken = list(dict.fromkeys(_named(chapter["figures"], left)))
        left = [name for name in left if name not in taken]
        found.append((chapter, taken))
    found.append((_declared()["other"], left))
    return [(_in_words(chapter), chapter["introduction"], tuple(taken)) for chapter, taken in found if taken]


def _named(patterns: Iterable[str], names: Sequence[str]) -> Iterable[str]:
    return (name for pattern in patterns for name in names if fnmatchcase(name, pattern))


def _in_words(chapter: dict[str, Any]) -> Words:
    return {"nl": chapter["nl"], "en": chapter["en"]}


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("chapters.toml").read_text(encoding="utf-8"))
