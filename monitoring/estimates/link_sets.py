"""How sure an estimate is when the linking is not: the same estimate over link sets drawn from what the pairs allow.

A missed link makes of one person two, who are each on fewer lists, and so inflates the dark figure; a false link
deflates it. Each link set gives its own counts and its own estimate; they are combined as multiple imputations are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.intervals import resampled_dark_figures, seen_again
from monitoring.estimates.rules import RULES
from monitoring.estimates.selection import Method

# Half a person: the logarithm of a dark figure of none.
LEAST_DARK = 0.5


@dataclass(frozen=True)
class Replicate:
    """One link set: persons on the lists, the dark figure (nan without one), and the variance of its logarithm."""

    cases: int
    dark_figure: float
    log_variance: float


@dataclass(frozen=True)
class Combined:
    """Several link sets taken together.

    `estimate`, `low`, `high`: persons on or off the lists and its 95 % interval. `within`, `between`: variance of the
    logarithm of the dark figure within and between link sets; `degrees_of_freedom`: of the t distribution.
    `without_estimate`: link sets that no model will do for. `cases`: fewest and most persons on the lists.
    """

    replicates: tuple[Replicate, ...]
    estimate: float
    low: float
    high: float
    within: float
    between: float
    degrees_of_freedom: float
    without_estimate: int
    cases: tuple[int, int]


def replicate(histories: CaptureHistories, method: Method, times: int, seed: int) -> Replicate:
    """Estimate one link set by a method and, over `times` resamples, the variance of its log dark figure."""
    counts = histories.counts.astype(float)
    dark = float(method.choose(counts[None, :]).dark_figure[0])
    if np.isnan(dark):
        return Replicate(histories.cases, dark, float("nan"))
    found = resampled_dark_figures(method.narrowed(counts), counts, times, seed)
    found = found * seen_again(histories.cases, histories.cases + dark, times, seed)
    logs = np.log(np.maximum(found[~np.isnan(found)], LEAST_DARK))
    return Replicate(histories.cases, dark, float(logs.var(ddof=1)) if len(logs) > 1 else float("nan"))


def combine(replicates: Sequence[Replicate]) -> Combined | None:
    """Combine link sets by the law of total variance on the logarithm of the dark figure; None with fewer than two.

    Total variance = W + (m + 1) / m * B, W the mean variance within and B the variance between m link sets; a t
    distribution with (m - 1) (1 + W / ((m + 1) B))^2 degrees of freedom (verdata, after Gelman and others). The
    persons on the lists are their mean over the link sets.
    """
    known = [one for one in replicates if not np.isnan(one.dark_figure) and not np.isnan(one.log_variance)]
    sets = len(known)
    if sets < 2:
        return None
    logs = np.log(np.maximum([one.dark_figure for one in known], LEAST_DARK))
    within = float(np.mean([one.log_variance for one in known]))
    between = float(logs.var(ddof=1))
    total = within + (sets + 1) / sets * between
    freedom = (sets - 1) * (1 + within / ((sets + 1) * between)) ** 2 if between > 0 else float("inf")
    reach = float(student.ppf(0.975, freedom)) * total**0.5 if np.isfinite(freedom) else 1.959964 * total**0.5
    middle, cases = float(logs.mean()), float(np.mean([one.cases for one in known]))
    seen = [one.cases for one in replicates]
    return Combined(
        tuple(replicates),
        estimate=cases + float(np.exp(middle)),
        low=cases + float(np.exp(middle - reach)),
        high=cases + float(np.exp(min(middle + reach, 700.0))),
        within=within,
        between=between,
        degrees_of_freedom=freedom,
        without_estimate=len(replicates) - sets,
        cases=(min(seen), max(seen)),
    )


def over_link_sets(
    link_sets: Sequence[CaptureHistories],
    method: Method,
    times: int | None = None,
    seed: int = 1,
    told: Callable[[float], None] | None = None,
) -> Combined | None:
    """Estimate every link set by a method, and combine them."""
    times = RULES["method"]["link_set_bootstrap"] if times is None else times
    replicates = []
    for number, histories in enumerate(link_sets, start=1):
        replicates.append(replicate(histories, method, times, seed + number))
        if told:
            told(number / len(link_sets))
    return combine(replicates)
