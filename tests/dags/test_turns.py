"""One night at a time: who comes second waits or is told so in one line, and nothing is lost."""

from __future__ import annotations

import os
import time

import pytest

from connectors.installation import Installation, OneLineError
from dags import turns


@pytest.fixture
def installation(tmp_path) -> Installation:
    return Installation(tmp_path)


def test_a_second_night_by_hand_is_told_to_wait(installation):
    first, second = turns.one_at_a_time(installation), turns.one_at_a_time(installation)
    with first, pytest.raises(OneLineError, match="another night is running"), second:
        raise AssertionError("two nights at once")
    with turns.one_at_a_time(installation):
        pass


def test_the_scheduler_waits_for_a_night_by_hand_in_another_process(installation):
    with turns.one_at_a_time(installation):
        turns._by_hand.discard(installation.home)  # as another process sees it
        with pytest.raises(OneLineError, match="another night is running"):
            turns.begin(installation, "2005-02-01")


def test_a_night_by_hand_is_told_which_night_the_scheduler_is_working(installation):
    turns.begin(installation, "2005-02-01")
    told = pytest.raises(OneLineError, match="the scheduler is working the night of 2005-02-01")
    with told, turns.one_at_a_time(installation):
        raise AssertionError("two nights at once")
    turns.end(installation)
    with turns.one_at_a_time(installation):
        pass


def test_the_stages_of_a_night_by_hand_leave_no_mark(installation):
    with turns.one_at_a_time(installation):
        turns.begin(installation, "2005-02-01")
        turns.end(installation)
    assert not turns._mark(installation).exists()


def test_the_mark_of_a_night_that_was_killed_stands_in_nobodys_way(installation):
    turns.begin(installation, "2005-02-01")
    turns.begin(installation, "2005-02-02")  # the scheduler itself starts one night at a time
    long_ago = time.time() - turns.LONGEST_RUN_SECONDS - 1
    os.utime(turns._mark(installation), (long_ago, long_ago))
    with turns.one_at_a_time(installation):
        pass
