"""A night's links: what is offered to a reviewer when little is in common."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.records import records_frame
from linkage.model import load_model
from linkage.night import link_records

GIRL = {
    "record_id": "telex-1", "register": "telex", "source_key": "1", "given_names": "Isoken", "family_name": "Uwaemeka",
    "birth_year": 1989, "birth_month": 7, "birth_day": 4, "birth_date_precision": "day", "sex": "female",
    "nationality": ["NGA"], "missing_since": date(2004, 11, 1), "phones": ["+31600000001"],
}  # fmt: skip
FALSE_PAPERS = {
    "record_id": "stv-1", "register": "stv", "source_key": "1", "given_names": "Polina", "family_name": "Stefanova",
    "birth_year": 1985, "birth_month": 6, "birth_day": 22, "birth_date_precision": "day", "sex": "female",
    "nationality": ["GRC"], "encountered_on": date(2005, 4, 17),
}  # fmt: skip


def status_of(*records) -> tuple[str, list[str]]:
    """The status of the pair, and those of the resurfacings."""
    night = link_records(records_frame(records), load_model())
    pairs = night.pairs["status"].tolist()
    return (pairs[0] if pairs else "not compared"), night.resurfacings["status"].tolist()


def test_a_false_name_and_a_false_age_are_offered_when_a_number_ties_them_to_a_missing_child():
    assert status_of(GIRL, {**FALSE_PAPERS, "phones": ["+31600000001"]}) == ("review", ["possible"])


@pytest.mark.parametrize("phones", [[], ["+31600000002"]], ids=["no number", "another number"])
def test_without_a_number_in_common_nothing_ties_them(phones):
    assert status_of(GIRL, {**FALSE_PAPERS, "phones": phones})[0] in ("no_link", "not compared")


def test_where_nobody_is_missing_so_little_is_not_offered():
    other = {**GIRL, "record_id": "youth_care-2", "register": "youth_care", "source_key": "2", "missing_since": None}
    status, resurfaced = status_of(other, {**FALSE_PAPERS, "phones": ["+31600000001"]})
    assert status in ("no_link", "not compared") and not resurfaced
