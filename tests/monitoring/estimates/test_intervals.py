import numpy as np
import pytest

from monitoring.estimates.intervals import bca_limits, interval, resampled, seen_again
from monitoring.estimates.selection import ByBic, FixedModel
from monitoring.estimates.stepwise import Stepwise


def test_without_bias_and_acceleration_the_limits_are_quantiles():
    replicates = np.sort(np.random.default_rng(1).normal(100, 10, 2001))
    bias, limits = bca_limits(replicates, float(np.median(replicates)), 0.0)
    assert bias == pytest.approx(0, abs=0.002)
    for level, limit in limits.items():
        assert limit == pytest.approx(np.quantile(replicates, level, method="median_unbiased"), abs=0.05)


def test_an_estimate_below_most_replicates_pulls_the_limits_down():
    replicates = np.sort(np.random.default_rng(1).normal(100, 10, 2001))
    _, central = bca_limits(replicates, 100.0, 0.0)
    _, low = bca_limits(replicates, 92.0, 0.0)
    assert low[0.975] < central[0.975]
    assert low[0.025] < central[0.025]


def test_resamples_without_an_estimate_are_beyond_every_number():
    replicates = np.sort(np.r_[np.arange(90.0), np.full(10, np.inf)])
    _, limits = bca_limits(replicates, 45.0, 0.0)
    assert limits[0.975] == np.inf
    assert np.isfinite(limits[0.025])


def test_resamples_hold_as_many_persons_as_were_seen(published):
    samples = resampled(published("western").counts, 50, seed=3)
    assert set(samples.sum(axis=1)) == {345.0}
    assert (samples == resampled(published("western").counts, 50, seed=3)).all()
    assert (samples != resampled(published("western").counts, 50, seed=4)).any()


def test_how_many_are_seen_varies_more_when_many_are_not():
    most, few = seen_again(900, 1000.0, 5000, 1), seen_again(100, 1000.0, 5000, 1)
    assert most.std() == pytest.approx((0.1 / 900) ** 0.5, rel=0.1)
    assert few.std() == pytest.approx((0.9 / 100) ** 0.5, rel=0.1)


@pytest.mark.parametrize("method", [FixedModel(), Stepwise(), ByBic(2)])
def test_the_same_seed_gives_the_same_interval_and_nobody_seen_is_missing(method, published):
    counts = published("korea").counts.astype(float)
    found = [interval(method, counts, 157.17, 100, seed=5) for _ in range(2)]
    assert found[0].limits == found[1].limits
    assert min(found[0].limits.values()) >= 123
