"""STV over the nights: the workbook of a year is sent anew when one of its reports came, changed or went."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook, load_workbook

from benchmarks.nights.faults import Fields, draw_fault
from benchmarks.nights.story import Course, Story, draw_arrival, draw_course
from benchmarks.nights.truth import Truth
from benchmarks.nights.world import World
from connectors.register import load_register
from connectors.sample.stv import COLUMNS, MADE_ON, with_fixed_time

SHEET, KEY, TOTAL = "Aanmeldingen", "Aanmeldnr", "Totaal"
FIELDS = Fields(name="Naam", birth="Geb.datum", sex="M/V", place="Plaats", phone="Telefoon")

Cells = list[Any]


@dataclass
class Report:
    """One line of a workbook, the blank line before it, and as it was before it was corrected."""

    number: str
    cells: Cells
    opens_month: bool
    course: Course = field(default_factory=Course)
    faulty: Cells = field(default_factory=list)


@dataclass
class YearBook:
    """The workbook of one year: the lines up to and with the header, the reports, the lines below."""

    name: str
    year: int
    head: list[Cells]
    reports: list[Report]
    foot: list[Cells]


def deliver(world: World, days: Sequence[date], story: Story, chance: Random, truth: Truth) -> Iterator[tuple]:
    """Yield night, file name and content of each workbook; `truth` is told what becomes of the reports."""
    books = [read_book(path) for path in world.files("stv")]
    rows = [_row(report) for book in books for report in book.reports]
    for book in books:
        _draw(world, book, rows, days, story, chance)
        told: set[str] = set()
        for report in book.reports:
            if report.number not in told:
                truth.deliver("stv", f"{book.year}/{report.number}", report.course)
            told.add(report.number)
    for night in range(len(days)):
        for book in books:
            if any(report.course.happens(night) for report in book.reports):
                yield night, book.name, _workbook(book, night)


def _draw(
    world: World, book: YearBook, rows: Sequence[dict[str, Any]], days: Sequence[date], story: Story, chance: Random
) -> None:
    of_number = Counter(report.number for report in book.reports)
    nights = range(len(days))
    for at, report in enumerate(book.reports):
        # The first report stays as it is: a workbook without reports is refused.
        if not at or of_number[report.number] > 1 or not world.has_story("stv", f"{book.year}/{report.number}"):
            continue
        course = draw_course(chance, story, nights, draw_arrival(chance, story, nights, len(days)))
        if course.corrected is not None:
            row = _row(report)
            changes = draw_fault(chance, row, rows, FIELDS, days[0])
            course = course if changes else replace(course, corrected=None)
            report.faulty = list({**row, **changes}.values())
        report.course = course


def read_book(path: Path) -> YearBook:
    """Read the workbook of a year as lines of cells."""
    with closing(load_workbook(path, read_only=True)) as workbook:
        lines = [[_cell(cell) for cell in line] for line in workbook[SHEET].iter_rows(values_only=True)]
    top = next(at for at, line in enumerate(lines) if KEY in line) + 1
    bottom = next(at for at in range(len(lines), top, -1) if _is_report(lines[at - 1]))
    reports, opens_month = [], False
    for line in lines[top:bottom]:
        if _is_report(line):
            width = len(COLUMNS) - len(line)
            reports.append(Report(str(line[0]), [*line, *[None] * width], opens_month))
        opens_month = not _is_report(line)
    dated = load_register("stv").dated(path.name)
    return YearBook(path.name, dated.year if dated else 0, lines[:top], reports, lines[bottom:])


def _cell(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _is_report(line: Cells) -> bool:
    return any(cell is not None for cell in line) and not str(line[0]).startswith(TOTAL)


def _row(report: Report) -> dict[str, Any]:
    return dict(zip(COLUMNS, report.cells, strict=True))


def _workbook(book: YearBook, night: int) -> bytes:
    """The workbook as it stands on a night; the months stay parted where a month's first report is not there."""
    target = Workbook(write_only=True)
    target.properties.created = target.properties.modified = MADE_ON
    sheet = target.create_sheet(SHEET)
    for line in book.head:
        sheet.append(line)
    held: set[str] = set()
    opens_month = False
    for report in book.reports:
        opens_month = opens_month or report.opens_month
        if not report.course.is_held(night):
            continue
        if opens_month and held:
            sheet.append([])
        sheet.append(report.faulty if report.course.is_faulty(night) else report.cells)
        held.add(report.number)
        opens_month = False
    for line in book.foot:
        sheet.append([TOTAL, len(held)] if line[:1] == [TOTAL] else line)
    content = io.BytesIO()
    target.save(content)
    return with_fixed_time(content.getvalue())
