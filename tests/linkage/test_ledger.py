"""Person ids from night to night."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from linkage.identity import keep_person_ids

NONE_BEFORE = pd.DataFrame({"record_id": [], "person_id": []}, dtype=object)


def members(clusters: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"record_id": list(clusters), "cluster": list(clusters.values())})


def before(persons: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"record_id": list(persons), "person_id": list(persons.values())}, dtype=object)


def ids(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["record_id"], found["person_id"], strict=True))


def test_new_persons_get_the_next_numbers():
    found, last = keep_person_ids(members({"a": "a", "b": "a", "c": "c"}), NONE_BEFORE, 41)
    assert ids(found) == {"a": "W-00000042", "b": "W-00000042", "c": "W-00000043"}
    assert last == 43


def test_a_merge_keeps_the_oldest_id():
    known = before({"a": "W-00000007", "b": "W-00000003"})
    found, last = keep_person_ids(members({"a": "a", "b": "a"}), known, 9)
    assert set(ids(found).values()) == {"W-00000003"}
    assert last == 9


def test_a_split_leaves_the_id_with_the_larger_part():
    known = before({"a": "W-00000001", "b": "W-00000001", "c": "W-00000001"})
    found, _ = keep_person_ids(members({"a": "a", "b": "b", "c": "b"}), known, 5)
    assert ids(found) == {"a": "W-00000006", "b": "W-00000001", "c": "W-00000001"}


def test_an_id_that_left_is_not_given_out_again():
    found, _ = keep_person_ids(members({"z": "z"}), before({"a": "W-00000001"}), 1)
    assert ids(found) == {"z": "W-00000002"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcd"), min_size=1))
def test_a_second_night_without_changes_keeps_every_id(clusters):
    first, last = keep_person_ids(members(clusters), NONE_BEFORE, 0)
    second, last_again = keep_person_ids(members(clusters), first[["record_id", "person_id"]], last)
    assert ids(first) == ids(second)
    assert last == last_again
