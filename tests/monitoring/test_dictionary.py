"""The data dictionary and the real schema say the same."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.dialects.postgresql import insert

from connectors.deliveries import DELIVERY
from connectors.records import COLUMNS, IDENTIFYING
from monitoring.dictionary import TABLES

KINDS = {"text": "text", "code": "text", "texts": "text[]", "codes": "text[]", "integer": "integer", "flag": "boolean"}
COLUMNS_IN_DATABASE = """
    SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
      col_description(attrelid, attnum) AS comment
    FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def columns_of(engine, table: str) -> list:
    with engine.connect() as connection:
        return connection.execute(text(COLUMNS_IN_DATABASE), {"table": table}).all()


def test_the_schema_has_exactly_the_tables_of_the_dictionary(engine):
    assert set(inspect(engine).get_table_names(schema="monitoring")) == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_as_the_dictionary_says(engine, table):
    found = [
        (column.name, column.type, column.required, column.comment)
        for column in columns_of(engine, f"monitoring.{table}")
    ]
    assert found == [(c.name, c.type, c.required, c.comment) for c in TABLES[table].columns.values()]


@pytest.mark.parametrize("table", TABLES)
def test_keys_and_codes_are_as_the_dictionary_says(engine, table):
    found = inspect(engine)
    assert tuple(found.get_pk_constraint(table, schema="monitoring")["constrained_columns"]) == TABLES[table].key
    checks = {check["name"]: check["sqltext"] for check in found.get_check_constraints(table, schema="monitoring")}
    for column in TABLES[table].columns.values():
        if column.codes:
            assert all(f"'{code}'" in checks[f"{table}_{column.name}"] for code in column.codes), column.name
            assert checks[f"{table}_{column.name}"].count("::text,") == len(column.codes) - 1, column.name


def test_every_column_has_a_meaning_in_both_languages():
    for table in TABLES.values():
        for column in table.columns.values():
            assert column.nl.endswith((".", "|.")), (table.name, column.name)
            assert column.en.endswith((".", "|.")), (table.name, column.name)


def test_the_record_table_is_the_common_record_with_its_origin(engine):
    found = columns_of(engine, "registers.record")
    expected = [(column.name, KINDS.get(column.kind, column.kind)) for column in COLUMNS]
    assert [(column.name, column.type) for column in found] == [*expected, ("origin", "text"), ("sealed", "text")]


def test_the_delivery_table_is_the_one_that_the_connectors_use(engine):
    assert {column.name for column in columns_of(engine, "registers.delivery")} == set(DELIVERY.c.keys())
    row = {
        "origin": "", "delivery_id": "stv-1", "register": "stv", "file_name": "f.xlsx", "sha256": "0" * 64,
        "size_bytes": 5_000_000_000, "dated": date(2004, 1, 1), "landed_night": date(2004, 1, 2), "sequence": 1,
        "path": "p",
    }  # fmt: skip
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(insert(DELIVERY).values(**row).on_conflict_do_nothing())
        assert len(connection.execute(select(DELIVERY)).all()) == 1


def test_no_table_of_the_bureau_has_an_identifying_column_but_the_birth_year():
    found = {column for table in TABLES.values() for column in table.columns} & set(IDENTIFYING)
    assert found == {"birth_year"}
    assert not {"source_key", "raw", "region", "reporter", "shelter", "signals"} & set(TABLES["registration"].columns)


def test_registration_has_every_coded_fact_of_the_record():
    coded = {c.name for c in COLUMNS if not c.identifying and c.kind in ("code", "codes", "date", "integer", "flag")}
    added = {"record_id", "person_id", "delivery_id", "night", "is_purged"}
    assert set(TABLES["registration"].columns) == coded | added
