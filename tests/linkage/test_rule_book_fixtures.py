"""The fixture rows of the rule book (5.6), written in the five layouts: the outcomes under them."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from connectors.deliveries import Delivery
from connectors.mutations import fold
from connectors.reading import read_register
from connectors.register import REGISTERS, load_register
from expectations.check import check_records, check_rows
from linkage.model import load_model
from linkage.night import LinkedNight, link_records

_SPEC = importlib.util.spec_from_file_location("fixture_rows", Path(__file__).with_name("fixture_rows.py"))
assert _SPEC and _SPEC.loader
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

# Record of the fixture -> source key as exported (design section 5).
KEYS = {
    "T1": "2004/03/0412",
    "B1": "UT-2003-00001",
    "I1": "IK-04-000001",
    "I2": "IK-04-000002",
    "I2b": "IK-04-000003",
    "V2": "2004/2",
    "M5": "mob_200403_OC.csv#1",
    "T5": "2004/03/0520",
    "I5": "IK-05-000005",
    "B6": "AM-2004-00006",
    "G6": "AM-2004-00007",
    "I22": "IK-04-000022",
    "I23": "IK-04-000023",
    "I31": "IK-04-000031",
    "M53": "mob_200501_OC.csv#1",
}
LINK = [("T1", "B1"), ("I2", "V2"), ("M5", "T5"), ("T5", "I5"), ("M5", "I5"), ("I22", "I23")]
NO_LINK = [("I2", "I2b"), ("I2b", "V2"), ("B6", "G6"), ("I23", "I31"), ("I22", "I31")]
ALONE = ["I1", "I2b", "B6", "G6", "I31", "M53"]


def accepted_records(exports: Path) -> pd.DataFrame:
    """Read and check the exports of a folder as the night does."""
    accepted = []
    for name in REGISTERS:
        register = load_register(name)
        deliveries = [
            Delivery(file.name, name, file.name, "", 0, register.dated(file.name), date(2005, 1, 31), at, "", file)
            for at, file in enumerate(sorted((exports / name).iterdir()))
        ]
        reading = read_register(register, deliveries)
        assert reading.refused == []
        checked = check_rows(register, reading.rows)
        assert checked.set_aside_rows == 0, checked.findings.to_dict("records")
        accepted.append(check_records(register, fold(register, checked.accepted).records).accepted)
    return pd.concat(accepted, ignore_index=True)


def linked(exports: Path) -> tuple[pd.DataFrame, LinkedNight]:
    records = accepted_records(exports)
    return records, link_records(records, load_model())


@pytest.fixture(scope="module")
def night(tmp_path_factory) -> tuple[pd.DataFrame, LinkedNight]:
    return linked(rows.write_fixture_exports(tmp_path_factory.mktemp("exports")))


def persons(night) -> dict[str, str]:
    records, found = night
    person = dict(zip(found.members["record_id"], found.members["person_id"], strict=True))
    by_key = {key: person[record] for key, record in zip(records["source_key"], records["record_id"], strict=True)}
    return {name: by_key[key] for name, key in KEYS.items()}


def pair_status(night, left: str, right: str) -> str:
    records, found = night
    record = dict(zip(records["source_key"], records["record_id"], strict=True))
    wanted = {record[KEYS[left]], record[KEYS[right]]}
    for pair in found.pairs.itertuples():
        if {pair.record_id_l, pair.record_id_r} == wanted:
            return str(pair.status)
    return "no_link"


def test_every_fixture_row_is_one_registration(night):
    records, _ = night
    assert sorted(records["source_key"]) == sorted(KEYS.values())


@pytest.mark.parametrize(("left", "right"), LINK)
def test_these_two_are_one_child(night, left, right):
    assert persons(night)[left] == persons(night)[right]


@pytest.mark.parametrize(("left", "right"), NO_LINK)
def test_these_two_are_two_children(night, left, right):
    assert persons(night)[left] != persons(night)[right]
    assert pair_status(night, left, right) == "no_link"


@pytest.mark.parametrize("name", ALONE)
def test_this_one_stands_alone(night, name):
    found = persons(night)
    assert [other for other in found if found[other] == found[name]] == [name]


def test_anne_and_the_girl_with_the_false_passport_are_offered_to_a_reviewer_once_the_boyfriend_is_recorded(night):
    assert pair_status(night, "T1", "I1") == "review"


def test_without_the_boyfriend_nothing_ties_anne_to_the_girl_with_the_false_passport(tmp_path):
    found = linked(rows.write_fixture_exports(tmp_path, telex=(rows.TELEX_ANNE,)))
    assert pair_status(found, "T1", "I1") == "no_link"


def test_xiaoxing_resurfaced_and_anne_possibly_did(night):
    _, found = night
    person = persons(night)
    statuses = found.resurfacings.groupby("person_id")["status"].agg(set).to_dict()
    assert statuses[person["M5"]] == {"yes"}
    assert statuses[person["T1"]] == {"possible"}
    assert person["M53"] not in statuses


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(night, seed):
    records, found = night
    shuffled = records.sample(frac=1.0, random_state=seed).reset_index(drop=True)
    again = link_records(shuffled, load_model())
    pd.testing.assert_frame_equal(again.pairs, found.pairs)
    pd.testing.assert_frame_equal(again.members, found.members)
    pd.testing.assert_frame_equal(again.resurfacings, found.resurfacings)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_night_with_hardly_a_record_is_a_night(night, count):
    records, _ = night
    few = link_records(records.head(count), load_model())
    assert len(few.members) == count
