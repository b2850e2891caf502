"""Rows of a frame into a table of PostgreSQL, by COPY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from sqlalchemy import Connection


def copy_rows(connection: Connection, table: str, rows: pd.DataFrame, types: Mapping[str, str]) -> None:
    """Write rows into a table by COPY, in the connection's transaction; `types`: PostgreSQL type per column."""
    names = ", ".join(f'"{name}"' for name in types)
    columns = [_values(rows[name], type_) for name, type_ in types.items()]
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def _values(column: pd.Series, type_: str) -> list[Any]:
    values = column.astype(object)
    if type_.endswith("[]"):
        return [[] if value is None else list(value) for value in values]
    known = column.notna()
    if type_ in ("integer", "bigint"):
        return [int(value) if here else None for value, here in zip(values, known, strict=True)]
    if type_ == "text":
        # PostgreSQL holds no NUL in a text.
        return [str(value).replace("\0", "") if here else None for value, here in zip(values, known, strict=True)]
    return [value if here else None for value, here in zip(values, known, strict=True)]
