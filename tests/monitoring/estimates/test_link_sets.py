import math

import pytest
from scipy.stats import t as student

from monitoring.estimates.link_sets import Replicate, combine, over_link_sets
from monitoring.estimates.selection import ByBic


def test_link_sets_are_combined_by_the_law_of_total_variance():
    # By hand: logs 5 and 6, within 0.04, between 0.5; total 0.04 + 3 / 2 * 0.5 = 0.79.
    combined = combine([Replicate(100, math.exp(5), 0.03), Replicate(110, math.exp(6), 0.05)])
    freedom = (1 + 0.04 / (3 * 0.5)) ** 2
    reach = student.ppf(0.975, freedom) * 0.79**0.5
    assert combined.within == pytest.approx(0.04)
    assert combined.between == pytest.approx(0.5)
    assert combined.degrees_of_freedom == pytest.approx(freedom)
    assert combined.estimate == pytest.approx(105 + math.exp(5.5))
    assert combined.low == pytest.approx(105 + math.exp(5.5 - reach))
    assert combined.cases == (100, 110)


def test_link_sets_that_agree_leave_the_variance_within():
    combined = combine([Replicate(100, 50.0, 0.04)] * 5)
    assert combined.between == pytest.approx(0, abs=1e-12)
    assert combined.high == pytest.approx(100 + 50 * math.exp(1.959964 * 0.2))


def test_a_link_set_without_an_estimate_is_told():
    nothing = Replicate(100, float("nan"), float("nan"))
    assert combine([nothing, Replicate(100, 50.0, 0.04)]) is None
    assert combine([nothing, Replicate(100, 50.0, 0.04), Replicate(100, 51.0, 0.04)]).without_estimate == 1


def test_link_sets_that_differ_widen_the_interval(counted):
    same = [counted("ABC", A=144, B=144, C=144, AB=96, AC=96, BC=96, ABC=64)] * 4
    fewer = counted("ABC", A=184, B=184, C=184, AB=76, AC=76, BC=76, ABC=44)
    steady, unsure = (over_link_sets(sets, ByBic(2), times=50) for sets in (same, [*same[:2], fewer, fewer]))
    assert unsure.high - unsure.low > 2 * (steady.high - steady.low)
    assert over_link_sets([], ByBic(2)) is None
