"""Telephone numbers in all notations of the contract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.phones import read_phone, split_list


@pytest.mark.parametrize(
    "written",
    [
        "06-00000001",
        "0600000001",
        "06 0000 0001",
        "+31 6 00000001",
        "0031600000001",
        "+31600000001",
        "tel. 06-00000001",
        "06-00000001 (moeder)",
        "+31 (0)6 00000001",
        "(06) 00000001",
    ],
)
def test_one_number_in_every_notation_is_one_number(written):
    assert read_phone(written) == ("+31600000001", None)


def test_what_is_no_number_is_told():
    assert read_phone("geen") == (None, "unreadable_phone")
    assert read_phone("123") == (None, "unreadable_phone")
    assert read_phone("") == (None, None)
    assert read_phone("onbekend") == (None, None)


def test_two_numbers_or_a_row_of_zeros_are_not_one_number():
    assert read_phone("06-00000001 / 06-00000002") == (None, "unreadable_phone")
    assert read_phone("06-00000001 moeder 2") == (None, "unreadable_phone")
    assert read_phone("0000000000") == (None, "unreadable_phone")


def test_a_list_is_split_without_blanks():
    assert split_list(" a | b || ", "|") == ["a", "b"]


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_numbers(text):
    number, problem = read_phone(text)
    assert number is None or problem is None
