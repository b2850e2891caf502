"""Versions of records: nothing that stood before is lost, nothing that was purged is kept, the same night is the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from connectors.records import records_frame
from monitoring.history import keep_versions, versions_of
from monitoring.sealed_records import replace_records

NIGHT = date(2005, 2, 1)
NEXT, THIRD = NIGHT + timedelta(1), NIGHT + timedelta(2)
Keep = Callable[..., dict[str, int]]


@pytest.fixture
def keep(engine) -> Keep:
    """Writes the records of a night as publishing does and keeps their versions; returns the counts that are not 0."""

    def make(*records: dict[str, Any], night: date = NIGHT, origin: str = "", unread: tuple[str, ...] = ()):
        with engine.begin() as connection:
            replace_records(connection, records_frame(records), origin)
            counts = keep_versions(connection, night, origin, unread)
        return {name: count for name, count in counts.items() if count}

    return make


@pytest.fixture
def told(engine):
    """Tells the versions of one record in short: number, from, until, how it ended, the place it says."""

    def make(record: dict[str, Any], origin: str = "") -> list[tuple]:
        return [
            (
                version["version"],
                version["from_night"],
                version["until_night"],
                version["ended_by"],
                version["content"] and version["content"].get("place"),
            )
            for version in versions_of(engine, origin, record["record_id"])
        ]

    return make


@pytest.fixture
def everything(engine):
    def make() -> list[str]:
        with engine.connect() as connection:
            query = "SELECT version::text FROM registers.record_version AS version ORDER BY origin, record_id, version"
            return list(connection.scalars(text(query)))

    return make


@pytest.fixture
def girl(registration) -> dict[str, Any]:
    return registration("stv", "2004/1", "1989-03-03", place="utrecht", delivery_id="stv-1", family_name="Verzonnen")


@pytest.fixture
def suspect(registration) -> dict[str, Any]:
    return registration("ikps", "IK-03-000001", place="zeist", delivery_id="ikps-1", retained_until="2005-02-02")


def test_a_new_record_is_version_one_with_the_delivery_that_brought_it(engine, keep, girl):
    assert keep(girl) == {"records_new": 1, "records_new_stv": 1}
    (version,) = versions_of(engine, "", "stv-2004/1")
    content = version.pop("content")
    assert version == {
        "version": 1, "register": "stv", "source_key": "2004/1", "delivery_id": "stv-1",
        "from_night": NIGHT, "until_night": None, "ended_by": None,
    }  # fmt: skip
    assert (content["family_name"], content["birth_year"], content["birth_day"]) == ("Verzonnen", 1989, 3)
    assert not {"record_id", "register", "delivery_id", "source_key", "origin", "v_number"} & set(content)


def test_a_changed_record_keeps_what_stood_before(engine, keep, told, girl):
    keep(girl)
    counts = keep(girl | {"place": "zeist", "delivery_id": "stv-2"}, night=NEXT)
    assert counts == {"records_changed": 1, "records_changed_stv": 1}
    assert told(girl) == [(1, NIGHT, NEXT, "changed", "utrecht"), (2, NEXT, None, None, "zeist")]
    assert [version["delivery_id"] for version in versions_of(engine, "", "stv-2004/1")] == ["stv-1", "stv-2"]


def test_a_value_that_was_recorded_and_is_no_more_is_a_change(keep, told, girl):
    keep(girl)
    assert keep(girl | {"place": None}, night=NEXT)["records_changed"] == 1
    assert [version[-1] for version in told(girl)] == ["utrecht", None]


def test_the_same_record_from_another_delivery_is_no_change_and_can_still_be_found(engine, keep, registration):
    keep(registration("mob", "mob_200501_OC.csv#1", delivery_id="mob-1") | {"record_id": "mob-a"})
    counts = keep(registration("mob", "mob_200501_OC.csv#2", delivery_id="mob-2") | {"record_id": "mob-a"}, night=NEXT)
    assert counts == {}
    (version,) = versions_of(engine, "", "mob-a")
    assert (version["source_key"], version["delivery_id"]) == ("mob_200501_OC.csv#2", "mob-1")


def test_a_record_gone_before_its_term_was_withdrawn_and_is_kept(keep, told, suspect, girl):
    keep(suspect, girl)
    assert keep(night=NEXT) == {
        "records_withdrawn": 1, "records_withdrawn_stv": 1, "records_purged": 1, "records_purged_ikps": 1,
    }  # fmt: skip
    assert told(girl) == [(1, NIGHT, NEXT, "withdrawn", "utrecht")]


def test_a_term_that_ends_tomorrow_has_not_passed(keep, told, suspect):
    keep(suspect | {"retained_until": date(2005, 2, 3)})
    assert keep(night=NEXT) == {"records_withdrawn": 1, "records_withdrawn_ikps": 1}
    assert told(suspect) == [(1, NIGHT, NEXT, "withdrawn", "zeist")]


def test_of_a_purged_record_no_version_holds_anything_but_keys_deliveries_and_nights(engine, keep, told, suspect):
    keep(suspect)
    keep(suspect | {"place": "driebergen"}, night=NEXT)
    assert keep(night=THIRD) == {"records_purged": 1, "records_purged_ikps": 1}
    assert told(suspect) == [(1, NIGHT, NEXT, "changed", None), (2, NEXT, THIRD, "purged", None)]
    kept = versions_of(engine, "", suspect["record_id"])
    assert {(v["content"], v["source_key"], v["delivery_id"]) for v in kept} == {(None, "IK-03-000001", "ikps-1")}


def test_purging_one_record_leaves_the_others(keep, told, suspect, girl):
    keep(suspect, girl)
    keep(girl, night=NEXT)
    assert told(girl) == [(1, NIGHT, None, None, "utrecht")]


def test_a_record_that_comes_back_is_a_new_version_and_counted_as_new(keep, told, girl):
    keep(girl)
    keep(night=NEXT)
    assert keep(girl, night=THIRD) == {"records_new": 1, "records_new_stv": 1}
    assert told(girl) == [(1, NIGHT, NEXT, "withdrawn", "utrecht"), (2, THIRD, None, None, "utrecht")]


@pytest.fixture
def two_nights(keep, registration, girl, suspect):
    """A night on which something of each kind happens, after a first one; returns its records."""
    other = registration("youth_care", "UT-1", place="utrecht")
    keep(girl, suspect, other)
    tonight = (girl | {"place": "zeist"}, registration("telex", "2005/01/1", place="utrecht"))
    assert keep(*tonight, night=NEXT) == {
        "records_new": 1, "records_new_telex": 1, "records_changed": 1, "records_changed_stv": 1,
        "records_withdrawn": 1, "records_withdrawn_youth_care": 1, "records_purged": 1, "records_purged_ikps": 1,
    }  # fmt: skip
    return tonight


def test_the_same_night_again_gives_the_same_rows_and_counts(keep, everything, two_nights):
    before = everything()
    counts = keep(*two_nights, night=NEXT)
    assert everything() == before
    assert (counts["records_new"], counts["records_changed"]) == (1, 1)
    assert (counts["records_withdrawn"], counts["records_purged"]) == (1, 1)


def test_a_night_worked_again_on_mended_exports_forgets_what_it_said_before(keep, told, two_nights, girl):
    assert keep(girl, *two_nights[1:], night=NEXT)["records_new"] == 1
    assert told(girl) == [(1, NIGHT, None, None, "utrecht")]
    assert told(two_nights[1]) == [(1, NEXT, None, None, "utrecht")]


def test_what_was_purged_does_not_come_back_when_its_night_is_worked_again(keep, told, two_nights, suspect):
    assert keep(*two_nights, suspect, night=NEXT)["records_changed_ikps"] == 1
    assert told(suspect) == [(1, NIGHT, NEXT, "changed", None), (2, NEXT, None, None, "zeist")]
    assert keep(*two_nights, night=NEXT)["records_purged"] == 1
    assert told(suspect) == [(1, NIGHT, NEXT, "purged", None)]


def test_an_older_night_leaves_the_versions_alone_and_counts_what_it_counted_then(
    keep, everything, two_nights, girl, caplog
):
    before = everything()
    with caplog.at_level(logging.INFO):
        assert keep(girl)["records_new"] == 3
    assert everything() == before
    assert [message for message in caplog.messages if "stay as they are" in message] != []
    assert "Verzonnen" not in caplog.text


def test_sample_and_real_records_have_histories_of_their_own(keep, told, girl):
    keep(girl, origin="world-1", night=THIRD)
    assert keep(girl | {"place": "zeist"}) == {"records_new": 1, "records_new_stv": 1}
    assert told(girl) == [(1, NIGHT, None, None, "zeist")]
    assert told(girl, "world-1") == [(1, THIRD, None, None, "utrecht")]


def test_of_a_register_that_was_not_read_no_record_is_gone(keep, told, suspect, girl):
    keep(suspect, girl)
    assert keep(night=THIRD, unread=("ikps",)) == {"records_withdrawn": 1, "records_withdrawn_stv": 1}
    assert told(suspect) == [(1, NIGHT, None, None, "zeist")]


def test_nobody_in_the_bureau_can_read_the_history(engine, keep, girl):
    from sqlalchemy.exc import ProgrammingError

    keep(girl)
    with engine.connect() as connection:
        connection.execute(text("SET ROLE weerzien_bureau"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT content FROM registers.record_version"))


def test_a_record_that_never_was_has_no_versions(engine):
    assert versions_of(engine, "", "stv-2004/404") == []
