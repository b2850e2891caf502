"""Every model of a set of lists with its code, so that nobody has to believe the choice of a method."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from monitoring.estimates.existence import EXISTS, existence_code
from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.models import Model, hierarchical_models
from monitoring.estimates.rules import RULES
from monitoring.estimates.selection import ByBic, highest_order


@dataclass(frozen=True)
class ListedModel:
    """One model: its code, and with code 0 its estimate of persons on or off the lists and its BIC."""

    model: Model
    code: int
    estimate: float | None = None
    bic: float | None = None


def listed_models(histories: CaptureHistories, most_order: int | None = None) -> list[ListedModel]:
    """Return every hierarchical model up to an order with its code: those with an estimate first, best BIC first.

    Empty with more lists than can all be tried (RULES: bic_up_to_lists).
    """
    lists = len(histories.lists)
    if lists > RULES["method"]["bic_up_to_lists"]:
        return []
    order = highest_order(lists, most_order)
    by_bic = ByBic(order)
    found = [
        ListedModel(model, EXISTS, histories.cases + dark, bic)
        for model, dark, bic in by_bic.ranked(histories.counts.astype(float))
    ]
    there = {listed.model for listed in found}
    without = [model for model in hierarchical_models(lists, order) if model not in there]
    return found + [ListedModel(model, existence_code(histories, model)) for model in without]


def counted_codes(listed: list[ListedModel]) -> dict[int, int]:
    """Return how many models have each code."""
    return dict(sorted(Counter(model.code for model in listed).items()))
