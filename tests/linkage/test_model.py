"""The declared model: distributions, weights and the prior."""

from __future__ import annotations

import tomllib
from importlib import resources

import numpy as np
import pytest

from linkage.model import CURRENT, ModelBroken, load_model, model_from

MODEL = load_model()
RECORDS = 3_000.0


def declared() -> dict:
    return tomllib.loads(resources.files("linkage").joinpath("models", f"{CURRENT}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("share", ["m", "m_other"])
def test_the_levels_of_every_comparison_are_a_distribution(share):
    for comparison in MODEL.comparisons:
        assert comparison.shares(share).sum() == pytest.approx(1.0, abs=0.001)


def test_the_strongest_level_speaks_for_and_the_last_against_in_every_comparison():
    for comparison in MODEL.comparisons:
        weights = np.log2(comparison.ratios(comparison.shares("m"), comparison.chances(RECORDS)))
        assert weights[0] > 0 > weights[-1], comparison.field


@pytest.mark.parametrize("field", ["birth_date", "origin", "place"])
def test_equal_values_tell_less_the_more_common_they_are(field):
    comparison = MODEL.comparison(field)
    ratios = comparison.ratios(comparison.shares("m"), comparison.chances(RECORDS))
    equal = [ratio for level, ratio in zip(comparison.levels, ratios, strict=True) if level.share]
    assert equal == sorted(equal, reverse=True)


def test_a_larger_night_needs_more_evidence_for_a_link():
    assert MODEL.prior_weight(200_000) < MODEL.prior_weight(20_000) < MODEL.prior_weight(5_000)


def test_a_very_small_night_needs_as_much_evidence_as_the_background_population():
    assert MODEL.prior_weight(10) == MODEL.prior_weight(2_000)


def test_no_match_is_ruled_out_by_one_usual_disagreement():
    # Registers err: sex, birth date and origin of one child differ now and then.
    for pair in MODEL.register_pairs:
        for name, shares in pair.m.items():
            levels = MODEL.comparison(name).levels
            assert min(share for share, level in zip(shares, levels, strict=True) if level.u > 0.05) >= 0.004


def test_shares_that_do_not_add_up_are_said_in_one_line():
    broken = declared()
    broken["comparison"][0]["levels"][0]["m"] = 0.9
    with pytest.raises(ModelBroken, match="name: the m of its levels"):
        model_from(broken)


def test_numbers_of_two_registers_for_levels_that_are_not_there_are_refused():
    broken = declared()
    broken["register_pair"][0]["u"]["sex"] = [1.0]
    with pytest.raises(ModelBroken, match="not one number for each of its levels"):
        model_from(broken)
