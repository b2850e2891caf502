"""One night of invented persons and registrations as the figures read it: only what a test says, the rest not recorded."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from monitoring.dictionary import NOT_RECORDED, TABLES
from monitoring.export import typed
from monitoring.published_tables import COUNTED_TABLES, PublishedTables

NIGHT = date(2005, 12, 31)
CASES = Path(__file__).with_name("report_cases.tsv")
Rows = list[dict[str, Any]]


def night(persons: Rows, registrations: Rows) -> PublishedTables:
    """Return the tables of a night; keys are numbered where a row has none."""
    rows = {
        "person": [{"person_id": f"P{place:05}", **row} for place, row in enumerate(persons)],
        "registration": [{"record_id": f"R{place:05}", **row} for place, row in enumerate(registrations)],
    }
    tables = {name: table(name, rows.get(name, [])) for name in COUNTED_TABLES}
    return PublishedTables(NIGHT, "sample", True, "model", "code", **tables)


def table(name: str, rows: Rows) -> pd.DataFrame:
    """Return rows in the dictionary's columns and types."""
    declared = TABLES[name]
    whole = [{column: row.get(column, _nothing(column, name)) for column in declared.columns} for row in rows]
    return typed(pd.DataFrame(whole, columns=list(declared.columns), dtype=object), declared)


def counted(person_id: str, **facts: Any) -> dict[str, Any]:
    """Return a person who counts as an actual victim under 18."""
    return {
        "person_id": person_id, "is_counted": True, "victim_status": "actual", "main_group": "prostitution",
        "exploitation_forms": ["prostitution"], "age_band": "16-17", **facts,
    }  # fmt: skip


def report_cases() -> PublishedTables:
    """Return the report's 230 cases as a night: a counted person and one STV registration each."""
    persons, registrations = [], []
    with CASES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
            facts = {name: value or None for name, value in row.items()}
            lists = {
                name: row[name].split("|") if row[name] else [] for name in ("vulnerabilities", "exploitation_forms")
            }
            shared = {
                "country_of_origin": facts["country_of_origin"],
                "residence_status": facts["residence_status"],
                "sex": facts["sex"],
                **lists,
            }
            persons.append(
                counted(
                    row["case"], **shared, main_group=row["main_group"], loverboy=row["loverboy"], age_band=row["age_band"],
                    reporter_kinds=[row["reporter_kind"]], registers=["stv"], is_minor_at_recruitment="yes",
                )
            )  # fmt: skip
            registrations.append(
                {
                    **shared, "person_id": row["case"], "register": "stv", "main_group": row["main_group"],
                    "reported_on": date(int(row["year"]), 6, 1), "reporter_kind": row["reporter_kind"],
                    "persons_in_case": int(row["persons_in_case"]) if row["persons_in_case"] else None,
                }
            )  # fmt: skip
    return night(persons, registrations)


def _nothing(column: str, name: str) -> Any:
    declared = TABLES[name].columns[column]
    if declared.type.endswith("[]"):
        return []
    if declared.type == "boolean":
        return False
    return NOT_RECORDED if NOT_RECORDED in declared.codes else None
