"""Tables of a night made here, without a database: two persons of whom much is known and one of whom nothing is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from monitoring.dictionary import TABLES, Table
from monitoring.export import typed

NIGHT = date(2005, 2, 1)

GIRL = {
    "person_id": "W-00000001", "registers": ["ikps", "stv"], "registration_count": 2, "register_count": 2,
    "is_double_within_register": False, "is_double_across_registers": True, "first_encountered_on": date(2004, 5, 20),
    "last_encountered_on": date(2004, 5, 20), "victim_status": "actual", "is_counted": True,
    "main_group": "both", "exploitation_forms": ["drugs", "prostitution"], "loverboy": "yes",
    "vulnerabilities": ["emotional"], "intent": "not_applicable", "sex": "female", "birth_year": 1989, "age_at_encounter": 15,
    "age_band": "13-15", "is_minor_at_encounter": "yes", "nationality": "NLD|MAR", "country_of_origin": "MAR",
    "residence_status": "none", "at_school": "not_applicable", "complaint_filed": "no", "reporter_kinds": ["police"],
    "episode_count": 1, "link_probability": 0.9912345678, "link_status": "certain", "conflicting_fields": ["birth_date"],
}  # fmt: skip
BOY = {
    "person_id": "W-00000002", "registers": ["mob"], "victim_status": "none", "not_counted_reason": "geen slachtoffer",
    "loverboy": "not_recorded", "sex": "male", "age_band": "16-17", "nationality": "region-eastern-europe",
    "missing_since": date(2004, 12, 1), "missing_registers": ["mob"], "is_mob": True, "guardian_assigned": "no",
    "days_missing": 62, "earlier_history": "purged",
}  # fmt: skip
NOBODY = {"person_id": "W-00000003", "registers": ["telex"]}


def made(table: Table, *rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of a table in the types of an export; what is not given is as empty as the dictionary allows."""
    empty = {}
    for name, column in table.columns.items():
        if column.type.endswith("[]"):
            empty[name] = []
        elif not column.required:
            empty[name] = None
        elif column.codes:
            empty[name] = column.codes[-1]
        else:
            blank = {
                "text": "" if name == "origin" else "x",
                "boolean": False,
                "date": NIGHT,
                "jsonb": {},
                "double precision": 0.5,
            }
            empty[name] = blank.get(column.type, 0)
    full = [[{**empty, **row}[name] for name in table.columns] for row in rows]
    return typed(pd.DataFrame(full, columns=list(table.columns), dtype=object), table)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Every table of the dictionary, most of them empty."""
    found = {name: made(table) for name, table in TABLES.items()}
    found["person"] = made(TABLES["person"], GIRL, BOY, NOBODY)
    found["registration"] = made(
        TABLES["registration"],
        {"record_id": "stv-1", "person_id": "W-00000001", "register": "stv", "nationality": ["NLD", "MAR"]},
        {"record_id": "mob-1", "person_id": "W-00000002", "register": "mob", "birth_date_precision": "unknown"},
    )
    found["link"] = made(
        TABLES["link"],
        {"record_id_l": "mob-1", "record_id_r": "stv-1", "person_id_l": "W-00000002", "person_id_r": "W-00000001",
         "register_l": "mob", "register_r": "stv", "match_probability": 0.01, "levels": {"name": "none; =1+1"}},
    )  # fmt: skip
    found["alert"] = made(TABLES["alert"], {"alert_id": "a", "kind": "register_late", "message_nl": '=1+1, "ja"\nnee'})
    found["night"] = made(TABLES["night"], {"night": NIGHT, "is_synthetic": True, "is_published": True})
    return found


@pytest.fixture
def read_back() -> Callable[..., list[dict[str, Any]]]:
    """Reads an exported CSV strictly by its Table Schema: what a consumer who believes the description would get."""
    return _read


@pytest.fixture
def check_foreign_keys() -> Callable[..., int]:
    return _check_foreign_keys


@pytest.fixture
def rows_of() -> Callable[..., pd.DataFrame]:
    return made


@pytest.fixture
def girl() -> dict[str, Any]:
    return GIRL


KINDS = {
    "string": str,
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "object": json.loads,
}


def _read(content: str, schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows with their values in the schema's types; raises AssertionError or ValueError where a cell breaks it."""
    header, *rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    assert header == [field["name"] for field in schema["fields"]]
    found = [
        {field["name"]: _cell(text, field, schema) for field, text in zip(schema["fields"], row, strict=True)}
        for row in rows
    ]
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in found]
    assert len(set(keys)) == len(keys), "the primary key is not unique"
    assert all(part is not None for key in keys for part in key), "a part of the primary key is empty"
    return found


def _cell(text: str, field: dict[str, Any], schema: dict[str, Any]) -> Any:
    where = field["name"]
    constraints = field.get("constraints", {})
    if text in field.get("missingValues", schema["missingValues"]):
        assert not constraints.get("required"), f"{where} is empty"
        return None
    if field["type"] == "boolean":
        assert text in (*field["trueValues"], *field["falseValues"]), where
        return text in field["trueValues"]
    if "enum" in constraints:
        assert text in constraints["enum"], where
    if "pattern" in constraints:
        assert re.fullmatch(constraints["pattern"], text), where
    value = KINDS[field["type"]](text)
    return value.split(field["item_separator"]) if "item_separator" in field else value


def _check_foreign_keys(package: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> int:
    """How many references were followed; raises AssertionError for one that leads nowhere."""
    followed = 0
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            (column,), (other,) = key["fields"], key["reference"]["fields"]
            known = {row[other] for row in rows[key["reference"]["resource"]]}
            for row in rows[resource["name"]]:
                assert row[column] is None or row[column] in known, (resource["name"], column)
                followed += row[column] is not None
    return followed
