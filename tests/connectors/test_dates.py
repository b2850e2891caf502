"""Date notations of the input contract, each with what is known of it."""

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.dates import read_birth_date, read_date, read_stated_age

BIRTH_DATES = [
    ("20-11-1987", (1987, 11, 20, "day"), None),
    ("1987-11-20", (1987, 11, 20, "day"), None),
    ("4-3-1989", (1989, 3, 4, "day"), None),
    ("1988-09-01 00:00:00", (1988, 9, 1, "day"), None),
    (datetime(1988, 9, 1), (1988, 9, 1, "day"), None),
    ("00-00-1989", (1989, None, None, "year"), None),
    ("1989-00-00", (1989, None, None, "year"), None),
    ("00-05-1989", (1989, 5, None, "month"), None),
    ("1989", (1989, None, None, "year"), None),
    ("±1989", (1989, None, None, "approximate"), None),
    ("ca. 1989", (1989, None, None, "approximate"), None),
    ("01-01-1989", (1989, 1, 1, "day"), "placeholder_birth_date"),
    ("01-07-1989", (1989, 7, 1, "day"), "placeholder_birth_date"),
    ("31-02-1989", (None, None, None, "unknown"), "impossible_birth_date"),
    ("12-13-1989", (None, None, None, "unknown"), "impossible_birth_date"),
    ("89-01-01", (None, None, None, "unknown"), "impossible_birth_date"),
    ("ergens in mei", (None, None, None, "unknown"), "impossible_birth_date"),
    ("onbekend", (None, None, None, "unknown"), None),
    ("00-00-0000", (None, None, None, "unknown"), None),
    ("", (None, None, None, "unknown"), None),
    (float("nan"), (None, None, None, "unknown"), None),
]
EVENT_DATES = [
    ("19-03-2004", date(2004, 3, 19), None),
    ("2004-03-19", date(2004, 3, 19), None),
    (datetime(2004, 3, 19), date(2004, 3, 19), None),
    (datetime(2004, 3, 19, 9, 15), date(2004, 3, 19), None),
    ("2004-03-19 09:15:00", date(2004, 3, 19), None),
    (pd.NaT, None, None),
    (date(9999, 12, 31), None, "impossible_date"),
    ("2004-03-19 25:15", None, "impossible_date"),
    ("n.b.", None, None),
    ("", None, None),
    ("31-02-2004", None, "impossible_date"),
    ("00-03-2004", None, "incomplete_date"),
    ("2004", None, "incomplete_date"),
    ("ca. 2004", None, "incomplete_date"),
    ("00-00-0000", None, "incomplete_date"),
    ("00-13-2004", None, "impossible_date"),
    ("12-00-2004", None, "incomplete_date"),
    ("gisteren", None, "impossible_date"),
]


@pytest.mark.parametrize(("written", "known", "problem"), BIRTH_DATES)
def test_a_birth_date_keeps_what_is_known_of_it(written, known, problem):
    born, found = read_birth_date(written)
    assert (born.year, born.month, born.day, born.precision) == known
    assert found == problem


@pytest.mark.parametrize(("written", "day", "problem"), EVENT_DATES)
def test_the_date_of_an_event_is_whole_or_nothing(written, day, problem):
    assert read_date(written) == (day, problem)


def test_a_birth_after_the_report_is_not_recorded():
    born, problem = read_birth_date("20-11-2010", date(2004, 1, 1))
    assert born.year is None
    assert problem == "future_birth_date"


def test_an_age_in_words_is_read():
    assert read_stated_age("ONBEKEND CA 14 JR") == 14
    assert read_stated_age("ONBEKEND") is None
    assert read_stated_age("1989 JAAR") is None


def test_of_two_ages_the_one_that_presumes_a_minor_is_read():
    assert read_stated_age("ONBEKEND CA 17-18 JR") == 17


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_dates(text):
    read_date(text)
    read_birth_date(text, date(2004, 1, 1))


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_real_date_is_read_the_same_in_all_notations(day):
    notations = (day.isoformat(), day.strftime("%d-%m-%Y"), f"{day.day}-{day.month}-{day.year}")
    assert {read_date(written) for written in notations} == {(day, None)}
