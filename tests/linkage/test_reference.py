"""The yardstick of values: counted from the same records it changes nothing, and other records move no old pair."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.model import load_model
from linkage.night import score_pairs
from linkage.reference import Reference, count_reference, is_outgrown

_SPEC = importlib.util.spec_from_file_location("invented_children", Path(__file__).with_name("invented_children.py"))
assert _SPEC and _SPEC.loader
_CHILDREN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CHILDREN)

POOL = _CHILDREN.invented_registrations()
MODEL = load_model()
# What two registrations share with others of the night: those levels follow the night, and should.
FOLLOW_THE_NIGHT = {"network", "event"}


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return records_frame(POOL)


@pytest.fixture(scope="module")
def reference(records) -> Reference:
    return count_reference(records, MODEL, "salt")


@pytest.mark.parametrize("salt", ["", "salt"])
def test_counted_from_the_same_records_it_changes_no_score(records, salt):
    with_it = score_pairs(records, MODEL, count_reference(records, MODEL, salt))
    pd.testing.assert_frame_equal(with_it, score_pairs(records, MODEL))


def test_records_that_come_later_change_no_level_of_an_old_pair(records, reference):
    before = score_pairs(records, MODEL, reference)
    # The same names, birth dates and towns once more: all shares would be others if they were counted tonight.
    apart = {"phones": [], "plates": [], "contacts": [], "encountered_on": None, "missing_since": None}
    later = [{**row, **apart, "record_id": f"{row['record_id']}-later", "source_key": "later"} for row in POOL]
    both = score_pairs(records_frame([*POOL, *later]), MODEL, reference)
    key = ["record_id_l", "record_id_r"]
    after = both.merge(before[key], on=key)
    levels = [*key, *(name for name in MODEL.fields if name not in FOLLOW_THE_NIGHT)]
    pd.testing.assert_frame_equal(after[levels], before[levels])


def test_what_is_kept_under_a_key_holds_no_value_in_the_clear(reference):
    kept = json.dumps(reference.as_json()).lower()
    for told in ("uwaemeka", "isoken", "stoica", "mirela", "leeuwarden", "1989 7 4", "+31600000001"):
        assert told not in kept
    in_the_clear = json.dumps(count_reference(records_frame(POOL), MODEL).as_json()).lower()
    assert "uwaemeka" in in_the_clear and "leeuwarden" in in_the_clear


def test_another_key_gives_other_digests_and_the_same_scores(records, reference):
    other = count_reference(records, MODEL, "another")
    assert not set(other.content["token"]) & set(reference.content["token"]) - {""}
    pd.testing.assert_frame_equal(score_pairs(records, MODEL, other), score_pairs(records, MODEL, reference))


def test_it_is_outgrown_by_another_model_or_by_far_more_or_far_fewer_records(records, reference):
    assert not is_outgrown(reference, records, MODEL)
    assert not is_outgrown(reference, records.head(7), MODEL)
    assert is_outgrown(reference, records.head(6), MODEL)
    assert not is_outgrown(reference, pd.concat([records, records.head(7)]), MODEL)
    assert is_outgrown(reference, pd.concat([records, records.head(8)]), MODEL)
    assert is_outgrown(reference, records, replace(MODEL, version="another"))


def test_it_survives_being_kept(records, reference):
    again = Reference.from_json(MODEL.version, json.loads(json.dumps(reference.as_json())))
    assert again == reference
    pd.testing.assert_frame_equal(score_pairs(records, MODEL, again), score_pairs(records, MODEL, reference))
