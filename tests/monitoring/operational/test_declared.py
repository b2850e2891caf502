"""What may be said in an operational alert or a gauge, and that nothing else can be."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.operational.declared import OperationalAlert, declared
from monitoring.operational.gauges import Gauge, gauges_of, seconds_of
from monitoring.operational.nights import NightCounts

NIGHT = date(2005, 6, 30)
PLANTED = ["Verzonnen Naam", "stv/2004/12", "W-00000012", "+31600000001", "1989-03-03"]


def test_numbers_are_written_as_each_language_writes_them():
    facts = {"rows": 12345, "usual_rows": 9876.5, "nights": 9, "share": 25}
    alert = OperationalAlert("volume_jump", NIGHT, "youth_care", facts)
    assert alert.text("nl") == "Jeugdzorg: 12.345 rijen, gewoonlijk 9.876,5 (mediaan van 9 nachten): 25 procent anders."
    assert alert.text("en") == "Jeugdzorg: 12,345 rows, usually 9,876.5 (median of 9 nights): 25 per cent different."


@pytest.mark.parametrize("planted", PLANTED)
def test_a_value_cannot_become_a_subject_a_fact_or_a_tag_and_no_error_quotes_it(planted):
    attempts = [
        lambda: OperationalAlert("register_late", NIGHT, planted),
        lambda: OperationalAlert("task_failed", NIGHT, planted),
        lambda: OperationalAlert(planted, NIGHT),
        lambda: OperationalAlert("review_queue_grew", NIGHT, planted),
        lambda: OperationalAlert("register_late", NIGHT, "ikps", {"nights_late": planted}),
        lambda: OperationalAlert("register_late", NIGHT, "ikps", {planted: 1}),
        lambda: OperationalAlert("register_late", NIGHT, "ikps", {"register": planted}),
        lambda: OperationalAlert("night_unpublished", NIGHT, facts={"expected": planted}),
        lambda: Gauge(planted, 1),
        lambda: Gauge("weerzien.persons", planted),
        lambda: Gauge("weerzien.persons", 1, {"person": planted}),
        lambda: Gauge("weerzien.registrations", 1, {"register": planted}),
        lambda: Gauge("weerzien.registrations", 1, {"register": "ikps", "key": planted}),
        lambda: seconds_of(planted, 1.0),
    ]
    for attempt in attempts:
        with pytest.raises(ValueError) as error:
            attempt()
        assert planted not in str(error.value)


@given(st.one_of(st.text(), st.booleans(), st.datetimes(), st.none(), st.lists(st.integers())))
def test_only_numbers_days_and_codes_are_facts(value):
    for name in ("nights_late", "usual_rows", "since"):
        with pytest.raises(ValueError):
            OperationalAlert("register_late", NIGHT, "ikps", {name: value})


def test_a_moment_is_no_day():
    with pytest.raises(ValueError):
        OperationalAlert("night_unpublished", NIGHT, facts={"expected": datetime(2005, 6, 30, 4)})


def test_every_kind_says_all_it_needs_in_both_languages():
    for kind, said in declared()["kinds"].items():
        assert said["source"] in ("night", "watch", "task"), kind
        for words in (said["title"], said["text"]):
            assert set(words) == {"nl", "en"} and all(words.values()), kind
        known = set(declared()["facts"])
        named = {part.split("}")[0] for words in said["text"].values() for part in words.split("{")[1:]}
        assert named <= known, kind


def test_the_gauges_of_a_night_are_its_counts():
    state = {"registrations": 7, "delivered": 9, "set_aside": 2, "refused_files": 0, "age_days": None}
    counts = {"persons": 5, "pairs_linked": 3, "pairs_in_review": 1, "alerts": 4}
    found = [(gauge.full_name, gauge.value) for gauge in gauges_of(NightCounts(NIGHT, counts, {"stv": state}))]
    assert found == [
        ("weerzien.registrations.stv", 7), ("weerzien.delivered.stv", 9), ("weerzien.set_aside.stv", 2),
        ("weerzien.refused_files.stv", 0), ("weerzien.persons", 5), ("weerzien.links", 3), ("weerzien.review_queue", 1),
    ]  # fmt: skip
    assert seconds_of("nightly.link", 2.5).full_name == "weerzien.stage_seconds.nightly_link"
