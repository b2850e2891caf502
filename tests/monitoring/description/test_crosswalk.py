"""The crosswalk is complete, and names nothing that the standards do not have."""

from __future__ import annotations

import tomllib
from importlib import resources

import pycountry
import pytest

from connectors.countries import read_country
from monitoring.description.crosswalk import (
    DECLARED,
    MATCHES,
    PUBLISHED,
    REASONS,
    STANDARDS,
    TABLES_COMPARED,
    code_crossing,
    country_entry,
    crossing,
    values_named,
)
from monitoring.description.labels import OTHER_COUNTRIES, code_labels, is_country
from monitoring.dictionary import TABLES

COLUMNS = [(table, name) for table in TABLES_COMPARED for name in TABLES[table].columns]
IN_TABLE = {(table, name) for table in TABLES_COMPARED for name in DECLARED[table]}


def is_told(entry) -> bool:
    return all(
        set(entry.of) == set(STANDARDS) and bool(term.terms) != bool(term.reason) for term in entry.of.values()
    ) and (entry.match in MATCHES)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_has_a_term_or_a_reason_in_every_standard(table, column):
    assert is_told(crossing(table, column).column)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_code_of_every_coded_column_is_mapped_or_declared_unmappable(table, column):
    codes = OTHER_COUNTRIES if is_country(TABLES[table].columns[column]) else code_labels(table, column)
    for code in codes:
        assert is_told(code_crossing(table, column, code)), code


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_code_is_mapped_that_the_column_does_not_have(table, column):
    known = set(code_labels(table, column)) | {""}
    if is_country(TABLES[table].columns[column]):
        known = set(OTHER_COUNTRIES)
    elif TABLES[table].columns[column].type == "boolean":
        known = {"true", "false"}
    assert set(crossing(table, column).codes) <= known


def test_every_declared_column_is_one_of_the_table():
    assert set(COLUMNS) >= IN_TABLE


def test_every_value_that_is_named_is_in_the_standard():
    wrong = [
        (where, standard, field, value)
        for where, standard, field, value in values_named()
        if field not in PUBLISHED[standard]["fields"] or (value and value not in PUBLISHED[standard]["fields"][field])
    ]
    assert wrong == []
    assert sum(1 for _, _, _, value in values_named() if value) > 120


def test_every_country_that_a_register_can_name_has_an_entry_and_exists_in_htcds():
    declared = tomllib.loads(resources.files("connectors").joinpath("codes", "countries.toml").read_text("utf-8"))
    codes = {code for section in declared.values() for code in section} | {c.alpha_3 for c in pycountry.countries}
    assert all(read_country(code) == (code, False) for code in codes)
    for code in codes:
        entry = country_entry(code)
        assert is_told(entry)
        for term in entry.of["htcds"].terms:
            assert term.removeprefix("prs_Citizenship=") in PUBLISHED["htcds"]["fields"]["prs_Citizenship"]


@pytest.mark.parametrize("code", ["XXX", "", "NL", "region-moon"])
def test_what_is_no_country_is_refused(code):
    with pytest.raises(KeyError):
        country_entry(code)


def test_every_reason_is_told_in_both_languages_and_used():
    used = {term.reason for t, c in COLUMNS for term in crossing(t, c).column.of.values()}
    used |= {term.reason for t, c in COLUMNS for e in crossing(t, c).codes.values() for term in e.of.values()}
    assert used - {""} == set(REASONS)
    assert all(reason["nl"].endswith(".") and reason["en"].endswith(".") for reason in REASONS.values())


def test_the_standards_name_their_source_and_licence():
    assert PUBLISHED["htcds"]["licence"] == "CC BY 4.0"
    assert "(IOM)" in PUBLISHED["htcds"]["by"]
    assert all(one["source"] and one["name"] for one in PUBLISHED.values())


GOLDEN = [
    ("exploitation_forms", "prostitution", "htcds", ("vic_TypeOfExploitation=SexualExploitation", "vic_TypeOfSexExploitation=Prostitution")),
    ("exploitation_forms", "begging", "ctdc", ("isForcedLabour=1", "typeOfLabourBegging=1")),
    ("exploitation_forms", "crime", "comensha", ("criminele uitbuiting",)),
    ("exploitation_forms", "crime", "htcds", ()),
    ("sex", "female", "htcds", ("prs_Gender=Feminine",)),
    ("sex", "male", "ctdc", ("gender=Male",)),
    ("victim_status", "potential", "htcds", ("vic_TraffickingStatus=PossibleVictimOfTrafficking",)),
    ("victim_status", "potential", "eu", ("presumed",)),
    ("nationality", "MAR", "htcds", ("prs_Citizenship=MA",)),
    ("nationality", "NAM", "ctdc", ("citizenship=NA",)),
    ("nationality", "YUG", "htcds", ()),
    ("age_band", "9-12", "ctdc", ("ageBroad=9-17",)),
    ("loverboy", "not_recorded", "ctdc", ("recruiterRelationIntimatePartner=-99",)),
]  # fmt: skip


@pytest.mark.parametrize(("column", "code", "standard", "terms"), GOLDEN)
def test_a_code_is_what_the_standard_calls_it(column, code, standard, terms):
    assert code_crossing("person", column, code).of[standard].terms == terms


def test_criminal_exploitation_has_no_counterpart_in_htcds_and_the_reason_says_so():
    entry = code_crossing("person", "exploitation_forms", "drugs")
    assert entry.of["htcds"].reason == "no_criminal"
    assert "criminal exploitation" in REASONS["no_criminal"]["en"]


def test_no_number_of_ic_tip_is_claimed():
    assert not any("tip" in word.lower() for word in (*PUBLISHED, *STANDARDS))


def test_a_column_or_code_that_is_not_declared_is_refused():
    with pytest.raises(KeyError):
        crossing("person", "no_such_column")
    with pytest.raises(KeyError):
        code_crossing("person", "sex", "no_such_code")
