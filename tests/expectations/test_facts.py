import datetime as dt
import json
import logging

import pytest

from connectors.records import COLUMNS, IDENTIFYING, records_frame
from connectors.register import REGISTERS, load_register
from expectations import check, suite_check
from expectations.facts import SHOWN, record_facts, reported_problems, row_facts
from expectations.suites import columns_asked, record_suite, row_suite

# Values that stand in every identifying column of these rows and may be seen nowhere.
SECRET = {
    "given_names": "Geheimaatje", "name_prefix": "van geheim", "family_name": "Geheimsma", "aliases": ["Geheimbaas"],
    "birth_place": "geheimdorp", "v_number": "8877665544", "phones": ["+31687654321"], "plates": ["98ZYXW"],
    "contacts": ["pimp:geheimkees"], "place": "geheimstad", "found_place": "geheimhaven",
    "departure_reason": "geheimreden", "description": "geheimtekst", "raw": '{"naam": "Geheimsma"}',
    "birth_year": 1787, "birth_month": 11, "birth_day": 29,
}  # fmt: skip
SHOWN_NOWHERE = ["geheim", "Geheim", "8877665544", "87654321", "98ZYXW", "1787"]
FREE_TEXTS = [column.name for column in COLUMNS if column.kind in ("text", "texts") and column.name != "record_id"]


def faulty(name: str, row_of):
    """Rows that break many rules, with a secret in every identifying column."""
    problems = ["unknown_label:GEHEIMSMA : DE", "unknown_code:sex", "impossible_date:found_on"]
    return [row_of(name, n, **{**SECRET, "sex": None, "mutation": None, "problems": problems}) for n in (1, 2)]


def test_every_identifying_column_has_a_secret_in_these_tests():
    assert set(SECRET) == set(IDENTIFYING)


@pytest.mark.parametrize("name", REGISTERS)
def test_great_expectations_is_shown_no_identifying_column(name, row_of, rows_of, records_of, monkeypatch):
    shown = []
    results = []
    original = suite_check._results

    def watched(register, suite, facts):
        shown.append(facts)
        results.append(original(register, suite, facts))
        return results[-1]

    monkeypatch.setattr(suite_check, "_results", watched)
    rows = faulty(name, row_of)
    check.check_rows(load_register(name), rows_of(rows))
    check.check_records(load_register(name), records_of(rows))
    assert len(shown) >= 2
    for facts in shown:
        assert not set(facts.columns) & {*IDENTIFYING, *FREE_TEXTS, "problems", "row_key", "file"}
        text = facts.to_csv()
        assert [secret for secret in SHOWN_NOWHERE if secret in text + " ".join(facts.columns)] == []
    text = json.dumps([result.to_json_dict() for found in results for result in found])
    assert [secret for secret in SHOWN_NOWHERE if secret in text] == []


@pytest.mark.parametrize("name", REGISTERS)
def test_findings_and_logs_hold_no_identifying_value(name, row_of, rows_of, records_of, caplog):
    rows = faulty(name, row_of)
    with caplog.at_level(logging.DEBUG):
        found = check.check_rows(load_register(name), rows_of(rows)).findings
        also = check.check_records(load_register(name), records_of(rows)).findings
    assert len(found)
    text = found.to_csv() + also.to_csv() + caplog.text
    assert [secret for secret in SHOWN_NOWHERE if secret in text] == []


@pytest.mark.parametrize("name", REGISTERS)
def test_everything_a_suite_asks_for_is_there(name, row_of, rows_of):
    register = load_register(name)
    rows = rows_of([row_of(name)])
    for suite, made in ((row_suite(register), row_facts), (record_suite(register), record_facts)):
        asked = columns_asked(suite)
        assert sorted(made(rows, asked).columns) == sorted([*asked, "row"])


def test_only_what_is_asked_for_is_made(row_of, rows_of):
    assert list(row_facts(rows_of([row_of("ikps")]), ["sex", "has_name"]).columns) == ["row", "sex", "has_name"]


def test_free_texts_are_never_shown():
    assert not SHOWN & {*FREE_TEXTS, *IDENTIFYING}


def test_names_that_a_sender_chose_are_not_in_the_name_of_a_fact():
    problems = [["unknown_label:DE WIT ANNE", "unknown_code:sex"], ["unknown_element:Anne"], []]
    assert reported_problems(problems) == ["unknown_code:sex", "unknown_element", "unknown_label"]


AGES = [
    ((1986, 3, 8, "day"), 18),
    ((1986, 3, 9, "day"), 17),
    ((1986, 3, None, "month"), 17),
    ((1986, None, None, "year"), 17),
    ((1985, None, None, "year"), 18),
    ((1980, None, None, "approximate"), None),
    ((None, None, None, "unknown"), None),
]


@pytest.mark.parametrize(("born", "age"), AGES)
def test_the_age_at_departure_is_the_least_that_the_birth_date_allows(born, age, row_of, rows_of):
    names = ("birth_year", "birth_month", "birth_day", "birth_date_precision")
    rows = rows_of([row_of("mob", departed_on=dt.date(2004, 3, 8), **dict(zip(names, born, strict=True)))])
    ages = row_facts(rows, ["least_age_at_departure"])["least_age_at_departure"]
    assert [None if is_null else found for found, is_null in zip(ages, ages.isna(), strict=True)] == [age]


def test_a_day_far_outside_any_calendar_in_use_is_still_a_day():
    first_and_last = (dt.date(1, 1, 1), dt.date(9999, 12, 31), None)
    records = records_frame([{"register": "stv", "reported_on": day} for day in first_and_last])
    days = record_facts(records, ["reported_on"])["reported_on"]
    assert days.isna().tolist() == [False, False, True]
    assert days[0] < days[1]
