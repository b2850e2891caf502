"""IKPS, the police victim tracking system: a daily snapshot of everything that it holds, two years back.

In: `ikps_JJJJMMDD.csv`, Windows-1252. Out: one row per line. A row's key is its registration number; it is kept until
two years after entry (L1717-1718). Suspicions only (R32).
"""

from datetime import date

import pandas as pd

from connectors.deliveries import Delivery
from connectors.interpreting import recorded, signal_sum
from connectors.register import Register
from connectors.rows import Rows, finish, interpret, mark_repeated
from connectors.tables import by_column, delimited_rows


def read_ikps(delivery: Delivery, register: Register) -> pd.DataFrame:
    """Return the rows of one snapshot. Raises DeliveryRefused when it is not the file agreed."""
    header, lines = delimited_rows(delivery, register)
    rows = interpret(register, delivery, by_column(header, lines), len(lines))
    keys = [recorded(text) for text in rows.delivered("source_key")]
    rows.values["source_key"] = keys
    mark_repeated(rows, keys)
    _compare_points(rows)
    years = register.retention_years or 0
    rows.values["retained_until"] = [years_after(day, years) for day in rows.column("registered_on")]
    return finish(rows, keys, keys)


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


def years_after(day: date | None, years: int) -> date | None:
    """Return the same day so many years later; 29 February becomes 28 where it does not exist."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
