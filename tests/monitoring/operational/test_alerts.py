"""Which alerts a series of nights gives, and which a steady one does not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.register import REGISTERS
from monitoring.operational.alerts import alerts_of_night, alerts_of_watch
from monitoring.operational.nights import NightCounts

FIRST = date(2005, 6, 1)
COUNTS = {"registrations": 1000, "persons": 800, "pairs_linked": 300, "doubles_within": 40, "doubles_across": 120, "pairs_in_review": 60}  # fmt: skip


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def night(number: int, rows: int = 1000, counts: dict | None = None, **states: dict) -> NightCounts:
    """A night on which every register delivered so many rows; `states`: what is otherwise of a register."""
    whole = {"status": "ok", "delivered": rows, "refused_files": 0, "newest_delivery": day(number).isoformat()}
    registers = {register: whole | states.get(register, {}) for register in REGISTERS}
    return NightCounts(day(number), COUNTS | (counts or {}), registers)


def told(nights: list[NightCounts], number: int = 9) -> list[tuple]:
    return [(alert.kind, alert.subject, dict(alert.facts)) for alert in alerts_of_night(nights, day(number))]


STEADY = [night(number) for number in range(10)]


def test_a_steady_series_gives_no_alert():
    assert all(told(STEADY[: number + 1], number) == [] for number in range(10))


@pytest.mark.parametrize(
    ("rows", "is_told"), [(1250, False), (1251, True), (750, False), (749, True), (0, False), (2000, True)]
)
def test_a_quarter_more_or_fewer_rows_is_a_jump_and_none_at_all_is_no_volume(rows, is_told):
    found = told([*STEADY[:9], night(9, telex={"delivered": rows})])
    facts = {"rows": rows, "usual_rows": 1000, "nights": 9, "share": round(abs(rows - 1000) / 10)}
    assert found == ([("volume_jump", "telex", facts)] if is_told else [])


def test_a_small_register_may_double():
    small = [night(number, mob={"delivered": 40}) for number in range(9)]
    assert told([*small, night(9, mob={"delivered": 90})]) == []
    assert [kind for kind, *_ in told([*small, night(9, mob={"delivered": 91})])] == ["volume_jump"]


def test_four_nights_are_too_few_to_call_anything_usual():
    assert told([*STEADY[:4], night(9, rows=5000, counts={"pairs_linked": 900})]) == []
    assert len(told([*STEADY[:5], night(9, rows=5000)])) == 5


def test_nights_on_which_a_register_was_not_read_do_not_count():
    held = [night(number, ikps={"status": "refused", "delivered": 10}) for number in range(5)]
    assert "volume_jump" not in [kind for kind, *_ in told([*held, night(9)])]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"pairs_linked": 345}, []),  # 34.5 against 30.0: not yet 15 per cent off
        ({"pairs_linked": 346}, [("links", 34.6, 30.0)]),
        ({"pairs_linked": 100}, [("links", 10.0, 30.0)]),
        ({"doubles_within": 55}, []),  # 6.9 against 5.0: within two points
        ({"doubles_within": 57}, [("doubles_within", 7.1, 5.0)]),
        ({"doubles_across": 150}, [("doubles_across", 18.8, 15.0)]),
        ({"registrations": 0, "persons": 0}, []),
    ],
)
def test_a_link_rate_jumps_when_it_is_two_points_and_fifteen_per_cent_off(counts, expected):
    found = told([*STEADY[:9], night(9, counts=counts)])
    assert [(subject, facts["rate"], facts["usual_rate"]) for _, subject, facts in found] == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (85, []),
        (86, [("review_queue_grew", "", {"pairs": 86, "share": 43, "since": date(2005, 6, 3)})]),
        (10, []),
    ],
)
def test_the_review_queue_grew_when_it_is_a_fifth_and_25_pairs_above_the_week_before(pairs, expected):
    assert told([*STEADY[:9], night(9, counts={"pairs_in_review": pairs})]) == expected


def test_a_queue_that_grew_long_ago_does_not_grow_any_more():
    assert told([night(0, counts={"pairs_in_review": 5}), night(9, counts={"pairs_in_review": 500})]) == []


def test_a_refused_delivery_stands_until_a_newer_one_is_read():
    old = {"newest_delivery": "2005-06-05"}
    refused = night(6, ikps={"status": "refused", "refused_files": 1, **old})
    silent = night(7, ikps={"refused_files": 1, **old})
    newer = night(8, ikps={"refused_files": 1, "newest_delivery": "2005-06-09"})
    since = [("delivery_refused", "ikps", {"since": date(2005, 6, 7)})]
    assert told([*STEADY[:6], refused], 6) == since
    assert told([*STEADY[:6], refused, silent], 7) == since, "nothing new came: what was refused is still missing"
    assert told([*STEADY[:6], refused, silent, newer], 8) == []
    assert told([*STEADY[:6], refused, night(7)], 7) == []


def test_a_register_that_failed_is_told():
    assert told([*STEADY[:9], night(9, stv={"status": "failed"})]) == [("register_failed", "stv", {"since": day(9)})]


@given(
    st.permutations([*STEADY[:9], night(9, rows=3000, counts={"pairs_in_review": 200, "pairs_linked": 700}), night(10)])
)
def test_the_order_of_nights_is_irrelevant_and_a_later_night_says_nothing(nights):
    kinds = [kind for kind, *_ in told(nights)]
    assert kinds == ["volume_jump"] * 5 + ["link_rate_jump", "review_queue_grew"]


def watch(**given) -> list[tuple]:
    said = {"nights_late": {}, "never": [], "expected": day(9), "published": day(9), "is_known": True} | given
    return [(alert.kind, alert.subject, dict(alert.facts)) for alert in alerts_of_watch(day(9), **said)]


def test_a_morning_on_which_all_is_in_time_gives_no_alert():
    assert watch() == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"nights_late": {"telex": 3, "ikps": 1}},
            [("register_late", "ikps", {"nights_late": 1}), ("register_late", "telex", {"nights_late": 3})],
        ),
        ({"never": ["mob"]}, [("register_never", "mob", {})]),
        ({"published": day(7)}, [("night_unpublished", "", {"expected": day(9), "published": day(7)})]),
        ({"published": None}, [("no_night_yet", "", {"expected": day(9)})]),
        ({"published": None, "is_known": False}, [("database_silent", "", {"expected": day(9)})]),
        ({"published": day(12)}, []),
    ],
)
def test_what_the_morning_sees_is_told(given, expected):
    assert watch(**given) == expected
