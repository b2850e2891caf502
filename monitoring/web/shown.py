"""The night whose table is shown, and what is reckoned once for it."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from threading import Lock
from typing import Any

from django.db import connection

# Numbers of the types json and jsonb in PostgreSQL.
JSON_TYPES = (114, 3802)

NIGHTS_KEPT, RESULTS_KEPT = 2, 256
# What is reckoned ahead, with the seconds that each took last.
AHEAD: dict[tuple[Callable[..., Any], tuple[Any, ...]], float] = {}
SHOWN = """
    SELECT night.night, night.origin, night.is_synthetic, night.model_version, night.xmin::text, before.night AS before
    FROM monitoring.night
    LEFT JOIN LATERAL (
      SELECT earlier.night FROM monitoring.night AS earlier
      WHERE earlier.origin = night.origin AND earlier.night < night.night ORDER BY earlier.night DESC LIMIT 1
    ) AS before ON true
    WHERE night.is_published
"""


@dataclass(frozen=True)
class Shown:
    """The published night: its day and origin, whether its data are synthetic, its model, the night before.

    `made_by`: the transaction that published it; the same night worked again has another.
    """

    night: date
    origin: str
    is_synthetic: bool
    model_version: str
    made_by: str
    before: date | None


def shown_night() -> Shown | None:
    """Return the night that is shown, or None before the first one."""
    found = one(SHOWN)
    return Shown(*found.values()) if found else None


class _Reckoned:
    """One result: the lock under which it is reckoned, by one thread while the others wait for it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_there = False
        self.result: Any = None


def once_a_night(reckon: Callable[..., Any]) -> Callable[..., Any]:
    """Reckon something once for the table that is shown; it is asked for with a Shown first. Codes and counts only.

    What is kept is of this process, and goes when other tables are published. The language is part of what is asked.
    """
    kept: OrderedDict[Shown, OrderedDict[tuple[Any, ...], _Reckoned]] = OrderedDict()
    guard = Lock()

    @wraps(reckon)
    def reckoned(shown: Shown, *asked: Any) -> Any:
        with guard:
            # Two nights: a page that began before the switch is still read.
            of_night = kept.setdefault(shown, OrderedDict())
            entry = of_night.setdefault(asked, _Reckoned())
            of_night.move_to_end(asked)
            for held, most in ((kept, NIGHTS_KEPT), (of_night, RESULTS_KEPT)):
                while len(held) > most:
                    held.popitem(last=False)
        with entry.lock:
            if not entry.is_there:
                entry.result, entry.is_there = reckon(shown, *asked), True
        return entry.result

    return reckoned


def reckoned_ahead(*asked: tuple[Any, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `once_a_night`, and reckoned for each of these askings as soon as a night is shown: no reader waits for it."""

    def declared(reckon: Callable[..., Any]) -> Callable[..., Any]:
        reckoned = once_a_night(reckon)
        AHEAD.update(dict.fromkeys(((reckoned, values) for values in asked), 0.0))
        return reckoned

    return declared


def reckon_ahead(shown: Shown) -> None:
    """Reckon what the first readers of a night will ask for: what takes least first, so that few wait for long."""
    for reckoned, values in sorted(AHEAD, key=lambda asked: AHEAD[asked]):
        began = time.monotonic()
        reckoned(shown, *values)
        AHEAD[reckoned, values] = time.monotonic() - began


def rows(query: str, values: Any = ()) -> list[dict[str, Any]]:
    """Return the rows of a query, as mappings by column."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column.name for column in cursor.description]
        as_json = [at for at, column in enumerate(cursor.description) if column.type_code in JSON_TYPES]
        return [dict(zip(names, _read_json(row, as_json), strict=True)) for row in cursor.fetchall()]


def _read_json(row: tuple[Any, ...], at: list[int]) -> Any:
    """Django has the driver leave JSON as it is, for its own fields."""
    return [json.loads(value) if place in at and value else value for place, value in enumerate(row)] if at else row


def rows_as(kind: Callable[..., Any], query: str, values: Any = ()) -> list[Any]:
    """Return the rows of a query, each made by `kind` from its values in their order: for many rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [kind(*row) for row in cursor.fetchall()]


def one(query: str, values: Any = ()) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    found = rows(query, values)
    return found[0] if found else None
