"""The candidate tables of a night: one row per person from linked registrations, by the rule book (domain.md 4.1 to
4.3).

In: accepted records, pairs, members and resurfacings of the linkage stage, the state of each register. Out: a frame per
table, with exactly the columns of `columns.toml`, sorted by its key. The same input in another order gives the same
tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from monitoring import counting, merging, missing
from monitoring.ages import three_valued
from monitoring.alerts import raise_alerts
from monitoring.certainty import link_facts
from monitoring.dictionary import TABLES

FLAGS = ("loverboy", "complaint_filed", "unaccompanied", "guardian_assigned", "reported_missing")


def consolidate(
    records: pd.DataFrame,
    pairs: pd.DataFrame,
    members: pd.DataFrame,
    resurfacings: pd.DataFrame,
    register_states: Iterable[Mapping[str, Any]],
    night: date,
    findings: pd.DataFrame | None = None,
    completeness: pd.DataFrame | None = None,
    candidates: pd.DataFrame | None = None,
    judgements: pd.DataFrame | None = None,
    purged_persons: Collection[str] = frozenset(),
    facts: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the candidate tables person, registration, link, resurfacing, candidate, alert, completeness, judgement.

    `records`: the common record. `pairs`, `members`, `resurfacings`, `candidates`: as the linkage stage gives them.
    `register_states`: one mapping per register with register, status, age_days and newest_delivery. `findings`:
    connectors.reading.FINDING_COLUMNS. `completeness`: expectations.whole.COMPLETENESS_COLUMNS. `judgements`: the
    state of each verdict (linkage.judgements.states) with judged_night. `purged_persons`: ids that once held a
    registration that was purged. `facts`: coded facts that are kept of such registrations, in the columns of the common
    record; they count with their persons. Raises ValueError when a record is in no person or in more than one.
    """
    judgements = _columns_of("judgement") if judgements is None else judgements
    purged = set() if facts is None else set(facts["record_id"])
    records = _with_persons(pd.concat([records, facts], ignore_index=True) if purged else records, members)
    register = records.set_index("record_id")["register"]
    person = records.set_index("record_id")["person_id"]
    linked = _link_table(pairs, register, person)
    seen = _resurfacing_table(resurfacings, register, person)
    tables = {
        "person": _person_table(records, linked, members, seen, night, purged_persons),
        "registration": _registration_table(records, purged),
        "link": linked,
        "resurfacing": seen,
        "candidate": _columns_of("candidate") if candidates is None else candidates,
        "alert": raise_alerts(records, seen, register_states, night, findings, judgements),
        "completeness": _columns_of("completeness") if completeness is None else completeness,
        "judgement": judgements,
    }
    return {
        name: _finished(table.assign(night=night), name).sort_values(list(TABLES[name].key), ignore_index=True)
        for name, table in tables.items()
    }


def _columns_of(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(TABLES[name].columns), dtype=object)


def _with_persons(records: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    if records["record_id"].duplicated().any() or members["record_id"].duplicated().any():
        raise ValueError("a registration stands in the records or in the persons more than once")
    joined = records.merge(members[["record_id", "person_id"]], on="record_id", how="left")
    if joined["person_id"].isna().any() or len(members) != len(records):
        raise ValueError("registrations and persons do not cover each other")
    return joined.sort_values("record_id", ignore_index=True)


def _person_table(
    records: pd.DataFrame,
    links: pd.DataFrame,
    members: pd.DataFrame,
    resurfacings: pd.DataFrame,
    night: date,
    purged_persons: Collection[str],
) -> pd.DataFrame:
    persons = pd.Index(sorted(records["person_id"].unique()), name="person_id", dtype=object)
    today = np.datetime64(night, "D")
    table = pd.concat(
        [
            _registrations_per_person(records, persons),
            counting.victim_status(records, persons),
            merging.chosen_values(records, persons),
            missing.missing_and_resurfaced(records, resurfacings, persons, today),
            link_facts(records, links, members, persons),
        ],
        axis=1,
    )
    for field, moments in counting.MOMENTS.items():
        table[f"first_{field}"], table[f"last_{field}"] = counting.first_and_last(records, moments, persons)
    for field, column in (("exploitation_forms", "exploitation_forms"), ("vulnerabilities", "vulnerabilities")):
        table[column] = merging.united_lists(records, field, persons)
    table["reporter_kinds"] = merging.united_lists(records, "reporter_kind", persons)
    for flag in ("loverboy", "complaint_filed", "guardian_assigned", "reported_missing"):
        table[flag] = merging.any_yes(records, flag, persons)
    table["conflicting_fields"] = merging.conflicting_fields(records, persons)
    table["main_group"] = counting.main_group(table["exploitation_forms"])
    table["episode_count"] = missing.episode_counts(records, persons)
    table = table.join(counting.ages_and_minority(records, table, today))
    table["is_ama"] = missing.is_ama(records, table["is_minor_when_missing"], persons)
    table["is_minor_at_recruitment"] = counting.minor_at_recruitment(table)
    table["not_counted_reason"] = counting.not_counted_reason(table)
    table["is_counted"] = table["not_counted_reason"].isna()
    # Never "first contact": whoever came before the registers' terms is not known any more (S64).
    table["earlier_history"] = np.where(table.index.isin(set(purged_persons)), "purged", "unknown")
    return table.reset_index()


def _registrations_per_person(records: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    by_person = records.groupby("person_id")
    count, registers = by_person.size().reindex(persons), by_person["register"].nunique().reindex(persons)
    most = records.groupby(["person_id", "register"]).size().groupby("person_id").max().reindex(persons)
    return pd.DataFrame(
        {
            "registers": merging.united_lists(records, "register", persons),
            "registration_count": count.astype("Int64"),
            "register_count": registers.astype("Int64"),
            "is_double_within_register": most > 1,
            "is_double_across_registers": registers > 1,
        },
        index=persons,
    )


def _registration_table(records: pd.DataFrame, purged: Collection[str]) -> pd.DataFrame:
    flags = {}
    for flag in FLAGS:
        said = records[flag].astype("boolean")
        yes = said.fillna(False).to_numpy(dtype=bool)
        flags[flag] = three_valued(yes, said.notna().to_numpy(dtype=bool), records.index)
    forms = records["exploitation_forms"]
    return records.assign(**flags, main_group=counting.main_group(forms), is_purged=records["record_id"].isin(purged))


def _link_table(pairs: pd.DataFrame, register: pd.Series, person: pd.Series) -> pd.DataFrame:
    sides = {}
    for side in ("l", "r"):
        sides[f"register_{side}"] = pairs[f"record_id_{side}"].map(register)
        sides[f"person_id_{side}"] = pairs[f"record_id_{side}"].map(person)
    return pairs.assign(**sides)


def _resurfacing_table(resurfacings: pd.DataFrame, register: pd.Series, person: pd.Series) -> pd.DataFrame:
    return resurfacings.assign(
        missing_register=resurfacings["missing_record_id"].map(register),
        victim_register=resurfacings["victim_record_id"].map(register),
        victim_person_id=resurfacings["victim_record_id"].map(person),
    )


def _finished(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The columns of the dictionary in their order and types; not recorded is null, of a list an empty list."""
    columns = TABLES[name].columns
    finished = table[list(columns)].copy()
    for column, declared in columns.items():
        values = finished[column]
        if declared.type in ("integer", "bigint"):
            finished[column] = pd.to_numeric(values, errors="coerce").astype("Int64")
        elif declared.type == "double precision":
            finished[column] = values.astype(float)
        elif declared.type == "boolean":
            finished[column] = values.astype(bool)
        elif not declared.type.endswith("[]"):
            finished[column] = values.astype(object).where(values.notna(), None)
    return finished
