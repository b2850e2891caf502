"""A few faults of the campaign for real; what the campaign sees, and what it lets strike."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.campaign.__main__ import built_shim, run, table
from benchmarks.campaign.beside import clock_of
from benchmarks.campaign.fault import Fault, Struck
from benchmarks.campaign.looks import State
from benchmarks.campaign.plan import KINDS, MOMENTS_PER_STAGE, planned
from benchmarks.campaign.striking import Look, _badly_said, healed_wrong
from benchmarks.campaign.tasks import STAGES, TASKS
from benchmarks.campaign.worker import Ended, Reference

KILL, BOUNDARY = "kill -9 night", "kill -9 at a boundary"
# Fault, how the struck night ends, which table is shown until the next run.
STRUCK = [
    (Fault(2, BOUNDARY, KILL, "check", "stv", "after"), "killed", "night 1"),
    (Fault(4, BOUNDARY, KILL, "publish", "", "after"), "killed", "night 2"),
    (Fault(5, "disk full", "full", "consolidate", "", "write"), "one line", "night 1"),
]


@pytest.mark.skipif(shutil.which("cc") is None, reason="the full disk needs a C compiler")
def test_after_each_fault_the_next_run_makes_exactly_the_night(tmp_path):
    tmp_path.chmod(0o711)
    told = run([fault for fault, _, _ in STRUCK], 1, tmp_path / "campaign", built_shim(tmp_path), quick=True)
    assert [struck.violations for struck in told] == [[]] * len(STRUCK)
    assert [(struck.first, struck.shown) for struck in told] == [(first, shown) for _, first, shown in STRUCK]
    assert all(struck.healed for struck in told)
    assert "consolidate: the disk cannot be written: No space left on device" in told[-1].message


def test_a_campaign_strikes_every_boundary_and_ten_moments_of_every_stage():
    faults = planned(400, seed=1)
    at = {(fault.task, fault.moment) for fault in faults if fault.kind == BOUNDARY}
    assert at == {(task, moment) for task in TASKS for moment in ("before", "after")}
    inside = Counter(fault.stage for fault in faults if fault.kind == "kill -9 at a random moment")
    assert min(inside[stage] for stage in STAGES) >= MOMENTS_PER_STAGE
    assert {fault.kind for fault in faults} == set(KINDS)


def test_the_same_seed_strikes_the_same_faults():
    assert planned(300, seed=1) == planned(300, seed=1)
    assert planned(300, seed=1) != planned(300, seed=2)
    assert [Fault.from_line(fault.as_line()) for fault in planned(30, seed=1)] == planned(30, seed=1)


@pytest.mark.parametrize(("world", "night"), [("march", "2026-03-29"), ("october", "2026-10-25")])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9999])
def test_a_night_of_23_or_25_hours_is_one_night(world, night, share):
    assert clock_of(Fault(1, "clock change", KILL, "link", world=world, share=share)) == night


ONE = State("one", "all one", "", {"ikps-1": "W-00000001", "stv-1": "W-00000002"}, ("different",))
TWO = State(
    "two", "all two", "", {"ikps-1": "W-00000001", "stv-1": "W-00000002", "mob-1": "W-00000003"}, ("different",)
)
REFERENCE = Reference(ONE, TWO, frozenset(ONE.persons.values()), {}, ["Verzonnen", "+31600000001"])


class AWorker:
    def __init__(self, home):
        self.place = type("APlace", (), {"home": home})


@pytest.mark.parametrize(
    ("ended", "wrong"),
    [
        (Ended(1, "weerzien: the disk is full", ""), []),
        (Ended(-9, "", ""), []),
        (Ended(1, "", ""), ["not one line"]),
        (Ended(1, "weerzien: one\ntwo", ""), ["not one line"]),
        (Ended(3, "weerzien: it", ""), ["exit code neither 0 nor 1"]),
        (Ended(1, "weerzien: unexpected", ""), ["an unforeseen end"]),
        (Ended(1, "weerzien: it", "Traceback (most recent call last)"), ["a traceback"]),
        (Ended(1, "weerzien: of Verzonnen", ""), ["a value of a person"]),
        (Ended(0, "", "called +31600000001 twice"), ["a value of a person"]),
    ],
)
def test_what_a_night_says_is_judged(ended, wrong):
    assert _badly_said(ended, REFERENCE) == wrong


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ((ONE, "night 1"), (TWO, "night 2"), []),
        ((ONE, "night 1"), (ONE, "night 1"), "not night 2 but night 1"),
        ((ONE, "night 1"), (replace(TWO, all="other"), "night 2"), "history or registers not as an undisturbed run"),
        ((TWO, "night 2"), (replace(TWO, persons={"mob-1": "W-00000004"}), "night 2"), "a person id changed of 1"),
        ((ONE, "night 1"), (replace(TWO, persons={"stv-1": "W-00000004"}), "night 2"), "a person id changed of 1"),
    ],
)
def test_a_next_run_that_does_not_heal_is_seen(tmp_path, first, second, wrong):
    looks = [Look(state, shown, []) for state, shown in (first, second)]
    found = healed_wrong(AWorker(tmp_path), REFERENCE, *looks, Ended(0, "", ""))
    assert found == [] if wrong == [] else any(what.startswith(wrong) for what in found)


def test_what_is_left_behind_is_seen(tmp_path):
    for left in ("landing/ikps/tmp1.part", "work/2005-06-29/link/pairs.parquet", "night.open"):
        (tmp_path / left).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / left).touch()
    looks = Look(ONE, "night 1", []), Look(TWO, "night 2", [])
    assert healed_wrong(AWorker(tmp_path), REFERENCE, *looks, Ended(0, "", "")) == [
        "a half-written file in landing", "work files", "the mark of an open night",
    ]  # fmt: skip


def test_the_table_counts_every_kind_and_names_what_was_violated():
    told = [
        Struck(1, BOUNDARY, "here", "killed", "night 1", True, "", [], 1.0),
        Struck(2, "disk full", "there", "one line", "night 1", False, "full", ["it did not heal"], 1.0),
    ]
    lines = table(told).splitlines()
    assert lines[2:5] == [
        "| kill -9 at a boundary | 1 | 0 | 0 | 1 | 1 | 0 |",
        "| disk full | 1 | 0 | 1 | 0 | 0 | 1 |",
        "| all | 2 | 0 | 1 | 1 | 1 | 1 |",
    ]
    assert lines[-1] == "- 2 disk full: there: it did not heal"
