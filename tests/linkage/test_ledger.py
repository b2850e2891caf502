"""Person ids from night to night: who keeps an id, where an old one leads to, and a ledger that tells it all."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.ledger import Ledger, News, enter_night, enter_past_night, events_frame, successors

W1, W2, W3, W6 = (f"W-0000000{number}" for number in (1, 2, 3, 6))


def clusters(*groups: str) -> pd.DataFrame:
    """Groups of records, each record a letter."""
    rows = [(record, min(group)) for group in groups for record in group]
    return pd.DataFrame(rows, columns=["record_id", "cluster"], dtype=object)


def known(last: int = 0, /, **persons: str) -> Ledger:
    """A ledger in which W1="ab" says that a and b belong to the person W-00000001."""
    ledger = Ledger()
    for number, records in persons.items():
        person = f"W-{int(number[1:]):08d}"
        ledger.take(("created", person, None, None, "new_record"))
        for record in records:
            ledger.take(("joined", person, None, record, "new_record"))
    ledger.last_number = max(ledger.last_number, last)
    return ledger


def ids(ledger: Ledger, *groups: str) -> dict[str, str]:
    found, _ = enter_night(ledger, clusters(*groups), News())
    return dict(zip(found["record_id"], found["person_id"], strict=True))


def told(ledger: Ledger, news: News, *groups: str) -> list[tuple]:
    """Kind, person, other person or record, and cause of every event of a night."""
    _, events = enter_night(ledger, clusters(*groups), news)
    return [(kind, person, other or record, cause) for kind, person, other, record, cause in events]


def test_new_persons_get_the_next_numbers_and_the_ledger_says_so():
    ledger = known(41)
    assert told(ledger, News(new=set("abc")), "ab", "c") == [
        ("created", "W-00000042", None, "new_record"),
        ("created", "W-00000043", None, "new_record"),
        ("joined", "W-00000042", "a", "new_record"),
        ("joined", "W-00000042", "b", "new_record"),
        ("joined", "W-00000043", "c", "new_record"),
    ]
    assert ledger.last_number == 43


def test_a_merge_keeps_the_oldest_id_and_the_other_leads_to_it():
    ledger = known(9, W7="a", W3="b")
    assert told(ledger, News(judged={"a"}), "ab") == [
        ("joined", W3, "a", "judgement"),
        ("merged_into", "W-00000007", W3, "judgement"),
    ]
    assert ledger.current("W-00000007") == W3


def test_a_split_leaves_the_id_with_the_larger_part():
    ledger = known(5, W1="abc")
    assert told(ledger, News(corrected={"a"}), "a", "bc") == [
        ("split_from", W6, W1, "correction"),
        ("joined", W6, "a", "correction"),
    ]
    assert ledger.membership == {"a": W6, "b": W1, "c": W1}


def test_of_two_parts_of_one_size_the_one_that_was_there_first_keeps_the_id():
    assert ids(known(1, W1="zy"), "y", "z") == {"z": W1, "y": W2}


def test_a_merge_and_a_split_in_one_night():
    ledger = known(2, W1="ab", W2="cde")
    assert ids(ledger, "a", "bcde") == {"a": W1, "b": W2, "c": W2, "d": W2, "e": W2}
    assert ledger.current(W1) == W1


def test_a_person_without_registrations_retires_and_its_id_is_not_given_out_again():
    ledger = known(1, W1="a")
    assert told(ledger, News(withdrawn={"a"}), "z") == [
        ("created", W2, None, "evidence"),
        ("left", W1, "a", "withdrawal"),
        ("joined", W2, "z", "evidence"),
        ("retired", W1, None, "withdrawal"),
    ]
    assert ledger.current(W1) is None
    assert ledger.current(W2) == W2


def test_a_registration_that_comes_back_brings_its_person_back():
    ledger = known(1, W1="a")
    told(ledger, News(), "z")
    assert [event[:2] for event in told(ledger, News(), "z", "a")] == [("returned", W1), ("joined", W1)]
    assert ledger.current(W1) == W1


def test_a_registration_that_comes_back_after_a_merge_goes_to_the_heir():
    ledger = known(2, W1="ab", W2="cd")
    ids(ledger, "abd")
    assert ledger.current(W2) == W1
    assert ids(ledger, "abd", "c")["c"] == W3


def test_who_returns_does_not_take_an_id_from_who_stayed():
    ledger = known(1, W1="ab")
    ids(ledger, "a")
    assert ids(ledger, "a", "b") == {"a": W1, "b": W2}


def test_a_person_whose_registration_was_purged_is_remembered():
    ledger = known(1, W1="ab")
    told(ledger, News(purged={"a"}), "b")
    assert ledger.purged == {W1}


def test_an_id_cannot_be_given_out_twice():
    with pytest.raises(ValueError, match="given out twice"):
        known(0, W1="a").take(("created", W1, None, None, "new_record"))


def test_the_same_night_again_tells_nothing_new():
    ledger = known(2, W1="ab", W2="c")
    assert told(ledger, News(), "abc") != []
    assert told(ledger, News(), "abc") == []


def test_a_past_night_gives_the_ids_that_its_registrations_came_to_have():
    then, today = known(1, W1="a"), known(3, W1="a", W2="bc", W3="d")
    found, events = enter_past_night(then, today, clusters("a", "b", "d"), News())
    assert dict(zip(found["record_id"], found["person_id"], strict=True)) == {"a": W1, "b": W2, "d": W3}
    assert events == []


def test_a_past_person_that_fell_apart_since_leads_to_who_it_is_today():
    then, today = known(1, W1="a"), known(2, W1="a", W2="bc")
    found, events = enter_past_night(then, today, clusters("a", "b", "c"), News())
    assert dict(zip(found["record_id"], found["person_id"], strict=True)) == {"a": W1, "b": W2, "c": W3}
    assert [event[:3] for event in events] == [("created", W3, None), ("merged_into", W3, W2)]


records = st.sampled_from("abcdefgh")
night = st.dictionaries(records, st.sampled_from("wxyz"))
nights = st.lists(night, min_size=1, max_size=8)


def as_clusters(said: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(said.items()), columns=["record_id", "cluster"], dtype=object)


@given(nights)
def test_whatever_happens_the_ledger_alone_tells_every_night(story):
    ledger, written, published = Ledger(), [], set()
    for said in story:
        found, events = enter_night(ledger, as_clusters(said), News())
        written += events
        of_record = dict(zip(found["record_id"], found["person_id"], strict=True))
        published |= set(of_record.values())
        replayed = Ledger.of_events(events_frame(written))
        # Nobody stands in two persons, and one person stands for one cluster.
        assert len(set(of_record.values())) == len(set(said.values()))
        assert replayed.membership == ledger.membership == of_record
        # Every id ever published leads to somebody who is there, or to nobody at all.
        for person in published:
            assert replayed.current(person) in {None, *of_record.values()}
        assert set(successors(replayed)["person_id"]) == published


@given(night, night)
def test_who_is_in_the_same_group_with_the_same_registrations_keeps_the_id(first, second):
    ledger = Ledger()
    before, _ = enter_night(ledger, as_clusters(first), News())
    after, _ = enter_night(ledger, as_clusters(second), News())

    def groups(found: pd.DataFrame) -> dict[frozenset[str], str]:
        return {frozenset(rows["record_id"]): person for person, rows in found.groupby("person_id")}

    was, now = groups(before), groups(after)
    assert {group: now[group] for group in was.keys() & now.keys()} == {
        group: was[group] for group in was.keys() & now.keys()
    }
