"""How old somebody was on a day, when the birth date may be partial, a placeholder, or only an age that was stated.

Whatever is known is an interval of days on which the person may have been born: one as stated, and a wider one that
allows for what the notation leaves open. Ages are kept apart by moment (R8) and never counted from today.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from monitoring.rules import RULES

AGES = RULES["ages"]
MINOR_BELOW: int = AGES["minor_below"]
# The last band is that of adults.
ADULT_BAND: str = AGES["bands"][-1][1]
MINOR_BANDS: tuple[str, ...] = tuple(name for _, name in AGES["bands"][:-1])
DAY = "datetime64[D]"
MONTH = "datetime64[M]"
ONE_DAY, ONE_MONTH = np.timedelta64(1, "D"), np.timedelta64(1, "M")
INTERVALS = ("earliest", "latest", "widest_earliest", "widest_latest")


def days(dates: pd.Series) -> np.ndarray:
    """Return dates as days that numpy can count with; not recorded becomes not-a-time."""
    return np.asarray(pd.to_datetime(dates, errors="coerce").to_numpy().astype(DAY))


def to_dates(counted: np.ndarray, index: pd.Index) -> pd.Series:
    """Return days as dates, not recorded as None."""
    found = counted.astype(object)
    found[np.isnat(counted)] = None
    return pd.Series(found, index=index, dtype=object)


def age_on(born: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return the age in whole years on a day; not-a-number when either day is not known or the birth lies after it."""
    born, on = born.astype(DAY), on.astype(DAY)
    known = ~(np.isnat(born) | np.isnat(on))
    born, on = np.where(known, born, np.datetime64("2000-01-01")), np.where(known, on, np.datetime64("2000-01-01"))
    before_birthday = _day_of_year(on) < _day_of_year(born)
    age = (_year(on) - _year(born) - before_birthday).astype(float)
    return np.where(known & (age >= 0), age, np.nan)


def birth_intervals(records: pd.DataFrame) -> pd.DataFrame:
    """Return the days on which each person may have been born, index and order of `records`.

    Columns in: birth_year, birth_month, birth_day, birth_date_precision, stated_age, stated_age_on. Columns out:
    earliest, latest (as stated) and widest_earliest, widest_latest (allowing for placeholders, ± and stated ages), and
    birth_year (null unless a register gave one). Not-a-time when nothing is known.
    """
    year, month, day = (_number(records[f"birth_{part}"]) for part in ("year", "month", "day"))
    has_year, has_month = ~np.isnan(year), ~np.isnan(year) & ~np.isnan(month)
    has_day = has_month & ~np.isnan(day)
    first_month = _months(np.where(has_year, year, 2000), np.where(has_month, month, 1))
    last_month = _months(np.where(has_year, year, 2000), np.where(has_month, month, 12))
    last_of_month = (last_month + ONE_MONTH).astype(DAY) - ONE_DAY
    exact = np.minimum(first_month.astype(DAY) + _count(np.where(has_day, day, 1) - 1, "D"), last_of_month)
    earliest = np.where(has_day, exact, first_month.astype(DAY))
    latest = np.where(has_day, exact, last_of_month)
    loose = np.zeros(len(records), dtype=bool)
    for placeholder_month, placeholder_day in AGES["placeholder_days"]:
        loose |= has_day & (month == placeholder_month) & (day == placeholder_day)
    spread = np.where(records["birth_date_precision"].eq("approximate"), AGES["approximate_years"], 0)
    loose |= spread > 0
    whole = np.where(has_year, year, 2000)
    widest_earliest = np.where(loose, _months(whole - spread, 1).astype(DAY), earliest)
    widest_latest = np.where(loose, _months(whole + spread + 1, 1).astype(DAY) - ONE_DAY, latest)
    stated = _stated_intervals(records)
    found = [
        np.where(has_year, from_date, from_age)
        for from_date, from_age in zip((earliest, latest, widest_earliest, widest_latest), stated, strict=True)
    ]
    intervals = pd.DataFrame(dict(zip(INTERVALS, found, strict=True)), index=records.index)
    return intervals.assign(birth_year=pd.Series(year, index=records.index).astype("Int64"))


def _stated_intervals(records: pd.DataFrame) -> list[np.ndarray]:
    """Somebody who was 14 on a day was born between fifteen years (less a day) and fourteen years before it."""
    age, on = _number(records["stated_age"]), days(records["stated_age_on"])
    known = ~np.isnan(age) & ~np.isnat(on)
    age, spread = np.where(known, age, 0), AGES["stated_age_years"]
    nothing = np.datetime64("NaT", "D")

    def born(years: np.ndarray, plus: int) -> np.ndarray:
        return np.where(known, _years_before(on, years) + plus * ONE_DAY, nothing)

    return [born(age + 1, 1), born(age, 0), born(age + 1 + spread, 1), born(np.maximum(age - spread, 0), 0)]


def age_band(age: pd.Series) -> pd.Series:
    """Return the report's age band of each age (domain.md 2.6); unknown is a band of its own (R61)."""
    starts, names = zip(*AGES["bands"], strict=True)
    place = np.searchsorted(np.asarray(starts), age.fillna(-1).to_numpy(dtype=float), side="right") - 1
    named = np.asarray(names, dtype=object)[np.maximum(place, 0)]
    return pd.Series(np.where(place < 0, AGES["unknown_band"], named), index=age.index, dtype=object)


def three_valued(yes: np.ndarray, known: np.ndarray, index: Iterable[object]) -> pd.Series:
    """Return yes, no or not_recorded: what is not known is never taken for no (R61)."""
    return pd.Series(np.where(~known, "not_recorded", np.where(yes, "yes", "no")), index=index, dtype=object)


def _number(values: pd.Series) -> np.ndarray:
    return np.asarray(pd.to_numeric(values, errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan))


def _count(number: np.ndarray, unit: Literal["D", "M"]) -> np.ndarray:
    """Whole numbers as so many days or months."""
    return np.asarray(number.astype(int).astype(f"timedelta64[{unit}]"))


def _months(year: np.ndarray, month: np.ndarray | int) -> np.ndarray:
    counted = (np.asarray(year) - 1970) * 12 + (np.asarray(month) - 1)
    return np.asarray(counted.astype(int).astype(MONTH))


def _years_before(on: np.ndarray, years: np.ndarray) -> np.ndarray:
    """The same day so many years before; 29 February becomes the 28th."""
    on = np.where(np.isnat(on), np.datetime64("2000-01-01"), on)
    month = on.astype(MONTH)
    then = month - _count(12 * years, "M")
    return np.asarray(np.minimum(then.astype(DAY) + (on - month.astype(DAY)), (then + ONE_MONTH).astype(DAY) - ONE_DAY))


def _year(day: np.ndarray) -> np.ndarray:
    return np.asarray(day.astype("datetime64[Y]").astype(int) + 1970)


def _day_of_year(day: np.ndarray) -> np.ndarray:
    """Month and day as one number that orders days within a year."""
    month = day.astype(MONTH)
    return np.asarray((month.astype(int) % 12) * 32 + (day - month.astype(DAY)).astype(int))
