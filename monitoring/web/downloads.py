"""What the filters of the table show, as a file: CSV, or a workbook with a page that says what it holds.

Codes stay codes, as in the exports of the table, so that files of several nights can be put together. Texts that a
spreadsheet would run as a formula are made text.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from monitoring.dictionary import TABLES
from monitoring.export import as_cell_text
from monitoring.web.selection import Selection
from monitoring.web.shown import Shown
from monitoring.web.words import language
from monitoring.workbook import append_row

# Larger files are kept on disk while they are made and sent.
LARGEST_IN_MEMORY = 1 << 22
ROWS_AT_ONCE = 2000


def csv_of(selection: Selection, shown: Shown) -> tuple[IO[bytes], int]:
    """Return the persons that the filters show as CSV, and how many."""
    columns = ("person_id", *selection.columns, "night")
    return csv_file(columns, selection.persons().values_list(*columns).iterator(ROWS_AT_ONCE))


def csv_file(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> tuple[IO[bytes], int]:
    """Return rows as a CSV file (UTF-8, commas, one header line, no cell that is a formula), and how many."""
    file = tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY)  # noqa: SIM115 - the answer closes it when it is sent
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer, count = csv.writer(text, lineterminator="\n"), 0
    writer.writerow(columns)
    for row in rows:
        writer.writerow([as_cell_text(value) for value in row])
        count += 1
    text.detach()
    file.seek(0)
    return file, count


def workbook_of(selection: Selection, shown: Shown) -> tuple[IO[bytes], int]:
    """Return the persons that the filters show as a workbook, and how many; its first sheet says what it holds."""
    columns = ("person_id", *selection.columns, "night")
    count = selection.filtered().count()
    workbook = Workbook(write_only=True)
    about = workbook.create_sheet(_("About this file"))
    for line in _about(selection, shown, columns, count):
        append_row(about, line)
    sheet = workbook.create_sheet(_("Persons"))
    sheet.freeze_panes = "B2"
    append_row(sheet, columns)
    for row in selection.persons().values_list(*columns).iterator(ROWS_AT_ONCE):
        append_row(sheet, row)
    file = tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY)  # noqa: SIM115 - the answer closes it when it is sent
    workbook.save(file)
    file.seek(0)
    return file, count


def _about(selection: Selection, shown: Shown, columns: tuple[str, ...], count: int) -> list[tuple[Any, ...]]:
    """What the file holds: night, base and unit, filters, and the meaning of each column."""
    lines: list[tuple[Any, ...]] = [(_("Night of"), shown.night), (_("Model"), shown.model_version)]
    if shown.is_synthetic:
        lines.append((_("Synthetic data"), _("Everything shown here is invented; no child exists.")))
    lines += [(_("Base"), count), (_("Unit"), _("persons")), (), (_("Filters"),)]
    lines += [(column, asks) for column, asks in selection.in_words()] or [(_("none"),)]
    lines += [(), (_("Column"), _("Meaning"), _("Unit"), _("Rule"), _("Codes"))]
    for name in columns:
        column = TABLES["person"].columns[name]
        said = column.nl if language() == "nl" else column.en
        lines.append((name, said, column.unit, column.rule, "|".join(column.codes)))
    return lines
