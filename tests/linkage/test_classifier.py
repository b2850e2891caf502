"""The classifier: EM that recovers known shares, never switches classes, and gives the same result for a seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from linkage.classifier import (
    ANY_REGISTERS,
    REGISTER_PAIR,
    REGISTER_PAIRS,
    LevelClassifier,
    LevelKernel,
    probability,
    register_pair_codes,
)
from linkage.model import Model, load_model

RECORDS = {"ikps": 1_000, "stv": 600, "youth_care": 1_200, "telex": 800, "mob": 400}
MATCH_SHARE = 0.05
MODEL = load_model()
OF_ALL = replace(MODEL, register_pairs=())


def simulated_levels(model: Model, pairs: int, seed: int) -> pd.DataFrame:
    """Levels drawn from the model's own m and u for a known share of matches; one in ten values is missing."""
    random = np.random.default_rng(seed)
    is_match = random.random(pairs) < MATCH_SHARE
    columns = {}
    for comparison in model.comparisons:
        m, u = comparison.shares("m"), comparison.chances(model.records_counted(sum(RECORDS.values())))
        drawn = np.where(
            is_match, random.choice(len(m), pairs, p=m / m.sum()), random.choice(len(u), pairs, p=u / u.sum())
        )
        columns[comparison.field] = np.where(random.random(pairs) < 0.1, 0, drawn + 1)
    return pd.DataFrame({**columns, REGISTER_PAIR: ANY_REGISTERS})


def pattern(model: Model, registers: int = ANY_REGISTERS, **levels: str) -> np.ndarray:
    """One pair: the named fields on the named levels, the others not recorded."""
    numbers = [model.comparison(name).number(levels[name]) if name in levels else 0 for name in model.fields]
    return np.array([[*numbers, registers]])


def bits(kernel: LevelKernel, features: np.ndarray, field: str) -> float:
    return float(kernel.field_weights(features)[0, kernel.model.fields.index(field)])


@pytest.mark.parametrize("seed", range(3))
def test_estimation_finds_the_shares_that_made_the_pairs_and_never_switches_classes(seed):
    classifier = LevelClassifier(OF_ALL, RECORDS, seed=seed)
    levels = simulated_levels(OF_ALL, 60_000, seed)
    classifier.fit(levels)
    for before, after in zip(OF_ALL.comparisons, classifier.model.comparisons, strict=True):
        assert after.shares("m") == pytest.approx(before.shares("m"), abs=0.05)
    expected = 2 * MATCH_SHARE * len(levels) / sum(RECORDS.values())
    # What shows another identity is reckoned with beside the matches that were drawn.
    found = classifier.model.expected_matches_per_record * (1 - OF_ALL.another_identity_share)
    assert found == pytest.approx(expected, rel=0.15)


def test_what_another_identity_looks_like_is_never_estimated():
    classifier = LevelClassifier(MODEL, RECORDS)
    classifier.fit(simulated_levels(MODEL, 5_000, 2))
    assert classifier.model.another_identity_share == MODEL.another_identity_share
    for before, after in zip(MODEL.comparisons, classifier.model.comparisons, strict=True):
        assert after.shares("m_other") == pytest.approx(before.shares("m_other"))


def test_estimation_with_one_seed_gives_the_same_numbers_twice():
    levels = simulated_levels(MODEL, 5_000, 3)
    first, second = (LevelClassifier(MODEL, RECORDS, seed=7) for _ in range(2))
    first.fit(levels)
    second.fit(levels)
    assert first.model == second.model


def test_the_order_of_pairs_does_not_change_the_estimate():
    levels = simulated_levels(MODEL, 5_000, 3)
    first = LevelKernel(MODEL, RECORDS).fit(levels.to_numpy()).model
    second = LevelKernel(MODEL, RECORDS).fit(levels.to_numpy()[::-1]).model
    assert first == second


def test_what_the_event_tells_counts_less_beside_a_shared_number():
    kernel = LevelKernel(MODEL, RECORDS)
    beside = bits(kernel, pattern(MODEL, event="same_event", network="phone"), "event")
    assert beside < bits(kernel, pattern(MODEL, event="same_event"), "event")


def test_a_shared_number_tells_as_much_in_a_large_night_as_in_a_small_one():
    tied = pattern(MODEL, network="phone")
    small, large = (LevelKernel(MODEL, {name: times * n for name, n in RECORDS.items()}) for times in (1, 50))
    assert large.match_weight(tied)[0] == pytest.approx(small.match_weight(tied)[0], abs=0.01)


def test_one_sex_tells_less_between_two_police_records_than_between_two_dossiers():
    kernel = LevelKernel(MODEL, RECORDS)
    police, dossiers = (REGISTER_PAIRS.index((name, name)) + 1 for name in ("ikps", "youth_care"))
    of_police = bits(kernel, pattern(MODEL, police, sex="same"), "sex")
    assert of_police < bits(kernel, pattern(MODEL, dossiers, sex="same"), "sex")


def test_the_pair_of_registers_is_the_same_from_either_side():
    one = register_pair_codes(np.array(["mob", "telex"]), np.array(["telex", "mob"]))
    assert one[0] == one[1] == REGISTER_PAIRS.index(("mob", "telex")) + 1


def test_nothing_recorded_leaves_the_prior():
    nothing = pattern(MODEL)
    kernel = LevelKernel(MODEL, RECORDS)
    assert kernel.match_weight(nothing)[0] == pytest.approx(MODEL.prior_weight(sum(RECORDS.values())))
    assert kernel.predict(nothing)[0] == 0


def test_ten_bits_are_a_thousand_to_one():
    assert probability(np.array([0.0, 10.0]))[1] == pytest.approx(1024 / 1025)
