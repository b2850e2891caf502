"""`weerzien link`: a table linked, held and added to, and every mistake in one line."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from benchmarks.speeds.records import write_records
from connectors.installation import OneLineError
from dags.command import weerzien

MODEL = """
[records]
id = "record_id"
[[compare]]
column = "given_name"
kind = "given_name"
[[compare]]
column = "surname"
kind = "family_name"
[[compare]]
column = "date_of_birth"
kind = "date"
[[compare]]
column = "phone"
kind = "exact"
[[block]]
on = ["date_of_birth", "given_name[:1]"]
[[block]]
on = ["surname", "given_name[:1]"]
[[block]]
on = ["phone"]
"""


@pytest.fixture
def folder(tmp_path):
    table = pd.read_parquet(write_records(tmp_path / "all.parquet", 1_500))
    table.head(1_200).to_parquet(tmp_path / "first.parquet")
    table.tail(300).to_csv(tmp_path / "new.csv", index=False)
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    return tmp_path


def run(folder, *arguments):
    called = [str(folder / one) if "." in one or one in ("out", "held", "added") else one for one in arguments]
    return CliRunner().invoke(weerzien, ["link", *called, "--model", str(folder / "model.toml")])


def test_a_table_is_linked_and_every_step_is_told(folder):
    result = run(folder, "first.parquet", "out", "--workers", "1", "--memory", "1")
    assert result.exit_code == 0, result.output
    for step in ("reading first.parquet", "reading columns", "comparing pairs", "estimating", "forming persons"):
        assert step in result.output
    told = json.loads((folder / "out" / "model.json").read_text(encoding="utf-8"))
    assert f"{told['pairs_compared']:,} pairs compared" in result.output
    assert len(pd.read_parquet(folder / "out" / "persons.parquet")) == 1_200


def test_what_comes_later_is_added_to_a_table_that_is_held(folder):
    assert run(folder, "first.parquet", "out", "--held", "held").exit_code == 0
    (folder / "gone.txt").write_text("3\n4\n", encoding="utf-8")
    # The ids in a CSV file are text, those in the Parquet file were numbers.
    result = run(folder, "new.csv", "added", "--held", "held", "--withdrawn", "gone.txt")
    assert result.exit_code == 0, result.output
    assert "300 records added" in result.output
    assert "2 replaced or withdrawn; 1,498 are held" in result.output
    touched = pd.read_parquet(folder / "added" / "persons.parquet")
    assert 300 <= len(touched) < 1_200


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("first.parquet", "out", "--withdrawn", "gone.txt"), "give --held DIR too"),
        (("nothing.parquet", "out"), "is not there"),
    ],
)
def test_a_mistake_ends_in_one_line(folder, arguments, line):
    result = run(folder, *arguments)
    assert isinstance(result.exception, OneLineError)
    assert line in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_table_that_cannot_be_held_is_refused_before_it_is_linked(folder):
    model = folder / "model.toml"
    model.write_text(MODEL.partition("[[block]]")[0], encoding="utf-8")
    result = run(folder, "first.parquet", "out", "--held", "held")
    assert "only a table with [[block]]" in str(result.exception)
    assert "finding blocks" not in result.output
