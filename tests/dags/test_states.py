"""The states in which a register comes out of a night."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from connectors.register import REGISTERS, load_register
from dags.states import StageFailed, check_registers, check_sums, delivery_state, verdict_of

NIGHT = date(2004, 3, 16)
STV = load_register("stv")


def delivery(name: str, nights_ago: int) -> SimpleNamespace:
    landed = NIGHT - timedelta(days=nights_ago)
    return SimpleNamespace(delivery_id=f"{name}-{landed}", file_name=name, landed_night=landed, dated=date(2004, 1, 1))


def test_what_landed_tonight_is_ok_and_of_age_nought():
    landed = [delivery("a", 0)]
    assert delivery_state(STV, landed, landed, {}, NIGHT) == {
        "status": "ok",
        "age_days": 0,
        "newest_delivery": "2004-01-01",
    }


def test_nothing_new_is_ok_until_the_register_is_due_again():
    landed = [delivery("a", STV.late_after_days)]
    assert delivery_state(STV, landed, landed, {}, NIGHT)["status"] == "ok"
    landed = [delivery("a", STV.late_after_days + 1)]
    late = delivery_state(STV, landed, landed, {}, NIGHT)
    assert late["status"] == "late"
    assert late["age_days"] == STV.late_after_days + 1


def test_a_register_that_never_delivered_is_missing():
    assert delivery_state(STV, [], [], {}, NIGHT) == {"status": "missing", "age_days": None, "newest_delivery": None}


def test_a_delivery_refused_tonight_keeps_the_age_of_the_last_readable_one():
    landed = [delivery("old", 1), delivery("new", 0)]
    state = delivery_state(STV, landed, landed[:1], {"new": "cut_off"}, NIGHT)
    assert state["status"] == "refused"
    assert state["reason"] == "cut_off"
    assert state["age_days"] == 1


def test_a_correction_refused_tonight_is_told_though_the_version_before_it_stands_in():
    landed = [delivery("same", 3), delivery("same", 0)]
    state = delivery_state(STV, landed, landed[:1], {"same": "unreadable"}, NIGHT)
    assert (state["status"], state["age_days"]) == ("refused", 3)


def test_a_delivery_refused_on_an_earlier_night_does_not_keep_the_night_red():
    landed = [delivery("bad", 3), delivery("new", 0)]
    assert delivery_state(STV, landed, landed[1:], {"bad": "cut_off"}, NIGHT)["status"] == "ok"


def test_a_register_of_which_nothing_can_be_read_is_refused():
    assert delivery_state(STV, [delivery("bad", 3)], [], {"bad": "cut_off"}, NIGHT)["status"] == "refused"


def test_a_night_worked_again_later_has_no_negative_age():
    landed = [delivery("a", -4)]
    assert delivery_state(STV, landed, landed, {}, NIGHT)["age_days"] == 0


def test_the_five_registers_come_back_in_their_own_order():
    outcomes = [{"register": name} for name in reversed(REGISTERS)]
    assert [outcome["register"] for outcome in check_registers(outcomes)] == list(REGISTERS)


@pytest.mark.parametrize("arrived", [[], REGISTERS[:4], [*REGISTERS, "stv"], [*REGISTERS[:4], "kmar"]])
def test_a_merge_of_other_than_the_five_registers_is_refused(arrived):
    with pytest.raises(StageFailed):
        check_registers([{"register": name} for name in arrived])


def test_counts_that_do_not_add_up_are_refused():
    whole = {"register": "mob", "delivered": 10, "accepted": 8, "set_aside": 2}
    whole |= {"registrations": 5, "merged": 2, "withdrawn": 1}
    check_sums(whole)
    for broken in ({"accepted": 9}, {"delivered": 11}, {"registrations": 6}):
        with pytest.raises(StageFailed):
            check_sums(whole | broken)


def test_late_is_no_fault_and_missing_is():
    outcomes = [{"register": name, "status": "ok"} for name in REGISTERS]
    outcomes[0]["status"] = "late"
    assert verdict_of(outcomes) is None
    outcomes[1] |= {"status": "refused", "reason": "cut_off"}
    outcomes[2]["status"] = "missing"
    assert verdict_of(outcomes) == "stv refused (cut_off); youth_care missing"
