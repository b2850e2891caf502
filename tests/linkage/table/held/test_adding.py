"""A table that is added to comes out as one that is linked whole with the same numbers."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.speeds.records import write_records
from connectors.installation import OneLineError
from linkage.table.declared import table_model
from linkage.table.held.adding import add, whole
from linkage.table.held.holding import hold
from linkage.table.held.merging import merge_additions
from linkage.table.held.table import open_held
from linkage.table.linking import link_table

KINDS = {
    "given_name": "given_name", "surname": "family_name", "date_of_birth": "date", "town": "place",
    "postcode": "exact", "phone": "exact",
}  # fmt: skip
BLOCKS = [["date_of_birth", "given_name[:1]"], ["surname", "given_name[:1]"], ["postcode", "surname[:2]"], ["phone"]]
MODEL = table_model(
    {
        "records": {"id": "record_id"},
        "compare": [{"column": column, "kind": kind} for column, kind in KINDS.items()],
        "block": [{"on": block} for block in BLOCKS],
    }
)
RECORDS, AT_FIRST = 2_400, 1_500


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return pd.read_parquet(write_records(tmp_path_factory.mktemp("records") / "records.parquet", RECORDS, seed=5))


@pytest.fixture(scope="module")
def held_at_first(table, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("held") / "held"
    linked = link_table(table.iloc[:AT_FIRST], MODEL, keep=lambda one: hold(one, MODEL, folder))
    return folder, linked


def fresh_copy(folder, to):
    shutil.rmtree(to, ignore_errors=True)
    return shutil.copytree(folder, to)


def persons(folder):
    return open_held(folder, MODEL).persons()


def groups(record_ids, person_ids):
    return sorted(pd.Series(record_ids).groupby(np.asarray(person_ids)).apply(lambda of: tuple(sorted(of))))


def assert_as_whole(folder):
    held = open_held(folder, MODEL)
    members, of = whole(held)
    found = held.persons()
    assert groups(found["record_id"], found["person_id"]) == groups(held.ids[members], of)


def test_what_is_held_is_what_was_linked(held_at_first):
    folder, linked = held_at_first
    pd.testing.assert_frame_equal(persons(folder), linked.persons, check_dtype=False)
    assert_as_whole(folder)


def test_records_that_come_later_join_the_persons_they_are(table, held_at_first, tmp_path):
    folder = fresh_copy(held_at_first[0], tmp_path / "held")
    before = persons(folder).set_index("record_id")["person_id"]
    added = add(table.iloc[AT_FIRST:], MODEL, folder)
    after = persons(folder).set_index("record_id")["person_id"]
    assert_as_whole(folder)
    assert len(after) == RECORDS
    untouched = before.index.difference(added.persons["record_id"])
    assert len(untouched) > AT_FIRST / 3
    assert (after[untouched] == before[untouched]).all()
    assert set(added.pairs.columns) == {"record_id_l", "record_id_r", "match_weight", "match_probability"}
    truth = table.set_index("record_id")["person"]
    joined = added.persons.merge(truth.rename("true"), left_on="record_id", right_index=True)
    assert joined.groupby("person_id")["true"].nunique().mean() < 1.02


batch = st.lists(st.integers(0, RECORDS - 1), min_size=1, max_size=40, unique=True)
change = st.tuples(batch, st.sampled_from(["none", "surname", "date_of_birth", "phone", "given_name"]), batch)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(change, min_size=1, max_size=5), st.booleans())
def test_any_sequence_of_additions_changes_and_withdrawals_comes_out_as_linked_whole(
    table, held_at_first, tmp_path_factory, changes, merges
):
    folder = fresh_copy(held_at_first[0], tmp_path_factory.mktemp("any") / "held")
    there = set(table["record_id"][:AT_FIRST])
    for rows, column, withdrawn in changes:
        given_ = table.iloc[rows].copy()
        if column != "none":
            given_[column] = table[column].iloc[[(row * 7 + 3) % RECORDS for row in rows]].to_numpy()
        gone = set(withdrawn) - set(given_["record_id"])
        add(given_, MODEL, folder, withdrawn=tuple(sorted(gone)))
        there = (there | set(given_["record_id"])) - gone
        if merges:
            merge_additions(open_held(folder, MODEL), most=1)
        assert set(persons(folder)["record_id"]) == there
        assert_as_whole(folder)


def test_adding_piece_by_piece_is_as_adding_at_once(table, held_at_first, tmp_path):
    one, other = (fresh_copy(held_at_first[0], tmp_path / name) for name in ("one", "other"))
    add(table.iloc[AT_FIRST:], MODEL, one)
    for start in range(AT_FIRST, RECORDS, 60):
        add(table.iloc[start : start + 60], MODEL, other)
    assert len(open_held(other, MODEL).pieces) < 15
    assert groups(*persons(one).to_numpy().T) == groups(*persons(other).to_numpy().T)


def test_a_folder_that_is_damaged_or_of_another_model_says_so_in_one_line(table, held_at_first, tmp_path):
    folder = fresh_copy(held_at_first[0], tmp_path / "held")
    other = table_model({"records": {"id": "record_id"}, "compare": [{"column": "surname", "kind": "family_name"}],
                         "block": [{"on": ["surname"]}]})  # fmt: skip
    with pytest.raises(OneLineError, match="another model file"):
        open_held(folder, other)
    (folder / "00000" / "codes.npy").write_bytes(b"")
    with pytest.raises(OneLineError, match=r"damaged \(00000/codes.npy\); remove the folder"):
        open_held(folder, MODEL)
    (folder / "held.json").write_text("{", encoding="utf-8")
    with pytest.raises(OneLineError, match="damaged"):
        open_held(folder, MODEL)


def test_a_run_that_was_broken_off_leaves_the_table_as_it_was(table, held_at_first, tmp_path, monkeypatch):
    folder = fresh_copy(held_at_first[0], tmp_path / "held")
    before = persons(folder)
    monkeypatch.setattr("linkage.table.held.store.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OneLineError, match="cannot be written"):
        add(table.iloc[AT_FIRST:], MODEL, folder)
    monkeypatch.undo()
    pd.testing.assert_frame_equal(persons(folder), before)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"block": []}, "only a table with"),
        ({"records": {"id": "record_id", "source": "town", "link": "across"}}, "across"),
        ({"compare": [{"column": "phone", "kind": "identifiers"}]}, "identifiers"),
    ],
)
def test_a_table_that_cannot_be_held_says_why(table, tmp_path, changed, reason):
    declared = {"records": {"id": "record_id"}, "compare": [{"column": "phone", "kind": "exact"}],
                "block": [{"on": ["phone"]}]}  # fmt: skip
    model = table_model({**declared, **changed})
    with pytest.raises(OneLineError, match=reason):
        link_table(table.iloc[:200], model, keep=lambda one: hold(one, model, tmp_path / "held"))


def test_a_record_that_is_replaced_twice_and_then_withdrawn_is_gone_after_pieces_were_put_together(
    table, held_at_first, tmp_path
):
    folder = fresh_copy(held_at_first[0], tmp_path / "held")
    one = table.iloc[[1]]
    for phone in ("0611111111", "0622222222"):
        add(one.assign(phone=phone), MODEL, folder)
    merge_additions(open_held(folder, MODEL), most=1)
    added = add(table.iloc[[AT_FIRST]], MODEL, folder, withdrawn=(1,))
    assert added.replaced == 1
    assert 1 not in set(persons(folder)["record_id"])


def test_later_ids_may_be_longer_texts(table, tmp_path):
    written = table.assign(record_id="r" + table["record_id"].astype(str))
    link_table(written.iloc[:900], MODEL, keep=lambda one: hold(one, MODEL, tmp_path / "held"))
    add(written.iloc[900:1_200].assign(record_id=lambda one: "later-" + one["record_id"]), MODEL, tmp_path / "held")
    found = persons(tmp_path / "held")["record_id"]
    assert len(found) == 1_200
    assert "later-r1000" in set(found)
