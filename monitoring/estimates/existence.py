"""Whether a model has an estimate at all, and only one: the codes 0 to 3 of Chan, Silverman and Vincent (2021).

0: both. 1: no extended maximum likelihood estimate exists. 2: the parameters cannot be told apart. 3: neither holds.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.optimize import linprog

from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.models import Design, Model

EXISTS, NO_ESTIMATE, NOT_IDENTIFIED, NEITHER = range(4)
# An optimum of the linear program below this part of a person is 0.
ZERO = 1e-7


def existence_code(histories: CaptureHistories, model: Model) -> int:
    """Return the code of a model on these counts.

    Existence (Fienberg and Rinaldo 2012): with A the design of the finite terms on the histories that are kept and
    T = A'N, maximise s subject to A'x = T, x_w >= s, s >= 0; an optimum of 0 means that there is none. Identifiability:
    the rank of A is its number of columns. Both depend on which counts are 0 and on nothing else of them.
    """
    return code_of_support(len(histories.lists), tuple(bool(count) for count in histories.counts), model)


@lru_cache(maxsize=1 << 18)
def code_of_support(lists: int, is_seen: tuple[bool, ...], model: Model) -> int:
    """Return the code of a model, given which histories anybody has."""
    design = Design.of(lists, [model])
    kept, is_finite = design.finite_part(np.array(is_seen, dtype=float))
    matrix = design.matrix[np.ix_(kept, is_finite)]
    infinite = frozenset(term for term, finite in zip(design.terms, is_finite, strict=True) if not finite)
    exists = bool(np.array(is_seen)[kept].all()) or _exists(lists, is_seen, model - infinite, infinite, matrix, kept)
    return (EXISTS if exists else NO_ESTIMATE) + (0 if _has_full_rank(matrix) else NOT_IDENTIFIED)


def is_identified(lists: int, is_seen: tuple[bool, ...], model: Model) -> bool:
    """Whether the finite parameters of a model can be told apart."""
    design = Design.of(lists, [model])
    return _has_full_rank(design.matrix[np.ix_(*design.finite_part(np.array(is_seen, dtype=float)))])


def _has_full_rank(matrix: np.ndarray) -> bool:
    return _rank(matrix.shape, matrix.tobytes()) == matrix.shape[1]


@lru_cache(maxsize=1 << 16)
def _rank(shape: tuple[int, int], content: bytes) -> int:
    matrix = np.frombuffer(content).reshape(shape)
    return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0


def _exists(
    lists: int, is_seen: tuple[bool, ...], finite: Model, infinite: Model, matrix: np.ndarray, kept: np.ndarray
) -> bool:
    """Whether an estimate exists; the linear program is asked only where no other model of these counts tells it.

    A term less that is finite cannot destroy existence (its equation goes, the histories stay): so what lies within a
    model that has an estimate, with the same terms at minus infinity, has one, and what contains one without has none.
    `matrix`: the finite terms on the histories that are `kept`.
    """
    with_estimate, without = _known(lists, is_seen, infinite)
    if any(finite <= larger for larger in with_estimate):
        return True
    if any(smaller <= finite for smaller in without):
        return False
    exists = _solved(matrix, np.array(is_seen, dtype=float)[kept])
    known = with_estimate if exists else without
    known[:] = [other for other in known if not (other <= finite if exists else finite <= other)] + [finite]
    return exists


@lru_cache(maxsize=1 << 14)
def _known(lists: int, is_seen: tuple[bool, ...], infinite: Model) -> tuple[list[Model], list[Model]]:
    """The largest models known to have an estimate and the smallest known to have none, to be added to."""
    return [], []


def _solved(matrix: np.ndarray, seen: np.ndarray) -> bool:
    """The linear program itself: `seen` is 1 where a kept history has anybody."""
    if not len(seen):
        return False
    histories = len(seen)
    # Unknowns: x of each kept history, then s. x_w >= s, so s - x_w <= 0.
    equal = np.hstack([matrix.T, np.zeros((matrix.shape[1], 1))])
    at_least = np.hstack([-np.eye(histories), np.ones((histories, 1))])
    wanted = np.zeros(histories + 1)
    wanted[-1] = -1.0
    solved = linprog(wanted, A_ub=at_least, b_ub=np.zeros(histories), A_eq=equal, b_eq=matrix.T @ seen, method="highs")
    return bool(solved.status == 0 and -solved.fun > ZERO)
