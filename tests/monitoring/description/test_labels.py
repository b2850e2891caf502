"""Every column and code has a short name in both languages."""

from __future__ import annotations

import inspect

import pytest

from connectors.codes import code_list
from monitoring import merging
from monitoring.description.labels import CONFLICTS, OTHER_COUNTRIES, code_labels, country, list_of, title
from monitoring.dictionary import TABLES

COLUMNS = [(table.name, name) for table in TABLES.values() for name in table.columns]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_has_a_short_name_and_every_code_a_label(table, column):
    assert set(title(column)) >= {"nl", "en"} and all(title(column).values())
    labels = code_labels(table, column)
    allowed = TABLES[table].columns[column].codes
    assert not allowed or tuple(labels) == allowed
    for language in ("nl", "en"):
        words = [label[language] for label in labels.values()]
        assert all(words)
        # A reader that shows labels must be able to tell codes apart (Table Schema: labels are unique).
        assert len(set(words)) == len(words)


GOLDEN = [
    ("person", "sex", "female", "vrouw", "female"),
    ("person", "victim_status", "potential", "mogelijk", "potential"),
    ("person", "age_band", "0-8", "0 t/m 8 jaar", "0 to 8"),
    ("link", "certainty", "none", "geen", "none"),
    ("registration", "certainty", "suspicion", "vermoeden", "suspicion"),
    ("link", "status", "no_link", "niet gekoppeld", "not linked"),
    ("resurfacing", "status", "yes", "ja", "yes"),
    ("person", "missing_registers", "telex", "vermistentelex", "missing-persons telex"),
]


@pytest.mark.parametrize(("table", "column", "code", "dutch", "english"), GOLDEN)
def test_a_code_has_the_label_of_its_own_list(table, column, code, dutch, english):
    assert code_labels(table, column)[code] == {"nl": dutch, "en": english}


def test_text_without_codes_has_no_labels():
    assert code_labels("person", "person_id") == {}
    assert list_of("alert", "status") == ""


def test_what_registrations_can_disagree_on_is_what_the_table_lists():
    assert set(code_labels("person", "conflicting_fields")) == CONFLICTS
    listed = inspect.getsource(merging.conflicting_fields)
    assert all(f'"{name}"' in listed for name in ("birth_year", "birth_date", "loverboy"))
    assert listed.count("fields[") == 3


def test_countries_former_ones_and_regions_have_names():
    assert country("MAR") == {"nl": "Marokko", "en": "Morocco"}
    assert country("YUG") == {"nl": "Joegoslavië", "en": "Yugoslavia"}
    assert country("XKX")["nl"] == "Kosovo"
    assert country("region-africa")["nl"] == "Afrika (land onbekend)"
    assert country("?!") == {"nl": "?!", "en": "?!"}
    assert set(code_list("register").codes).isdisjoint(OTHER_COUNTRIES)
