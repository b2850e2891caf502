"""Exported files: the right columns, the same bytes twice, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from connectors.installation import OneLineError
from monitoring.description.files import CROSSWALK_COLUMNS, DICTIONARY_COLUMNS
from monitoring.dictionary import TABLES
from monitoring.export import export, safe_text

HEADERS = {
    "registrations": "register,source_key,person_id",
    "links": "register_a,source_key_a,register_b,source_key_b,probability,status",
    "resurfaced": "person_id,missing_register,missing_source_key,victim_register,victim_source_key,missing_since,"
    "resurfaced_on,status",
    "quarantine": "register,file,row_key,level,rule",
    "alerts": ",".join(TABLES["alert"].columns),
    **{name: ",".join(table.columns) for name, table in TABLES.items()},
    # For people with a Dutch spreadsheet.
    "dictionary": "\ufeff" + ";".join(DICTIONARY_COLUMNS) + "\r",
    "crosswalk": "\ufeff" + ";".join(CROSSWALK_COLUMNS) + "\r",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def published(engine, publish_night, two, pair, resurfacing, candidate):
    (stv, ikps), (mob,) = two
    pairs = [
        pair(ikps, stv, "link", "certain", 0.9912345678),
        pair(stv, mob, "review", "possible", 0.4),
        pair(ikps, mob, "no_link", "none", 0.01),
    ]
    back = [
        resurfacing("W-00000002", mob, {**stv, "encountered_on": mob["missing_since"]}, "possible", 0.4),
        resurfacing("W-00000002", mob, ikps, "no", 0.4),
    ]
    met = {**stv, "encountered_on": date(2005, 1, 1)}
    weak = [candidate(("W-00000002", "W-00000001"), mob, met)]
    publish_night(*two, pairs=pairs, resurfacings=back, candidates=weak)
    return engine


def test_every_file_has_the_columns_of_the_design(published, tmp_path):
    written = export(published, tmp_path / "out")
    assert written == sorted(written)
    csvs = {path.stem: path.read_bytes().decode().split("\n", 1)[0] for path in written if path.suffix == ".csv"}
    assert csvs == HEADERS
    assert {path.name for path in written if path.suffix != ".csv"} == {f"{name}.parquet" for name in TABLES} | {
        "monitoring.xlsx",
        "datapackage.json",
    }
    assert not list((tmp_path / "out").glob(".*"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)


def test_registrations_links_resurfaced_and_quarantine_point_to_the_registers(published, tmp_path):
    export(published, tmp_path)
    assert read(tmp_path / "registrations.csv") == [
        {"register": "ikps", "source_key": "I1", "person_id": "W-00000001"},
        {"register": "mob", "source_key": "M1", "person_id": "W-00000002"},
        {"register": "stv", "source_key": "V1", "person_id": "W-00000001"},
    ]
    links = [tuple(row.values()) for row in read(tmp_path / "links.csv")]
    assert links == [("ikps", "I1", "stv", "V1", "0.991235", "link"), ("mob", "M1", "stv", "V1", "0.400000", "review")]
    (seen,) = read(tmp_path / "resurfaced.csv")
    assert tuple(seen.values()) == ("W-00000002", "mob", "M1", "stv", "V1", "2004-12-01", "2004-12-01", "possible")
    assert [(row["row_key"], row["level"]) for row in read(tmp_path / "quarantine.csv")] == [
        ("", "warning"), ("2004/9", "set_aside"),
    ]  # fmt: skip


def test_lists_flags_and_unknowns_in_a_csv(published, tmp_path):
    export(published, tmp_path)
    girl, boy = read(tmp_path / "person.csv")
    assert (girl["registers"], girl["is_counted"], girl["sex"], girl["link_probability"]) == (
        "ikps|stv",
        "true",
        "female",
        "0.970000",
    )
    assert (boy["sex"], boy["resurfaced_as_victim"], boy["link_probability"], boy["birth_year"]) == (
        "",
        "possible",
        "",
        "1990",
    )


def test_candidates_and_reasons_in_words_are_exported(published, tmp_path):
    export(published, tmp_path)
    (weak,) = read(tmp_path / "candidate.csv")
    assert (weak["missing_record_id"], weak["rank"], weak["victim_on"], weak["days_missing"]) == (
        "mob-M1", "1", "2005-01-01", "31",
    )  # fmt: skip
    assert (weak["match_probability"], weak["shared_contact"]) == ("0.020000", "true")
    assert weak["reason_nl"] == "Naam lijkt (+1,0)."
    assert {row["explanation_nl"] for row in read(tmp_path / "link.csv")} == {"Zelfde naam (+5,5)."}
    assert {row["reason_en"] for row in read(tmp_path / "resurfacing.csv")} == {"point 11"}


def test_the_same_table_twice_gives_the_same_bytes(published, tmp_path, monkeypatch):
    first = export(published, tmp_path / "first", spss_language="nl")
    monkeypatch.setattr("openpyxl.writer.excel.datetime", _Tomorrow)
    second = export(published, tmp_path / "second", spss_language="nl")
    assert {"person.sav", "registration.sav", "datapackage.json"} <= {path.name for path in first}
    assert [path.name for path in first] == [path.name for path in second]
    assert [one.name for one, other in zip(first, second, strict=True) if one.read_bytes() != other.read_bytes()] == []


class _Tomorrow:
    """Stands in for the clock of the library that writes workbooks."""

    class datetime:
        @staticmethod
        def now(tz=None):
            from datetime import datetime, timedelta

            return datetime.now(tz) + timedelta(days=1)

    from datetime import UTC, timezone


def test_parquet_and_workbook_hold_what_the_csv_holds(published, tmp_path):
    export(published, tmp_path)
    workbook = openpyxl.load_workbook(tmp_path / "monitoring.xlsx", read_only=True)
    assert workbook.sheetnames == [*TABLES, "dictionary"]
    for name in TABLES:
        rows = read(tmp_path / f"{name}.csv")
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert tuple(table.column_names) == tuple(TABLES[name].columns)
        assert table.num_rows == len(rows)
        in_sheet = [row for row in rows if name != "link" or row["status"] != "no_link"]
        assert sum(1 for _ in workbook[name].rows) == len(in_sheet) + 1
    assert pq.read_table(tmp_path / "person.parquet").column("registers").to_pylist() == [["ikps", "stv"], ["mob"]]
    workbook.close()


def test_without_the_registers_keys_no_source_key_is_written(published, tmp_path):
    written = export(published, tmp_path, identifying_keys=False)
    assert not {"registrations.csv", "links.csv", "resurfaced.csv", "quarantine.csv"} & {path.name for path in written}
    assert not any(
        "V1" in path.read_text() and "stv-V1" not in path.read_text() for path in written if path.suffix == ".csv"
    )


@pytest.mark.parametrize("value", ["=1+1", "+31", "-2", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_becomes_text(value):
    assert safe_text(value) == f"'{value}"
    assert safe_text(f"a{value}") == f"a{value}"


def test_a_key_that_looks_like_a_formula_is_text_in_every_file(published, tmp_path):
    with published.begin() as connection:
        connection.execute(text("UPDATE registers.record SET source_key = '=1+1' WHERE register = 'mob'"))
        connection.execute(
            text("UPDATE monitoring.person SET country_of_origin = '=1+1' WHERE person_id = 'W-00000002'")
        )
    export(published, tmp_path)
    assert read(tmp_path / "registrations.csv")[0]["source_key"] == "'=1+1" or any(
        row["source_key"] == "'=1+1" for row in read(tmp_path / "registrations.csv")
    )
    workbook = openpyxl.load_workbook(tmp_path / "monitoring.xlsx")
    types = {cell.value: cell.data_type for row in workbook["person"].rows for cell in row}
    assert types["=1+1"] in ("s", "inlineStr")


def test_a_folder_that_cannot_be_written_is_one_line(published, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OneLineError, match="cannot be written"):
        export(published, tmp_path / "file")
