"""From agreement levels to a match weight and a probability, as a `recordlinkage` classifier.

The night only predicts with the numbers of the declared model. `fit` re-estimates m and the prior by expectation
maximisation on the counts of the distinct agreement patterns, with u held at the model's values: the classes cannot
switch, since the non-match class is given. The result is a new model, for a person to accept.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from recordlinkage.adapters import SKLearnAdapter
from recordlinkage.base import BaseClassifier

from linkage.model import Comparison, Model

SMOOTHING_PAIRS = 200.0
START_JITTER = 0.25
MOST_ROUNDS = 200
CONVERGED_BELOW = 1e-6


class LevelKernel:
    """Fellegi-Sunter scoring of agreement levels with the numbers of one model, for one number of records."""

    classes_ = np.array([0, 1])

    def __init__(self, model: Model, record_count: int, seed: int = 0, starts: int = 3) -> None:
        self.model = model
        self.record_count = record_count
        self._seed, self._starts = seed, starts

    def field_weights(self, features: np.ndarray) -> np.ndarray:
        """Bits per pair and field; what the event tells is reduced where the network tells the same (S43)."""
        bits = np.column_stack([np.asarray(c.weights)[features[:, at]] for at, c in enumerate(self.model.comparisons)])
        fields = [comparison.field for comparison in self.model.comparisons]
        if "event" in fields and "network" in fields:
            event, network = fields.index("event"), fields.index("network")
            both = (bits[:, event] > 0) & (bits[:, network] > 0)
            bits[both, event] *= self.model.comparison("event").settings["share_beside_network"]
        return bits

    def match_weight(self, features: np.ndarray) -> np.ndarray:
        """Posterior match weight in bits: prior odds and the sum of the fields."""
        return self.field_weights(features).sum(axis=1) + self.model.prior_weight(self.record_count)

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Probability of non-match and match per pair."""
        match = probability(self.match_weight(features))
        return np.column_stack((1.0 - match, match))

    def predict(self, features: np.ndarray) -> np.ndarray:
        """1 where the probability reaches the model's link threshold, else 0."""
        return (self.predict_proba(features)[:, 1] >= self.model.thresholds["link"]).astype(int)

    def fit(self, features: np.ndarray, _labels: np.ndarray | None = None) -> LevelKernel:
        """Re-estimate m and the share of matches on pattern counts; the best of several seeded starts is kept."""
        patterns, counts = np.unique(features, axis=0, return_counts=True)
        random = np.random.default_rng(self._seed)
        best = max(
            (self._maximise(patterns, counts, random, start) for start in range(self._starts)),
            key=lambda outcome: outcome[0],
        )
        _, shares, match_share = best
        comparisons = tuple(
            _with_m(comparison, share) for comparison, share in zip(self.model.comparisons, shares, strict=True)
        )
        expected = 2.0 * match_share * len(features) / max(self.record_count, 1)
        self.model = replace(self.model, comparisons=comparisons, expected_matches_per_record=expected)
        return self

    def _maximise(
        self, patterns: np.ndarray, counts: np.ndarray, random: np.random.Generator, start: int
    ) -> tuple[float, list[np.ndarray], float]:
        prior = [np.array([level.m for level in c.levels]) for c in self.model.comparisons]
        unmatched = [np.array([level.u for level in c.levels]) for c in self.model.comparisons]
        jitter = START_JITTER if start else 0.0
        shares = [_normal(share * np.exp(random.normal(0.0, jitter, len(share)))) for share in prior]
        match_share, likelihood = 0.01, -np.inf
        log_u = _log_likelihood(patterns, unmatched)
        for _ in range(MOST_ROUNDS):
            log_match = _log_likelihood(patterns, shares) + np.log(match_share)
            log_other = log_u + np.log1p(-match_share)
            together = np.logaddexp(log_match, log_other)
            expected = counts * np.exp(log_match - together)
            before, likelihood = likelihood, float((counts * together).sum())
            match_share = float(np.clip(expected.sum() / counts.sum(), 1e-6, 0.5))
            shares = [
                _normal(np.bincount(patterns[:, at], expected, len(share) + 1)[1:] + SMOOTHING_PAIRS * share)
                for at, share in enumerate(prior)
            ]
            if likelihood - before < CONVERGED_BELOW * abs(likelihood):
                break
        return likelihood, shares, match_share


class LevelClassifier(SKLearnAdapter, BaseClassifier):
    """A `recordlinkage` classifier over agreement levels with a missing level (0)."""

    def __init__(self, model: Model, record_count: int, seed: int = 0) -> None:
        super().__init__()
        self.kernel = LevelKernel(model, record_count, seed)

    @property
    def model(self) -> Model:
        """The model in use: the one given, or after `fit` the one estimated."""
        return self.kernel.model

    def weights(self, levels: pd.DataFrame) -> pd.DataFrame:
        """Bits per pair and field, columns as `levels`."""
        bits = self.kernel.field_weights(levels.to_numpy())
        return pd.DataFrame(bits, index=levels.index, columns=levels.columns)


def probability(match_weight: np.ndarray) -> np.ndarray:
    """Probability that belongs to a posterior match weight in bits."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(match_weight, -60.0, 60.0))))


def _with_m(comparison: Comparison, shares: np.ndarray) -> Comparison:
    levels = tuple(replace(level, m=float(share)) for level, share in zip(comparison.levels, shares, strict=True))
    return replace(comparison, levels=levels)


def _normal(shares: np.ndarray) -> np.ndarray:
    return np.asarray(shares / shares.sum())


def _log_likelihood(patterns: np.ndarray, shares: list[np.ndarray]) -> np.ndarray:
    """Log probability of each pattern given the shares of the levels; a missing level says nothing."""
    return np.asarray(sum(np.concatenate(([0.0], np.log(share)))[patterns[:, at]] for at, share in enumerate(shares)))
