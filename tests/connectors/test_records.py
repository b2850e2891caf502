from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.records import (
    COLUMN_NAMES,
    COLUMNS,
    IDENTIFYING,
    ROW_COLUMN_NAMES,
    ROW_COLUMNS,
    columns_frame,
    read_records,
    records_frame,
    rows_frame,
    write_records,
)

VALUES = {
    "text": st.none() | st.text(max_size=5),
    "code": st.none() | st.sampled_from(["a", "b"]),
    "date": st.none() | st.dates(date(1850, 1, 1), date(2100, 1, 1)),
    "integer": st.none() | st.integers(-(2**40), 2**40),
    "flag": st.sampled_from([None, True, False]),
    "texts": st.lists(st.text(max_size=3), max_size=2),
    "codes": st.lists(st.sampled_from(["a", "b"]), max_size=2),
}


def test_names_birth_dates_phones_and_raw_values_are_identifying() -> None:
    assert {"given_names", "family_name", "birth_year", "phones", "plates", "v_number", "raw"} <= set(IDENTIFYING)
    assert "source_key" not in IDENTIFYING


def test_a_frame_has_all_columns_in_order_and_the_right_types() -> None:
    frame = records_frame([{"record_id": "ikps-1", "birth_year": 1989, "loverboy": True, "phones": ["+31600000001"]}])
    assert tuple(frame.columns) == COLUMN_NAMES
    assert str(frame["birth_year"].dtype) == "Int64"
    assert str(frame["loverboy"].dtype) == "boolean"
    assert frame.at[0, "plates"] == []
    assert frame.at[0, "family_name"] is None
    assert frame["departed_on"].dtype == object


def test_a_frame_without_rows_has_the_same_columns_and_types() -> None:
    empty, filled = records_frame([]), records_frame([{"record_id": "ikps-1"}])
    assert empty.dtypes.equals(filled.dtypes)
    assert len(empty) == 0


def test_a_column_nobody_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="minderjarig"):
        records_frame([{"record_id": "a"}, {"minderjarig": True}])
    with pytest.raises(ValueError, match="extra"):
        write_records(pd.DataFrame({"extra": [1]}), Path("nowhere"))


def test_two_rows_never_share_a_list() -> None:
    shared = ["a"]
    frame = columns_frame({"phones": [shared, shared]}, 2)
    frame.at[0, "phones"].append("b")
    assert frame.at[1, "phones"] == ["a"]


def test_row_columns_come_behind_the_record(tmp_path: Path) -> None:
    frame = rows_frame({"file": ["a.csv"], "row_number": [1], "problems": [["no_key:source_key"]]}, 1)
    assert tuple(frame.columns) == COLUMN_NAMES + ROW_COLUMN_NAMES
    write_records(frame, tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(read_records(tmp_path / "rows.parquet"), frame)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), length=st.integers(0, 3))
def test_what_is_written_comes_back_exactly(tmp_path: Path, data: st.DataObject, length: int) -> None:
    columns: dict[str, list[Any]] = {
        column.name: data.draw(st.lists(VALUES[column.kind], min_size=length, max_size=length))
        for column in (*COLUMNS, *ROW_COLUMNS)
        if data.draw(st.booleans()) or column.name in ROW_COLUMN_NAMES
    }
    frame = columns_frame(columns, length)
    write_records(frame, tmp_path / "records.parquet")
    back = read_records(tmp_path / "records.parquet")
    pd.testing.assert_frame_equal(back, frame)
    for column in COLUMNS:
        if column.kind in ("texts", "codes"):
            assert all(type(value) is list for value in back[column.name])
