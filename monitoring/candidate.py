"""May a candidate be published? Every record in exactly one person, the sums add up, no column that is not in the
dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from connectors.installation import OneLineError
from connectors.records import IDENTIFYING
from linkage.ledger import number_of
from monitoring.dictionary import CANDIDATE_TABLES, TABLES

# A year alone is no birth date; design section 5 lists it.
ALLOWED_OF_IDENTIFYING = {"person": {"birth_year"}}


def check_candidate(
    tables: Mapping[str, pd.DataFrame],
    records: pd.DataFrame,
    manifest: Mapping[str, Any],
    night: date,
    last_person_number: int,
) -> None:
    """Raise OneLineError, naming the rule that is broken, when the candidate may not replace the published table."""
    for rule in (
        _columns(tables),
        _keys(tables),
        _registrations(tables, records),
        _persons(tables),
        _registers(records, manifest),
        _night(tables, manifest, night),
        _numbers(tables["person"]["person_id"], last_person_number),
    ):
        if rule:
            raise OneLineError(f"the table of {night.isoformat()} is not published: {rule}; the last table stands")


def _columns(tables: Mapping[str, pd.DataFrame]) -> str | None:
    for name in CANDIDATE_TABLES:
        if name not in tables or tuple(tables[name].columns) != TABLES[name].column_names:
            return f"the columns of {name} are not those of the dictionary"
        if set(tables[name].columns) & set(IDENTIFYING) - ALLOWED_OF_IDENTIFYING.get(name, set()):
            return f"{name} has an identifying column"
    return None


def _keys(tables: Mapping[str, pd.DataFrame]) -> str | None:
    for name in CANDIDATE_TABLES:
        if tables[name].duplicated(list(TABLES[name].key)).any():
            return f"{name} holds a key twice"
    return None


def _registrations(tables: Mapping[str, pd.DataFrame], records: pd.DataFrame) -> str | None:
    registrations = tables["registration"]
    registrations = registrations[~registrations["is_purged"].astype(bool)]
    if len(registrations) != len(records) or set(registrations["record_id"]) != set(records["record_id"]):
        return "the registrations are not the accepted records, each once"
    if set(tables["registration"]["person_id"]) != set(tables["person"]["person_id"]):
        return "a registration has no person, or a person no registration"
    return None


def _persons(tables: Mapping[str, pd.DataFrame]) -> str | None:
    counted = tables["registration"].groupby("person_id").size()
    said = tables["person"].set_index("person_id")["registration_count"].astype(int)
    if not counted.reindex(said.index).fillna(0).astype(int).equals(said):
        return "the registrations of the persons do not add up to the records"
    return None


def _registers(records: pd.DataFrame, manifest: Mapping[str, Any]) -> str | None:
    counted = records["register"].value_counts().to_dict()
    for register, state in manifest["registers"].items():
        if "registrations" in state and int(state["registrations"]) != int(counted.get(register, 0)):
            return f"the registrations of {register} are not those that were accepted"
    return None


def _night(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], night: date) -> str | None:
    if str(manifest["night"]) != night.isoformat():
        return "the manifest is of another night"
    if any(set(tables[name]["night"]) - {night} for name in CANDIDATE_TABLES):
        return "a row is of another night"
    return None


def _numbers(person_ids: pd.Series, last_person_number: int) -> str | None:
    if person_ids.map(number_of).max() > last_person_number:
        return "a person has a number that was not given out"
    return None
