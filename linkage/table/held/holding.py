"""Putting a table that was linked whole in a folder, so that what comes later can be added to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from connectors.installation import OneLineError
from linkage.table.declared import TableModel
from linkage.table.held.columns import share_arrays, value_arrays
from linkage.table.held.keying import part_numbers, rules_of
from linkage.table.held.numbers import as_arrays
from linkage.table.held.store import Folder
from linkage.table.held.table import Arrays, may_be_held, model_digest, of_column, pair_arrays, row_arrays
from linkage.table.linking import Linked


def hold(linked: Linked, model: TableModel, path: Path) -> None:
    """Write what is needed to add to a linked table later. Raises OneLineError when it cannot be held or written."""
    may_be_held(model)
    columns = linked.agreements.columns
    if [column.compared for column in columns] != list(model.compared) or any(column.whole for column in columns):
        raise OneLineError("columns that repeat each other cannot be held; leave out of the model what stands twice")
    parts = [part for block in model.blocks for part in block]
    parts += [key.second for key in linked.candidates.single if key.second is not None]
    of_part = part_numbers(parts, columns, linked.table)
    rules = rules_of(linked.candidates, of_part)
    keys = np.column_stack([rule.numbers(of_part) for rule in rules])
    codes = np.column_stack([column.codes for column in columns])
    arrays: Arrays = row_arrays(linked.table[model.id].to_numpy(), codes, keys, 0)
    arrays |= pair_arrays(linked.pairs.left, linked.pairs.right, linked.pairs.bits)
    rows = np.arange(len(linked.groups), dtype=np.int32)
    arrays |= {"person_of": rows, "person": linked.groups.astype(np.int32), "gone": np.empty(0, dtype=np.int32)}
    arrays |= as_arrays(linked.estimated)
    for at, column in enumerate(columns):
        arrays |= of_column(value_arrays(column, range(len(column.values)), 0, column.shares), at)
        if column.compared.kind not in ("date", "exact"):
            arrays |= share_arrays(column.word_shares, f"words_{at}", f"word_shares_{at}")
    for at, rule in enumerate(rules):
        arrays |= {f"large_{at}": rule.large, f"too_large_{at}": rule.too_large}
    arrays |= share_arrays(linked.agreements.name_shares(), "names", "name_shares")
    told = {
        "model": model_digest(model),
        "keys": [rule.as_told() for rule in rules],
        "persons": int(linked.groups.max(initial=-1)) + 1,
    }
    Folder(path).add(arrays, told)
