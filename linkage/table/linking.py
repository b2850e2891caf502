"""Linking a flat table of persons: from records and a model file to pairs with probabilities, and persons."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from connectors.installation import OneLineError
from linkage.among import is_among
from linkage.match_weight import probability
from linkage.table.agreement import Agreements
from linkage.table.blocks import AT_ONCE, CandidatePairs, candidate_pairs, pairs_of_blocks
from linkage.table.columns import columns_of
from linkage.table.completing import beyond_blocks
from linkage.table.declared import TableModel
from linkage.table.engine import KEPT_FROM, Engine, LocalEngine, Told, WeighedPairs
from linkage.table.estimated import Estimated
from linkage.table.estimating import Estimation
from linkage.table.grouping import in_company, persons_of
from linkage.table.one_to_one import Odds, competing
from linkage.table.universe import Universe

logger = logging.getLogger(__name__)

TIMES_BEYOND = 2
PAIR_COLUMNS = ("record_id_l", "record_id_r", "match_weight", "match_probability")


@dataclass(frozen=True)
class LinkedTable:
    """Pairs (PAIR_COLUMNS, by probability from KEPT_FROM), persons (record_id, person_id) and what was estimated.

    `compared`: number of candidate pairs.
    """

    pairs: pd.DataFrame
    persons: pd.DataFrame
    estimated: Estimated
    compared: int = 0


@dataclass(frozen=True)
class Linked:
    """What is known when a table has been linked whole. `pairs`: candidates that were kept, as they were weighed."""

    table: pd.DataFrame
    candidates: CandidatePairs
    agreements: Agreements
    estimated: Estimated
    pairs: WeighedPairs
    groups: np.ndarray


def link_table(
    table: pd.DataFrame,
    model: TableModel,
    seed: int = 0,
    told: Told = lambda _what, _part: None,
    engine: Engine | None = None,
    keep: Callable[[Linked], object] = lambda _: None,
) -> LinkedTable:
    """Link the records of a table as its model says. The order of rows makes no difference.

    `told` hears what is being done, and which part of that is done. `engine`: where pairs are compared. `keep` gets
    what it takes to add to the table later (`held.holding`).
    Raises OneLineError for a column that is not there, or an id that is missing or stands twice.
    """
    engine = LocalEngine() if engine is None else engine
    table = in_order(table, model)
    told("reading columns", 0.0)
    columns = columns_of(table, model)
    told("finding blocks", 0.0)
    candidates = candidate_pairs(table, model, columns)
    agreements = Agreements(columns)
    told("comparing pairs", 0.0)
    patterns = engine.compare(candidates, agreements, told)
    told("estimating", 0.0)
    sources = candidates.sources
    estimated = Estimation(agreements, patterns, Universe(len(table), sources), seed).run()
    told("keeping likely pairs", 0.0)
    unlikely = None if sources is None else Odds(sources)
    of_blocks = engine.kept(patterns, estimated.bits(patterns.agreement), unlikely)
    told("comparing what no block held", 0.0)
    pairs = completed(of_blocks, len(table), candidates, agreements, estimated)
    told("forming persons", 0.0)
    kept = pairs.of(np.flatnonzero(probability(pairs.bits) >= KEPT_FROM))
    groups = persons_of(len(table), kept.left, kept.right, kept.bits, model.link_from, sources)
    keep(Linked(table, candidates, agreements, estimated, of_blocks, groups))
    pairs = with_all_of_persons(pairs, groups, candidates, agreements, estimated)
    weights = in_company(pairs.left, pairs.right, pairs.bits, groups)
    if sources is not None:
        weights = competing(pairs.left, pairs.right, weights, sources, unlikely)
    pairs = WeighedPairs(pairs.left, pairs.right, weights)
    return _linked(table[model.id].to_numpy(), pairs, groups, estimated, int(patterns.pairs.sum()))


def completed(
    pairs: WeighedPairs, rows: int, candidates: CandidatePairs, agreements: Agreements, estimated: Estimated
) -> WeighedPairs:
    """Return pairs with those that share a likely partner and were in no block together, in order."""
    for _ in range(TIMES_BEYOND):
        chance = probability(pairs.bits)
        left, right = beyond_blocks(rows, pairs.left, pairs.right, chance, candidates.sources, candidates)
        if not len(left):
            break
        pairs = pairs.with_further(left, right, _bits(left, right, agreements, estimated))
    return pairs


def _bits(left: np.ndarray, right: np.ndarray, agreements: Agreements, estimated: Estimated) -> np.ndarray:
    starts = range(0, len(left), AT_ONCE)
    parts = [agreements.of(left[at : at + AT_ONCE], right[at : at + AT_ONCE]) for at in starts]
    return np.concatenate([np.empty(0), *(estimated.bits(part) for part in parts)])


def with_all_of_persons(
    pairs: WeighedPairs, groups: np.ndarray, candidates: CandidatePairs, agreements: Agreements, estimated: Estimated
) -> WeighedPairs:
    """Return pairs with those of one person that were candidates and too unlikely to keep: they too say something of
    the person.
    """
    sizes = np.bincount(groups, minlength=1)
    of_several = np.where(sizes[groups] > 2, groups, -1)
    known = pairs.left.astype(np.int64) * len(groups) + pairs.right
    for left, right in pairs_of_blocks(of_several, None, AT_ONCE):
        numbers = left.astype(np.int64) * len(groups) + right
        unlikely = np.flatnonzero(~is_among(numbers, known))
        unlikely = unlikely[candidates.hold(left[unlikely], right[unlikely])]
        if len(unlikely):
            low, high = left[unlikely], right[unlikely]
            pairs = pairs.with_further(low, high, _bits(low, high, agreements, estimated))
    return pairs


def weigh(agreements: Agreements, left: np.ndarray, right: np.ndarray, estimated: Estimated) -> WeighedPairs:
    """Compare pairs and return those from KEPT_FROM on."""
    pairs = WeighedPairs(left, right, _bits(left, right, agreements, estimated))
    return pairs.of(np.flatnonzero(probability(pairs.bits) >= KEPT_FROM))


def pairs_told(ids: Any, pairs: WeighedPairs) -> pd.DataFrame:
    """Return pairs as PAIR_COLUMNS. `ids`: of the records, by their places."""
    chance = probability(pairs.bits)
    kept = chance >= KEPT_FROM
    return pd.DataFrame(
        {
            "record_id_l": ids[pairs.left[kept]],
            "record_id_r": ids[pairs.right[kept]],
            "match_weight": pairs.bits[kept].round(3),
            "match_probability": chance[kept].round(6),
        }
    )


def _linked(
    ids: np.ndarray, pairs: WeighedPairs, groups: np.ndarray, estimated: Estimated, compared: int
) -> LinkedTable:
    found = pairs_told(ids, pairs)
    persons = pd.DataFrame({"record_id": ids, "person_id": groups})
    logger.info("%d records, %d pairs kept, %d persons", len(ids), len(found), persons["person_id"].nunique())
    return LinkedTable(found, persons, estimated, compared)


def in_order(table: pd.DataFrame, model: TableModel) -> pd.DataFrame:
    """Return a table in the order of its ids. Raises OneLineError for missing columns, and ids that are not unique."""
    if missing := [name for name in model.columns if name not in table.columns]:
        raise OneLineError(f"the records have no column {', '.join(missing)}; they have {', '.join(map(str, table))}")
    ids = table[model.id]
    if ids.isna().any():
        raise OneLineError(f"column {model.id} is empty in {int(ids.isna().sum())} records; every record needs its own")
    if ids.duplicated().any():
        raise OneLineError(
            f"column {model.id} holds {int(ids.duplicated().sum())} ids twice; every record needs its own"
        )
    if ids.is_monotonic_increasing:
        return table.reset_index(drop=True)
    return table.sort_values(model.id, kind="stable", ignore_index=True)
