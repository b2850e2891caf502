"""A verdict that is written while a night runs is not lost: it counts from the next night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from connectors.installation import Installation
from connectors.register import REGISTERS
from connectors.sample import write_sample
from dags import stages
from dags.checking import check

FIRST = date(2005, 2, 1)
NIGHTS = [FIRST + timedelta(days=number) for number in range(3)]


class Night:
    """A night, stage by stage."""

    def __init__(self, exports, night: date) -> None:
        self.opened = stages.open_night(str(exports), night.isoformat(), datetime.now(UTC))
        self.checked = [check(self.opened, stages.read(self.opened, stages.pull(self.opened, r))) for r in REGISTERS]

    def link(self) -> None:
        self.linked = stages.link(self.opened, self.checked)
        stages.consolidate(self.opened, self.checked, self.linked)

    def publish(self) -> None:
        stages.publish(self.opened, self.checked, self.linked)
        stages.close_night(self.opened)


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    write_sample(folder, 40, 3, night_last=NIGHTS[-1])
    return folder


@pytest.fixture
def engine(tmp_path, monkeypatch):
    from monitoring.database import connect, stop

    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path))
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    yield connect(Installation(tmp_path))
    stop(Installation(tmp_path))


def rows(engine, query: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


PERSONS = "SELECT record_id, person_id FROM monitoring.registration"
KEYED = "SELECT register || '/' || source_key, record_id FROM registers.record WHERE register IN ('telex', 'youth_care') ORDER BY 2"


def test_a_verdict_written_while_a_night_runs_counts_from_the_next(engine, exports):
    from monitoring.judgement_log import judge

    first = Night(exports, NIGHTS[0])
    first.link()
    first.publish()
    person = dict(rows(engine, PERSONS))
    keys = rows(engine, KEYED)
    (left, one), (right, other) = keys[0], next(key for key in keys if person[key[1]] != person[keys[0][1]])

    second = Night(exports, NIGHTS[1])
    second.link()
    judge(engine, left, right, "same", "gezien terwijl de nacht liep", "beoordelaar", datetime(2005, 2, 2, tzinfo=UTC))
    second.publish()
    assert dict(rows(engine, PERSONS))[one] != dict(rows(engine, PERSONS))[other]
    assert rows(engine, "SELECT night FROM registers.judgement") == [(NIGHTS[1],)]

    third = Night(exports, NIGHTS[2])
    third.link()
    third.publish()
    person = dict(rows(engine, PERSONS))
    assert person[one] == person[other]
    assert rows(engine, "SELECT verdict, state FROM monitoring.judgement") == [("same", "in_force")]
    merged = "SELECT cause FROM monitoring.person_event WHERE night = '2005-02-03' AND kind = 'merged_into'"
    assert ("judgement",) in rows(engine, merged)


def test_of_two_nights_that_were_linked_side_by_side_one_is_published_and_one_is_told_so(engine, exports):
    one = Night(exports, NIGHTS[0])
    one.link()
    entry_of_before = dict(one.linked)
    one.publish()
    again = Night(exports, NIGHTS[0])
    again.link()
    again.linked = {**again.linked, "head": entry_of_before["head"]}
    before = rows(engine, PERSONS)
    with pytest.raises(stages.StageFailed, match="another night was published while this one ran"):
        again.publish()
    assert rows(engine, PERSONS) == before
