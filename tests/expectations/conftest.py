import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import pytest

from connectors.records import COLUMN_NAMES, records_frame, rows_frame

# A row of each register in which nothing is wrong.
SOUND: Mapping[str, Mapping[str, Any]] = {
    "ikps": {
        "encountered_on": dt.date(2004, 3, 1),
        "registered_on": dt.date(2004, 3, 9),
        "retained_until": dt.date(2006, 3, 9),
        "signal_points": 12,
        "nationality": ["ROU"],
    },
    "stv": {
        "encountered_on": dt.date(2004, 3, 1),
        "reported_on": dt.date(2004, 3, 9),
        "registered_on": dt.date(2004, 3, 9),
        "stated_age": 16,
        "age_at_recruitment": 15,
        "nationality": ["ROU", "MDA"],
        "exploitation_forms": ["prostitution"],
        "main_group": "prostitution",
    },
    "youth_care": {"mutation": "new", "registered_on": dt.date(2004, 3, 9), "heading": "runaway"},
    "telex": {"mutation": "new", "reported_on": dt.date(2004, 3, 9), "missing_since": dt.date(2004, 3, 8)},
    "mob": {
        "v_number": "2401234567",
        "region": "Den Helder",
        "arrived_on": dt.date(2004, 1, 5),
        "departed_on": dt.date(2004, 3, 8),
        "departure_category": "address_check",
        "guardian_assigned": True,
    },
}


def make_row(register: str, number: int = 1, /, **values: Any) -> dict[str, Any]:
    return {
        "record_id": f"{register}-{number:012x}",
        "register": register,
        "source_key": f"key-{number}",
        "row_key": f"key-{number}",
        "file": f"{register}.file",
        "row_number": number,
        "mutation": "snapshot",
        "applies_on": dt.date(2004, 12, 1),
        "applies_order": number,
        "given_names": "Anne",
        "name_prefix": "de",
        "family_name": "Wit",
        "birth_year": 1988,
        "birth_month": 5,
        "birth_day": 17,
        "birth_date_precision": "day",
        "sex": "female",
        "place": "utrecht",
        "problems": [],
        **SOUND[register],
        **values,
    }


def make_rows(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    rows = list(rows)
    names = {name for row in rows for name in row}
    return rows_frame({name: [row.get(name) for row in rows] for name in sorted(names)}, len(rows))


def make_records(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    return records_frame([{name: row[name] for name in row if name in COLUMN_NAMES} for row in rows])


@pytest.fixture(scope="session")
def row_of() -> Callable[..., dict[str, Any]]:
    """A row in which nothing is wrong, but for the values given."""
    return make_row


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Iterable[Mapping[str, Any]]], pd.DataFrame]:
    return make_rows


@pytest.fixture(scope="session")
def records_of() -> Callable[[Iterable[Mapping[str, Any]]], pd.DataFrame]:
    return make_records
