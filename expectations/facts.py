"""What Great Expectations may see of a row or record: facts that identify nobody.

Dates, codes, numbers and flags come along as they are; of every identifying or free text only whether it is there
(`has_<column>`); of what a reader reported one boolean per problem, named after it. And of these only what a
suite asks for. Results, logs and exceptions of a check can then hold nothing about a person.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from connectors.records import COLUMNS, LISTS, ROW_COLUMNS, Column
from expectations.rules import load_rules, rule_of_problem

# Kinds of columns whose values are shown, unless the column is identifying; of any other kind only that there is one.
SHOWN_KINDS = ("date", "code", "codes", "integer", "flag")
# Between the codes of a list; no code holds it.
BETWEEN = "|"

# What nanoseconds can hold.
FIRST_DAY, LAST_DAY = np.datetime64("1700-01-01"), np.datetime64("2250-12-31")
NAME_COLUMNS = ("given_names", "family_name")
AGE_COLUMNS = ("departed_on", "applies_on", "birth_year", "birth_month", "birth_day", "birth_date_precision")

# Facts made of several columns, or of how a value is kept: the columns needed and how the fact is made.
Derived = dict[str, tuple[tuple[str, ...], Callable[[], pd.Series]]]


def is_shown(column: Column) -> bool:
    """Return whether a column's values may be shown to Great Expectations; a record's id is made so that they may."""
    return column.name == "record_id" or (column.kind in SHOWN_KINDS and not column.identifying)


SHOWN: frozenset[str] = frozenset(column.name for column in (*COLUMNS, *ROW_COLUMNS) if is_shown(column))


def row_facts(rows: pd.DataFrame, asked: Collection[str]) -> pd.DataFrame:
    """Return the facts of delivered rows that are asked for, and `row`, their position.

    Facts: shown columns, `has_<column>`, `has_name`, `has_age`, `least_age_at_departure` (whole years), one boolean per
    problem. What rows lack the column for is left out.
    """
    derived: Derived = {"least_age_at_departure": (AGE_COLUMNS, lambda: _least_age(rows))}
    facts = _facts(rows, (*COLUMNS, *ROW_COLUMNS), asked, derived)
    reported = _reported(rows["problems"])
    words = {rule.problem or rule.name for rule in load_rules().values()}
    for problem in (name for name in asked if name.partition(":")[0] in words):
        flags = np.zeros(len(rows), dtype=bool)
        flags[reported.get(problem, [])] = True
        facts[problem] = pd.Series(flags)
    return pd.DataFrame(facts)


def record_facts(records: pd.DataFrame, asked: Collection[str]) -> pd.DataFrame:
    """Return the facts of records that are asked for, and `row`, their position.

    Facts: shown columns, `has_<column>`, `is_list_<column>` of lists, `has_plausible_birth_year` (null without a year).
    """
    derived: Derived = {"has_plausible_birth_year": (("birth_year",), lambda: _plausible_years(records["birth_year"]))}
    for column in COLUMNS:
        if column.kind in LISTS:
            derived[f"is_list_{column.name}"] = ((column.name,), _list_test(records, column.name))
    return pd.DataFrame(_facts(records, COLUMNS, asked, derived))


def reported_problems(problems: Iterable[list[str]]) -> list[str]:
    """Return the facts about problems that rows hold, in alphabetical order."""
    return sorted(_reported(problems))


def _reported(problems: Iterable[list[str]]) -> dict[str, list[int]]:
    """The positions of the rows with each problem."""
    places: dict[str, list[int]] = {}
    for place, told in enumerate(problems):
        for problem in told:
            places.setdefault(problem_fact(problem), []).append(place)
    return places


@lru_cache(maxsize=1 << 12)
def problem_fact(problem: str) -> str:
    """Return the fact that holds a reader's problem: a name that the sender chose is left out of it."""
    return problem.partition(":")[0] if rule_of_problem(problem).names else problem


def _facts(
    rows: pd.DataFrame, columns: Iterable[Column], asked: Collection[str], derived: Derived
) -> dict[str, pd.Series]:
    facts = {"row": pd.Series(range(len(rows)), dtype="int64")}
    for column in columns:
        fact = column.name if is_shown(column) else f"has_{column.name}"
        if fact in asked and column.name in rows:
            values = rows[column.name].reset_index(drop=True)
            facts[fact] = _shown(values, column.kind) if is_shown(column) else _is_there(values, column.kind)
    known: Derived = {
        "has_name": (NAME_COLUMNS, lambda: rows["given_names"].notna() | rows["family_name"].notna()),
        "has_age": (("birth_year", "stated_age"), lambda: rows["birth_year"].notna() | rows["stated_age"].notna()),
    }
    for fact, (needed, made) in {**known, **derived}.items():
        if fact in asked and set(needed) <= set(rows.columns):
            facts[fact] = made().reset_index(drop=True)
    return facts


def _shown(values: pd.Series, kind: str) -> pd.Series:
    if kind == "date":
        return _days(values)
    if kind == "codes":
        return pd.Series([BETWEEN.join(codes) if _filled(codes) else None for codes in values], dtype=object)
    return values


def _filled(values: object) -> bool:
    return isinstance(values, list) and bool(values)


def _is_there(values: pd.Series, kind: str) -> pd.Series:
    return pd.Series([_filled(value) for value in values], dtype=bool) if kind in LISTS else values.notna()


def _days(values: pd.Series) -> pd.Series:
    """Days, where a wrong year needs it in seconds' resolution: the years 1 to 9999 fit, so that it can be found.

    In nanoseconds Great Expectations compares whole columns instead of one day at a time.
    """
    places, distinct = pd.factorize(values)
    days: list[date | str] = [*distinct, "NaT"]
    found = np.array(days, dtype="datetime64[D]")
    fits = np.isnat(found) | ((found >= FIRST_DAY) & (found <= LAST_DAY))
    return pd.Series(found.astype("datetime64[ns]" if fits.all() else "datetime64[s]")[places])


def _least_age(rows: pd.DataFrame) -> pd.Series:
    """The age beyond doubt at departure, else on the file's day: born on the last day that the birth date allows.

    Nothing where the year is not known or only about right.
    """
    departed, applies, year, month, day, precision = (rows[name].reset_index(drop=True) for name in AGE_COLUMNS)
    days = _days(departed).fillna(_days(applies))
    birthday = month.fillna(12) * 100 + day.fillna(31)
    this_year = (days.dt.month * 100 + days.dt.day).astype("Int64")
    ages = days.dt.year.astype("Int64") - year - (this_year < birthday).astype("Int64")
    return ages.mask(precision.eq("approximate").fillna(False).astype(bool))


def _plausible_years(years: pd.Series) -> pd.Series:
    (bounds,) = load_rules()["record_year"].expect
    return years.between(bounds["min"].year, bounds["max"].year).mask(years.isna())


def _list_test(records: pd.DataFrame, name: str) -> Callable[[], pd.Series]:
    def are_lists() -> pd.Series:
        # Nearly always all of them are: one set tells.
        if set(map(type, records[name])) <= {list}:
            return pd.Series(np.ones(len(records), dtype=bool))
        return pd.Series([isinstance(value, list) for value in records[name]], dtype=bool)

    return are_lists
