"""Delimited text and layouts: from bytes to a header and rows of text, or a refusal that says why.

No type is guessed and no row is skipped except a line without anything. Refused (input contract, 'Files'):
too_large (`connectors.limits`), empty_file, wrong_encoding, cut_off, unreadable, wrong_layout, minor_flag_column,
no_rows. Details name columns and line numbers, never a value.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.limits import BoundedLines, check_size, limits, too_large
from connectors.register import Register
from connectors.sealing import opened

Columns = Mapping[str, Sequence[str]]

# So many rows are read, checked and kept at a time: memory does not grow with the file.
BATCH_ROWS = 25_000
CHUNK_BYTES = 1 << 20
# What is no content: blanks, byte order marks, and the zeros of a file that was never written.
BLANKS = b"\xef\xbb\xbf \t\r\n\x00"

# A header gone wrong must not flood the log.
SHOWN_NAMES = 10
SHOWN_LETTERS = 40
# More names than this that nobody agreed on are no new columns.
MOST_EXTRA = 3


def delivered_bytes(delivery: Delivery) -> bytes:
    """Return a delivery's bytes. Raises DeliveryRefused when they are gone or there are none."""
    try:
        with opened(delivery.path) as file:
            check_size(file, delivery.register)
            content = file.read()
    except OSError as error:
        raise unreadable(error) from None
    if not content.strip(BLANKS):
        raise DeliveryRefused("empty_file")
    return content


def unreadable(error: OSError) -> DeliveryRefused:
    """Return the refusal for a landing file that cannot be read."""
    return DeliveryRefused("unreadable", f"the landing file ({type(error).__name__})")


def check_encoding(delivery: Delivery, encoding: str) -> None:
    """Raise DeliveryRefused unless the whole file has something in it and decodes in the register's encoding.

    A file that should be Windows-1252 and is valid UTF-8 with multi-byte letters is refused too: decoding would not
    fail, it would damage names.
    """
    agreed, utf8 = codecs.getincrementaldecoder(encoding)(), codecs.getincrementaldecoder("utf-8")()
    read, has_text, is_ascii, is_utf8 = 0, False, True, True
    with opened(delivery.path) as file:
        check_size(file, delivery.register)
        while chunk := file.read(CHUNK_BYTES):
            has_text = has_text or bool(chunk.strip(BLANKS))
            is_ascii = is_ascii and chunk.isascii()
            is_utf8 = is_utf8 and (is_ascii or _decodes(utf8, chunk))
            try:
                text = agreed.decode(chunk)
            except UnicodeDecodeError as error:
                raise DeliveryRefused("wrong_encoding", f"byte {read + error.start} is not {encoding}") from None
            if has_text and "\x00" in text:
                raise DeliveryRefused("wrong_encoding", "NUL bytes, as in UTF-16")
            read += len(chunk)
    if not has_text:
        raise DeliveryRefused("empty_file")
    try:
        agreed.decode(b"", final=True)
    except UnicodeDecodeError:
        raise DeliveryRefused("cut_off", "in the middle of a character") from None
    if encoding == "cp1252" and not is_ascii and is_utf8 and not utf8.getstate()[0]:
        raise DeliveryRefused("wrong_encoding", "UTF-8 where Windows-1252 was agreed")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def delimited_batches(delivery: Delivery, register: Register) -> Iterator[tuple[Sequence[int], Columns]]:
    """Yield the rows of a delimited file as columns by name, BATCH_ROWS at a time, with the numbers of the rows.

    A file without rows, where that is allowed, gives one batch without rows. Of a file from which rows were taken out,
    the places of those count and are passed over. Raises DeliveryRefused, perhaps after some batches: what was read of
    a refused file does not count.
    """
    try:
        check_encoding(delivery, register.encoding)
        with io.TextIOWrapper(opened(delivery.path), register.encoding, newline="") as text:
            yield from _batches(BoundedLines(text), register, bool(delivery.redacted_rows))
    except OSError as error:
        raise unreadable(error) from None


def _batches(lines: BoundedLines, register: Register, is_redacted: bool) -> Iterator[tuple[Sequence[int], Columns]]:
    rows = _rows(lines, register.delimiter, is_redacted)
    header = [name.strip() for name in next(rows, [])]
    if not any(header):
        raise DeliveryRefused("empty_file", "no header")
    check_layout(register, header)
    first = 1
    while batch := _next_rows(rows, lines):
        for number, row in enumerate(batch, start=first):
            if len(row) != len(header):
                # A row that ends too early and is the last one: the file was cut off there.
                is_last = number == first + len(batch) - 1 and len(row) < len(header) and next(rows, None) is None
                raise DeliveryRefused("cut_off" if is_last else "unreadable", f"row {number} has {len(row)} columns")
        numbers: Sequence[int] = range(first, first + len(batch))
        first += len(batch)
        if first - 1 > (most := limits("any")["most_rows"]):
            raise too_large("rows", most)
        if is_redacted:
            numbers = [number for number, row in zip(numbers, batch, strict=True) if is_filled(row)]
            batch = [row for row in batch if is_filled(row)]
        yield numbers, by_column(header, batch)
    if first == 1:
        if not register.may_be_empty and not is_redacted:
            raise DeliveryRefused("no_rows")
        yield range(0), by_column(header, [])


def _next_rows(rows: Iterator[list[str]], lines: BoundedLines) -> list[list[str]]:
    """The next BATCH_ROWS rows; fewer where they are very long."""
    batch: list[list[str]] = []
    most = lines.read + limits("any")["most_batch_letters"]
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_ROWS or lines.read > most:
            break
    return batch


def _rows(lines: BoundedLines, delimiter: str, keeps_unfilled: bool) -> Iterator[list[str]]:
    """The header and every row with anything in it; of a redacted file also the places of rows taken out."""
    most = limits("any")
    csv.field_size_limit(most["most_cell_letters"])
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    is_first = True
    try:
        for row in reader:
            lines.end_row()
            if len(row) > most["most_columns"]:
                raise too_large("columns", most["most_columns"])
            if row and (is_first or keeps_unfilled or is_filled(row)):
                is_first = False
                yield row
    except csv.Error as error:
        # The module tells these apart in its message only.
        if "field limit" in str(error):
            raise too_large("letters in a value", most["most_cell_letters"]) from None
        rule = "cut_off" if "unexpected end of data" in str(error) else "unreadable"
        raise DeliveryRefused(rule, f"line {reader.line_num}") from None


def is_filled(row: Sequence[str]) -> bool:
    """Return whether a row has anything in it."""
    return any(cell.strip() for cell in row)


def row_count(delivery: Delivery, register: Register) -> int | None:
    """Return how many rows a delimited file holds, None when it is not the file agreed; no value is read."""
    try:
        return sum(len(columns[register.columns[0].name]) for _, columns in delimited_batches(delivery, register))
    except DeliveryRefused:
        return None


def check_layout(register: Register, header: Sequence[str]) -> None:
    """Raise DeliveryRefused unless exactly the agreed columns are there, once each, in any order.

    A first line with few of the agreed names is not a header but a row: nothing of it is repeated.
    """
    agreed, counted = set(register.column_names), Counter(header)
    if 2 * len(agreed & set(counted)) < len(agreed):
        raise DeliveryRefused("wrong_layout", "no header with the agreed columns")
    extra = [name for name in header if name not in agreed]
    words = register.refused_columns
    if flags := [word for word in words if any(word in name.casefold() for name in extra)]:
        raise DeliveryRefused("minor_flag_column", _names(flags))
    missing = [name for name in register.column_names if name not in counted]
    twice = [name for name in register.column_names if counted[name] > 1]
    faults = (("extra", _extra_names(extra, agreed)), ("missing", _names(missing)), ("twice", _names(twice)))
    detail = "; ".join(f"{fault}: {said}" for fault, said in faults if said)
    if detail:
        raise DeliveryRefused("wrong_layout", detail)


def _extra_names(extra: Sequence[str], agreed: Collection[str]) -> str:
    """Their names when they look like columns: of a header that lost its line break they are values of its first row,
    and only their number is told. Where agreed names have capitals (STV), a person's cannot be told from a column's.
    """
    if len(extra) <= MOST_EXTRA and all(re.fullmatch(r"[a-z][a-z_ ]*", name) for name in (*agreed, *extra)):
        return _names(extra)
    return f"{len(extra)} columns" if extra else ""


def _names(names: Sequence[str]) -> str:
    shown = [name[:SHOWN_LETTERS] or "(no name)" for name in names[:SHOWN_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else "")


def by_column(header: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return rows of equal length as columns by name."""
    columns = list(zip(*rows, strict=True))
    return dict(zip(header, columns, strict=True)) if columns else {name: () for name in header}
