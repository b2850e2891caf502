"""The common record: which columns a registration has, of what type, and how a frame of them is kept.

The columns are declared in `records.toml`. Types: text and code → str or None; date → datetime.date or None; integer →
pandas Int64; flag → pandas boolean (yes, no, not recorded); texts and codes → list of str, never null.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ARROW_TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "flag": pa.bool_(),
    "texts": pa.list_(pa.string()),
    "codes": pa.list_(pa.string()),
}
PANDAS_TYPES = {"integer": "Int64", "flag": "boolean"}
LISTS = ("texts", "codes")
NA = pd.NA


@dataclass(frozen=True)
class Column:
    """One column of the common record, as `records.toml` declares it."""

    name: str
    kind: str
    meaning: str
    identifying: bool = False


def _declared() -> tuple[Column, ...]:
    declared = tomllib.loads(Path(__file__).with_name("records.toml").read_text(encoding="utf-8"))
    return tuple(Column(**column) for column in declared["column"])


COLUMNS: tuple[Column, ...] = _declared()
COLUMN_NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
IDENTIFYING: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.identifying)

# What a delivered row has beside the columns of the record.
ROW_COLUMNS: tuple[Column, ...] = (
    Column("file", "text", "Name of the delivered file."),
    Column("row_number", "integer", "Place of the row in its file, the first data row is 1."),
    Column("row_key", "text", "The register's own key, else 'row <n>'; MOB: '<file>#<row>'."),
    Column("mutation", "code", "snapshot, new, changed, withdrawn, supplement or found; null when unreadable."),
    Column("applies_on", "date", "Date of the file."),
    Column("applies_order", "integer", "Order in which rows apply, over all deliveries read."),
    Column("problems", "texts", "What was found in reading, 'rule:column'."),
)
ROW_COLUMN_NAMES: tuple[str, ...] = tuple(column.name for column in ROW_COLUMNS)
KINDS: dict[str, str] = {column.name: column.kind for column in (*COLUMNS, *ROW_COLUMNS)}


def records_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a frame of the common record, one row per mapping; columns that a mapping lacks are not recorded.

    Row columns (`ROW_COLUMNS`) come along when a mapping has them. Raises ValueError for any other column.
    """
    rows = list(rows)
    names = dict.fromkeys(chain.from_iterable(rows))
    return columns_frame({name: [row.get(name) for row in rows] for name in names}, len(rows))


def rows_frame(values: Mapping[str, Sequence[Any]], length: int) -> pd.DataFrame:
    """Return a frame of delivered rows: as `columns_frame`, with all row columns present."""
    return columns_frame({**dict.fromkeys(ROW_COLUMN_NAMES, nothing(length)), **values}, length)


def nothing(length: int) -> Any:
    """Return a column in which nothing is recorded."""
    return np.full(length, None, dtype=object)


def columns_frame(values: Mapping[str, Sequence[Any]], length: int) -> pd.DataFrame:
    """Return a frame of the common record from whole columns of `length` values; absent columns are not recorded.

    Row columns (`ROW_COLUMNS`) come along when they are given. Raises ValueError for any other column.
    """
    unknown = sorted(set(values) - set(KINDS))
    if unknown:
        raise ValueError(f"not columns of the common record: {', '.join(unknown)}")
    empty = nothing(length)
    names = (*COLUMN_NAMES, *(name for name in ROW_COLUMN_NAMES if name in values))
    index = pd.RangeIndex(length)
    return pd.DataFrame({name: _series(KINDS[name], values.get(name, empty), index) for name in names}, index=index)


def _series(kind: str, values: Sequence[Any], index: pd.RangeIndex) -> pd.Series:
    if kind in PANDAS_TYPES:
        return pd.Series(_nullable(kind, values), index=index)
    if kind in LISTS:
        # Every row its own list; the test for other nulls is spelled out because it runs for every value.
        lists = np.empty(len(index), dtype=object)
        for row, value in enumerate(values):
            lists[row] = [] if value is None or value is NA else list(value)
        return pd.Series(lists, index=index)
    plain = np.empty(len(index), dtype=object)
    plain[:] = values
    plain[pd.isna(plain)] = None
    return pd.Series(plain, index=index)


def _nullable(kind: str, values: Sequence[Any]) -> pd.api.extensions.ExtensionArray:
    known = np.empty(len(values), dtype=object)
    known[:] = values
    missing = pd.isna(known)
    if missing.all():
        # Most columns are filled by few registers.
        known = np.zeros(len(values), dtype=object)
        array = pd.arrays.BooleanArray if kind == "flag" else pd.arrays.IntegerArray
        return array(known.astype(bool if kind == "flag" else "int64"), missing)
    return pd.array(known, dtype=PANDAS_TYPES[kind])


def write_records(records: pd.DataFrame, path: Path | IO[bytes], note: Mapping[bytes, bytes] | None = None) -> None:
    """Write records or rows as Parquet, with the types of the common record whatever the values are, and a note.

    Raises ValueError when a column is neither of the record nor of the row.
    """
    unknown = sorted(set(records.columns) - set(KINDS))
    if unknown:
        raise ValueError(f"not columns of the common record: {', '.join(unknown)}")
    schema = pa.schema([(name, ARROW_TYPES[KINDS[name]]) for name in records.columns], metadata=note)
    arrays = [_array(records[name], KINDS[name]) for name in records.columns]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)


def _array(values: pd.Series, kind: str) -> pa.Array:
    """A column as it is written; lists by their lengths, which is ten times faster than one by one."""
    if kind not in LISTS:
        return pa.Array.from_pandas(values, type=ARROW_TYPES[kind])
    lists = values.to_numpy()
    ends = np.cumsum(np.fromiter((len(texts) for texts in lists), dtype=np.int32, count=len(lists)), dtype=np.int32)
    texts = pa.array(list(chain.from_iterable(lists)), type=pa.string())
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[np.int32(0)], ends])), texts)


def read_records(path: Path | IO[bytes]) -> pd.DataFrame:
    """Return records or rows as `write_records` kept them, with the same types."""
    table = pq.read_table(path)
    index = pd.RangeIndex(table.num_rows)
    return pd.DataFrame(
        {name: _column(table.column(name), KINDS[name], index) for name in table.column_names}, index=index
    )


def count_rows(path: Path) -> int:
    """Return how many records or rows a file holds, without reading them."""
    return int(pq.read_metadata(path).num_rows)


def _column(values: pa.ChunkedArray, kind: str, index: pd.RangeIndex) -> pd.Series:
    """A column as it was written; whole columns at a time, except lists."""
    if kind in PANDAS_TYPES:
        missing = values.is_null().to_numpy()
        known = values.fill_null(False if kind == "flag" else 0).to_numpy()
        array = pd.arrays.BooleanArray if kind == "flag" else pd.arrays.IntegerArray
        return pd.Series(array(np.array(known), np.array(missing)), index=index)
    if kind in LISTS:
        # Most lists are empty: only the others are taken out one by one.
        lists = np.empty(len(index), dtype=object)
        lists[:] = [[] for _ in index]
        filled = pc.greater(pc.fill_null(pc.list_value_length(values), 0), 0)
        for row, texts in zip(np.flatnonzero(filled.to_numpy()), values.filter(filled).to_pylist(), strict=True):
            lists[row] = texts
        return pd.Series(lists, index=index)
    # Days become datetime.date and None, texts stay as they are.
    return pd.Series(values.to_numpy().astype(object), index=index, dtype=object)
