"""Workbooks before they are opened: a cell far from all others, or an archive that unpacks without end, is refused.

Calamine keeps a sheet as a full table, so one stray value in the last row or column of a sheet ends the process.
"""

import io
import re
import zipfile
import zlib
from typing import IO

from lxml import etree

from connectors.deliveries import DeliveryRefused

# A year of reports is some thousand lines of some thirty cells.
MOST_CELLS = 3_000_000
MOST_UNPACKED_BYTES = 200_000_000
PLACE = re.compile(r"([A-Z]{0,7})([0-9]{0,10})", re.IGNORECASE | re.ASCII)
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def check_extent(content: bytes) -> None:
    """Raise DeliveryRefused unless the workbook can be unpacked and none of its sheets is too wide and long to hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise DeliveryRefused("unreadable", "a workbook far too large")
            for part in archive.infolist():
                if part.filename.lower().startswith("xl/worksheets/") and part.filename.lower().endswith(".xml"):
                    with archive.open(part) as sheet:
                        if cells_of_table(sheet) > MOST_CELLS:
                            raise DeliveryRefused("unreadable", "cells far away from the others")
    except UNREADABLE:
        # A zip archive has its table of contents at the end, so a workbook cut off cannot be opened either.
        is_archive = content.startswith(b"PK\x03\x04")
        raise DeliveryRefused("cut_off" if is_archive and b"PK\x05\x06" not in content else "unreadable") from None


def cells_of_table(sheet: IO[bytes]) -> int:
    """Return how many cells the smallest table has that begins at the first and ends at the last filled cell."""
    rows, columns = (1 << 62, 0), (1 << 62, 0)
    row = column = 0
    for event, element in etree.iterparse(
        sheet, events=("start", "end"), tag=("{*}row", "{*}c", "row", "c"), resolve_entities=False, no_network=True,
        load_dtd=False,
    ):  # fmt: skip
        if event == "start":
            match = PLACE.fullmatch(element.get("r") or "")
            if match is None:
                raise ValueError("a place that no sheet has")
            if etree.QName(element).localname == "row":
                row, column = int(match[2]) if match[2] else row + 1, 0
            elif match[1] and match[2]:
                row, column = int(match[2]), _column(match[1])
            else:
                column += 1
        elif etree.QName(element).localname == "c" and len(element):
            rows = min(rows[0], row), max(rows[1], row)
            columns = min(columns[0], column), max(columns[1], column)
        if event == "end":
            element.clear()
    return max(rows[1] - rows[0] + 1, 0) * max(columns[1] - columns[0] + 1, 0)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
