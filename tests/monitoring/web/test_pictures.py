"""The geometry of pictures: nothing outside the picture, bars in proportion, marks that do not cover each other."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.web.pictures.bars import ROOM, bars
from monitoring.web.pictures.months import MOST, PANEL, columns, periods, step_of
from monitoring.web.pictures.upset import most_frequent, upset

REGISTERS = ("ikps", "stv", "youth_care", "telex", "mob")
SETS = [{"code": code, "label": code} for code in REGISTERS]
UNTIL = date(2005, 6, 30)
COUNTS = st.integers(0, 999_999)
DAYS = st.dates(date(1995, 1, 1), UNTIL)
# The texts of a registration in time are said in a language, so they need the site; its fixture stands all session.
SITE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), max_size=8), st.text("abcdef ", min_size=1, max_size=90))
def test_lying_bars_are_in_proportion_and_stay_in_the_picture(values, label):
    picture = bars([{"label": label, "values": row} for row in values], ["a", "b", "c"])
    counts = [count for row in values for count in row]
    assert [bar["value"] for bar in picture["bars"]] == counts
    for bar in picture["bars"]:
        assert abs(bar["width"] - ROOM * bar["value"] / max(*counts, 1)) <= 0.5
        assert bar["value_x"] + 8 * len(f"{bar['value']:,}") <= picture["width"]
        assert bar["y"] + bar["height"] <= picture["height"]
    assert all(line["x"] + 8 * len(line["text"]) <= picture["width"] for line in picture["labels"])


def test_series_differ_in_pattern_and_one_series_has_no_legend():
    several = bars([{"label": "a", "values": [1, 2, 3, 4]}], ["a", "b", "c", "d"])
    assert len({bar["look"] for bar in several["bars"]}) == len(several["legend"]) == 4
    assert bars([{"label": "a", "values": [1]}], ["a"])["legend"] == []


COMBINATIONS = st.dictionaries(st.sets(st.sampled_from(REGISTERS), min_size=1).map(lambda s: tuple(sorted(s))), COUNTS)


@given(COMBINATIONS)
def test_the_combinations_shown_and_the_others_are_all_persons(counts):
    shown, others, persons = most_frequent(counts)
    assert sum(counts[members] for members in shown) + persons == sum(counts.values())
    assert len(shown) + others == len(counts)
    assert len(shown) <= 15
    assert [counts[members] for members in shown] == sorted(counts.values(), reverse=True)[:15]


@given(COMBINATIONS)
def test_the_dots_of_a_combination_are_its_registers(counts):
    shown, others, persons = most_frequent(counts)
    other = {"label": "others", "value": persons} if others else None
    picture = upset(SETS, [{"members": members, "value": counts[members]} for members in shown], other)
    for members, row in zip(shown, picture["rows"], strict=True):
        assert [dot["held"] for dot in row["dots"]] == [code in members for code in REGISTERS]
        assert row["y"] + picture["dot"] <= picture["height"]
        assert row["bar"]["value_x"] + 8 * len(f"{row['bar']['value']:,}") <= picture["width"]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 40_000))
def test_periods_follow_each_other_and_end_with_the_last_day(first, days):
    last = first + timedelta(days=days)
    unit, starts = periods(first, last)
    assert len(starts) <= MOST[unit]
    assert starts[-1] <= last
    apart = {(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(starts)}
    assert apart <= {{"month": 1, "quarter": 3, "year": 12}[unit]}
    assert unit == "year" or starts[0] <= first


def test_three_years_are_shown_by_month_and_a_month_more_by_quarter():
    assert periods(date(2003, 1, 5), date(2005, 12, 31))[0] == "month"
    unit, starts = periods(date(2003, 2, 5), date(2006, 2, 1))
    assert (unit, starts[0]) == ("quarter", date(2003, 1, 1))


@given(st.lists(COUNTS, min_size=1, max_size=36), st.lists(COUNTS, min_size=36, max_size=36))
def test_panels_have_one_scale(above, below):
    _unit, starts = periods(date(2003, 1, 1), date(2005, 12, 1))
    above, below, starts = above, below[: len(above)], starts[: len(above)]
    picture = columns(starts, "month", [{"label": "a", "values": above}, {"label": "b", "values": below}])
    top = picture["panels"][0]["ticks"][-1]["value"]
    assert top >= max(above + below)
    for panel, values in zip(picture["panels"], (above, below), strict=True):
        assert [tick["value"] for tick in panel["ticks"]][-1] == top
        for bar, value in zip(panel["bars"], values, strict=True):
            assert abs(bar["height"] - PANEL * value / top) <= 0.5
            assert bar["x"] + bar["width"] <= picture["right"] <= picture["width"]
            assert panel["y"] < bar["y"] <= bar["y"] + bar["height"] <= picture["height"]


@given(COUNTS)
def test_an_axis_has_round_steps_and_at_most_four(largest):
    step = step_of(largest)
    assert step * 4 >= largest
    assert str(step).rstrip("0") in ("1", "2", "5")


def registration(register: str, number: int, **facts: object) -> dict[str, object]:
    return {"register": register, "record_id": f"{register}-{number:06x}", "missing_status": None, **facts}


def only_lane(row: dict[str, object]) -> tuple[dict, dict]:
    from monitoring.web.pictures.timeline import timeline

    drawn = timeline([row], UNTIL)
    return drawn, drawn["lanes"][0]


@pytest.mark.usefixtures("published")
def test_who_is_still_missing_has_an_open_bar_until_the_night():
    drawn, lane = only_lane(registration("telex", 1, missing_since=date(2004, 5, 1), missing_status="open"))
    assert lane["bar"]["is_open"]
    assert lane["bar"]["x"] + lane["bar"]["width"] == drawn["night"]["x"]
    assert [mark["shape"] for mark in lane["marks"]] == ["down"]


@pytest.mark.usefixtures("published")
def test_who_was_found_has_a_closed_bar_until_that_day():
    row = registration("telex", 1, missing_since=date(2004, 5, 1), found_on=date(2004, 8, 1), missing_status="found")
    _drawn, lane = only_lane(row)
    assert not lane["bar"]["is_open"]
    places = {mark["shape"]: mark["x"] for mark in lane["marks"]}
    assert (lane["bar"]["x"], lane["bar"]["x"] + lane["bar"]["width"]) == (places["down"], places["up"])


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "facts",
    [
        {"missing_status": "withdrawn"},
        {"missing_status": "found"},
        {"missing_status": "found", "found_on": date(2004, 4, 1)},
    ],
    ids=["withdrawn", "found on an unknown day", "found before it began"],
)
def test_a_disappearance_of_which_the_time_is_not_known_has_no_bar(facts):
    _drawn, lane = only_lane(registration("telex", 1, missing_since=date(2004, 5, 1), **facts))
    assert lane["bar"] is None


@pytest.mark.usefixtures("published")
def test_a_registration_without_a_day_is_said_to_have_none():
    from monitoring.web.pictures.timeline import timeline

    assert timeline([registration("stv", 1)], UNTIL) == {"events": [], "undated": 1}
    both = timeline([registration("stv", 1), registration("ikps", 2, encountered_on=date(2004, 1, 1))], UNTIL)
    assert (both["undated"], len(both["events"]), len(both["lanes"])) == (1, 1, 2)


COLUMNS = ("encountered_on", "reported_on", "registered_on", "missing_since", "found_on", "arrived_on", "departed_on")
FACTS = st.tuples(
    st.sampled_from(REGISTERS),
    st.sampled_from([None, "open", "found", "withdrawn"]),
    st.dictionaries(st.sampled_from(COLUMNS), DAYS),
)


@SITE
@given(st.lists(FACTS, min_size=1, max_size=6), st.randoms())
def test_a_time_line_holds_every_day_once_and_is_the_same_in_any_order(published, found, chance):
    from monitoring.web.pictures.timeline import timeline

    rows = [registration(register, n, **days) | {"missing_status": s} for n, (register, s, days) in enumerate(found)]
    drawn = timeline(rows, UNTIL)
    assert sorted(event["day"] for event in drawn["events"]) == [event["day"] for event in drawn["events"]]
    assert len(drawn["events"]) == sum(len(days) for _register, _status, days in found)
    mixed = list(rows)
    chance.shuffle(mixed)
    again = timeline(mixed, UNTIL)
    assert again == drawn
    assert written_out(drawn) == written_out(again)
    for lane in drawn.get("lanes", []):
        for mark in lane["marks"]:
            assert 0 <= mark["x"] - 8 < mark["x"] + 8 <= drawn["width"]
            assert lane["y"] < mark["y"] - 8 < mark["y"] + 8 <= lane["y"] + lane["height"] <= drawn["height"]
        apart = [(a, b) for a in lane["marks"] for b in lane["marks"] if a is not b and a["y"] == b["y"]]
        assert all(abs(a["x"] - b["x"]) >= 16 or {a["shape"], b["shape"]} == {"down", "up"} for a, b in apart), (
            "marks cover each other"
        )


def written_out(drawn: dict) -> str:
    """The time line as it is written; a picture that is not well-formed does not pass."""
    from django.template.loader import get_template

    page = get_template("pictures/timeline.html").render({"timeline": drawn})
    if drawn["events"]:
        ElementTree.fromstring(page[page.index("<svg ") : page.index("</svg>") + 6])
    return page
