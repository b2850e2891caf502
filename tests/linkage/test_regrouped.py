"""Persons at another threshold or drawn at random: verdicts and rules hold in each, and the night's own come back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import records_frame
from linkage.judgements import Judgements
from linkage.model import load_model
from linkage.night import LinkedNight, link_records
from linkage.persons import form_persons
from linkage.regrouped import PublishedPairs, persons_at, sampled_persons

LINKED_FROM = 0.75
REVIEWED = "oordeel 1 (lezer)"


def registrations(persons: dict[str, str], purged: str = "") -> pd.DataFrame:
    """Registrations and the person each was published with."""
    rows = [(record, person, record in purged) for record, person in persons.items()]
    return pd.DataFrame(rows, columns=["record_id", "person_id", "is_purged"])


def links(persons: dict[str, str], *rows: tuple[str, str, float] | tuple[str, str, float, str]) -> pd.DataFrame:
    """Published pairs: left, right, probability and, where it is not the model, what decided."""
    found = []
    for left, right, chance, *rule in rows:
        weight = -60.0 if chance == 0 else float(np.log2(chance / (1 - chance)))
        found.append((left, right, persons[left], persons[right], weight, chance, *(rule or ["model"])))
    columns = ["record_id_l", "record_id_r", "person_id_l", "person_id_r", "match_weight", "match_probability"]
    return pd.DataFrame(found, columns=[*columns, "decided_by"]).astype({"match_probability": "Float64"})


def verdicts(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> pd.DataFrame:
    """Verdicts of reviewers: left, right, verdict, and a state other than in force."""
    found = [
        (number, left, right, verdict, *(state or ["in_force"]))
        for number, (left, right, verdict, *state) in enumerate(rows, start=1)
    ]
    return pd.DataFrame(found, columns=["judgement_id", "record_id_l", "record_id_r", "verdict", "state"])


def published(persons: dict[str, str], *pairs, said=(), purged: str = "") -> PublishedPairs:
    return PublishedPairs.of_night(
        registrations(persons, purged), links(persons, *pairs), verdicts(*said), linked_from=LINKED_FROM
    )


def parts(grouped: pd.Series) -> list[str]:
    """The persons as words of their registrations: "abc" is one person of three."""
    return sorted("".join(sorted(group.index)) for _, group in grouped.groupby(grouped))


# Of `abc` a and b are one person in the published table; c may be joined under the night's own threshold.
APART = dict(zip("abcd", "1234", strict=True))
TOGETHER = dict(zip("abcd", "1112", strict=True))
TWO_AND_ONE = dict(zip("abcd", "1123", strict=True))


def test_a_pair_is_a_link_from_its_own_probability_on():
    pairs = published(APART, ("a", "b", 0.6))
    assert parts(persons_at(pairs, 0.6)) == ["ab", "c", "d"]
    assert parts(persons_at(pairs, 0.61)) == ["a", "b", "c", "d"]


def test_a_person_is_named_by_its_smallest_registration():
    assert persons_at(published(TOGETHER, ("b", "c", 0.9)), 0.75).to_dict() == {"a": "a", "b": "b", "c": "b", "d": "d"}


def test_what_a_rule_separates_is_one_person_at_no_threshold_and_in_no_draw():
    pairs = published(TWO_AND_ONE, ("a", "b", 0.99), ("b", "c", 0.7), ("a", "c", 0.0, "two_places_one_day"))
    assert parts(persons_at(published(TWO_AND_ONE, ("a", "b", 0.99), ("b", "c", 0.7)), 0.5)) == ["abc", "d"]
    assert "abc" not in {group for threshold in (0.0, 0.5, 0.99) for group in parts(persons_at(pairs, threshold))}
    assert "abc" not in {group for seed in range(50) for group in parts(sampled_persons(pairs, seed))}


def test_a_rule_still_separates_where_a_verdict_on_the_persons_hides_its_name():
    pairs = published(TWO_AND_ONE, ("a", "b", 0.99), ("b", "c", 0.74), ("a", "c", 0.0, REVIEWED))
    assert parts(persons_at(pairs, 0.5)) == ["ab", "c", "d"]


def test_different_holds_at_every_threshold_and_in_every_draw_also_through_a_third():
    rows = [("a", "b", 0.999), ("b", "c", 0.74), ("a", "c", 0.74)]
    pairs = published(TWO_AND_ONE, *rows, said=[("a", "c", "different")])
    assert parts(persons_at(published(TWO_AND_ONE, *rows), 0.5)) == ["abc", "d"]
    for grouped in (
        *(persons_at(pairs, at) for at in (0.0, 0.5, 0.9)),
        *(sampled_persons(pairs, s) for s in range(20)),
    ):
        assert grouped["a"] != grouped["c"]


def test_same_holds_at_every_threshold_and_in_every_draw_also_against_a_rule():
    pairs = published(TOGETHER, ("a", "b", 0.0, REVIEWED), said=[("a", "b", "same")])
    for grouped in (persons_at(pairs, 0.5), persons_at(pairs, 1.0), *(sampled_persons(pairs, s) for s in range(20))):
        assert grouped["a"] == grouped["b"]


def test_a_verdict_that_waits_or_says_unsure_decides_nothing():
    pairs = published(APART, ("a", "b", 0.5), said=[("a", "b", "same", "waiting"), ("c", "d", "unsure")])
    assert parts(persons_at(pairs, 0.6)) == ["a", "b", "c", "d"]


def test_a_link_that_the_night_refused_stays_refused():
    # The night also knew a-d and b-d as impossible, so unlikely that they are not published.
    persons = dict(zip("abcd", "1122", strict=True))
    pairs = published(persons, ("a", "b", 0.999), ("c", "d", 0.999), ("b", "c", 0.99))
    assert parts(persons_at(pairs, LINKED_FROM)) == ["ab", "cd"]
    assert parts(persons_at(pairs, 0.5)) == ["ab", "cd"]


def test_coded_facts_stay_with_the_larger_part_of_their_person():
    persons = dict(zip("abcde", "11111", strict=True))
    pairs = published(persons, ("b", "c", 0.999), ("c", "d", 0.9), purged="ae")
    assert parts(persons_at(pairs, 0.99)) == ["abce", "d"]
    assert persons_at(pairs, 0.99)["b"] == "a"


def test_coded_facts_never_keep_their_person_from_its_other_registrations():
    persons = dict(zip("abcdef", "111111", strict=True))
    pairs = published(persons, ("e", "f", 0.8), purged="abcd")
    assert parts(persons_at(pairs, LINKED_FROM)) == ["abcdef"]


def test_coded_facts_of_one_person_stay_together_when_nothing_else_is_left():
    pairs = published(TOGETHER, purged="abc")
    assert parts(persons_at(pairs, 0.5)) == ["abc", "d"]
    assert parts(sampled_persons(pairs, 1)) == ["abc", "d"]


def test_a_pair_is_joined_in_about_so_many_draws_as_its_probability_says():
    pairs = published(APART, ("a", "b", 0.3), ("c", "d", 0.9))
    drawn = [sampled_persons(pairs, seed) for seed in range(400)]
    assert 95 <= sum(grouped["a"] == grouped["b"] for grouped in drawn) <= 145
    assert 340 <= sum(grouped["c"] == grouped["d"] for grouped in drawn) <= 380


def test_two_groups_are_joined_by_what_all_their_pairs_say():
    # 0 bits between b and c; a and c were never compared, which counts one bit against: one to two.
    pairs = published(TOGETHER, ("a", "b", 1.0 - 1e-12), ("b", "c", 0.5))
    joined = sum(len(set(sampled_persons(pairs, seed)[["a", "b", "c"]])) == 1 for seed in range(400))
    assert 105 <= joined <= 162


def test_two_groups_are_asked_about_once_however_many_pairs_they_have():
    pairs = published(TOGETHER, ("a", "b", 1.0 - 1e-12), ("a", "c", 0.5), ("b", "c", 0.5))
    joined = sum(len(set(sampled_persons(pairs, seed)[["a", "b", "c"]])) == 1 for seed in range(400))
    assert 170 <= joined <= 230


def test_the_same_seed_draws_the_same_and_another_one_another():
    pairs = published(APART, ("a", "b", 0.5), ("b", "c", 0.5), ("c", "d", 0.5))
    drawn = [tuple(sampled_persons(pairs, seed)) for seed in range(20)]
    assert drawn == [tuple(sampled_persons(pairs, seed)) for seed in range(20)]
    assert len(set(drawn)) > 3


def test_without_any_registration_there_are_no_persons():
    pairs = published({})
    assert len(persons_at(pairs, 0.5)) == 0 and len(sampled_persons(pairs, 1)) == 0


def test_a_pair_of_a_registration_that_is_not_compared_any_more_is_passed_over():
    pairs = published({"a": "1", "b": "2", "z": "2"}, ("a", "b", 0.5), ("a", "z", 0.9), purged="z")
    assert parts(persons_at(pairs, 0.8)) == ["a", "bz"]


def girl(number: int, register: str, given: str, **more) -> dict[str, object]:
    born = {"birth_year": 1989, "birth_month": 1 + number % 9, "birth_day": 4, "birth_date_precision": "day"}
    return {
        "record_id": f"{register}-{number}", "register": register, "source_key": str(number), "given_names": given,
        "family_name": "Uwaemeka", "sex": "female", "nationality": ["NGA"], "encountered_on": date(2004, 11, 1),
        **born, **more,
    }  # fmt: skip


def linked_sample() -> LinkedNight:
    names = ("Isoken", "Isokenn", "Blessing", "Blesing", "Joy", "Mercy", "Isoke", "Bless")
    records = [girl(number // 2, ("ikps", "stv", "telex")[number % 3], name) for number, name in enumerate(names)]
    return link_records(records_frame(records), load_model(), judgements=Judgements())


def test_at_the_models_threshold_the_linked_persons_of_a_night_come_back():
    night = linked_sample()
    person = night.members.set_index("record_id")["person_id"]
    pairs = night.pairs.assign(
        person_id_l=person.reindex(night.pairs["record_id_l"]).to_numpy(),
        person_id_r=person.reindex(night.pairs["record_id_r"]).to_numpy(),
    )
    registration = pd.DataFrame({"record_id": person.index, "person_id": person.to_numpy(), "is_purged": False})
    grouped = persons_at(PublishedPairs.of_night(registration, pairs, verdicts()), load_model().thresholds["link"])
    assert parts(grouped) == sorted("".join(sorted(group.index)) for _, group in person.groupby(person))
    assert 1 < grouped.nunique() < len(grouped)


RECORDS = tuple("abcdef")
known_pairs = st.dictionaries(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(lambda key: key[0] < key[1]),
    st.sampled_from([0.0, 0.01, 0.3, 0.5, 0.8, 0.95, 0.999]),
    max_size=15,
)


def a_night(known: dict[tuple[str, str], float], said=()) -> tuple[dict[str, str], list[tuple[str, str, float]]]:
    """The persons that a night would form of these pairs, and its published pairs: those under 0.02 are left out."""
    rows = [(left, right, chance) for (left, right), chance in known.items()]
    pairs = links(APART | {"e": "5", "f": "6"}, *rows)
    pairs = pairs.assign(
        is_link=pairs["match_probability"].ge(LINKED_FROM), is_separated=pairs["match_probability"].eq(0.0)
    )
    judged = PublishedPairs.of_night(registrations(dict.fromkeys(RECORDS, "1")), pairs, verdicts(*said), 0.75).judged
    persons = form_persons(RECORDS, pairs, judged).clusters.set_index("record_id")["cluster"].to_dict()
    return persons, [row for row in rows if row[2] > 0.02 or row[2] == 0.0 or persons[row[0]] == persons[row[1]]]


@given(known_pairs, st.sampled_from(["same", "different"]), st.sampled_from([0.5, 0.75, 0.9, 0.99]))
@settings(max_examples=80, deadline=None)
def test_the_nights_persons_come_back_and_a_higher_threshold_only_splits_them(known, verdict, threshold):
    said = [("a", "f", verdict)]
    persons, rows = a_night(known, said)
    pairs = published(persons, *rows, said=said)
    assert persons_at(pairs, LINKED_FROM).to_dict() == persons
    grouped = persons_at(pairs, threshold)
    if threshold >= LINKED_FROM:
        assert all(len({persons[record] for record in group.index}) == 1 for _, group in grouped.groupby(grouped))


@given(known_pairs, st.randoms(use_true_random=False), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_never_changes_persons_or_draws(known, random, seed):
    persons, rows = a_night(known)
    shuffled, others = list(rows), list(persons.items())
    random.shuffle(shuffled)
    random.shuffle(others)
    one, other = published(persons, *rows), published(dict(others), *shuffled)
    assert persons_at(one, 0.5).equals(persons_at(other, 0.5))
    assert sampled_persons(one, seed).equals(sampled_persons(other, seed))


@given(known_pairs, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_no_chain_ever_joins_what_a_rule_separates(known, seed):
    persons, rows = a_night(known)
    pairs = published(persons, *rows)
    for grouped in (persons_at(pairs, 0.01), persons_at(pairs, 0.75), sampled_persons(pairs, seed)):
        assert not [1 for left, right, chance in rows if chance == 0 and grouped[left] == grouped[right]]
