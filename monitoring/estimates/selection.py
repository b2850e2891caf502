"""Which model is chosen, and what it estimates: a fixed one, by BIC, or by a downhill search (and `stepwise`).

Every method takes many tables of counts on the same lists at once, because its interval repeats the whole selection on
each of them. A model without an estimate, or with more than one, is never chosen (codes 1 to 3 of `existence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np

from monitoring.estimates.existence import EXISTS, code_of_support, is_identified
from monitoring.estimates.fitting import Fits, fit
from monitoring.estimates.models import MAIN_EFFECTS, Design, Model, addable, hierarchical_models, removable

# Fits held at once: histories x terms squared of each.
MOST_NUMBERS = 30_000_000


@dataclass(frozen=True)
class Chosen:
    """Per table of counts: the model that was chosen, its dark figure (nan where no model will do) and its BIC."""

    models: tuple[Model | None, ...]
    dark_figure: np.ndarray
    bic: np.ndarray


class Method(Protocol):
    """A way to choose a model."""

    @property
    def name(self) -> str:
        """How the method is called in what is printed."""

    def choose(self, counts: np.ndarray) -> Chosen:
        """Choose a model for every row of counts."""

    def narrowed(self, counts: np.ndarray) -> Method:
        """Return the method as a bootstrap of these counts repeats it."""


def fit_models(models: Sequence[Model], counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, Fits]:
    """Fit models[i] to row i of counts; return dark figures and BIC, nan where the model will not do, and the fits."""
    lists = int(counts.shape[1]).bit_length()
    design = Design.of(lists, set(models))
    fits = fit(design, counts, design.columns(models))
    is_fit = np.array(
        [
            _will_do(lists, model, row, certified)
            for model, row, certified in zip(models, counts, fits.is_certified, strict=True)
        ],
        dtype=bool,
    )
    bic = fits.bic(counts.sum(axis=1))
    return np.where(is_fit, fits.dark_figure, np.nan), np.where(is_fit, bic, np.nan), fits


def _will_do(lists: int, model: Model, counts: np.ndarray, is_certified: bool) -> bool:
    is_seen = tuple((counts > 0).tolist())
    if is_certified:
        # The fit itself proves that an estimate exists; only whether it is the only one is left to ask.
        return _identified(lists, is_seen, model)
    return code_of_support(lists, is_seen, model) == EXISTS


def _identified(lists: int, is_seen: tuple[bool, ...], model: Model) -> bool:
    # With every history of two lists seen no term is dropped, and the design of a hierarchical model has full rank
    # unless it holds the term of all lists.
    if all(is_seen):
        return len(is_seen) not in model
    return is_identified(lists, is_seen, model)


@dataclass(frozen=True)
class FixedModel:
    """One model, whatever the counts; without interactions the lists are taken to be independent."""

    model: Model = MAIN_EFFECTS
    name: str = "main effects"

    def choose(self, counts: np.ndarray) -> Chosen:
        """Fit the model to every table."""
        dark, bic, _ = fit_models([self.model] * len(counts), counts)
        return Chosen(tuple(None if np.isnan(value) else self.model for value in dark), dark, bic)

    def narrowed(self, counts: np.ndarray) -> FixedModel:
        """Nothing to narrow."""
        return self


@dataclass(frozen=True)
class ByBic:
    """The hierarchical model with the smallest BIC (Silverman, Chan, Vincent 2024).

    `candidates`: the models looked at; empty for all up to `most_order`. A bootstrap looks at the `most_models` best of
    the counts themselves.
    """

    most_order: int
    most_models: int = 100
    candidates: tuple[Model, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """With its order."""
        return f"BIC, order <= {self.most_order}"

    def choose(self, counts: np.ndarray) -> Chosen:
        """Choose for every table among the candidates."""
        models = self._candidates(counts)
        if len(counts) == 1:
            return _first(self.ranked(counts[0]))
        best = np.full(len(counts), np.inf)
        dark = np.full(len(counts), np.nan)
        chosen: list[Model | None] = [None] * len(counts)
        for these, rows in _batches(models, len(counts), counts.shape[1]):
            found, bic, _ = fit_models(these, counts[rows])
            for place in np.flatnonzero(~np.isnan(found)):
                row = rows[place]
                # Of models of one BIC the first, which is the smaller.
                if bic[place] < best[row] - 1e-9:
                    best[row], dark[row], chosen[row] = bic[place], found[place], these[place]
        return Chosen(tuple(chosen), dark, np.where(np.isinf(best), np.nan, best))

    def ranked(self, counts: np.ndarray) -> list[tuple[Model, float, float]]:
        """Return the models that will do for one table, best first, with dark figure and BIC."""
        return list(_ranked(self._candidates(counts[None, :]), tuple(counts.tolist())))

    def narrowed(self, counts: np.ndarray) -> ByBic:
        """Keep the best models of these counts."""
        best = tuple(model for model, _, _ in self.ranked(counts)[: self.most_models])
        return ByBic(self.most_order, self.most_models, best or (MAIN_EFFECTS,))

    def _candidates(self, counts: np.ndarray) -> tuple[Model, ...]:
        return self.candidates or hierarchical_models(int(counts.shape[1]).bit_length(), self.most_order)


def _first(ranked: Sequence[tuple[Model, float, float]]) -> Chosen:
    """The best of ranked models, none where there is none."""
    if not ranked:
        return Chosen((None,), np.array([np.nan]), np.array([np.nan]))
    model, dark, bic = ranked[0]
    return Chosen((model,), np.array([dark]), np.array([bic]))


@lru_cache(maxsize=8)
def _ranked(models: tuple[Model, ...], counts: tuple[float, ...]) -> tuple[tuple[Model, float, float], ...]:
    """Kept, since the choice, the bootstrap and the list of models ask for the same."""
    found: list[tuple[Model, float, float]] = []
    for these, rows in _batches(models, 1, len(counts)):
        dark, bic, _ = fit_models(these, np.tile(np.array(counts), (len(rows), 1)))
        found += [(model, float(d), float(b)) for model, d, b in zip(these, dark, bic, strict=True) if not np.isnan(d)]
    return tuple(sorted(found, key=lambda item: (item[2], len(item[0]), sorted(item[0]))))


@dataclass(frozen=True)
class Downhill:
    """From main effects, the neighbouring hierarchical model with the smallest BIC, as long as that falls.

    A neighbour has one interaction more or less (Silverman, Chan, Vincent 2024, 5.2); for lists too many to try all.
    """

    most_order: int
    most_steps: int = 30

    @property
    def name(self) -> str:
        """With its order."""
        return f"BIC downhill, order <= {self.most_order}"

    def choose(self, counts: np.ndarray) -> Chosen:
        """Search for every table apart."""
        found = [self._search(row) for row in counts]
        return Chosen(
            tuple(model for model, _, _ in found),
            np.array([dark for _, dark, _ in found]),
            np.array([bic for _, _, bic in found]),
        )

    def _search(self, counts: np.ndarray) -> tuple[Model | None, float, float]:
        lists = len(counts).bit_length()
        dark, bic, _ = fit_models([MAIN_EFFECTS], counts[None, :])
        best: tuple[Model | None, float, float] = (MAIN_EFFECTS, float(dark[0]), float(bic[0]))
        known = {MAIN_EFFECTS}
        for _ in range(self.most_steps):
            present = best[0]
            if present is None or np.isnan(best[2]):
                return None, float("nan"), float("nan")
            nearby = [present | {term} for term in addable(present, lists, self.most_order)]
            nearby += [present - {term} for term in removable(present)]
            nearby = [model for model in nearby if model not in known]
            if not nearby:
                break
            known.update(nearby)
            darks, bics, _ = fit_models(nearby, np.broadcast_to(counts, (len(nearby), len(counts))))
            if np.isnan(bics).all() or np.nanmin(bics) >= best[2]:
                break
            place = int(np.nanargmin(bics))
            best = (nearby[place], float(darks[place]), float(bics[place]))
        return best

    def narrowed(self, counts: np.ndarray) -> Downhill:
        """The whole search is repeated."""
        return self


def _batches(models: Sequence[Model], tables: int, histories: int) -> list[tuple[list[Model], np.ndarray]]:
    """Models beside the tables they are fitted to, in portions that fit in memory.

    Few tables: many models at a time. Many tables: one model at a time, so that its design is as small as it can be.
    """
    lists = int(histories).bit_length()
    if tables > 8:
        return [([model] * tables, np.arange(tables)) for model in models]
    terms = max((len(model) for model in models), default=0) + lists + 1
    per_batch = max(1, int(MOST_NUMBERS / (terms**2 * tables)))
    return [
        (
            [model for model in models[start : start + per_batch] for _ in range(tables)],
            np.tile(np.arange(tables), len(models[start : start + per_batch])),
        )
        for start in range(0, len(models), per_batch)
    ]


def highest_order(lists: int, asked: int | None = None) -> int:
    """Return the largest order of interactions that is looked at: as asked, else 1, 2, 3, 3, 2 for two to six lists.

    As in the package of the authors (MultipleSystemsEstimation 1.2.0, user guide). Never that of all lists.
    """
    return min(asked or {2: 1, 3: 2, 4: 3, 5: 3}.get(lists, 2), lists - 1)
