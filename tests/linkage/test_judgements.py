"""What reviewers judged, seen from the persons of a night: kept apart, joined, not asked again, and told when it clashes."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.judgements import COLUMNS, NONE, Judgements
from linkage.model import load_model
from linkage.night import LinkedNight, link_records

BOYFRIEND = "+31600000001"
WORDS = {
    "nl": {
        "same": "Een beoordelaar zei: dezelfde persoon.",
        "different": "Een beoordelaar zei: verschillende personen.",
        "unsure": "Een beoordelaar zei: niet te zeggen.",
    },
    "en": {
        "same": "A reviewer said: the same person.",
        "different": "A reviewer said: different persons.",
        "unsure": "A reviewer said: it cannot be said.",
    },
}


def judged(*verdicts: tuple[str, str, str], stale: tuple[int, ...] = ()) -> Judgements:
    """The verdicts 1, 2 ... in the order given, each two record ids and what was said of them."""
    rows = [
        (number, left, right, verdict, "Reviewer One", number in stale)
        for number, (left, right, verdict) in enumerate(verdicts, start=1)
    ]
    return Judgements.of_frame(pd.DataFrame(rows, columns=list(COLUMNS)))


def linked(records: list[dict[str, Any]], judgements: Judgements = NONE) -> LinkedNight:
    return link_records(records_frame(records), load_model(), judgements=judgements)


def persons(night: LinkedNight) -> set[frozenset[str]]:
    return {frozenset(rows) for _, rows in night.members.groupby("person_id")["record_id"]}


def pair_of(night: LinkedNight, one: str, other: str) -> dict[str, Any]:
    left, right = sorted((one, other))
    pairs = night.pairs
    (row,) = pairs[pairs["record_id_l"].eq(left) & pairs["record_id_r"].eq(right)].to_dict("records")
    return row


@pytest.fixture
def girl(registration):
    """One girl as any register writes her down, so that the model is certain of it."""
    return lambda register, key: registration(
        register, key, "Isoken", "Uwaemeka", "1989-07-04", sex="female", nationality=["NGA"], phones=[BOYFRIEND]
    )


@pytest.fixture
def other_girl(registration):
    return lambda register, key: registration(
        register, key, "Mirela", "Stoica", "1991-02-13", sex="female", nationality=["ROU"], phones=["+31600000002"]
    )


A, B, C = "ikps-A", "stv-B", "youth_care-C"


@pytest.fixture
def three(girl):
    return [girl("ikps", "A"), girl("stv", "B"), girl("youth_care", "C")]


def test_without_a_verdict_the_three_are_one_person(three):
    assert persons(linked(three)) == {frozenset({A, B, C})}


def test_different_keeps_two_registrations_apart_though_the_model_is_certain(three):
    night = linked(three[:2], judged((A, B, "different")))
    assert persons(night) == {frozenset({A}), frozenset({B})}
    row = pair_of(night, A, B)
    assert row["match_probability"] > 0.99
    assert (row["status"], row["decided_by"]) == ("no_link", "oordeel 1 (Reviewer One)")


def test_different_holds_against_a_chain_through_a_third_registration(three):
    found = persons(linked(three, judged((A, C, "different"))))
    assert not any({A, C} <= group for group in found)
    assert len(found) == 2


def test_different_of_one_pair_keeps_whole_persons_apart_and_nothing_between_them_is_asked(girl):
    ours = [girl("ikps", "A"), girl("stv", "B")]
    theirs = [girl("youth_care", "C"), girl("telex", "D")]
    verdicts = judged((A, B, "same"), (C, "telex-D", "same"), (A, C, "different"))
    night = linked(ours + theirs, verdicts)
    assert persons(night) == {frozenset({A, B}), frozenset({C, "telex-D"})}
    assert not night.pairs["status"].eq("review").any()
    # A pair that nobody judged itself says whose verdict keeps it apart.
    row = pair_of(night, B, "telex-D")
    assert (row["status"], row["decided_by"]) == ("no_link", "oordeel 3 (Reviewer One)")


def test_same_joins_what_has_nothing_in_common(girl, other_girl):
    records = [girl("ikps", "A"), other_girl("stv", "B")]
    assert len(persons(linked(records))) == 2
    night = linked(records, judged((A, B, "same")))
    assert persons(night) == {frozenset({A, B})}
    row = pair_of(night, A, B)
    assert (row["status"], row["certainty"], row["decided_by"]) == ("link", "certain", "oordeel 1 (Reviewer One)")


def test_same_joins_against_a_rule_of_knowledge(registration):
    rows = [
        registration("mob", key, given, "Singh", "1989-05-05", missing_since="2005-01-11", place="Ter Apel")
        for key, given in (("A", "Ranjit"), ("B", "Harpal"))
    ]
    assert pair_of(linked(rows), "mob-A", "mob-B")["decided_by"] == "two_departures_one_day"
    assert persons(linked(rows, judged(("mob-A", "mob-B", "same")))) == {frozenset({"mob-A", "mob-B"})}


def asked(registration) -> list[dict[str, Any]]:
    """A missing girl and one under false papers whom only a telephone ties to her: a reviewer is asked."""
    return [
        registration("telex", "T", "Isoken", "Uwaemeka", "1989-07-04", sex="female", nationality=["NGA"],
                     missing_since="2004-11-01", phones=[BOYFRIEND]),
        registration("stv", "V", "Polina", "Stefanova", "1985-06-22", sex="female", nationality=["GRC"],
                     encountered_on="2005-04-17", phones=[BOYFRIEND]),
    ]  # fmt: skip


def test_unsure_ends_the_asking_and_nothing_else(registration, three):
    before = linked(asked(registration))
    assert pair_of(before, "telex-T", "stv-V")["status"] == "review"
    after = linked(asked(registration), judged(("telex-T", "stv-V", "unsure")))
    assert pair_of(after, "telex-T", "stv-V")["status"] == "no_link"
    assert persons(after) == persons(before)
    # She stays a candidate, but nobody is asked.
    assert after.candidates["status"].tolist() == ["weak"]
    assert persons(linked(three, judged((A, B, "unsure")))) == {frozenset({A, B, C})}


def test_who_was_judged_another_person_is_no_candidate(registration):
    records = asked(registration)
    assert linked(records).candidates["victim_record_id"].tolist() == ["stv-V"]
    assert linked(records, judged(("telex-T", "stv-V", "different"))).candidates.empty


def test_who_belongs_to_a_person_that_was_judged_another_is_no_candidate(registration, other_girl):
    records = [*asked(registration), other_girl("ikps", "A")]
    verdicts = judged(("stv-V", A, "same"), ("telex-T", A, "different"))
    assert linked(records, verdicts).candidates.empty


CLASH = [(A, B, "same"), (B, C, "same"), (A, C, "different")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_contradiction_is_told_with_its_numbers_whatever_the_order(three, order):
    verdicts = [CLASH[at] for at in order]
    night = linked(three, judged(*verdicts))
    assert not any({A, C} <= group for group in persons(night))
    told = night.judgements.set_index("judgement_id")
    refused = told[told["state"].eq("contradicted")]
    different = order.index(2) + 1
    # The older "same" is followed, the newer is not.
    newer = max(order.index(0), order.index(1)) + 1
    assert refused["contradicts"].to_dict() == {newer: [different]}
    assert (told.loc[different, "state"], told.loc[different, "contradicts"]) == ("in_force", [newer])


def test_a_verdict_on_a_registration_that_is_gone_waits(three):
    (row,) = linked(three[:2], judged((A, C, "different"))).judgements.to_dict("records")
    assert (row["state"], row["person_id_r"]) == ("waiting", None)
    assert persons(linked(three[:2], judged((A, C, "different")))) == {frozenset({A, B})}


def test_a_stale_verdict_is_shown_and_still_counts(three):
    night = linked(three[:2], judged((A, B, "different"), stale=(1,)))
    assert night.judgements["state"].tolist() == ["stale"]
    assert persons(night) == {frozenset({A}), frozenset({B})}


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_the_explanation_says_in_both_languages_what_was_judged(girl, other_girl, verdict):
    records = [girl("ikps", "A"), other_girl("stv", "B")]
    row = pair_of(linked(records, judged((A, B, verdict))), A, B)
    assert row["decided_by"] == "oordeel 1 (Reviewer One)"
    assert row["explanation_nl"].startswith(WORDS["nl"][verdict])
    assert row["explanation_en"].startswith(WORDS["en"][verdict])
