"""A past night is kept as the table of its day: it gives what it would have given, and moves nothing of today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from connectors.installation import Installation
from connectors.register import REGISTERS
from connectors.sample import write_sample
from dags import stages
from dags.checking import check

LAST = date(2005, 2, 4)
NIGHTS = [LAST - timedelta(days=before) for before in (3, 2, 1, 0)]
TODAY = (
    "monitoring.person", "monitoring.registration", "monitoring.link", "monitoring.resurfacing", "monitoring.candidate",
    "monitoring.alert", "monitoring.completeness", "monitoring.change", "monitoring.revocation", "monitoring.judgement",
    "registers.record", "registers.record_version", "registers.membership", "registers.finding",
)  # fmt: skip


def work(exports: Path, night: date) -> dict[str, Any]:
    """Work one night by its stages."""
    opened = stages.open_night(str(exports), night.isoformat(), datetime.now(UTC))
    checked = [check(opened, stages.read(opened, stages.pull(opened, register))) for register in REGISTERS]
    linked = stages.link(opened, checked)
    stages.consolidate(opened, checked, linked)
    counts = stages.publish(opened, checked, linked)
    stages.close_night(opened)
    return counts


def rows(engine: Engine, query: str, **values: Any) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def dump(engine: Engine) -> dict[str, list[Any]]:
    """Everything that is of today, row by row."""
    return {table: sorted(rows(engine, f"SELECT t::text FROM {table} AS t")) for table in TODAY}


def persons(engine: Engine, night: date) -> dict[frozenset[str], tuple]:
    """Every person of a night by its registrations: all columns but the number."""
    from monitoring.past_nights import table_of_night

    (origin,) = {origin for (origin,) in rows(engine, "SELECT DISTINCT origin FROM monitoring.night")}
    with engine.connect() as connection:
        person = table_of_night(connection, "person", origin, night).set_index("person_id")
        registration = table_of_night(connection, "registration", origin, night)
    groups = registration.groupby("person_id")["record_id"].agg(frozenset)
    said = person.apply(lambda row: tuple(str(value) for value in row), axis=1)
    return {groups[number]: said[number] for number in person.index}


def numbers(engine: Engine, night: date) -> dict[str, str]:
    """Number of the person of every registration on a night."""
    query = "SELECT record_id, person_id FROM history.registration WHERE nights @> CAST(:night AS date)"
    return dict(rows(engine, query, night=night))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory, request) -> dict[str, Any]:
    """The four nights in order in one installation; the first and the last, then the two between, in another."""
    from monitoring.database import connect, stop

    exports = tmp_path_factory.mktemp("exports")
    write_sample(exports, 60, 3, nights=len(NIGHTS), night_last=LAST)
    found: dict[str, Any] = {}
    for name, order in (("in order", NIGHTS), ("later", [NIGHTS[0], NIGHTS[3], NIGHTS[1], NIGHTS[2]])):
        with pytest.MonkeyPatch.context() as patch:
            home = tmp_path_factory.mktemp(name.replace(" ", "-"))
            patch.setenv("WEERZIEN_HOME", str(home))
            patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
            engine = connect(Installation(home))
            request.addfinalizer(lambda home=home: stop(Installation(home)))
            for night in order:
                before = dump(engine) if night != NIGHTS[0] else {}
                work(exports, night)
                found[name, night] = (before, dump(engine))
            if name == "later":
                events = rows(engine, "SELECT count(*) FROM monitoring.person_event")
                past = persons(engine, NIGHTS[1]), numbers(engine, NIGHTS[1])
                work(exports, NIGHTS[1])
                again = persons(engine, NIGHTS[1]), numbers(engine, NIGHTS[1])
                found["again"] = (events, past), (rows(engine, "SELECT count(*) FROM monitoring.person_event"), again)
            found[name] = engine
    return found


@pytest.mark.parametrize("night", NIGHTS)
def test_a_night_that_is_worked_later_gives_what_it_would_have_given(worlds, night):
    in_order, later = persons(worlds["in order"], night), persons(worlds["later"], night)
    assert later.keys() == in_order.keys()
    assert later == in_order


@pytest.mark.parametrize("night", NIGHTS[1:3])
def test_a_past_night_moves_nothing_of_today(worlds, night):
    before, after = worlds["later", night]
    assert {table for table in TODAY if before[table] != after[table]} == set()
    shown = rows(worlds["later"], "SELECT night FROM monitoring.night WHERE is_published")
    assert shown == [(LAST,)]


def test_who_was_known_on_the_nights_around_has_the_same_number_on_the_night_between(worlds):
    first, between, last = (numbers(worlds["later"], NIGHTS[number]) for number in (0, 1, 3))
    stayed = {record for record in first.keys() & last.keys() if first[record] == last[record]}
    assert len(stayed) > 50
    assert {record: between[record] for record in stayed} == {record: first[record] for record in stayed}


def test_the_same_past_night_again_gives_the_same_and_no_further_events(worlds):
    once, again = worlds["again"]
    assert once == again


def test_every_number_ever_published_leads_somewhere(worlds):
    from monitoring.ledger import read_ledger

    for engine in (worlds["in order"], worlds["later"]):
        (origin,) = {origin for (origin,) in rows(engine, "SELECT DISTINCT origin FROM monitoring.night")}
        ledger = read_ledger(engine, origin)
        there = set(pd.Series([person for (person,) in rows(engine, "SELECT person_id FROM monitoring.person")]))
        told = dict(rows(engine, "SELECT person_id, current_person_id FROM monitoring.successor"))
        for (person,) in rows(engine, "SELECT DISTINCT person_id FROM history.person"):
            assert ledger.current(person) in {None, *there}
            assert told[person] == ledger.current(person)
