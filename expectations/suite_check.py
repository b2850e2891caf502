"""Carrying out a suite: Great Expectations finds the rows that fail; here that becomes rules and columns.

An expectation that could not be carried out is an error, never a failed row.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from connectors.installation import OneLineError
from connectors.register import Register
from expectations.distinct import DistinctFacts, columns_of
from expectations.suites import columns_asked

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.pandas_datasource import DataFrameAsset
    from great_expectations.expectations import Expectation

# Which rows, all of them: SUMMARY and the partial lists stop at twenty.
RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "return_unexpected_index_query": False,
}
# Judged by all rows together, so not on the different values alone.
OF_ALL_ROWS = ("expect_column_values_to_be_unique",)

# Per row and rule, the columns concerned.
Breaches = dict[tuple[int, str], set[str]]


class ExpectationBroken(OneLineError):
    """An expectation that could not be carried out; the message names register, rule and column only."""


class SuiteCheck:
    """A suite and what it has found so far: `checked` rows, and per expectation how many of them failed it."""

    def __init__(self, register: Register, suite: "ExpectationSuite") -> None:
        self.register = register
        self.expectations = list(suite.expectations)
        self.asked = [asked_by(expectation) for expectation in self.expectations]
        for number, expectation in enumerate(self.expectations):
            expectation.meta = {**self.asked[number], "number": number}
        self.columns = columns_asked(suite)
        self.checked = 0
        self.failed = [0] * len(self.expectations)
        by_row = [n for n, e in enumerate(self.expectations) if e.expectation_type not in OF_ALL_ROWS]
        self._of_all_rows = [n for n in range(len(self.expectations)) if n not in by_row]
        self._by_row = by_row
        self._distinct = DistinctFacts([self.expectations[n] for n in by_row], self._carry_out)

    def breaches(self, facts: pd.DataFrame) -> Breaches:
        """Return which rows of the facts break which rules, and in which columns. Raises ExpectationBroken."""
        for expectation, asked in zip(self.expectations, self.asked, strict=True):
            if any(name not in facts for name in columns_of(expectation)):
                raise broken(self.register, asked["rule"], asked["column"])
        rows: dict[int, Sequence[int]] = dict(zip(self._by_row, self._distinct.failing_rows(facts), strict=True))
        rows |= {number: self._failing_together(number, facts) for number in self._of_all_rows}
        found: Breaches = {}
        self.checked += len(facts)
        for number, failing in sorted(rows.items()):
            self.failed[number] += len(failing)
            asked = self.asked[number]
            for row in failing:
                columns = found.setdefault((int(row), asked["rule"]), set())
                if asked["column"]:
                    columns.add(asked["column"])
        return found

    def _failing_together(self, number: int, facts: pd.DataFrame) -> list[int]:
        """Rows that fail together can only be among those that share a value with another."""
        expectation = self.expectations[number]
        shared = facts[facts.duplicated(list(columns_of(expectation)), keep=False)]
        if shared.empty:
            return []
        return self._carry_out([expectation], shared[["row", *columns_of(expectation)]].reset_index(drop=True))[0]

    def _carry_out(self, expectations: Sequence["Expectation"], facts: pd.DataFrame) -> list[list[int]]:
        """The rows that fail each expectation, in their order."""
        failing: dict[int, list[int]] = {}
        for result in _results(self.register, expectations, facts):
            asked = asked_by(result["expectation_config"])
            if is_broken(result):
                raise broken(self.register, asked["rule"], asked["column"])
            listed = result["result"].get("unexpected_index_list") or ()
            failing[asked["number"]] = [int(entry["row"]) for entry in listed]
        return [failing[asked_by(expectation)["number"]] for expectation in expectations]


def asked_by(expectation: Any) -> dict[str, Any]:
    """Return what an expectation carries for its findings: rule and column."""
    return dict(expectation.meta or {})


def broken(register: Register, rule: str, column: str | None) -> ExpectationBroken:
    """Return the error for an expectation that could not be carried out."""
    where = f"{register.name}, rule {rule}, column {column or 'problems'}"
    return ExpectationBroken(f"a check could not be carried out ({where}); is that column there, and of its type?")


def is_broken(result: "ExpectationValidationResult") -> bool:
    """Return whether an expectation raised an exception, which is not the same as rows that fail it.

    Great Expectations tells it flat or per metric, the latter when a column is not there.
    """
    told = result["exception_info"] or {}
    parts = [told, *(part for part in told.values() if isinstance(part, Mapping))]
    return any(part.get("raised_exception") for part in parts) or "element_count" not in (result["result"] or {})


@cache
def _asset(register: str) -> "DataFrameAsset":
    """Where Great Expectations takes frames from; made once, because making it costs as much as a small check."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context.data_sources.add_pandas(register).add_dataframe_asset(register)


def _results(
    register: Register, expectations: Sequence["Expectation"], facts: pd.DataFrame
) -> "list[ExpectationValidationResult]":
    import great_expectations as gx

    asset = _asset(register.name)
    definition = asset.add_batch_definition_whole_dataframe("facts")
    try:
        batch = definition.get_batch({"dataframe": facts})
        suite = gx.ExpectationSuite(name=register.name, expectations=list(expectations))
        return batch.validate(suite, result_format=RESULT_FORMAT).results
    finally:
        asset.delete_batch_definition("facts")
