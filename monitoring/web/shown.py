"""The night whose table is shown, and what is reckoned once for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any

from django.db import connection

# Numbers of the types json and jsonb in PostgreSQL.
JSON_TYPES = (114, 3802)

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


def once_a_night(reckon: Callable[..., Any]) -> Callable[..., Any]:
    """Reckon something once for the table that is shown; it is asked for with a Shown first. Codes and counts only.

    What is kept is of this process, and goes when another table is published. The language is part of what is asked.
    """
    return wraps(reckon)(lru_cache(maxsize=256)(reckon))


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


def one(query: str, values: Any = ()) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    found = rows(query, values)
    return found[0] if found else None
