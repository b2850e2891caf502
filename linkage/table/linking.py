"""Linking a flat table of persons: from records and a model file to pairs with probabilities, and persons."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connectors.installation import OneLineError
from linkage.classifier import probability
from linkage.table.agreement import Agreements
from linkage.table.blocks import candidate_pairs
from linkage.table.columns import columns_of
from linkage.table.completing import beyond_blocks
from linkage.table.declared import TableModel
from linkage.table.estimated import Estimated
from linkage.table.estimating import Estimation
from linkage.table.grouping import in_company, persons_of
from linkage.table.one_to_one import competing
from linkage.table.universe import Universe

logger = logging.getLogger(__name__)

# Pairs less likely than this are not kept.
KEPT_FROM = 0.001
TIMES_BEYOND = 2
PAIR_COLUMNS = ("record_id_l", "record_id_r", "match_weight", "match_probability")


@dataclass(frozen=True)
class LinkedTable:
    """Pairs (PAIR_COLUMNS, by probability from KEPT_FROM), persons (record_id, person_id) and what was estimated."""

    pairs: pd.DataFrame
    persons: pd.DataFrame
    estimated: Estimated


def link_table(
    table: pd.DataFrame, model: TableModel, seed: int = 0, progress: Callable[[str], object] = lambda _: None
) -> LinkedTable:
    """Link the records of a table as its model says. The order of rows makes no difference.

    Raises OneLineError for a column that is not there, or an id that is missing or stands twice.
    """
    table = _in_order(table, model)
    progress("reading columns")
    columns = columns_of(table, model)
    progress("finding candidate pairs")
    left, right = candidate_pairs(table, model, columns)
    progress(f"comparing {len(left):,} pairs")
    agreements = Agreements(columns)
    agreement = agreements.of(left, right)
    progress("estimating")
    sources = pd.factorize(table[model.source])[0] if model.across else None
    estimated = Estimation(agreements, agreement, Universe(len(table), sources), seed).run()
    weights = estimated.bits(agreement)
    progress("comparing what no block held")
    for _ in range(TIMES_BEYOND):
        further = beyond_blocks(len(table), left, right, probability(weights), sources)
        if not len(further[0]):
            break
        bits = np.concatenate((weights, estimated.bits(agreements.of(*further))))
        left, right = (np.concatenate(two) for two in zip((left, right), further, strict=True))
        order = np.lexsort((right, left))
        left, right, weights = left[order], right[order], bits[order]
    progress("forming persons")
    kept = probability(weights) >= KEPT_FROM
    groups = persons_of(len(table), left[kept], right[kept], weights[kept], model.link_from, sources)
    weights = in_company(left, right, weights, groups)
    if sources is not None:
        weights = competing(left, right, weights, sources)
    chance = probability(weights)
    kept = chance >= KEPT_FROM
    ids = table[model.id].to_numpy()
    pairs = pd.DataFrame(
        {
            "record_id_l": ids[left[kept]],
            "record_id_r": ids[right[kept]],
            "match_weight": weights[kept].round(3),
            "match_probability": chance[kept].round(6),
        }
    )
    persons = pd.DataFrame({"record_id": ids, "person_id": groups})
    logger.info("%d records, %d pairs kept, %d persons", len(table), len(pairs), persons["person_id"].nunique())
    return LinkedTable(pairs, persons, estimated)


def _in_order(table: pd.DataFrame, model: TableModel) -> pd.DataFrame:
    if missing := [name for name in model.columns if name not in table.columns]:
        raise OneLineError(f"the records have no column {', '.join(missing)}; they have {', '.join(map(str, table))}")
    ids = table[model.id]
    if ids.isna().any():
        raise OneLineError(f"column {model.id} is empty in {int(ids.isna().sum())} records; every record needs its own")
    if ids.duplicated().any():
        raise OneLineError(
            f"column {model.id} holds {int(ids.duplicated().sum())} ids twice; every record needs its own"
        )
    return table.sort_values(model.id, kind="stable", ignore_index=True)
