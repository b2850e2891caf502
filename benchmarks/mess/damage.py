"""Ways in which a file is damaged on its way, whatever is in it."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from random import Random
from typing import TypeVar

MARK = b"\xef\xbb\xbf"
ERROR_PAGE = (
    b"<!DOCTYPE html>\r\n<html><head><title>503 Service Unavailable</title></head>\r\n"
    b"<body><h1>De dienst is tijdelijk niet beschikbaar</h1></body></html>\r\n"
)
# Internal subset or external identifier of the DOCTYPE, by case; an entity `x` is used in the text where it is defined.
BOMBS = {
    "plain": "",
    "entity_expansion": '[<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY x "&d;&d;&d;&d;&d;&d;&d;&d;">]',
    "external_entity": '[<!ENTITY x SYSTEM "file:///niet/bestaand/geheim.txt">]',
    "external_dtd": 'SYSTEM "http://localhost:9/bericht.dtd"',
    "parameter_entity": '[<!ENTITY % p SYSTEM "http://localhost:9/p.dtd"> %p;]',
    "one_harmless_entity": '[<!ENTITY x "Utrecht">]',
}
Cell = TypeVar("Cell")


def anywhere(good: bytes, chance: Random, broken_at: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Damage that can befall every kind of file; a copy breaks off halfway unless said where."""
    half = len(good) // 2 if broken_at is None else broken_at
    yield "empty", b""
    yield "random_bytes", chance.randbytes(4096)
    yield "gzip_bytes", gzip.compress(good, mtime=0)
    yield "html_error_page", ERROR_PAGE
    # What a copy leaves that broke off after the space on disk had been set aside.
    yield "nul_tail", good[:half] + bytes(len(good) - half)
    yield "nul_only", bytes(2048)


def cut_within(good: bytes, mark: bytes, beyond: int, where: str, last: bool = False) -> Iterator[tuple[str, bytes]]:
    """The file cut off so many bytes after the start of a mark that occurs in it."""
    at = good.rfind(mark) if last else good.find(mark)
    if at < 0:
        raise ValueError(f"nothing to cut {where}")
    yield f"cut_{where}", good[: at + beyond]


def column_damage(
    cells: list[list[Cell | str]], extra: str, victim: str
) -> Iterator[tuple[str, list[list[Cell | str]]]]:
    """A table with a header, with its columns in disorder: one too many, too few, renamed, double, or no header."""
    at = cells[0].index(victim)
    yield "extra_column", [[*line, extra if number == 0 else "1"] for number, line in enumerate(cells)]
    yield "missing_column", [line[:at] + line[at + 1 :] for line in cells]
    yield "renamed_column", [[*cells[0][:at], f"{victim}_nieuw", *cells[0][at + 1 :]], *cells[1:]]
    yield "duplicate_column", [[*line[: at + 1], *line[at:]] for line in cells]
    yield "no_header", cells[1:]


def utf16(text: str) -> bytes:
    """The text as some editors save it when asked for Unicode."""
    return b"\xff\xfe" + text.encode("utf-16-le")


def doctype(text: str, subset: str) -> str:
    """The XML text with a DOCTYPE, and with its entity used once if it defines one."""
    head, body = text.split("\n", 1)
    if "ENTITY x" in subset:
        body = body.replace("<Rubriek>", "<Rubriek>&x;", 1)
    return f"{head}\n<!DOCTYPE Bericht {subset}>\n{body}"


def damaged_member(archive: bytes, name: str) -> bytes:
    """A zip archive in which the middle of one member's compressed bytes has become noughts."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        info = opened.getinfo(name)
    middle = info.header_offset + 30 + len(name) + info.compress_size // 2
    return archive[:middle] + bytes(200) + archive[middle + 200 :]
