"""A delivered file without some of its rows, byte for byte as it was elsewhere, in the manner of each register.

Rows are numbered as the register's reader numbers them. A line of a list becomes a line without values, so that the
places of the others stay. A workbook is written anew with the texts that the reader sees: what else it may hold (other
sheets, remarks at cells, who saved it) is nobody's row and can name anybody. So is the noise between telex messages.
"""

import codecs
import csv
import io
from collections.abc import Callable, Collection, Iterator
from typing import IO, Any
from xml.parsers import expat

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from connectors.deliveries import Delivery
from connectors.register import Register
from connectors.sealing import opened
from connectors.stv import below_header, is_no_report, sheet_of
from connectors.tables import delivered_bytes, is_filled

BETWEEN_NAMES = "|"


def write_without(delivery: Delivery, register: Register, numbers: Collection[int], target: IO[bytes]) -> None:
    """Write a delivery's file without the rows of these numbers. Raises DeliveryRefused when it cannot be read."""
    write = WRITERS.get(register.name, _delimited)
    write(delivery, register, numbers, target)


def _delimited(delivery: Delivery, register: Register, numbers: Collection[int], target: IO[bytes]) -> None:
    with opened(delivery.path) as source:
        if source.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            target.write(codecs.BOM_UTF8)
    encoding = register.encoding.removesuffix("-sig")
    with io.TextIOWrapper(opened(delivery.path), register.encoding, newline="") as text:
        for piece in _lines_without(text, register.delimiter, numbers, bool(delivery.redacted_rows)):
            target.write(piece.encode(encoding))


def _lines_without(text: IO[str], delimiter: str, numbers: Collection[int], was_redacted: bool) -> Iterator[str]:
    """The file's text record by record; a row may go over several lines."""
    pending: list[str] = []

    def noted() -> Iterator[str]:
        for line in text:
            pending.append(line)
            yield line

    number, columns = -1, 0
    for row in csv.reader(noted(), delimiter=delimiter, strict=True):
        written = "".join(pending)
        pending.clear()
        ending = written[len(written.rstrip("\r\n")) :]
        is_place = bool(row) and (number < 0 or was_redacted or is_filled(row))
        number += is_place
        if not number and not columns:
            columns = len(row)
        if not is_place:
            # Blanks that were no row must not be taken for the place of one.
            yield ending
        elif number in numbers and number:
            yield delimiter * (columns - 1) + ending
        else:
            yield written
    yield "".join(pending)


def _workbook(delivery: Delivery, register: Register, numbers: Collection[int], target: IO[bytes]) -> None:
    name = register.layout["sheet"]
    sheet = sheet_of(delivered_bytes(delivery), name)
    header, lines, first = below_header(register, sheet)
    reports = [place for place, line in enumerate(lines, start=first) if not is_no_report(register, header, line)]
    emptied = {reports[number - 1] for number in numbers}
    book = Workbook(write_only=True)
    page = book.create_sheet(name)
    for place, line in enumerate(sheet):
        page.append([] if place in emptied else [_text_cell(page, text) for text in line])
    book.save(target)


def _text_cell(page: Any, text: str) -> Any:
    if not text:
        return None
    cell = WriteOnlyCell(page, value="")
    # Set as it is: a text that begins with "=" is no formula.
    cell.data_type, cell._value = "s", ILLEGAL_CHARACTERS_RE.sub("", text)
    return cell


def _dossiers(delivery: Delivery, register: Register, numbers: Collection[int], target: IO[bytes]) -> None:
    content = delivered_bytes(delivery)
    at = 0
    for number, (begin, end) in enumerate(_spans(content, register), start=1):
        if number in numbers:
            target.write(content[at:begin])
            at = end
    target.write(content[at:])


def _spans(content: bytes, register: Register) -> list[tuple[int, int]]:
    """Where each dossier begins and ends in the file. A DOCTYPE was refused before, so no entity is ever resolved."""
    wanted = f"{register.layout['namespace']}{BETWEEN_NAMES}{register.layout['dossier']}"
    spans: list[tuple[int, int]] = []
    begun: list[int] = []
    parser = expat.ParserCreate(namespace_separator=BETWEEN_NAMES)

    def begin(name: str, _: object) -> None:
        if name == wanted:
            begun.append(parser.CurrentByteIndex)

    def end(name: str) -> None:
        if name == wanted:
            spans.append((begun.pop(), content.index(b">", parser.CurrentByteIndex) + 1))

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.Parse(content, True)
    return spans


def _messages(delivery: Delivery, register: Register, numbers: Collection[int], target: IO[bytes]) -> None:
    begin, end = register.layout["begin"].encode(), register.layout["end"].encode()
    number, is_open, is_left = 0, False, False
    for line in delivered_bytes(delivery).splitlines(keepends=True):
        mark = line.strip()
        if mark.startswith(begin):
            number, is_open = number + 1, True
        if is_open and number not in numbers:
            target.write(line)
            is_left = True
        if mark.startswith(end):
            is_open = False
    if not is_left:
        target.write(f"{register.layout['quiet_day'][0]}\n".encode())


Writer = Callable[[Delivery, Register, Collection[int], IO[bytes]], None]
WRITERS: dict[str, Writer] = {"stv": _workbook, "youth_care": _dossiers, "telex": _messages}
