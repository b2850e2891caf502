"""A log of judgements can be carried elsewhere: nothing is added twice, and a bad line stops all of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from connectors.installation import OneLineError
from connectors.records import records_frame
from monitoring.judgement_lines import export_lines, import_lines
from monitoring.judgement_log import all_judgements, fingerprints, judgements_in_force

NIGHT = date(2005, 2, 1)
AT = datetime(2005, 2, 1, 9, 30, tzinfo=UTC)
GIRL, AGAIN, BOY = "stv/2004/12", "telex/2004/03/0412", "mob/mob_200403_OC.csv#12"


@pytest.fixture
def a_log(say, take_back) -> None:
    """Verdicts that supersede, an undo, and one reviewer who says the same again within a moment."""
    say(GIRL, AGAIN, "same")
    say(GIRL, BOY, "different", at=AT.astimezone(timezone(timedelta(hours=1))) + timedelta(seconds=1))
    say(GIRL, AGAIN, "unsure")
    take_back(3)
    say(GIRL, AGAIN, "unsure")


def in_force(engine) -> dict[int, str]:
    found = judgements_in_force(engine, "", NIGHT)
    return dict(zip(found["judgement_id"], found["verdict"], strict=True))


def emptied(engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM registers.judgement"))


def content(lines: list[str]) -> list[dict[str, Any]]:
    """What the lines say but for numbers: an undo names the place of what it undoes."""
    entries = [json.loads(line) for line in lines]
    places = {entry.pop("number"): place for place, entry in enumerate(entries)}
    return [entry | {"undoes": places.get(entry["undoes"])} for entry in entries]


@pytest.mark.usefixtures("a_log")
def test_a_line_of_the_export_names_pair_verdict_who_and_when(published, children):
    lines = list(export_lines(published, ""))
    seen = fingerprints(records_frame(children))
    boy, girl = children[2]["record_id"], children[0]["record_id"]
    assert json.loads(lines[1]) == {
        "number": 2, "left": BOY, "right": GIRL, "record_id_l": boy, "record_id_r": girl, "verdict": "different",
        "undoes": None, "reason": "seen together", "by": "Reviewer One", "at": "2005-02-01T09:30:01+00:00",
        "night": "2005-02-01", "seen_l": seen[boy], "seen_r": seen[girl],
    }  # fmt: skip
    assert json.loads(lines[3])["undoes"] == 3
    assert lines == list(export_lines(published, ""))


@pytest.mark.usefixtures("a_log")
def test_an_import_into_an_empty_log_is_the_log(published):
    lines = list(export_lines(published, ""))
    counted = judgements_in_force(published, "", NIGHT)
    emptied(published)
    assert import_lines(published, lines, "") == (5, 0)
    assert list(export_lines(published, "")) == lines
    pd.testing.assert_frame_equal(judgements_in_force(published, "", NIGHT), counted)


@pytest.mark.usefixtures("a_log")
def test_an_import_adds_only_what_is_not_there_under_numbers_of_its_own(published, say):
    lines = list(export_lines(published, ""))
    emptied(published)
    say(AGAIN, BOY, "different")
    say(GIRL, BOY, "different", at=AT + timedelta(seconds=1))
    assert import_lines(published, [*lines, ""], "") == (4, 1)
    assert content(list(export_lines(published, "")))[2:] == [
        entry | {"undoes": entry["undoes"] and 3} for place, entry in enumerate(content(lines)) if place != 1
    ]
    assert [row["undoes"] for row in all_judgements(published, "") if row["undoes"]] == [4]
    assert import_lines(published, lines, "") == (0, 5)
    assert in_force(published) == {1: "different", 2: "different", 6: "unsure"}


def test_an_old_verdict_that_is_imported_does_not_overrule_a_newer_one_of_here(published, say):
    say(GIRL, AGAIN, "same")
    lines = list(export_lines(published, ""))
    emptied(published)
    say(GIRL, AGAIN, "different", at=AT + timedelta(days=1))
    import_lines(published, lines, "")
    assert in_force(published) == {1: "different"}


@pytest.mark.usefixtures("a_log")
def test_what_a_purge_took_out_of_an_entry_stays_out_of_it(published):
    with published.begin() as connection:
        connection.execute(text("UPDATE registers.judgement SET reason = NULL, key_l = NULL, seen_l = NULL"))
    lines = list(export_lines(published, ""))
    emptied(published)
    import_lines(published, lines, "")
    assert list(export_lines(published, "")) == lines


@pytest.mark.usefixtures("a_log")
@pytest.mark.parametrize(
    ("place", "change", "said"),
    [
        (1, {"number": 0}, "line 1: number is not a whole number"),
        (1, {"number": True}, "line 1: number is not"),
        (2, {"number": 1}, "line 2: number is not higher"),
        (1, {"left": "kvk/12"}, "line 1: left is not REGISTER/KEY"),
        (1, {"record_id_l": None}, "line 1: record_id_l is not"),
        (2, {"record_id_l": "zzz"}, "line 2: record_id_l does not come before"),
        (1, {"verdict": "maybe"}, "line 1: verdict is not one of"),
        (1, {"verdict": ["same"]}, "line 1: verdict is not one of"),
        (1, {"verdict": "undo"}, "line 1: undoes goes with the verdict undo"),
        (2, {"undoes": 1}, "line 2: undoes goes with the verdict undo"),
        (4, {"undoes": 9}, "line 4: undoes is not the number of a judgement"),
        (4, {"undoes": 2}, "line 4: undoes a judgement on another pair"),
        (1, {"reason": ""}, "line 1: reason is not a text"),
        (1, {"reason": "Roodkapje\0"}, "line 1: reason is not a text"),
        (1, {"reason": "\udcff"}, "line 1: reason is not a text"),
        (1, {"by": 7}, "line 1: by is not a name"),
        (1, {"at": "2005-02-01T09:30:00"}, "line 1: at is not a moment with its offset"),
        (1, {"at": "0001-01-01T00:00:00+14:00"}, "line 1: at is not a moment"),
        (1, {"night": "Roodkapje"}, "line 1: night is not a day"),
        (1, {"seen_l": "abc"}, "line 1: seen_l is not a digest"),
        (3, {"age": 7}, "line 3: does not have the fields"),
    ],
    ids=str,
)
def test_a_bad_line_is_named_and_nothing_of_the_file_is_imported(published, place, change, said):
    lines = list(export_lines(published, ""))
    emptied(published)
    lines[place - 1] = json.dumps(json.loads(lines[place - 1]) | change)
    with pytest.raises(OneLineError, match=said) as raised:
        import_lines(published, lines, "")
    assert not any(value in str(raised.value) for value in ("Roodkapje", "2005-02-01", "kvk", "zzz"))
    assert all_judgements(published, "") == []


@pytest.mark.parametrize("line", ["Roodkapje", "[" * 100_000, "7", "[]", '"x"', "{}", "9" * 5000], ids=lambda x: x[:9])
def test_a_line_that_is_no_entry_is_named_by_its_place_and_not_shown(published, line):
    with pytest.raises(OneLineError, match=r"^line 2: .*nothing was imported$") as raised:
        import_lines(published, ["", line], "")
    assert "Roodkapje" not in str(raised.value)
