"""The scenarios of the rule book (section 5): every one that the five registers can hold, linked in a night of its own.

Registrations and verdicts stand in `scenarios/*.toml`, for a domain expert to read and extend (`scenarios/README.md`).
What fails tells labels, verdicts and a probability, never a value of a registration.
"""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from connectors.records import IDENTIFYING, records_frame
from linkage.model import load_model
from linkage.night import LinkedNight, link_records

NIGHT = date(2005, 2, 1)
MODEL = load_model()
# S01 to S07, S20 to S45, S50 to S72, and the letters that the rule book gives some of them.
RULE_BOOK = sorted(
    [f"S{number:02d}" for number in (*range(1, 8), *range(20, 46), *range(50, 73))] + ["S01b", "S01c", "S24b", "S30b"]
)


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"scenarios_{name}", Path(__file__).parent / "scenarios" / f"{name}.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reading = _loaded("reading")
BACKDROP = _loaded("backdrop").backdrop()
SCENARIOS = reading.read_scenarios()
VERDICTS = {
    f"{name}: {verdict.told}": (name, verdict) for name, scenario in SCENARIOS.items() for verdict in scenario.verdicts
}


def of_kind(kind: str) -> pytest.MarkDecorator:
    """The verdicts of one kind, by a readable name; the name is all that a test gets, so that no value is printed."""
    cases = [case for case, (_, verdict) in VERDICTS.items() if verdict.kind == kind]
    # Given as ids of their own: pytest numbers long values instead of showing them.
    return pytest.mark.parametrize("case", cases, ids=cases)


@cache
def records_of(scenario: str) -> pd.DataFrame:
    return records_frame([*BACKDROP, *SCENARIOS[scenario].records])


@cache
def night_of(scenario: str) -> LinkedNight:
    return link_records(records_of(scenario), MODEL)


@cache
def persons_of(scenario: str) -> dict[str, str]:
    members = night_of(scenario).members
    return dict(zip(members["record_id"], members["person_id"], strict=True))


@cache
def tables_of(scenario: str) -> dict[str, pd.DataFrame]:
    """The consolidated tables of the persons of one scenario."""
    from monitoring.consolidate import consolidate

    found, person, records = night_of(scenario), persons_of(scenario), records_of(scenario)
    concerned = {person[record_id] for record_id in SCENARIOS[scenario].record_id.values()}
    own = {record_id for record_id, person_id in person.items() if person_id in concerned}
    pairs, back = found.pairs, found.resurfacings
    return consolidate(
        records[records["record_id"].isin(own)].reset_index(drop=True),
        pairs[pairs["record_id_l"].isin(own) & pairs["record_id_r"].isin(own)].reset_index(drop=True),
        found.members[found.members["record_id"].isin(own)].reset_index(drop=True),
        back[back["missing_record_id"].isin(own) & back["victim_record_id"].isin(own)].reset_index(drop=True),
        [],
        NIGHT,
    )


def pair_found(scenario: str, labels: tuple[str, ...]) -> tuple[str, str]:
    """Status of a pair (link when both are one person) and its probability as text, "not compared" without one."""
    ids = {SCENARIOS[scenario].record_id[label] for label in labels}
    pairs = night_of(scenario).pairs
    rows = pairs[pairs["record_id_l"].isin(ids) & pairs["record_id_r"].isin(ids)]
    status = "link" if len({persons_of(scenario)[one] for one in ids}) == 1 else "no_link"
    if rows.empty:
        return status, "below what is kept"
    row = rows.iloc[0]
    return ("review" if row["status"] == "review" else status), f"{row['match_probability']:.4f}"


def tell(case: str, wanted: Any, found: Any, probability: str = "") -> None:
    likely = f", probability {probability}" if probability else ""
    pytest.fail(f"{case}: wanted {wanted}, found {found}{likely}", pytrace=False)


def check_pair(case: str) -> None:
    scenario, verdict = VERDICTS[case]
    status, probability = pair_found(scenario, verdict.labels)
    if status not in verdict.wanted:
        tell(case, " or ".join(verdict.wanted), status, probability)


@of_kind("link")
def test_registrations_of_one_child_are_one_person(case):
    check_pair(case)


@of_kind("review")
def test_what_may_be_one_child_is_offered_to_a_reviewer(case):
    check_pair(case)


@of_kind("link_or_review")
def test_where_the_rule_book_allows_either_a_pair_is_joined_or_offered(case):
    check_pair(case)


@of_kind("no_link")
def test_registrations_of_two_children_are_not_joined(case):
    check_pair(case)


@of_kind("not_offered")
def test_two_children_with_nothing_in_common_but_their_group_are_not_even_offered(case):
    check_pair(case)


@of_kind("alone")
def test_where_no_second_registration_exists_none_is_found(case):
    scenario, verdict = VERDICTS[case]
    (label,) = verdict.labels
    own = SCENARIOS[scenario].record_id[label]
    person, pairs, back = persons_of(scenario), night_of(scenario).pairs, night_of(scenario).resurfacings
    joined = sum(person_id == person[own] for person_id in person.values()) - 1
    concerns = pairs["record_id_l"].eq(own) | pairs["record_id_r"].eq(own)
    offered = pairs.loc[concerns & pairs["status"].eq("review"), "match_probability"]
    seen = back["missing_record_id"].eq(own) | back["victim_record_id"].eq(own)
    if joined or len(offered) or seen.any():
        likely = f"{offered.max():.4f}" if len(offered) else ""
        tell(case, "alone", f"{joined} joined, {len(offered)} offered, {int(seen.sum())} resurfacings", likely)


@of_kind("persons")
def test_a_scenario_has_as_many_persons_as_children(case):
    scenario, verdict = VERDICTS[case]
    found = len({persons_of(scenario)[record_id] for record_id in SCENARIOS[scenario].record_id.values()})
    if found != verdict.wanted:
        tell(case, verdict.wanted, found)


@of_kind("resurfaced")
def test_who_disappeared_and_was_met_as_a_victim_is_told(case):
    scenario, verdict = VERDICTS[case]
    missing, victim = (SCENARIOS[scenario].record_id[label] for label in verdict.labels)
    back = night_of(scenario).resurfacings
    rows = back[back["missing_record_id"].eq(missing) & back["victim_record_id"].eq(victim)]
    found = [(row.status, row.outcome) for row in rows.itertuples()]
    status = verdict.wanted["status"]
    wanted = [(one, verdict.wanted["outcome"]) for one in ([status] if isinstance(status, str) else status)]
    if len(found) != 1 or found[0] not in wanted:
        tell(case, wanted, found, pair_found(scenario, verdict.labels)[1])


@of_kind("not_resurfaced")
def test_who_was_not_met_as_a_victim_has_not_resurfaced(case):
    scenario, verdict = VERDICTS[case]
    back = night_of(scenario).resurfacings
    rows = back[back["missing_record_id"].eq(SCENARIOS[scenario].record_id[verdict.labels[0]])]
    found = sorted(set(rows.loc[rows["status"].isin(["yes", "possible"]), "status"]))
    if found:
        tell(case, "not resurfaced", found, f"{rows['match_probability'].max():.4f}")


@of_kind("table")
def test_the_consolidated_table_says_what_the_counting_rules_want(case):
    scenario, verdict = VERDICTS[case]
    person = persons_of(scenario)[SCENARIOS[scenario].record_id[verdict.labels[0]]]
    row = tables_of(scenario)["person"].set_index("person_id").loc[person]
    found = {column: None if row[column] is pd.NA else row[column] for column in verdict.wanted}
    differing = [column for column, value in verdict.wanted.items() if found[column] != value]
    if differing:
        wanted, seen = (
            {column: "(not shown)" if column in IDENTIFYING else values[column] for column in differing}
            for values in (verdict.wanted, found)
        )
        tell(case, wanted, seen)


@of_kind("alerts")
def test_the_bureau_is_alerted(case):
    scenario, verdict = VERDICTS[case]
    person = persons_of(scenario)[SCENARIOS[scenario].record_id[verdict.labels[0]]]
    alerts = tables_of(scenario)["alert"]
    found = sorted(set(alerts.loc[alerts["person_id"].eq(person), "kind"]))
    if verdict.wanted not in found:
        tell(case, verdict.wanted, found)


@pytest.mark.parametrize("name", SCENARIOS)
def test_nobody_of_the_night_around_it_is_joined_to_a_scenario(name):
    person, own = persons_of(name), set(SCENARIOS[name].record_id.values())
    concerned = {person[record_id] for record_id in own}
    strangers = sum(person_id in concerned and record_id not in own for record_id, person_id in person.items())
    if strangers:
        tell(name, "no stranger", f"{strangers} joined")


def test_every_scenario_of_the_rule_book_is_a_golden_case_or_has_its_reason():
    golden = {scenario.rule_book_id for scenario in SCENARIOS.values()}
    reasons = {entry["id"]: entry["why"] for entry in reading.OUT_OF_REACH}
    assert sorted(golden | set(reasons)) == RULE_BOOK
    assert sorted(golden & set(reasons)) == []
    assert all(len(why) > 40 for why in reasons.values())


IN_ORDER = (
    ("encountered_on", "registered_on"), ("encountered_on", "reported_on"), ("reported_on", "registered_on"),
    ("arrived_on", "departed_on"), ("missing_since", "reported_on"), ("missing_since", "found_on"),
)  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_registration_has_its_days_in_an_order_that_a_register_would_not_deliver(name):
    records = SCENARIOS[name].records
    wrong = [
        f"{record['source_key']}: {first} after {then}"
        for record in records
        for first, then in IN_ORDER
        if record[first] and record[then] and record[first] > record[then]
    ]
    assert wrong == []


def test_the_night_around_a_scenario_has_all_registers_and_always_the_same_registrations():
    registers = pd.Series([record["register"] for record in BACKDROP]).value_counts()
    assert registers.to_dict() == {"youth_care": 75, "telex": 70, "mob": 70, "ikps": 60, "stv": 35}
    assert _loaded("backdrop").backdrop() == BACKDROP
