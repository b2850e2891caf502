"""Persons of a table: groups that the weights between all their records, taken together, hold up.

Greedy correlation clustering: links strongest first; two groups join when the sum of the weights between their records
is above zero. A pair that was not compared, or was found too unlikely to keep, speaks against.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

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
    group = list(range(rows))
    members: dict[int, list[int]] = {}
    weights: dict[int, dict[int, float]] = defaultdict(dict)
    sizes = np.ones(rows, dtype=np.int64).tolist()
    # Per pair of groups: the sum of what was compared between them, less what "not compared" would have been.
    for one, other, weight in zip(left.tolist(), right.tolist(), (clipped - UNCOMPARED_BITS).tolist(), strict=True):
        weights[one][other] = weights[other][one] = weight
    order = np.lexsort((right, left, -bits))
    for at in order[bits[order] >= least].tolist():
        one, other = group[left[at]], group[right[at]]
        if one == other:
            continue
        between = weights[one].get(other, 0.0) + UNCOMPARED_BITS * sizes[one] * sizes[other]
        if between <= 0 or (sources is not None and _share_source(one, other, members, sources)):
            continue
        _join(one, other, group, members, weights, sizes)
    return _numbered(group)


def _join(
    one: int,
    other: int,
    group: list[int],
    members: dict[int, list[int]],
    weights: dict[int, dict[int, float]],
    sizes: list[int],
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


def _numbered(group: list[int]) -> np.ndarray:
    number: dict[int, int] = {}
    return np.array([number.setdefault(of, len(number)) for of in group], dtype=np.int64)


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
