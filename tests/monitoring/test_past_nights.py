"""Every night can be read as it was; what did not change is kept once; a past night changes its own day only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from connectors.installation import OneLineError
from monitoring.database import BUREAU_ROLE
from monitoring.past_nights import KEPT_TABLES, check_night, table_of_night

FIRST = date(2005, 2, 1)
NIGHTS = [FIRST + timedelta(number) for number in range(4)]


def rows(engine, query: str, **values) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def table(engine, name: str, night: date) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(map(str, row)) for row in table_of_night(connection, name, "", night).itertuples(index=False)]


def everything(engine) -> dict[str, list]:
    return {name: sorted(rows(engine, f"SELECT t::text FROM history.{name} AS t")) for name in KEPT_TABLES}


@pytest.fixture
def four_nights(publish_night, two):
    """A girl and a boy; on the third night the girl's loverboy comes to light, on the fourth the boy is gone."""
    publish_night(*two, night=NIGHTS[0])
    publish_night(*two, night=NIGHTS[1])
    changed = [two[0][0] | {"loverboy": True}, two[0][1]]
    publish_night(changed, two[1], night=NIGHTS[2])
    publish_night(changed, night=NIGHTS[3])
    return changed


def test_a_night_can_be_read_as_it_was_after_later_nights(engine, publish_night, two):
    publish_night(*two, night=NIGHTS[0])
    published = rows(engine, "SELECT * FROM monitoring.person ORDER BY person_id")
    publish_night([two[0][0] | {"loverboy": True}, two[0][1]], night=NIGHTS[1])
    assert table(engine, "person", NIGHTS[0]) == [tuple(map(str, row)) for row in published]
    assert len(table(engine, "person", NIGHTS[1])) == 1


def test_what_did_not_change_is_kept_once(engine, four_nights):
    kept = rows(engine, "SELECT person_id, loverboy, nights::text FROM history.person ORDER BY 1, 3")
    assert [row[:2] for row in kept] == [
        ("W-00000001", "not_recorded"), ("W-00000001", "yes"), ("W-00000002", "not_recorded"),
        ("W-00000002", "not_recorded"), ("W-00000002", "not_recorded"),
    ]  # fmt: skip
    # The boy's days missing grow by one every night, so he has a row of each.
    assert kept[0][2] == "{[2005-02-01,2005-02-03)}"
    assert kept[1][2] == "{[2005-02-03,)}"


def test_the_newest_night_worked_again_gives_the_same_rows(engine, four_nights, publish_night):
    before = everything(engine)
    publish_night(four_nights, night=NIGHTS[3])
    assert everything(engine) == before


def test_a_past_night_worked_again_changes_its_own_day_only(engine, four_nights, publish_night, two):
    before = {night: {name: table(engine, name, night) for name in KEPT_TABLES} for night in NIGHTS}
    today = rows(engine, "SELECT t::text FROM monitoring.person AS t")
    publish_night([two[0][0] | {"sex": "male"}, two[0][1]], two[1], night=NIGHTS[1])
    after = {night: {name: table(engine, name, night) for name in KEPT_TABLES} for night in NIGHTS}
    assert [night for night in NIGHTS if before[night] != after[night]] == [NIGHTS[1]]
    assert "male" in after[NIGHTS[1]]["person"][0]
    assert rows(engine, "SELECT t::text FROM monitoring.person AS t") == today
    assert rows(engine, "SELECT night FROM monitoring.night WHERE is_published") == [(NIGHTS[3],)]


def test_the_bureau_reads_a_night_by_its_date(engine, four_nights):
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL ROLE {BUREAU_ROLE}"))
        found = connection.execute(text("SELECT * FROM history.person_of('2005-02-02') ORDER BY person_id")).all()
        nothing = connection.execute(text("SELECT count(*) FROM history.person_of('2005-03-01')")).scalar_one()
    assert [tuple(map(str, row)) for row in found] == table(engine, "person", NIGHTS[1])
    assert nothing == 0


def test_a_night_without_a_table_is_told_in_one_line(engine, four_nights):
    check_night(engine, "", NIGHTS[0])
    with pytest.raises(OneLineError, match="there is no table of 2004-01-01"):
        check_night(engine, "", date(2004, 1, 1))
