"""The same links whatever the number of workers and the memory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.speeds.records import write_records
from linkage.table.agreement import Agreement
from linkage.table.declared import table_model
from linkage.table.engine import LocalEngine
from linkage.table.linking import link_table
from linkage.table.patterns import ChunkPatterns, PatternBook, Patterns, chunk_patterns

KINDS = {
    "given_name": "given_name", "surname": "family_name", "date_of_birth": "date", "town": "place",
    "postcode": "exact", "phone": "exact",
}  # fmt: skip
MODEL = {
    "records": {"id": "record_id"},
    "compare": [{"column": column, "kind": kind} for column, kind in KINDS.items()],
    "block": [{"on": ["date_of_birth", "given_name[:1]"]}, {"on": ["surname", "given_name[:1]"]}, {"on": ["phone"]}],
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return pd.read_parquet(write_records(tmp_path_factory.mktemp("records") / "records.parquet", 6_000))


def test_workers_and_memory_make_no_difference(table):
    model = table_model(MODEL)
    one, other = (link_table(table, model, engine=engine) for engine in (LocalEngine(1), LocalEngine(3, 1)))
    pd.testing.assert_frame_equal(one.pairs, other.pairs)
    pd.testing.assert_frame_equal(one.persons, other.persons)


def test_it_tells_what_it_is_doing_and_how_far_it_is(table):
    heard: list[tuple[str, float]] = []
    link_table(table, table_model(MODEL), told=lambda what, part: heard.append((what, part)))
    steps = list(dict.fromkeys(what.partition(":")[0] for what, _ in heard))
    assert steps[:4] == ["reading columns", "finding blocks", "comparing pairs", "estimating"]
    assert all(0 <= part <= 1 for _, part in heard)


def test_many_columns_do_not_run_out_of_numbers():
    random = np.random.default_rng(1)
    counts = [10] * 20
    agreement = Agreement(
        random.integers(0, 2, (500, 20), dtype=np.int8), random.integers(0, 2, (500, 20), dtype=np.int8)
    )
    twice = Agreement(np.concatenate([agreement.levels] * 2), np.concatenate([agreement.bins] * 2))
    chunk: ChunkPatterns = chunk_patterns(twice, counts)
    book = PatternBook(counts)
    places = book.place(chunk)
    numbers, pairs = book.told()
    patterns = Patterns.of(numbers, pairs, counts)
    at = patterns.place(numbers)[places]
    np.testing.assert_array_equal(patterns.agreement.levels[at], twice.levels)
    np.testing.assert_array_equal(patterns.agreement.bins[at], twice.bins)
    assert patterns.pairs.sum() == 1_000
