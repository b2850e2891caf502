"""Hierarchical log-linear models of capture histories: which interactions between lists a model holds.

log mu_w = sum of alpha_theta over the terms theta of the model that lie within history w (Chan, Silverman, Vincent
2021, 2.2). A term is a set of lists (bits of a number); a model is a set of terms that holds with each term all its
parts. Every model here has the intercept and all main effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

Model = frozenset[int]
"""The terms of a model beyond intercept and main effects."""

MAIN_EFFECTS: Model = frozenset()
ALIKE = -1
"""The term of heterogeneity: all pairs of lists depend on each other alike (Darroch and others 1993)."""


def order(term: int) -> int:
    """How many lists a term joins."""
    return term.bit_count()


def all_pairs(lists: int) -> list[int]:
    """Return the terms of two lists."""
    return [1 << one | 1 << other for one, other in combinations(range(lists), 2)]


@lru_cache(maxsize=8)
def hierarchical_models(lists: int, most_order: int) -> tuple[Model, ...]:
    """Return every hierarchical model with all main effects and no term of more lists than `most_order`.

    In order of size; 8 models for three lists, 1,024 for five of order 2 and 6,893 of order 4.
    """
    found = {MAIN_EFFECTS}
    newest = [MAIN_EFFECTS]
    while newest:
        grown = {model | {term} for model in newest for term in addable(model, lists, most_order)}
        newest = sorted(grown - found, key=sorted)
        found.update(newest)
    return tuple(sorted(found, key=lambda model: (len(model), sorted(model))))


def addable(model: Model, lists: int, most_order: int) -> Iterator[int]:
    """Terms that may be added to a model: all their parts are there."""
    for term in range(3, 1 << lists):
        if 2 <= order(term) <= most_order and term not in model and parts(term) <= model:
            yield term


def removable(model: Model) -> Iterator[int]:
    """Terms that may be taken from a model: no other term needs them."""
    for term in sorted(model):
        if not any(other != term and other & term == term for other in model):
            yield term


def parts(term: int) -> Model:
    """Return the terms of at least two lists one list smaller than a term."""
    smaller = (term & ~(1 << place) for place in range(term.bit_length()) if term >> place & 1)
    return frozenset(part for part in smaller if order(part) >= 2)


def notation(model: Model, lists: int) -> str:
    """Return a model by its largest terms, lists numbered from 1: `[12,3]` (Silverman, Chan, Vincent 2024)."""
    if ALIKE in model:
        return f"{notation(model - {ALIKE}, lists)} + alike"
    generators = list(removable(model))
    held = 0
    for term in generators:
        held |= term
    generators += [1 << place for place in range(lists) if not held >> place & 1]
    named = ("".join(str(place + 1) for place in range(lists) if term >> place & 1) for term in generators)
    return f"[{','.join(sorted(named, key=lambda name: (-len(name), name)))}]"


@dataclass(frozen=True)
class Design:
    """The 0/1 design of some terms on all histories: `matrix[w, term]` = 1 where the term lies within history w.

    `terms`: intercept (0), the main effects, then the interactions that any of the models at hand has.
    """

    lists: int
    terms: tuple[int, ...]
    matrix: np.ndarray

    @classmethod
    def of(cls, lists: int, models: Iterable[Model]) -> Design:
        """Return the design that is wide enough for these models."""
        interactions = sorted(frozenset().union(*models), key=lambda term: (order(term), term))
        terms = (0, *(1 << place for place in range(lists)), *interactions)
        histories = np.arange(1, 1 << lists)
        within = np.array([histories & term == term for term in terms], dtype=float).T
        if ALIKE in terms:
            seen_by = np.array([history.bit_count() for history in range(1, 1 << lists)])
            within[:, terms.index(ALIKE)] = seen_by * (seen_by - 1) / 2
        return cls(lists, terms, within)

    def finite_part(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which histories are kept and which terms are finite on one table of counts.

        A term that nobody is on all lists of (N* = 0) is minus infinity; the histories that contain it drop out.
        """
        is_finite = counts @ self.matrix > 0
        return np.asarray(self.matrix[:, ~is_finite].sum(axis=1) == 0), np.asarray(is_finite)

    def columns(self, models: Sequence[Model]) -> np.ndarray:
        """Return which terms each model has: a row per model, a column per term."""
        always = self.lists + 1
        held = np.zeros((len(models), len(self.terms)), dtype=bool)
        held[:, :always] = True
        for row, model in enumerate(models):
            held[row, always:] = [term in model for term in self.terms[always:]]
        return held
