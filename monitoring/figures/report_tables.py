"""The tables of the report of 2005, counted from the monitoring table of one night."""

from __future__ import annotations

import pandas as pd

from monitoring.figures.counting import Units, as_codes, counted_figure
from monitoring.figures.declared import ReportTable, column_heading, report_tables
from monitoring.figures.figure import Figure
from monitoring.figures.populations import GROUPS, counted_persons, of_group, population_code, victims_in_reports
from monitoring.figures.register_tables import register_figure
from monitoring.published_tables import PublishedTables

VICTIMS = "victims"
UNIT = "unit"


def report_figures(tables: PublishedTables, year: int | None = None) -> list[Figure]:
    """Return every table of the report that is made (declared.tables_not_made tells the others), in declared order.

    `tables`: a night. `year`: persons who first came into view as a victim in that year, and registrations of that
    year; without one all years (R55). Counts, never shares.
    """
    counted = counted_persons(tables.person, tables.registration, year)
    return [
        _of_persons(table, counted, tables.registration, year)
        if table.population in GROUPS
        else register_figure(table, tables, year)
        for table in report_tables().values()
    ]


def _of_persons(table: ReportTable, counted: pd.DataFrame, registration: pd.DataFrame, year: int | None) -> Figure:
    """A table of counted persons; with a second column of the victims in their reports it never mixes the two (X7)."""
    persons = of_group(counted, table.population).set_index("person_id")
    codes = as_codes(persons[table.characteristic])
    victims = victims_in_reports(persons.index, registration)
    columns = [
        Units(column_heading(column), codes, weights=victims if column == VICTIMS else None) for column in table.columns
    ]
    dimension = UNIT if len(columns) > 1 else None
    return counted_figure(table, columns, population_code(f"counted_{table.population}", year), dimension)
