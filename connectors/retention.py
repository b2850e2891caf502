"""Terms: until when a registration may be kept, by its register's own term (`[retention]` in `registers/*.toml`).

The term of a registration that one row delivers counts from a date in that row. Where rows of many files make one
registration (messages, mutations), it counts from the last word about it: all of them stay as long as the registration
does, and go with it. A registration may be kept on the last day of its term and no longer.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from connectors.register import Register, Retention

PAST_TERM = "past_term:retained_until"
# Registers whose registrations are made of several rows.
OF_MANY_ROWS = ("mutations", "messages")


def years_after(day: date | None, years: int) -> date | None:
    """Return the same day so many years later; 29 February becomes 28 where it does not exist."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def terms_of(retention: Retention, length: int, column: Callable[[str], Sequence[Any]]) -> list[date | None]:
    """Return the last day of the term of each row, None where no date that it counts from is recorded.

    `column` returns the values of a record column of these rows.
    """
    if retention.years is None:
        return [None] * length
    dates = [column(name) for name in retention.counts_from]
    terms: dict[date, date | None] = {}
    ends: list[date | None] = []
    for of_row in zip(*dates, strict=True):
        day = next((value for value in of_row if value is not None), None)
        if day is not None and day not in terms:
            terms[day] = years_after(day, retention.years)
        ends.append(None if day is None else terms[day])
    return ends


def mark_past_term(register: Register, rows: pd.DataFrame, night: date) -> pd.DataFrame:
    """Return the rows with the problem `past_term` where the term had ended before the night; it may not count again.

    Rows of one registration of messages or mutations are all of them that are in force.
    """
    if register.retention.years is None or not len(rows):
        return rows
    if register.delivery in OF_MANY_ROWS:
        rows = rows.assign(retained_until=_last_of_registration(rows))
    past = [end is not None and end < night for end in _days(rows["retained_until"])]
    if not any(past):
        return rows
    told = [[*found, PAST_TERM] if is_past else found for found, is_past in zip(rows["problems"], past, strict=True)]
    return rows.assign(problems=pd.Series(told, index=rows.index, dtype=object))


def within_term(records: pd.DataFrame, night: date) -> pd.DataFrame:
    """Return the records whose term, where they have one, had not ended before the night."""
    # As a column of yes and no: an empty list would be taken for names of columns.
    stay = [end is None or end >= night for end in _days(records["retained_until"])]
    return records[pd.Series(stay, index=records.index, dtype=bool)].reset_index(drop=True)


def _last_of_registration(rows: pd.DataFrame) -> pd.Series:
    last: dict[str, date] = {}
    for key, end in zip(rows["record_id"], _days(rows["retained_until"]), strict=True):
        if end is not None:
            last[key] = max(end, last.get(key, end))
    return pd.Series([last.get(key) for key in rows["record_id"]], index=rows.index, dtype=object)


def _days(values: pd.Series) -> list[date | None]:
    return [None if is_null else value for value, is_null in zip(values, values.isna(), strict=True)]
