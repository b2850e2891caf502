"""What the letters of two texts bound: never is a pair left out that the texts themselves would hold alike."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from linkage.table.letters import Letters

words = st.text(alphabet="abcdeeinorst 0123", max_size=12)
codes = st.text(alphabet="0123456789a", max_size=12)
pairs = st.lists(st.one_of(st.tuples(words, words), st.tuples(codes, codes)), min_size=1, max_size=30)


def laid_beside(two):
    letters = Letters.of([text for pair in two for text in pair])
    return letters.pairs(np.arange(0, 2 * len(two), 2), np.arange(1, 2 * len(two), 2))


@given(pairs)
def test_texts_that_are_alike_are_never_told_apart_by_their_letters(two):
    beside = laid_beside(two)
    for least in (0.6, 0.82, 0.94):
        maybe = beside.may_be_alike(least)
        assert all(maybe[at] for at, (a, b) in enumerate(two) if a and b and JaroWinkler.similarity(a, b) >= least)


@given(pairs)
def test_texts_so_many_edits_apart_are_never_told_further_apart(two):
    beside = laid_beside(two)
    for edits in (1, 2):
        maybe = beside.may_be_edits_apart(edits)
        assert all(maybe[at] for at, (a, b) in enumerate(two) if OSA.distance(a, b) <= edits)


@given(pairs)
def test_the_start_of_a_text_is_never_told_to_be_none(two):
    maybe = laid_beside(two).may_start_alike()
    assert all(maybe[at] for at, (a, b) in enumerate(two) if a.startswith(b) or b.startswith(a))


def test_most_texts_are_told_apart_without_comparing_them():
    texts = ["fatima", "mohamed", "oleksandr", "nguyen", "grace", "blessing", "joy", "precious", "ivana", "stefan"]
    left, right = np.triu_indices(len(texts), k=1)
    assert Letters.of(texts).pairs(left, right).may_be_alike(0.82).mean() < 0.1
