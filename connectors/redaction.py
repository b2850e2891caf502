"""Redaction: rows whose term has ended are taken out of the landed files; every other row stays as it was delivered.

The file without them is written beside the old one under its own checksum, read back and compared, and then takes its
place; `registers.delivery` goes on saying what arrived (`sha256`), so that the same bytes are still known and do not
come back. Nothing here tells a value: rows are told by their ids, files by their deliveries.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any, cast

import pandas as pd
from sqlalchemy import Connection, Engine, func, select, update

from connectors.deliveries import DELIVERY, Delivery, DeliveryRefused, application_order, landed_deliveries
from connectors.installation import OneLineError
from connectors.landing import READ_ONLY
from connectors.read_before import forget_removed
from connectors.reading import READERS
from connectors.redacted_bytes import write_without
from connectors.register import Register
from connectors.retention import OF_MANY_ROWS
from connectors.sealing import Sealing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TakenRow:
    """A row to be taken out of a landed file: its registration, how it was pointed at, its number in the file."""

    record_id: str
    file: str
    row_key: str
    number: int


def redact(
    engine: Engine,
    register: Register,
    origin: str,
    landing: Path,
    ended: Collection[str],
    night: date,
    dry_run: bool = False,
) -> list[TakenRow]:
    """Take the rows of ended registrations, and rows past their own term, out of all landed files of a register.

    `ended`: record_ids. Returns the rows taken out, of a dry run those that would be. A file that cannot be read is
    passed over. Raises OneLineError when a file without these rows would not say the same of the others.
    """
    if not ended and register.retention.years is None:
        return []
    landed = [d for d in landed_deliveries(engine, register, origin, landing) if d.removed_night is None]
    ordered = sorted(landed, key=application_order)
    gone = frozenset(ended)
    if register.delivery in OF_MANY_ROWS:
        gone |= _past_term_by_last_row(ordered, register, night)
    taken: list[TakenRow] = []
    for of_file in _by_path(ordered):
        rows = [row for delivery in of_file for row in rows_to_take_out(delivery, register, gone, night)]
        if rows and not dry_run:
            _replace(engine, of_file, register, {row.number for row in rows}, landing, night)
        taken += rows
    if taken and not dry_run:
        forget_removed(landing, register)
    return taken


def rows_to_take_out(delivery: Delivery, register: Register, gone: Collection[str], night: date) -> list[TakenRow]:
    """Return the rows of one delivery that belong to a registration that is gone or whose own term has ended.

    Further rows of a key that is taken out go with it: they would else count in its place.
    """
    found: list[TakenRow] = []
    leaves: dict[str, bool] = {}
    is_of_one_row = register.delivery not in OF_MANY_ROWS
    try:
        for rows in READERS[register.name](delivery, register):
            for key, file, row_key, number, end in _told(rows):
                is_past = is_of_one_row and end is not None and end < night
                if leaves.setdefault(key, key in gone or is_past) or is_past:
                    found.append(TakenRow(key, file, row_key, number))
    except DeliveryRefused:
        return []
    return found


def _told(rows: pd.DataFrame) -> Iterator[tuple[str, str, str, int, date | None]]:
    ends = rows["retained_until"]
    known = [None if is_null else end for end, is_null in zip(ends, ends.isna(), strict=True)]
    numbers = (int(number) for number in rows["row_number"])
    return zip(rows["record_id"], rows["file"], rows["row_key"], numbers, known, strict=True)


def _past_term_by_last_row(deliveries: Iterable[Delivery], register: Register, night: date) -> frozenset[str]:
    """The registrations of many rows of which the last row that says when is past its term."""
    if register.retention.years is None:
        return frozenset()
    last: dict[str, date] = {}
    for delivery in deliveries:
        try:
            for rows in READERS[register.name](delivery, register):
                for key, _, _, _, end in _told(rows):
                    if end is not None:
                        last[key] = max(end, last.get(key, end))
        except DeliveryRefused:
            continue
    return frozenset(key for key, end in last.items() if end < night)


def _by_path(deliveries: Iterable[Delivery]) -> list[list[Delivery]]:
    """Deliveries of the same bytes lie in one file."""
    grouped: dict[Path, list[Delivery]] = {}
    for delivery in deliveries:
        grouped.setdefault(delivery.path, []).append(delivery)
    return list(grouped.values())


def _replace(
    engine: Engine,
    of_file: Sequence[Delivery],
    register: Register,
    numbers: Collection[int],
    landing: Path,
    night: date,
) -> None:
    """Write the file without these rows, let its deliveries point to it, and remove the old one."""
    first = of_file[0]
    name = f"{register.name}/{_written(first, register, numbers, landing / register.name)}"
    ids = [delivery.delivery_id for delivery in of_file]
    before = func.coalesce(DELIVERY.c.redacted_rows, 0)
    with engine.begin() as connection:
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.origin == first.origin, DELIVERY.c.delivery_id.in_(ids))
            .values(path=name, redacted_night=night, redacted_rows=before + len(numbers))
        )
    with engine.connect() as connection:
        remove_unless_used(connection, first.path, landing)
    logger.info("%s: %d rows taken out", first.delivery_id, len(numbers))


def remove_unless_used(connection: Connection, path: Path, landing: Path) -> None:
    """Remove a landed file to which no delivery that is still there points."""
    name = path.relative_to(landing).as_posix()
    pointing = select(DELIVERY.c.delivery_id).where(DELIVERY.c.path == name, DELIVERY.c.removed_night.is_(None))
    if connection.execute(pointing).first() is None:
        path.unlink(missing_ok=True)


def _written(delivery: Delivery, register: Register, numbers: Collection[int], folder: Path) -> str:
    """Write a delivery's file without some rows under its checksum; return that name."""
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    unfinished = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as target:
            sealing = Sealing(target)
            write_without(delivery, register, frozenset(numbers), cast(IO[bytes], sealing))
            sealing.finish()
        _check_the_others(delivery, register, numbers, unfinished)
        unfinished.chmod(READ_ONLY)
        os.replace(unfinished, folder / sealing.sha256)
    finally:
        unfinished.unlink(missing_ok=True)
    return sealing.sha256


def _check_the_others(delivery: Delivery, register: Register, numbers: Collection[int], written: Path) -> None:
    """The rows that stay must say the same; else the old file stays and somebody looks at it."""
    redacted = replace(delivery, path=written, redacted_rows=(delivery.redacted_rows or 0) + len(numbers))
    try:
        after = _digest(redacted, register, frozenset())
    except DeliveryRefused:
        after = Counter()
    if after != _digest(delivery, register, frozenset(numbers)):
        raise OneLineError(f"rows of {delivery.delivery_id} cannot be taken out without changing others; see to it")


def _digest(delivery: Delivery, register: Register, without: Collection[int]) -> Counter[bytes]:
    """What the rows of a file say, whatever their numbers and however blanks were written."""
    said: Counter[bytes] = Counter()
    for rows in READERS[register.name](delivery, register):
        for number, raw, key in zip(rows["row_number"], rows["raw"], rows["source_key"], strict=True):
            if number not in without:
                values = {name: _plain(value) for name, value in json.loads(raw).items()}
                text = json.dumps([None if pd.isna(key) else key, values])
                said[hashlib.blake2b(text.encode(), digest_size=16).digest()] += 1
    return said


def _plain(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
