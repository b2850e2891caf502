"""The stepwise method: pairs of lists enter the model while their overlap surprises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson

from monitoring.estimates.existence import EXISTS, code_of_support
from monitoring.estimates.models import MAIN_EFFECTS, Model, all_pairs
from monitoring.estimates.selection import Chosen, fit_models


@dataclass(frozen=True)
class Stepwise:
    """Pairs of lists are added while their overlap surprises (Chan, Silverman, Vincent 2021, 3.2).

    From main effects on: lambda = fitted overlap of a pair under the present model, p = min(P[Poisson(lambda) <= N*],
    P[Poisson(lambda) >= N*]); the pair with the smallest p is added while p is below the threshold and the larger
    model has one estimate.
    """

    threshold: float = 0.02

    @property
    def name(self) -> str:
        """With its threshold."""
        return f"stepwise p={self.threshold:g}"

    def choose(self, counts: np.ndarray) -> Chosen:
        """Choose for every table; tables that still grow are fitted together."""
        lists = int(counts.shape[1]).bit_length()
        pairs = all_pairs(lists)
        histories = np.arange(1, 1 << lists)
        holds_both = np.array([histories & pair == pair for pair in pairs])
        overlap = counts @ holds_both.T
        models: list[Model] = [MAIN_EFFECTS] * len(counts)
        dark, bic, fits = fit_models(models, counts)
        growing = np.flatnonzero(~np.isnan(dark))
        fitted = fits.fitted
        while len(growing):
            grown = self._grown(counts[growing], fitted[growing], overlap[growing], holds_both, pairs, models, growing)
            growing = np.array([row for row, model in zip(growing, grown, strict=True) if model], dtype=int)
            for row, model in zip(growing, (model for model in grown if model), strict=True):
                models[row] = model
            if len(growing):
                dark[growing], bic[growing], again = fit_models([models[row] for row in growing], counts[growing])
                fitted[growing] = again.fitted
        return Chosen(
            tuple(None if np.isnan(value) else model for model, value in zip(models, dark, strict=True)), dark, bic
        )

    def _grown(
        self,
        counts: np.ndarray,
        fitted: np.ndarray,
        overlap: np.ndarray,
        holds_both: np.ndarray,
        pairs: Sequence[int],
        models: Sequence[Model],
        rows: np.ndarray,
    ) -> list[Model | None]:
        """Per table the model with one pair more; None where no pair surprises enough."""
        expected = fitted @ holds_both.T
        chance = np.minimum(poisson.cdf(overlap, expected), poisson.sf(overlap - 1, expected))
        lists = int(counts.shape[1]).bit_length()
        found: list[Model | None] = []
        for place, row in enumerate(rows):
            is_seen = tuple((counts[place] > 0).tolist())
            found.append(None)
            for number in np.argsort(chance[place], kind="stable"):
                if chance[place, number] >= self.threshold:
                    break
                larger = models[row] | {pairs[number]}
                if pairs[number] not in models[row] and code_of_support(lists, is_seen, larger) == EXISTS:
                    found[-1] = larger
                    break
        return found

    def narrowed(self, counts: np.ndarray) -> Stepwise:
        """The whole selection is repeated."""
        return self
