"""STV, the central registration of victims: one workbook per calendar year, kept by hand.

In: sheet `Aanmeldingen` of `stv_aanmeldingen_JJJJ.xlsx`; the header stands below title lines, months are parted by
blank lines, totals stand at the bottom, dates are cells or text. Out: one row per report; its key is
`<year>/<Aanmeldnr>`. A line with neither number nor name is empty (input contract, point 2). The number of victims is
kept, not multiplied (R51).
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.interpreting import recorded
from connectors.register import Register
from connectors.rows import finish, interpret, mark_repeated
from connectors.tables import by_column, check_layout, delivered_bytes
from connectors.workbooks import bounded


def read_stv(delivery: Delivery, register: Register) -> Iterator[pd.DataFrame]:
    """Yield the rows of one workbook. Raises DeliveryRefused when it is not the file agreed."""
    sheet = sheet_of(delivered_bytes(delivery), register.layout["sheet"])
    header, lines, _ = below_header(register, sheet)
    lines = [line for line in lines if not is_no_report(register, header, line)]
    if not lines and not delivery.redacted_rows:
        raise DeliveryRefused("no_rows")
    if any(cell for line in lines for cell in line[len(header) :]):
        raise DeliveryRefused("wrong_layout", "extra: (a column without a name)")
    columns = by_column(header, [line[: len(header)] for line in lines])
    rows = interpret(register, delivery, columns, len(lines))
    age_days = rows.column(register.layout["age_on"])
    rows.values["stated_age_on"] = [
        day if age is not None else None for age, day in zip(rows.column("stated_age"), age_days, strict=True)
    ]
    numbers = [recorded(text) for text in rows.delivered("source_key")]
    keys = [f"{delivery.dated.year}/{number}" if number else None for number in numbers]
    rows.values["source_key"] = keys
    mark_repeated(rows, keys, set())
    yield finish(rows, keys, keys)


def sheet_of(content: bytes, name: str) -> list[list[str]]:
    """Return the cells of one sheet as text. Raises DeliveryRefused when there is no such workbook or sheet."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(bounded(content)))
    except (CalamineError, OSError, ValueError):
        # A zip archive has its table of contents at the end, so a workbook cut off cannot be opened either.
        is_archive = content.startswith(b"PK\x03\x04")
        raise DeliveryRefused("cut_off" if is_archive and b"PK\x05\x06" not in content else "unreadable") from None
    if name not in workbook.sheet_names:
        raise DeliveryRefused("wrong_layout", f"no sheet {name}")
    try:
        cells = workbook.get_sheet_by_name(name).to_python()
    except (CalamineError, OSError, ValueError):
        raise DeliveryRefused("unreadable", f"sheet {name}") from None
    return [[cell_text(cell) for cell in line] for line in cells]


def cell_text(cell: Any) -> str:
    """Return a cell as text: dates ISO, whole numbers without decimals, yes and no in Dutch."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def below_header(register: Register, sheet: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]], int]:
    """Return the header, the lines below it and the place of the first of them in the sheet.

    The header is the line that holds most of the agreed names; all lines are made as long as the longest. Raises
    DeliveryRefused when there is none.
    """
    if not any(cell.strip() for line in sheet for cell in line):
        raise DeliveryRefused("empty_file")
    names = set(register.column_names)
    heads = [[" ".join(cell.split()) for cell in line] for line in sheet[: register.layout["header_within"]]]
    found = [len(names & set(head)) for head in heads]
    at = found.index(max(found))
    if not found[at]:
        raise DeliveryRefused("wrong_layout", "no header with the agreed columns")
    header = heads[at]
    while not header[-1]:
        header.pop()
    first = next(place for place, name in enumerate(header) if name)
    check_layout(register, header[first:])
    width = max(len(line) for line in sheet)
    lines = [[*line, *[""] * (width - len(line))] for line in sheet[at + 1 :]]
    return header[first:], [line[first:] for line in lines], at + 1


def is_no_report(register: Register, header: Sequence[str], line: Sequence[str]) -> bool:
    """Return whether a line stands between reports: nothing in it, a total, or neither number nor name."""
    filled = next((cell.strip().casefold() for cell in line if cell.strip()), "")
    number = line[header.index(register.column_into("source_key").name)]
    name = line[header.index(register.column_into("family_name").name)]
    marks = (filled, number.strip().casefold(), name.strip().casefold())
    is_total = any(mark.startswith(word) for mark in marks for word in register.layout["totals"])
    return is_total or not (number.strip() or name.strip())
