"""Persons of a table: groups that the weights between all their records, taken together, hold up.

Greedy correlation clustering: links strongest first; two groups join when the sum of the weights between their records
is above zero. A pair that was not compared, or was found too unlikely to keep, speaks against.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MOST_BITS, LEAST_BITS = 12.0, -4.0
UNCOMPARED_BITS = -4.0
MOST_BITS_OF_COMPANY = 14.0


def persons_of(
    rows: int, left: np.ndarray, right: np.ndarray, bits: np.ndarray, link_from: float, sources: np.ndarray | None
) -> np.ndarray:
    """Return per record the number of its person, in order of first appearance.

    `left`, `right`, `bits`: kept pairs and their match weights. `sources`: then no two records of one source are one
    person.
    """
    least = np.log2(link_from / (1.0 - link_from))
    clipped = np.clip(bits, LEAST_BITS, MOST_BITS)
    linked = bits >= least
    links = coo_array((np.ones(linked.sum(), dtype=np.int8), (left[linked], right[linked])), shape=(rows, rows))
    component = connected_components(links, directed=False)[1]
    sizes = np.bincount(component, minlength=1)
    # Two records linked to nobody else are one person when their link speaks for it; nothing is to be weighed.
    group = np.arange(rows)
    two = linked & (sizes[component[left]] == 2) & (clipped > 0)
    group[right[two]] = left[two]
    within = component[left] == component[right]
    # Where all records of a component were compared and every pair speaks for it, no order of joining matters.
    speaking = np.bincount(component[left[within]], weights=clipped[within] > 0, minlength=len(sizes))
    is_whole = (speaking == sizes * (sizes - 1) // 2) & (sizes > 2) & (sources is None)
    whole = is_whole[component]
    group[whole] = _first_of(component)[component[whole]]
    several = within & (sizes[component[left]] > 2) & ~is_whole[component[left]]
    _join_several(group, left[several], right[several], bits[several], least, sources)
    return np.asarray(pd.factorize(group)[0], dtype=np.int64)


def _first_of(component: np.ndarray) -> np.ndarray:
    """The first record of each component."""
    first = np.zeros(int(component.max(initial=-1)) + 1, dtype=np.int64)
    first[component[::-1]] = np.arange(len(component) - 1, -1, -1)
    return first


def _join_several(
    group: np.ndarray, left: np.ndarray, right: np.ndarray, bits: np.ndarray, least: float, sources: np.ndarray | None
) -> None:
    """Join the groups of records that are linked to several; `group` (per record the number of its group) is changed.

    Pairs between records that no chain of links holds together cannot matter.
    """
    of: dict[int, int] = {row: row for row in np.unique(np.concatenate((left, right))).tolist()}
    members: dict[int, list[int]] = {}
    weights: dict[int, dict[int, float]] = defaultdict(dict)
    sizes = dict.fromkeys(of, 1)
    clipped = np.clip(bits, LEAST_BITS, MOST_BITS)
    # Per pair of groups: the sum of what was compared between them, less what "not compared" would have been.
    for one, other, weight in zip(left.tolist(), right.tolist(), (clipped - UNCOMPARED_BITS).tolist(), strict=True):
        weights[one][other] = weights[other][one] = weight
    order = np.lexsort((right, left, -bits))
    order = order[bits[order] >= least]
    for one, other in zip(left[order].tolist(), right[order].tolist(), strict=True):
        one, other = of[one], of[other]
        if one == other:
            continue
        between = weights[one].get(other, 0.0) + UNCOMPARED_BITS * sizes[one] * sizes[other]
        if between <= 0 or (sources is not None and _share_source(one, other, members, sources)):
            continue
        _join(one, other, of, members, weights, sizes)
    rows = np.fromiter(of, dtype=np.int64, count=len(of))
    group[rows] = np.fromiter(of.values(), dtype=np.int64, count=len(of))


def _join(
    one: int,
    other: int,
    group: dict[int, int],
    members: dict[int, list[int]],
    weights: dict[int, dict[int, float]],
    sizes: dict[int, int],
) -> None:
    """Put the group with fewer neighbours into the other."""
    keep, gone = (one, other) if len(weights[one]) >= len(weights[other]) else (other, one)
    moved = members.pop(gone, [gone])
    for row in moved:
        group[row] = keep
    members.setdefault(keep, [keep]).extend(moved)
    sizes[keep] += sizes[gone]
    for neighbour, weight in weights.pop(gone, {}).items():
        weights[neighbour].pop(gone, None)
        if neighbour != keep:
            total = weights[keep].get(neighbour, 0.0) + weight
            weights[keep][neighbour] = weights[neighbour][keep] = total


def _share_source(one: int, other: int, members: dict[int, list[int]], sources: np.ndarray) -> bool:
    held = {int(sources[row]) for row in members.get(one, [one])}
    return any(int(sources[row]) in held for row in members.get(other, [other]))


def in_company(left: np.ndarray, right: np.ndarray, bits: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Return the match weights of pairs, those of two records of one person with what the rest of the person says.

    A pair that hardly agrees is still of one person where both records agree with the other eight: it gets its own
    weight once and twice the mean of what both records weigh against all records of the person. In a person of two
    records nothing changes.
    """
    together = np.flatnonzero(persons[left] == persons[right])
    one, other = left[together], right[together]
    clipped = np.clip(bits[together], -MOST_BITS_OF_COMPANY, MOST_BITS_OF_COMPANY)
    rows = len(persons)
    sums = np.bincount(one, weights=clipped, minlength=rows) + np.bincount(other, weights=clipped, minlength=rows)
    compared = np.bincount(one, minlength=rows) + np.bincount(other, minlength=rows)
    others = np.bincount(persons)[persons] - 1
    mean = (sums - MOST_BITS_OF_COMPANY * (others - compared)) / np.maximum(others, 1)
    found = bits.copy()
    found[together] = np.where(others[one] > 1, (bits[together] + mean[one] + mean[other]) / 3.0, bits[together])
    return found
