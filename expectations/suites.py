"""Suites: what Great Expectations is asked of a register's rows and of the common record.

Made from the register's declaration (bounds, mutations, lists, the problems that reading it may report) and the rules.
Every expectation carries in `meta` the rule and the column for its findings. Columns: see `expectations.facts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from connectors.codes import code_list
from connectors.records import COLUMNS, LISTS
from connectors.register import Register
from expectations.distinct import columns_of
from expectations.facts import BETWEEN, SHOWN
from expectations.rules import Rule, foreseen_problems, rule_of_problem, rules_of

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.expectations import Expectation

Asked = Mapping[str, Any]
SEVERITIES = {"set_aside": "critical", "warning": "warning"}


def row_suite(register: Register) -> ExpectationSuite:
    """Return the suite for a register's delivered rows: the rules, and that no row holds a problem foreseen."""
    import great_expectations as gx

    expected = [asked for rule in rules_of(register, "reading", "row") for asked in _asked(rule, register)]
    reported = [_not_reported(problem, register) for problem in foreseen_problems(register)]
    return gx.ExpectationSuite(name=f"{register.name} rows", expectations=[*expected, *reported])


def problem_suite(register: Register, problems: Iterable[str]) -> ExpectationSuite:
    """Return the suite for problems that were not foreseen at this register: facts, expected of no row either."""
    import great_expectations as gx

    reported = [_not_reported(problem, register) for problem in dict.fromkeys(problems)]
    return gx.ExpectationSuite(name=f"{register.name} problems", expectations=reported)


def record_suite(register: Register) -> ExpectationSuite:
    """Return the suite for the records of one register: the same common record for all."""
    import great_expectations as gx

    expected = [asked for rule in rules_of(register, "record") for asked in _asked(rule, register)]
    return gx.ExpectationSuite(name=f"{register.name} records", expectations=expected)


def columns_asked(suite: ExpectationSuite) -> list[str]:
    """Return the columns that a suite's expectations and their conditions name, in alphabetical order."""
    return sorted({name for expectation in suite.expectations for name in columns_of(expectation)})


def _asked(rule: Rule, register: Register) -> list[Expectation]:
    return [made for asked in rule.expect for made in EXPECTATIONS[asked["kind"]](rule, register, asked)]


def _notes(rule: Rule, register: Register, column: str | None) -> dict[str, Any]:
    """What every expectation carries: rule and column for the findings, the sentence and its source for the reader."""
    notes: dict[str, Any] = {
        "meta": {"rule": rule.name, "column": column},
        "severity": SEVERITIES[rule.level_at(register.name)],
        "description": rule.en,
        "notes": rule.source,
    }
    if rule.only:
        notes["row_condition"] = _condition(rule.only, register)
    return notes


def _condition(only: Mapping[str, Any], register: Register) -> Any:
    from great_expectations.expectations.row_conditions import Column

    return reduce(and_, [Column(name).is_in(_values(values, register)) for name, values in only.items()])


def _values(values: Any, register: Register) -> list[Any]:
    """Values as they stand, or by name: the register's own name, its mutations, or a list in its layout."""
    if not isinstance(values, str):
        return list(values)
    if values == "own_name":
        return [register.name]
    if values == "mutations":
        told = [code for column in register.of_kind("mutation", "case") for code in column.values.values()]
        return sorted(set(told)) or ["snapshot"]
    return list(register.layout[values])


def _bound(bound: Any, register: Register) -> Any:
    """A bound as it stands, or by its name among the register's bounds."""
    if isinstance(bound, str):
        return register.bounds[bound]
    return datetime(bound.year, bound.month, bound.day) if isinstance(bound, date) else bound


def _is_there(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    from great_expectations.expectations import ExpectColumnValuesToBeInSet, ExpectColumnValuesToNotBeNull

    name = asked["column"]
    if name in SHOWN:
        return [ExpectColumnValuesToNotBeNull(column=name, **_notes(rule, register, name))]
    column = name if name not in ("name", "age") else rule.columns[0]
    return [ExpectColumnValuesToBeInSet(column=f"has_{name}", value_set=[True], **_notes(rule, register, column))]


def _is_one_of(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    from great_expectations.expectations import ExpectColumnValuesToBeInSet

    name, values = asked["column"], _values(asked["values"], register)
    return [ExpectColumnValuesToBeInSet(column=name, value_set=values, **_notes(rule, register, name))]


def _is_within(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    """Within bounds that both belong to it; `below` is a bound that does not."""
    from great_expectations.expectations import ExpectColumnValuesToBeBetween

    name = asked["column"]
    least, most = asked.get("min"), asked.get("below", asked.get("max"))
    column = name if name in SHOWN else rule.columns[0]
    return [
        ExpectColumnValuesToBeBetween(
            column=name,
            min_value=_bound(least, register),
            max_value=_bound(most, register),
            strict_max="below" in asked,
            **_notes(rule, register, column),
        )
    ]


def _is_in_order(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    """One column not after a `later`, or not before an `earlier`; nothing is asked where either is not recorded."""
    from great_expectations.expectations import ExpectColumnPairValuesAToBeGreaterThanB

    return [
        ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=asked.get("later", asked["column"]),
            column_B=asked.get("earlier", asked["column"]),
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            **_notes(rule, register, asked["column"]),
        )
    ]


def _is_unique(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    from great_expectations.expectations import ExpectColumnValuesToBeUnique

    return [ExpectColumnValuesToBeUnique(column=asked["column"], **_notes(rule, register, asked["column"]))]


def _has_known_codes(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    """Every code, and every code of a list, is one of its code list's or fits its pattern."""
    from great_expectations.expectations import ExpectColumnValuesToBeInSet, ExpectColumnValuesToMatchRegex

    expected: list[Expectation] = []
    for column in COLUMNS:
        if column.kind not in ("code", "codes") or column.name == "register":
            continue
        notes = _notes(rule, register, column.name)
        if column.kind == "code" and column.name not in rule.patterns:
            codes = known_codes(rule, register, column.name)
            expected.append(ExpectColumnValuesToBeInSet(column=column.name, value_set=codes, **notes))
            continue
        code = rule.patterns.get(column.name) or "|".join(map(re.escape, known_codes(rule, register, column.name)))
        more = rf"(?:{re.escape(BETWEEN)}(?:{code}))*" if column.kind == "codes" else ""
        expected.append(ExpectColumnValuesToMatchRegex(column=column.name, regex=rf"^(?:{code}){more}\Z", **notes))
    return expected


def known_codes(rule: Rule, register: Register, column: str) -> list[str]:
    """Return the codes that a record column may hold: its code list, and what the register's own codes stand for."""
    if column in rule.codes:
        return rule.codes[column]
    delivered = [c for c in register.of_kind("code", "codes") if column in c.into]
    lists = {c.codes for c in delivered if c.codes} or (set() if delivered else {column})
    own = {code for c in delivered for code in c.values.values() if code}
    return sorted(own.union(*(code_list(name).codes for name in sorted(lists))))


def _has_dates_within(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    from great_expectations.expectations import ExpectColumnValuesToBeInSet

    days = [column.name for column in COLUMNS if column.kind == "date"]
    expected = [made for name in days for made in _is_within(rule, register, {**asked, "column": name})]
    notes = _notes(rule, register, "birth_year")
    return [
        *expected,
        ExpectColumnValuesToBeInSet(column="has_plausible_birth_year", value_set=[True], **notes),
    ]


def _has_lists(rule: Rule, register: Register, asked: Asked) -> list[Expectation]:
    from great_expectations.expectations import ExpectColumnValuesToBeInSet

    lists = [column.name for column in COLUMNS if column.kind in LISTS]
    return [
        ExpectColumnValuesToBeInSet(column=f"is_list_{name}", value_set=[True], **_notes(rule, register, name))
        for name in lists
    ]


def _not_reported(problem: str, register: Register) -> Expectation:
    """A reader reported this problem of no row."""
    from great_expectations.expectations import ExpectColumnValuesToBeInSet

    rule = rule_of_problem(problem)
    column = problem.partition(":")[2] or None
    return ExpectColumnValuesToBeInSet(column=problem, value_set=[False], **_notes(rule, register, column))


EXPECTATIONS: Mapping[str, Callable[[Rule, Register, Asked], list[Expectation]]] = {
    "present": _is_there,
    "one_of": _is_one_of,
    "within": _is_within,
    "not_after": _is_in_order,
    "not_before": _is_in_order,
    "unique": _is_unique,
    "known_codes": _has_known_codes,
    "dates_within": _has_dates_within,
    "lists_there": _has_lists,
}
