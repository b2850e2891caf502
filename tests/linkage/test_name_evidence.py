"""Names as registers write them: which pairs of name sets speak for one person, in plain lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.model import load_model
from linkage.name_evidence import NameEvidence

SAME = [
    ("order of the names", [("xiaoxing", "chen")], [("chen", "xiaoxing")]),
    ("one given name written apart", [("xiao", "xing", "chen")], [("chen", "xiaoxing")]),
    ("apart and in another order", [("xing", "xiao", "chen")], [("chen", "xiaoxing")]),
    ("an initial for the given name", [("a", "wit")], [("anne", "wit")]),
    ("a typing error", [("yena", "popescu")], [("yena", "popesco")]),
    ("a second given name in one register", [("anne", "maria", "wit")], [("anne", "wit")]),
    ("Ghanaian spellings", [("esy", "appiah")], [("esi", "appiah")]),
    ("Indian spellings", [("soonita", "mangat")], [("sunita", "mangat")]),
    ("Moroccan name in Dutch and French spelling", [("sjaima", "jebli")], [("chaima", "jebli")]),
    ("Persian spellings", [("hala", "alii")], [("hala", "aleei")]),
    ("Pinyin and Wade-Giles", [("xuelong", "han")], [("hsuelong", "han")]),
    ("Surinamese spellings", [("helga", "durga")], [("helga", "doerga")]),
    ("a roepnaam", [("johanna", "wit")], [("joke", "wit")]),
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
    bits = evidence.between(tuple(left), tuple(right)).bits
    assert bits >= 6, case


@pytest.mark.parametrize(("case", "left", "right"), NOT_THE_SAME, ids=[case for case, *_ in NOT_THE_SAME])
def test_names_of_two_persons_give_evidence_against(evidence, case, left, right):
    bits = evidence.between(tuple(left), tuple(right)).bits
    assert bits < 0, case


def test_a_brother_and_a_sister_share_a_name_and_conflict_on_the_other(evidence):
    assert evidence.between((("oeti", "pinas"),), (("niene", "pinas"),)).conflicts
    assert not evidence.between((("oeti", "pinas"),), (("oeti", "pinas"),)).conflicts


def test_a_common_name_tells_less_than_a_rare_one():
    evidence = NameEvidence({"jansen": 0.05, "popescu": 0.0005}, load_model())
    common = evidence.between((("jansen",),), (("jansen",),)).bits
    rare = evidence.between((("popescu",),), (("popescu",),)).bits
    assert rare > common + 5


def test_more_aliases_do_not_make_more_chance_agreement(evidence):
    one = evidence.between((("joy",),), (("joy",),)).bits
    many = evidence.between((("joy",), ("candy",), ("lola",), ("ruby",)), (("joy",), ("amber",))).bits
    assert many == pytest.approx(one - 3.0)


names = st.lists(
    st.lists(st.text("abcdefg", min_size=1, max_size=7), min_size=1, max_size=4).map(tuple), min_size=1, max_size=4
).map(tuple)


@given(names, names)
@settings(max_examples=300, deadline=None)
def test_the_order_of_the_two_records_does_not_matter_for_equal_sets(left, right):
    evidence = NameEvidence({}, load_model())
    assert evidence.between(left, left).bits >= evidence.between(left, right).bits - 1e-9 or len(left) > 1


@given(st.text("abcdefgh", min_size=1, max_size=10), st.text("abcdefgh", min_size=1, max_size=10))
@settings(max_examples=300, deadline=None)
def test_what_two_names_tell_is_the_same_from_either_side(one, other):
    evidence = NameEvidence({}, load_model())
    assert evidence.between(((one,),), ((other,),)) == evidence.between(((other,),), ((one,),))


def test_an_initial_that_fits_no_name_is_a_conflict_as_of_twins(evidence):
    assert evidence.between((("m", "nieuwmans"),), (("loes", "nieuwmans"),)).conflicts
    assert not evidence.between((("l", "nieuwmans"),), (("loes", "nieuwmans"),)).conflicts


def test_a_slip_of_the_pen_is_not_made_by_many_persons():
    between = (("popescu",),), (("popescy",),)
    rare = NameEvidence({"popescu": 0.01, "popescy": 0.0001}, load_model())
    carried = NameEvidence({"popescu": 0.01, "popescy": 0.01}, load_model())
    assert rare.between(*between).bits > 0
    assert carried.between(*between).bits < 0
