"""Persons from links: clusters that no chain holds together against a contradiction.

Links are taken strongest first. Two groups join only when no rule keeps any of their records apart, and when the
weights between all their records, taken together, still speak for one person (greedy correlation clustering).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from linkage.judgements import NONE, Groups, Judgements, join_judged

UNCOMPARED_BITS = -1.0
MOST_BITS = 12.0
LEAST_BITS = -4.0


@dataclass(frozen=True)
class Formed:
    """Persons of a night.

    `clusters`: record_id, cluster (smallest record_id of the person), cluster_probability (strongest link of the
    record within its person, 1 for a record alone or joined by a reviewer). `contradictions`: verdicts of reviewers
    that cannot all be followed (`linkage.judgements.join_judged`).
    """

    clusters: pd.DataFrame
    contradictions: list[tuple[int, ...]]


def form_persons(record_ids: Iterable[str], pairs: pd.DataFrame, judged: Judgements = NONE) -> Formed:
    """Group records in persons.

    `pairs`: record_id_l, record_id_r, match_weight (bits), match_probability, is_link, is_separated. `judged`: verdicts
    of reviewers on records that are here; they go before links and rules. Every record is in exactly one person,
    whatever the order of rows.
    """
    groups = Groups.of_each(record_ids)
    bits, separated = _known_pairs(pairs)
    contradictions = join_judged(groups, judged)
    strongest = {record: 1.0 for record, group in groups.group_of.items() if len(groups.members[group]) > 1}
    apart = (separated - judged.same.keys()) | judged.different.keys()
    links = pairs[pairs["is_link"].astype(bool)].sort_values(
        ["match_probability", "match_weight", "record_id_l", "record_id_r"], ascending=[False, False, True, True]
    )
    for left, right, chance in links[["record_id_l", "record_id_r", "match_probability"]].itertuples(index=False):
        one, other = groups.group_of[left], groups.group_of[right]
        if one != other:
            if not _may_join(groups.members[one], groups.members[other], bits, apart):
                continue
            groups.join(one, other)
        for record_id in (left, right):
            strongest[record_id] = max(strongest.get(record_id, 0.0), chance)
    ids = sorted(groups.group_of)
    clusters = pd.DataFrame(
        {
            "record_id": ids,
            "cluster": [groups.group_of[record_id] for record_id in ids],
            "cluster_probability": [strongest.get(record_id, 1.0) for record_id in ids],
        }
    )
    return Formed(clusters, contradictions)


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
