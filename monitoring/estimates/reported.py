"""The fit that is reported of a chosen model: a Poisson generalised linear model, fitted by statsmodels.

The repetitions of a bootstrap are fitted in stacks (`fitting`); what is shown of the counts themselves is not.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln
from scipy.stats import chi2

from monitoring.estimates.models import Design, Model


@dataclass(frozen=True)
class ReportedFit:
    """`dark_figure`: exp(alpha_0). `bic`: k log n - 2 log likelihood, n the persons, k all terms, infinite ones too.

    `chance`: of a deviance this large if the model held, chi-squared with the histories that are kept less the finite
    parameters; None where nothing is left to test.
    """

    dark_figure: float
    bic: float
    chance: float | None


def reported_fit(model: Model, counts: np.ndarray) -> ReportedFit:
    """Fit a model that has one estimate (code 0) to one table of counts."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    design = Design.of(len(counts).bit_length(), [model])
    kept, is_finite = design.finite_part(counts)
    columns = design.matrix[np.ix_(kept, is_finite)]
    # With a parameter for every history the library divides by degrees of freedom of none.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fitted = GLM(counts[kept], columns, family=Poisson()).fit(tol=1e-12, maxiter=200)
    likelihood = float(
        (counts[kept] * np.log(fitted.fittedvalues) - fitted.fittedvalues - gammaln(counts[kept] + 1)).sum()
    )
    free = int(kept.sum()) - columns.shape[1]
    return ReportedFit(
        dark_figure=float(np.exp(fitted.params[0])),
        bic=float(len(design.terms) * np.log(counts.sum()) - 2 * likelihood),
        chance=float(chi2.sf(max(float(fitted.deviance), 0.0), free)) if free > 0 else None,
    )
