"""Rows of the common shape from the columns of one delivery.

In: delivered columns by name, as text. Out: a frame with all columns of the record and of the row
(`connectors.records`). What a register's reader knows beyond that (its keys, its mutations) it fills in between.
"""

import calendar
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

import numpy as np
import pandas as pd

from connectors.deliveries import Delivery
from connectors.interpreting import READERS, ValueReader, Values, distinct_texts, fill, recorded_texts
from connectors.names import person_name
from connectors.records import nothing, rows_frame
from connectors.register import Register
from connectors.retention import terms_of

BIRTH = ("birth_year", "birth_month", "birth_day", "birth_date_precision")


@dataclass
class Rows:
    """Rows of one delivery, or a batch of them, while they are being read.

    `values` by record or row column, `problems` per row.
    """

    register: Register
    delivery: Delivery
    columns: Mapping[str, Sequence[str | None]]
    length: int
    values: dict[str, Values] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)

    def column(self, name: str) -> Values:
        """Return the values of one record or row column, not recorded where nothing has been read."""
        if name not in self.values:
            self.values[name] = nothing(self.length)
        return self.values[name]

    def delivered(self, record_column: str) -> Sequence[str | None]:
        """Return the delivered texts of the first column that goes into a record column."""
        return self.columns[self.register.column_into(record_column).name]


def interpret(
    register: Register,
    delivery: Delivery,
    columns: Mapping[str, Sequence[str | None]],
    length: int,
    readers: Mapping[str, ValueReader] | None = None,
) -> Rows:
    """Read all delivered columns; `readers` are for kinds that only this register has, by kind.

    Kinds without a reader (keys, mutations) are left to the register's own reader.
    """
    rows = Rows(register, delivery, columns, length, problems=[[] for _ in range(length)])
    for column in register.columns:
        read = (readers or {}).get(column.kind)
        if read is None and column.kind in READERS:
            read = READERS[column.kind](column)
        if read is not None:
            fill(rows.values, rows.problems, column, columns[column.name], read)
    _join_names(rows)
    for name, constant in register.constants.items():
        rows.values[name] = [constant] * length
    return rows


def _join_names(rows: Rows) -> None:
    """Names delivered in several fields are read together; initials stand in for given names that are not there."""
    fields = [
        [rows.columns[column.name] for column in rows.register.of_kind(*kinds)]
        for kinds in (("given_names",), ("initials",), ("name_prefix",), ("family_name",))
    ]
    if not fields[-1]:
        return
    nobody = nothing(rows.length)
    given, initials, prefix, family = (
        recorded_texts(columns[0], rows.length) if columns else nobody for columns in fields
    )
    names = [
        person_name(full or short, between, last)
        for full, short, between, last in zip(given, initials, prefix, family, strict=True)
    ]
    rows.values["given_names"] = [name.given_names for name in names]
    rows.values["name_prefix"] = [name.name_prefix for name in names]
    rows.values["family_name"] = [name.family_name for name in names]


def finish(rows: Rows, row_keys: Sequence[str | None], record_keys: Sequence[str | None]) -> pd.DataFrame:
    """Return the frame of rows.

    `row_keys`: how the row is pointed at, 'row <n>' where there is no key. `record_keys`: what makes the registration
    the same from night to night; without one the row's place in its file.
    """
    register, delivery, length = rows.register, rows.delivery, rows.length
    numbers = rows.values.setdefault("row_number", list(range(1, length + 1)))
    places = [f"row {number}" for number in numbers]
    rows.values |= {
        "record_id": [
            record_id(register.name, key or f"{delivery.file_name} {place}")
            for key, place in zip(record_keys, places, strict=True)
        ],
        "row_key": [key or place for key, place in zip(row_keys, places, strict=True)],
        "register": [register.name] * length,
        "delivery_id": [delivery.delivery_id] * length,
        "file": [delivery.file_name] * length,
    }
    rows.values.setdefault("mutation", ["snapshot"] * length)
    rows.values.setdefault("applies_on", [delivery.dated] * length)
    rows.values.setdefault("applies_order", numbers)
    if "raw" not in rows.values:
        rows.values["raw"] = raw_rows(rows.columns, length)
    _drop_future_births(rows)
    rows.values["retained_until"] = terms_of(register.retention, length, rows.column)
    rows.values["birth_date_precision"] = [p or "unknown" for p in rows.column("birth_date_precision")]
    rows.values["main_group"] = [main_group(forms) for forms in rows.column("exploitation_forms")]
    rows.values["problems"] = [list(dict.fromkeys(found)) for found in rows.problems]
    return rows_frame(rows.values, length)


def record_id(register: str, key: str) -> str:
    """Return the stable id of a registration; the key cannot be read back from it."""
    return f"{register}-{blake2b(f'{register}|{key}'.encode(), digest_size=6).hexdigest()}"


def raw_rows(columns: Mapping[str, Sequence[str | None]], length: int) -> list[str]:
    """Return every delivered value of each row as JSON."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    pieces = []
    for name, values in columns.items():
        places, distinct = distinct_texts(values, length)
        said = [f"{encode(name)}: {encode(text)}" for text in (*distinct, None)]
        pieces.append(np.array(said, dtype=object)[places])
    return [f"{{{', '.join(row)}}}" for row in zip(*pieces, strict=True)] if pieces else ["{}"] * length


def mark_repeated(rows: Rows, keys: Sequence[str | None], seen: set[str]) -> None:
    """Report rows without a key, and the second and later rows of one key in the delivery.

    `seen`: the keys of the delivery's rows before; those of these rows are added.
    """
    for row, key in enumerate(keys):
        if key is None:
            rows.problems[row].append("no_key:source_key")
        elif key in seen:
            rows.problems[row].append("duplicate_key:source_key")
        else:
            seen.add(key)


def main_group(forms: Sequence[str] | None) -> str | None:
    """Return prostitution, other or both (rule book 2.1); None when no form is recorded."""
    if not forms:
        return None
    if "prostitution" not in forms:
        return "other"
    return "both" if any(form != "prostitution" for form in forms) else "prostitution"


def covered_until(register: Register, dated: date) -> date:
    """Return the last day that a file can speak of."""
    if register.delivery == "snapshot_per_year":
        return dated.replace(month=12, day=31)
    if register.delivery == "snapshot_per_month":
        return dated.replace(day=calendar.monthrange(dated.year, dated.month)[1])
    return dated


def _drop_future_births(rows: Rows) -> None:
    """Nobody is born after the day of entry or departure; without such a day, after the last day of the file."""
    until = covered_until(rows.register, rows.delivery.dated)
    days = [rows.column(name) for name in rows.register.layout["born_before"]]
    parts = [rows.column(name) for name in BIRTH]
    for row, (year, month, day) in enumerate(zip(*parts[:3], strict=True)):
        if year is None:
            continue
        on = next((column[row] for column in days if column[row] is not None), until)
        if (year, month or 1, day or 1) > (on.year, on.month, on.day):
            for part in parts:
                part[row] = None
            rows.problems[row].append("future_birth_date:birth_year")
