"""Housekeeping in the tables: what ended is emptied once and written down, everything else stands."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from connectors import register as declarations
from connectors.installation import Installation, OneLineError
from monitoring.publish import PUBLISH_LOCK
from monitoring.purging import coded_facts
from monitoring.retention import TO_REWRITE, housekeep

NIGHT = date(2005, 2, 1)
EARLIER = date(2004, 1, 1)
FILLED = {
    "text": "", "boolean": False, "integer": 0, "bigint": 0, "ARRAY": [], "double precision": 0.0, "date": EARLIER,
    "jsonb": "{}", "timestamp with time zone": "2005-01-01",
}  # fmt: skip
NAMED = {"family_name": "Verzonnen", "birth_year": 1989, "birth_day": 3, "sex": "female", "phones": ["+31600000001"]}


@pytest.fixture
def home(tmp_path) -> Installation:
    return Installation(tmp_path / "home")


@pytest.fixture
def ask(engine) -> Callable[[str], list[tuple]]:
    def make(query: str) -> list[tuple]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return make


@pytest.fixture
def put(engine) -> Callable[..., None]:
    """Writes one row: the values given, and something in every other column that must have a value."""

    def make(table: str, **values: Any) -> None:
        schema, name = table.split(".")
        with engine.begin() as connection:
            needed = connection.execute(
                text(
                    "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = :schema "
                    "AND table_name = :name AND is_nullable = 'NO' AND column_default IS NULL"
                ),
                {"schema": schema, "name": name},
            )
            row = {column: FILLED.get(kind) for column, kind in needed} | values
            columns = ", ".join(f'"{column}"' for column in row)
            given = ", ".join(f"CAST(:{c} AS {'datemultirange' if c == 'nights' else 'jsonb'})"
                              if c in ("nights", "content", "manifest", "counts") else f":{c}" for c in row)  # fmt: skip
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({given})"), row)

    return make


@pytest.fixture
def published(put) -> None:
    put("monitoring.night", night=NIGHT, is_published=True)


@pytest.fixture
def version(put) -> Callable[..., None]:
    """Writes one version of a record, in force unless it says until when it was and how it ended."""

    def make(record_id: str, number: int = 1, content: dict[str, Any] | None = None, **more: Any) -> None:
        said = {**NAMED, **(content or {})} if content is not None else None
        values = {
            "from_night": EARLIER,
            "origin": "",
            "register": record_id.split("-")[0],
            "source_key": record_id,
            **more,
        }
        put(
            "registers.record_version", record_id=record_id, version=number, content=said and json.dumps(said), **values
        )

    return make


@pytest.fixture
def keep(engine, home, published) -> Callable[..., dict[str, int]]:
    """Does the housekeeping of a night; tells the counts of one register that are not 0."""

    def make(register: str, night: date = NIGHT, origin: str = "", **more: Any) -> dict[str, int]:
        counts = housekeep(engine, home, night, origin, **more)[register]
        return {what: count for what, count in counts.items() if count}

    return make


@pytest.fixture
def declare(monkeypatch) -> Callable[..., None]:
    """Declares other terms of a register for this test."""

    def make(register: str, **retention: Any) -> None:
        as_declared = declarations.register_from
        monkeypatch.setattr(
            declarations, "register_from",
            lambda declared: as_declared(
                declared | {"retention": declared["retention"] | (retention if declared["name"] == register else {})}
            ),
        )  # fmt: skip
        declarations.load_register.cache_clear()

    yield make
    monkeypatch.undo()
    declarations.load_register.cache_clear()


def contents(ask) -> dict[tuple[str, int], bool]:
    rows = ask("SELECT record_id, version, content IS NOT NULL FROM registers.record_version ORDER BY 1, 2")
    return {(record, number): is_there for record, number, is_there in rows}


def test_all_versions_are_emptied_when_the_term_of_the_last_one_is_over(keep, version, ask):
    version("ikps-a", 1, {"retained_until": "2004-12-31"}, until_night=EARLIER, ended_by="changed")
    version("ikps-a", 2, {"retained_until": "2005-01-31"})
    version("ikps-b", 1, {"retained_until": "2005-02-01"})
    version("ikps-c", 1, {"retained_until": "2004-12-31"}, until_night=EARLIER, ended_by="changed")
    version("ikps-c", 2, {"retained_until": "2006-12-31"})
    assert keep("ikps") == {"registrations": 1, "versions": 2}
    assert contents(ask) == {
        ("ikps-a", 1): False, ("ikps-a", 2): False, ("ikps-b", 1): True, ("ikps-c", 1): True, ("ikps-c", 2): True,
    }  # fmt: skip
    assert ask("SELECT record_id, cause, kept, night, removed FROM monitoring.purge") == [
        ("ikps-a", "term", "nothing", NIGHT, {"versions": 2})
    ]


def test_what_its_register_purged_is_written_down_once_though_nothing_was_left(keep, version, put, ask):
    version("ikps-a", until_night=NIGHT, ended_by="purged")
    put("registers.membership", record_id="ikps-a", person_id="W-00000007", origin="", register="ikps")
    assert keep("ikps") == {"registrations": 1}
    assert keep("ikps") == {}
    assert ask("SELECT record_id, person_id, cause FROM monitoring.purge") == [("ikps-a", "W-00000007", "source")]
    assert ask("SELECT person_id, content FROM registers.membership") == [("W-00000007", None)]


def test_a_withdrawn_registration_can_be_read_for_the_declared_nights_and_no_longer(keep, version, ask, declare):
    declare("stv", withdrawn_days=10)
    version("stv-old", 1, {}, until_night=NIGHT - timedelta(11), ended_by="withdrawn")
    version("stv-young", 1, {}, until_night=NIGHT - timedelta(10), ended_by="withdrawn")
    version("stv-back", 1, {}, until_night=NIGHT - timedelta(300), ended_by="withdrawn")
    version("stv-back", 2, {})
    assert keep("stv") == {"registrations": 1, "versions": 1}
    assert [key for key, is_there in contents(ask).items() if not is_there] == [("stv-old", 1)]


def test_a_registration_that_came_back_after_its_purge_ends_again_by_its_own_term(keep, version, put, ask):
    put("monitoring.purge", record_id="ikps-a", register="ikps", cause="term", kept="nothing", night=EARLIER)
    version("ikps-a", 1, None, until_night=EARLIER, ended_by="purged")
    version("ikps-a", 2, {"retained_until": "2005-01-31"}, from_night=EARLIER + timedelta(5))
    assert keep("ikps") == {"registrations": 1, "versions": 1}
    assert len(ask("SELECT FROM monitoring.purge")) == 2


def test_other_exports_are_left_alone(keep, version, ask):
    version("ikps-a", 1, {"retained_until": "2005-01-31"}, origin="a world")
    assert keep("ikps") == {}
    assert contents(ask) == {("ikps-a", 1): True}


def test_reasons_and_digests_of_verdicts_on_it_go_and_the_verdicts_stay(keep, version, put, ask):
    version("ikps-a", 1, {"retained_until": "2005-01-31"})
    said = {"verdict": "same", "reason": "zelfde naam", "seen_l": "a", "seen_r": "b", "judged_by": "V. Erzonnen"}
    put("registers.judgement", judgement_id=1, record_id_l="ikps-a", record_id_r="stv-b", **said)
    put("registers.judgement", judgement_id=2, record_id_l="ikps-c", record_id_r="stv-b", **said)
    assert keep("ikps") == {"registrations": 1, "versions": 1, "judgements": 1}
    assert ask("SELECT judgement_id, verdict, reason, seen_l, judged_by FROM registers.judgement ORDER BY 1") == [
        (1, "same", None, None, "V. Erzonnen"), (2, "same", "zelfde naam", "a", "V. Erzonnen"),
    ]  # fmt: skip


def test_a_pair_that_a_reviewer_has_before_them_is_taken_away(keep, version, put, ask):
    version("ikps-a", 1, {"retained_until": "2005-01-31"})
    until = datetime(2005, 2, 1, 12, tzinfo=UTC)
    put("portal.lease", account="first", record_id_l="ikps-a", record_id_r="stv-c", expires_at=until)
    put("portal.lease", account="second", record_id_l="ikps-b", record_id_r="stv-c", expires_at=until)
    keep("ikps")
    assert ask("SELECT account FROM portal.lease") == [("second",)]


def lay_history(put, record_id: str) -> None:
    """Two nights on which W-1 held the record, and one after it."""
    held, all_of_it = "{[2005-01-30,2005-02-01)}", "{[2005-01-20,)}"
    put("history.registration", record_id=record_id, person_id="W-1", register="ikps", nights=held)
    put("history.registration", record_id="stv-b", person_id="W-1", register="stv", nights=all_of_it)
    for table in ("person", "change"):
        put(f"history.{table}", person_id="W-1", nights=all_of_it)
        put(f"history.{table}", person_id="W-2", nights=all_of_it)
    for left, right in ((record_id, "stv-b"), ("mob-c", record_id), ("mob-c", "stv-b")):
        put("history.link", record_id_l=left, record_id_r=right, nights=held)
        put("history.candidate", missing_record_id=left, victim_record_id=right, nights=held)
        put("history.resurfacing", missing_record_id=left, victim_record_id=right, nights=held)
    put("history.alert", alert_id="1", record_id=record_id, nights=held)


def test_earlier_nights_forget_it_and_its_person_on_the_nights_on_which_it_was_there(keep, version, put, ask):
    version("ikps-a", 1, {"retained_until": "2005-01-31"})
    lay_history(put, "ikps-a")
    assert keep("ikps")["earlier_nights"] == 8
    assert ask("SELECT record_id FROM history.registration") == [("stv-b",)]
    for table in ("link", "candidate", "resurfacing"):
        assert len(ask(f"SELECT FROM history.{table}")) == 1
    assert ask("SELECT FROM history.alert") == []
    left = [("W-1", "{[2005-01-20,2005-01-30),[2005-02-01,)}"), ("W-2", "{[2005-01-20,)}")]
    for table in ("person", "change"):
        assert ask(f"SELECT person_id, CAST(nights AS text) FROM history.{table} ORDER BY 1") == left


def test_coded_facts_stay_where_the_register_keeps_them_and_nothing_else_does(keep, version, put, ask, declare):
    declare("ikps", keeps="coded_facts")
    version("ikps-a", 1, {"retained_until": "2005-01-31", "encountered_on": "2003-01-30", "raw": "Verzonnen"})
    lay_history(put, "ikps-a")
    keep("ikps")
    assert contents(ask) == {("ikps-a", 1): False}
    assert ask("SELECT record_id, register, night, content FROM registers.retained_fact") == [
        ("ikps-a", "ikps", NIGHT, {"birth_year": 1989, "sex": "female", "encountered_on": "2003-01-30",
                                   "retained_until": "2005-01-31"})
    ]  # fmt: skip
    assert ask("SELECT kept FROM monitoring.purge") == [("coded_facts",)]
    assert ask("SELECT record_id, is_purged FROM history.registration ORDER BY 1") == [
        ("ikps-a", True),
        ("stv-b", False),
    ]
    assert [len(ask(f"SELECT FROM history.{table}")) for table in ("link", "candidate", "resurfacing")] == [1, 1, 3]
    assert ask("SELECT CAST(nights AS text) FROM history.person WHERE person_id = 'W-1'") == [("{[2005-01-20,)}",)]


def test_no_coded_fact_is_an_identifying_column():
    from connectors.records import COLUMNS

    identifying = {column.name for column in COLUMNS if column.identifying} - {"birth_year"}
    assert not identifying & set(coded_facts())


def test_a_dry_run_counts_and_changes_nothing(keep, version, ask, home):
    version("ikps-a", 1, {"retained_until": "2005-01-31"})
    assert keep("ikps", dry_run=True) == {"registrations": 1}
    assert contents(ask) == {("ikps-a", 1): True}
    assert ask("SELECT FROM monitoring.purge") == []
    assert not (home.home / TO_REWRITE).exists()


def test_a_night_that_was_not_published_ends_no_term(keep, version, ask):
    version("ikps-a", 1, {"retained_until": "2005-02-01"})
    with pytest.raises(OneLineError, match="not published yet"):
        keep("ikps", NIGHT + timedelta(1))
    assert contents(ask) == {("ikps-a", 1): True}


def test_housekeeping_waits_while_a_night_is_being_published(engine, keep, version, ask):
    version("ikps-a", 1, {"retained_until": "2005-01-31"})
    with engine.begin() as publishing:
        publishing.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})
        waiting = threading.Thread(target=keep, args=("ikps",))
        waiting.start()
        time.sleep(0.5)
        assert waiting.is_alive() and contents(ask) == {("ikps-a", 1): True}
    waiting.join(30)
    assert contents(ask) == {("ikps-a", 1): False}


def test_what_a_crash_left_to_rewrite_is_rewritten_by_the_next_housekeeping(keep, home, monkeypatch, version):
    version("ikps-a", 1, {"retained_until": "2005-01-31"})
    with monkeypatch.context() as broken:
        broken.setattr("monitoring.retention.rewrite_tables", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keep("ikps")
    assert (home.home / TO_REWRITE).exists()
    assert keep("ikps") == {}
    assert not (home.home / TO_REWRITE).exists()
