"""Workbooks before they are opened: an archive that unpacks without end, a cell far from all others or one text in very
many cells is refused (`limits.toml`, workbook).

Calamine keeps a sheet as a full table with a copy of each text, so a workbook of a few kilobytes can end the process.
It is given a copy of the archive that holds what was measured here, unpacked: what an archive says of its parts in two
places, and how much really comes out of them, cannot differ from what was checked. No part is written to disk, and none
is opened as an archive itself. XML is read without a tree, and a DOCTYPE refuses the file.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from connectors.deliveries import DeliveryRefused
from connectors.limits import limits, too_large

PLACE = re.compile(r"([A-Z]{0,7})([0-9]{0,10})", re.IGNORECASE | re.ASCII)
SHARED_TEXTS = "xl/sharedstrings.xml"
SHEETS = "xl/worksheets/"
SHARED = "s"
PLACES = ("xl/", "_rels/", "docprops/", "[content_types].xml")
# A sheet may lie anywhere in the archive, and this is what its cells are in.
CELLS = b"sheetData"
UNREADABLE = (zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError, EOFError, ValueError)


def bounded(content: bytes) -> bytes:
    """Return a workbook as an archive without compression. Raises DeliveryRefused unless it can be unpacked and none of
    its sheets is too much to hold.
    """
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(copy, "w") as plain:
            parts = archive.infolist()
            _check_parts(parts, len(content))
            lengths: list[int] = []
            for part in sorted(parts, key=lambda part: part.filename.lower() != SHARED_TEXTS):
                unpacked = archive.read(part)
                name = part.filename.lower()
                if name == SHARED_TEXTS:
                    lengths = _texts_of(unpacked)
                elif (name.startswith(SHEETS) and name.endswith(".xml")) or CELLS in unpacked:
                    _check_sheet(unpacked, lengths)
                # Calamine opens whatever it recognises: only what a workbook of this kind consists of is left.
                if name.startswith(PLACES) and name.endswith((".xml", ".rels")):
                    plain.writestr(part.filename, unpacked)
    except (*UNREADABLE, OSError):
        # A zip archive has its table of contents at the end, so a workbook cut off cannot be opened either.
        is_archive = content.startswith(b"PK\x03\x04")
        raise DeliveryRefused("cut_off" if is_archive and b"PK\x05\x06" not in content else "unreadable") from None
    return copy.getvalue()


def _check_parts(parts: Sequence[zipfile.ZipInfo], packed: int) -> None:
    """By what the archive says of itself; no more than that is taken out of a part."""
    most = limits("workbook")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > most["most_parts"]:
        raise too_large("parts of a workbook", most["most_parts"])
    if unpacked > most["most_unpacked_bytes"]:
        raise too_large("bytes in a workbook", most["most_unpacked_bytes"])
    if unpacked > most["ratio_from_bytes"] and unpacked > most["most_ratio"] * packed:
        raise too_large("times its packed size", most["most_ratio"])
    names = [part.filename.casefold().replace("\\", "/") for part in parts]
    if len(set(names)) < len(names) or any(name.startswith("/") or ".." in name for name in names):
        raise DeliveryRefused("unreadable", "a workbook with parts in places where none belongs")


def _read(
    content: bytes,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Read XML event by event, elements by their local names."""
    depth, most = 0, limits("workbook")["most_depth"]

    def refuse(*_: object) -> None:
        raise DeliveryRefused("unreadable", "a workbook with a DOCTYPE")

    def begun(name: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > most:
            raise too_large("elements in each other", most)
        begin(name.rpartition(" ")[2], given)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(" ")[2])

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = begun, ended
    parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _texts_of(content: bytes) -> list[int]:
    """The length of each shared text."""
    lengths: list[int] = []
    most = limits("workbook")["most_cells"]

    def begin(name: str, _: dict[str, str]) -> None:
        if name == "si":
            lengths.append(0)
            if len(lengths) > most:
                raise too_large("texts in a workbook", most)

    def text(said: str) -> None:
        if lengths:
            lengths[-1] += len(said)

    _read(content, begin, lambda _: None, text)
    return lengths


def _check_sheet(content: bytes, lengths: Sequence[int]) -> None:
    sheet = Sheet(lengths)
    _read(content, sheet.begin, sheet.end, sheet.text)
    most = limits("workbook")
    if sheet.cells_of_table > most["most_cells"]:
        raise too_large("cells in a table: some are far away from the others", most["most_cells"])


@dataclass
class Sheet:
    """One sheet as it is read: where its filled cells lie, and how many letters all of them hold.

    `lengths`: of the shared texts. Raises DeliveryRefused as soon as there are too many letters.
    """

    lengths: Sequence[int]
    letters: int = 0
    rows: tuple[int, int] = (1 << 62, 0)
    columns: tuple[int, int] = (1 << 62, 0)
    row: int = 0
    column: int = 0
    is_in_cell: bool = False
    is_filled: bool = False
    is_shared: bool = False
    said: list[str] = field(default_factory=list)

    @property
    def cells_of_table(self) -> int:
        """How many cells the smallest table has that begins at the first and ends at the last filled cell."""
        return max(self.rows[1] - self.rows[0] + 1, 0) * max(self.columns[1] - self.columns[0] + 1, 0)

    def begin(self, name: str, given: dict[str, str]) -> None:
        """An element begins: a row, a cell, or what is in one."""
        if name not in ("row", "c"):
            self.is_filled = self.is_filled or self.is_in_cell
            return
        match = PLACE.fullmatch(given.get("r", ""))
        if match is None:
            raise ValueError("a place that no sheet has")
        if name == "row":
            self.row, self.column = int(match[2]) if match[2] else self.row + 1, 0
            return
        if match[1] and match[2]:
            self.row, self.column = int(match[2]), _column(match[1])
        else:
            self.column += 1
        self.is_in_cell, self.is_filled, self.is_shared = True, False, given.get("t") == SHARED
        self.said.clear()

    def text(self, said: str) -> None:
        """Text, which counts in a cell only."""
        if self.is_in_cell and self.is_shared:
            self.said.append(said)
        elif self.is_in_cell:
            self._count(len(said))

    def end(self, name: str) -> None:
        """An element ends; a cell counts when there was something in it."""
        if name != "c":
            return
        if self.is_filled:
            self.rows = min(self.rows[0], self.row), max(self.rows[1], self.row)
            self.columns = min(self.columns[0], self.column), max(self.columns[1], self.column)
        number = "".join(self.said).strip()
        if self.is_shared and number.isascii() and number.isdigit() and len(number) < len(str(1 << 62)):
            self._count(self.lengths[int(number)] if int(number) < len(self.lengths) else 0)
        self.is_in_cell = False

    def _count(self, letters: int) -> None:
        self.letters += letters
        if self.letters > (most := limits("workbook")["most_letters"]):
            raise too_large("letters in a sheet", most)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
