"""Names as registers write them: which pairs of name sets speak for one person, in plain lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.model import load_model
from linkage.name_evidence import NameEvidence, is_nearly_equal

SAME = [
    ("order of the names", [("xiaoxing", "chen")], [("chen", "xiaoxing")]),
    ("one given name written apart", [("xiao", "xing", "chen")], [("chen", "xiaoxing")]),
    ("apart and in another order", [("xing", "xiao", "chen")], [("chen", "xiaoxing")]),
    ("an initial for the given name", [("a", "wit")], [("anne", "wit")]),
    ("a typing error", [("yena", "popescu")], [("yena", "popesco")]),
    ("a second given name in one register", [("anne", "maria", "wit")], [("anne", "wit")]),
    ("the work name as alias on both sides", [("fatou", "kamara"), ("joy",)], [("grace", "johnson"), ("joy",)]),
]
NOT_THE_SAME = [
    ("nothing in common", [("maria", "lopez")], [("yena", "popescu")]),
    ("initials that differ", [("b", "lopez")], [("anne", "wit")]),
    ("short names that look alike", [("li", "na")], [("lu", "ma")]),
]


@pytest.fixture
def evidence() -> NameEvidence:
    return NameEvidence({}, load_model())


@pytest.mark.parametrize(("case", "left", "right"), SAME, ids=[case for case, *_ in SAME])
def test_names_of_one_person_give_evidence_for_one_person(evidence, case, left, right):
    bits, _ = evidence.between(tuple(left), tuple(right))
    assert bits >= 6, case


@pytest.mark.parametrize(("case", "left", "right"), NOT_THE_SAME, ids=[case for case, *_ in NOT_THE_SAME])
def test_names_of_two_persons_give_evidence_against(evidence, case, left, right):
    bits, _ = evidence.between(tuple(left), tuple(right))
    assert bits < 0, case


def test_a_brother_and_a_sister_share_a_name_and_conflict_on_the_other(evidence):
    assert evidence.between((("oeti", "pinas"),), (("niene", "pinas"),))[1]
    assert not evidence.between((("oeti", "pinas"),), (("oeti", "pinas"),))[1]


def test_a_common_name_tells_less_than_a_rare_one():
    evidence = NameEvidence({"jansen": 0.05, "popescu": 0.0005}, load_model())
    common, _ = evidence.between((("jansen",),), (("jansen",),))
    rare, _ = evidence.between((("popescu",),), (("popescu",),))
    assert rare > common + 5


def test_more_aliases_do_not_make_more_chance_agreement(evidence):
    one, _ = evidence.between((("joy",),), (("joy",),))
    many, _ = evidence.between((("joy",), ("candy",), ("lola",), ("ruby",)), (("joy",), ("amber",)))
    assert many == pytest.approx(one - 3.0)


names = st.lists(
    st.lists(st.text("abcdefg", min_size=1, max_size=7), min_size=1, max_size=4).map(tuple), min_size=1, max_size=4
).map(tuple)


@given(names, names)
@settings(max_examples=300, deadline=None)
def test_the_order_of_the_two_records_does_not_matter_for_equal_sets(left, right):
    evidence = NameEvidence({}, load_model())
    assert evidence.between(left, left)[0] >= evidence.between(left, right)[0] - 1e-9 or len(left) > 1


@given(st.text("abcdefgh", max_size=10), st.text("abcdefgh", max_size=10))
@settings(max_examples=300, deadline=None)
def test_nearly_equal_goes_both_ways(one, other):
    assert is_nearly_equal(one, other) == is_nearly_equal(other, one)
