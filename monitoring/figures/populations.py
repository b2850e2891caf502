"""Who is counted in which table: counted persons by main group, victims of one year, the number of victims in a report.

A table counts persons of one night. A year is the year in which a person first came into view as a victim; tables of a
register take the year of each registration instead, since most registers also hold persons who are no victims.
"""

from __future__ import annotations

import pandas as pd

from monitoring.counting import is_victim_record

# A registration's reference day: the day of the encounter, else of the report, else of the entry.
REFERENCE_DAYS = ("encountered_on", "reported_on", "registered_on")
# Registers of disappearances keep other days.
DAYS_OF_REGISTER = {
    "telex": ("missing_since", *REFERENCE_DAYS),
    "mob": ("departed_on", "missing_since", *REFERENCE_DAYS, "arrived_on"),
}
# The report never pools its groups (R56), except in its table of loverboys.
GROUPS = {
    "prostitution": ("prostitution",),
    "other": ("other",),
    "both": ("both",),
    "loverboy": ("prostitution", "both"),
}


def population_code(name: str, year: int | None) -> str:
    """Return the code of a population: of one year `counted_prostitution:2004`, of all years `counted_prostitution`."""
    return name if year is None else f"{name}:{year}"


def counted_persons(person: pd.DataFrame, registration: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """Return the persons who count as actual victims under 18 (R3, R31, R54), of one year or of all years.

    In: the tables person and registration. Without a year also those whose year is not known.
    """
    counted = person[person["is_counted"].astype(bool).to_numpy()]
    if year is None:
        return counted
    years = victim_year(counted, registration).eq(year).fillna(False)
    return counted[years.to_numpy(dtype=bool)]


def of_group(counted: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the counted persons of one of the GROUPS, the three of the report disjoint (R56); loverboy: R27."""
    is_in = counted["main_group"].isin(GROUPS[name])
    if name == "loverboy":
        is_in &= counted["loverboy"].eq("yes")
    return counted[is_in.to_numpy(dtype=bool)]


def victim_registrations(registration: pd.DataFrame) -> pd.DataFrame:
    """Return the registrations of victims, actual or potential: IKPS, STV, and youth care that names a form (R32)."""
    return registration[is_victim_record(registration).to_numpy(dtype=bool)]


def victim_year(person: pd.DataFrame, registration: pd.DataFrame) -> pd.Series:
    """Return the year in which each person first came into view as a victim (R55).

    In: person_id of `person`; person_id, register, exploitation_forms and the REFERENCE_DAYS of `registration`. The
    earliest reference day of the person's victim registrations counts; what was purged counts as long as its coded
    facts are kept. Out: index person_id in the order of `person`, Int64, null for who is no victim or has no day.
    """
    years = first_victim_day(victim_registrations(registration)).dt.year.astype("Int64").rename("year")
    return years.reindex(pd.Index(person["person_id"], name="person_id"))


def first_victim_day(of_victims: pd.DataFrame) -> pd.Series:
    """Return the earliest reference day of each person among registrations of victims: index person_id, a timestamp."""
    return _first_day(of_victims, REFERENCE_DAYS).groupby(of_victims["person_id"]).min()


def victims_in_reports(persons: pd.Index, registration: pd.DataFrame) -> pd.Series:
    """Return the largest number of victims that a victim registration of each person names, not known is one (R51).

    In: person_id; person_id, register, exploitation_forms and persons_in_case of `registration`. Out: index `persons`,
    whole numbers from 1.
    """
    of_victims = victim_registrations(registration)
    largest = of_victims["persons_in_case"].astype("Int64").groupby(of_victims["person_id"]).max()
    return largest.reindex(persons).fillna(1).clip(lower=1).astype(int)


def of_register(registration: pd.DataFrame, register: str, year: int | None = None) -> pd.DataFrame:
    """Return the registrations of one register, of all years or with their own day in one year (R55)."""
    own = registration[registration["register"].eq(register).to_numpy(dtype=bool)]
    return own if year is None else own[registration_year(own, register).eq(year).fillna(False).to_numpy(dtype=bool)]


def registration_year(registration: pd.DataFrame, register: str) -> pd.Series:
    """Return the year of each registration of a register by its own day, Int64, null without one."""
    return _first_day(registration, DAYS_OF_REGISTER.get(register, REFERENCE_DAYS)).dt.year.astype("Int64")


def _first_day(registration: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """The first of these days that a registration has."""
    found = pd.to_datetime(registration[names[0]], errors="coerce")
    for name in names[1:]:
        found = found.fillna(pd.to_datetime(registration[name], errors="coerce"))
    return found
