import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.register import load_register
from expectations import suite_check
from expectations.check import Checks, check_rows
from expectations.distinct import DistinctFacts
from expectations.facts import row_facts
from expectations.suite_check import SuiteCheck, _results
from expectations.suites import columns_asked, row_suite

VALUES = {
    "signal_points": [None, 3, 9, 10, 40],
    "sex": [None, "female", "male"],
    "place": [None, "utrecht"],
    "encountered_on": [None, dt.date(2001, 5, 1), dt.date(2004, 3, 5), dt.date(2004, 3, 9), dt.date(2004, 3, 10)],
    "registered_on": [None, dt.date(2001, 6, 1), dt.date(2004, 3, 9)],
    "mutation": ["snapshot", None, "withdrawn"],
    "problems": [[], ["unknown_code:sex"], ["impossible_date:encountered_on", "no_key:source_key"]],
}


def failing_by_the_whole_frame(register, suite, facts):
    """What Great Expectations itself finds when it is given every row."""
    found = set()
    for result in _results(register, suite.expectations, facts):
        asked = result["expectation_config"]["meta"]
        listed = result["result"].get("unexpected_index_list") or ()
        found |= {(int(entry["row"]), asked["rule"], asked["column"]) for entry in listed}
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
        min_size=1,
        max_size=25,
    )
)
def test_different_facts_judged_once_give_what_all_rows_give(row_of, rows_of, drawn):
    register = load_register("ikps")
    rows = rows_of([row_of("ikps", number, **values) for number, values in enumerate(drawn, start=1)])
    suite = row_suite(register)
    facts = row_facts(rows, columns_asked(suite))
    check = SuiteCheck(register, suite)
    once = {(row, rule) for row, rule in check.breaches(facts)}
    assert once == {(row, rule) for row, rule, _ in failing_by_the_whole_frame(register, suite, facts)}


def test_batches_give_the_findings_of_one_frame_whatever_their_size(row_of, rows_of):
    register = load_register("ikps")
    drawn = [
        {name: values[(number * (at + 3)) % len(values)] for at, (name, values) in enumerate(VALUES.items())}
        for number in range(40)
    ]
    rows = rows_of([row_of("ikps", number, **values) for number, values in enumerate(drawn, start=1)])
    at_once = check_rows(register, rows).findings
    assert len(at_once) > 20
    for size in (1, 7, 39):
        checks = Checks(register)
        parts = [rows.iloc[start : start + size].reset_index(drop=True) for start in range(0, len(rows), size)]
        found = pd.concat([check_rows(register, part, checks).findings for part in parts])
        columns = list(found.columns)
        assert sorted(map(str, found[columns].to_numpy().tolist())) == sorted(
            map(str, at_once[columns].to_numpy().tolist())
        )


def test_a_batch_with_nothing_new_costs_no_call_of_great_expectations(row_of, rows_of, monkeypatch):
    register = load_register("mob")
    checks = Checks(register)
    rows = rows_of([row_of("mob", 1, sex=None), row_of("mob", 2)])
    first = check_rows(register, rows, checks)
    called = []
    monkeypatch.setattr(suite_check, "_results", lambda *told: called.append(told))
    again = check_rows(register, rows, checks)
    assert called == []
    assert again.findings.to_dict("records") == first.findings.to_dict("records")


def test_values_that_fail_together_are_found_among_many(row_of):
    class Asked:
        def __init__(self, column):
            self.column = column

    def carry_out(expectations, frame):
        return [frame.index[frame[e.column].isna()].tolist() for e in expectations]

    facts = pd.DataFrame({"row": range(20_000), "a": np.arange(20_000, dtype=float), "b": ["x", None] * 10_000})
    facts.loc[19_999, "a"] = np.nan
    failing = DistinctFacts([Asked("a"), Asked("b")], carry_out).failing_rows(facts)
    assert failing == [[19_999], list(range(1, 20_000, 2))]


@pytest.mark.parametrize("name", ["ikps", "mob"])
def test_counts_of_a_suite_are_of_rows_not_of_different_values(name, row_of, rows_of):
    register = load_register(name)
    checks = Checks(register)
    check_rows(register, rows_of([row_of(name, n, sex=None if n < 5 else "female") for n in range(1, 9)]), checks)
    missing = [n for n, asked in enumerate(checks.rows.asked) if asked["rule"] == "missing_sex"]
    assert (checks.rows.checked, [checks.rows.failed[n] for n in missing]) == (8, [4])
