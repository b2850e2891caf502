"""The figures as CSV: one long file to count on with, and one file per figure as it is printed.

The long file holds both languages, a row per cell, a point in percentages and nothing where nothing is known. The
printed ones open in columns in a Dutch or an English spreadsheet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitoring.export import as_cell_text, safe_text
from monitoring.figures.figure import BASE_ROW, Figure, Heading, Report
from monitoring.figures.written.printed import PrintedCell, PrintedFigure, PrintedRow, clean, share_to_print
from monitoring.figures.written.words import Language, notices, scope

FOR_THE_BUREAU = "for the bureau, not for publication: publish with weerzien release"
LONG_COLUMNS = (
    "night", "year", "is_synthetic", "use", "figure", "population", "unit", "row_dimension", "row", "row_nl", "row_en",
    "row_is_total", "column_dimension", "column", "column_nl", "column_en", "column_is_total", "is_multiple", "count",
    "is_withheld", "base", "is_base_withheld", "share",
)  # fmt: skip
# A Dutch spreadsheet takes the comma for a decimal sign, so its columns are parted by semicolons.
SEPARATORS: dict[Language, str] = {"nl": ";", "en": ","}


def write_long(report: Report, path: Path) -> None:
    """Write LONG_COLUMNS, one row per cell of every figure; share: percentage of the base, rounded half up."""
    rows = (row for figure in report.figures for row in _long_rows(report, figure))
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([LONG_COLUMNS, *rows])


def write_printed(report: Report, figure: PrintedFigure, language: Language, path: Path) -> None:
    """Write one figure as it is printed, counts without a thousands sign: table, base, then the lines under it."""
    columns = figure.columns or ("",)
    headings = [_safe(" ".join((column, measure)).strip()) for column in columns for measure in figure.measures]
    lines = (figure.heading, *figure.under, *figure.deviations, scope(report, language), *notices(report, language))
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=SEPARATORS[language], lineterminator="\r\n")
        writer.writerow([_safe(figure.row_heading), *headings])
        writer.writerows(_printed_row(row) for row in figure.rows)
        if figure.base:
            writer.writerow(_padded_base(figure, figure.base))
        writer.writerow([])
        writer.writerows([_safe(line)] for line in lines)


def _long_rows(report: Report, figure: Figure) -> Iterator[tuple[object, ...]]:
    use = FOR_THE_BUREAU if report.release is None else f"release {report.release}"
    of_report = (report.night, report.year, as_cell_text(report.is_synthetic), _safe(use))
    of_figure = tuple(_safe(text) for text in (figure.name, figure.population, figure.unit, figure.row_dimension))
    dimension = _safe(figure.column_dimension or "")
    for row, heading in enumerate(figure.rows):
        for column, other in enumerate(figure.columns):
            headings = (*_heading(heading), dimension, *_heading(other), as_cell_text(figure.is_multiple))
            count, base = (
                (value, as_cell_text((place, column) in figure.withheld))
                for value, place in ((figure.cells[row][column], row), (figure.bases[column], BASE_ROW))
            )
            yield *of_report, *of_figure, *headings, *count, *base, share_to_print(figure, row, column)


def _heading(heading: Heading) -> tuple[str, ...]:
    words = (heading.code, heading.words["nl"], heading.words["en"])
    return *(_safe(clean(text)) for text in words), as_cell_text(heading.is_total)


def _printed_row(row: PrintedRow) -> list[str]:
    return [_safe(row.label), *(text for cell in row.cells for text in _bare(cell))]


def _padded_base(figure: PrintedFigure, base: PrintedRow) -> list[str]:
    blank = [""] * (len(figure.measures) - 1)
    cells: Iterable[str] = (text for cell in base.cells for text in [*_bare(cell), *blank])
    return [_safe(base.label), *cells]


def _bare(cell: PrintedCell) -> tuple[str, ...]:
    """Without the thousands sign, which another language's spreadsheet takes for a decimal one; "-" is no formula."""
    count = cell.count_text if cell.count is None else str(cell.count)
    return (count, *cell.texts[1:])


def _safe(text: str) -> str:
    return safe_text(clean(text))
