"""Checking: rows and records that may go on, those set aside, and one finding per row and rule.

Great Expectations finds the rows (`expectations.suites`), the rules decide what follows: a row with any rule of level
set_aside is set aside, one with warnings goes on. Accepted + set aside = delivered, always. An expectation that could
not be carried out is an error, never a failed row.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from connectors.installation import OneLineError
from connectors.reading import findings_frame
from connectors.register import Register
from expectations.facts import record_facts, reported_problems, row_facts
from expectations.rules import load_rules
from expectations.suites import columns_asked, record_suite, row_suite

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationValidationResult

logger = logging.getLogger(__name__)

# Which rows, all of them: SUMMARY and the partial lists stop at twenty.
RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "return_unexpected_index_query": False,
}
# A row with very many unknown elements must not make a finding without end.
SHOWN_NAMES = 5

# Per row and rule, the columns concerned.
Breaches = dict[tuple[int, str], set[str]]


class ExpectationBroken(OneLineError):
    """An expectation that could not be carried out; the message names register, rule and column only."""


@dataclass(frozen=True)
class Checked:
    """What came through a check, in the order given; findings (connectors.reading.FINDING_COLUMNS); rows set aside."""

    accepted: pd.DataFrame
    findings: pd.DataFrame
    set_aside_rows: int


def check_rows(register: Register, rows: pd.DataFrame) -> Checked:
    """Check the delivered rows of one register. Raises ExpectationBroken; OneLineError for a problem without a rule."""
    if not len(rows):
        return _nothing(rows)
    suite = row_suite(register, reported_problems(rows["problems"]))
    found = breaches(register, suite, row_facts(rows, columns_asked(suite)))
    _drop_unreadable(found, rows["problems"])
    _add_kept_names(found, rows["problems"])
    return _decided(register, rows, found, rows["file"], rows["row_key"], rows["row_number"])


def check_records(register: Register, records: pd.DataFrame) -> Checked:
    """Check the records of one register against the common record; findings name no file. Raises ExpectationBroken."""
    if not len(records):
        return _nothing(records)
    suite = record_suite(register)
    found = breaches(register, suite, record_facts(records, columns_asked(suite)))
    nothing = pd.Series([None] * len(records), dtype=object)
    keys = records["source_key"].where(records["source_key"].notna(), records["record_id"])
    return _decided(register, records, found, nothing, keys, nothing)


def _nothing(rows: pd.DataFrame) -> Checked:
    return Checked(rows.copy(), findings_frame([]), 0)


def breaches(register: Register, suite: "ExpectationSuite", facts: pd.DataFrame) -> Breaches:
    """Return which rows of the facts break which rules, and in which columns. Raises ExpectationBroken."""
    found: Breaches = {}
    for result in _results(register, suite, facts):
        asked = result["expectation_config"]["meta"]
        rule, column = asked["rule"], asked["column"]
        if is_broken(result):
            raise broken(register, rule, column)
        for entry in result["result"].get("unexpected_index_list") or ():
            columns = found.setdefault((int(entry["row"]), rule), set())
            if column:
                columns.add(column)
    return found


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


def _results(register: Register, suite: "ExpectationSuite", facts: pd.DataFrame) -> "list[ExpectationValidationResult]":
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas(register.name).add_dataframe_asset(register.name)
    batch = asset.add_batch_definition_whole_dataframe("facts").get_batch({"dataframe": facts})
    return batch.validate(suite, result_format=RESULT_FORMAT).results


def _drop_unreadable(found: Breaches, problems: Iterable[list[str]]) -> None:
    """A value that stood there and could not be read is not missing: the reader's finding says what is wrong."""
    by_row = [rule for rule in load_rules().values() if rule.found_in == "row"]
    missing = [rule.name for rule in by_row if all(asked["kind"] == "present" for asked in rule.expect)]
    for row, told in enumerate(problems):
        unreadable = {problem.partition(":")[2] for problem in told}
        for place in ((row, rule) for rule in missing if told and (row, rule) in found):
            found[place] -= unreadable
            if not found[place]:
                del found[place]


def _add_kept_names(found: Breaches, problems: Iterable[list[str]]) -> None:
    """Add the names of what is unknown, where a rule says that they are kept; Great Expectations has not seen them."""
    keeping = {name for name, rule in load_rules().items() if rule.names == "kept"}
    for row, told in enumerate(problems):
        for word in keeping.intersection(problem.partition(":")[0] for problem in told):
            names = sorted(name for problem in told if (name := problem.removeprefix(f"{word}:")) not in ("", problem))
            more = {f"and {len(names) - SHOWN_NAMES} more"} if len(names) > SHOWN_NAMES else set()
            found.setdefault((row, word), set()).update(names[:SHOWN_NAMES], more)


def _decided(
    register: Register,
    rows: pd.DataFrame,
    found: Breaches,
    files: pd.Series,
    keys: pd.Series,
    numbers: pd.Series,
) -> Checked:
    """Set aside what breaks a rule of that level; the order of findings does not depend on the order of the rows."""
    rules = load_rules()
    levels = {rule: rules[rule].level_at(register.name) for _, rule in found}
    aside = {row for row, rule in found if levels[rule] == "set_aside"}
    places = list(zip(*(_sortable(values) for values in (files, numbers, keys)), strict=True))
    told = sorted((*places[row], rule, ", ".join(sorted(columns))) for (row, rule), columns in found.items())
    findings = [
        (register.name, file or None, key or None, levels[rule], rule, columns or None)
        for file, _, key, rule, columns in told
    ]
    accepted = rows[[row not in aside for row in range(len(rows))]].reset_index(drop=True)
    logger.info("%s: %d of %d accepted, %d findings", register.name, len(accepted), len(rows), len(findings))
    return Checked(accepted, findings_frame(findings), len(aside))


def _sortable(values: pd.Series) -> list[Any]:
    """Values that can be put in order: nothing becomes an empty text, or zero in a column of numbers."""
    nothing = 0 if values.dtype == "Int64" else ""
    return [nothing if is_null else value for value, is_null in zip(values, values.isna(), strict=True)]
