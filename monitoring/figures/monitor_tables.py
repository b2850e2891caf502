"""The tables of today's monitors, counted from the monitoring table of one night: registers and their overlap, victims
of five years, the European set, missing children (standards.md 1.4, 5.2 and 7).
"""

from __future__ import annotations

from monitoring.figures.european_set import european_figures
from monitoring.figures.figure import Figure, Words
from monitoring.figures.four_groups import victim_figures
from monitoring.figures.missing_children import missing_figures
from monitoring.figures.monitor_declared import both_languages
from monitoring.figures.register_overlap import register_figures
from monitoring.published_tables import PublishedTables

ALL_YEARS = {"nl": "alle jaren", "en": "all years"}


def monitor_figures(tables: PublishedTables, year: int | None = None) -> list[Figure]:
    """Return M0 to M15, E1 to E5 and D1 to D2A.

    `tables`: a night. `year`: of the tables of one year; five-year tables end with it. Without one all years, and the
    last five in the data. Cells are None where the night can know nothing: a register that it does not hold, a year
    that lies before the first registration or after the night.
    """
    filled: dict[str, Words | str] = {
        "period": ALL_YEARS if year is None else both_languages(str(year)),
        "night": tables.night.isoformat(),
        "model": tables.model_version,
    }
    return [
        *register_figures(tables, year, filled),
        *victim_figures(tables, year, filled),
        *european_figures(tables, year, filled),
        *missing_figures(tables, year, filled),
    ]
