"""What was estimated of a table, and the match weight that it gives a pair."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from linkage.table.agreement import Agreement
from linkage.table.by_chance import ByChance
from linkage.table.levels import SAME


@dataclass(frozen=True)
class Dependence:
    """Two columns that repeat each other: per level of the one and of the other, the natural logarithm of how much
    oftener they go together than if they were independent, among matches and by chance. 0 where one is not recorded.
    """

    one: int
    other: int
    among_matches: np.ndarray
    by_chance: np.ndarray
    strength: float = 0.0  # bits that a match would on average have counted twice, or missed


@dataclass
class Estimated:
    """The numbers of a table.

    `kinds`: share of each kind of match. `m`: per kind and column the shares of the levels among matches. `prior`:
    share of matches among all pairs. `dependences`: pairs of columns that repeat each other.
    `same_person`: per column, of the pairs that are alike but differ in it, the share that is one person after all;
    the others are of one household.
    """

    by_chance: ByChance
    kinds: np.ndarray
    m: list[list[np.ndarray]]
    prior: float
    same_person: np.ndarray
    dependences: list[Dependence] = field(default_factory=list)
    likelihood: float = -np.inf

    def m_of(self, at: int) -> np.ndarray:
        """Return the shares of the levels of a column among all matches."""
        return np.asarray(sum(share * of_kind[at] for share, of_kind in zip(self.kinds, self.m, strict=True)))

    def u_of(self, at: int) -> np.ndarray:
        """Return the shares of the levels of a column among non-matches."""
        return np.concatenate(([0.0], np.exp(self.by_chance.log_u[at][1:])))

    def bits(self, agreement: Agreement) -> np.ndarray:
        """Match weight of pairs, prior odds included."""
        patterns, place = distinct(agreement.levels)
        odds = self.logs(patterns)[place] + rarity(agreement, self.by_chance)
        return np.asarray(self.without_kin(odds, self.of_same_person(patterns)[place]) / np.log(2.0))

    def of_same_person(self, patterns: np.ndarray) -> np.ndarray:
        """Return the share of pairs of each pattern that is of one person and not of one household."""
        share = np.ones(len(patterns))
        for at, of_column in enumerate(self.same_person):
            share[patterns[:, at] == self.by_chance.counts[at] - 1] *= of_column
        return share

    @staticmethod
    def without_kin(odds: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Return the logarithm of the odds when only a share of what looks like matches is of one person."""
        left_out = np.log(np.maximum(1.0 - share, 1e-300))
        return np.asarray(odds + np.log(share) - np.logaddexp(0.0, odds + left_out))

    def logs(self, patterns: np.ndarray) -> np.ndarray:
        """Natural logarithm of the odds of patterns of levels, but for the rarity of what agrees."""
        kinds = self.kinds_of(patterns)
        return np.asarray(np.logaddexp.reduce(kinds, axis=1) + self.beside(patterns))

    def kinds_of(self, patterns: np.ndarray) -> np.ndarray:
        """Natural logarithm of the share of each pattern among matches of each kind, columns taken as independent."""
        found = np.tile(np.log(self.kinds), (len(patterns), 1))
        for kind, of_kind in enumerate(self.m):
            for at, shares in enumerate(of_kind):
                found[:, kind] += np.concatenate(([0.0], np.log(shares[1:])))[patterns[:, at]]
        return found

    def beside(self, patterns: np.ndarray) -> np.ndarray:
        """What does not depend on the kind of match: prior odds, what is seen by chance, and dependences."""
        found = np.full(len(patterns), np.log(self.prior) - np.log1p(-self.prior))
        for at, log_u in enumerate(self.by_chance.log_u):
            found -= log_u[patterns[:, at]]
        for one in self.dependences:
            levels = patterns[:, one.one], patterns[:, one.other]
            among = one.among_matches - self._surplus(one) * (one.among_matches != 0)
            found += among[levels] - one.by_chance[levels]
        return found

    def _surplus(self, found: Dependence) -> float:
        """Natural logarithm of the sum of the shares of all levels of two columns, with their dependence: m changes
        while it stands, and the shares of matches must stay shares.
        """
        times = np.exp(found.among_matches[1:, 1:])
        both = zip(self.kinds.tolist(), self.m, strict=True)
        return float(
            np.log(sum(share * (np.outer(m[found.one][1:], m[found.other][1:]) * times).sum() for share, m in both))
        )


def rarity(agreement: Agreement, by_chance: ByChance) -> np.ndarray:
    """Return what the rarity of all that agrees adds, as natural logarithm; what is repeated counts once."""
    found = np.zeros(len(agreement.levels))
    for at, table in enumerate(by_chance.rarity):
        found += table[agreement.levels[:, at], agreement.bins[:, at]]
    for (one, other), table in by_chance.rare_together.items():
        same = [agreement.levels[:, at] == SAME for at in (one, other)]
        both = np.flatnonzero(same[0] & same[1])
        bins = agreement.bins[both, one], agreement.bins[both, other]
        found[both] += table[bins] - by_chance.rarity[one][SAME][bins[0]] - by_chance.rarity[other][SAME][bins[1]]
        for at, beside in ((one, same[1]), (other, same[0])):
            nearly = np.flatnonzero(beside & (agreement.levels[:, at] > SAME))
            found[nearly] -= by_chance.rarity[at][agreement.levels[nearly, at], agreement.bins[nearly, at]]
    return found


def distinct(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct patterns of levels, in order, and the pattern of each pair."""
    codes = np.zeros(len(levels), dtype=np.int64)
    for at in range(levels.shape[1]):
        base = int(levels[:, at].max(initial=0)) + 1
        if int(codes.max(initial=0)) > np.iinfo(np.int64).max // (base + 1):
            codes = pd.factorize(codes, sort=True)[0]
        codes = codes * base + levels[:, at]
    place, kinds = pd.factorize(codes, sort=True)
    first = np.empty(len(kinds), dtype=np.int64)
    first[place[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return levels[first], place
