"""The figures as a workbook: contents with links, a sheet per figure, real numbers, the same bytes each time.

Percentages are numbers in percent, rounded half up as everywhere, so that no spreadsheet rounds them otherwise; the
counts beside them give the exact fraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from monitoring.figures.figure import Report
from monitoring.figures.written.printed import PrintedCell, PrintedFigure, printed_chapters
from monitoring.figures.written.words import Language, notices, reading_rules, said, scope
from monitoring.workbook import EPOCH, save

COUNT_FORMAT, SHARE_FORMAT = "#,##0", "0.0"
LINE, LARGE = 15, 1.5
WIDEST_LABEL, NARROWEST_LABEL, NUMBERS = 48, 22, 15
# How far text under a table runs before it wraps, in columns.
TEXT_COLUMNS = 8
BOLD, TITLE, SOFT = Font(bold=True), Font(bold=True, size=14, color="14424C"), Font(color="4C5A60")
LINK = Font(color="0B5568", underline="single")
WARNING = PatternFill("solid", fgColor="FDF1DC")
RIGHT = Alignment(horizontal="right", vertical="bottom", wrap_text=True)
WRAPPED = Alignment(vertical="top", wrap_text=True)
UNDERLINE, TOPLINE = Border(bottom=Side("medium")), Border(top=Side("medium"))


@dataclass
class _Lines:
    """Rows of a sheet, from top to bottom."""

    sheet: Any
    columns: int = TEXT_COLUMNS
    at: int = 1

    def text(self, text: str, font: Font = SOFT, fill: PatternFill | None = None) -> Any:
        """Write a line of text over the width of a table and go on below it."""
        cell = _text(self.sheet, self.at, 1, text, font)
        if self.columns > 1:
            self.sheet.merge_cells(start_row=self.at, end_row=self.at, start_column=1, end_column=self.columns)
        cell.alignment = WRAPPED
        if fill:
            cell.fill = fill
        # A merged cell never grows by itself.
        _grow(self.sheet, self.at, text, self.columns, LARGE if font is TITLE else 1.0)
        self.at += 1
        return cell


def write_figures_workbook(report: Report, language: Language, path: Path) -> None:
    """Write the report as one workbook, in one language."""
    workbook = Workbook()
    workbook.properties.created = EPOCH
    workbook.properties.creator = "Weerzien"
    workbook.properties.title = f"{said('title', language)} – {scope(report, language)}"
    workbook.properties.language = language
    contents = workbook.active
    contents.title = said("contents", language)
    chapters = printed_chapters(report, language)
    places = _sheet_names([figure for chapter in chapters for figure in chapter.figures], contents.title)
    _write_contents(contents, report, language, places)
    for chapter in chapters:
        for figure in chapter.figures:
            _write_figure(workbook.create_sheet(places[figure.place]), figure, report, language)
    save(workbook, path)


def _write_contents(sheet: Any, report: Report, language: Language, places: dict[str, str]) -> None:
    sheet.column_dimensions["A"].width = 78
    lines = _Lines(sheet, columns=1)
    lines.text(said("title", language), TITLE)
    lines.text(scope(report, language))
    for notice in notices(report, language):
        lines.text(notice, BOLD, WARNING)
    lines.at += 1
    for chapter in printed_chapters(report, language):
        if chapter.heading:
            lines.text(chapter.heading, BOLD)
        if chapter.introduction:
            lines.text(chapter.introduction)
        for figure in chapter.figures:
            _link(lines.text(figure.heading, LINK), places[figure.place])
        lines.at += 1
    for rule in reading_rules(report, language):
        lines.text(rule)
    _set_page(sheet, is_wide=False)


def _write_figure(sheet: Any, figure: PrintedFigure, report: Report, language: Language) -> None:
    printed_rows = (*figure.rows, figure.base) if figure.base else figure.rows
    longest = max(len(label) for label in (figure.row_heading, *(row.label for row in printed_rows)))
    sheet.column_dimensions["A"].width = min(max(1.2 * longest + 2, NARROWEST_LABEL), WIDEST_LABEL)
    for number in range(2, max(figure.number_columns + 2, TEXT_COLUMNS + 1)):
        sheet.column_dimensions[get_column_letter(number)].width = NUMBERS
    lines = _Lines(sheet)
    lines.text(figure.heading, TITLE)
    lines.text(scope(report, language))
    for notice in notices(report, language):
        lines.text(notice, BOLD, WARNING)
    lines.at += 1
    first = lines.at
    lines.at = _write_headings(sheet, figure, first)
    sheet.freeze_panes = sheet.cell(lines.at, 2)
    sheet.print_title_rows = f"{first}:{lines.at - 1}"
    for row in printed_rows:
        is_base = row is figure.base
        font = SOFT if is_base else BOLD if row.is_total else Font()
        _text(sheet, lines.at, 1, row.label, font).alignment = WRAPPED
        _grow(sheet, lines.at, row.label)
        step = len(figure.measures)
        for place, cell in enumerate(row.cells):
            _write_cell(sheet, lines.at, 2 + place * step, cell, font)
        if is_base:
            for column in range(1, figure.number_columns + 2):
                sheet.cell(lines.at, column).border = TOPLINE
        lines.at += 1
    lines.at += 1
    for line in _under(figure, language):
        lines.text(line)
    _link(lines.text(said("to_contents", language), LINK), said("contents", language))
    _set_page(sheet, is_wide=figure.number_columns > TEXT_COLUMNS - 1)


def _write_headings(sheet: Any, figure: PrintedFigure, at: int) -> int:
    """Write the one or two rows of headings; return the row below them."""
    step = len(figure.measures)
    has_groups = bool(figure.columns) and step > 1
    last = at + 1 if has_groups else at
    below = figure.measures * max(len(figure.columns), 1) if has_groups or not figure.columns else figure.columns
    if has_groups:
        for place, column in enumerate(figure.columns):
            start = 2 + place * step
            _text(sheet, at, start, column, BOLD).alignment = Alignment(horizontal="center", wrap_text=True)
            _grow(sheet, at, column, step, at_column=start)
            sheet.merge_cells(start_row=at, end_row=at, start_column=start, end_column=start + step - 1)
    _text(sheet, last, 1, figure.row_heading, BOLD)
    for number, heading in enumerate(below, start=2):
        _text(sheet, last, number, heading, BOLD).alignment = RIGHT
        _grow(sheet, last, heading, at_column=number)
    for number in range(1, figure.number_columns + 2):
        sheet.cell(last, number).border = UNDERLINE
    return last + 1


def _write_cell(sheet: Any, row: int, column: int, cell: PrintedCell, font: Font) -> None:
    for place, (value, text, shape) in enumerate(_values(cell)):
        if value is None:
            _text(sheet, row, column + place, text, font).alignment = RIGHT
            continue
        written = sheet.cell(row, column + place, value)
        written.number_format, written.font = shape, font


def _values(cell: PrintedCell) -> Iterator[tuple[Any, str, str]]:
    yield cell.count, cell.count_text, COUNT_FORMAT
    if cell.share_text is not None:
        yield cell.share, cell.share_text, SHARE_FORMAT


def _under(figure: PrintedFigure, language: Language) -> Iterator[str]:
    yield from figure.under
    if figure.deviations:
        yield f"{said('deviations', language)}:"
        yield from figure.deviations


def _text(sheet: Any, row: int, column: int, text: str, font: Font) -> Any:
    """Write a text; what looks like a formula is declared text, so that it is never run."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    cell.font = font
    return cell


def _grow(sheet: Any, row: int, text: str, columns: int = 1, size: float = 1.0, at_column: int = 1) -> None:
    """Make a row at least as high as a text needs over so many columns, with some room for wide and whole words."""
    places = range(at_column, at_column + columns)
    width = sum(sheet.column_dimensions[get_column_letter(place)].width for place in places)
    height = LINE * size * max(1, ceil(len(text) * (1.15 if width > NARROWEST_LABEL else 1.5) * size / width))
    sheet.row_dimensions[row].height = max(height, sheet.row_dimensions[row].height or 0)


def _link(cell: Any, sheet: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1", display=cell.value)
    cell.font = LINK


def _set_page(sheet: Any, is_wide: bool) -> None:
    sheet.page_setup.orientation = "landscape" if is_wide else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_view.showGridLines = False


def _sheet_names(figures: list[PrintedFigure], contents: str) -> dict[str, str]:
    """A figure that is called as the contents are gets another sheet name."""
    return {f.place: f"{f.place}-1" if f.place.lower() == contents.lower() else f.place for f in figures}
