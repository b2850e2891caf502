"""What each register agreed to deliver: its declaration in `registers/<name>.toml`, read and checked.

A data engineer changes a delivered column's name, a code or a bound there; nothing else names them.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from connectors.installation import OneLineError
from connectors.records import KINDS as TYPES

REGISTERS: tuple[str, ...] = ("ikps", "stv", "youth_care", "telex", "mob")
DELIVERIES = ("snapshot", "snapshot_per_year", "snapshot_per_month", "mutations", "messages")
# What is left of a registration after its term: nothing, or coded facts under the person's number.
KEEPS = ("nothing", "coded_facts")

# How a delivered value is read, and how many record columns it fills (None: one or more).
KINDS: Mapping[str, int | None] = {
    "key": 1,
    "text": None,
    "place": 1,
    "identifier": 1,
    "given_names": 1,
    "initials": 1,
    "name_prefix": 1,
    "family_name": 1,
    "full_name": 3,
    "aliases": 1,
    "birth_date": 4,
    "birth_date_usage": 4,
    "birth": None,
    "date": None,
    "integer": 1,
    "age": 2,
    "flag": 1,
    "code": 1,
    "codes": 1,
    "country": 1,
    "countries": 1,
    "texts": 1,
    "phones": 1,
    "plates": 1,
    "contacts": 1,
    "signals": 1,
    "contact_line": 3,
    "mutation": 1,
    "case": 2,
    "file_date": None,
    "file_number": 1,
}


@dataclass(frozen=True)
class DeliveredColumn:
    """One delivered column (XML: path of the element; telex: label) and where its value goes.

    `kind`: how it is read (`KINDS`). `into`: the columns of the record or the row that it fills. `codes`: its code
    list under `connectors/codes`. `values`: this register's own codes, in any capitals, before the list; "" is not
    recorded. `separators`: between the values of a list. `of_message`: belongs to the message, so a supplement never
    replaces it.
    """

    name: str
    kind: str
    into: tuple[str, ...] = ()
    codes: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    separators: tuple[str, ...] = ()
    of_message: bool = False


@dataclass(frozen=True)
class Retention:
    """How long what a register delivers is kept; None: as long as the register has it.

    `years`: term of a registration, from the first of the record columns `counts_from` that is recorded. `keeps`: what
    is left after it (`KEEPS`). In nights: `withdrawn_days` how long the versions of a withdrawn registration stay,
    `superseded_days` how long a landed file stays that a newer one replaced, `reports_days` how long feedback reports
    and Data Docs stay.
    """

    years: int | None = None
    counts_from: tuple[str, ...] = ()
    keeps: str = "nothing"
    withdrawn_days: int | None = None
    superseded_days: int | None = None
    reports_days: int | None = None


@dataclass(frozen=True)
class Register:
    """One register's declaration.

    `delivery`: snapshot, snapshot_per_year, snapshot_per_month, mutations or messages. `due_hour`: local hour by
    which a delivery is expected; `late_after_days`: nights without one before the register is called late. `ignored`:
    delivered columns that are not used, with the reason. `refused_columns`: words in a column name that mean another
    layout. `constants`: record columns that are the same for every row. `bounds`: min_age, max_age, min_points,
    min_row_share and max_row_share (rows against the delivery before). `retention`: how long it is kept. `place`: the
    folder or URL that it delivers to, empty where the installation says it. `layout`: what only this register's reader
    needs.
    """

    name: str
    title: str
    folder: str
    file_pattern: re.Pattern[str]
    due_hour: int
    late_after_days: int
    delivery: str
    encoding: str
    columns: tuple[DeliveredColumn, ...]
    ignored: Mapping[str, str]
    bounds: Mapping[str, float]
    delimiter: str = ""
    may_be_empty: bool = True
    retention: Retention = Retention()
    place: str = ""
    refused_columns: tuple[str, ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=dict)

    @property
    def column_names(self) -> tuple[str, ...]:
        """All delivered columns of the agreed layout, used and ignored."""
        return (*(column.name for column in self.columns), *self.ignored)

    def of_kind(self, *kinds: str) -> tuple[DeliveredColumn, ...]:
        """Return the delivered columns that are read in one of these ways, in the declared order."""
        return tuple(column for column in self.columns if column.kind in kinds)

    def column_into(self, record_column: str) -> DeliveredColumn:
        """Return the first delivered column that fills this record column. Raises KeyError when none does."""
        for column in self.columns:
            if record_column in column.into:
                return column
        raise KeyError(f"no column of {self.name} goes into {record_column}")

    def dated(self, file_name: str) -> date | None:
        """Return the date in a file's name, its first day when it covers a month or year; None when the name does not
        fit.
        """
        match = self.file_pattern.fullmatch(file_name)
        if match is None:
            return None
        parts = match.groupdict()
        try:
            return date(int(parts["year"]), int(parts.get("month") or 1), int(parts.get("day") or 1))
        except ValueError:
            return None


@cache
def load_register(name: str) -> Register:
    """Return the declaration of one register. Raises OneLineError when it is not one or its file is wrong."""
    path = Path(__file__).with_name("registers") / f"{name}.toml"
    if name not in REGISTERS:
        raise OneLineError(f"{name!r} is not a register; the registers are {', '.join(REGISTERS)}")
    try:
        return register_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OneLineError(f"registers/{path.name} is not a valid declaration: {error}") from error


def register_from(declared: Mapping[str, Any]) -> Register:
    """Return the register of a parsed declaration. Raises ValueError, naming what is wrong in it."""
    settings = dict(declared)
    columns = tuple(_column(column) for column in settings.pop("column"))
    ignored = {entry["name"]: entry["reason"] for entry in settings.pop("ignored", [])}
    pattern = re.compile(settings.pop("file_pattern"), re.IGNORECASE)
    settings["refused_columns"] = tuple(settings.get("refused_columns", ()))
    settings["retention"] = _retention(settings.get("retention", {}))
    register = Register(columns=columns, ignored=ignored, file_pattern=pattern, **settings)
    _check(register)
    return register


def _column(declared: Mapping[str, Any]) -> DeliveredColumn:
    settings = dict(declared)
    into = settings.pop("into", ())
    values = {key.casefold(): value for key, value in settings.pop("values", {}).items()}
    separators = tuple(settings.pop("separators", ()))
    return DeliveredColumn(
        into=(into,) if isinstance(into, str) else tuple(into), values=values, separators=separators, **settings
    )


def _retention(declared: Mapping[str, Any]) -> Retention:
    settings = dict(declared)
    counts_from = settings.pop("from", ())
    retention = Retention(
        counts_from=(counts_from,) if isinstance(counts_from, str) else tuple(counts_from), **settings
    )
    if unknown := sorted(set(retention.counts_from) - {name for name, kind in TYPES.items() if kind == "date"}):
        raise ValueError(f"retention: no date of the record is called {', '.join(unknown)}")
    if retention.years is not None and not retention.counts_from:
        raise ValueError("retention: a term of years needs the dates that it counts from")
    if retention.keeps not in KEEPS:
        raise ValueError(f"retention: keeps must be one of {', '.join(KEEPS)}")
    return retention


def _check(register: Register) -> None:
    twice = _repeated(register.column_names)
    if twice:
        raise ValueError(f"column declared twice: {', '.join(twice)}")
    # Read as text: what a place may be is known where Airflow is (dags/places.py).
    if not isinstance(register.place, str) or not register.place.isprintable():
        raise ValueError("place must be one line: a folder or a URL")
    if register.delivery not in DELIVERIES:
        raise ValueError(f"delivery must be one of {', '.join(DELIVERIES)}")
    for column in register.columns:
        if column.kind not in KINDS:
            raise ValueError(f"column {column.name}: unknown kind {column.kind}")
        unknown = sorted(set(column.into) - set(TYPES))
        if unknown:
            raise ValueError(f"column {column.name}: no record column {', '.join(unknown)}")
        if KINDS[column.kind] not in (None, len(column.into)):
            raise ValueError(f"column {column.name}: kind {column.kind} fills {KINDS[column.kind]} column(s)")
        if column.kind in ("code", "codes") and not (column.codes or column.values):
            raise ValueError(f"column {column.name}: a code needs a code list")
    if unknown := sorted(set(register.constants) - set(TYPES)):
        raise ValueError(f"constants: no record column {', '.join(unknown)}")


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
