"""Minors who disappeared, counted by hand: outcome, days, register and age; the page counts the same."""

from __future__ import annotations

import invented_night as invented
import monitored_night as monitored
import pytest

from monitoring.figures.missing_children import DAY_BANDS, LAST_DAYS, OUTCOMES, days_band
from monitoring.figures.monitor_tables import monitor_figures
from monitoring.web.pictures import counted


def figures_of(year=None, registrations=monitored.REGISTRATIONS):
    return {figure.name: figure for figure in monitor_figures(invented.night(monitored.PERSONS, registrations), year)}


FIGURES = figures_of()


def rows(figure):
    return [(row.code, *cells) for row, cells in zip(figure.rows, figure.cells, strict=True) if any(cells)]


def test_disappeared_minors_by_outcome_and_year():
    # H was an adult when missing; of I it is not known, so I counts.
    assert [column.code for column in FIGURES["D1"].columns] == ["2001", "2002", "2003", "2004", "2005", "total"]
    assert rows(FIGURES["D1"]) == [
        ("resurfaced", None, None, 1, 0, 0, 1),
        ("possible", None, None, 0, 0, 1, 1),
        ("found", None, None, 0, 0, 1, 1),
        ("missing", None, None, 0, 1, 0, 1),
        ("total", None, None, 1, 1, 2, 4),
    ]


def test_departures_with_unknown_destination_apart():
    assert [row[-3:] for row in rows(FIGURES["D1M"])] == [(1, 0, 1), (0, 2, 3), (1, 2, 4)]


def test_days_missing_by_outcome():
    assert rows(FIGURES["D1D"]) == [
        ("0-7", 0, 0, 1, 0, 1),
        ("91-365", 1, 1, 0, 0, 2),
        ("366+", 0, 0, 0, 1, 1),
        ("total", 1, 1, 1, 1, 4),
    ]


def test_seen_again_by_register_and_age():
    assert rows(FIGURES["D2"]) == [("ikps", 1, 0, 1), ("stv", 0, 1, 1), ("total", 1, 1, 2)]
    assert rows(FIGURES["D2A"]) == [("16-17", 1, 1, 2), ("total", 1, 1, 2)]
    assert FIGURES["D2"].population == "resurfaced_minors"


def test_a_year_holds_who_disappeared_in_it():
    assert rows(figures_of(2005)["D2"]) == [("stv", 0, 1, 1), ("total", 0, 1, 1)]
    assert figures_of(2004)["D1D"].cell("total") == 1


def test_a_case_that_was_withdrawn_leaves_nobody_missing():
    withdrawn = [
        {**row, "missing_status": "withdrawn"} if row["person_id"] == "F" else row for row in monitored.REGISTRATIONS
    ]
    assert figures_of(registrations=withdrawn)["D1"].cell("missing") == 0


def test_without_registers_of_disappearances_nothing_is_known():
    kept = [row for row in monitored.REGISTRATIONS if row["register"] not in ("telex", "mob")]
    assert figures_of(registrations=kept)["D2"].cell("total") is None


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "0-7"), (7, "0-7"), (8, "8-30"), (30, "8-30"), (31, "31-90"), (90, "31-90"), (91, "91-365"), (365, "91-365"),
     (366, "366+"), (4000, "366+"), (None, "unknown")],
)  # fmt: skip
def test_days_fall_in_one_band(days, band):
    assert days_band(days) == band


def test_bands_and_outcomes_are_those_of_the_page():
    assert DAY_BANDS == counted.DAY_BANDS
    assert [last + 1 for last in LAST_DAYS] == counted.LONGER_FROM
    assert OUTCOMES == counted.OUTCOMES
