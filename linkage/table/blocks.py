"""Candidate pairs of a table: records that agree on a blocking key, each pair once.

The keys are those of the model file; without any, the program chooses (`keys`). A block that is too large is not
dropped in silence: it is split by another column, and what is left out is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from linkage.table.declared import TableModel
from linkage.table.encoded import Encoded, key_codes
from linkage.table.keys import Key, chosen_keys, together

logger = logging.getLogger(__name__)

MOST_IN_BLOCK = 2_000
AT_ONCE = 10_000_000  # pairs that are held before doubles are taken out


def candidate_pairs(
    table: pd.DataFrame, model: TableModel, columns: Iterable[Encoded]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the candidate pairs as two arrays of places in the table, the lower first, each pair once, in order."""
    encoded = {column.compared.column: column for column in columns}
    sources = pd.factorize(table[model.source])[0] if model.across else None
    keys = list(_declared(table, model, encoded)) if model.blocks else chosen_keys(table, encoded, sources)
    keys += [_listed(column) for column in encoded.values() if column.compared.kind == "identifiers"]
    rows = len(table)
    found = np.empty(0, dtype=np.int64)
    fresh: list[np.ndarray] = []
    for key in keys:
        pairs = list(_of_key(_refined(key, encoded), rows, sources))
        logger.info("blocking on %s: %d pairs", key.name, sum(map(len, pairs)))
        fresh += pairs
        if sum(map(len, fresh)) > max(len(found), AT_ONCE):
            found, fresh = each_once([found, *fresh]), []
    found = each_once([found, *fresh])
    return found // max(rows, 1), found % max(rows, 1)


def each_once(parts: list[np.ndarray]) -> np.ndarray:
    """Return the different numbers of several arrays, in order."""
    # numpy.unique of 2.4 hashes, which takes ten times as long for numbers so far apart.
    numbers = np.sort(np.concatenate(parts))
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))] if len(numbers) else numbers


def _declared(table: pd.DataFrame, model: TableModel, encoded: Mapping[str, Encoded]) -> Iterator[Key]:
    for block in model.blocks:
        parts = [key_codes(table, part.column, part.length, encoded.get(part.column)) for part in block]
        name = " and ".join(part.column + (f"[:{part.length}]" if part.length else "") for part in block)
        yield Key(name, frozenset(part.column for part in block), together(parts))


def _listed(column: Encoded) -> Key:
    """A list of identifiers blocks on each of them."""
    known = np.flatnonzero(column.codes >= 0)
    held = [sorted(column.values[code]) for code in column.codes[known].tolist()]
    rows = np.repeat(known, [len(values) for values in held])
    codes = pd.factorize(np.array([value for values in held for value in values], dtype=object))[0]
    return Key(column.compared.column, frozenset({column.compared.column}), codes, rows)


def _refined(key: Key, encoded: Mapping[str, Encoded]) -> Key:
    """The key, with the blocks that are too large split by the column with most values that is not in it."""
    sizes = np.bincount(key.codes[key.codes >= 0], minlength=1)
    others = [column for name, column in encoded.items() if name not in key.columns]
    if sizes.max() <= MOST_IN_BLOCK or not others:
        return key
    finest = max(others, key=lambda column: (len(column.values), column.compared.column))
    large = (key.codes >= 0) & (sizes[key.codes] > MOST_IN_BLOCK)
    further = finest.codes if key.rows is None else finest.codes[key.rows]
    split = together([key.codes, np.where(large, further, 0)])
    logger.info("blocking on %s: blocks above %d are split by %s", key.name, MOST_IN_BLOCK, finest.compared.column)
    return Key(key.name, key.columns, split, key.rows)


def _of_key(key: Key, rows: int, sources: np.ndarray | None) -> Iterator[np.ndarray]:
    """The pairs of each block, as lower place times rows plus higher place."""
    order = np.argsort(key.codes, kind="stable")
    codes = key.codes[order]
    order, codes = order[codes >= 0], codes[codes >= 0]
    order = order if key.rows is None else key.rows[order]
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1]))) if len(codes) else np.empty(0, int)
    sizes = np.diff(np.append(starts, len(codes)))
    left_out = 0
    for size in each_once([sizes]).tolist():
        if size < 2:
            continue
        if size > MOST_IN_BLOCK:
            left_out += size * (size - 1) // 2 * int((sizes == size).sum())
            continue
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, k=1)
        for batch in np.array_split(members, max(1, len(members) * len(one) // 5_000_000)):
            low, high = batch[:, one].ravel(), batch[:, other].ravel()
            differ = low != high if sources is None else sources[low] != sources[high]
            low, high = low[differ], high[differ]
            yield np.minimum(low, high) * rows + np.maximum(low, high)
    if left_out:
        logger.warning(
            "blocking on %s: %d pairs left out in blocks above %d records", key.name, left_out, MOST_IN_BLOCK
        )
