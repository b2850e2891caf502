"""Delimited text and layouts: from bytes to a header and rows of text, or a refusal that says why.

No type is guessed and no row is skipped except a line without anything. Refused (input contract, 'Files'):
empty_file, wrong_encoding, cut_off, unreadable, wrong_layout, minor_flag_column, no_rows. Details name columns and
line numbers, never a value.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.register import Register

# A header gone wrong must not flood the log.
SHOWN_NAMES = 10
SHOWN_LETTERS = 40


def delivered_bytes(delivery: Delivery) -> bytes:
    """Return a delivery's bytes. Raises DeliveryRefused when they are gone or there are none."""
    try:
        content = delivery.path.read_bytes()
    except OSError as error:
        raise DeliveryRefused("unreadable", f"the landing file ({type(error).__name__})") from None
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise DeliveryRefused("empty_file")
    return content


def decoded(content: bytes, encoding: str) -> str:
    """Return text in the register's encoding. Raises DeliveryRefused when it does not decode.

    A file that should be Windows-1252 and is valid UTF-8 with multi-byte letters is refused too: decoding would not
    fail, it would damage names.
    """
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DeliveryRefused("wrong_encoding", f"byte {error.start} is not {encoding}") from None
    if "\x00" in text:
        raise DeliveryRefused("wrong_encoding", "NUL bytes, as in UTF-16")
    if encoding == "cp1252" and not content.isascii() and _is_utf8(content):
        raise DeliveryRefused("wrong_encoding", "UTF-8 where Windows-1252 was agreed")
    return text


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def delimited_rows(delivery: Delivery, register: Register) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a delimited file whose layout is the one agreed."""
    text = decoded(delivered_bytes(delivery), register.encoding)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=register.delimiter, strict=True)
    try:
        rows = [row for row in lines if row]
    except csv.Error as error:
        # The module tells these apart in its message only.
        rule = "cut_off" if "unexpected end of data" in str(error) else "unreadable"
        raise DeliveryRefused(rule, f"line {lines.line_num}") from None
    header = [name.strip() for name in rows[0]] if rows else []
    if not any(header):
        raise DeliveryRefused("empty_file", "no header")
    check_layout(register, header)
    rows = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    _check_lengths(rows, len(header))
    if not rows and not register.may_be_empty:
        raise DeliveryRefused("no_rows")
    return header, rows


def _check_lengths(rows: Sequence[Sequence[str]], length: int) -> None:
    for number, row in enumerate(rows, start=1):
        if len(row) != length:
            is_last = number == len(rows) and len(row) < length
            raise DeliveryRefused("cut_off" if is_last else "unreadable", f"row {number} has {len(row)} columns")


def check_layout(register: Register, header: Sequence[str]) -> None:
    """Raise DeliveryRefused unless exactly the agreed columns are there, once each, in any order.

    A first line with few of the agreed names is not a header but a row: nothing of it is repeated.
    """
    if 2 * len(set(header) & set(register.column_names)) < len(register.column_names):
        raise DeliveryRefused("wrong_layout", "no header with the agreed columns")
    extra = [name for name in header if name not in register.column_names]
    words = register.refused_columns
    if flags := [name for name in extra if any(word in name.casefold() for word in words)]:
        raise DeliveryRefused("minor_flag_column", _names(flags))
    missing = [name for name in register.column_names if name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    faults = (("extra", extra), ("missing", missing), ("twice", twice))
    detail = "; ".join(f"{fault}: {_names(names)}" for fault, names in faults if names)
    if detail:
        raise DeliveryRefused("wrong_layout", detail)


def _names(names: Sequence[str]) -> str:
    shown = [name[:SHOWN_LETTERS] or "(no name)" for name in names[:SHOWN_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else "")


def by_column(header: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return rows of equal length as columns by name."""
    columns = list(zip(*rows, strict=True))
    return dict(zip(header, columns, strict=True)) if columns else {name: () for name in header}
