"""What pyreadstat cannot write into a file for SPSS: multiple response sets, and a date that does not change.

A `.sav` file is a header of 176 bytes, records of the dictionary up to the one of type 999, then the cases. The header
holds the moment of writing; here it holds the night, so that the same table gives the same bytes. Sets stand in an
extension record (type 7, subtype 7), as the developers' guide of PSPP describes it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

HEADER = 176
DATE, TIME = slice(92, 101), slice(101, 109)
MIDNIGHT = b"00:00:00"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
VARIABLE, VALUE_LABELS, LABELLED, DOCUMENTS, EXTENSION, END = 2, 3, 4, 6, 7, 999
RESPONSE_SETS, LONG_NAMES = 7, 13


@dataclass(frozen=True)
class ResponseSet:
    """A multiple response set: variables of which each counts one answer (`dichotomy`, where it is 1) or holds one."""

    name: str
    label: str
    variables: tuple[str, ...]
    is_dichotomy: bool = True


def finished(content: bytes, night: date, sets: Sequence[ResponseSet]) -> bytes:
    """Return the content of a `.sav` file with the night as its date and with the sets in it.

    Raises ValueError when the content is no such file, KeyError when a set names a variable that is not there.
    """
    dated = bytearray(content)
    dated[DATE] = f"{night.day:02} {MONTHS[night.month - 1]} {night.year % 100:02}".encode("ascii")
    dated[TIME] = MIDNIGHT
    if not sets:
        return bytes(dated)
    at, short = len(dated), {}
    for kind, start, body in _records(content):
        subtype = struct.unpack_from("<i", body, 0)[0] if kind == EXTENSION else 0
        if kind == END or (kind == EXTENSION and subtype > RESPONSE_SETS):
            at = min(at, start)
        if subtype == LONG_NAMES:
            pairs = (pair.split("=", 1) for pair in body[12:].decode("utf-8").split("\t"))
            short = {long: name.lower() for name, long in pairs}
    return bytes(dated[:at]) + _record(sets, short) + bytes(dated[at:])


def _record(sets: Sequence[ResponseSet], short: dict[str, str]) -> bytes:
    lines = b""
    for one in sets:
        label = one.label.encode("utf-8")
        kind = b"D1 1 " if one.is_dichotomy else b"C "
        names = " ".join(short[name] for name in one.variables).encode("ascii")
        lines += b"$%s=%s%d %s %s\n" % (one.name.encode("ascii"), kind, len(label), label, names)
    return struct.pack("<4i", EXTENSION, RESPONSE_SETS, 1, len(lines)) + lines


def _records(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The records of the dictionary: type, where it starts, what follows its type; the last one is END."""
    at = HEADER
    while True:
        (kind,) = struct.unpack_from("<i", content, at)
        length = _length(content, at + 4, kind)
        yield kind, at, content[at + 4 : at + 4 + length]
        if kind == END:
            return
        at += 4 + length


def _length(content: bytes, at: int, kind: int) -> int:
    if kind == VARIABLE:
        _, has_label, missing = struct.unpack_from("<3i", content, at)
        length = 28
        if has_label:
            length += 4 + _up(struct.unpack_from("<i", content, at + 28)[0], 4)
        return int(length + 8 * abs(missing))
    (count,) = struct.unpack_from("<i", content, at)
    if kind == VALUE_LABELS:
        length = 4
        for _ in range(count):
            length += 8 + _up(1 + content[at + length + 8], 8)
        return length
    if kind == LABELLED:
        return int(4 + 4 * count)
    if kind == DOCUMENTS:
        return int(4 + 80 * count)
    if kind == EXTENSION:
        size, items = struct.unpack_from("<2i", content, at + 4)
        return int(12 + size * items)
    if kind == END:
        return 4
    raise ValueError("the dictionary of the file for SPSS has a record of an unknown type")


def _up(length: int, unit: int) -> int:
    return -(-length // unit) * unit
