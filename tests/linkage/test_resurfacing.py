"""What became of a missing child: every outcome, from plain records, persons and pairs."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.explanation import load_words
from linkage.resurfacing import COLUMNS, decide_resurfacing, disappearances, may_be_minor, strongest_paths

PAIR_COLUMNS = ["record_id_l", "record_id_r", "match_weight", "match_probability", "status", "decided_by"]


def members_of(*persons: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [(r["record_id"], f"W-{at}", 0.8) for at, person in enumerate(persons, start=1) for r in person]
    return pd.DataFrame(rows, columns=["record_id", "person_id", "cluster_probability"])


def pair(one: dict[str, Any], other: dict[str, Any], chance: float, status: str = "link") -> tuple[Any, ...]:
    left, right = sorted((one["record_id"], other["record_id"]))
    return left, right, 5.0, chance, status, "model test"


def decided(*persons: list[dict[str, Any]], pairs: list[tuple[Any, ...]] | None = None) -> list[dict[str, Any]]:
    records = records_frame([record for person in persons for record in person])
    found = decide_resurfacing(records, members_of(*persons), pd.DataFrame(pairs or [], columns=PAIR_COLUMNS))
    assert tuple(found.columns) == COLUMNS
    return list(found.to_dict("records"))


@pytest.fixture
def telex(registration):
    return lambda key="T1", born="1988-05-05", **columns: registration(
        "telex", key, born=born, **{"missing_since": "2004-03-01", "missing_status": "open", **columns}
    )


@pytest.fixture
def mob(registration):
    return lambda key="M1", born="1988-05-05", **columns: registration(
        "mob", key, born=born, **{"missing_since": "2004-03-01", "departure_category": "address_check", **columns}
    )


@pytest.fixture
def ikps(registration):
    return lambda on="2004-04-10", key="I1", **columns: registration(
        "ikps", key, born="1984-01-02", encountered_on=on, registered_on="2005-01-20", **columns
    )


OUTCOMES = [
    ("met after", {}, "2004-04-10", "yes", "resurfaced", 40),
    ("met the same day", {}, "2004-03-01", "yes", "same_event", 0),
    ("met before", {}, "2004-02-20", "no", "victim_before", -10),
    ("found before", {"found_on": "2004-03-20", "missing_status": "found"}, "2004-04-10", "no", "found_otherwise", 40),
    (
        "found by that meeting",
        {"found_on": "2004-04-10", "missing_status": "found"},
        "2004-04-10",
        "yes",
        "resurfaced",
        40,
    ),
    (
        "found after that meeting",
        {"found_on": "2004-04-12", "missing_status": "found"},
        "2004-04-10",
        "yes",
        "resurfaced",
        40,
    ),
    ("found, nobody wrote when", {"missing_status": "found"}, "2004-04-10", "yes", "resurfaced", 40),
    ("found and met on the day of disappearance", {"found_on": "2004-03-01"}, "2004-03-01", "yes", "same_event", 0),
]


@pytest.mark.parametrize("register", ["telex", "mob"])
@pytest.mark.parametrize(
    ("columns", "on", "status", "outcome", "days"), [case[1:] for case in OUTCOMES], ids=[case[0] for case in OUTCOMES]
)
def test_outcomes(request, ikps, register, columns, on, status, outcome, days):
    gone = request.getfixturevalue(register)(**columns)
    (row,) = decided([gone, ikps(on)])
    assert (row["status"], row["outcome"], row["days_missing"]) == (status, outcome, days)
    assert (row["missing_since"], row["resurfaced_on"]) == (date(2004, 3, 1), date.fromisoformat(on))
    words = load_words()["outcomes"][outcome]
    assert row["reason"].startswith(words["nl"])
    assert row["reason_en"].startswith(words["en"])


def test_a_find_on_an_unknown_day_is_said(telex, ikps):
    (row,) = decided([telex(missing_status="found"), ikps()])
    assert load_words()["notes"]["found_some_day"]["nl"] in row["reason"]


def test_a_find_by_another_register_is_said_and_leaves_the_status(telex, mob, ikps):
    rows = decided([telex(found_on="2004-03-20", missing_status="found"), mob(), ikps()])
    found = {row["missing_record_id"]: row for row in rows}
    assert found["telex-T1"]["outcome"] == "found_otherwise"
    assert (found["mob-M1"]["status"], found["mob-M1"]["outcome"]) == ("yes", "resurfaced")
    assert load_words()["notes"]["found_elsewhere"]["en"] in found["mob-M1"]["reason_en"]


LEFT_OUT = [
    ("a withdrawn telex", "telex", {"missing_status": "withdrawn"}),
    ("no day of disappearance", "telex", {"missing_since": None}),
    ("a deportation", "mob", {"departure_category": "expulsion"}),
    ("an adult", "telex", {"born": "1980-05-05"}),
    ("an adult by a stated age", "telex", {"born": "", "stated_age": 24, "stated_age_on": "2004-03-01"}),
]


@pytest.mark.parametrize(("register", "columns"), [c[1:] for c in LEFT_OUT], ids=[c[0] for c in LEFT_OUT])
def test_who_is_left_out(request, ikps, register, columns):
    assert decided([request.getfixturevalue(register)(**columns), ikps()]) == []


def test_an_adult_by_one_register_who_may_be_a_minor_by_another_is_not_left_out(telex, registration, ikps):
    school = registration("youth_care", "B1", born="1988-02-02", reported_on="2003-01-01")
    assert [row["status"] for row in decided([telex(born="1980-05-05"), school, ikps()])] == ["yes"]


MINORS = [
    ("seventeen", {"born": "1986-03-02"}, True),
    ("eighteen that day", {"born": "1986-03-01"}, False),
    ("the month only, this month", {"born": "1986-03-00"}, True),
    ("the month only, last month", {"born": "1986-02-00"}, False),
    ("the year only", {"born": "1986"}, True),
    ("a day filled in for an unknown one", {"born": "1986-01-01"}, True),
    ("the year before, filled in", {"born": "1985-07-01"}, False),
    ("about 1984", {"born": "1984", "birth_date_precision": "approximate"}, True),
    ("about 1983", {"born": "1983", "birth_date_precision": "approximate"}, False),
    ("looks nineteen", {"stated_age": 19, "stated_age_on": "2004-03-01"}, True),
    ("looks twenty", {"stated_age": 20, "stated_age_on": "2004-03-01"}, False),
    ("nothing is known", {}, True),
]


@pytest.mark.parametrize(("columns", "minor"), [case[1:] for case in MINORS], ids=[case[0] for case in MINORS])
def test_in_doubt_a_minor(registration, columns, minor):
    assert may_be_minor(registration("telex", "T1", **columns), date(2004, 3, 1)) is minor


def test_youth_care_counts_when_it_names_a_form(telex, registration):
    seen = {"reported_on": "2004-05-01"}
    plain = registration("youth_care", "B1", **seen)
    victim = registration("youth_care", "B2", exploitation_forms=["prostitution"], **seen)
    assert [row["victim_record_id"] for row in decided([telex(), plain, victim])] == ["youth_care-B2"]


DAYS = [
    ({"encountered_on": "2004-04-01", "reported_on": "2004-05-01"}, date(2004, 4, 1), None),
    ({"reported_on": "2004-05-01", "registered_on": "2004-06-01"}, date(2004, 5, 1), "day_of_report"),
    ({"registered_on": "2004-06-01"}, date(2004, 6, 1), "day_of_entry"),
]


@pytest.mark.parametrize(("columns", "day", "note"), DAYS)
def test_the_day_is_that_of_the_encounter_else_of_the_report_and_it_is_said(telex, registration, columns, day, note):
    (row,) = decided([telex(), registration("stv", "V1", **columns)])
    assert row["resurfaced_on"] == day
    said = [name for name in ("day_of_report", "day_of_entry") if load_words()["notes"][name]["nl"] in row["reason"]]
    assert said == ([note] if note else [])


def test_a_child_missing_twice_keeps_both_pairs_and_the_earlier_says_so(telex, ikps):
    first, second = telex("T1", missing_since="2004-01-01"), telex("T2", missing_since="2004-06-01")
    rows = decided([first, second, ikps("2004-06-20")])
    assert [(row["missing_record_id"], row["status"], row["days_missing"]) for row in rows] == [
        ("telex-T1", "yes", 171),
        ("telex-T2", "yes", 19),
    ]
    note = load_words()["notes"]["earlier_episode"]["nl"]
    assert [note in row["reason"] for row in rows] == [True, False]


def test_a_disappearance_that_ended_before_the_next_is_found_otherwise(telex, ikps):
    first = telex("T1", missing_since="2004-01-01", found_on="2004-02-01", missing_status="found")
    second = telex("T2", missing_since="2004-06-01")
    rows = decided([first, second, ikps("2004-06-20")])
    assert [row["outcome"] for row in rows] == ["found_otherwise", "resurfaced"]


def test_two_registers_that_report_one_disappearance_are_one_episode(telex, mob, ikps):
    rows = decided([mob(), telex(missing_since="2004-03-20"), ikps("2004-04-10")])
    assert {row["reason"] for row in rows} == {load_words()["outcomes"]["resurfaced"]["nl"]}


def test_between_two_disappearances_the_encounter_belongs_to_the_first(telex, ikps):
    rows = decided([telex("T1"), telex("T2", missing_since="2004-09-01"), ikps("2004-04-10")])
    assert [(row["missing_record_id"], row["outcome"]) for row in rows] == [
        ("telex-T1", "resurfaced"),
        ("telex-T2", "victim_before"),
    ]
    assert load_words()["notes"]["earlier_episode"]["nl"] not in rows[0]["reason"]


def test_a_later_encounter_says_that_there_was_one_before(telex, ikps):
    rows = decided([telex(), ikps("2004-04-10", "I1"), ikps("2004-09-10", "I2")])
    note = load_words()["notes"]["seen_before"]["nl"]
    assert [(row["status"], note in row["reason"]) for row in rows] == [("yes", False), ("yes", True)]


def test_an_encounter_before_a_reopened_case_says_what_cannot_be_seen(telex, ikps):
    (row,) = decided([telex(episode_count=2), ikps("2004-02-01")])
    assert row["outcome"] == "victim_before"
    assert load_words()["notes"]["reopened"]["nl"] in row["reason"]


def test_the_probability_is_that_of_the_pair_or_of_the_strongest_path(telex, registration, ikps):
    gone, school, met = telex(), registration("youth_care", "B1"), ikps()
    direct = [pair(gone, met, 0.9)]
    (row,) = decided([gone, met], pairs=direct)
    assert row["match_probability"] == 0.9
    through = [pair(gone, met, 0.2), pair(gone, school, 0.99), pair(school, met, 0.85)]
    (row,) = decided([gone, school, met], pairs=through)
    assert row["match_probability"] == 0.85
    assert row["reason"].endswith(load_words()["notes"]["through_others"]["nl"])
    (row,) = decided([gone, school, met], pairs=[pair(gone, met, 0.95), *through[1:]])
    assert row["match_probability"] == 0.95
    (row,) = decided([gone, school, met], pairs=[pair(gone, met, 0.84), *through[1:]])
    assert (row["match_probability"], row["reason"]) == (0.85, load_words()["outcomes"]["resurfaced"]["nl"])


def test_strongest_paths_are_those_of_every_path_laid_beside_each_other():
    links = [("a", "b", 0.9), ("b", "c", 0.8), ("a", "c", 0.3), ("c", "d", 0.7), ("a", "d", 0.75), ("e", "f", 0.6)]
    chance = {**{(a, b): p for a, b, p in links}, **{(b, a): p for a, b, p in links}}
    for one, other in itertools.combinations("abcdef", 2):
        between = [record for record in "abcdef" if record not in (one, other)]
        paths = (
            [one, *middle, other]
            for length in range(len(between) + 1)
            for middle in itertools.permutations(between, length)
        )
        best = max(min(chance.get(step, 0.0) for step in itertools.pairwise(path)) for path in paths)
        assert strongest_paths(links, set("abcdef")).get((one, other), 0.0) == best
    assert set(strongest_paths(links, {"a", "d"})) == {("a", "d")}


def test_a_pair_in_review_is_possible_and_says_that_it_awaits_a_verdict(telex, ikps):
    gone, met = telex(), ikps()
    (row,) = decided([gone], [met], pairs=[pair(gone, met, 0.4, "review")])
    assert (row["status"], row["outcome"], row["match_probability"]) == ("possible", "resurfaced", 0.4)
    assert row["reason"].endswith(load_words()["notes"]["possible"]["nl"])
    assert decided([gone], [met], pairs=[pair(gone, met, 0.05, "no_link")]) == []
    before = ikps("2004-02-01")
    assert decided([gone], [before], pairs=[pair(gone, before, 0.4, "review")]) == []


def test_of_many_pairs_in_review_the_likeliest_are_possible(telex, ikps):
    gone, met = telex(), [ikps(key=f"I{at}") for at in range(8)]
    pairs = [pair(gone, other, 0.1 + at / 100, "review") for at, other in enumerate(met)]
    rows = decided([gone], *([other] for other in met), pairs=pairs)
    assert sorted(row["victim_record_id"] for row in rows) == [f"ikps-I{at}" for at in range(3, 8)]


def test_the_order_of_rows_changes_nothing(telex, mob, ikps, registration):
    person = [
        telex(),
        mob(missing_since="2004-01-01"),
        ikps(),
        ikps("2004-09-01", "I2"),
        registration("stv", "V1", reported_on="2004-08-01"),
    ]
    other = [ikps("2004-05-05", "I3")]
    pairs = [pair(one, two, 0.9) for one, two in itertools.combinations(person, 2)]
    pairs.append(pair(person[0], other[0], 0.4, "review"))
    records, members = records_frame([*person, *other]), members_of(person, other)
    frames = records, members, pd.DataFrame(pairs, columns=PAIR_COLUMNS)
    first = decide_resurfacing(*frames)
    assert len(first) == 7
    for seed in (1, 2, 3):
        shuffled = [frame.sample(frac=1.0, random_state=seed).reset_index(drop=True) for frame in frames]
        pd.testing.assert_frame_equal(decide_resurfacing(*shuffled), first)


def test_nobody_missing_or_no_victim_gives_no_rows(telex, ikps):
    assert decided() == []
    assert decided([telex()]) == []
    assert decided([ikps()]) == []


def test_a_disappearance_tells_when_any_register_has_the_child_found(telex, mob):
    gone = [telex(found_on="2004-03-20", missing_status="found"), mob(), mob("M2", missing_since="2004-06-01")]
    found = disappearances(records_frame(gone), members_of(gone)).set_index("record_id")
    assert found["is_found"].to_dict() == {"telex-T1": True, "mob-M1": True, "mob-M2": False}
    assert found.loc["mob-M1", "found_on"] is None
