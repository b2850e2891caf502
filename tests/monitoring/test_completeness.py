"""Completeness over the nights: what a night is held against, whatever is worked again."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from expectations.whole import COMPLETENESS_COLUMNS, usual_shares
from monitoring.completeness import nights_before

FIRST = date(2005, 2, 1)


def shares(recorded: int) -> pd.DataFrame:
    row = ("stv", "sex", 100, recorded, recorded / 100, 0.994, None)
    return pd.DataFrame([row], columns=list(COMPLETENESS_COLUMNS))


@pytest.fixture
def some_nights(publish_night, two):
    for number in range(6):
        publish_night(*two, night=FIRST + timedelta(number), completeness=shares(90 + number))


def test_a_night_is_held_against_the_nights_before_it_only(engine, some_nights):
    assert nights_before(engine, "", "stv", FIRST)["recorded"].tolist() == []
    assert nights_before(engine, "", "stv", FIRST + timedelta(3))["recorded"].tolist() == [90, 91, 92]
    assert usual_shares(nights_before(engine, "", "stv", FIRST + timedelta(6))) == {"sex": 0.925}


def test_exports_of_another_origin_are_not_compared_with(engine, some_nights):
    assert nights_before(engine, "sample-1", "stv", FIRST + timedelta(6)).empty
    assert nights_before(engine, "", "ikps", FIRST + timedelta(6)).empty


def test_a_night_worked_again_replaces_its_own_share(engine, publish_night, two, some_nights):
    publish_night(*two, night=FIRST + timedelta(2), completeness=shares(10))
    assert nights_before(engine, "", "stv", FIRST + timedelta(4))["recorded"].tolist() == [90, 91, 10, 93]


def test_no_more_than_thirty_nights_are_looked_back_on(engine, publish_night, two):
    for number in range(32):
        publish_night(*two, night=FIRST + timedelta(number), completeness=shares(number))
    before = nights_before(engine, "", "stv", FIRST + timedelta(32))["recorded"].tolist()
    assert before == list(range(2, 32))
