"""Judgements: the newest that is not undone counts, and nothing that was said is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from connectors.installation import OneLineError
from connectors.records import COLUMN_NAMES, read_records, records_frame, write_records
from monitoring.held import held_records
from monitoring.judgement_log import all_judgements, fingerprints, judge, judgements_in_force, undo

NIGHT = date(2005, 2, 1)
NEXT = NIGHT + timedelta(1)
AT = datetime(2005, 2, 1, 9, 30, tzinfo=UTC)
GIRL, AGAIN, BOY = "stv/2004/12", "telex/2004/03/0412", "mob/mob_200403_OC.csv#12"


def in_force(engine, night: date = NIGHT, origin: str = "") -> dict[int, str]:
    found = judgements_in_force(engine, origin, night)
    return dict(zip(found["judgement_id"], found["verdict"], strict=True))


def states(engine) -> list[tuple[int, str, int | None]]:
    return [(row["judgement_id"], row["state"], row["ended_by"]) for row in all_judgements(engine, "")]


# Fingerprints: the same record is the same, whatever holds it.


def test_a_record_has_one_fingerprint_in_the_database_and_in_work_files(published, children, tmp_path):
    records = records_frame(children)
    write_records(records, tmp_path / "records.parquet")
    from_files = fingerprints(read_records(tmp_path / "records.parquet"))
    held = pd.concat([held_records(published, name, "") for name in ("stv", "telex", "mob")], ignore_index=True)
    assert fingerprints(held).to_dict() == from_files.to_dict() == fingerprints(records).to_dict()
    assert all(len(digest) == 64 for digest in from_files)
    assert from_files.index.tolist() == [child["record_id"] for child in children]


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT], ids=str)
def test_what_is_not_recorded_is_the_same_however_it_is_said(registration, nothing):
    plain = fingerprints(records_frame([registration("stv", "V1", "1989-03-03")]))
    loose = {name: nothing for name in COLUMN_NAMES} | registration("stv", "V1", "1989-03-03")
    assert fingerprints(pd.DataFrame([loose], dtype=object)).tolist() == plain.tolist()


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("episode_count", 2, np.int32(2)),
        ("episode_count", 2, 2.0),
        ("loverboy", False, np.bool_(False)),
        ("missing_since", date(2004, 12, 1), pd.Timestamp("2004-12-01")),
        ("missing_since", date(2004, 12, 1), np.datetime64("2004-12-01")),
        ("phones", ["+31600000001"], np.array(["+31600000001"], dtype=object)),
        ("phones", [], None),
        ("description", "a\0b", "ab"),
    ],
    ids=str,
)
def test_one_value_held_in_two_ways_is_one_value(column, one, other):
    frames = [pd.DataFrame({"record_id": ["stv-V1"], column: pd.Series([value])}) for value in (one, other)]
    assert fingerprints(frames[0]).tolist() == fingerprints(frames[1]).tolist()


def test_another_place_in_the_export_is_the_same_record_and_another_value_is_not(registration):
    first = registration("mob", "a.csv#1", "1990-04-04", delivery_id="mob-1", loverboy=False)
    moved = {**first, "source_key": "b.csv#2", "delivery_id": "mob-2"}
    changed = [{**first, "birth_day": 5}, {**first, "loverboy": None}, {**first, "aliases": ["x"]}]
    digests = [fingerprints(records_frame([record])).iloc[0] for record in (first, moved, *changed)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_no_records_have_no_fingerprints():
    assert fingerprints(records_frame([])).empty


# A verdict.


def test_a_verdict_counts_for_the_night_that_was_shown_and_every_later_one(published, say, children):
    assert say(BOY, GIRL, "different") == 1
    assert in_force(published, NIGHT - timedelta(1)) == {}
    (row,) = judgements_in_force(published, "", NEXT).to_dict("records")
    seen = fingerprints(records_frame(children))
    boy, girl = children[2]["record_id"], children[0]["record_id"]
    assert row == {
        "judgement_id": 1, "record_id_l": boy, "record_id_r": girl, "verdict": "different",
        "judged_by": "Reviewer One", "night": NIGHT, "seen_l": seen[boy], "seen_r": seen[girl],
    }  # fmt: skip
    with published.connect() as connection:
        assert len(judgements_in_force(connection, "", NIGHT)) == 1


def test_a_pair_is_the_same_in_both_orders_and_its_newest_verdict_counts(published, say):
    say(GIRL, AGAIN, "same")
    say(AGAIN, GIRL, "different")
    assert in_force(published) == {2: "different"}
    assert states(published) == [(1, "superseded", 2), (2, "in_force", None)]


def test_an_earlier_night_that_is_worked_again_takes_what_was_known_then(published, show, say, children):
    say(GIRL, AGAIN, "same")
    show(*children, night=NEXT)
    say(GIRL, AGAIN, "different")
    assert in_force(published) == {1: "same"}
    assert in_force(published, NEXT) == {2: "different"}


def test_judgements_on_synthetic_registrations_and_real_ones_do_not_mix(published, show, say, take_back, children):
    say(GIRL, AGAIN, "same")
    show(*children, origin="world-1")
    assert say(GIRL, AGAIN, "same") == 2
    assert (in_force(published), in_force(published, origin="world-1")) == ({1: "same"}, {2: "same"})
    with pytest.raises(OneLineError, match="there is no judgement 1"):
        take_back(1)


def test_a_clock_that_runs_behind_does_not_lose_a_verdict(published, say):
    say(GIRL, AGAIN, "same")
    say(GIRL, AGAIN, "different", at=AT - timedelta(hours=1))
    assert in_force(published) == {2: "different"}


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("kvk/2004/12", GIRL, "left names no registration"),
        (GIRL, "stv", "right names no registration"),
        (GIRL, "stv/", "right names no registration"),
        ("", GIRL, "left names no registration"),
        (GIRL, "stv/2004/13", "right: stv has no registration with that key"),
        ("telex/2004/12", GIRL, "left: telex has no registration"),
        ("stv/a\0b", GIRL, "left: stv has no registration"),
        ("stv/\udcff", GIRL, "left: stv has no registration"),
        (GIRL, f" {GIRL} ", "the same registration"),
    ],
)
def test_a_verdict_needs_two_registrations_of_the_published_table(published, say, left, right, said):
    with pytest.raises(OneLineError, match=said) as raised:
        say(left, right, "same")
    assert "\n" not in str(raised.value)
    assert all_judgements(published, "") == []


@pytest.mark.parametrize(
    ("verdict", "reason", "by", "said"),
    [
        ("maybe", "x", "x", "that is no verdict"),
        ("undo", "x", "x", "that is no verdict"),
        ("same", " \n", "x", "say why"),
        ("same", "x", "", "say who"),
        ("same", "x", "\x1b[2J", "say who"),
        ("same", "\udcff", "x", "say why"),
    ],
)
def test_a_verdict_says_what_why_and_who(published, verdict, reason, by, said):
    with pytest.raises(OneLineError, match=said):
        judge(published, GIRL, AGAIN, verdict, reason, by, AT)
    assert all_judgements(published, "") == []


def test_no_message_repeats_what_was_typed_in_the_place_of_a_key(say):
    with pytest.raises(OneLineError) as raised:
        say("stv/Roodkapje", GIRL, "same")
    assert "Roodkapje" not in str(raised.value)


def test_the_same_verdict_twice_is_told_with_its_number_and_appends_nothing(published, say):
    say(GIRL, AGAIN, "same")
    with pytest.raises(OneLineError, match="counts already: judgement 1"):
        say(AGAIN, GIRL, "same", by="Reviewer Two")
    assert len(all_judgements(published, "")) == 1


def test_before_the_first_night_there_is_nothing_to_judge(engine):
    with pytest.raises(OneLineError, match="run `weerzien night` first"):
        judge(engine, GIRL, AGAIN, "same", "x", "x", AT)


def test_a_moment_without_its_offset_is_refused(say):
    with pytest.raises(ValueError, match="offset"):
        say(GIRL, AGAIN, "same", at=AT.replace(tzinfo=None))


def test_two_who_judge_at_once_both_get_through_with_two_numbers(published):
    ready = threading.Barrier(2)

    def work(verdict: str) -> int:
        ready.wait()
        return judge(published, GIRL, AGAIN, verdict, "x", verdict, datetime.now(UTC))

    with ThreadPoolExecutor(2) as workers:
        numbers = sorted(workers.map(work, ("same", "different")))
    assert numbers == [1, 2]
    assert list(in_force(published)) == [2]


# Undo.


def test_an_undone_verdict_counts_no_more_and_the_one_before_it_counts_again(published, say, take_back):
    say(GIRL, AGAIN, "same")
    say(GIRL, AGAIN, "different")
    assert take_back(2) == 3
    assert in_force(published) == {1: "same"}
    assert states(published) == [(1, "in_force", None), (2, "undone", 3), (3, "undo", None)]


def test_an_undo_counts_from_its_own_night(published, show, say, take_back, children):
    say(GIRL, AGAIN, "same")
    show(*children, night=NEXT)
    take_back(1)
    assert in_force(published) == {1: "same"}
    assert in_force(published, NEXT) == {}


def test_a_verdict_on_a_registration_that_is_gone_can_be_undone(published, show, say, take_back, children):
    say(GIRL, AGAIN, "same")
    show(children[0])
    take_back(1)
    assert in_force(published) == {}


def test_what_cannot_be_undone_is_told(published, say, take_back):
    say(GIRL, AGAIN, "same")
    with pytest.raises(OneLineError, match="there is no judgement 7"):
        take_back(7)
    take_back(1)
    with pytest.raises(OneLineError, match="already undone, by 2"):
        take_back(1)
    with pytest.raises(OneLineError, match="2 is itself an undo"):
        take_back(2)
    assert say(GIRL, AGAIN, "same") == 3


KEYS = [(GIRL, AGAIN), (AGAIN, GIRL), (GIRL, BOY)]
ACTS = st.one_of(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(["same", "different", "unsure"])), st.integers(1, 6)
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=7))
def test_whatever_is_said_one_verdict_per_pair_counts_and_none_is_lost(published, acts):
    with published.begin() as connection:
        connection.execute(text("DELETE FROM registers.judgement"))
    expected: list[tuple[frozenset[str] | None, str | int]] = []
    for act in acts:
        before = all_judgements(published, "")
        try:
            if isinstance(act, int):
                undo(published, act, "x", "x", AT)
                expected.append((None, act))
            else:
                judge(published, *act[0], act[1], "x", "x", AT)
                expected.append((frozenset(act[0]), act[1]))
        except OneLineError:
            assert all_judgements(published, "") == before
    log = all_judgements(published, "")
    assert [row["judgement_id"] for row in log] == list(range(1, len(expected) + 1))
    assert [row["undoes"] or row["verdict"] for row in log] == [said for _, said in expected]
    undone = {said for pair, said in expected if pair is None}
    newest = {pair: number for number, (pair, _) in enumerate(expected, 1) if pair and number not in undone}
    assert sorted(in_force(published)) == sorted(newest.values())
