"""Candidates for the children still missing: who gets them, in which order, and what is never left out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.candidates import COLUMNS, MOST_PER_CHILD, rank_candidates, still_missing
from linkage.model import load_model
from linkage.night import link_records
from linkage.resurfacing import decide_resurfacing

PAIR_COLUMNS = [
    "record_id_l", "record_id_r", "match_weight", "match_probability", "status", "decided_by", "explanation_nl",
    "explanation_en",
]  # fmt: skip
BOYFRIEND = "+31600000001"


def pair(one: dict[str, Any], other: dict[str, Any], chance: float, status: str = "no_link", by: str = "model test"):
    left, right = sorted((one["record_id"], other["record_id"]))
    return left, right, 10 * chance, chance, status, by, f"uitleg {chance}", f"words {chance}"


def ranked(*persons: list[dict[str, Any]], pairs: list[tuple[Any, ...]], seed: int | None = None) -> pd.DataFrame:
    records = records_frame([record for person in persons for record in person])
    rows = [(r["record_id"], f"W-{at}", 0.9) for at, person in enumerate(persons, start=1) for r in person]
    members = pd.DataFrame(rows, columns=["record_id", "person_id", "cluster_probability"])
    frames = [records, members, pd.DataFrame(pairs, columns=PAIR_COLUMNS)]
    if seed is not None:
        frames = [frame.sample(frac=1.0, random_state=seed).reset_index(drop=True) for frame in frames]
    found = rank_candidates(*frames, decide_resurfacing(*frames))
    assert tuple(found.columns) == COLUMNS
    return found


@pytest.fixture
def girl(registration):
    return lambda key="T1", **columns: registration(
        "telex", key, born="1989-07-04", **{"missing_since": "2004-03-01", "missing_status": "open", **columns}
    )


@pytest.fixture
def met(registration):
    return lambda key="I1", on="2004-04-10", **columns: registration("ikps", key, encountered_on=on, **columns)


def test_a_weak_candidate_is_ranked_with_its_reason(girl, met):
    gone, one, other = girl(), met("I1"), met("I2")
    found = ranked([gone], [one], [other], pairs=[pair(gone, one, 0.002), pair(gone, other, 0.3, "review")])
    assert found.to_dict("records") == [
        {
            "missing_record_id": "telex-T1", "person_id": "W-1", "rank": 1, "victim_record_id": "ikps-I2",
            "victim_person_id": "W-3", "victim_register": "ikps", "victim_on": other["encountered_on"],
            "days_missing": 40, "match_probability": 0.3, "match_weight": 3.0, "status": "review",
            "shared_contact": False, "reason_nl": "uitleg 0.3", "reason_en": "words 0.3",
        },
        {
            "missing_record_id": "telex-T1", "person_id": "W-1", "rank": 2, "victim_record_id": "ikps-I1",
            "victim_person_id": "W-2", "victim_register": "ikps", "victim_on": one["encountered_on"],
            "days_missing": 40, "match_probability": 0.002, "match_weight": 0.02, "status": "weak",
            "shared_contact": False, "reason_nl": "uitleg 0.002", "reason_en": "words 0.002",
        },
    ]  # fmt: skip


NO_LONGER = [
    ("found", {"found_on": "2004-03-20", "missing_status": "found"}),
    ("found, nobody wrote when", {"missing_status": "found"}),
    ("withdrawn", {"missing_status": "withdrawn"}),
    ("an adult", {"birth_year": 1970}),
]


@pytest.mark.parametrize("columns", [case[1] for case in NO_LONGER], ids=[case[0] for case in NO_LONGER])
def test_who_is_not_missing_any_more_has_no_candidates(girl, met, columns):
    gone, other = girl(**columns), met()
    assert ranked([gone], [other], pairs=[pair(gone, other, 0.3, "review")]).empty


def test_who_resurfaced_for_certain_has_no_candidates_unless_missing_again(girl, met):
    gone, back, other = girl(), met("I1"), met("I2", on="2004-09-01")
    pairs = [pair(gone, back, 0.95, "link"), pair(gone, other, 0.3, "review")]
    assert ranked([gone, back], [other], pairs=pairs).empty
    again = girl("T2", missing_since="2004-06-01")
    pairs += [pair(again, back, 0.95, "link"), pair(again, other, 0.2, "review"), pair(gone, again, 0.99, "link")]
    found = ranked([gone, back, again], [other], pairs=pairs)
    assert found["missing_record_id"].tolist() == ["telex-T2"]


def test_a_find_by_another_register_ends_the_search(girl, registration, met):
    gone, other = girl(), met()
    centre = registration(
        "mob", "M1", missing_since="2004-03-01", departure_category="address_check", found_on="2004-03-20"
    )
    pairs = [pair(gone, centre, 0.99, "link"), pair(gone, other, 0.3, "review")]
    assert ranked([gone, centre], [other], pairs=pairs).empty


def test_registrations_before_the_disappearance_and_those_kept_apart_are_no_candidates(girl, met):
    gone, before, apart = girl(), met("I1", on="2004-02-01"), met("I2")
    pairs = [pair(gone, before, 0.3, "review"), pair(gone, apart, 0.0, by="companions")]
    assert ranked([gone], [before], [apart], pairs=pairs).empty


def test_a_child_that_two_registers_miss_has_each_candidate_once_by_its_best_pair(girl, registration, met):
    gone, other = girl(), met()
    centre = registration("mob", "M1", missing_since="2004-03-02", departure_category="address_check")
    pairs = [pair(gone, centre, 0.99, "link"), pair(gone, other, 0.02), pair(centre, other, 0.2, "review")]
    found = ranked([gone, centre], [other], pairs=pairs)
    assert found[["missing_record_id", "rank", "days_missing"]].to_numpy().tolist() == [["mob-M1", 1, 39]]


SHARED = [
    ("a phone", {"phones": [BOYFRIEND]}),
    ("a plate", {"plates": ["12ABCD"]}),
    ("a contact, whatever his role", {"contacts": ["pimp:tom"]}),
]


@pytest.mark.parametrize("shared", [case[1] for case in SHARED], ids=[case[0] for case in SHARED])
def test_ten_per_child_and_beyond_them_whoever_has_something_in_common(girl, met, shared):
    gone = girl(phones=[BOYFRIEND], plates=["12ABCD"], contacts=["other:tom"])
    likely = [met(f"I{at:02d}") for at in range(13)]
    tied = met("Z1", **shared)
    pairs = [pair(gone, other, 0.05) for other in likely] + [pair(gone, tied, 0.0001)]
    found = ranked([gone], *([other] for other in [*likely, tied]), pairs=pairs)
    assert found["victim_record_id"].tolist() == [*(f"ikps-I{at:02d}" for at in range(MOST_PER_CHILD)), "ikps-Z1"]
    assert found["rank"].tolist() == list(range(1, MOST_PER_CHILD + 2))
    assert found["shared_contact"].tolist() == [False] * MOST_PER_CHILD + [True]


def test_the_order_of_rows_changes_nothing(girl, met):
    gone, again = girl(), girl("T2")
    others = [met(f"I{at}") for at in range(6)]
    pairs = [pair(child, other, 0.05) for child in (gone, again) for other in others]
    persons = [[gone], [again], *([other] for other in others)]
    first = ranked(*persons, pairs=pairs)
    assert len(first) == 12
    for seed in (1, 2, 3):
        pd.testing.assert_frame_equal(ranked(*persons, pairs=pairs, seed=seed), first)


def test_without_records_nobody_is_missing():
    records = records_frame([])
    members = pd.DataFrame({"record_id": [], "person_id": [], "cluster_probability": []}, dtype=object)
    back = decide_resurfacing(records, members, pd.DataFrame(columns=PAIR_COLUMNS))
    assert still_missing(records, members, back).empty


def test_a_number_in_common_is_kept_however_little_else_agrees(girl, registration):
    """A boy by the police's papers, another name, another age: only the boyfriend's telephone (S01)."""
    gone = girl(given_names="Isoken", family_name="Uwaemeka", sex="female", phones=[BOYFRIEND], nationality=["NGA"])
    other = registration(
        "stv", "V1", "Dragan", "Petrovic", "1975-06-22", sex="male", nationality=["SRB"],
        encountered_on="2005-04-17", phones=[BOYFRIEND],
    )  # fmt: skip
    model = load_model()
    night = link_records(records_frame([gone, other]), model)
    (row,) = night.candidates.to_dict("records")
    assert row["match_probability"] < model.thresholds["review_missing"]
    assert (row["status"], row["shared_contact"], row["rank"]) == ("weak", True, 1)
    assert (row["reason_nl"], row["reason_en"]) == tuple(night.pairs.loc[0, ["explanation_nl", "explanation_en"]])
    assert night.resurfacings.empty
