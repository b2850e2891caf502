"""How one name agrees with another, in plain lists: the kind of agreement, and names that are kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.name_forms import declared as declared_table
from linkage.token_agreement import agreement
from linkage.token_agreement import settings as declared

KINDS = [
    ("equal", "popescu", "popescu"),
    ("same_form", "mohamed", "muhammad"),
    ("same_form", "mehmet", "mohammed"),
    ("same_form", "abdelkader", "abdulqadir"),
    ("same_form", "hoessein", "hussain"),
    ("same_form", "sergej", "serhiy"),
    ("same_form", "sesay", "cisse"),
    ("same_form", "xiaoxing", "hsiaohsing"),
    ("same_form", "fatoumata", "fatmata"),
    ("same_form", "lee", "yi"),
    ("nickname", "johanna", "joke"),
    ("nickname", "willem", "wim"),
    ("nickname", "maria", "masha"),
    ("nickname", "alexander", "sasha"),
    ("nickname", "elizabeth", "liz"),
    ("both_nicknames", "joke", "annie"),
    ("typing_error", "kowalski", "kowalsli"),
    ("typing_error", "kowalski", "kowaslki"),
    ("initial", "a", "anne"),
    ("none", "b", "anne"),
]
KEPT_APART = [
    ("li", "lin"),
    ("tran", "tram"),
    ("mina", "mira"),
    ("marina", "martina"),
    ("karim", "karam"),
    ("jamal", "jamil"),
    ("nabil", "nabila"),
    ("mario", "maria"),
    ("ivan", "ivana"),
    ("hassan", "hussein"),
    ("khalid", "khalil"),
    ("abdelaziz", "abdelhafiz"),
    ("harpreet", "gurpreet"),
    ("amit", "sumit"),
    ("tina", "dina"),
    ("elena", "alina"),
    ("bah", "barry"),
    ("xiaoming", "xiaoling"),
    ("zoran", "goran"),
]


@pytest.mark.parametrize(("kind", "one", "other"), KINDS)
def test_each_kind_of_agreement_is_recognised(kind, one, other):
    assert agreement(one, other)[0] == kind


@pytest.mark.parametrize(("one", "other"), KEPT_APART)
def test_different_names_that_look_alike_are_kept_apart(one, other):
    assert agreement(one, other) == ("none", 0.0)


def test_chinese_readings_count_only_between_chinese_names():
    assert agreement("zhang", "cheung", True)[0] == "same_form"
    assert agreement("zhang", "cheung", False)[0] == "none"


def test_a_typing_error_in_a_long_name_keeps_more_than_in_a_short_one():
    assert agreement("oghenekaro", "oghenekbro")[1] > agreement("varga", "vargu")[1]


def test_every_credit_that_is_declared_lies_between_nothing_and_all():
    for credit in declared()["credit"].values():
        for each in credit if isinstance(credit, list) else [credit]:
            assert 0 <= each <= 1


def test_the_tables_hold_plain_tokens_and_enough_of_them():
    given_names = declared_table("given_names.toml")
    rows = [row for part in ("same", "short") for names in given_names[part].values() for row in names.items()]
    pairs = [(name, variant) for name, variants in rows for variant in variants.split()]
    assert len(pairs) >= 1500
    assert [
        pair for pair in pairs if not all(token.isascii() and token.isalpha() and token.islower() for token in pair)
    ] == []
    assert [pair for pair in pairs if pair[0] == pair[1]] == []


tokens = st.text("abcdeimnrstu", max_size=9)


@given(tokens, tokens, st.booleans())
@settings(max_examples=400, deadline=None)
def test_agreement_goes_both_ways(one, other, chinese):
    assert agreement(one, other, chinese) == agreement(other, one, chinese)


@given(st.text(max_size=50), st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_a_name_is_compared_without_an_error(one, other):
    kind, credit = agreement(one, other)
    assert (kind == "none") == (credit == 0.0)
