"""Deliveries of a long past: what landed night by night before the first night that is really worked.

Daily files of the world landed on their own days. All others are earlier versions of the workbook of the year and of
the lists of the centres, as their senders would have sent them again every night: real files, each of its own bytes.
What housekeeping would have removed has its row and no file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from connectors.register import REGISTERS, Register, load_register

COLUMNS = (
    "origin", "delivery_id", "register", "file_name", "sha256", "size_bytes", "dated", "landed_night", "sequence",
    "path", "repeats", "rows", "redacted_night", "redacted_rows", "removed_night",
)  # fmt: skip
REASON = "vermoedelijke_reden"
ONE_ACCEPTED_OF = 200


@dataclass(frozen=True)
class Past:
    """The past to be made: its nights, up to the day before the first one worked, and how many deliveries landed."""

    origin: str
    first: date
    last: date
    deliveries: int

    @property
    def nights(self) -> int:
        """How many nights the past has."""
        return (self.last - self.first).days + 1


def add_deliveries(engine: Engine, landing: Path, exports: Path, past: Past) -> int:
    """Put the deliveries of the past before those that are there; return how many there are then.

    `exports`: the whole of the world, with the snapshots that superseded each other.
    """
    with engine.begin() as connection:
        there = [dict(row) for row in connection.execute(text("SELECT * FROM registers.delivery")).mappings()]
        made = list(_made(past, exports, landing, there))
        rows = [*there, *made]
        _in_order(rows, past)
        connection.execute(text("DELETE FROM registers.delivery"))
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY registers.delivery ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in COLUMNS])
        _accept(connection, past)
    return len(rows)


def _made(past: Past, exports: Path, landing: Path, there: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    known = {(row["register"], row["sha256"]) for row in there}
    snapshots = sorted((exports / "ikps").glob("ikps_*.csv"))
    times: dict[str, int] = {}
    made = len(there)
    for path in snapshots:
        dated = load_register("ikps").dated(path.name)
        content = path.read_bytes()
        if not dated or dated > past.last:
            continue
        row = _row(past, "ikps", path.name, dated, dated, content, set())
        # What is in force says that it came first, so the same bytes did not come before it.
        if row is None or any(one["sha256"] == row["sha256"] for one in there):
            continue
        number = times[row["sha256"]] = times.get(row["sha256"], 0) + 1
        if number > 1:
            # The bytes of an earlier day again: a delivery of its own, that says which one it repeats.
            row |= {"repeats": row["delivery_id"], "delivery_id": f"{row['delivery_id']}-{number}"}
        made += 1
        yield _kept(row | {"rows": content.count(b"\n") - 1}, dated + timedelta(1), past, landing, content)
    workbooks = [row for row in there if row["register"] == "stv"]
    lists = [row for row in there if row["register"] == "mob" and row["rows"]]
    yearly = list(_versions(past, "stv", workbooks, landing, known, _nights_of_workbooks(past, workbooks)))
    yield from yearly
    left = past.deliveries - made - len(yearly)
    yield from _versions(past, "mob", lists, landing, known, _nights_of_lists(past, lists, left))


def _nights_of_workbooks(past: Past, workbooks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], date]]:
    """Every night the newest workbook that there was by then."""
    for day in range(past.nights):
        night = past.first + timedelta(day)
        due = [row for row in workbooks if row["dated"] <= night]
        if due:
            yield max(due, key=lambda row: row["dated"]), night


def _nights_of_lists(past: Past, lists: list[dict[str, Any]], count: int) -> Iterator[tuple[dict[str, Any], date]]:
    """As many lists as are left over, spread evenly over the nights on which their month had begun."""
    nights = [night for day in range(past.nights) if (night := past.first + timedelta(day)) >= min(
        row["dated"] for row in lists)]  # fmt: skip
    for number in range(max(count, 0)):
        night = nights[number * len(nights) // count]
        due = [row for row in lists if row["dated"] <= night]
        yield due[number % len(due)], night


def _versions(
    past: Past,
    register: str,
    there: list[dict[str, Any]],
    landing: Path,
    known: set[tuple[str, str]],
    sent: Iterator[tuple[dict[str, Any], date]],
) -> Iterator[dict[str, Any]]:
    """Earlier versions of files that are there; each is superseded by the next of its name, the last by what is."""
    contents = {row["file_name"]: (landing / row["path"]).read_bytes() for row in there}
    of_file: dict[str, list[tuple[dict[str, Any], bytes]]] = {}
    for number, (row, night) in enumerate(sent):
        content = another_version(register, contents[row["file_name"]], number)
        made = _row(past, register, row["file_name"], row["dated"], night, content, known)
        if made:
            of_file.setdefault(row["file_name"], []).append((made | {"rows": row["rows"]}, content))
    for versions in of_file.values():
        following = [version["landed_night"] for version, _ in versions[1:]] + [past.last + timedelta(1)]
        for (version, content), since in zip(versions, following, strict=True):
            yield _kept(version, since, past, landing, content)


def _row(
    past: Past, register: str, name: str, dated: date, night: date, content: bytes, known: set[tuple[str, str]]
) -> dict[str, Any] | None:
    sha256 = hashlib.sha256(content).hexdigest()
    if (register, sha256) in known:
        return None
    known.add((register, sha256))
    return dict.fromkeys(COLUMNS) | {
        "origin": past.origin, "delivery_id": f"{register}-{sha256[:16]}", "register": register, "file_name": name,
        "sha256": sha256, "size_bytes": len(content), "dated": dated, "landed_night": night,
        "path": f"{register}/{sha256}",
    }  # fmt: skip


def _kept(row: dict[str, Any], since: date, past: Past, landing: Path, content: bytes) -> dict[str, Any]:
    """The file of a version that was superseded not long ago lies there; of another the night of its removal stands."""
    days = load_register(row["register"]).retention.superseded_days or 0
    removed = since + timedelta(days + 1)
    if removed <= past.last:
        return row | {"removed_night": removed}
    path = landing / row["path"]
    if not path.exists():
        path.write_bytes(content)
        path.chmod(0o400)
    return row


def another_version(register: str, content: bytes, number: int) -> bytes:
    """Return the same file as it was sent another time: other bytes, the same rows."""
    if register == "stv":
        book = io.BytesIO(content)
        with zipfile.ZipFile(book, "a") as archive:
            archive.comment = f"verzonnen, versie {number}".encode()
        return book.getvalue()
    text_of = content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text_of, newline=""))
    rows[0][header.index(REASON)] = f"verzonnen, versie {number}"
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([header, *rows])
    return written.getvalue().encode("utf-8-sig")


def _in_order(rows: list[dict[str, Any]], past: Past) -> None:
    """Let files of a day have landed on their day, and number all landings of a register through."""
    for name in REGISTERS:
        register: Register = load_register(name)
        of_register = [row for row in rows if row["register"] == name]
        for row in of_register:
            if register.delivery in ("mutations", "messages") and past.first <= row["dated"] <= past.last:
                row["landed_night"] = row["dated"]
        of_register.sort(key=lambda row: (row["landed_night"], row["sequence"] or 0, row["file_name"]))
        for number, row in enumerate(of_register, start=1):
            row["sequence"] = number


def _accept(connection: Connection, past: Past) -> None:
    """Some of what was superseded had been let through by hand."""
    connection.execute(
        text(
            "INSERT INTO registers.delivery_accepted (origin, delivery_id, accepted_by, reason) "
            "SELECT origin, delivery_id, 'Engineer One', 'synthetic' FROM registers.delivery "
            "WHERE origin = :origin AND removed_night IS NOT NULL AND sequence % :one_of = 0"
        ),
        {"origin": past.origin, "one_of": ONE_ACCEPTED_OF},
    )
