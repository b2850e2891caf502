"""Candidate pairs of a table: records that agree on a blocking key, each pair once.

The keys are those of the model file; without any, the program chooses: the keys that give fewest pairs first, of one
column or of several together, until every record has had its share of comparisons. A block that is too large is not
dropped in silence: it is split by the other columns, and what is left out is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from linkage.table.declared import TableModel
from linkage.table.encoded import Encoded, key_codes

logger = logging.getLogger(__name__)

# Comparisons per record that the chosen keys may cost together, and each of them alone.
PAIRS_PER_RECORD, PAIRS_PER_RECORD_OF_KEY = 150, 40
MOST_IN_BLOCK = 2_000
# The parts of a column that the program blocks on when nothing is declared: whole, or so many first characters.
CHOSEN_LENGTHS: Mapping[str, tuple[int | None, ...]] = {
    "name": (None,), "given_name": (None, 3), "family_name": (None, 4), "date": (None, 7, 4), "exact": (None,),
    "text": (None, 5), "place": (None,), "identifiers": (),
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """One blocking key: what it is made of, and per record the number of its value (-1: none).

    `rows`: the records, where one may have several values; else every record in its order.
    """

    name: str
    columns: frozenset[str]
    codes: np.ndarray
    rows: np.ndarray | None = None

    def pairs(self) -> int:
        """How many pairs share a value."""
        counts = np.bincount(self.codes[self.codes >= 0]).astype(np.int64)
        return int((counts * (counts - 1) // 2).sum())


def candidate_pairs(
    table: pd.DataFrame, model: TableModel, columns: Iterable[Encoded]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the candidate pairs as two arrays of places in the table, the lower first, each pair once, in order."""
    encoded = {column.compared.column: column for column in columns}
    keys = list(_declared(table, model, encoded) if model.blocks else _chosen(table, encoded))
    keys += [_listed(column) for column in encoded.values() if column.compared.kind == "identifiers"]
    rows = len(table)
    found = np.empty(0, dtype=np.int64)
    for key in keys:
        pairs = np.concatenate([np.empty(0, dtype=np.int64), *_of_key(_refined(key, encoded), rows)])
        logger.info("blocking on %s: %d pairs", key.name, len(pairs))
        found = np.union1d(found, pairs)
    left, right = found // rows, found % rows
    if model.across:
        sources = pd.factorize(table[model.source])[0]
        differ = sources[left] != sources[right]
        left, right = left[differ], right[differ]
    return left, right


def _declared(table: pd.DataFrame, model: TableModel, encoded: Mapping[str, Encoded]) -> Iterator[Key]:
    for block in model.blocks:
        parts = [key_codes(table, part.column, part.length, encoded.get(part.column)) for part in block]
        name = " and ".join(part.column + (f"[:{part.length}]" if part.length else "") for part in block)
        yield Key(name, frozenset(part.column for part in block), together(parts))


def _chosen(table: pd.DataFrame, encoded: Mapping[str, Encoded]) -> list[Key]:
    """Keys of one, two and three columns, cheapest first; a key that another contains adds nothing."""
    single = [
        Key(f"{name}[:{length}]" if length else name, frozenset({name}), key_codes(table, name, length, column))
        for name, column in encoded.items()
        for length in CHOSEN_LENGTHS[column.compared.kind]
    ]
    most, of_key = PAIRS_PER_RECORD * len(table), PAIRS_PER_RECORD_OF_KEY * len(table)
    chosen: list[Key] = []
    spent = 0
    for size in (1, 2, 3):
        made = [_joined(parts) for parts in combinations(single, size) if len({*_columns(parts)}) == size]
        fresh = [key for key in made if not any(_contains(key, other) for other in chosen)]
        for cost, key in sorted(((key.pairs(), key) for key in fresh), key=lambda one: (one[0], one[1].name)):
            if 0 < cost <= of_key and spent + cost <= most and not any(_contains(key, other) for other in chosen):
                chosen.append(key)
                spent += cost
    return chosen


def _columns(parts: Iterable[Key]) -> Iterator[str]:
    return (column for part in parts for column in part.columns)


def _joined(parts: tuple[Key, ...]) -> Key:
    return Key(
        " and ".join(part.name for part in parts), frozenset(_columns(parts)), together([p.codes for p in parts])
    )


def _contains(key: Key, other: Key) -> bool:
    """Whether records that agree on a key agree on the other too: it is made of the same parts and more."""
    return set(other.name.split(" and ")) <= set(key.name.split(" and "))


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


def together(parts: list[np.ndarray]) -> np.ndarray:
    """Return one number per different combination of keys; -1 where any of them is missing."""
    codes = parts[0].astype(np.int64)
    missing = codes < 0
    for part in parts[1:]:
        missing |= part < 0
        codes = pd.factorize(codes * (int(part.max(initial=0)) + 1) + part)[0]
    return np.asarray(np.where(missing, -1, codes))


def _of_key(key: Key, rows: int) -> Iterator[np.ndarray]:
    """The pairs of each block, as lower place times rows plus higher place."""
    order = np.argsort(key.codes, kind="stable")
    codes = key.codes[order]
    order, codes = order[codes >= 0], codes[codes >= 0]
    order = order if key.rows is None else key.rows[order]
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1]))) if len(codes) else np.empty(0, int)
    sizes = np.diff(np.append(starts, len(codes)))
    left_out = 0
    for size in np.unique(sizes):
        if size < 2:
            continue
        if size > MOST_IN_BLOCK:
            left_out += int(size * (size - 1) // 2) * int((sizes == size).sum())
            continue
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, k=1)
        for batch in np.array_split(members, max(1, len(members) * len(one) // 5_000_000)):
            low, high = batch[:, one].ravel(), batch[:, other].ravel()
            pairs = np.minimum(low, high) * rows + np.maximum(low, high)
            yield pairs[low != high]
    if left_out:
        logger.warning(
            "blocking on %s: %d pairs left out in blocks above %d records", key.name, left_out, MOST_IN_BLOCK
        )
