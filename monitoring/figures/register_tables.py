"""The report's tables of registers: IKPS by age, country and status; departures; the registers side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from connectors.register import REGISTERS
from monitoring.ages import ADULT_BAND, MINOR_BANDS, MINOR_BELOW
from monitoring.counting import main_group
from monitoring.figures.counting import Units, as_codes, codes_by_person, counted_figure
from monitoring.figures.declared import ReportTable, column_heading
from monitoring.figures.figure import TOTAL, Figure
from monitoring.figures.populations import counted_persons, of_register, population_code
from monitoring.published_tables import PublishedTables

# The report's second group of IKPS: who may be a minor with the document of an adult (R10).
POSSIBLY_MINOR_BELOW = 20
WITHOUT_FORMS = ("telex", "mob")
GROUP_ROWS = ("prostitution", "other", "both")
ANSWERS = {"yes": True, "no": False}


def register_figure(table: ReportTable, tables: PublishedTables, year: int | None) -> Figure:
    """Return one table of registers; a register that the night holds nothing of is "-" (R62)."""
    if table.population in ("ikps", "ikps_under_20"):
        return _of_ikps(table, tables, year)
    if table.population == "mob_minors":
        return _of_departures(table, tables, year)
    if table.characteristic == "register":
        return _registers_by_unit(table, tables, year)
    return _minors_by_register(table, tables, year)


def encounter_groups(age: pd.Series) -> pd.Series:
    """Return under_18, 18_19 or 20_and_over per age at encounter, null when not known: three disjoint groups (X4)."""
    known = age.astype("Int64")
    years = known.fillna(0).to_numpy(dtype=int)
    group = np.select([years < MINOR_BELOW, years < POSSIBLY_MINOR_BELOW], ["under_18", "18_19"], default="20_and_over")
    return pd.Series(group, index=age.index, dtype=object).where(known.notna().to_numpy(dtype=bool), None)


def _of_ikps(table: ReportTable, tables: PublishedTables, year: int | None) -> Figure:
    """Persons and their IKPS registrations; of nationality and status what IKPS itself says, of age the person's."""
    own = of_register(tables.registration, "ikps", year)
    ages = tables.person.set_index("person_id")["age_at_encounter"]
    if table.population == "ikps_under_20":
        under = ages.lt(POSSIBLY_MINOR_BELOW).fillna(False)
        own = own[own["person_id"].map(under).fillna(False).to_numpy(dtype=bool)]
    groups = encounter_groups(ages)
    said = own["person_id"].map(groups) if table.characteristic == "age_at_encounter" else own[table.characteristic]
    persons = pd.Index(sorted(own["person_id"].unique()), dtype=object)
    codes = {TOTAL: codes_by_person(said, own["person_id"], persons), "registrations": as_codes(said)}
    is_known = _holds(tables, "ikps")
    columns = [Units(column_heading(name), codes[name], is_known=is_known) for name in table.columns]
    return counted_figure(table, columns, population_code(table.population, year), "unit")


def _of_departures(table: ReportTable, tables: PublishedTables, year: int | None) -> Figure:
    """Departures of minors in a year and the year before; without a year the last two that lists were read of."""
    departures = of_register(tables.registration, "mob")
    years = pd.to_datetime(departures["departed_on"], errors="coerce").dt.year.astype("Int64")
    met = sorted(int(one) for one in years.dropna().unique())
    last = year if year is not None else met[-1] if met else tables.night.year
    shown = (last - 1, last) if year is not None or len(met) < 2 else tuple(met[-2:])
    is_minor = ~_is_adult_at_departure(departures, tables.person)
    codes = as_codes(departures["departure_category"])
    columns = [
        Units(
            column_heading(str(one)),
            codes[(years.eq(one).fillna(False) & is_minor).to_numpy(dtype=bool)],
            is_known=one in met,
        )
        for one in shown
    ]
    # Of two years: the year of the report alone would say too little.
    return counted_figure(table, columns, f"{table.population}:{shown[0]}-{shown[1]}", "year")


def _is_adult_at_departure(departures: pd.DataFrame, person: pd.DataFrame) -> pd.Series:
    """Whether somebody was surely 18 at the departure: any doubt makes a minor (R2), also an unknown birth year.

    The table says it of the day of disappearance; of another departure only the birth year is known.
    """
    persons = person.set_index("person_id").reindex(departures["person_id"])
    left = pd.to_datetime(departures["departed_on"], errors="coerce")
    missing = pd.to_datetime(persons["missing_since"], errors="coerce").to_numpy()
    age_at_most = left.dt.year.to_numpy(dtype=float) - persons["birth_year"].to_numpy(dtype=float, na_value=np.nan)
    by_day = (missing == left.to_numpy()) & persons["is_minor_when_missing"].eq("no").to_numpy()
    return pd.Series(by_day | (age_at_most > MINOR_BELOW), index=departures.index)


def _registers_by_unit(table: ReportTable, tables: PublishedTables, year: int | None) -> Figure:
    """Registrations and persons per register; no total over the registers (R60)."""
    own = {register: of_register(tables.registration, register, year) for register in REGISTERS}
    rows = {
        "registrations": [register for register in REGISTERS for _ in range(len(own[register]))],
        TOTAL: [register for register in REGISTERS for _ in range(own[register]["person_id"].nunique())],
    }
    empty = tuple(register for register in REGISTERS if not _holds(tables, register))
    columns = [
        Units(column_heading(name), as_codes(pd.Series(rows[name], dtype=object)), has_base=False, unrecorded=empty)
        for name in table.columns
    ]
    return counted_figure(table, columns, population_code(table.population, year), "unit")


def _minors_by_register(table: ReportTable, tables: PublishedTables, year: int | None) -> Figure:
    """Minors by main group: the counted victims, and each register by its own measure of minority and its own forms."""
    counted = counted_persons(tables.person, tables.registration, year).set_index("person_id")
    groups = counted["main_group"].map(lambda group: group or "no_form")
    columns = [Units(column_heading("database"), as_codes(groups), has_base=False, unrecorded=("not_minor", "unknown"))]
    for name, (register, measure) in MEASURES.items():
        own = of_register(tables.registration, register, year)
        persons = tables.person.set_index("person_id").reindex(
            pd.Index(sorted(own["person_id"].unique()), dtype=object)
        )
        columns.append(
            Units(
                column_heading(name),
                as_codes(_minors_by_group(own, persons, measure(own, persons))),
                is_known=_holds(tables, register),
                unrecorded=GROUP_ROWS if register in WITHOUT_FORMS else (),
            )
        )
    return counted_figure(table, columns, population_code(table.population, year), "register")


def _minors_by_group(own: pd.DataFrame, persons: pd.DataFrame, is_minor: pd.Series) -> pd.Series:
    """Per person of a register the main group of its minors by the register's own forms, not_minor, or null."""
    forms = codes_by_person(own["exploitation_forms"], own["person_id"], persons.index)
    group = main_group(forms).map(lambda named: named or "no_form")
    said = is_minor.astype("boolean")
    found = group.where(said.fillna(False).to_numpy(dtype=bool), "not_minor")
    return found.where(said.notna().to_numpy(dtype=bool), None)


def _encountered_below(limit: int) -> Measure:
    def measure(_: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
        return persons["age_at_encounter"].astype("Int64").lt(limit)

    return measure


def _recruited_as_minor(_: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    return persons["is_minor_at_recruitment"].map(ANSWERS)


def _in_a_minor_band(_: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    bands = {**dict.fromkeys(MINOR_BANDS, True), ADULT_BAND: False}
    return persons["age_band"].map(bands)


def _missing_as_minor(_: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    return persons["is_minor_when_missing"].map(ANSWERS)


def _left_as_minor(own: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    was_minor = ~_is_adult_at_departure(own, persons.reset_index(names="person_id"))
    return was_minor.groupby(own["person_id"]).any().reindex(persons.index)


def _holds(tables: PublishedTables, register: str) -> bool:
    """Whether the night holds anything of a register, in whatever year."""
    return bool(tables.registration["register"].eq(register).any())


# Registrations of the register and their persons to: a minor, not a minor, or null.
Measure = Callable[[pd.DataFrame, pd.DataFrame], pd.Series]
# Columns of T18a: the register and how it tells a minor (R9, R10, R2).
MEASURES: dict[str, tuple[str, Measure]] = {
    "ikps_minors": ("ikps", _encountered_below(MINOR_BELOW)),
    "ikps_under_20": ("ikps", _encountered_below(POSSIBLY_MINOR_BELOW)),
    "stv": ("stv", _recruited_as_minor),
    "youth_care": ("youth_care", _in_a_minor_band),
    "telex": ("telex", _missing_as_minor),
    "mob": ("mob", _left_as_minor),
}
