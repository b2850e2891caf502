"""Comparing on Spark gives the very links that comparing here gives. Run by `make spark`: needs the extra and Java."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.speeds.records import write_records
from linkage.table.declared import table_model
from linkage.table.engine import LocalEngine
from linkage.table.linking import link_table
from linkage.table.spark_engine import SparkEngine

pytest.importorskip("pyspark", reason="the extra spark is not installed; `make spark` installs and runs it")
pytestmark = pytest.mark.spark

KINDS = {
    "given_name": "given_name", "surname": "family_name", "date_of_birth": "date", "town": "place",
    "postcode": "exact", "phone": "exact",
}  # fmt: skip
BLOCKS = [["date_of_birth", "given_name[:1]"], ["surname", "given_name[:1]"], ["surname[:4]", "date_of_birth[:7]"],
          ["postcode", "surname[:2]"], ["phone"]]  # fmt: skip


@pytest.fixture(scope="module")
def spark():
    engine = SparkEngine("local[2]", "2g")
    yield engine
    engine.spark.stop()


def read(folder, count, skewed=False):
    return pd.read_parquet(write_records(folder / "records.parquet", count, skewed=skewed))


def assert_same(table, declared, spark, least=100):
    model = table_model(declared)
    here, there = (link_table(table, model, engine=engine) for engine in (LocalEngine(), spark))
    assert len(here.pairs) >= least
    pd.testing.assert_frame_equal(here.pairs, there.pairs)
    pd.testing.assert_frame_equal(here.persons, there.persons)


def declared(kinds, blocks=(), **records):
    return {
        "records": {"id": "record_id", **records},
        "compare": [{"column": column, "kind": kind} for column, kind in kinds.items()],
        "block": [{"on": block} for block in blocks],
    }


def test_a_hundred_thousand_records_have_the_same_links_and_persons(tmp_path, spark):
    assert_same(read(tmp_path, 100_000), declared(KINDS, BLOCKS), spark)


def test_a_common_name_and_birth_date_has_the_same_links(tmp_path, spark):
    assert_same(read(tmp_path, 30_000, skewed=True), declared(KINDS, BLOCKS[:2]), spark)


def test_all_kinds_of_columns_and_keys_that_the_program_chooses_have_the_same_links(tmp_path, spark):
    table = read(tmp_path, 3_000)
    table["whole"] = table["given_name"].fillna("") + " " + table["surname"].fillna("")
    table["numbers"] = table["phone"].fillna("") + ";" + table["postcode"].fillna("")
    table["street"] = "Lange " + table["town"].fillna("weg").str[:4] + "straat " + (table["record_id"] % 40).astype(str)
    kinds = {"whole": "name", "given_name": "given_name", "surname": "family_name", "date_of_birth": "date",
             "numbers": "identifiers", "street": "text", "town": "place"}  # fmt: skip
    assert_same(table, declared(kinds), spark)


def test_records_of_several_sources_compete_alike(tmp_path, spark):
    table = read(tmp_path, 6_000)
    table["source"] = table.groupby("person").cumcount().map(lambda at: f"list {at}")
    assert_same(table, declared(KINDS, BLOCKS, source="source", link="across"), spark)


def test_a_table_that_blocks_on_lists_alone_is_compared_too(tmp_path, spark):
    table = read(tmp_path, 2_000)
    table["numbers"] = table["phone"].fillna("") + ";" + table["postcode"].fillna("")
    assert_same(table, declared({"numbers": "identifiers"}), spark, least=0)
