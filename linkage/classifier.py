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
IDENTITY_KIND = "identity"


class LevelKernel:
    """Fellegi-Sunter scoring of agreement levels with the numbers of one model, for one number of records.

    Matches are of two kinds: both registrations show the person's own identity, or one shows another. Within a kind the
    fields are taken as independent; over the kinds, name, birth date and origin then agree or differ together.
    """

    classes_ = np.array([0, 1])

    def __init__(self, model: Model, record_count: int, seed: int = 0, starts: int = 3) -> None:
        self.model = model
        self.record_count = record_count
        self._seed, self._starts = seed, starts

    def field_weights(self, features: np.ndarray) -> np.ndarray:
        """Bits per pair and field, of the likelier kind of match; the last column is the bits of the kind itself.

        What a field tells is reduced where another tells the same (`dependence` in the model file).
        """
        own = self._bits(features, [comparison.weights for comparison in self.model.comparisons])
        other = self._bits(features, [c.weights_of_another_identity for c in self.model.comparisons])
        share = self.model.another_identity_share
        as_own = own.sum(axis=1) + np.log2(1.0 - share)
        as_other = other.sum(axis=1) + np.log2(share)
        bits = np.where((as_own >= as_other)[:, None], own, other)
        kind = np.logaddexp2(as_own, as_other) - bits.sum(axis=1)
        return np.column_stack((bits, kind))

    def _bits(self, features: np.ndarray, weights: list[tuple[float, ...]]) -> np.ndarray:
        bits = np.column_stack([np.asarray(of_level)[features[:, at]] for at, of_level in enumerate(weights)])
        fields = [comparison.field for comparison in self.model.comparisons]
        speaks_for = bits > 0
        for dependence in self.model.dependences:
            field, beside = fields.index(dependence.field), fields.index(dependence.beside)
            bits[speaks_for[:, field] & speaks_for[:, beside], field] *= dependence.share
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
        """Re-estimate m, m_other and the shares of matches on pattern counts; the best of the seeded starts stays."""
        if not len(features):
            return self
        patterns, counts = np.unique(features, axis=0, return_counts=True)
        random = np.random.default_rng(self._seed)
        starts = [self._maximise(patterns, counts, random, start) for start in range(self._starts)]
        _, own, other, shares = max(starts, key=lambda outcome: outcome[0])
        comparisons = tuple(
            _with_shares(comparison, own[at], other[at]) for at, comparison in enumerate(self.model.comparisons)
        )
        self.model = replace(
            self.model,
            comparisons=comparisons,
            expected_matches_per_record=2.0
            * float(shares[:2].sum())
            * self._all_pairs(counts)
            / max(self.record_count, 1),
            another_identity_share=float(shares[1] / shares[:2].sum()),
        )
        return self

    def _all_pairs(self, counts: np.ndarray) -> float:
        """How many pairs of records there are, candidates or not."""
        return max(self.record_count * (self.record_count - 1) / 2, float(counts.sum()))

    def _maximise(
        self, patterns: np.ndarray, counts: np.ndarray, random: np.random.Generator, start: int
    ) -> tuple[float, list[np.ndarray], list[np.ndarray], np.ndarray]:
        """One run of expectation maximisation over own identity, another identity and non-match (u held fixed)."""
        priors = [_shares(self.model, share) for share in ("m", "m_other")]
        jitter = START_JITTER if start else 0.0
        kinds = [[_normal(p * np.exp(random.normal(0.0, jitter, len(p)))) for p in prior] for prior in priors]
        log_u = _log_likelihood(patterns, _shares(self.model, "u"))
        all_pairs = self._all_pairs(counts)
        matches = self.model.expected_matches_per_record * self.record_count / 2
        other = self.model.another_identity_share
        shares = np.array([1.0 - other, other, 0.0]) * min(matches / all_pairs, 0.5)
        shares[2], likelihood = 1.0 - shares.sum(), -np.inf
        for _ in range(MOST_ROUNDS):
            logs = np.column_stack([*(_log_likelihood(patterns, kind) for kind in kinds), log_u]) + np.log(shares)
            together = np.logaddexp.reduce(logs, axis=1)
            expected = counts[:, None] * np.exp(logs - together[:, None])
            before, likelihood = likelihood, float((counts * together).sum())
            # Pairs that are no candidates are non-matches: u is their shares too, and without them a block that shares
            # a name would be taken for a family of doubles.
            shares = np.maximum(expected.sum(axis=0), 1e-6) / all_pairs
            shares[2] = 1.0 - shares[:2].sum()
            kinds = [
                [
                    _normal(np.bincount(patterns[:, at], expected[:, kind], len(p) + 1)[1:] + SMOOTHING_PAIRS * p)
                    for at, p in enumerate(prior)
                ]
                for kind, prior in enumerate(priors)
            ]
            if likelihood - before < CONVERGED_BELOW * abs(likelihood):
                break
        return likelihood, kinds[0], kinds[1], shares


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
        """Bits per pair: columns as `levels`, and `identity` for the kind of match."""
        bits = self.kernel.field_weights(levels.to_numpy())
        return pd.DataFrame(bits, index=levels.index, columns=[*levels.columns, IDENTITY_KIND])


def probability(match_weight: np.ndarray) -> np.ndarray:
    """Probability that belongs to a posterior match weight in bits."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(match_weight, -60.0, 60.0))))


def _with_shares(comparison: Comparison, own: np.ndarray, other: np.ndarray) -> Comparison:
    levels = tuple(
        replace(level, m=float(own[at]), m_other=float(other[at])) for at, level in enumerate(comparison.levels)
    )
    return replace(comparison, levels=levels)


def _shares(model: Model, share: str) -> list[np.ndarray]:
    return [np.array([getattr(level, share) for level in c.levels]) for c in model.comparisons]


def _normal(shares: np.ndarray) -> np.ndarray:
    return np.asarray(shares / shares.sum())


def _log_likelihood(patterns: np.ndarray, shares: list[np.ndarray]) -> np.ndarray:
    """Log probability of each pattern given the shares of the levels; a missing level says nothing."""
    return np.asarray(sum(np.concatenate(([0.0], np.log(share)))[patterns[:, at]] for at, share in enumerate(shares)))
