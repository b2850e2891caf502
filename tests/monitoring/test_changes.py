"""What differs from the night before is told with its cause; so is what no longer stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from connectors.records import records_frame
from linkage.ledger import News, enter_membership
from monitoring.ledger import ledger_head, read_ledger
from monitoring.publish import LedgerEntry, publish

NIGHT = date(2005, 2, 1)
NEXT = NIGHT + timedelta(1)
JUDGED = {"judgement_id": 1, "record_id_l": "ikps-I1", "record_id_r": "mob-M1", "verdict": "different",
          "state": "in_force", "contradicts": [], "judged_by": "x", "judged_night": NIGHT}  # fmt: skip


def rows(engine, query: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


CAUSES = "SELECT person_id, causes FROM monitoring.change ORDER BY person_id"
REVOKED = "SELECT kind, was, now, cause FROM monitoring.revocation ORDER BY subject"


def test_a_new_registration_and_one_that_was_withdrawn(engine, publish_night, two, registration):
    publish_night(*two, night=NIGHT)
    assert rows(engine, CAUSES) == [("W-00000001", ["new_record"]), ("W-00000002", ["new_record"])]
    publish_night([*two[0], registration("stv", "V9", "1989-03-03")], night=NEXT)
    assert rows(engine, CAUSES) == [("W-00000001", ["new_record"]), ("W-00000002", ["withdrawal"])]


def test_a_registration_that_is_gone_after_its_term_was_purged(engine, publish_night, two):
    boy = two[1][0] | {"retained_until": NEXT}
    publish_night(two[0], [boy], night=NIGHT)
    publish_night(two[0], night=NEXT)
    assert rows(engine, CAUSES) == [("W-00000002", ["purge"])]


def test_a_correction_also_of_what_no_table_shows(engine, publish_night, two):
    publish_night(*two, night=NIGHT)
    girl = [two[0][0] | {"family_name": "Anders", "loverboy": True}, two[0][1]]
    publish_night(girl, two[1], night=NEXT)
    assert rows(engine, CAUSES) == [("W-00000001", ["correction"])]


def test_the_night_itself(engine, publish_night, two, monkeypatch):
    from monitoring.rules import RULES

    monkeypatch.setitem(RULES["changes"], "ignored", ["night"])
    publish_night(*two, night=NIGHT)
    publish_night(*two, night=NEXT)
    assert rows(engine, CAUSES) == [("W-00000002", ["time"])]


@pytest.fixture
def publish_as(engine, consolidated):
    """Publishes a night with more of the manifest, and news for the causes of its events."""

    def make(*persons, night: date, news: News | None = None, judgements=None, **manifest):
        tables = consolidated(*persons, night=night)
        if judgements is not None:
            tables["judgement"] = judgements.assign(night=night)[list(tables["judgement"].columns)]
        records = records_frame([record for person in persons for record in person])
        said = {"night": night.isoformat(), "origin": "", "is_synthetic": False, "registers": {},
                "model_version": "1", "reference_id": 1, "code_version": "0"} | manifest  # fmt: skip
        ledger, now = read_ledger(engine, ""), tables["registration"].set_index("record_id")["person_id"].to_dict()
        events = enter_membership(ledger, now, news or News(new=now.keys() - ledger.membership.keys()))
        contents = tables["registration"].set_index("record_id")["register"]
        entry = LedgerEntry(events, ledger_head(engine), max(len(persons), ledger.last_number), contents)
        publish(engine, night, "", tables, records, _findings(), said, entry)

    return make


def _findings():
    from connectors.reading import findings_frame

    return findings_frame([])


@pytest.mark.parametrize(("more", "cause"), [({"model_version": "2"}, "model"), ({"reference_id": 2}, "reference")])
def test_another_model_and_another_count_of_values(engine, publish_as, two, more, cause):
    news = News(is_other_model=cause == "model", is_other_reference=cause == "reference")
    publish_as(two[0], two[1], night=NIGHT)
    publish_as([*two[0], *two[1]], night=NEXT, news=news, **more)
    assert rows(engine, CAUSES) == [("W-00000001", [cause]), ("W-00000002", [cause])]


def test_a_verdict(engine, publish_as, two):
    import pandas as pd

    publish_as(two[0], two[1], night=NIGHT)
    judged = pd.DataFrame([JUDGED | {"person_id_l": "W-00000001", "person_id_r": "W-00000001", "verdict": "same"}])
    publish_as([*two[0], *two[1]], night=NEXT, news=News(judged={"ikps-I1", "mob-M1"}), judgements=judged)
    assert rows(engine, CAUSES) == [("W-00000001", ["judgement"]), ("W-00000002", ["judgement"])]


def test_other_registrations_changed_what_is_told(engine, publish_as, two):
    publish_as(two[0], two[1], night=NIGHT)
    publish_as([*two[0], *two[1]], night=NEXT, news=News())
    assert rows(engine, CAUSES) == [("W-00000001", ["evidence"]), ("W-00000002", ["evidence"])]


@pytest.fixture
def seen_again(two, resurfacing):
    """The boy who left is seen as the girl's police record says, certainly or possibly."""
    boy, victim = two[1][0], two[0][0] | {"encountered_on": date(2005, 1, 5)}
    return lambda status: [resurfacing("W-00000002", boy, victim, status)]


def test_a_certain_resurfacing_that_became_possible_is_told(engine, publish_night, two, seen_again):
    publish_night(*two, night=NIGHT, resurfacings=seen_again("yes"))
    publish_night(*two, night=NEXT, resurfacings=seen_again("possible"))
    assert ("resurfacing", "yes", "possible", "evidence") in rows(engine, REVOKED)


def test_a_possible_resurfacing_that_became_certain_is_no_revocation(engine, publish_night, two, seen_again):
    publish_night(*two, night=NIGHT, resurfacings=seen_again("possible"))
    publish_night(*two, night=NEXT, resurfacings=seen_again("yes"))
    assert rows(engine, REVOKED) == []


@pytest.mark.parametrize(
    ("boy", "girl", "cause"),
    [
        ({}, None, "withdrawal"),
        ({"description": "iets anders"}, {}, "correction"),
        ({}, {"retained_until": NEXT}, "purge"),
    ],
)
def test_a_resurfacing_goes_with_what_it_rested_on(engine, publish_night, two, seen_again, boy, girl, cause):
    first = [two[0][0] | (girl if cause == "purge" else {}), two[0][1]]
    publish_night(first, two[1], night=NIGHT, resurfacings=seen_again("yes"))
    rest = [two[0][1]] if cause != "correction" else two[0]
    publish_night(rest, [two[1][0] | boy], night=NEXT)
    assert ("resurfacing", "yes", None, cause) in rows(engine, REVOKED)


def test_an_alert_that_a_delivery_answers(engine, publish_night, two):
    late = {"register": "ikps", "status": "late", "age_days": 5, "newest_delivery": "2005-01-27"}
    publish_night(*two, night=NIGHT, states=[late])
    publish_night(*two, night=NEXT, states=[late | {"status": "ok", "age_days": 0}])
    assert rows(engine, REVOKED) == [("register_late", "late", None, "news")]
