"""What is recorded in a column of records, in plain values: equal from a database and from work files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from connectors.records import LISTS


def recorded(column: pd.Series, kind: str) -> Iterator[tuple[int, Any]]:
    """Give the rows in which something is recorded and what, the same whatever pandas holds it in.

    `kind`: of the column, as `records.toml` declares it. Dates come as their day in ISO, lists as lists of text.
    """
    values = column.to_numpy(dtype=object)
    if kind in LISTS:
        for row, value in enumerate(values):
            if isinstance(value, list | tuple | np.ndarray) and len(value):
                yield row, [_plain(said) for said in value]
        return
    for row in np.flatnonzero(~pd.isna(values)).tolist():
        yield row, SAID[kind](values[row])


def _plain(value: Any) -> str:
    # PostgreSQL holds no NUL in a text.
    return str(value).replace("\0", "")


def _day(value: Any) -> str:
    """The day of a date, which pandas may have made a moment."""
    return str(value)[: len("2004-05-20")]


SAID: dict[str, Callable[[Any], Any]] = {"text": _plain, "code": _plain, "date": _day, "integer": int, "flag": bool}
