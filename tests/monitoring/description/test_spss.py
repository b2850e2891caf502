"""The table for SPSS: every cell comes back, what is not recorded stays out of percentages, nothing is cut off."""

from __future__ import annotations

import time
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.description.labels import code_labels, is_country
from monitoring.description.spss import (
    DECLARED,
    LISTS,
    LONGEST,
    WRITTEN_TABLES,
    as_variables,
    code_numbers,
    is_coded,
    write_spss,
)
from monitoring.dictionary import TABLES

NIGHT = date(2005, 2, 1)
PERSON, REGISTRATION = TABLES["person"], TABLES["registration"]
LANGUAGES = ("nl", "en")


def written(rows, table, folder, language="nl", is_synthetic=True):
    path = folder / f"{table.name}.sav"
    write_spss(rows, table, path, NIGHT, language, is_synthetic)
    return pyreadstat.read_sav(path, user_missing=True)


def expected_of(table, column, value):
    """What one cell of the table is in SPSS, by variable."""
    if column.name in LISTS:
        empty = -99 if LISTS[column.name] == "not_recorded" else 0
        codes = code_labels(table.name, column.name)
        return {f"{column.name}_{code}": float(code in value) if value else float(empty) for code in codes}
    if column.name == "nationality":
        parts = value if isinstance(value, list) else (value or "").split("|")
        parts = [part for part in parts if part]
        places = [parts[at] if at < len(parts) else "" for at in range(2)]
        return {
            "nationality": "|".join(parts) or "-99",
            "nationality_1": parts[0] if parts else "-99",
            "nationality_2": places[1],
        }
    if is_country(column):
        return {column.name: value or "-99"}
    if column.type == "boolean":
        return {column.name: float(value)}
    if is_coded(table, column):
        empty = -97 if column.name in ("not_counted_reason", "main_group", "resurfaced_in") else -99
        return {column.name: float(empty if value is None else code_numbers(table.name, column.name)[value])}
    return {column.name: value if value is not None else "" if column.type == "text" else None}


@pytest.mark.parametrize("name", WRITTEN_TABLES)
def test_every_cell_comes_back(tables, tmp_path, name):
    rows, table = tables[name], TABLES[name]
    read, _ = written(rows, table, tmp_path)
    assert len(read) == len(rows)
    seen = set()
    for at, row in enumerate(rows.astype(object).where(rows.notna(), None).to_dict("records")):
        for column in table.columns.values():
            for variable, value in expected_of(table, column, row[column.name]).items():
                found = read[variable].iloc[at]
                seen.add(variable)
                if value is None:
                    assert pd.isna(found), variable
                elif isinstance(value, float):
                    assert found == pytest.approx(value), variable
                else:
                    assert found == value, variable
    assert seen == set(read.columns)


def test_what_is_not_recorded_is_missing_and_zero_is_an_answer(tables, tmp_path):
    written(tables["person"], PERSON, tmp_path)
    read, _ = pyreadstat.read_sav(tmp_path / "person.sav")
    girl, boy, nobody = (row for _, row in read.iterrows())
    assert (girl["loverboy"], girl["complaint_filed"]) == (1, 0)
    assert np.isnan(boy["loverboy"]) and boy["guardian_assigned"] == 0
    assert np.isnan(nobody["sex"]) and np.isnan(nobody["age_band"])
    assert girl["exploitation_forms_drugs"] == 1 and girl["exploitation_forms_begging"] == 0
    assert np.isnan(boy["exploitation_forms_drugs"])
    # A list that is complete as it is says no where it is empty.
    assert girl["missing_registers_mob"] == 0 and boy["missing_registers_mob"] == 1
    assert girl["conflicting_fields_birth_date"] == 1 and boy["conflicting_fields_birth_date"] == 0
    assert pd.isna(nobody["nationality"]) and pd.isna(nobody["nationality_1"]) and pd.isna(boy["nationality_2"])
    assert girl["at_school"] == 2
    assert pd.isna(nobody["missing_since"]) and np.isnan(nobody["days_missing"])


def test_an_empty_cell_of_a_question_that_does_not_arise_says_so(tables, tmp_path):
    read, told = written(tables["person"], PERSON, tmp_path)
    assert read["not_counted_reason"].tolist() == [-97, 1, -97]
    assert told.variable_value_labels["not_counted_reason"][-97] == "telt mee"
    assert told.variable_value_labels["main_group"][-97] == "geen vorm genoemd"
    assert -97 not in told.variable_value_labels["sex"]


def test_a_column_that_is_always_filled_has_no_missing_value(tables, tmp_path):
    _, told = written(tables["person"], PERSON, tmp_path)
    assert "victim_status" not in told.missing_ranges
    assert -99 not in told.variable_value_labels["victim_status"]


def test_dates_are_dates_of_spss(tables, tmp_path):
    read, told = written(tables["person"], PERSON, tmp_path)
    assert read["first_encountered_on"].iloc[0] == date(2004, 5, 20)
    assert told.original_variable_types["first_encountered_on"] == "EDATE10"
    assert told.original_variable_types["night"] == "EDATE10"


def test_labels_measures_and_notes_are_dutch_and_english_by_switch(tables, tmp_path):
    _, dutch = written(tables["person"], PERSON, tmp_path)
    _, english = written(tables["person"], PERSON, tmp_path, "en", False)
    assert dutch.column_names_to_labels["sex"] == "Geslacht"
    assert english.column_names_to_labels["sex"] == "Sex"
    assert dutch.column_names_to_labels["exploitation_forms_crime"] == "Vormen van uitbuiting: criminaliteit"
    assert dutch.variable_value_labels["sex"] == {1: "vrouw", 2: "man", -99: "niet vastgelegd"}
    assert english.variable_value_labels["age_band"][-98] == "unknown"
    assert dutch.variable_value_labels["exploitation_forms_crime"] == {
        0: "niet genoemd",
        1: "genoemd",
        -99: "niet vastgelegd",
    }
    assert dutch.variable_value_labels["nationality"]["NLD|MAR"] == "Nederland, Marokko"
    assert dutch.variable_measure["age_band"] == "ordinal"
    assert dutch.variable_measure["sex"] == "nominal"
    assert dutch.variable_measure["days_missing"] == "scale"
    assert dutch.file_label == "Weerzien person 2005-02-01 SYNTHETISCH"
    assert english.file_label == "Weerzien person 2005-02-01"
    assert dutch.notes[0].startswith("SYNTHETISCH") and not any("SYNTH" in line for line in english.notes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WRITTEN_TABLES)
def test_every_variable_and_code_has_a_label_within_the_limits_of_spss(rows_of, name, language):
    variables, sets = as_variables(rows_of(TABLES[name]), TABLES[name], language)
    names = [one.name for one in variables]
    assert len({name.lower() for name in names}) == len(names)
    reserved = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
    for one in variables:
        assert one.name.isidentifier() and one.name.isascii() and not one.name.endswith("_")
        assert one.name not in reserved
        assert 0 < len(one.name.encode()) <= LONGEST["name"]
        assert 0 < len(one.label.encode()) <= LONGEST["label"]
        assert all(0 < len(words.encode()) <= LONGEST["value label"] for words in one.labels.values())
        assert all(number in one.labels for number in one.missing if number != "")
    assert {one.name for one in sets} == (set(LISTS) | {"nationality"}) & set(TABLES[name].columns)
    assert all(set(one.variables) <= set(names) and len(one.variables) > 1 for one in sets)


@pytest.mark.parametrize("name", WRITTEN_TABLES)
def test_every_code_has_a_number_of_its_own_and_no_number_stands_for_nothing(name):
    for column in TABLES[name].columns.values():
        if is_coded(TABLES[name], column):
            numbers = code_numbers(name, column.name)
            assert list(numbers) == list(code_labels(name, column.name))
            assert len(set(numbers.values())) == len(numbers), column.name
            assert numbers.get("not_recorded", -99) == -99 and numbers.get("unknown", -98) == -98
            assert all(number >= 0 for code, number in numbers.items() if code not in ("not_recorded", "unknown"))


def test_numbers_that_other_peoples_syntax_rests_on():
    assert code_numbers("person", "victim_status") == {"actual": 2, "potential": 1, "none": 0}
    assert code_numbers("person", "loverboy") == {"yes": 1, "no": 0, "not_recorded": -99}
    assert code_numbers("person", "sex") == {"female": 1, "male": 2}
    assert code_numbers("registration", "register") == {"ikps": 1, "stv": 2, "youth_care": 3, "telex": 4, "mob": 5}
    assert code_numbers("registration", "birth_date_precision")["unknown"] == -98


def test_every_list_column_is_declared():
    lists = {
        name
        for table in (PERSON, REGISTRATION)
        for name, column in table.columns.items()
        if column.type.endswith("[]") and not is_country(column)
    }
    assert lists == set(LISTS)
    assert set(DECLARED["measures"]["ordinal"]) <= set(PERSON.columns) | set(REGISTRATION.columns)


def test_response_sets_stand_in_the_file(tables, tmp_path):
    _, told = written(tables["person"], PERSON, tmp_path)
    forms = told.mr_sets["exploitation_forms"]
    assert (forms["is_dichotomy"], forms["counted_value"], forms["label"]) == (True, 1, "Vormen van uitbuiting")
    assert forms["variable_list"] == [f"exploitation_forms_{c}" for c in code_labels("person", "exploitation_forms")]
    countries = told.mr_sets["nationality"]
    assert (countries["is_dichotomy"], countries["variable_list"]) == (False, ["nationality_1", "nationality_2"])


@pytest.mark.parametrize("name", WRITTEN_TABLES)
def test_an_empty_table_has_the_same_variables_labels_and_types(rows_of, tables, tmp_path, name):
    read, none = written(rows_of(TABLES[name]), TABLES[name], tmp_path)
    _, some = written(tables[name], TABLES[name], tmp_path)
    assert len(read) == 0
    assert none.column_names_to_labels == some.column_names_to_labels
    for variable, kind in none.original_variable_types.items():
        assert kind == some.original_variable_types[variable] or kind[0] == "A", variable


def test_the_same_table_gives_the_same_bytes_whenever_it_is_written(tables, tmp_path, monkeypatch):
    first, second = tmp_path / "first.sav", tmp_path / "second.sav"
    write_spss(tables["person"], PERSON, first, NIGHT)
    time.sleep(1.1)  # the library writes the second of writing
    write_spss(tables["person"], PERSON, second, NIGHT)
    assert first.read_bytes() == second.read_bytes()
    assert pyreadstat.read_sav(first, metadataonly=True)[1].creation_time == datetime(2005, 2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.sav", "second.sav"]


HOSTILE = ["=1+1", 'a"b', "a;b,c\t\nd", "ß漢字 \U0001f600", "' OR 1=1 --", "a\0b", "x" * 300, "-99"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_back_whole(rows_of, tmp_path, text):
    rows = rows_of(REGISTRATION, {"record_id": text, "person_id": "é" * 40, "register": "stv"})
    read, _ = written(rows, REGISTRATION, tmp_path)
    assert read["record_id"].iloc[0] == text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert read["person_id"].iloc[0] == "é" * 40


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80), max_size=4))
def test_any_text_comes_back_but_for_blanks_at_its_end(rows_of, tmp_path, texts):
    rows = rows_of(REGISTRATION, *[{"record_id": f"{at}{text}", "delivery_id": text, "register": "mob"} for at, text in enumerate(texts)])  # fmt: skip
    read, _ = written(rows, REGISTRATION, tmp_path)
    assert [text.rstrip(" ") for text in rows["delivery_id"]] == read["delivery_id"].tolist()


def test_a_text_longer_than_spss_holds_is_refused_without_being_shown(rows_of, tmp_path):
    rows = rows_of(REGISTRATION, {"record_id": "secret" * 6000, "register": "stv"})
    with pytest.raises(ValueError, match="longer than SPSS holds") as refused:
        written(rows, REGISTRATION, tmp_path)
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("column", "value"), [("sex", "secret"), ("exploitation_forms", ["secret"]), ("loverboy", "secret")]
)
def test_a_code_without_a_number_is_refused_without_being_shown(rows_of, girl, tmp_path, column, value):
    with pytest.raises(ValueError, match=f"person.{column} holds a code") as refused:
        written(rows_of(PERSON, {**girl, column: value}), PERSON, tmp_path)
    assert "secret" not in str(refused.value)


def test_more_nationalities_than_fit_a_label_keep_their_codes(rows_of, girl, tmp_path):
    codes = ["NLD", "MAR", "TUR", "ROU", "BGR", "SLE", "NGA", "region-eastern-europe", "region-south-america", "COD"]
    read, told = written(rows_of(PERSON, {**girl, "nationality": "|".join(codes)}), PERSON, tmp_path)
    assert read["nationality"].iloc[0].split("|") == codes
    assert read[[f"nationality_{at}" for at in range(1, 11)]].iloc[0].tolist() == codes
    assert "|".join(codes) not in told.variable_value_labels["nationality"]
    assert told.variable_value_labels["nationality_10"] == {"COD": "Congo-Kinshasa", "-99": "niet vastgelegd"}
