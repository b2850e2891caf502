"""From agreement levels to a match weight and a probability, as a `recordlinkage` classifier.

The night only predicts with the numbers of the declared model. `fit` re-estimates m and the prior by expectation
maximisation on the counts of the distinct agreement patterns, with u held at the model's values: the classes cannot
switch, since the non-match class is given. The result is a new model, for a person to accept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from recordlinkage.adapters import SKLearnAdapter
from recordlinkage.base import BaseClassifier

from connectors.register import REGISTERS
from linkage.match_weight import probability
from linkage.model import Comparison, Model, RegisterPair

SMOOTHING_PAIRS = 200.0
REGISTER_PAIR_SMOOTHING = 60.0
LEAST_MATCHES_OF_REGISTERS = 40.0
START_JITTER = 0.25
MOST_ROUNDS = 200
CONVERGED_BELOW = 1e-6
IDENTITY_KIND = "identity"
REGISTER_PAIR = "register_pair"
REGISTER_PAIRS = tuple(combinations_with_replacement(sorted(REGISTERS), 2))
ANY_REGISTERS = 0
# A register has at least this part of the background population.
BACKGROUND_PER_REGISTER = 0.25


def register_pair_codes(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The number of each pair of registers (names in, int8 out), 1 for the first of REGISTER_PAIRS."""
    code = {pair: at for at, pair in enumerate(REGISTER_PAIRS, start=1)}
    table = {(one, other): code[min(one, other), max(one, other)] for one in REGISTERS for other in REGISTERS}
    return np.fromiter((table[pair] for pair in zip(left, right, strict=True)), dtype=np.int8, count=len(left))


class LevelKernel:
    """Fellegi-Sunter scoring of agreement levels with the numbers of one model, for the records of one night.

    Features: one column of level numbers per compared field and, last, the number of the pair of registers
    (ANY_REGISTERS: the numbers of all together). Matches are of two kinds: both registrations show the person's own
    identity, or one shows another. Within a kind the fields are taken as independent; over the kinds, name, birth date
    and origin then agree or differ together.
    """

    classes_ = np.array([0, 1])

    def __init__(self, model: Model, records: Mapping[str, int], seed: int = 0, starts: int = 3) -> None:
        self.model = model
        self.records = dict(records)
        self._seed, self._starts = seed, starts

    @property
    def record_count(self) -> int:
        """Number of records of all registers."""
        return sum(self.records.values())

    def field_weights(self, features: np.ndarray) -> np.ndarray:
        """Bits per pair and field, of the likelier kind of match; the last column is the bits of the kind itself.

        What a field tells is reduced where another tells the same (`dependence` in the model file).
        """
        own, other = self._kinds(features)
        share = self._by_registers("another_identity_share")[features[:, -1]]
        as_own = own.sum(axis=1) + np.log2(1.0 - share)
        as_other = other.sum(axis=1) + np.log2(share)
        bits = np.where((as_own >= as_other)[:, None], own, other)
        kind = np.logaddexp2(as_own, as_other) - bits.sum(axis=1)
        return np.column_stack((bits, kind))

    def prior_weights(self, features: np.ndarray) -> np.ndarray:
        """Bits of prior odds per pair: of the two registers where the model knows them, else of all together."""
        overall = self.model.prior_weight(self.record_count)
        weights = np.full(len(REGISTER_PAIRS) + 1, overall)
        for pair in self.model.register_pairs:
            weights[_code(pair)] = np.log2(pair.matches / self._larger(pair))
        return np.asarray(weights[features[:, -1]])

    def _larger(self, pair: RegisterPair) -> float:
        """Number of records of the larger of two registers; a small night stands for the background population."""
        background = self.model.names["background_persons"] * BACKGROUND_PER_REGISTER
        return float(max(background, *(self.records.get(register, 0) for register in pair.registers)))

    def _by_registers(self, number: str) -> np.ndarray:
        values = np.full(len(REGISTER_PAIRS) + 1, getattr(self.model, number))
        for pair in self.model.register_pairs:
            values[_code(pair)] = getattr(pair, number)
        return values

    def _kinds(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Bits per pair and field as matches of one's own, and of another identity."""
        counted = self.model.records_counted(self.record_count)
        kinds = []
        for share in ("m", "m_other"):
            bits = np.empty((len(features), len(self.model.comparisons)))
            for at, comparison in enumerate(self.model.comparisons):
                table = np.log2(self._ratios(comparison, share, counted))
                table = np.column_stack((np.zeros(len(table)), table))  # level 0, not recorded, weighs nothing
                bits[:, at] = table[features[:, -1], features[:, at]]
            kinds.append(self._discounted(bits))
        return kinds[0], kinds[1]

    def _ratios(self, comparison: Comparison, share: str, counted: float) -> np.ndarray:
        """m over u of the levels, by pair of registers."""
        of_all = comparison.shares(share)
        # Where another identity makes no difference to a field, the registers' own m holds for it too.
        differs = share == "m_other" and not np.array_equal(of_all, comparison.shares("m"))
        of_all_u = comparison.chances(counted)
        table = np.tile(comparison.ratios(of_all, of_all_u), (len(REGISTER_PAIRS) + 1, 1))
        for pair in self.model.register_pairs:
            m = of_all if differs or comparison.field not in pair.m else np.array(pair.m[comparison.field])
            u = np.array(pair.u.get(comparison.field, of_all_u))
            for level, partners in pair.partners.get(comparison.field, {}).items():
                u[comparison.number(level) - 1] = partners / self._larger(pair)
            table[_code(pair)] = comparison.ratios(m, u)
        return table

    def _discounted(self, bits: np.ndarray) -> np.ndarray:
        fields = self.model.fields
        speaks_for = bits > 0
        for dependence in self.model.dependences:
            field, beside = fields.index(dependence.field), fields.index(dependence.beside)
            bits[speaks_for[:, field] & speaks_for[:, beside], field] *= dependence.share
        return bits

    def match_weight(self, features: np.ndarray) -> np.ndarray:
        """Posterior match weight in bits: prior odds and the sum of the fields."""
        return np.asarray(self.field_weights(features).sum(axis=1) + self.prior_weights(features))

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Probability of non-match and match per pair."""
        match = probability(self.match_weight(features))
        return np.column_stack((1.0 - match, match))

    def predict(self, features: np.ndarray) -> np.ndarray:
        """1 where the probability reaches the model's link threshold, else 0."""
        return (self.predict_proba(features)[:, 1] >= self.model.thresholds["link"]).astype(int)

    def fit(self, features: np.ndarray, _labels: np.ndarray | None = None) -> LevelKernel:
        """Re-estimate m and the shares of matches on pattern counts; the best of the seeded starts stays."""
        if not len(features):
            return self
        patterns, counts = np.unique(features, axis=0, return_counts=True)
        random = np.random.default_rng(self._seed)
        starts = [self._maximise(patterns, counts, random, start) for start in range(self._starts)]
        self.model = max(starts, key=lambda outcome: outcome[0])[1]
        return self

    def _maximise(
        self, patterns: np.ndarray, counts: np.ndarray, random: np.random.Generator, start: int
    ) -> tuple[float, Model]:
        """One run of expectation maximisation over own identity, another identity and non-match (u held fixed).

        Returns the logarithm of the likelihood ratio against chance, and the model.
        """
        declared = self.model
        model = _jittered(declared, random, START_JITTER if start else 0.0)
        ratio = -np.inf
        for _ in range(MOST_ROUNDS):
            kernel = LevelKernel(model, self.records)
            own, other = kernel._kinds(patterns)
            share = kernel._by_registers("another_identity_share")[patterns[:, -1]]
            prior = kernel.prior_weights(patterns)
            log_odds = np.column_stack((own.sum(axis=1) + np.log2(1.0 - share), other.sum(axis=1) + np.log2(share)))
            log_odds = np.clip(log_odds + prior[:, None], -60.0, 60.0)
            against = np.logaddexp2(0.0, np.logaddexp2(log_odds[:, 0], log_odds[:, 1]))
            expected = counts * np.exp2(log_odds[:, 0] - against)
            before, ratio = ratio, float((counts * against).sum())
            model = self._estimated(declared, patterns, expected)
            if abs(ratio - before) < CONVERGED_BELOW * abs(ratio):
                break
        return ratio, model

    def _estimated(self, declared: Model, patterns: np.ndarray, expected: np.ndarray) -> Model:
        """The model whose m are those of the expected matches, smoothed by what was declared before.

        `expected`: per pattern the matches that show the person's own identity. What another identity looks like, and
        how often it is shown, stays as declared: records without truth cannot tell it from companions. The prior is of
        all pairs, candidates or not: else a block that shares a name would be taken for a family of doubles.
        """
        comparisons = tuple(
            _with_m(comparison, _smoothed(patterns[:, at], expected, comparison.shares("m"), SMOOTHING_PAIRS))
            for at, comparison in enumerate(declared.comparisons)
        )
        matches = float(expected.sum()) / (1.0 - declared.another_identity_share)
        model = replace(
            declared,
            comparisons=comparisons,
            expected_matches_per_record=max(2.0 * matches / max(self.record_count, 1), 1e-6),
        )
        return replace(model, register_pairs=tuple(self._of_registers(model, patterns, expected)))

    def _of_registers(self, model: Model, patterns: np.ndarray, expected: np.ndarray) -> list[RegisterPair]:
        """Numbers of each declared pair of registers, smoothed by what was declared of it, or of all together."""
        found = []
        for pair in model.register_pairs:
            among = patterns[:, -1] == _code(pair)
            sizes = [self.records.get(register, 0) for register in pair.registers]
            smaller = min(sizes) / (2.0 if pair.registers[0] == pair.registers[1] else 1.0)
            own = float(expected[among].sum())
            if not smaller or own < LEAST_MATCHES_OF_REGISTERS:
                found.append(pair)
                continue
            m = {}
            for at, comparison in enumerate(model.comparisons):
                before = np.array(pair.m.get(comparison.field, comparison.shares("m")))
                shares = _smoothed(patterns[among, at], expected[among], before, REGISTER_PAIR_SMOOTHING)
                m[comparison.field] = tuple(shares.tolist())
            matches = own / (1.0 - pair.another_identity_share) / smaller
            found.append(replace(pair, matches=matches, m=m))
        return found


class LevelClassifier(SKLearnAdapter, BaseClassifier):
    """A `recordlinkage` classifier over agreement levels with a missing level (0)."""

    def __init__(self, model: Model, records: Mapping[str, int], seed: int = 0) -> None:
        super().__init__()
        self.kernel = LevelKernel(model, records, seed)

    @property
    def model(self) -> Model:
        """The model in use: the one given, or after `fit` the one estimated."""
        return self.kernel.model

    def weights(self, levels: pd.DataFrame) -> pd.DataFrame:
        """Bits per pair: the compared fields, and `identity` for the kind of match."""
        bits = self.kernel.field_weights(levels.to_numpy())
        return pd.DataFrame(bits, index=levels.index, columns=[*self.model.fields, IDENTITY_KIND])


def _code(pair: RegisterPair) -> int:
    return REGISTER_PAIRS.index(pair.registers) + 1


def _jittered(model: Model, random: np.random.Generator, jitter: float) -> Model:
    def moved(shares: np.ndarray) -> np.ndarray:
        return _normal(shares * np.exp(random.normal(0.0, jitter, len(shares))))

    return replace(model, comparisons=tuple(_with_m(c, moved(c.shares("m"))) for c in model.comparisons))


def _with_m(comparison: Comparison, m: np.ndarray) -> Comparison:
    levels = tuple(replace(level, m=float(m[at])) for at, level in enumerate(comparison.levels))
    return replace(comparison, levels=levels)


def _smoothed(levels: np.ndarray, expected: np.ndarray, before: np.ndarray, pairs: float) -> np.ndarray:
    """Shares of the levels among expected matches, with so many pairs of the shares before."""
    return _normal(np.bincount(levels, expected, len(before) + 1)[1:] + pairs * before)


def _normal(shares: np.ndarray) -> np.ndarray:
    return np.asarray(shares / shares.sum())
