"""Checking: rows and records that may go on, those set aside, and one finding per row and rule.

Great Expectations finds the rows (`expectations.suites`), the rules decide what follows: a row with any rule of level
set_aside is set aside, one with warnings goes on. Accepted + set aside = delivered, always. An expectation that could
not be carried out is an error, never a failed row.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from connectors.reading import findings_frame
from connectors.register import Register
from expectations.facts import record_facts, reported_problems, row_facts
from expectations.rules import foreseen_problems, load_rules
from expectations.suite_check import Breaches, SuiteCheck
from expectations.suites import problem_suite, record_suite, row_suite

logger = logging.getLogger(__name__)

# A row with very many unknown elements must not make a finding without end.
SHOWN_NAMES = 5


@dataclass(frozen=True)
class Checked:
    """What came through a check, in the order given; findings (connectors.reading.FINDING_COLUMNS); rows set aside."""

    accepted: pd.DataFrame
    findings: pd.DataFrame
    set_aside_rows: int


class Checks:
    """The checks of one register on one night, which remember what Great Expectations has judged already.

    `rows`, `records`: of the delivered rows and of the records that they fold into.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.rows = SuiteCheck(register, row_suite(register))
        self.records = SuiteCheck(register, record_suite(register))
        self.foreseen = frozenset(foreseen_problems(register))

    @property
    def judged(self) -> Counter[tuple[str, str]]:
        """Per suite the rows checked and, by number of the expectation, those that failed it."""
        judged: Counter[tuple[str, str]] = Counter()
        for name, suite in (("rows", self.rows), ("records", self.records)):
            judged[name, "checked"] = suite.checked
            judged.update({(name, str(number)): failed for number, failed in enumerate(suite.failed)})
        return judged


def check_rows(register: Register, rows: pd.DataFrame, checks: Checks | None = None) -> Checked:
    """Check delivered rows of one register; `checks` of the same night make further batches cheaper.

    Raises ExpectationBroken; OneLineError for a problem without a rule.
    """
    if not len(rows):
        return _nothing(rows)
    checks = checks or Checks(register)
    found = checks.rows.breaches(row_facts(rows, checks.rows.columns))
    unforeseen = [problem for problem in reported_problems(rows["problems"]) if problem not in checks.foreseen]
    if unforeseen:
        further = SuiteCheck(register, problem_suite(register, unforeseen))
        for place, columns in further.breaches(row_facts(rows, further.columns)).items():
            found.setdefault(place, set()).update(columns)
    _drop_unreadable(found, rows["problems"])
    _add_kept_names(found, rows["problems"])
    return _decided(register, rows, found, rows["file"], rows["row_key"], rows["row_number"])


def check_records(register: Register, records: pd.DataFrame, checks: Checks | None = None) -> Checked:
    """Check the records of one register against the common record; findings name no file. Raises ExpectationBroken."""
    if not len(records):
        return _nothing(records)
    checks = checks or Checks(register)
    found = checks.records.breaches(record_facts(records, checks.records.columns))
    nothing = pd.Series([None] * len(records), dtype=object)
    keys = records["source_key"].where(records["source_key"].notna(), records["record_id"])
    return _decided(register, records, found, nothing, keys, nothing)


def _nothing(rows: pd.DataFrame) -> Checked:
    return Checked(rows.copy(), findings_frame([]), 0)


def _drop_unreadable(found: Breaches, problems: Iterable[list[str]]) -> None:
    """A value that stood there and could not be read is not missing: the reader's finding says what is wrong."""
    by_row = [rule for rule in load_rules().values() if rule.found_in == "row"]
    missing = [rule.name for rule in by_row if all(asked["kind"] == "present" for asked in rule.expect)]
    for row, told in enumerate(problems):
        if not told:
            continue
        unreadable = {problem.partition(":")[2] for problem in told}
        for place in ((row, rule) for rule in missing if (row, rule) in found):
            found[place] -= unreadable
            if not found[place]:
                del found[place]


def _add_kept_names(found: Breaches, problems: Iterable[list[str]]) -> None:
    """Add the names of what is unknown, where a rule says that they are kept; Great Expectations has not seen them."""
    keeping = {name for name, rule in load_rules().items() if rule.names == "kept"}
    for row, told in enumerate(problems):
        if not told:
            continue
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
    accepted = rows[[row not in aside for row in range(len(rows))]] if aside else rows
    accepted = accepted.reset_index(drop=True)
    logger.info("%s: %d of %d accepted, %d findings", register.name, len(accepted), len(rows), len(findings))
    return Checked(accepted, findings_frame(findings), len(aside))


def _sortable(values: pd.Series) -> list[Any]:
    """Values that can be put in order: nothing becomes an empty text, or zero in a column of numbers."""
    nothing = 0 if values.dtype == "Int64" else ""
    return [nothing if is_null else value for value, is_null in zip(values, values.isna(), strict=True)]
