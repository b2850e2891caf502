"""The truth beside the exports is the truth of what is in them."""

import csv
import hashlib
import tomllib
from collections import Counter, defaultdict
from datetime import date

import pytest

from connectors.sample import write_sample
from connectors.sample.chance import FACTS
from connectors.sample.exports import make_world
from connectors.sample.registrations import Entry, resurfacings

LAST = date(2005, 6, 30)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, 3000, 5, nights=2)
    return folder


def truth(folder, name):
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fingerprint(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_write_the_same_bytes(tmp_path):
    write_sample(tmp_path / "one", 400, 9, nights=3)
    write_sample(tmp_path / "two", 400, 9, nights=3)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")


def test_another_seed_writes_other_children(tmp_path):
    write_sample(tmp_path / "one", 200, 1)
    write_sample(tmp_path / "two", 200, 2)
    one, two = fingerprint(tmp_path / "one"), fingerprint(tmp_path / "two")
    assert one["truth/records.csv"] != two["truth/records.csv"]


@pytest.mark.parametrize("children", [1, 2, 7, 250])
def test_as_many_children_occur_in_the_registers_as_were_asked_for(tmp_path, children):
    write_sample(tmp_path, children, 4)
    assert len({row["child_id"] for row in truth(tmp_path, "records")}) == children


def test_a_source_key_belongs_to_one_child(sample):
    keys = Counter((row["register"], row["source_key"]) for row in truth(sample, "records"))
    assert set(keys.values()) == {1}


def test_many_children_occur_twice_within_one_register_and_across_registers(sample):
    registers = defaultdict(list)
    for row in truth(sample, "records"):
        registers[row["child_id"]].append(row["register"])
    within = sum(len(held) > len(set(held)) for held in registers.values())
    across = sum(len(set(held)) > 1 for held in registers.values())
    assert within > 60
    assert across > 500


def test_every_kind_of_resurfacing_occurs_from_the_telex_and_from_reception(sample):
    rows = truth(sample, "resurfaced")
    assert {row["kind"] for row in rows} == {"true_name", "changed_age", "false_identity"}
    assert {row["missing_register"] for row in rows} == {"telex", "mob"}
    assert {row["victim_register"] for row in rows} == {"ikps", "stv", "youth_care"}


def test_who_resurfaced_was_missing_first_and_is_the_same_child(sample):
    owner = {(row["register"], row["source_key"]): row["child_id"] for row in truth(sample, "records")}
    for row in truth(sample, "resurfaced"):
        assert row["missing_since"] <= row["resurfaced_on"]
        assert owner[row["missing_register"], row["missing_source_key"]] == row["child_id"]
        assert owner[row["victim_register"], row["victim_source_key"]] == row["child_id"]


def test_what_was_planted_names_a_file_that_is_there(sample):
    rows = truth(sample, "planted")
    for row in rows:
        assert (sample / row["register"] / row["file"]).is_file()
    rules = {row["rule"] for row in rows}
    assert rules >= {"points_below_threshold", "impossible_date", "duplicate_key", "changed", "withdrawn", "ignored"}


def test_a_row_that_is_set_aside_never_counts_as_a_resurfacing(sample):
    aside = {"points_below_threshold", "impossible_date", "encounter_after_registration", "age_out_of_bounds"}
    keys = {(row["register"], row["row_key"]) for row in truth(sample, "planted") if row["rule"] in aside}
    assert keys
    for row in truth(sample, "resurfaced"):
        assert (row["victim_register"], row["victim_source_key"]) not in keys


def test_the_mark_says_in_dutch_and_english_that_all_is_invented(sample):
    mark = tomllib.loads((sample / "SYNTHETIC.toml").read_text(encoding="utf-8"))
    assert mark["world"] == "sample seed 5 children 3000 nights 2"
    assert (mark["night_first"], mark["night_last"]) == (date(2005, 6, 29), LAST)
    assert "verzonnen" in mark["notice"]
    assert "invented" in mark["notice"]


def test_progress_is_told_with_and_without_a_label(tmp_path):
    heard, short = [], []
    write_sample(tmp_path / "one", 20, 1, progress=lambda done, total, label: heard.append((done, total, label)))
    write_sample(tmp_path / "two", 20, 1, progress=lambda done, total: short.append((done, total)))
    assert (20, 20, "children") in heard
    assert [item[:2] for item in heard] == short


def test_no_children_or_no_nights_is_refused(tmp_path):
    for children, nights in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="at least one"):
            write_sample(tmp_path, children, 1, nights)


def case(register, **facts):
    return Entry("C1", register, LAST, {}, **facts)


@pytest.mark.parametrize(
    ("found_on", "met_on", "fate", "expected"),
    [
        (None, date(2004, 5, 1), "", 1),
        (None, date(2004, 3, 1), "", 1),  # the day of disappearance itself
        (None, date(2004, 2, 28), "", 0),  # victim before going missing
        (date(2004, 4, 1), date(2004, 5, 1), "", 0),  # found otherwise
        (date(2004, 5, 1), date(2004, 5, 1), "", 1),  # found by the encounter
        (None, date(2004, 5, 1), "withdrawn", 0),  # entered in error
    ],
)
def test_a_resurfacing_is_missing_first_and_not_found_in_between(found_on, met_on, fate, expected):
    gone = case("telex", since=date(2004, 3, 1), found_on=found_on, fate=fate)
    met = case("ikps", event_on=met_on)
    assert len(resurfacings([gone, met], date(1988, 1, 1))) == expected


def test_an_adult_who_went_missing_does_not_resurface():
    gone, met = case("telex", since=date(2004, 3, 1)), case("ikps", event_on=date(2004, 5, 1))
    assert resurfacings([gone, met], date(1986, 3, 1)) == []
    assert len(resurfacings([gone, met], date(1986, 3, 2))) == 1


def test_no_registration_is_of_a_day_after_the_last_night():
    world = make_world(1500, 8, [LAST], lambda done, total, label: None)
    assert max(entry.day for entries in world.entries.values() for entry in entries) <= LAST


def test_ikps_holds_two_years_and_no_more():
    world = make_world(1500, 8, [LAST], lambda done, total, label: None)
    assert min(entry.day for entry in world.entries["ikps"]) >= date(2003, 6, 30)


def test_departures_follow_the_published_counts():
    world = make_world(4000, 8, [LAST], lambda done, total, label: None)
    lives = [entry for entry in world.entries["mob"] if entry.row["vertrekcategorie"] != "Controle adres"]
    published = FACTS["departures"]["2004"]
    assert {entry.row["vertrekcategorie"] for entry in lives} <= set(published) | set(FACTS["departures"]["2003"])
    assert 0.03 < len(lives) / len(world.entries["mob"]) < 0.25
