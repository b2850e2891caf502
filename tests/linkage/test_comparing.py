"""Kinds of agreement between birth dates (design section 6), as a list that a domain expert can extend."""

from __future__ import annotations

import pytest

from linkage.comparing import birth_agreement
from linkage.standard import BirthDate


def born(year: int, month: int = 0, day: int = 0) -> BirthDate:
    return BirthDate(year, month, day, year, year, True)


def aged(first_year: int, last_year: int) -> BirthDate:
    return BirthDate(first_year=first_year, last_year=last_year)


CASES = [
    ("the same day", born(1987, 11, 20), born(1987, 11, 20), "same_day"),
    ("1 January on both sides is a placeholder", born(1989, 1, 1), born(1989, 1, 1), "same_placeholder"),
    ("1 July on both sides is a placeholder", born(1989, 7, 1), born(1989, 7, 1), "same_placeholder"),
    ("a placeholder against a real day of that year", born(1989, 1, 1), born(1989, 5, 17), "same_year"),
    ("1 January of another year", born(1988, 1, 1), born(1983, 1, 1), "placeholder_of_other_year"),
    ("day and month exchanged", born(1987, 11, 4), born(1987, 4, 11), "swapped"),
    ("only the year differs (S34)", born(1987, 11, 20), born(1983, 11, 20), "year_differs"),
    ("one digit of the day differs", born(1987, 11, 20), born(1987, 11, 26), "one_digit_differs"),
    ("the digits of the day exchanged", born(1987, 11, 21), born(1987, 11, 12), "one_digit_differs"),
    ("one digit of the month differs", born(1987, 11, 20), born(1987, 1, 20), "one_digit_differs"),
    ("another day of the same month", born(1987, 11, 20), born(1987, 11, 6), "one_part_differs"),
    ("only the year known on one side", born(1989), born(1989, 5, 17), "same_year"),
    ("the same month, day unknown", born(1989, 5), born(1989, 5, 17), "same_month"),
    ("a stated age that fits", aged(1989, 1991), born(1990, 2, 10), "age_fits"),
    ("a stated age that does not fit", aged(1989, 1991), born(1985, 2, 10), "few_years_apart"),
    ("an adult on paper", born(1988, 9, 1), born(1984, 12, 12), "few_years_apart"),
    ("a mother and her child", born(1970, 3, 3), born(1988, 9, 1), "different"),
]


@pytest.mark.parametrize(("case", "left", "right", "agreement"), CASES, ids=[case for case, *_ in CASES])
def test_birth_dates_agree_in_kinds(case, left, right, agreement):
    assert birth_agreement(left, right) == agreement
    assert birth_agreement(right, left) == agreement
