"""Bias-corrected accelerated intervals, the whole selection of a model repeated on every bootstrap sample.

DiCiccio and Efron 1996; Chan, Silverman, Vincent 2021, 3.3. Bootstrap: multinomial resamples of the observed histories,
as many persons. Jackknife: the estimate without one person of each observed history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from monitoring.estimates.selection import Method

LEVELS = (0.025, 0.1, 0.9, 0.975)
# Tables whose whole selection is repeated at a time.
AT_A_TIME = 250


@dataclass(frozen=True)
class Interval:
    """`limits`: by level (0.025 is the lower end of the 95 % interval), of the number of persons on or off the lists.

    `acceleration`, `bias`: a and z0 of the formula. `without_estimate`: share of resamples that no model will do for.
    """

    limits: dict[float, float]
    acceleration: float
    bias: float
    without_estimate: float

    @property
    def ends(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.limits[0.025], self.limits[0.975]


Told = Callable[[float], None]
"""Takes in which part of the work is done."""


def resampled(counts: np.ndarray, times: int, seed: int) -> np.ndarray:
    """Return multinomial resamples of a table of counts, a row each; the same seed gives the same."""
    cases = int(counts.sum())
    return np.random.default_rng(seed).multinomial(cases, counts / cases, size=times).astype(float)


def seen_again(cases: int, estimate: float, times: int, seed: int) -> np.ndarray:
    """Return, per resample, how many of `estimate` persons are seen, as a part of the number that was.

    The resamples hold as many persons as were seen. Of a fixed population another number would be; without that an
    interval covers too seldom where most are seen (Buckland and Garthwaite 1991).
    """
    drawn = np.random.default_rng([seed, 1])
    return drawn.binomial(max(cases, round(estimate)), min(1.0, cases / estimate), size=times) / cases


def acceleration(method: Method, counts: np.ndarray) -> float:
    """Return a of the BCa formula by the jackknife, 0 where the estimates without one person do not differ.

    With J_w the estimate without one person of history w: d_w = sum(N_w J_w) / n - J_w, a = sum(N_w d_w^3) /
    (6 sum(N_w d_w^2)^1.5).
    """
    seen = np.flatnonzero(counts)
    without = np.repeat(counts[None, :].astype(float), len(seen), axis=0)
    without[np.arange(len(seen)), seen] -= 1
    estimates = method.choose(without).dark_figure + without.sum(axis=1)
    weights = counts[seen].astype(float)
    if np.isnan(estimates).any():
        known = ~np.isnan(estimates)
        estimates, weights = estimates[known], weights[known]
    if not len(estimates):
        return 0.0
    away = (weights * estimates).sum() / weights.sum() - estimates
    spread = float((weights * away**2).sum())
    return float((weights * away**3).sum() / (6.0 * spread**1.5)) if spread > 0 else 0.0


def resampled_dark_figures(
    repeated: Method, counts: np.ndarray, times: int, seed: int, told: Told | None = None
) -> np.ndarray:
    """Return the dark figure of every resample, the selection of a model repeated in each; nan without an estimate."""
    samples = resampled(counts, times, seed)
    dark = np.empty(times)
    for start in range(0, times, AT_A_TIME):
        dark[start : start + AT_A_TIME] = repeated.choose(samples[start : start + AT_A_TIME]).dark_figure
        if told:
            told(min(start + AT_A_TIME, times) / times)
    return dark


def interval(
    method: Method, counts: np.ndarray, estimate: float, times: int = 1000, seed: int = 1, told: Told | None = None
) -> Interval:
    """Return the BCa interval of `estimate` (persons in all) that a method gives for one table of counts."""
    repeated, cases = method.narrowed(counts), int(counts.sum())
    dark = resampled_dark_figures(repeated, counts, times, seed, told)
    lost = np.isnan(dark)
    seen = seen_again(cases, estimate, times, seed)
    replicates = np.sort(np.where(lost, np.inf, (dark + cases) * seen))
    a = acceleration(repeated, counts)
    bias, limits = bca_limits(replicates, estimate, a)
    # Nobody who is on a list can be missing from the population.
    limits = {level: max(limit, float(cases)) for level, limit in limits.items()}
    return Interval(limits, a, bias, float(lost.mean()))


def bca_limits(replicates: np.ndarray, estimate: float, a: float) -> tuple[float, dict[float, float]]:
    """Return z0 and the limits at every level.

    z0 = Phi^-1(share of replicates below the estimate); the limit at alpha is the quantile at
    Phi(z0 + (z0 + z_alpha) / (1 - a (z0 + z_alpha))), quantiles of type 8 (median unbiased).
    """
    below = float((replicates < estimate).mean())
    # With none or all below, half a replicate: the formula would end at the extremes.
    edge = 0.5 / len(replicates)
    bias = float(norm.ppf(min(max(below, edge), 1 - edge)))
    limits = {}
    for level in LEVELS:
        moved = bias + norm.ppf(level)
        at = float(norm.cdf(bias + moved / (1 - a * moved)))
        limits[level] = _quantile(replicates, at)
    return bias, limits


def _quantile(ordered: np.ndarray, at: float) -> float:
    """A quantile of type 8 that may be infinite."""
    n = len(ordered)
    place = min(max(at * (n + 1 / 3) + 1 / 3, 1.0), float(n)) - 1
    low = int(np.floor(place))
    high = min(low + 1, n - 1)
    part = place - low
    if part == 0 or ordered[low] == ordered[high]:
        return float(ordered[low])
    return float(ordered[low] + part * (ordered[high] - ordered[low]))
