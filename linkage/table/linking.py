"""Linking a flat table of persons: from records and a model file to pairs with probabilities, and persons."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connectors.installation import OneLineError
from linkage.classifier import probability
from linkage.table.blocks import candidate_pairs
from linkage.table.cells import Cells, Universe
from linkage.table.declared import TableModel
from linkage.table.encoded import encode
from linkage.table.estimating import Estimated, Estimation
from linkage.table.grouping import persons_of

logger = logging.getLogger(__name__)

# Pairs less likely than this are not kept.
KEPT_FROM = 0.001
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
    columns = [encode(table, compared) for compared in model.compared]
    progress("finding candidate pairs")
    left, right = candidate_pairs(table, model, columns)
    progress(f"comparing {len(left):,} pairs")
    cells = [Cells.of(column) for column in columns]
    packed, multipliers = _packed(cells, left, right)
    distinct, place, counts = np.unique(packed, return_inverse=True, return_counts=True)
    patterns = np.column_stack([distinct // m % c.count for m, c in zip(multipliers, cells, strict=True)]).astype(int)
    progress(f"estimating from {len(patterns):,} patterns")
    sources = pd.factorize(table[model.source])[0] if model.across else None
    estimated = Estimation(cells, patterns, counts, Universe(len(table), sources), seed).run()
    weights = estimated.bits(patterns)[place]
    chance = probability(weights)
    kept = np.flatnonzero(chance >= KEPT_FROM)
    ids = table[model.id].to_numpy()
    pairs = pd.DataFrame(
        {
            "record_id_l": ids[left[kept]],
            "record_id_r": ids[right[kept]],
            "match_weight": weights[kept].round(3),
            "match_probability": chance[kept].round(6),
        }
    )
    progress("forming persons")
    groups = persons_of(len(table), left[kept], right[kept], weights[kept], model.link_from, sources)
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


def _packed(cells: list[Cells], left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """The pattern of cells of each pair in one number, and what each column's cell was multiplied by."""
    packed, multiplier, multipliers = np.zeros(len(left), dtype=np.int64), 1, []
    for column in cells:
        packed += column.cell_of(left, right).astype(np.int64) * multiplier
        multipliers.append(multiplier)
        multiplier *= column.count
    if multiplier > np.iinfo(np.int64).max:
        raise OneLineError(f"{len(cells)} columns are too many to compare at once; leave some out of the model file")
    return packed, multipliers
