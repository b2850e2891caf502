"""The estimate of one set of lists: several methods side by side, their intervals, and whether the data bear any.

Never one number: who shows an estimate shows the spread over the methods with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.intervals import interval
from monitoring.estimates.models import ALIKE, all_pairs
from monitoring.estimates.refusing import MethodResult, refusals
from monitoring.estimates.reported import reported_fit
from monitoring.estimates.rules import RULES
from monitoring.estimates.selection import ByBic, Downhill, FixedModel, Method, highest_order
from monitoring.estimates.stepwise import Stepwise

HETEROGENEITY = FixedModel(frozenset({ALIKE}), "heterogeneity")


@dataclass(frozen=True)
class Estimate:
    """All methods on one set of lists.

    `first`: the method that is named first (BIC, or stepwise with many lists). `refusals`: why the data do not bear an
    estimate, in Dutch and English; empty where they do.
    """

    histories: CaptureHistories
    results: tuple[MethodResult, ...]
    first: str
    refusals: tuple[dict[str, str], ...]

    def of(self, method: str) -> MethodResult:
        """Return what a method says; raises KeyError when it was not asked."""
        for result in self.results:
            if result.method == method:
                return result
        raise KeyError(method)

    @property
    def spread(self) -> tuple[float, float] | None:
        """The lowest and the highest end of all intervals; None without any."""
        ends = [result.interval.ends for result in self.results if result.interval]
        return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def methods_for(lists: int, threshold: float, most_order: int | None = None) -> tuple[list[Method], Method]:
    """Return the methods that are shown for so many lists, and which of them comes first."""
    highest = highest_order(lists, most_order)
    stepwise = Stepwise(threshold)
    orders = sorted({2, highest}) if lists <= RULES["method"]["bic_up_to_lists"] else [2]
    by_bic: list[Method] = [ByBic(order) for order in orders if order < lists]
    first = by_bic[-1] if lists <= RULES["method"]["bic_up_to_lists"] else stepwise
    # With three lists a search finds what trying all eight models finds; with many it takes too long to be repeated.
    search: list[Method] = [Downhill(highest)] if lists > 3 else []
    if lists > RULES["method"]["all_models_up_to_lists"]:
        by_bic, search = [], []
    fixed: list[Method] = [FixedModel(), HETEROGENEITY, FixedModel(frozenset(all_pairs(lists)), "all pairs")]
    return [stepwise, *by_bic, *search, *fixed], first


def estimate(
    histories: CaptureHistories,
    threshold: float | None = None,
    most_order: int | None = None,
    times: int | None = None,
    seed: int = 1,
    told: Callable[[str, float], None] | None = None,
) -> Estimate:
    """Estimate by every method; `times` bootstrap samples each (0: no intervals).

    `threshold`: of the stepwise method. `most_order`: of interactions, else by the number of lists. `told` takes in
    what is being done and which part of it is done.
    """
    threshold = RULES["method"]["stepwise_threshold"] if threshold is None else threshold
    times = RULES["method"]["bootstrap"] if times is None else times
    methods, first = methods_for(len(histories.lists), threshold, most_order)
    counts = histories.counts.astype(float)
    results = []
    for method in methods:

        def part(done: float, name: str = method.name) -> None:
            if told:
                told(name, done)

        part(0.0)
        results.append(_result(method, counts, times, seed, part))
    return Estimate(histories, tuple(results), first.name, tuple(refusals(histories, results, first.name)))


def _result(method: Method, counts: np.ndarray, times: int, seed: int, told: Callable[[float], None]) -> MethodResult:
    model = method.choose(counts[None, :]).models[0]
    if model is None:
        return MethodResult(method.name, None, None, None, None, None, None)
    found = reported_fit(model, counts)
    total = float(counts.sum()) + found.dark_figure
    spread = interval(method, counts, total, times, seed, told) if times else None
    return MethodResult(method.name, model, total, found.dark_figure, found.bic, found.chance, spread)
