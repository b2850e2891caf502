"""Clusters by average linkage over scored pairs, cut at many thresholds.

Two groups join while the mean similarity between all their records is the highest that is left and at least the cut; a
pair that was not scored has a similarity of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Similarities:
    """Scored pairs by position of their records in `ids`, and what every other pair counts for."""

    ids: pd.Index
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    unscored: float


def similarities(ids: pd.Index, pairs: pd.DataFrame, value: np.ndarray, unscored: float) -> Similarities:
    """Scored pairs (record_id_l, record_id_r) with the similarity of each."""
    sides = [ids.get_indexer(pairs[f"record_id_{side}"]) for side in "lr"]
    return Similarities(ids, sides[0], sides[1], value, unscored)


def components(given: Similarities, cut: float) -> pd.Series:
    """Connected components of the pairs whose similarity is at least the cut: a number by record id."""
    linked = given.value >= cut
    sides = (given.left[linked], given.right[linked])
    joined = coo_matrix((np.ones(int(linked.sum())), sides), shape=(len(given.ids), len(given.ids)))
    return pd.Series(connected_components(joined, directed=False)[1], index=given.ids)


def average_linkage(given: Similarities, cuts: Sequence[float]) -> Iterator[tuple[float, pd.Series]]:
    """Clusters at each cut: a number by record id."""
    top = float(given.value.max(initial=given.unscored))
    trees = list(_trees(given, min(cuts), top))
    for cut in cuts:
        label = np.arange(len(given.ids))
        for rows, tree in trees:
            within = fcluster(tree, top - cut, criterion="distance")
            label[rows] = rows[np.unique(within, return_index=True)[1]][within - 1]
        yield cut, pd.Series(label, index=given.ids)


def _trees(given: Similarities, lowest: float, top: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows of each component of two or more records, with its tree.

    A mean that reaches the lowest cut needs a pair that does, so no cluster ever leaves a component of such pairs.
    """
    component = components(given, lowest).to_numpy()
    within = component[given.left] == component[given.right]
    left, right, value = given.left[within], given.right[within], given.value[within]
    order = np.argsort(component[left], kind="stable")
    left, right, value, of_pair = left[order], right[order], value[order], component[left][order]
    by_record = np.argsort(component, kind="stable")
    sizes = np.bincount(component)
    ends, pair_ends = np.cumsum(sizes), np.searchsorted(of_pair, np.arange(len(sizes)), side="right")
    at = np.empty(len(component), dtype=np.int64)
    for number in np.flatnonzero(sizes > 1):
        rows = by_record[ends[number] - sizes[number] : ends[number]]
        at[rows] = np.arange(len(rows))
        pairs = slice(pair_ends[number - 1] if number else 0, pair_ends[number])
        distance = np.full(len(rows) * (len(rows) - 1) // 2, top - given.unscored)
        distance[_condensed(at[left[pairs]], at[right[pairs]], len(rows))] = top - value[pairs]
        yield rows, linkage(distance, method="average")


def _condensed(one: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
    """Place of each pair in the upper triangle of a square of that many rows, row by row."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return low * count - low * (low + 1) // 2 + high - low - 1
