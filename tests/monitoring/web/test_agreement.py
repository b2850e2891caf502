"""Two registrations side by side: agrees, differs, blank."""

from __future__ import annotations

import pytest

from monitoring.web.agreement import agreement


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("Fatima", "fatima", "agrees"),
        ("Noëlle", "NOELLE", "agrees"),
        ("Jansen", "Janssen", "differs"),
        ("1988-05-17", "1988-05-17", "agrees"),
        ("1988-05-17", None, "blank"),
        ([], ["+31600000000"], "blank"),
        (["+31600000000", "+31611111111"], ["+31611111111"], "agrees"),
        (["+31600000000"], ["+31611111111"], "differs"),
        (False, None, "blank"),
        (False, True, "differs"),
        (0, 0, "agrees"),
    ],
)
def test_two_values_agree_differ_or_one_is_blank(left, right, said):
    assert agreement(left, right) == said
    assert agreement(right, left) == said


def test_a_field_that_neither_records_is_not_shown_and_a_partial_birth_date_is():
    from monitoring.web.agreement import side_by_side

    one = {"birth_year": 1988, "birth_month": 5, "birth_day": None, "phones": []}
    other = {"birth_year": 1988, "birth_month": None, "birth_day": None, "birth_date_precision": "approximate"}
    rows = side_by_side(one, other)
    assert [(row["left"], row["right"], row["agreement"]) for row in rows] == [
        ("1988-05-??", "1988-??-?? ±", "differs")
    ]


def test_a_contact_is_told_with_its_role_in_words(published):
    from django.utils import translation

    from monitoring.web.agreement import side_by_side

    with translation.override("nl"):
        rows = side_by_side({"contacts": ["pimp:sergio", "zonder rol"]}, {})
    assert rows[0]["left"] == "pooier: sergio, zonder rol"
