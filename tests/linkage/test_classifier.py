"""The classifier: EM that recovers known shares, never switches classes, and gives the same result for a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.classifier import LevelClassifier, LevelKernel, probability
from linkage.model import Model, load_model

RECORDS = 4_000
MATCH_SHARE = 0.05


def simulated_levels(model: Model, pairs: int, seed: int) -> pd.DataFrame:
    """Levels drawn from the model's own m and u for a known share of matches; one in ten values is missing."""
    random = np.random.default_rng(seed)
    is_match = random.random(pairs) < MATCH_SHARE
    columns = {}
    for comparison in model.comparisons:
        m, u = (np.array([getattr(level, share) for level in comparison.levels]) for share in ("m", "u"))
        drawn = np.where(
            is_match,
            random.choice(len(m), pairs, p=m / m.sum()),
            random.choice(len(u), pairs, p=u / u.sum()),
        )
        columns[comparison.field] = np.where(random.random(pairs) < 0.1, 0, drawn + 1)
    return pd.DataFrame(columns)


@pytest.mark.parametrize("seed", range(5))
def test_estimation_finds_the_shares_that_made_the_pairs_and_never_switches_classes(seed):
    model = load_model()
    classifier = LevelClassifier(model, RECORDS, seed=seed)
    levels = simulated_levels(model, 60_000, seed)
    classifier.fit(levels)
    for before, after in zip(model.comparisons, classifier.model.comparisons, strict=True):
        assert [level.m for level in after.levels] == pytest.approx([level.m for level in before.levels], abs=0.05)
    expected = 2 * MATCH_SHARE * len(levels) / RECORDS
    assert classifier.model.expected_matches_per_record == pytest.approx(expected, rel=0.1)


def test_estimation_with_one_seed_gives_the_same_numbers_twice():
    model = load_model()
    levels = simulated_levels(model, 5_000, 3)
    first = LevelClassifier(model, RECORDS, seed=7)
    second = LevelClassifier(model, RECORDS, seed=7)
    first.fit(levels)
    second.fit(levels)
    assert first.model == second.model


def test_the_order_of_pairs_does_not_change_the_estimate():
    model = load_model()
    levels = simulated_levels(model, 5_000, 3)
    first = LevelKernel(model, RECORDS).fit(levels.to_numpy()).model
    second = LevelKernel(model, RECORDS).fit(levels.to_numpy()[::-1]).model
    assert first == second


def test_what_the_event_tells_counts_less_beside_a_shared_number():
    model = load_model()
    fields = [comparison.field for comparison in model.comparisons]
    alone, beside = np.zeros((2, len(fields)), dtype=int)
    alone[fields.index("event")] = beside[fields.index("event")] = 1
    beside[fields.index("network")] = 1
    bits = LevelKernel(model, RECORDS).field_weights(np.vstack((alone, beside)))
    assert bits[1, fields.index("event")] < bits[0, fields.index("event")]


def test_nothing_recorded_leaves_the_prior():
    model = load_model()
    nothing = np.zeros((1, len(model.comparisons)), dtype=int)
    kernel = LevelKernel(model, RECORDS)
    assert kernel.match_weight(nothing)[0] == pytest.approx(model.prior_weight(RECORDS))
    assert kernel.predict(nothing)[0] == 0


def test_ten_bits_are_a_thousand_to_one():
    assert probability(np.array([0.0, 10.0]))[1] == pytest.approx(1024 / 1025)
