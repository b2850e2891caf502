"""A part of a table that can be compared by itself: its records with what they hold, and how common that is in all.

The records of a blocking key's blocks go to one place together (a partition of a cluster); what two of them agree on
is told with the same comparisons as in one process, and comes out the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from linkage.table.agreement import Agreements
from linkage.table.blocks import CandidatePairs, pairs_of_blocks
from linkage.table.declared import Compared
from linkage.table.encoded import Encoded
from linkage.table.names import NAME_KINDS, Elsewhere
from linkage.table.patterns import chunk_patterns

WORDED = ("name", "given_name", "family_name", "text", "place")


@dataclass(frozen=True)
class Layout:
    """Which columns a part has: the compared columns by their kind, and how many blocking keys."""

    compared: tuple[Compared, ...]
    keys: int

    def types(self) -> dict[str, pa.DataType]:
        """Names and types: row, the number of each key, and per compared column its value and how common that is."""
        found: dict[str, pa.DataType] = {"row": pa.int32(), "keys": pa.list_(pa.int32()), "source": pa.int32()}
        for at, compared in enumerate(self.compared):
            found[f"code_{at}"], found[f"share_{at}"] = pa.int32(), pa.float64()
            found[f"value_{at}"] = _type_of(compared.kind)
            if compared.kind in WORDED:
                found[f"words_{at}"] = pa.list_(pa.float64())
            if compared.kind in NAME_KINDS[1:]:
                found[f"named_{at}"] = pa.float64()
        return found


def _type_of(kind: str) -> pa.DataType:
    return {"date": pa.list_(pa.int32()), "identifiers": pa.list_(pa.string())}.get(kind, pa.string())


def records_of(candidates: CandidatePairs, agreements: Agreements) -> tuple[Layout, pa.Table]:
    """Return all records of a table with what they hold, a row each, in the columns of `Layout.types`."""
    columns = agreements.columns
    shares = agreements.name_shares()
    layout = Layout(tuple(column.compared for column in columns), len(candidates.single))
    rows = candidates.rows
    keys = np.column_stack([key.codes for key in candidates.single]) if layout.keys else np.empty((rows, 0), np.int32)
    sources = np.zeros(rows, dtype=np.int32) if candidates.sources is None else candidates.sources.astype(np.int32)
    made: dict[str, pa.Array] = {
        "row": pa.array(np.arange(rows, dtype=np.int32)),
        "keys": pa.FixedSizeListArray.from_arrays(pa.array(keys.ravel(), pa.int32()), max(layout.keys, 1)).cast(
            pa.list_(pa.int32())
        ),
        "source": pa.array(sources),
    }
    for at, column in enumerate(columns):
        place = pa.array(column.codes, mask=column.codes < 0)
        made[f"code_{at}"] = pa.array(column.codes.astype(np.int32))
        made[f"value_{at}"] = pa.array(_plain_values(column), _type_of(column.compared.kind)).take(place)
        made[f"share_{at}"] = pa.array(column.shares).take(place)
        if column.compared.kind in WORDED:
            words = [[column.word_shares[word] for word in of] for of in column.words]
            made[f"words_{at}"] = pa.array(words, pa.list_(pa.float64())).take(place)
        if column.compared.kind in NAME_KINDS[1:]:
            named = [shares[text] for text in column.texts.tolist()]
            made[f"named_{at}"] = pa.array(named, pa.float64()).take(place)
    return layout, pa.table({name: made[name] for name in layout.types()})


def _plain_values(column: Encoded) -> list[Any]:
    if column.compared.kind == "identifiers":
        return [sorted(value) for value in column.values]
    return [list(value) for value in column.values] if column.compared.kind == "date" else column.values


def compared_part(part: pa.Table, layout: Layout, across: bool, at_once: int) -> Iterator[tuple[np.ndarray, ...]]:
    """Compare the pairs of the blocks of a part: low and high row, and the numbers of what they agree on.

    `part`: rows as `records_of`, with `key` and `block` which say for which block a record is there.
    """
    of_row = part["row"].to_numpy()
    rows, first, place = np.unique(of_row, return_index=True, return_inverse=True)
    records = part.take(first)
    agreements = _agreements(records, layout)
    keys = np.array(records["keys"].combine_chunks().flatten()).reshape(len(rows), -1)
    source = records["source"].to_numpy()
    of_key, block = part["key"].to_numpy(), part["block"].to_numpy()
    for key in np.unique(of_key).tolist():
        codes = np.full(len(rows), -1, dtype=np.int64)
        codes[place[of_key == key]] = block[of_key == key]
        for low, high in pairs_of_blocks(codes, None, at_once):
            apart = ~((keys[low, :key] == keys[high, :key]) & (keys[low, :key] >= 0)).any(axis=1)
            if across:
                apart &= source[low] != source[high]
            low, high = low[apart], high[apart]
            if len(low):
                found = chunk_patterns(agreements.of(low, high), agreements.counts)
                yield rows[low], rows[high], found.numbers[found.place]


def _agreements(records: pa.Table, layout: Layout) -> Agreements:
    columns: list[Encoded] = []
    named: dict[Any, float] = {}
    for at, compared in enumerate(layout.compared):
        column, texts = _encoded(records, at, compared)
        columns.append(column)
        if compared.kind in NAME_KINDS[1:]:
            named.update(zip(texts, records[f"named_{at}"].to_pylist(), strict=True))
    named.pop(None, None)
    return Agreements(columns, Elsewhere(columns, named))


def _encoded(records: pa.Table, at: int, compared: Compared) -> tuple[Encoded, Sequence[Any]]:
    codes = records[f"code_{at}"].to_numpy()
    given = records[f"value_{at}"].to_pylist()
    missing = codes < 0
    number = np.full(len(codes), -1, dtype=np.int32)
    kept, known = pd.factorize(codes[~missing])
    number[~missing] = kept
    first = np.full(len(known), 0, dtype=np.int64)
    at_known = np.flatnonzero(~missing)
    first[kept[::-1]] = at_known[::-1]
    values = [_value(given[row], compared.kind) for row in first.tolist()]
    shares = np.nan_to_num(records[f"share_{at}"].to_numpy())[first] if len(first) else np.empty(0)
    words: dict[str, float] = {}
    if compared.kind in WORDED:
        told = records[f"words_{at}"].to_pylist()
        for row in first.tolist():
            words.update(zip(given[row].split(), told[row], strict=True))
    return Encoded(compared, values, number, None, shares, words), given


def _value(value: Any, kind: str) -> Any:
    return {"date": tuple, "identifiers": frozenset}.get(kind, lambda same: same)(value)
