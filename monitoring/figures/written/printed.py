"""A figure as it is printed in one language: the same headings, numbers and lines on every page, sheet and PDF."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from monitoring.figures.figure import BASE_ROW, TOTAL, Figure, Report, Words
from monitoring.figures.written.numbers import count_text, rounded_share, share_text
from monitoring.figures.written.words import Language, dimension_in_words, said, unit_in_words

MULTIPLE_RESPONSE = "R57"
# What columns tell apart when each has a unit of its own.
BY_COLUMN = "unit"


@dataclass(frozen=True)
class PrintedCell:
    """One count and its percentage, as numbers and as they are printed; `share_text` is None without percentages."""

    count: int | None
    count_text: str
    share: Decimal | None = None
    share_text: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What is printed: the count, and the percentage when the table has percentages."""
        return (self.count_text,) if self.share_text is None else (self.count_text, self.share_text)


@dataclass(frozen=True)
class PrintedRow:
    """One row: its label, whether it is a total, its cells."""

    label: str
    is_total: bool
    cells: tuple[PrintedCell, ...]


@dataclass(frozen=True)
class PrintedFigure:
    """One table in one language.

    `place`: what links lead to, unique in the report, letters, digits and hyphens only. `columns`: labels; empty for a
    table of one column of totals, which needs none. `measures`: the headings under each column (number, %). `base`:
    label and the base per column; None for a table without one. `under`: lines under the table, its unit first.
    `deviations`: what the printed report has otherwise.
    """

    name: str
    place: str
    title: str
    row_heading: str
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    base: PrintedRow | None
    under: tuple[str, ...]
    deviations: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Name and title together."""
        return f"{self.name}. {self.title}"

    @property
    def number_columns(self) -> int:
        """How many columns of numbers there are."""
        return max(len(self.columns), 1) * len(self.measures)


@dataclass(frozen=True)
class PrintedChapter:
    """One chapter: heading, introduction (empty when it has none), figures."""

    heading: str
    introduction: str
    figures: tuple[PrintedFigure, ...]


def printed_chapters(report: Report, language: Language) -> tuple[PrintedChapter, ...]:
    """Return the chapters of a report in one language; a report without chapters is one chapter without a heading."""
    places = _places(report.figures)
    if not report.chapters:
        return (
            PrintedChapter("", "", tuple(printed(figure, places[figure.name], language) for figure in report.figures)),
        )
    introductions: tuple[Words, ...] = report.introductions or ({"nl": "", "en": ""},) * len(report.chapters)
    return tuple(
        PrintedChapter(
            clean(heading[language]),
            clean(introduction[language]),
            tuple(printed(report.figure(name), places[name], language) for name in names),
        )
        for (heading, names), introduction in zip(report.chapters, introductions, strict=True)
    )


def printed(figure: Figure, place: str, language: Language) -> PrintedFigure:
    """Return one figure in one language; raises KeyError when its unit has no words."""
    is_plain = len(figure.columns) == 1 and figure.columns[0].code == TOTAL
    measures = (said("count", language), said("percentage", language))
    return PrintedFigure(
        name=clean(figure.name),
        place=place,
        title=clean(figure.title[language]),
        row_heading=dimension_in_words(figure.row_dimension, language),
        columns=() if is_plain else tuple(clean(column.words[language]) for column in figure.columns),
        measures=measures if figure.has_shares else measures[:1],
        rows=tuple(
            PrintedRow(clean(row.words[language]), row.is_total, _cells(figure, number, language))
            for number, row in enumerate(figure.rows)
        ),
        base=_base(figure, language),
        under=_under(figure, language),
        deviations=tuple(clean(deviation[language]) for deviation in figure.deviations),
    )


def clean(text: str) -> str:
    """Return a text in one line without control characters, which no product can hold."""
    shown = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text)
    return " ".join(shown.split())


def share_to_print(figure: Figure, row: int, column: int) -> Decimal | None:
    """Return the percentage of one cell, rounded; None where there is none, and on a base below `smallest_base`."""
    base = figure.bases[column]
    if not figure.has_shares or base is None or base < figure.smallest_base:
        return None
    return rounded_share(figure.cells[row][column], base)


def _cells(figure: Figure, row: int, language: Language) -> tuple[PrintedCell, ...]:
    return tuple(_cell(figure, row, column, language) for column in range(len(figure.columns)))


def _cell(figure: Figure, row: int, column: int, language: Language) -> PrintedCell:
    count, base, withheld = figure.cells[row][column], figure.bases[column], said("withheld", language)
    is_withheld = (row, column) in figure.withheld
    text = withheld if is_withheld else count_text(count, language)
    if not figure.has_shares:
        return PrintedCell(count, text)
    if is_withheld or (count is not None and (BASE_ROW, column) in figure.withheld):
        return PrintedCell(count, text, None, withheld)
    share = share_to_print(figure, row, column)
    is_small = share is None and count is not None and base is not None
    return PrintedCell(count, text, share, share_text(count, 0 if is_small else base, language))


def _base(figure: Figure, language: Language) -> PrintedRow | None:
    if all(base is None for base in figure.bases) and not any(row == BASE_ROW for row, _ in figure.withheld):
        return None
    label = said("base" if figure.has_shares else "base_of_counts", language)
    return PrintedRow(
        label,
        True,
        tuple(
            PrintedCell(None, said("withheld", language))
            if (BASE_ROW, column) in figure.withheld
            else PrintedCell(base, count_text(base, language))
            for column, base in enumerate(figure.bases)
        ),
    )


def _under(figure: Figure, language: Language) -> tuple[str, ...]:
    is_by_column = figure.column_dimension == BY_COLUMN
    words = said("unit_by_column", language) if is_by_column else unit_in_words(figure.unit, language)
    unit = f"{said('unit', language)}: {words}."
    notes = [clean(note[language]) for note in figure.notes]
    multiple = said("multiple" if figure.has_shares else "multiple_counts", language)
    # A note that cites the rule says it already, in the table's own words.
    is_said = any(MULTIPLE_RESPONSE in note for note in notes)
    overlap = [multiple] if figure.is_multiple and not is_said else []
    return (unit, *overlap, *notes)


def _places(figures: tuple[Figure, ...]) -> dict[str, str]:
    """Names as anchors, sheets and files can hold them: ASCII, at most 28 characters, apart without their capitals."""
    places: dict[str, str] = {}
    for figure in figures:
        wanted = re.sub(r"[^A-Za-z0-9-]+", "-", figure.name)[:24].strip("-") or "table"
        taken = {place.lower() for place in places.values()}
        place, number = wanted, 2
        while place.lower() in taken:
            place, number = f"{wanted}-{number}", number + 1
        places[figure.name] = place
    return places
