"""IKPS, the police victim tracking system: a daily snapshot of everything that it holds, two years back.

In: `ikps_JJJJMMDD.csv`, Windows-1252. Out: one row per line. A row's key is its registration number; it is kept until
two years after entry (L1717-1718). Suspicions only (R32).
"""

from collections.abc import Iterator

import pandas as pd

from connectors.deliveries import Delivery
from connectors.interpreting import recorded, signal_sum
from connectors.register import Register
from connectors.rows import Rows, finish, interpret, mark_repeated
from connectors.tables import delimited_batches


def read_ikps(delivery: Delivery, register: Register, turn: int = 0, turns: int = 1) -> Iterator[pd.DataFrame]:
    """Yield the rows of one snapshot in batches. Raises DeliveryRefused when it is not the file agreed.

    `turn`, `turns`: only every so many batches, where several processes share a large file.
    """
    seen: set[str] = set()
    for number, (row_numbers, columns) in enumerate(delimited_batches(delivery, register)):
        texts = columns[register.column_into("source_key").name]
        keys = [recorded(text) for text in texts]
        if number % turns != turn:
            seen.update(key for key in keys if key)
            continue
        rows = interpret(register, delivery, columns, len(texts))
        rows.values |= {"source_key": keys, "row_number": list(row_numbers)}
        mark_repeated(rows, keys, seen)
        _compare_points(rows)
        yield finish(rows, keys, keys)


def _compare_points(rows: Rows) -> None:
    """The weight should be the sum of the signals' points (input contract, point 5)."""
    column = rows.register.column_into("signals")
    sums: dict[str, int | None] = {}
    signals = zip(rows.columns[column.name], rows.column("signal_points"), strict=True)
    for row, (text, points) in enumerate(signals):
        if points is None or not recorded(text):
            continue
        if str(text) not in sums:
            sums[str(text)] = signal_sum(column, str(text))
        if sums[str(text)] not in (None, points):
            rows.problems[row].append("signal_sum_differs:signal_points")
