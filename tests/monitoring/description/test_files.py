"""The files beside an export: what they are called, that they open in a Dutch spreadsheet, the same bytes twice."""

from __future__ import annotations

import csv
import hashlib
import json

import pandas as pd
import pytest

from monitoring.description.crosswalk import DECLARED, STANDARDS
from monitoring.description.files import (
    CROSSWALK_COLUMNS,
    DICTIONARY_COLUMNS,
    EMPTY_CELL,
    crosswalk_rows,
    dictionary_rows,
    write_description,
)
from monitoring.description.labels import code_labels
from monitoring.description.spss import as_variables
from monitoring.dictionary import TABLES
from monitoring.export import write_tables

NIGHT = pd.Timestamp("2005-02-01").date()


@pytest.fixture
def described(tables, tmp_path):
    def make(name: str, **more):
        folder = tmp_path / name
        folder.mkdir()
        write_tables(tables, folder)
        return folder, write_description(folder, tables, NIGHT, True, **more)

    return make


def opened(path) -> list[dict[str, str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True), delimiter=";"))


def test_files_of_the_description_and_those_for_spss_when_asked(described):
    folder, written = described("plain")
    assert [path.name for path in written] == ["datapackage.json", "dictionary.csv", "crosswalk.csv"]
    assert not list(folder.glob("*.sav"))
    folder, written = described("spss", spss_language="nl")
    assert [path.name for path in written[3:]] == ["person.sav", "registration.sav"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    assert not list(folder.glob(".*")) and not [path for path in folder.iterdir() if path.is_dir()]


def test_the_same_tables_give_the_same_bytes(described):
    _, first = described("first", spss_language="en")
    _, second = described("second", spss_language="en")
    assert [one.read_bytes() for one in first] == [other.read_bytes() for other in second]


def test_the_data_package_tells_length_and_checksum_of_what_was_written(described):
    folder, _ = described("out")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert len(package["resources"]) == len(TABLES)


def test_the_dictionary_opens_in_a_dutch_spreadsheet_with_every_column_and_code(described):
    folder, _ = described("out")
    rows = opened(folder / "dictionary.csv")
    assert tuple(rows[0]) == DICTIONARY_COLUMNS
    told = {(row["table"], row["column"], row["code"]) for row in rows}
    for table in TABLES.values():
        for column in table.columns:
            assert (table.name, column, "") in told
            assert all((table.name, column, code) in told for code in code_labels(table.name, column))
    assert len(told) == len(rows)
    assert all(row["betekenis_nl"] and row["meaning_en"] for row in rows)
    assert all(row["titel_nl"] and row["title_en"] for row in rows if not row["code"])


def test_the_dictionary_names_the_variables_and_numbers_of_the_file_for_spss(rows_of):
    rows = dictionary_rows(TABLES)
    person = rows[rows["table"].eq("person")]
    variables, _ = as_variables(rows_of(TABLES["person"]), TABLES["person"], "nl")
    named = {one.name for one in variables} - {"nationality_1", "nationality_2"}
    assert set(person["spss_variable"]) - {""} == named
    sex = person[person["column"].eq("sex")].set_index("code")["spss_value"]
    assert sex.to_dict() == {"": "", "female": "1", "male": "2"}
    assert set(rows.loc[rows["table"].eq("link"), "spss_variable"]) == {""}


def test_the_crosswalk_has_a_row_for_every_column_and_code_and_says_why_where_there_is_none(described):
    folder, _ = described("out")
    rows = opened(folder / "crosswalk.csv")
    assert tuple(rows[0]) == CROSSWALK_COLUMNS
    columns = {(row["table"], row["column"]) for row in rows if not row["code"]}
    assert columns == {(table, column) for table in ("person", "registration") for column in TABLES[table].columns}
    for row in rows:
        for standard in STANDARDS:
            assert row[standard]
            assert (row[standard] == "none") == (f"{standard}" in said(row["reason_en"])), row
            assert said(row["reason_en"]) == said(row["reden_nl"])


def said(reasons: str) -> set[str]:
    """The standards that a cell of reasons speaks of: the words before its colons."""
    words = [word.strip(" ,:") for part in reasons.split(": ") for word in part.split(". ")[-1].split(",")]
    return set(words) & set(STANDARDS)


def test_what_an_empty_cell_is_elsewhere_has_a_row_of_its_own():
    rows = crosswalk_rows().set_index(["table", "column", "code"])
    assert rows.loc[("person", "sex", EMPTY_CELL), "htcds"] == "prs_Gender=NonSpecifiedUnknown"
    assert rows.loc[("person", "is_mob", "true"), "comensha"] == "mob"
    assert rows.loc[("registration", "nationality", "YUG"), "htcds"] == "none"
    assert set(DECLARED) == {"reasons", "person", "registration"}
