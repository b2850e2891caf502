"""A short way to write a registration down in a test: only what it says, the rest is not recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from connectors.records import COLUMN_NAMES, records_frame

Registration = Callable[..., dict[str, Any]]


@pytest.fixture
def registration() -> Registration:
    """Makes one record: register, source key, name, birth date and any other column of the common record."""

    def make(
        register: str, key: str, given: str = "", family: str = "", born: str = "", **columns: Any
    ) -> dict[str, Any]:
        record: dict[str, Any] = dict.fromkeys(COLUMN_NAMES)
        year, month, day = ([int(part) or None for part in born.split("-")] + [None] * 3)[:3] if born else (None,) * 3
        precision = "day" if day else "month" if month else "year" if year else "unknown"
        record |= {
            "record_id": f"{register}-{key}",
            "register": register,
            "source_key": key,
            "given_names": given or None,
            "family_name": family or None,
            "birth_year": year,
            "birth_month": month,
            "birth_day": day,
            "birth_date_precision": precision,
        }
        for name, value in columns.items():
            record[name] = date.fromisoformat(value) if name.endswith(("_on", "_since")) and value else value
        return record

    return make


@pytest.fixture
def as_records() -> Callable[[list[dict[str, Any]]], pd.DataFrame]:
    """Makes a frame of the common record from registrations."""
    return records_frame
