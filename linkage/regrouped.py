"""Other persons from the same pairs: at another threshold, or drawn from what the pairs leave possible.

The published table is one grouping of registrations; whoever counts or estimates from it asks here how much hangs on
that. In: registrations and pairs as published (`monitoring.registration`, `monitoring.link`): no identifying value.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.judgements import Groups, Judgements, join_judged
from linkage.knowledge import SEPARATED_BITS, SEPARATING
from linkage.model import load_model
from linkage.persons import LEAST_BITS, MOST_BITS, UNCOMPARED_BITS, form_persons

# Verdicts in these states are followed; of a contradiction "different" is (`linkage.judgements`).
FOLLOWED = ("in_force", "stale", "contradicted")
Pair = tuple[str, str]


@dataclass(frozen=True)
class PublishedPairs:
    """The pairs of a published night, ready to be grouped again.

    `record_ids`: of all registrations that are compared. `pairs`: columns record_id_l, record_id_r, match_probability,
    match_weight (bits), is_separated, and is_refused: likely enough for a link, yet the night kept the two persons
    apart. `judged`: what reviewers said; it holds in every grouping. `kept_facts`: per registration of which only coded
    facts are kept the others of its person; it is compared to nobody and stays with the larger part of them.
    """

    record_ids: tuple[str, ...]
    pairs: pd.DataFrame
    judged: Judgements
    kept_facts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of_night(
        cls, registration: pd.DataFrame, link: pd.DataFrame, judgement: pd.DataFrame, linked_from: float | None = None
    ) -> PublishedPairs:
        """Read the three tables, columns as in the dictionary.

        `linked_from`: the probability from which the night took a pair for a link; without it the current model's.
        """
        linked_from = load_model().thresholds["link"] if linked_from is None else linked_from
        weight = link["match_weight"].astype(float)
        # A verdict on the two persons hides the name of the rule, not its weight.
        is_separated = link["decided_by"].isin(SEPARATING) | weight.le(SEPARATED_BITS)
        chance = link["match_probability"].astype(float)
        pairs = pd.DataFrame(
            {
                "record_id_l": link["record_id_l"],
                "record_id_r": link["record_id_r"],
                "match_probability": chance,
                "match_weight": weight,
                "is_separated": is_separated,
                "is_refused": chance.ge(linked_from) & link["person_id_l"].ne(link["person_id_r"]),
            }
        )
        said = {
            verdict: dict(zip(_sorted(rows), rows["judgement_id"].astype(int), strict=True))
            for verdict, rows in judgement[judgement["state"].isin(FOLLOWED)].groupby("verdict")
        }
        judged = Judgements(same=said.get("same", {}), different=said.get("different", {}))
        ids = tuple(sorted(registration.loc[~registration["is_purged"].astype(bool), "record_id"]))
        pairs = pairs[pairs["record_id_l"].isin(ids) & pairs["record_id_r"].isin(ids)]
        return cls(ids, pairs, judged.among(ids), _kept_facts(registration))


def persons_at(published: PublishedPairs, threshold: float) -> pd.Series:
    """Return the person of each registration when pairs count as a link from this probability on.

    Out: index record_id, values the smallest record_id of the person. Formed as in the night (`form_persons`), the
    strongest link first: at the night's own threshold these are the published persons, above it parts of them, below
    it persons that further links join. A link that the night refused stays refused: it knew also the pairs that are
    too unlikely to be published (under `keep`), which count here as not compared.
    """
    pairs = published.pairs
    is_link = pairs["match_probability"].ge(threshold) & ~pairs["is_separated"] & ~pairs["is_refused"]
    clusters = form_persons(published.record_ids, pairs.assign(is_link=is_link), published.judged).clusters
    return _with_kept_facts(dict(zip(clusters["record_id"], clusters["cluster"], strict=True)), published)


def sampled_persons(published: PublishedPairs, seed: int) -> pd.Series:
    """Return one grouping drawn at random from what the pairs leave possible; the same seed gives the same.

    The strongest pair first: two registrations become one person with their match probability; two groups with the
    probability that the weights between all their registrations add up to. What a rule or a reviewer keeps apart stays
    apart. Out: index record_id, values the smallest record_id of the person.
    """
    drawn = np.random.default_rng(seed)
    groups = Groups.of_each(published.record_ids)
    join_judged(groups, published.judged)
    pairs = published.pairs.sort_values(
        ["match_probability", "record_id_l", "record_id_r"], ascending=[False, True, True]
    )
    apart = set(_sorted(pairs[pairs["is_separated"]])) - published.judged.same.keys()
    apart |= published.judged.different.keys()
    chances = dict(zip(_sorted(pairs), pairs["match_probability"], strict=True))
    bits = dict(zip(_sorted(pairs), _bits(pairs["match_probability"].to_numpy(float)), strict=True))
    # A refusal stands as long as neither group has grown.
    refused: set[tuple[str, int, str, int]] = set()
    for (left, right), chance in chances.items():
        one, other = groups.group_of[left], groups.group_of[right]
        asked = (one, len(groups.members[one]), other, len(groups.members[other]))
        if one == other or asked in refused:
            continue
        chance = _chance_together(groups.members[one], groups.members[other], chance, bits, apart)
        if drawn.random() < chance:
            groups.join(one, other)
        else:
            refused |= {asked, (*asked[2:], *asked[:2])}
    return _with_kept_facts(groups.group_of, published)


def _chance_together(
    one: list[str], other: list[str], chance: float, bits: dict[Pair, float], apart: set[Pair]
) -> float:
    keys = [(min(left, right), max(left, right)) for left in one for right in other]
    if any(key in apart for key in keys):
        return 0.0
    if len(keys) == 1:
        return float(chance)
    total = sum(bits.get(key, UNCOMPARED_BITS) for key in keys)
    return float(1.0 / (1.0 + 2.0**-total))


def _bits(chance: np.ndarray) -> np.ndarray:
    inside = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.clip(np.log2(inside / (1 - inside)), LEAST_BITS, MOST_BITS)


def _sorted(pairs: pd.DataFrame) -> list[Pair]:
    ends = pairs[["record_id_l", "record_id_r"]].itertuples(index=False)
    return [(min(left, right), max(left, right)) for left, right in ends]


def _kept_facts(registration: pd.DataFrame) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each registration of which only coded facts are kept, with the compared registrations of its person.

    Where none of those is left, with the first of its kind.
    """
    purged = registration["is_purged"].astype(bool)
    gone = registration[purged]
    compared = registration[~purged & registration["person_id"].isin(gone["person_id"])]
    compared = compared.groupby("person_id")["record_id"].agg(lambda ids: tuple(sorted(ids)))
    first = gone.groupby("person_id")["record_id"].min()
    return tuple(
        (record, compared[person] if person in compared.index else (first[person],))
        for record, person in sorted(zip(gone["record_id"], gone["person_id"], strict=True))
    )


def _with_kept_facts(group_of: dict[str, str], published: PublishedPairs) -> pd.Series:
    """The groups with the registrations that only follow; of parts of one size the first by number is followed."""
    found = dict(group_of)
    for record, others in published.kept_facts:
        parts = Counter(group_of.get(other, other) for other in others)
        found[record] = min(parts, key=lambda part: (-parts[part], part))
    named: dict[str, str] = {}
    for record, group in found.items():
        named[group] = min(record, named.get(group, record))
    return pd.Series({record: named[found[record]] for record in sorted(found)}, dtype=object)
