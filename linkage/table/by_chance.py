"""What two different persons agree on by chance: how often values are equal, and which columns repeat each other.

Counted in random pairs and in pairs with an equal value. Some of those are of one person after all: how many is seen in
the other columns, never in the one that is counted. What comes out is fixed before anything is said about matches, so
the two classes cannot switch.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from connectors.side_by_side import processors
from linkage.table.agreement import BINS, Agreement, Agreements, bins_of, common
from linkage.table.encoded import Encoded
from linkage.table.levels import SAME
from linkage.table.sample import Sample
from linkage.table.universe import Universe

# From so many random pairs, and pairs with an equal value, it is believed that two columns go together; and that a
# level is as common as its bin says.
FROM_PAIRS, FROM_EQUAL_PAIRS, FROM_PAIRS_OF_BIN = 10.0, 50.0, 5.0
# Natural logarithm from which columns are said to repeat each other; less than the second is taken for chance.
REPEATS_FROM, BELIEVED_FROM = 1.0, 0.2
LEAST_U = 1e-12
LEAST_TOLD = 0.1  # below it the other columns do not tell who is who
ROUNDS = 12
# Share of the matches that differ in nearly all other columns; and the least that is kept of what they may explain.
LOOK_DIFFERENT, LEAST_DIFFERENT = 0.03, 0.1


class ByChance:
    """How often levels occur among pairs of different persons.

    `log_u`: per column the natural logarithm of the share of each level. `rarity`: per column, level and bin the
    natural logarithm of how much oftener matches agree on something as common. `repeats`: per two columns and their
    levels the natural logarithm of how much oftener they go together than if they were independent. `rare_together`: as
    `rarity`, for two columns that repeat each other and are both the same, per bin of the one and of the other.
    """

    def __init__(self, agreements: Agreements, universe: Universe, seed: int) -> None:
        self.columns, self.counts = agreements.columns, agreements.counts
        self.universe = universe

        def sampled(at: int) -> Sample:
            """Pairs with an equal value in a column; before the first column, random ones."""
            drawn = universe.pairs_with_equal(self.columns[at].codes, seed + 1 + at) if at >= 0 else None
            return Sample.of(agreements, *(drawn or universe.random_pairs(seed)))

        with ThreadPoolExecutor(processors()) as pool:
            self._random, *self._equal = pool.map(sampled, range(-1, len(self.columns)))
        self._recorded = [universe.count(np.where(column.codes >= 0, 0, -1)) for column in self.columns]
        self._equal_pairs = [_equal_pairs(column, universe) for column in self.columns]
        self._common = [
            [common(column, level) if level else np.ones(BINS) for level in range(count)]
            for column, count in zip(self.columns, self.counts, strict=True)
        ]
        size = len(self.columns)
        self.pairs_of_columns = [(one, other) for one in range(size) for other in range(one + 1, size)]
        self.partners: list[set[int]] = [set() for _ in self.columns]
        self.log_u = [np.zeros(count) for count in self.counts]
        self.rarity = [np.zeros((count, BINS)) for count in self.counts]
        self.repeats: dict[tuple[int, int], np.ndarray] = {}
        self.rare_together: dict[tuple[int, int], np.ndarray] = {}
        for at in range(size):
            self._count(at, np.ones(len(self._random.agreement.levels)), np.zeros(BINS))

    def refine(self, m: Sequence[np.ndarray], prior: float) -> None:
        """Count once more, without the pairs that are likelier of one person.

        `m`: per column the share of each level among matches. `prior`: share of matches among all pairs.
        """
        ratios = [self._ratios(sample.agreement, m) for sample in (self._random, *self._equal)]
        odds = np.log(max(prior, 1e-15)) - np.log1p(-min(prior, 0.5))
        self.repeats, self.rare_together = {}, {}
        found: list[set[int]] = [set() for _ in self.columns]
        for one, other in self.pairs_of_columns:
            repeated = self._repeated(one, other, ratios, odds)
            self.repeats[one, other] = repeated
            if repeated[SAME, SAME] > REPEATS_FROM:
                found[one].add(other)
                found[other].add(one)
        self.partners = found
        self._keep_forest()
        for at in range(len(self.columns)):
            apart = self._apart(ratios[0], {at}, odds)
            self._count(at, apart, self._matches_among_equal(at, ratios[at + 1]))

    def _keep_forest(self) -> None:
        """Of what is rare together keep what forms no circle, the strongest first."""
        group = list(range(len(self.columns)))
        strongest = sorted(self.rare_together, key=lambda pair: (-self.repeats[pair][SAME, SAME], pair))
        kept = {}
        for one, other in strongest:
            if group[one] != group[other]:
                kept[one, other] = self.rare_together[one, other]
                gone = group[other]
                group = [group[one] if of == gone else of for of in group]
        self.rare_together = kept

    def _ratios(self, agreement: Agreement, m: Sequence[np.ndarray]) -> np.ndarray:
        """Natural logarithm of the likelihood ratio of each pair, by column, and in the last column their sum."""
        found = np.zeros((len(agreement.levels), len(m) + 1), order="F")
        for at, shares in enumerate(m):
            levels, bins = agreement.levels[:, at], agreement.bins[:, at]
            of_level = np.log(shares[1:]) - self.log_u[at][1:]
            found[:, at] = np.concatenate(([0.0], of_level))[levels] + self.rarity[at][levels, bins]
        found[:, -1] = found[:, :-1].sum(axis=1)
        return found

    def _without(self, ratios: np.ndarray, columns: set[int]) -> np.ndarray:
        """Sum of the columns that can tell whether a pair is of one person, those given and their partners left out."""
        beside = sorted(columns.union(*(self.partners[at] for at in columns)))
        found = ratios[:, -1].copy()
        for at in beside:
            found -= ratios[:, at]
        return np.asarray(found)

    def _apart(self, ratios: np.ndarray, columns: set[int], odds: float) -> np.ndarray:
        """Probability that random pairs are of different persons, by the columns that are not given."""
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(self._without(ratios, columns) + odds, -50, 50))))

    def _matches_among_equal(self, at: int, ratios: np.ndarray) -> np.ndarray:
        """Share of matches among pairs that are the same in a column, per bin of how common the value is."""
        sample = self._equal[at]
        return self._mixed(self._without(ratios, {at}), sample.agreement.bins[:, at], sample.pairs, BINS)[0]

    @staticmethod
    def _mixed(logs: np.ndarray, groups: np.ndarray, pairs: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Share of matches per group and probability per agreement, by expectation maximisation over fixed ratios."""
        sizes = np.bincount(groups, weights=pairs, minlength=count)
        share = np.full(count, 0.5)
        ratio = np.exp(np.clip(logs, -50.0, 50.0))
        chance = np.full(len(logs), 0.5)
        for _ in range(ROUNDS):
            odds = (share / (1.0 - share))[groups] * ratio
            chance = odds / (1.0 + odds)
            share = np.bincount(groups, weights=chance * pairs, minlength=count) / np.maximum(sizes, 1)
            share = np.clip(share, 1e-6, 1.0 - 1e-6)
        return share, chance

    def _count(self, at: int, apart: np.ndarray, matches: np.ndarray) -> None:
        """Shares of the levels of a column, and within levels of what is how common."""
        levels, bins = (part[:, at] for part in (self._random.agreement.levels, self._random.agreement.bins))
        count = self.counts[at]
        cells = levels.astype(np.int64) * BINS + bins
        seen = np.bincount(cells, weights=apart * self._random.pairs, minlength=count * BINS)
        seen = seen.reshape(count, BINS)
        equal = _surely(self._equal_pairs[at] * (1.0 - matches), self._equal_pairs[at] * matches)
        same = float(np.clip((equal.sum() + 0.5) / (self._recorded[at] + 1.0), LEAST_U, 0.999))
        rest = seen[SAME + 1 :].sum(axis=1) + 0.5
        share = np.concatenate(([same], rest / rest.sum() * (1.0 - same)))
        self.log_u[at] = np.concatenate(([0.0], np.log(share)))
        rarity = np.zeros((count, BINS))
        rarity[SAME] = _log_ratio(self._common[at][SAME], equal + 0.01 * (self._equal_pairs[at] > 0))
        for level in range(SAME + 1, count):
            if seen[level, 1:].sum() > 0:
                shares = self._common[at][level]
                # As common as by chance two equal values are, until enough pairs tell.
                prior = shares * np.exp2(-2.0 * np.arange(BINS))
                prior[0] = 0.0
                smoothed = seen[level] + FROM_PAIRS_OF_BIN * prior / max(prior.sum(), 1e-12)
                smoothed[0] = 0.0
                rarity[level] = _log_ratio(shares, smoothed)
        self.rarity[at] = rarity

    def _repeated(self, one: int, other: int, ratios: list[np.ndarray], odds: float) -> np.ndarray:
        """Natural logarithm of how much oftener two levels go together by chance than if they were independent."""
        agreement = self._random.agreement
        apart = self._apart(ratios[0], {one, other}, odds)
        found = repeated(
            agreement.levels[:, one],
            agreement.levels[:, other],
            (self.counts[one], self.counts[other]),
            apart * self._random.pairs,
        )
        for given, asked in ((one, other), (other, one)):
            sample, pairs = self._equal[given].agreement, self._equal[given].pairs
            logs = self._without(ratios[given + 1], {one, other})
            _, chance = self._mixed(logs, sample.bins[:, given], pairs, BINS)
            levels, count = sample.levels[:, asked], self.counts[asked]
            counted = np.bincount(levels, weights=(1.0 - chance) * pairs, minlength=count)[1:]
            expected = np.exp(self.log_u[asked][1:]) * counted.sum()
            # Believed as far as both ways of counting show it.
            seen = np.median([counted, _unmixed(levels, count, chance, pairs)[1:], expected], axis=0)
            row = np.log((seen + FROM_EQUAL_PAIRS) / (expected + FROM_EQUAL_PAIRS))
            if given == one:
                found[SAME, 1:] = row
            else:
                row[0] = (row[0] + found[SAME, SAME]) / 2
                found[1:, SAME] = row
        if found[SAME, SAME] <= REPEATS_FROM:
            return np.asarray(np.sign(found) * np.maximum(np.abs(found) - BELIEVED_FROM, 0.0))
        self._both_same(one, other, ratios, found)
        return found

    def _both_same(self, one: int, other: int, ratios: list[np.ndarray], found: np.ndarray) -> None:
        """Two values that are both the same: a rare street in a rare postcode is one rare thing, not two."""
        left, right = self.columns[one], self.columns[other]
        known = (left.codes >= 0) & (right.codes >= 0)
        joint = np.where(known, left.codes * len(right.values) + right.codes, -1)
        values, codes = np.unique(joint[known], return_inverse=True)
        coded = np.full(len(joint), -1)
        coded[known] = codes
        bins = _bin_of_value(left)[values // len(right.values)] * BINS
        bins = bins + _bin_of_value(right)[values % len(right.values)]
        held = np.bincount(bins, weights=np.bincount(codes), minlength=BINS * BINS)
        pairs = np.bincount(bins, weights=self.universe.by_code(coded)[: len(values)], minlength=BINS * BINS)
        apart, seen = np.zeros(BINS * BINS), np.zeros(BINS * BINS)
        for given in (one, other):
            sample, drawn = self._equal[given].agreement, self._equal[given].pairs
            both = (sample.levels[:, one] == SAME) & (sample.levels[:, other] == SAME)
            groups = sample.bins[both, one].astype(np.int64) * BINS + sample.bins[both, other]
            _, chance = self._mixed(
                self._without(ratios[given + 1][both], {one, other}), groups, drawn[both], BINS * BINS
            )
            apart += np.bincount(groups, weights=(1.0 - chance) * drawn[both], minlength=BINS * BINS)
            seen += np.bincount(groups, weights=drawn[both], minlength=BINS * BINS)
        share = (apart + 0.5) / (seen + 1.0)
        equal = _surely(pairs * share, pairs * (1.0 - share))
        recorded = max(self.universe.count(np.where(known, 0, -1)), 1.0)
        together = np.log(max(equal.sum(), 0.5) / recorded)
        found[SAME, SAME] = max(together - self.log_u[one][SAME] - self.log_u[other][SAME], 0.0)
        self.rare_together[one, other] = _log_ratio(held, equal + 0.01 * (pairs > 0)).reshape(BINS, BINS)


def _bin_of_value(column: Encoded) -> np.ndarray:
    return bins_of(column.shares, np.full(len(column.values), SAME)).astype(np.int64)


def _equal_pairs(column: Encoded, universe: Universe) -> np.ndarray:
    """Pairs of the whole table with equal values, by bin of how common the value is."""
    if not len(column.values):
        return np.zeros(BINS)
    pairs = universe.by_code(column.codes)[: len(column.values)]
    return np.bincount(_bin_of_value(column), weights=pairs, minlength=BINS)


def _unmixed(levels: np.ndarray, count: int, chance: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return how many pairs of different persons have each level, among pairs that may be matches.

    `chance`: of being a match, by other columns. `pairs`: how many there are of each. Where the columns say little,
    matches leak into what is taken for different persons and the other way round; how many do is known, and taken
    back, unless the columns do not tell at all.
    """
    as_match = np.bincount(levels, weights=chance * pairs, minlength=count)
    as_different = np.bincount(levels, weights=(1.0 - chance) * pairs, minlength=count)
    overlap = float((chance * (1.0 - chance) * pairs).sum())
    matches, others = float((chance * pairs).sum()), float(((1.0 - chance) * pairs).sum())
    leak, back = overlap / max(matches, 1e-9), overlap / max(others, 1e-9)
    told = 1.0 - leak - back
    if told >= LEAST_TOLD:
        unlike = np.maximum((as_different * (1.0 - leak) - as_match * leak) / told, 0.0)
        as_different, as_match = unlike, as_different + as_match - unlike
    return _surely(as_different, as_match)


def _surely(different: np.ndarray, matches: np.ndarray) -> np.ndarray:
    """Return how many pairs of different persons there are beside so many matches, some of which look like them."""
    return np.asarray(np.maximum(different - LOOK_DIFFERENT * matches, LEAST_DIFFERENT * different))


def _log_ratio(matches: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Natural logarithm of how much likelier each bin is for matches; 0 where nothing is known of it."""
    either = (matches > 0) | (chance > 0)
    share_m = (matches + 1e-4 * either * matches.sum()) / max(matches.sum() * (1 + 1e-4 * either.sum()), 1e-12)
    share_u = (chance + 1e-6 * either * chance.sum()) / max(chance.sum() * (1 + 1e-6 * either.sum()), 1e-12)
    known = (share_m > 0) & (share_u > 0)
    return np.log(np.where(known, share_m, 1.0)) - np.log(np.where(known, share_u, 1.0))


def repeated(one: np.ndarray, other: np.ndarray, counts: tuple[int, int], weights: np.ndarray) -> np.ndarray:
    """Return the natural logarithm of how much oftener two levels go together than if they were independent.

    0 where one is not recorded.
    """
    packed = one.astype(np.int64) * counts[1] + other
    known = np.bincount(packed, weights=weights, minlength=counts[0] * counts[1]).reshape(counts)[1:, 1:]
    expected = known.sum(axis=1, keepdims=True) * known.sum(axis=0, keepdims=True) / max(known.sum(), 1e-9)
    found = np.zeros(counts)
    found[1:, 1:] = np.log((known + FROM_PAIRS) / (expected + FROM_PAIRS))
    return found
