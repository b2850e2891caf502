"""Victims of five years as the Slachtoffermonitor shows them: the four groups, minors apart, reporters apart, sex, age,
form, country (standards.md 5.2). Actual and potential victims together; each person once, in one year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from connectors.codes import code_list
from monitoring.ages import ADULT_BAND, MINOR_BANDS
from monitoring.figures.counting import Units, as_codes, codes_by_person
from monitoring.figures.declared import Row
from monitoring.figures.figure import UNKNOWN, Figure, Heading, Words
from monitoring.figures.monitor_declared import (
    DECLARED,
    both_languages,
    columns_of,
    heading_words,
    monitor_figure,
    rows_of,
    total_column,
)
from monitoring.figures.populations import population_code, victim_registrations, victim_year
from monitoring.published_tables import PublishedTables

GROUPS = DECLARED["groups"]
GROUP_CODES = tuple(DECLARED["headings"]["victim_group"])
AGE_BANDS = (*MINOR_BANDS, ADULT_BAND)
STATUSES = ("actual", "potential")
YEAR = "year"


@dataclass(frozen=True)
class Years:
    """The years that stand side by side, from first to last; `known`: those of which the night can know anything."""

    shown: tuple[int, ...]
    known: frozenset[int]

    @classmethod
    def until(cls, year: int | None, met: Iterable[int], night: int) -> Years:
        """Return five years up to one: the given one, else the last that was met, else that of the night.

        `met`: the years of which the data hold anybody. Known is what lies between the first of them and the night.
        """
        found = sorted(int(one) for one in met)
        last = year if year is not None else found[-1] if found else night
        shown = tuple(range(last - DECLARED["window"]["years"] + 1, last + 1))
        known = range(found[0], night + 1) if found else ()
        return cls(shown, frozenset(shown).intersection(known))

    def knows(self, year: int | None) -> bool:
        """Whether the night can know anything of a year, or of all years (None)."""
        return year is None or year in self.known

    @property
    def period(self) -> str:
        """First and last year, as in a title and a population."""
        return f"{self.shown[0]}-{self.shown[-1]}"

    def columns(self, year: pd.Series, codes: pd.Series) -> list[Units]:
        """Return a column for each year and the total: `year` and `codes` (tuples) per person, of one index."""
        columns = [
            Units(
                Heading(str(one), both_languages(str(one))),
                codes[year.eq(one).fillna(False).to_numpy(dtype=bool)],
                is_known=one in self.known,
            )
            for one in self.shown
        ]
        within = codes[year.isin(self.known).fillna(False).to_numpy(dtype=bool)]
        return [*columns, total_column(within, is_known=bool(self.known))]


def victims(tables: PublishedTables) -> pd.DataFrame:
    """Return the victims, actual and potential: columns of person and `year`, index person_id, sorted."""
    years = victim_year(tables.person, tables.registration)
    person = tables.person.set_index("person_id").assign(year=years)
    return person[person["victim_status"].isin(STATUSES).to_numpy(dtype=bool)].sort_index()


def victim_figures(tables: PublishedTables, year: int | None, filled: Mapping[str, Words | str]) -> list[Figure]:
    """Return M0 and M5 to M15: victims of five years up to one, without one the last five of which there are any."""
    everybody = victims(tables)
    years = Years.until(year, everybody["year"].dropna(), tables.night.year)
    filled = {**filled, "period": years.period}
    shown = everybody[everybody["year"].isin(years.known).fillna(False).to_numpy(dtype=bool)]
    group = as_codes(victim_group(shown))
    figures = [_by_first_year(everybody, years, filled)]
    figures += _by_year(tables, shown, group, years, filled)
    return figures + _by_group(shown, group, years, filled)


def victim_group(person: pd.DataFrame) -> pd.Series:
    """Return the group of each victim: four, their like where the border is not known, both, or unknown (R56).

    Columns in: exploitation_forms, nationality (several separated by |), residence_status, country_of_origin. No
    register records whether exploitation crossed a border: who is Dutch by one of the last three stands for domestic,
    who has only other values for cross-border.
    """
    sexual = set(GROUPS["sexual_forms"])
    found = []
    for forms, border in zip(person["exploitation_forms"], _border(person), strict=True):
        named = set(forms)
        if not named:
            found.append(UNKNOWN)
        elif named & sexual and named - sexual:
            found.append("both")
        else:
            found.append(f"{border}_{'sexual' if named & sexual else 'outside'}")
    return pd.Series(found, index=person.index, dtype=object)


def _border(person: pd.DataFrame) -> list[str]:
    dutch = {("nationality", code) for code in GROUPS["dutch_countries"]}
    dutch |= {("country_of_origin", code) for code in GROUPS["dutch_countries"]}
    dutch |= {("residence_status", code) for code in GROUPS["dutch_statuses"]}
    found = []
    for row in person[["nationality", "country_of_origin", "residence_status"]].to_dict("records"):
        said = {
            (name, code) for name, value in row.items() if isinstance(value, str) for code in value.split("|") if code
        }
        found.append("domestic" if said & dutch else "cross_border" if said else UNKNOWN)
    return found


def _by_first_year(everybody: pd.DataFrame, years: Years, filled: Mapping[str, Words | str]) -> Figure:
    """All victims by year, so that nobody is lost who stands in no other table."""
    first, last = years.shown[0], years.shown[-1]
    placed = [
        UNKNOWN if pd.isna(one) else "earlier" if one < first else "later" if one > last else str(int(one))
        for one in everybody["year"]
    ]
    codes = as_codes(pd.Series(placed, index=everybody.index, dtype=object))
    listed = ("earlier", *map(str, years.shown), "later", UNKNOWN)
    rows = [Row(code, heading_words("victim_year", code), (code,)) for code in listed]
    rows.append(rows_of("victim_year", (), unknown=False)[0])
    columns = [total_column(codes, is_known=bool(len(everybody)))]
    return monitor_figure("M0", YEAR, rows, columns, population_code("victims", None), filled)


def _by_year(
    tables: PublishedTables,
    shown: pd.DataFrame,
    group: pd.Series,
    years: Years,
    filled: Mapping[str, Words | str],
) -> list[Figure]:
    of_victims = victim_registrations(tables.registration)
    reporters = codes_by_person(of_victims["reporter_kind"], of_victims["person_id"], shown.index)
    nationality = as_codes(shown["nationality"].map(lambda said: said.split("|") if isinstance(said, str) else None))
    is_minor = ~shown["age_band"].isin([ADULT_BAND, UNKNOWN]).to_numpy(dtype=bool)
    groups = rows_of("victim_group", GROUP_CODES)
    bands = rows_of("age_band", AGE_BANDS)
    every, minors = f"victims:{years.period}", f"victims_under_18:{years.period}"

    def by_year(name: str, characteristic: str, rows: tuple[Row, ...], codes: pd.Series, **more: bool) -> Figure:
        columns = years.columns(shown["year"].reindex(codes.index), codes)
        population = minors if name == "M6M" else every
        return monitor_figure(name, characteristic, rows, columns, population, filled, column_dimension=YEAR, **more)

    def listed(name: str) -> tuple[Row, ...]:
        return rows_of(name, code_list(name).codes, total=False)

    return [
        by_year("M5", "victim_group", groups, group),
        by_year("M6", "age_band", bands, as_codes(shown["age_band"])),
        by_year("M6M", "victim_group", groups, group[is_minor]),
        by_year("M7", "reporter_kind", listed("reporter_kind"), reporters, is_multiple=True),
        by_year("M8", "sex", rows_of("sex", code_list("sex").codes), as_codes(shown["sex"])),
        by_year("M9", "exploitation_forms", listed("exploitation_forms"), as_codes(shown["exploitation_forms"]),
                is_multiple=True),
        by_year("M10", "victim_status", rows_of("victim_status", STATUSES, unknown=False),
                as_codes(shown["victim_status"])),
        by_year("M11", "country_of_origin", country_rows(shown["country_of_origin"]),
                as_codes(shown["country_of_origin"])),
        by_year("M15", "nationality", country_rows(nationality)[:-1], nationality, is_multiple=True),
    ]  # fmt: skip


def _by_group(shown: pd.DataFrame, group: pd.Series, years: Years, filled: Mapping[str, Words | str]) -> list[Figure]:
    """Sex, age and country of the victims of each group, all years of the table together."""
    of_person = group.map(lambda codes: codes[0])

    def by_group(name: str, characteristic: str, rows: tuple[Row, ...]) -> Figure:
        codes = as_codes(shown[characteristic])
        columns = columns_of("victim_group", GROUP_CODES, of_person, codes, is_known=bool(years.known))
        population = f"victims:{years.period}"
        return monitor_figure(name, characteristic, rows, columns, population, filled, column_dimension="victim_group")

    return [
        by_group("M12", "sex", rows_of("sex", code_list("sex").codes)),
        by_group("M13", "age_band", rows_of("age_band", AGE_BANDS)),
        by_group("M14", "country_of_origin", country_rows(shown["country_of_origin"])),
    ]


def country_rows(countries: pd.Series) -> tuple[Row, ...]:
    """Return a row for each of the countries with the most persons, then all others, unknown and the total.

    `countries`: per person a code, or a tuple of codes.
    """
    counts = countries.explode().value_counts()
    ordered = sorted(counts.index, key=lambda code: (-counts[code], code))
    most = DECLARED["window"]["countries"]
    *rows, unknown, total = rows_of("country_of_origin", ordered[:most])
    rest = tuple(sorted(ordered[most:]))
    other = Row("other", heading_words("country_of_origin", "other"), rest or ("other",))
    return (*rows, other, unknown, total)
