"""Candidate pairs: all that agree on a key, each once, and nothing of a block that is too large lost in silence."""

from __future__ import annotations

import logging
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.table import blocks
from linkage.table.blocks import CandidatePairs, candidate_pairs
from linkage.table.columns import columns_of
from linkage.table.declared import table_model
from linkage.table.keys import Key

codes = st.lists(st.tuples(*[st.integers(-1, 3)] * 3), min_size=1, max_size=25)


def found(candidates, at_once=7):
    return [(int(a), int(b)) for low, high in candidates.chunks(at_once) for a, b in zip(low, high, strict=True)]


def keys_of(records):
    columns = np.array(records, dtype=np.int32).T
    listed = np.flatnonzero(columns[2] >= 0)
    return [
        Key("one", frozenset({"one"}), columns[0]),
        Key("two", frozenset({"two"}), columns[1]),
        Key("list", frozenset({"list"}), columns[2][listed], listed),
    ]


@given(codes)
def test_all_pairs_that_agree_on_a_key_are_met_once_the_lower_first(records):
    pairs = found(CandidatePairs(len(records), keys_of(records)))
    expected = {
        (a, b)
        for a, b in combinations(range(len(records)), 2)
        if any(x == y >= 0 for x, y in zip(records[a], records[b], strict=True))
    }
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


@given(codes, st.integers(1, 50))
def test_the_pairs_do_not_depend_on_how_many_are_held_at_once(records, at_once):
    candidates = CandidatePairs(len(records), keys_of(records))
    assert set(found(candidates, at_once)) == set(found(candidates, 1))


@given(codes)
def test_a_pair_is_held_to_be_a_candidate_exactly_when_it_is_met(records):
    candidates = CandidatePairs(len(records), keys_of(records))
    met = set(found(candidates))
    low, high = np.triu_indices(len(records), k=1)
    held = candidates.hold(low, high)
    assert {(int(a), int(b)) for a, b in zip(low[held], high[held], strict=True)} == met


def skewed():
    rows = [(f"r{at:04}", "mohamed", "2001-01-01", f"town{at % 40}", f"06{at // 2:08}") for at in range(400)]
    rows += [
        (f"s{at:04}", f"name{at % 60}", f"19{at % 90 + 10}-03-04", f"town{at % 40}", f"07{at:08}") for at in range(400)
    ]
    return pd.DataFrame(rows, columns=["id", "name", "born", "town", "phone"])


MODEL = {
    "records": {"id": "id"},
    "compare": [
        {"column": "name", "kind": "given_name"},
        {"column": "born", "kind": "date"},
        {"column": "town", "kind": "place"},
        {"column": "phone", "kind": "exact"},
    ],
    "block": [{"on": ["name", "born"]}],
}


def test_a_block_that_is_too_large_is_split_and_what_is_left_out_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(blocks, "MOST_IN_BLOCK", (100,))
    table, model = skewed(), table_model(MODEL)
    with caplog.at_level(logging.WARNING, "linkage.table.blocks"):
        pairs = found(candidate_pairs(table, model, columns_of(table, model)))
    # The two of one telephone, and those of one town; not all 79,800 of one name and birth date.
    assert {(at, at + 1) for at in range(0, 400, 2)} <= set(pairs)
    assert len(pairs) < 5_000
    assert "1 blocks above 100 records hold 79800 pairs" in caplog.text


def test_a_small_table_is_not_split():
    table, model = skewed(), table_model(MODEL)
    assert len(found(candidate_pairs(table, model, columns_of(table, model)), 10_000)) >= 400 * 399 // 2
