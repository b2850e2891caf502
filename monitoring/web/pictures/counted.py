"""What the pictures of the page count, each once for the table that is shown: codes and counts, no words."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitoring.rules import RULES
from monitoring.web.pictures.months import periods
from monitoring.web.shown import Shown, once_a_night, one, rows

MISSING = RULES["missing"]
# First whole number of days of each band after the first, and the codes of the bands.
LONGER_FROM = [8, 31, 91, 366]
DAY_BANDS = ("0-7", "8-30", "31-90", "91-365", "366+")
OUTCOMES = ("resurfaced", "possible", "found", "missing")

REGISTERS = """
    SELECT register, CAST(sum(registrations) AS integer) AS registrations, count(*) AS persons,
      count(*) FILTER (WHERE person.is_counted) AS counted
    FROM (
      SELECT register, person_id, count(*) AS registrations FROM monitoring.registration GROUP BY 1, 2
    ) AS held JOIN monitoring.person USING (person_id) GROUP BY register
"""
OVERLAP = "SELECT registers, count(*) AS persons FROM monitoring.person GROUP BY registers"
# A disappearance as the table of persons knows it (monitoring/missing.py).
EVENTS = """
    WITH event AS (
      SELECT 'disappeared' AS kind, person_id, registration.missing_since AS day
      FROM monitoring.registration JOIN monitoring.person USING (person_id)
      WHERE registration.register = ANY(%(registers)s) AND registration.missing_since IS NOT NULL
        AND (registration.register <> 'mob' OR registration.departure_category = %(category)s)
        AND COALESCE(registration.missing_status, 'open') <> 'withdrawn' AND person.is_minor_when_missing <> 'no'
      UNION ALL
      SELECT 'resurfaced', person_id, resurfacing.resurfaced_on
      FROM monitoring.resurfacing JOIN monitoring.person USING (person_id)
      WHERE resurfacing.status = 'yes' AND person.is_minor_when_missing <> 'no'
    )
"""
SPAN = EVENTS + "SELECT min(day) AS first, max(day) AS last FROM event"
# Without a period: before the first one that is drawn. The whole of a kind is on the rows where is_whole is 1.
BY_PERIOD = (
    EVENTS
    + """
    , placed AS (
      SELECT kind, person_id, CASE WHEN day >= %(first)s THEN CAST(date_trunc(%(unit)s, day) AS date) END AS period
      FROM event
    )
    SELECT kind, period, GROUPING(period) AS is_whole, count(DISTINCT person_id) AS persons
    FROM placed GROUP BY GROUPING SETS ((kind, period), (kind))
"""
)
DAYS_MISSING = """
    WITH still AS (
      SELECT DISTINCT person_id FROM monitoring.registration
      WHERE register = ANY(%(registers)s) AND missing_since IS NOT NULL AND found_on IS NULL
        AND (register <> 'mob' OR departure_category = %(category)s) AND COALESCE(missing_status, 'open') = 'open'
    )
    SELECT width_bucket(days_missing, CAST(%(bounds)s AS integer[])) AS band,
      CASE resurfaced_as_victim WHEN 'yes' THEN 'resurfaced' WHEN 'possible' THEN 'possible'
        ELSE CASE WHEN still.person_id IS NULL THEN 'found' ELSE 'missing' END END AS outcome,
      count(*) AS persons
    FROM monitoring.person LEFT JOIN still USING (person_id)
    WHERE person.missing_since IS NOT NULL AND person.is_minor_when_missing <> 'no' GROUP BY 1, 2
"""
AGE_AND_SEX = """
    SELECT age_band, sex, count(*) AS persons FROM monitoring.person WHERE victim_status <> 'none' GROUP BY 1, 2
"""
COUNTRIES = """
    SELECT country_of_origin AS country, count(*) AS persons FROM monitoring.person WHERE victim_status <> 'none'
    GROUP BY 1 ORDER BY count(*) DESC, country_of_origin COLLATE "C"
"""
VICTIMS = """
    SELECT count(*) AS persons, count(*) FILTER (WHERE victim_status = 'actual') AS actual,
      count(*) FILTER (WHERE victim_status = 'potential') AS potential, count(*) FILTER (WHERE is_counted) AS counted
    FROM monitoring.person WHERE victim_status <> 'none'
"""
DISAPPEARANCES = {"registers": MISSING["registers"], "category": MISSING["mob_category"]}


@once_a_night
def of_registers(_shown: Shown) -> dict[str, dict[str, int]]:
    """Return per register its registrations, the persons behind them, and those of them who are counted."""
    return {row.pop("register"): row for row in rows(REGISTERS)}


@once_a_night
def of_combinations(_shown: Shown) -> dict[tuple[str, ...], int]:
    """Return the persons of each combination of registers; a person is in one."""
    return {tuple(sorted(row["registers"])): row["persons"] for row in rows(OVERLAP)}


@once_a_night
def of_time(_shown: Shown) -> dict[str, Any]:
    """Return persons who disappeared and who resurfaced, by period: unit, starts, persons, earlier and whole.

    A person counts once in each period, and once in `whole`; a period is a month as long as the months fit.
    """
    span = one(SPAN, DISAPPEARANCES) or {}
    unit, starts = periods(span["first"], span["last"]) if span.get("first") else ("month", [])
    values = {**DISAPPEARANCES, "first": starts[0] if starts else date.min, "unit": unit}
    found = rows(BY_PERIOD, values) if starts else []
    counts = {(row["kind"], row["period"]): row["persons"] for row in found if not row["is_whole"]}
    kinds = ("disappeared", "resurfaced")
    return {
        "unit": unit,
        "starts": starts,
        "persons": {kind: [counts.get((kind, start), 0) for start in starts] for kind in kinds},
        "earlier": {kind: counts.get((kind, None), 0) for kind in kinds},
        "whole": {
            kind: next((r["persons"] for r in found if r["is_whole"] and r["kind"] == kind), 0) for kind in kinds
        },
    }


@once_a_night
def of_days_missing(_shown: Shown) -> dict[tuple[str | None, str], int]:
    """Return persons by band of days missing (None: not known) and outcome: resurfaced, possible, found or missing."""
    counts = rows(DAYS_MISSING, {**DISAPPEARANCES, "bounds": LONGER_FROM})
    return {(None if row["band"] is None else DAY_BANDS[row["band"]], row["outcome"]): row["persons"] for row in counts}


@once_a_night
def of_age_and_sex(_shown: Shown) -> dict[tuple[str, str | None], int]:
    """Return victims by age band and sex (None: not recorded)."""
    return {(row["age_band"], row["sex"]): row["persons"] for row in rows(AGE_AND_SEX)}


@once_a_night
def of_countries(_shown: Shown) -> list[tuple[str | None, int]]:
    """Return victims by country of origin, the largest first (None: not recorded)."""
    return [(row["country"], row["persons"]) for row in rows(COUNTRIES)]


@once_a_night
def of_victims(_shown: Shown) -> dict[str, int]:
    """Return how many victims there are: persons, actual, potential, counted."""
    return one(VICTIMS) or {}
