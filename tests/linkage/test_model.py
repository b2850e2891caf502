"""The declared model: distributions, weights and the prior."""

from __future__ import annotations

import pytest

from linkage.model import load_model


def test_a_missing_level_weighs_nothing_in_every_comparison():
    assert all(comparison.weights[0] == 0.0 for comparison in load_model().comparisons)


@pytest.mark.parametrize("share", ["m", "u"])
def test_the_levels_of_every_comparison_are_a_distribution(share):
    for comparison in load_model().comparisons:
        assert sum(getattr(level, share) for level in comparison.levels) == pytest.approx(1.0, abs=0.001)


def test_the_strongest_level_speaks_for_and_the_last_against_in_every_comparison():
    for comparison in load_model().comparisons:
        assert comparison.weights[1] > 0 > comparison.weights[-1]


def test_a_larger_night_needs_more_evidence_for_a_link():
    model = load_model()
    assert model.prior_weight(200_000) < model.prior_weight(20_000) < model.prior_weight(5_000)


def test_a_very_small_night_needs_as_much_evidence_as_the_background_population():
    model = load_model()
    assert model.prior_weight(10) == model.prior_weight(2_000)
