"""Whatever is delivered: the counts add up, and the order of rows changes nothing.

A check costs the same for one row as for hundreds, so an example is a frame of many random rows made from a seed.
"""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import COLUMN_NAMES, KINDS
from connectors.register import REGISTERS, load_register
from expectations.check import check_records, check_rows
from expectations.rules import foreseen_problems

TEXTS = [None, "", "x", "new", "snapshot", "withdrawn", "female", "address_check", "day"]
LISTS = [[], ["prostitution"], ["b|c", ""], ["NLD", "x"]]
DAYS = [None, dt.date.min, dt.date(1849, 12, 31), dt.date(2004, 2, 29), dt.date(2004, 3, 1), dt.date.max]
VALUES = {
    "text": TEXTS,
    "code": TEXTS,
    "date": DAYS,
    "integer": [None, -1, 0, 9, 10, 18, 120, 121, 1849, 1988],
    "flag": [None, True, False],
    "texts": LISTS,
    "codes": LISTS,
}


def any_rows(name: str, seed: int, length: int) -> list[dict[str, object]]:
    chance = random.Random(seed)
    unforeseen = ["unknown_label:A B", "unknown_element:A/B", "duplicate_key:source_key"]
    problems = [*foreseen_problems(load_register(name)), *unforeseen]
    return [
        {
            **{column: chance.choice(VALUES[kind]) for column, kind in KINDS.items()},
            "row_key": f"row {number}",
            "register": name if chance.random() < 0.9 else chance.choice(TEXTS),
            "problems": chance.choices(problems, k=chance.choice([0, 0, 1, 3])),
        }
        for number in range(1, length + 1)
    ]


@pytest.mark.parametrize("name", REGISTERS)
@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 300))
def test_accepted_and_set_aside_add_up_and_the_order_of_rows_does_not_matter(name, rows_of, seed, length):
    register, rows = load_register(name), any_rows(name, seed, length)
    turned = random.Random(seed).sample(rows, k=length)
    once, again = check_rows(register, rows_of(rows)), check_rows(register, rows_of(turned))
    assert len(once.accepted) + once.set_aside_rows == length
    assert sorted(once.accepted["row_key"]) == sorted(again.accepted["row_key"])
    assert once.findings.equals(again.findings)
    assert not once.findings.duplicated(["row_key", "rule"]).any()
    aside = set(once.findings.loc[once.findings["level"] == "set_aside", "row_key"])
    assert len(aside) == once.set_aside_rows
    assert not aside & set(once.accepted["row_key"])


@pytest.mark.parametrize("name", REGISTERS)
@settings(max_examples=2, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_records_add_up_too(name, records_of, seed):
    records = records_of(any_rows(name, seed, 200))
    checked = check_records(load_register(name), records)
    assert len(checked.accepted) + checked.set_aside_rows == len(records)
    assert set(COLUMN_NAMES) == set(checked.accepted.columns)
