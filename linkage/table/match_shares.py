"""What matches look like: shares of the levels per column, for records written carefully and carelessly.

Matches are of several kinds, by how many times the odds of not being the same are those of the table, in every column
alike: who errs in one column errs in others.
"""

from __future__ import annotations

from math import comb, exp

import numpy as np

from linkage.table.agreement import Agreement
from linkage.table.by_chance import ByChance
from linkage.table.levels import LEVELS, SAME

SMOOTHING = 20.0
# Shares of the levels among matches at the start, as far as named.
START_M, START_REST = {"same": 0.8, "near": 0.08, "different": 0.04}, 0.03
CARELESS = np.array([0.3, 1.0, 3.0])
START_KINDS = np.array([0.3, 0.5, 0.2])
# So many matches differ in any column, at least, where nearly all non-matches do: among those they cannot be seen.
LEAST_DIFFERENT, UNSEEN_POWER = 0.04, 4.0
# And so many at most: a name or a birth date in which persons mostly differ from themselves is none.
MOST_DIFFERENT = {"given_name": 0.3, "family_name": 0.4, "name": 0.3, "date": 0.3}
# Pairs that agree on so much that of all pairs of the table one in so many tables would by chance are surely matches.
SURE_TIMES = 10.0
# The kinds in which members of one household differ.
OF_ONE_PERSON, LEAST_SAME_PERSON = ("given_name", "date"), 1e-3


def start_m(of_column: str) -> np.ndarray:
    """Return the shares of the levels of a kind of column among matches that are assumed at the start."""
    shares = np.array([START_M.get(level, START_REST) for level in LEVELS[of_column]])
    return np.concatenate(([0.0], shares / shares.sum()))


def by_kind(m: list[np.ndarray]) -> list[list[np.ndarray]]:
    """Return per kind of match and column the shares of the levels, from those of the common kind."""
    made = []
    for times in CARELESS.tolist():
        of_kind = []
        for shares in m:
            differ = shares[SAME + 1 :] * times
            total = shares[SAME] + differ.sum()
            of_kind.append(np.concatenate(([0.0, shares[SAME] / total], differ / total)))
        made.append(of_kind)
    return made


def shares_of_levels(by_level: np.ndarray, kind: str, log_u_different: float) -> np.ndarray:
    """Return the shares of the levels of a column among matches of the common kind, smoothed.

    `by_level`: how many matches of each kind of match (columns) have each level (rows). `kind`: of the column.
    `log_u_different`: natural logarithm of the share of non-matches that differ.
    """
    found = by_level.sum(axis=1) + SMOOTHING * start_m(kind)[1:]
    found[-1] = max(found[-1], LEAST_DIFFERENT * np.exp(UNSEEN_POWER * log_u_different) * found.sum())
    if most := MOST_DIFFERENT.get(kind):
        found[-1] = min(found[-1], most / (1.0 - most) * found[:-1].sum())
    sizes = by_level.sum(axis=0) + SMOOTHING * START_KINDS
    differ = found[SAME:]
    odds = _odds(sizes, float(differ.sum()) / float(found.sum()))
    shares = differ / differ.sum() * odds / (1.0 + odds)
    return np.concatenate(([0.0, 1.0 / (1.0 + odds)], shares))


def first_shares(agreement: Agreement, pairs: np.ndarray, by_chance: ByChance) -> list[np.ndarray]:
    """Return per column the shares of the levels among pairs that agree on so much else that they are surely matches,
    whatever they differ in; where there are no such pairs, what is assumed at the start.

    `agreement`, `pairs`: the different agreements, and how many pairs have each.
    """
    size = len(by_chance.columns)
    weights = [_weight_of_same(agreement, by_chance, at) for at in range(size)]
    # So often pairs of different persons agree on some columns as they come, of all the choices of so many columns.
    choices = np.array([np.log(comb(size, count)) for count in range(size + 1)], dtype=np.float32)
    sure_from = np.log(max(by_chance.universe.pairs, 1.0) * SURE_TIMES)
    found = []
    for at, column in enumerate(by_chance.columns):
        beside = {at, *by_chance.partners[at]}
        others = np.zeros(len(agreement.levels), dtype=np.float32)
        same = np.zeros(len(agreement.levels), dtype=np.int8)
        for other in range(size):
            if other not in beside:
                others += weights[other]
                same += weights[other] > 0
        for one, other in by_chance.rare_together:
            if not {one, other} & beside:
                others -= np.minimum(weights[one], weights[other])
        sure = others - choices[same] >= sure_from
        seen = np.bincount(agreement.levels[sure, at], weights=pairs[sure], minlength=by_chance.counts[at])[1:]
        of_kinds = np.outer(seen, START_KINDS)
        found.append(shares_of_levels(of_kinds, column.compared.kind, float(by_chance.log_u[at][-1])))
    return found


def _weight_of_same(agreement: Agreement, by_chance: ByChance, at: int) -> np.ndarray:
    """What equal values of a column speak for a match at most, as natural logarithm; 0 where they are not equal."""
    weights = np.zeros(len(agreement.levels), dtype=np.float32)
    same = np.flatnonzero(agreement.levels[:, at] == SAME)
    rare = by_chance.rarity[at][SAME][agreement.bins[same, at]]
    weights[same] = np.maximum(rare - by_chance.log_u[at][SAME], 0.0)
    return weights


def share_of_same_person(matches: np.ndarray, kind: str, so_far: float) -> float:
    """Return the share of the pairs that are alike but differ in a column, that is one person after all.

    Where more differ in a given name or a birth date than persons do from themselves, the others are of one household.
    `matches`: how many have each level, taking `so_far` as that share.
    """
    if kind not in OF_ONE_PERSON:
        return 1.0
    most = MOST_DIFFERENT[kind] / (1.0 - MOST_DIFFERENT[kind]) * (matches[:-1].sum() + SMOOTHING)
    return float(np.clip(so_far * most / max(matches[-1], 1e-9), LEAST_SAME_PERSON, 1.0))


def _odds(sizes: np.ndarray, share: float) -> float:
    """Odds of not being the same in the common kind, so that over all kinds a share is not."""
    kinds = list(zip((sizes / sizes.sum()).tolist(), CARELESS.tolist(), strict=True))
    low, high = -30.0, 30.0
    for _ in range(40):
        middle = (low + high) / 2
        odds = exp(middle)
        found = 0.0
        for weight, times in kinds:
            found += weight * times * odds / (1.0 + times * odds)
        if found < share:
            low = middle
        else:
            high = middle
    return exp((low + high) / 2)
