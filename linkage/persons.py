"""Persons from links: clusters that no chain holds together against a contradiction.

Links are taken strongest first. Two groups join only when no rule keeps any of their records apart, and when the
weights between all their records, taken together, still speak for one person (greedy correlation clustering).
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

UNCOMPARED_BITS = -1.0
MOST_BITS = 12.0
LEAST_BITS = -4.0


def form_persons(record_ids: Iterable[str], pairs: pd.DataFrame) -> pd.DataFrame:
    """Group records in persons.

    `pairs`: record_id_l, record_id_r, match_weight (bits), match_probability, is_link, is_separated.
    Returns record_id, cluster (smallest record_id of the person), cluster_probability (strongest link of the record
    within its person, 1 for a record alone). Every record is in exactly one person, whatever the order of rows.
    """
    ids = sorted(record_ids)
    cluster_of = {record_id: record_id for record_id in ids}
    members: dict[str, list[str]] = {record_id: [record_id] for record_id in ids}
    bits, separated = _known_pairs(pairs)
    strongest: dict[str, float] = {}
    links = pairs[pairs["is_link"].astype(bool)].sort_values(
        ["match_probability", "match_weight", "record_id_l", "record_id_r"], ascending=[False, False, True, True]
    )
    for left, right, chance in links[["record_id_l", "record_id_r", "match_probability"]].itertuples(index=False):
        one, other = cluster_of[left], cluster_of[right]
        if one != other:
            if not _may_join(members[one], members[other], bits, separated):
                continue
            keep, gone = min(one, other), max(one, other)
            for record_id in members[gone]:
                cluster_of[record_id] = keep
            members[keep] += members.pop(gone)
        for record_id in (left, right):
            strongest[record_id] = max(strongest.get(record_id, 0.0), chance)
    return pd.DataFrame(
        {
            "record_id": ids,
            "cluster": [cluster_of[record_id] for record_id in ids],
            "cluster_probability": [strongest.get(record_id, 1.0) for record_id in ids],
        }
    )


def _known_pairs(pairs: pd.DataFrame) -> tuple[dict[tuple[str, str], float], set[tuple[str, str]]]:
    keys = list(zip(pairs["record_id_l"], pairs["record_id_r"], strict=True))
    clipped = pairs["match_weight"].astype(float).clip(LEAST_BITS, MOST_BITS)
    separated = {key for key, apart in zip(keys, pairs["is_separated"], strict=True) if apart}
    return dict(zip(keys, clipped, strict=True)), separated


def _may_join(
    one: list[str], other: list[str], bits: dict[tuple[str, str], float], separated: set[tuple[str, str]]
) -> bool:
    total = 0.0
    for left in one:
        for right in other:
            key = (left, right) if left < right else (right, left)
            if key in separated:
                return False
            total += bits.get(key, UNCOMPARED_BITS)
    return total > 0
