"""Nights of deliveries from one world: the readers accept them all, and find in force what the truth says."""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from benchmarks.nights.deliveries import write_nights
from benchmarks.nights.faults import draw_fault
from benchmarks.nights.ikps import FIELDS, read_day
from benchmarks.nights.story import Course, load_story
from benchmarks.persons.known_world import accepted_records
from connectors.deliveries import Delivery
from connectors.installation import OneLineError
from connectors.mutations import fold
from connectors.reading import Outcome, read_register
from connectors.register import REGISTERS, load_register
from connectors.sample import write_sample
from expectations.check import Checks, check_records, check_rows

CHILDREN, NIGHTS, SEED = 60, 6, 1
# In a world so small each kind of event occurs only when it is frequent.
FREQUENT = replace(load_story(), corrected=0.3, withdrawn=0.3, returned=0.5)
# Of each delivery its own: who brought it, where it stands on a list, the day of the message, in which order it came.
CHANGING = ["delivery_id", "source_key", "registered_on", "raw"]


@dataclass(repr=False)
class Night:
    """What a night holds: what came of reading each register, and the accepted records by record_id."""

    outcomes: Mapping[str, Outcome]
    records: pd.DataFrame

    def keys(self, register: str) -> set[str]:
        return set(self.records.loc[self.records["register"] == register, "source_key"])

    def contents(self) -> pd.DataFrame:
        return self.records.drop(columns=CHANGING).astype(str)


@dataclass(repr=False)
class Told:
    """The world, the folder with its nights, what was read of each night, and the truth."""

    exports: Path
    out: Path
    world: pd.DataFrame
    nights: Mapping[date, Night]

    def truth(self, name: str, folder: Path | None = None) -> pd.DataFrame:
        return pd.read_csv((folder or self.out) / "truth" / name, dtype=str)

    def in_force(self, register: str, night: date) -> set[str]:
        """The registrations of a register that are there on a night, by the story."""
        story = self.truth("story.csv").query("register == @register and night <= @night.isoformat()")
        last = story.sort_values("night", kind="stable").groupby("source_key")["event"].last()
        return set(last[~last.isin(["withdrawn", "purged"])].index)


def landed(out: Path) -> Iterator[tuple[date, dict[str, list[Delivery]]]]:
    """The deliveries of each register that have landed by each night."""
    by_register: dict[str, list[Delivery]] = defaultdict(list)
    for folder in sorted(path for path in out.iterdir() if path.name != "truth"):
        night = date.fromisoformat(folder.name)
        for name in REGISTERS:
            before = by_register[name]
            for file in sorted((folder / name).iterdir()):
                content = file.read_bytes()
                sha256, dated = hashlib.sha256(content).hexdigest(), load_register(name).dated(file.name)
                versions = [delivery.sha256 for delivery in before if delivery.file_name == file.name]
                if versions[-1:] == [sha256]:
                    continue
                same = [d.delivery_id for d in before if d.sha256 == sha256 and d.dated != dated]
                before.append(
                    Delivery(f"{name}-{len(before)}", name, file.name, sha256, len(content), dated, night,
                             len(before), "", file, same[0] if same else None)
                )  # fmt: skip
        yield night, by_register


def read_night(night: date, deliveries: Mapping[str, list[Delivery]], checks: Mapping[str, Checks]) -> Night:
    outcomes, accepted = {}, []
    for name in REGISTERS:
        register = load_register(name)
        reading = read_register(register, deliveries[name])
        folded = fold(register, check_rows(register, reading.rows, checks[name]).accepted, night)
        outcomes[name] = reading
        accepted.append(check_records(register, folded.records, checks[name]).accepted)
    return Night(outcomes, pd.concat(accepted).set_index("record_id"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("nights")
    exports, out = folder / "exports", folder / "out"
    write_sample(exports, CHILDREN, SEED)
    write_nights(exports, out, NIGHTS, SEED, story=FREQUENT)
    world = accepted_records(exports).set_index("record_id")
    checks = {name: Checks(load_register(name)) for name in REGISTERS}
    nights = {night: read_night(night, by_then, checks) for night, by_then in landed(out)}
    return Told(exports, out, world, nights)


def test_every_delivery_is_accepted(told):
    assert len(told.nights) == NIGHTS
    for night, read in told.nights.items():
        assert [(night, name, o.refused) for name, o in read.outcomes.items() if o.refused] == []
        found = pd.concat(outcome.findings for outcome in read.outcomes.values())
        assert set(found["rule"]) <= {"no_rows"}


def test_each_kind_of_event_occurs(told):
    story = told.truth("story.csv")
    kinds = story.groupby("register")["event"].agg(set)
    assert set(story["event"]) == {"arrives", "corrected", "withdrawn", "returned", "purged"}
    assert kinds["ikps"] >= {"arrives", "corrected", "withdrawn", "purged"}
    assert kinds["telex"] == {"arrives", "corrected", "withdrawn"}
    for register in ("stv", "youth_care", "mob"):
        assert kinds[register] >= {"arrives", "corrected", "withdrawn"}


def test_some_registrations_come_later_and_each_comes_once(told):
    arrivals = told.truth("story.csv").query("event == 'arrives'")
    assert not arrivals.duplicated(["register", "source_key"]).any()
    first = arrivals["night"] == min(told.nights).isoformat()
    assert first.any() and not first.all()


@pytest.mark.parametrize("register", ["ikps", "stv", "youth_care", "telex"])
def test_on_each_night_those_registrations_are_in_force_of_which_the_truth_says_so(told, register):
    may_be = set(told.world.loc[told.world["register"] == register, "source_key"])
    for night, read in told.nights.items():
        assert read.keys(register) == told.in_force(register, night) & may_be


def test_on_each_night_the_rows_of_the_lists_are_of_the_children_of_whom_the_truth_says_so(told):
    listed, records = told.truth("mob.csv"), told.truth("records.csv", told.exports).query("register == 'mob'")
    child_of_key = records.set_index("source_key")["child_id"]
    child = told.world.loc[told.world["register"] == "mob", "source_key"].map(child_of_key)
    for night, read in told.nights.items():
        newest = listed[listed["night"] <= night.isoformat()].groupby("file")["night"].transform("max")
        on_list = listed.loc[newest.index[newest == listed.loc[newest.index, "night"]]]
        children = on_list.set_index(on_list["file"] + "#" + on_list["row_number"])["child_id"]
        held = read.records.query("register == 'mob'")
        assert held["source_key"].map(children).to_dict() == child.reindex(held.index).to_dict()
        assert len(held) == len(told.in_force("mob", night))


def test_a_registration_that_was_wrong_at_first_is_right_from_its_correction_on(told):
    right = told.world.drop(columns=CHANGING).astype(str)
    story = told.truth("story.csv").query("register != 'mob'")
    corrected = story[story["event"] == "corrected"].set_index(["register", "source_key"])["night"]
    arrived = story[story["event"] == "arrives"].set_index(["register", "source_key"])["night"]
    known = told.world.reset_index().set_index(["register", "source_key"])["record_id"]
    for of, night in corrected.items():
        if of not in known:
            continue
        at_first = told.nights[date.fromisoformat(arrived[of])].contents().loc[known[of]]
        afterwards = told.nights[date.fromisoformat(night)].contents().loc[known[of]]
        assert not at_first.equals(right.loc[known[of]])
        assert afterwards.equals(right.loc[known[of]])


def test_after_the_last_night_the_records_are_those_of_the_world_but_for_those_withdrawn_and_purged(told):
    last = max(told.nights)
    held, right = told.nights[last].contents(), told.world.drop(columns=CHANGING).astype(str)
    assert set(held.index) < set(right.index)
    pd.testing.assert_frame_equal(held.sort_index(), right.loc[sorted(held.index)])
    gone = told.world.drop(index=held.index)
    for register in ("ikps", "stv", "youth_care", "telex"):
        of_register = set(gone.loc[gone["register"] == register, "source_key"])
        assert not of_register & told.in_force(register, last)


def test_no_registration_of_the_police_is_kept_beyond_its_two_years(told):
    for night in told.nights:
        for file in (told.out / night.isoformat() / "ikps").iterdir():
            days = [read_day(line.split(";")[2]) for line in file.read_text("cp1252").splitlines()[1:]]
            assert min(day for day in days if day) >= night.replace(year=night.year - 2)


def test_one_snapshot_does_not_come_and_one_list_comes_twice(told):
    folders = {night: told.out / night.isoformat() for night in told.nights}
    assert sum(not any((folder / "ikps").iterdir()) for folder in folders.values()) == 1
    lists: dict[str, list[bytes]] = defaultdict(list)
    for folder in folders.values():
        for file in (folder / "mob").iterdir():
            lists[file.name].append(file.read_bytes())
    repeated = [name for name, sent in lists.items() for one, following in pairwise(sent) if one == following]
    assert len(repeated) == 1


def test_the_nights_are_one_invented_world(told):
    marks = {night: tomllib.loads((told.out / str(night) / "SYNTHETIC.toml").read_text()) for night in told.nights}
    assert len({mark["world"] for mark in marks.values()}) == 1
    assert [mark["night_last"] for mark in marks.values()] == list(marks)
    assert all("verzonnen" in mark["notice"] for mark in marks.values())
    assert min(marks) == tomllib.loads((told.exports / "SYNTHETIC.toml").read_text())["night_last"]


def test_the_truth_names_the_child_of_each_registration(told):
    keys = told.truth("keys.csv")
    records = told.truth("records.csv", told.exports)
    assert len(keys.merge(records)) == len(keys) == len(records.query("register != 'mob'"))


def digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        if path.is_file():
            content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return content.hexdigest()


def test_the_same_arguments_write_the_same_bytes(told, tmp_path):
    write_nights(told.exports, tmp_path / "again", NIGHTS, SEED, story=FREQUENT)
    write_nights(told.exports, tmp_path / "other", NIGHTS, SEED + 1, story=FREQUENT)
    assert digest(told.out) == digest(tmp_path / "again")
    assert digest(told.out) != digest(tmp_path / "other")


def test_a_folder_that_is_no_world_and_one_that_is_not_empty_give_one_line(told, tmp_path):
    with pytest.raises(OneLineError, match="no synthetic world"):
        write_nights(tmp_path, tmp_path / "out", NIGHTS, SEED)
    with pytest.raises(OneLineError, match="not empty"):
        write_nights(told.exports, told.out, NIGHTS, SEED)


def test_a_withdrawn_registration_is_gone_until_it_returns_and_for_good_at_the_end_of_its_term():
    course = Course(arrives=1, withdrawn=3, returned=5, purged=7)
    assert [night for night in range(9) if course.is_held(night)] == [1, 2, 5, 6]
    assert [event for event, _ in replace(course, returned=None).events()] == ["arrives", "withdrawn"]


def test_no_fault_makes_a_day_that_does_not_exist():
    row = {"geboortedatum": "29-02-1988"}
    faults = [draw_fault(Random(seed), row, [row], FIELDS, date(2005, 6, 30)) for seed in range(20)]
    assert faults == [{}] * 20
    born = {"geboortedatum": "28-02-2005"}
    assert draw_fault(Random(1), born, [born], FIELDS, date(2005, 6, 30)) == {"geboortedatum": "28-02-2004"}


def test_days_are_read_in_each_notation_of_the_contract():
    written = ["05-04-2004", "2004-04-05", "5-4-2004"]
    assert {read_day(text) for text in written} == {date(2004, 4, 5)}
    assert [read_day(text) for text in ("", "onbekend", "31-02-2004", "00-04-2004")] == [None] * 4
