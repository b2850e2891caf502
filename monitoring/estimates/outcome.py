"""Everything that one estimate says, ready to be shown: methods, models, link sets, thresholds and the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

from monitoring.estimates.catalogue import ListedModel, listed_models
from monitoring.estimates.estimating import Estimate, estimate, methods_for
from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.link_sets import Combined, over_link_sets
from monitoring.estimates.lists_of_table import VictimRegistrations
from monitoring.estimates.refusing import fitting_lists, of_thresholds
from monitoring.estimates.rules import RULES

THRESHOLDS = (0.5, 0.75, 0.9, 0.99)
Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """How an estimate is asked for. `times`: bootstrap samples; `link_sets`: how many link sets are drawn."""

    threshold: float = RULES["method"]["stepwise_threshold"]
    most_order: int | None = None
    times: int = RULES["method"]["bootstrap"]
    link_sets: int = RULES["method"]["link_sets"]
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """One estimate. `source`: what was counted, in Dutch and English. `left_out`: lists with too few persons.

    `at_thresholds`: first method's estimate per link threshold, None where no model will do.
    """

    source: dict[str, str]
    is_synthetic: bool
    asked: Asked
    estimate: Estimate
    models: list[ListedModel]
    left_out: tuple[str, ...] = ()
    linking: Combined | None = None
    at_thresholds: tuple[tuple[float, int, float | None], ...] = ()

    @property
    def refusals(self) -> list[dict[str, str]]:
        """Why the data bear no estimate, the linking included; empty where they do."""
        return [*self.estimate.refusals, *of_thresholds([estimate for _, _, estimate in self.at_thresholds])]


def of_counts(histories: CaptureHistories, source: dict[str, str], asked: Asked, told: Told | None = None) -> Outcome:
    """Estimate from published counts."""
    found = estimate(histories, asked.threshold, asked.most_order, asked.times, asked.seed, told)
    return Outcome(source, False, asked, found, listed_models(histories, asked.most_order))


def of_table(
    registrations: VictimRegistrations, source: dict[str, str], is_synthetic: bool, asked: Asked, told: Told
) -> Outcome:
    """Estimate from the monitoring table, once as published and over sampled link sets; small lists are left out."""
    whole = registrations.histories()
    names = fitting_lists(whole)
    left_out = tuple(name for name in whole.lists if name not in names)
    if len(names) < RULES["lists"]["least_lists"]:
        names, left_out = list(whole.lists), ()
    histories = whole.of(names)
    found = estimate(histories, asked.threshold, asked.most_order, asked.times, asked.seed, told)
    _, first = methods_for(len(names), asked.threshold, asked.most_order)
    at_thresholds = []
    for threshold in THRESHOLDS:
        at = registrations.at(threshold).of(names)
        dark = float(first.choose(at.counts[None, :].astype(float)).dark_figure[0])
        at_thresholds.append((threshold, at.cases, None if isnan(dark) else at.cases + dark))
    drawn = []
    for number in range(asked.link_sets):
        told("link sets: drawing", number / asked.link_sets)
        drawn.append(registrations.sampled(asked.seed * 1000 + number).of(names))
    linking = over_link_sets(drawn, first, seed=asked.seed, told=lambda part: told("link sets: estimating", part))
    return Outcome(
        source, is_synthetic, asked, found, listed_models(histories, asked.most_order), left_out, linking,
        tuple(at_thresholds),
    )  # fmt: skip
