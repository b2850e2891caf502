"""Minors who disappeared and who of them was seen again as a victim (point 11), by the definitions of the page
(`monitoring.web.pictures.counted`): who was an adult when missing is left out, who may have been a minor is not (R2).

Each person once, by the disappearance that the table of persons shows.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from monitoring.figures.counting import as_codes
from monitoring.figures.declared import Row
from monitoring.figures.figure import UNKNOWN, Figure, Words
from monitoring.figures.four_groups import AGE_BANDS, Years
from monitoring.figures.monitor_declared import DECLARED, columns_of, monitor_figure, rows_of
from monitoring.figures.populations import population_code
from monitoring.missing import disappearances
from monitoring.published_tables import PublishedTables
from monitoring.rules import RULES

OUTCOMES = tuple(DECLARED["headings"]["missing_outcome"])
# The last day of each band before the longest.
DAY_BANDS = tuple(DECLARED["headings"]["days_missing"])
LAST_DAYS = tuple(int(band.split("-")[1]) for band in DAY_BANDS[:-1])
VICTIM_REGISTERS = (*RULES["victims"]["always"], *RULES["victims"]["when_a_form_is_named"])
RESURFACED = ("yes", "possible")


def missing_figures(tables: PublishedTables, year: int | None, filled: Mapping[str, Words | str]) -> list[Figure]:
    """Return D1, D1M (five years of disappearance), D1D, D2 and D2A (disappeared in one year, or in all)."""
    everybody = missing_minors(tables)
    years = Years.until(year, everybody["year"].dropna(), tables.night.year)
    is_known = years.knows(year) and bool(tables.registration["register"].isin(RULES["missing"]["registers"]).any())
    of_year = everybody if year is None else everybody[everybody["year"].eq(year).to_numpy(dtype=bool)]
    population = population_code("missing_minors", year)
    back = of_year[of_year["resurfaced_as_victim"].isin(RESURFACED).to_numpy(dtype=bool)]
    back_population = population_code("resurfaced_minors", year)

    def by_outcome(name: str, characteristic: str, rows: tuple[Row, ...], codes: pd.Series) -> Figure:
        is_of_all = name == "D1D"
        persons = of_year if is_of_all else back
        dimension, listed = ("missing_outcome", OUTCOMES) if is_of_all else ("resurfaced_as_victim", RESURFACED)
        columns = columns_of(dimension, listed, persons[dimension], codes, is_known)
        of = population if is_of_all else back_population
        return monitor_figure(name, characteristic, rows, columns, of, filled, column_dimension=dimension)

    return [
        *_by_year(everybody, years, filled),
        by_outcome("D1D", "days_missing", rows_of("days_missing", DAY_BANDS), as_codes(of_year["days_band"])),
        by_outcome("D2", "register", rows_of("register", VICTIM_REGISTERS), as_codes(back["resurfaced_in"])),
        by_outcome("D2A", "age_band", rows_of("age_band", AGE_BANDS), as_codes(back["age_band"])),
    ]


def missing_minors(tables: PublishedTables) -> pd.DataFrame:
    """Return who disappeared as a minor: columns of person, year (of missing_since), missing_outcome, days_band; index
    person_id, sorted.
    """
    person = tables.person.set_index("person_id").sort_index()
    gone = person[(person["missing_since"].notna() & person["is_minor_when_missing"].ne("no")).to_numpy(dtype=bool)]
    still = set(_still_missing(tables.registration))
    outcomes = {"yes": "resurfaced", "possible": "possible"}
    return gone.assign(
        year=pd.to_datetime(gone["missing_since"]).dt.year.astype("Int64"),
        missing_outcome=[
            outcomes.get(resurfaced, "missing" if one in still else "found")
            for one, resurfaced in zip(gone.index, gone["resurfaced_as_victim"], strict=True)
        ],
        days_band=gone["days_missing"].map(days_band).astype(object),
        mob=gone["is_mob"].map(lambda is_mob: "yes" if is_mob else "no").astype(object),
    )


def days_band(days: int | None) -> str:
    """Return the band of a number of days missing; unknown when it is not known."""
    if days is None or pd.isna(days):
        return UNKNOWN
    return next((band for band, last in zip(DAY_BANDS, LAST_DAYS, strict=False) if days <= last), DAY_BANDS[-1])


def _still_missing(registration: pd.DataFrame) -> pd.Series:
    gone = disappearances(registration)
    is_open = gone["found_on"].isna() & gone["missing_status"].fillna("open").eq("open")
    return gone.loc[is_open.to_numpy(dtype=bool), "person_id"]


def _by_year(everybody: pd.DataFrame, years: Years, filled: Mapping[str, Words | str]) -> list[Figure]:
    filled = {**filled, "period": years.period}
    population = f"missing_minors:{years.period}"
    return [
        monitor_figure(
            name, characteristic, rows_of(characteristic, codes, unknown=False),
            years.columns(everybody["year"], as_codes(everybody[column])), population, filled, column_dimension="year",
        )
        for name, characteristic, column, codes in (
            ("D1", "missing_outcome", "missing_outcome", OUTCOMES), ("D1M", "is_mob", "mob", ("yes", "no")),
        )
    ]  # fmt: skip
