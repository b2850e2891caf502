import os
import subprocess
import sys
from collections import Counter

import pytest

from connectors.records import COLUMNS
from connectors.register import REGISTERS, load_register
from expectations.rules import load_rules, rules_of
from expectations.suites import known_codes, record_suite, row_suite


@pytest.mark.parametrize("name", REGISTERS)
def test_every_rule_of_a_register_is_asked_of_its_rows_or_records(name):
    register = load_register(name)
    asked = {e.meta["rule"] for suite in (row_suite(register), record_suite(register)) for e in suite.expectations}
    assert asked == {rule.name for rule in rules_of(register, "reading", "row", "record")}


@pytest.mark.parametrize("name", REGISTERS)
def test_expectations_carry_the_sentence_and_severity_of_their_rule(name):
    severities = {"set_aside": "critical", "warning": "warning"}
    for expectation in row_suite(load_register(name)).expectations:
        rule = load_rules()[expectation.meta["rule"]]
        assert expectation.severity == severities[rule.level]
        assert (expectation.description, expectation.notes) == (rule.en, rule.source)


def test_bounds_come_from_the_register():
    points = [e for e in row_suite(load_register("ikps")).expectations if e.meta["rule"] == "points_below_threshold"]
    assert [(e.min_value, e.max_value) for e in points] == [(10, None)]


def test_mutations_come_from_the_register():
    allowed = {
        name: next(
            expectation.value_set
            for expectation in row_suite(load_register(name)).expectations
            if expectation.meta["rule"] == "unknown_mutation" and getattr(expectation, "value_set", [False]) != [False]
        )
        for name in REGISTERS
    }
    assert allowed["ikps"] == ["snapshot"]
    assert allowed["youth_care"] == ["changed", "new", "withdrawn"]
    assert allowed["telex"] == ["found", "new", "supplement", "withdrawn"]


@pytest.mark.parametrize("name", REGISTERS)
def test_every_code_column_of_the_record_has_known_codes_or_a_pattern(name):
    rule = load_rules()["record_unknown_code"]
    for column in COLUMNS:
        if column.kind in ("code", "codes") and column.name not in rule.patterns:
            assert known_codes(rule, load_register(name), column.name), column.name


@pytest.mark.parametrize("name", REGISTERS)
def test_nothing_is_asked_twice(name):
    for suite in (row_suite(load_register(name)), record_suite(load_register(name))):
        asked = Counter(str(e.to_json_dict()) if hasattr(e, "to_json_dict") else repr(e) for e in suite.expectations)
        assert [count for count in asked.values() if count > 1] == []


def test_the_modules_can_be_loaded_without_great_expectations_and_switch_its_analytics_off():
    code = (
        "import os, sys, expectations.check, expectations.suites; "
        "print('great_expectations' in sys.modules, os.environ['GX_ANALYTICS_ENABLED'])"
    )
    told = {**os.environ, "GX_ANALYTICS_ENABLED": "true"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=told)
    assert found.stdout.split() == ["False", "false"]


def test_checking_writes_nothing_to_the_terminal_or_the_working_folder(tmp_path, monkeypatch, capfd, row_of, rows_of):
    from expectations.check import check_rows

    monkeypatch.chdir(tmp_path)
    check_rows(load_register("ikps"), rows_of([row_of("ikps")]))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
