"""The data package: what a program that reads it believes is so, and the files can be read by it."""

from __future__ import annotations

import json
import re
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.description.data_package import DECLARED, as_json, data_package, pattern, table_schema
from monitoring.description.labels import code_labels
from monitoring.dictionary import TABLES
from monitoring.export import as_text, write_csv

NIGHT = "2005-02-01"
# What version 2.0 asks of a descriptor, as far as it is used here (datapackage.org/standard).
TYPES = ["string", "number", "integer", "boolean", "object", "date"]
NAMES = {"type": "array", "minItems": 1, "items": {"type": "string"}}
LABELLED = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["value", "label"],
        "properties": {"value": {"type": "string"}, "label": {"type": "string", "minLength": 1}},
    },
}
FIELD = {
    "type": "object",
    "required": ["name", "type", "title", "description"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "type": {"enum": TYPES},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "missingValues": {"type": "array", "items": {"type": "string"}},
        "categories": LABELLED,
        "trueValues": NAMES,
        "falseValues": NAMES,
        "constraints": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                "required": {"type": "boolean"},
                "pattern": {"type": "string"},
                "enum": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
            },
        },
    },
    # categories are of strings and integers, a pattern and an enum as here of strings only
    "if": {"anyOf": [{"required": ["categories"]}, {"properties": {"constraints": {"required": ["pattern"]}}, "required": ["constraints"]}]},
    "then": {"properties": {"type": {"const": "string"}}},
}  # fmt: skip
SCHEMA = {
    "type": "object",
    "required": ["$schema", "fields", "missingValues", "primaryKey"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/tableschema.json"},
        "fields": {"type": "array", "minItems": 1, "items": FIELD},
        "missingValues": {"const": [""]},
        "primaryKey": NAMES,
        "foreignKeys": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["fields", "reference"],
                "properties": {
                    "fields": NAMES,
                    "reference": {
                        "type": "object",
                        "required": ["resource", "fields"],
                        "properties": {"fields": NAMES},
                    },
                },
            },
        },
    },
}
PACKAGE = {
    "type": "object",
    "required": ["$schema", "name", "resources"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
        "version": {"type": "string"},
        "keywords": NAMES,
        "sources": {"type": "array", "items": {"type": "object", "required": ["title"]}},
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "type", "schema", "dialect"],
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
                    "path": {"type": "string", "pattern": "^[a-z_]+[.]csv$"},
                    "type": {"const": "table"},
                    "encoding": {"const": "utf-8"},
                    "bytes": {"type": "integer"},
                    "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                    "schema": SCHEMA,
                },
            },
        },
    },
}


def as_csv(rows, tmp_path) -> str:
    write_csv(as_text(rows), tmp_path / "table.csv")
    return (tmp_path / "table.csv").read_bytes().decode("utf-8")


def test_the_descriptor_is_a_data_package_of_version_2():
    package = data_package(TABLES, NIGHT, True)
    jsonschema.Draft7Validator(PACKAGE).validate(package)
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    assert json.loads(as_json(package)) == package
    assert as_json(package) == as_json(data_package(TABLES, NIGHT, True))


def test_a_descriptor_that_is_none_is_refused():
    package = data_package(TABLES, NIGHT, True)
    package["resources"][0]["schema"]["fields"][0]["type"] = "list"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(PACKAGE).validate(package)


def test_synthetic_tables_say_so_and_real_ones_do_not():
    assert data_package(["person"], NIGHT, True)["description"].startswith("SYNTHETISCH")
    real = data_package(["person"], NIGHT, False)
    assert real["is_synthetic"] is False and "SYNTHE" not in as_json(real)
    assert real["night"] == NIGHT and NIGHT in real["title_en"]


@pytest.mark.parametrize("table", TABLES)
def test_fields_keys_types_and_words_are_those_of_the_dictionary(table):
    schema, declared = table_schema(TABLES[table]), TABLES[table]
    assert [field["name"] for field in schema["fields"]] == list(declared.columns)
    assert tuple(schema["primaryKey"]) == declared.key
    for field in schema["fields"]:
        column = declared.columns[field["name"]]
        assert (field["description"], field["description_en"]) == (column.nl, column.en)
        assert field.get("constraints", {}).get("required", False) == (
            column.required and not column.type.endswith("[]")
        )
        enum = field.get("constraints", {}).get("enum", [])
        assert set(column.codes) <= set(enum) or not column.codes
        labelled = field.get("categories", field.get("item_categories", []))
        assert [one["value"] for one in labelled] == list(code_labels(table, column.name))
        assert all(one["label"] and one["label_en"] for one in labelled)


def test_keys_point_to_columns_that_exist_and_only_to_tables_that_are_written():
    for table, columns in DECLARED["points_to"].items():
        assert set(columns) <= set(TABLES[table].columns)
        assert all(len(TABLES[other].key) == 1 for other in columns.values())
    assert "foreignKeys" not in table_schema(TABLES["registration"], ["registration"])
    assert table_schema(TABLES["registration"], ["registration", "person"])["foreignKeys"] == [
        {"fields": ["person_id"], "reference": {"resource": "person", "fields": ["person_id"]}}
    ]


def test_the_crosswalk_stands_with_the_fields():
    fields = {field["name"]: field for field in table_schema(TABLES["person"])["fields"]}
    assert fields["sex"]["crosswalk"]["codes"]["female"]["htcds"] == ["prs_Gender=Feminine"]
    assert fields["exploitation_forms"]["crosswalk"]["codes"]["crime"]["htcds"] == "none:no_criminal"
    assert fields["link_status"]["crosswalk"] == {
        **dict.fromkeys(("htcds", "ctdc", "eu", "comensha"), "none:own"), "match": "exact",
    }  # fmt: skip


def test_every_exported_table_is_read_back_by_its_schema(tables, tmp_path, read_back, check_foreign_keys):
    package = data_package(TABLES, NIGHT, True)
    schemas = {resource["name"]: resource["schema"] for resource in package["resources"]}
    read = {name: read_back(as_csv(rows, tmp_path), schemas[name]) for name, rows in tables.items()}
    assert {name: len(rows) for name, rows in read.items()} == {name: len(rows) for name, rows in tables.items()}
    assert check_foreign_keys(package, read) == 6
    girl, boy, nobody = read["person"]
    assert (girl["registers"], girl["nationality"], girl["birth_year"]) == (["ikps", "stv"], "NLD|MAR", 1989)
    assert (girl["first_encountered_on"], girl["is_counted"]) == (date(2004, 5, 20), True)
    assert girl["link_probability"] == 0.991235
    assert (boy["days_missing"], boy["sex"], boy["exploitation_forms"]) == (62, "male", None)
    assert (nobody["sex"], nobody["birth_year"]) == (None, None)
    assert read["link"][0]["levels"] == {"name": "none; =1+1"}
    assert read["night"][0]["origin"] == "" and read["night"][0]["is_synthetic"] is True


def test_a_text_that_a_spreadsheet_would_run_comes_back_as_the_csv_shows_it(tables, tmp_path, read_back):
    (alert,) = read_back(as_csv(tables["alert"], tmp_path), table_schema(TABLES["alert"]))
    assert alert["message_nl"] == '\'=1+1, "ja"\nnee'


BROKEN = [
    ("sex", "vrouw"), ("is_counted", "ja"), ("first_encountered_on", "20-05-2004"), ("birth_year", "1989.5"),
    ("registers", "ikps|police"), ("nationality", "Nederland"), ("loverboy", ""), ("person_id", "W-00000002"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "text"), BROKEN)
def test_a_file_that_breaks_its_schema_is_refused(tables, tmp_path, read_back, column, text):
    rows = as_text(tables["person"])
    rows.loc[0, column] = text
    write_csv(rows, tmp_path / "person.csv")
    with pytest.raises((AssertionError, ValueError)):
        read_back((tmp_path / "person.csv").read_text("utf-8"), table_schema(TABLES["person"]))


def test_a_reference_to_nobody_is_refused(tables, tmp_path, read_back, check_foreign_keys):
    tables["registration"].loc[0, "person_id"] = "W-99999999"
    package = data_package(TABLES, NIGHT, True)
    schemas = {resource["name"]: resource["schema"] for resource in package["resources"]}
    read = {name: read_back(as_csv(rows, tmp_path), schemas[name]) for name, rows in tables.items()}
    with pytest.raises(AssertionError):
        check_foreign_keys(package, read)


@given(st.lists(st.sampled_from(list(code_labels("person", "exploitation_forms"))), min_size=1))
def test_any_list_of_codes_fits_its_pattern(codes):
    column = TABLES["person"].columns["exploitation_forms"]
    fits = re.compile(pattern(column, list(code_labels("person", "exploitation_forms"))))
    assert fits.fullmatch("|".join(codes))
    assert not fits.fullmatch("|".join([*codes, "x"]))
    assert not fits.fullmatch("|".join([*codes, ""]))
