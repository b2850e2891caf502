"""When the data bear no estimate: each line is a case that somebody of the bureau can judge."""

import pytest

from monitoring.estimates.estimating import estimate

CASES = [
    # lists, counts, words of the reason
    ("ABC", dict(A=40, B=30, C=20, AB=6), "The list C has nobody in common"),
    ("ABC", dict(A=60, B=50, C=40, AB=8, BC=6), "Of the 3 pairs of lists 2 have anybody in common"),
    ("ABC", dict(A=60, B=50, C=4, AB=8, BC=2, AC=1), "2 lists of victims with enough persons (A, B); 3 are needed"),
    ("ABC", dict(A=600, B=500, C=400, AB=2, AC=2, BC=2), "more than"),
    # Two lists report to a third: every pair depends on each other, and three lists have no test left.
    ("ABC", dict(A=161, B=178, AB=10, C=52, AC=644, BC=433, ABC=199), "nothing is left to contradict it"),
    ("ABC", dict(A=161, B=178, AB=10, C=52, AC=644, BC=433, ABC=199), "The list C holds 79% of those on any other list"),
    # Everybody is seen by all or by one: persons who are not equally easy to see.
    ("ABCD", dict(A=200, B=200, C=200, D=200, AB=6, CD=6, AC=6, BD=6, AD=6, BC=6, ABCD=150), "persons who are not"),
]  # fmt: skip


@pytest.mark.parametrize(("lists", "histories", "reason"), CASES)
def test_an_estimate_is_refused_with_its_reason(lists, histories, reason, counted):
    refused = estimate(counted(lists, **histories), times=100).refusals
    assert any(reason in why["en"] for why in refused), refused
    assert all(why["nl"] and why["nl"] != why["en"] for why in refused)


def test_independent_lists_with_much_in_common_bear_an_estimate(counted):
    # A thousand persons, each on each list with a chance of two fifths.
    ample = counted("ABC", A=144, B=144, C=144, AB=96, AC=96, BC=96, ABC=64)
    found = estimate(ample, times=200)
    assert found.refusals == ()
    assert found.of("main effects").estimate == pytest.approx(1000, rel=0.01)
    assert found.spread[0] < 1000 < found.spread[1]


def test_lists_that_see_some_together_make_methods_differ(published):
    refused = estimate(published("western"), times=50).refusals
    assert any("The methods lie a factor of" in why["en"] for why in refused)
