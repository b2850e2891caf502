"""Ages at a day, from whole, partial, placeholder, approximate birth dates and from stated ages."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import records_frame
from linkage import resurfacing
from monitoring.ages import MINOR_BELOW, age_band, age_on, birth_intervals, days
from monitoring.rules import RULES

ON = date(2004, 6, 15)


def possible_ages(**columns) -> tuple[float, float, float, float]:
    """Lowest and highest age on 15 June 2004, as stated and at the widest."""
    intervals = birth_intervals(records_frame([{"birth_date_precision": "day", **columns}]))
    on = np.array([np.datetime64(ON, "D")])
    ages = [
        age_on(intervals[name].to_numpy(), on)[0] for name in ("latest", "earliest", "widest_latest", "widest_earliest")
    ]
    return tuple(ages)


CASES = [
    ("whole date, birthday tomorrow", {"birth_year": 1987, "birth_month": 6, "birth_day": 16}, (16, 16, 16, 16)),
    ("whole date, birthday today", {"birth_year": 1986, "birth_month": 6, "birth_day": 15}, (18, 18, 18, 18)),
    ("day unknown", {"birth_year": 1987, "birth_month": 6}, (16, 17, 16, 17)),
    ("year only", {"birth_year": 1987}, (16, 17, 16, 17)),
    ("placeholder 1 January", {"birth_year": 1986, "birth_month": 1, "birth_day": 1}, (18, 18, 17, 18)),
    ("placeholder 1 July", {"birth_year": 1986, "birth_month": 7, "birth_day": 1}, (17, 17, 17, 18)),
    ("about 1987", {"birth_year": 1987, "birth_date_precision": "approximate"}, (16, 17, 14, 19)),
    ("stated 14 a year ago", {"stated_age": 14, "stated_age_on": date(2003, 6, 15)}, (15, 15, 13, 17)),
    ("stated 17 last month", {"stated_age": 17, "stated_age_on": date(2004, 5, 15)}, (17, 18, 15, 20)),
]


@pytest.mark.parametrize(("columns", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_possible_ages(columns, expected):
    assert possible_ages(**columns) == expected


def test_nothing_known_gives_no_age():
    assert all(np.isnan(age) for age in possible_ages())
    assert all(np.isnan(age) for age in possible_ages(stated_age=14))


def test_a_birth_after_the_day_gives_no_age():
    assert all(np.isnan(age) for age in possible_ages(birth_year=2005))


def test_who_is_born_on_29_february_has_a_birthday_on_1_march_in_other_years():
    born = np.array([np.datetime64("1988-02-29")] * 2)
    assert age_on(born, np.array(["2006-02-28", "2006-03-01"], dtype="datetime64[D]")).tolist() == [17, 18]


def test_age_eight_belongs_to_the_youngest_band():
    ages = pd.Series([0, 8, 9, 12, 13, 15, 16, 17, 18, 40, None], dtype="Int64")
    bands = ["0-8", "0-8", "9-12", "9-12", "13-15", "13-15", "16-17", "16-17", "18+", "18+", "unknown"]
    assert age_band(ages).tolist() == bands


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_an_age_is_what_a_calendar_says(born, on):
    expected = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    found = age_on(days(pd.Series([born], dtype=object)), days(pd.Series([on], dtype=object)))[0]
    assert np.isnan(found) if expected < 0 else found == expected


def test_the_linkage_reckons_with_the_same_ages_and_episodes():
    """Who is called resurfaced and who is shown as a missing minor must not differ by a guess made twice."""
    assert resurfacing.MINOR_BELOW == MINOR_BELOW
    assert RULES["ages"]["approximate_years"] == resurfacing.APPROXIMATE_YEARS
    assert RULES["ages"]["stated_age_years"] == resurfacing.STATED_AGE_YEARS
    assert RULES["missing"]["episode_gap_days"] == resurfacing.EPISODE_DAYS
