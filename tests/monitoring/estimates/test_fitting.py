import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from monitoring.estimates.fitting import fit
from monitoring.estimates.models import ALIKE, MAIN_EFFECTS, Design, all_pairs, hierarchical_models


def with_statsmodels(counts, design):
    # Counts that a model fits to the last digit are no separation here.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 400), min_size=15, max_size=15), st.integers(0, 112))
def test_a_fit_is_that_of_a_generalised_linear_model(counts, number):
    model = hierarchical_models(4, 3)[number]
    design = Design.of(4, [model])
    counts = np.array(counts, dtype=float)
    fits = fit(design, counts[None, :], design.columns([model]))
    known = with_statsmodels(counts, design.matrix)
    assert fits.dark_figure[0] == pytest.approx(np.exp(known.params[0]), rel=1e-6)
    assert fits.fitted[0] == pytest.approx(known.fittedvalues, rel=1e-6)
    assert fits.log_likelihood[0] == pytest.approx(known.llf, rel=1e-9)


def test_heterogeneity_is_a_column_of_pairs_of_lists(published):
    counts = published("kosovo").counts.astype(float)
    design = Design.of(4, [{ALIKE}])
    fits = fit(design, counts[None, :], design.columns([frozenset({ALIKE})]))
    assert fits.dark_figure[0] == pytest.approx(np.exp(with_statsmodels(counts, design.matrix).params[0]), rel=1e-6)
    assert set(design.matrix[:, -1]) == {0.0, 1.0, 3.0, 6.0}


def test_a_term_without_anybody_is_left_out_with_its_histories(counted):
    # Nobody on A and B: the other seven parameters are fitted to the histories without both.
    counts = counted("ABC", A=40, B=30, C=20, AC=6, BC=9).counts.astype(float)
    design = Design.of(3, [frozenset({3})])
    fits = fit(design, counts[None, :], design.columns([frozenset({3})]))
    kept = np.array([history & 3 != 3 for history in range(1, 8)])
    known = with_statsmodels(counts[kept], design.matrix[kept][:, :4])
    assert fits.dark_figure[0] == pytest.approx(np.exp(known.params[0]), rel=1e-6)
    assert fits.fitted[0][~kept].tolist() == [0, 0]
    assert fits.parameters[0] == 5
    assert fits.is_finite[0].tolist() == [True, True, True, True, False]


def test_many_fits_at_once_are_the_same_as_one_by_one(published):
    counts = np.random.default_rng(1).multinomial(345, published("western").counts / 345, size=20).astype(float)
    models = [MAIN_EFFECTS, frozenset({17}), frozenset(all_pairs(5))] * 7
    design = Design.of(5, models)
    together = fit(design, counts, design.columns(models[:20]))
    for row in range(20):
        alone = fit(design, counts[row : row + 1], design.columns(models[row : row + 1]))
        if alone.is_certified[0]:
            assert together.dark_figure[row] == pytest.approx(alone.dark_figure[0], rel=1e-9)
