"""The monitoring tables as one workbook: a sheet per table and the dictionary, the same bytes for the same tables."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from monitoring.dictionary import TABLES

# What Excel holds: rows of a sheet, header included, and characters of a cell.
LONGEST_SHEET = 1_048_576
LONGEST_CELL = 32_767
EPOCH = datetime(2000, 1, 1)
ZIP_EPOCH = (2000, 1, 1, 0, 0, 0)
FORMULA = ("=", "+", "-", "@")
DICTIONARY_HEADER = ("table", "column", "type", "nl", "en", "unit", "rule", "codes")


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write the tables as sheets; one that is longer than a sheet goes on in a next one (link, link_2).

    Of the table link the pairs without a link are left out; they are in its CSV and Parquet.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.created = EPOCH
    for name, rows in tables.items():
        shown = rows[rows["status"].ne("no_link")] if name == "link" else rows
        _write_sheets(workbook, name, shown)
    _write_sheet(workbook, "dictionary", DICTIONARY_HEADER, _dictionary())
    save(workbook, path)


def save(workbook: Workbook, path: Path) -> None:
    """Save a workbook without the moment of writing: the same bytes for the same cells."""
    unfixed = path.with_name(f"{path.name}.unfixed")
    try:
        workbook.save(unfixed)
        _fix_times(unfixed, path)
    finally:
        unfixed.unlink(missing_ok=True)


def _write_sheets(workbook: Workbook, name: str, rows: pd.DataFrame) -> None:
    per_sheet = LONGEST_SHEET - 1
    for number, start in enumerate(range(0, max(len(rows), 1), per_sheet), start=1):
        part = rows.iloc[start : start + per_sheet]
        columns = [part[column].astype(object).tolist() for column in part]
        sheet = name if number == 1 else f"{name}_{number}"
        _write_sheet(workbook, sheet, tuple(rows.columns), zip(*columns, strict=True))


def _write_sheet(workbook: Workbook, name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.append(list(header))
    for row in rows:
        append_row(sheet, row)


def append_row(sheet: Any, row: Iterable[Any]) -> None:
    """Add a row to a sheet that is being written: lists joined by |, and no text that is run as a formula."""
    sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, list):
        value = "|".join(map(str, value))
    if not isinstance(value, str):
        # Not a number is the only value that differs from itself; pandas' own question is slow, asked per cell.
        return None if value is None or value is pd.NA or value != value else value
    value = value[:LONGEST_CELL]
    if not value.startswith(FORMULA):
        return value
    # A cell that is declared text is never run as a formula.
    cell = WriteOnlyCell(sheet)
    try:
        cell.value = value
    except IllegalCharacterError:
        return None
    cell.data_type = "s"
    return cell


def _dictionary() -> Iterator[tuple[str, ...]]:
    for table in TABLES.values():
        yield table.name, "", "", table.nl, table.en, "", "", ""
        for column in table.columns.values():
            facts = (column.type, column.nl, column.en, column.unit, column.rule, "|".join(column.codes))
            yield table.name, column.name, *facts


def _fix_times(source: Path, target: Path) -> None:
    """Copy the workbook with one fixed moment where the library wrote the present one."""
    moment = f"{EPOCH.isoformat()}Z".encode()
    with zipfile.ZipFile(source) as written, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in written.namelist():
            content = written.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, content)
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(entry, content)
