"""Synthetic tables with a known truth, tables of many columns, and the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

from benchmarks.tables.declared import HISTORICAL, VOTERS
from benchmarks.tables.historical import historical
from benchmarks.tables.measuring import measured
from benchmarks.tables.voters import voters
from linkage.table.declared import table_model
from linkage.table.linking import link_table

LINK = """
import sys
from pathlib import Path
from linkage.table.declared import load_table_model
from linkage.table.files import read_table, write_linked
from linkage.table.linking import link_table
records, model, out = map(Path, sys.argv[1:])
write_linked(link_table(read_table(records), load_table_model(model)), out)
"""


def linked(table, kinds, **records):
    compare = [{"column": column, "kind": kind} for column, kind in kinds.items()]
    return link_table(table, table_model({"records": {"id": "id", **records}, "compare": compare}))


def figures(found, table, truth):
    return measured(found.persons, found.pairs, table.set_index("id")[truth])


def historical_table(persons):
    return historical(persons=persons).rename(columns={"unique_id": "id"})


def test_historical_persons_are_found_and_probabilities_are_shares():
    table = historical_table(250)
    found = figures(linked(table, HISTORICAL), table, "cluster")
    assert found["F1"] > 0.94
    assert found["calibration error"] < 0.05


def test_names_that_are_written_twice_count_once():
    table = historical_table(150)
    repeated = {"full_name": "name", "first_and_surname": "name", **HISTORICAL}
    found = figures(linked(table, repeated), table, "cluster")
    assert found["P"] > 0.98
    assert found["F1"] > 0.94


def test_voters_of_three_lists_are_found_though_town_and_postcode_say_the_same():
    table = voters(records=1_000)
    found = figures(linked(table, VOTERS, source="source", link="across"), table, "recid")
    assert found["F1"] > 0.88
    assert found["calibration error"] < 0.05


def test_a_table_without_doubles_has_hardly_a_person_of_two_records():
    table = historical_table(1_000).groupby("cluster").head(1)
    assert linked(table, HISTORICAL).persons["person_id"].nunique() > 0.99 * len(table)


def test_twenty_columns_of_which_most_say_nothing_of_persons():
    table = historical_table(120)
    chance = np.random.default_rng(2)
    noise = {f"noise{at}": chance.integers(0, 50, len(table)) for at in range(20 - len(HISTORICAL))}
    found = linked(table.assign(**noise), {**HISTORICAL, **dict.fromkeys(noise, "exact")})
    assert figures(found, table, "cluster")["F1"] > 0.8


def test_the_same_bytes_whatever_the_order_of_rows_and_the_number_of_threads(tmp_path):
    model = tmp_path / "model.toml"
    entries = "".join(f'[[compare]]\ncolumn = "{column}"\nkind = "{kind}"\n' for column, kind in VOTERS.items())
    model.write_text(f'[records]\nid = "id"\nsource = "source"\nlink = "across"\n{entries}', encoding="utf-8")
    table = voters(records=300)
    for at, threads in enumerate(("1", "4")):
        table.sample(frac=1, random_state=at).to_csv(tmp_path / f"{at}.csv", index=False)
        variables = {"PYTHONHASHSEED": str(at), "PYTHONPATH": os.pathsep.join(sys.path)}
        variables |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        subprocess.run(
            [sys.executable, "-c", LINK, tmp_path / f"{at}.csv", model, tmp_path / str(at)],
            check=True,
            env={**os.environ, **variables},
        )
    for name in ("pairs.parquet", "persons.parquet", "model.json"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
