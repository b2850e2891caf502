"""Persons from links: order never matters, and no chain joins what a rule keeps apart."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.persons import form_persons

RECORDS = tuple("abcdef")


def pair(left: str, right: str, weight: float, separated: bool = False) -> dict[str, object]:
    chance = 0.0 if separated else 1 / (1 + 2**-weight)
    left, right = sorted((left, right))
    return {
        "record_id_l": left,
        "record_id_r": right,
        "match_weight": -60.0 if separated else weight,
        "match_probability": chance,
        "is_link": chance >= 0.8,
        "is_separated": separated,
    }


def clusters(rows: list[dict[str, object]], records: tuple[str, ...] = RECORDS) -> set[frozenset[str]]:
    members = form_persons(records, pd.DataFrame(rows, columns=list(pair("a", "b", 1)))).clusters
    return {frozenset(group) for _, group in members.groupby("cluster")["record_id"]}


def test_two_links_make_one_person_of_three_registrations():
    assert frozenset("abc") in clusters([pair("a", "b", 9), pair("b", "c", 9), pair("a", "c", 1)])


def test_a_rule_against_separates_also_through_a_third_record():
    formed = clusters([pair("a", "b", 9), pair("b", "c", 8), pair("a", "c", 0, separated=True)])
    assert frozenset("ab") in formed
    assert frozenset("c") in formed


def test_a_weak_link_does_not_join_two_groups_whose_records_contradict_each_other():
    formed = clusters(
        [pair("a", "b", 12), pair("c", "d", 12), pair("b", "c", 3), pair("a", "c", -8), pair("b", "d", -8)]
    )
    assert {frozenset("ab"), frozenset("cd")} <= formed


def test_a_record_without_links_is_a_person():
    assert clusters([]) == {frozenset(record) for record in RECORDS}


pairs = st.dictionaries(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(lambda key: key[0] < key[1]),
    st.tuples(st.integers(-10, 12).map(float), st.booleans()),
)


@given(pairs, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_rows_never_changes_the_persons(known, random):
    rows = [pair(left, right, weight, apart) for (left, right), (weight, apart) in known.items()]
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert clusters(rows) == clusters(shuffled)


@given(pairs)
@settings(max_examples=200, deadline=None)
def test_separated_records_are_never_one_person(known):
    rows = [pair(left, right, weight, apart) for (left, right), (weight, apart) in known.items()]
    for group in clusters(rows):
        assert not any(apart and left in group and right in group for (left, right), (_, apart) in known.items())
