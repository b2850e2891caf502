"""Extended maximum likelihood fits of many log-linear models to many tables of counts at once.

The same iteration as a Poisson GLM with log link (iteratively reweighted least squares), on stacks of small systems:
a bootstrap fits a hundred models to a thousand tables. A test holds it against statsmodels. A term theta of which no
person is on all its lists (N*_theta = 0) has the extended estimate minus infinity: it is left out of the design, and
so are the histories that contain it, whose fitted value is 0 (Fienberg and Rinaldo 2012; Chan, Silverman, Vincent 2021,
2.3). It still counts as a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from monitoring.estimates.models import Design

MOST_ITERATIONS = 60
# Relative to the number of persons.
CONVERGED = 1e-9
# A fitted value this small may be on its way to 0: then whether an estimate exists at all has to be decided apart.
SUSPECT = 1e-5
# A tiny part of the diagonal keeps a system solvable whose estimate does not exist.
RIDGE = 1e-11
STEEPEST = 5.0


@dataclass(frozen=True)
class Fits:
    """One row per fit.

    `dark_figure`: exp(alpha_0), the estimate of persons on no list. `fitted`: per history, 0 where a term is minus
    infinity. `log_likelihood`: with -log N!. `parameters`: how many, those at minus infinity included. `is_finite`:
    term in the model and finite. `is_certified`: the iteration converged to positive values on every history that is
    kept; that they reproduce the sufficient statistics proves that the estimate exists.
    """

    dark_figure: np.ndarray
    fitted: np.ndarray
    log_likelihood: np.ndarray
    parameters: np.ndarray
    is_finite: np.ndarray
    is_certified: np.ndarray

    def bic(self, cases: np.ndarray) -> np.ndarray:
        """k log n - 2 log likelihood, n the number of persons (Silverman, Chan, Vincent 2024)."""
        return np.asarray(self.parameters * np.log(cases) - 2.0 * self.log_likelihood)


def zero_terms(design: Design, counts: np.ndarray) -> np.ndarray:
    """Return per table which terms no person is on all lists of: N*_theta = 0. Shape tables x terms."""
    return np.asarray(counts @ design.matrix == 0)


def fit(design: Design, counts: np.ndarray, in_model: np.ndarray) -> Fits:
    """Fit each row of `in_model` (terms) to the row of `counts` (histories) beside it."""
    counts = np.asarray(counts, dtype=float)
    dropped = in_model & zero_terms(design, counts)
    finite = in_model & ~dropped
    kept = ~(dropped.astype(float) @ design.matrix.T > 0)
    sufficient = (counts @ design.matrix) * finite
    fitted = _iterate(design, counts, finite, kept, sufficient)
    alphas, mu, is_settled = fitted
    least = np.where(kept, mu, np.inf).min(axis=1)
    likelihood = (xlogy(counts, np.where(mu > 0, mu, 1.0)) - mu - gammaln(counts + 1)).sum(axis=1)
    return Fits(
        dark_figure=np.exp(np.clip(alphas[:, 0], -700, 700)),
        fitted=mu,
        log_likelihood=likelihood,
        parameters=in_model.sum(axis=1),
        is_finite=finite,
        is_certified=is_settled & (least >= SUSPECT),
    )


def _iterate(
    design: Design, counts: np.ndarray, finite: np.ndarray, kept: np.ndarray, sufficient: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Newton's iteration of all fits; those that have converged are left alone. Return alphas, fitted, settled."""
    products = np.einsum("wi,wj->wij", design.matrix, design.matrix).reshape(len(design.matrix), -1)
    fits, terms = finite.shape
    alphas, mu = np.zeros((fits, terms)), np.zeros_like(counts)
    settled = np.zeros(fits, dtype=bool)
    active = np.arange(fits)
    start = (counts + 0.1) * kept
    eta = np.log(np.where(kept, start, 1.0))
    working, weights = start * eta + (counts - start) * kept, start
    for step in range(MOST_ITERATIONS):
        information = (weights @ products).reshape(len(active), terms, terms)
        information *= finite[active, :, None] & finite[active, None, :]
        # The ridge keeps what is finite solvable; a term that is left out gets a row of its own.
        diagonal = np.einsum("fii->fi", information)
        diagonal += np.where(finite[active], diagonal * RIDGE + 1e-300, 1.0)
        right = (working @ design.matrix) * finite[active]
        found = np.linalg.solve(information, right[..., None])[..., 0]
        if step:
            found = alphas[active] + np.clip(found, -STEEPEST, STEEPEST)
        alphas[active] = found
        mu[active] = np.exp(np.clip(found @ design.matrix.T, -700, 60)) * kept[active]
        gap = sufficient[active] - (mu[active] @ design.matrix) * finite[active]
        done = np.abs(gap).max(axis=1) <= CONVERGED * (1.0 + counts[active].sum(axis=1))
        settled[active[done]] = True
        active = active[~done]
        if not len(active):
            break
        weights, working = mu[active], (counts[active] - mu[active]) * kept[active]
    return alphas, mu, settled
