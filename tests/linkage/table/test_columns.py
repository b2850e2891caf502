"""Columns that say together what one says, or say again what another said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.table.columns import columns_of
from linkage.table.declared import Compared, table_model
from linkage.table.encoded import encode
from linkage.table.files import read_table


def columns(table, **kinds):
    compare = [{"column": column, "kind": kind} for column, kind in kinds.items()]
    return columns_of(table, table_model({"records": {"id": "id"}, "compare": compare}))


def births(rows: int = 300) -> pd.DataFrame:
    days = pd.Timestamp("1940-01-01") + pd.to_timedelta(np.random.default_rng(1).integers(0, 15_000, rows), unit="D")
    return pd.DataFrame({"id": range(rows), "by": days.year, "bm": days.month, "bd": days.day})


def test_year_month_and_day_in_columns_of_their_own_are_one_date():
    made = columns(births(), by="exact", bm="exact", bd="exact")
    assert [column.compared.kind for column in made] == ["date"]
    table = births()
    first = made[0].values[made[0].codes[0]]
    assert first == tuple(table.loc[0, ["by", "bm", "bd"]])


def test_a_few_typing_errors_do_not_hide_a_date():
    table = births()
    table.loc[[3, 40], "bm"], table.loc[[7, 90], "bd"] = 21, 92
    assert len(columns(table, by="exact", bm="exact", bd="exact")) == 1


@pytest.mark.parametrize("change", [{"bd": 31}, {"bm": 7}, {"by": 12}], ids=["no calendar", "one month", "no year"])
def test_numbers_that_are_no_dates_stay_apart(change):
    assert len(columns(births().assign(**change), by="exact", bm="exact", bd="exact")) == 3


def persons() -> pd.DataFrame:
    rows = [
        ("thomas", "clifford", "thomas clifford 1st baron"),
        ("mary", "hughes", "mary jane hughes"),
        ("john", "smith", "john smith"),
        (None, "ward", "ann ward"),
        ("ellen", None, "ellen"),
    ]
    return pd.DataFrame(rows, columns=["given", "family", "full"]).assign(id=range(5))


def told(column) -> list[str | None]:
    return [column.values[code] if code >= 0 else None for code in column.codes]


def test_a_whole_name_is_compared_on_what_it_says_beyond_the_names_in_other_columns():
    *_, full = columns(persons(), given="given_name", family="family_name", full="name")
    assert told(full) == ["1st baron", "jane", None, "ann", None]


def test_whole_names_repeat_each_other_without_columns_for_each_name():
    table = persons().assign(both=["thomas clifford", "mary hughes", "john smith", "ward", "ellen"])
    full, both = columns(table, full="name", both="name")
    assert told(both)[0] == "clifford thomas"
    assert told(full) == ["1st baron", "jane", None, "ann", None]


def test_an_address_is_compared_on_what_it_says_beyond_the_town():
    rows = [(1, "Den Haag", "Spui 7 Den Haag"), (2, "Leiden", "Rapenburg 1 Leiden")]
    table = pd.DataFrame(rows, columns=["id", "town", "address"])
    address, town = columns(table, address="text", town="place")
    assert (told(address), told(town)) == (["spui 7", "rapenburg 1"], ["den haag", "leiden"])


def test_a_copy_of_a_column_says_nothing_more():
    table = births().assign(again=births()["by"])
    assert told(columns(table, by="exact", again="text")[1]) == [None] * len(table)


def test_a_column_reads_the_same_from_parquet_as_it_was_written(tmp_path):
    table = pd.DataFrame(
        {
            "name": ["Anne", None, "onbekend", "ANNE", "Bo"],
            "year": [1989, None, 2001.0, 1989, 7],
            "ids": [["06-1", "06-2"], None, ["06-2", "06-1"], [], ["06-3"]],
        }
    )
    table.to_parquet(tmp_path / "records.parquet")
    read = read_table(tmp_path / "records.parquet")
    for column, kind in (("name", "given_name"), ("year", "exact"), ("ids", "identifiers")):
        made, written = (encode(one, Compared(column, kind)) for one in (read, table))
        assert made.values == written.values
        assert made.codes.tolist() == written.codes.tolist()
