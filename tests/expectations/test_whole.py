"""A register as a whole: what is said of shares, regions and sums, and when nothing is said."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.register import REGISTERS, load_register
from expectations.whole import completeness, count_whole, counted_fields, judge_whole, usual_shares
from expectations.whole import settings as declared

IKPS = load_register("ikps")


@pytest.fixture
def counted(row_of, records_of):
    """Counts of so many sound records of a register, each with the values given."""

    def count(register, *rows):
        return count_whole(
            load_register(register), records_of([row_of(register, n, **row) for n, row in enumerate(rows)])
        )

    return count


def told(register, counts, usual=None):
    found = judge_whole(load_register(register), counts, usual or {}).to_dict("records")
    return [(finding["rule"], finding["column"], finding["detail"]) for finding in found]


def test_sound_records_give_no_finding(counted):
    for register in REGISTERS:
        # No document is recorded, as in nearly every IKPS record.
        assert told(register, counted(register, *[{"residence_status": "ama", "living_situation": "alone",
                                                   "country_of_origin": "ROU"}] * 100)) == []  # fmt: skip


def test_a_field_recorded_less_often_than_in_the_research_is_told_with_both_shares(counted):
    rows = [{"residence_status": "ama" if n < 40 else None} for n in range(100)]
    assert ("completeness_below_baseline", "residence_status", "40,0 %; 56,0 %") in told("ikps", counted("ikps", *rows))


def test_a_share_within_the_tolerance_is_not_told(counted):
    rows = [{"residence_status": "ama" if n < 52 else None} for n in range(100)]
    assert not [rule for rule, column, _ in told("ikps", counted("ikps", *rows)) if column == "residence_status"]


def test_fewer_records_than_thirty_say_nothing_about_a_share(counted):
    assert told("ikps", counted("ikps", *[{"sex": None, "document_status": "false"}] * 29)) == []


@pytest.mark.parametrize("usual, is_told", [(0.99, False), (0.70, True), (0.86, False)])
def test_a_share_far_from_that_of_the_last_nights_is_told_up_or_down(counted, usual, is_told):
    counts = counted("telex", *[{"place": "utrecht"}] * 100)
    assert (
        ("completeness_changed", "place", f"100,0 %; {100 * usual:.1f} %".replace(".", ","))
        in told("telex", counts, {"place": usual})
    ) is is_told


def test_filled_documents_point_to_another_practice(counted):
    rows = [{"document_status": "false" if n < 6 else None, "residence_status": "ama"} for n in range(100)]
    assert told("ikps", counted("ikps", *rows)) == [("documents_filled", "document_status", "6,0 %")]


def test_a_region_with_next_to_nothing_in_a_year_is_a_backlog(counted):
    regions = declared()["regions"]["ikps"]
    rows = [
        {"region": region.upper(), "registered_on": dt.date(2004, 3, 9), "residence_status": "ama"}
        for region in regions
        for _ in range(2 if region == "zeeland" else 0 if region == "twente" else 12)
    ]
    assert told("ikps", counted("ikps", *rows)) == [
        ("region_near_empty", "region", "twente 2004: 0; mediaan 12"),
        ("region_near_empty", "region", "zeeland 2004: 2; mediaan 12"),
    ]


def test_a_name_that_is_no_region_is_never_named(counted):
    rows = [{"region": "Anne de Wit", "residence_status": "ama"}] * 100
    counts = counted("ikps", *rows)
    assert "wit" not in str(counts).lower()


def test_departures_without_a_category_leave_a_gap_in_the_sum_of_the_month(counted):
    rows = [
        {"departed_on": dt.date(2004, 3, 1 + n), "departure_category": None if n == 3 else "expulsion"}
        for n in range(9)
    ]
    assert told("mob", counted("mob", *rows)) == [("sum_of_categories", "departure_category", "2004-03: 8; 9")]


def test_single_answers_add_to_a_hundred_and_several_answers_to_more(counted):
    forms = [{"exploitation_forms": ["prostitution", "criminal_activities"]}, {"exploitation_forms": ["prostitution"]}]
    counts = counted("stv", *forms * 10)
    assert not [found for found in told("stv", counts) if found[0] == "shares_do_not_add_up"]
    # A code that no list knows would be left out of a table: its share is missing from the sum.
    counts["code", "sex", "female"] -= 1
    counts["code", "sex", "another"] += 1
    assert ("shares_do_not_add_up", "sex", "95,0 %") in told("stv", counts)


def test_only_nights_with_enough_records_and_enough_nights_make_a_usual_share():
    nights = [("sex", 100, 50 + n) for n in range(5)] + [("place", 100, 10)] * 4 + [("name", 29, 29)] * 9
    assert usual_shares(pd.DataFrame(nights, columns=["field", "records", "recorded"])) == {"sex": 0.52}


@pytest.mark.parametrize("register", REGISTERS)
def test_completeness_has_a_row_for_each_field_that_the_register_fills(counted, register):
    table = completeness(load_register(register), counted(register, *[{}] * 3), {"sex": 0.5})
    assert table["field"].tolist() == list(counted_fields(load_register(register)))
    assert table["records"].eq(3).all()
    assert table.set_index("field").loc["sex", ["recorded_share", "usual_share"]].tolist() == [1.0, 0.5]


def test_a_register_without_records_has_no_shares_and_no_findings(counted):
    for register in REGISTERS:
        counts = counted(register)
        assert completeness(load_register(register), counts, {})["recorded_share"].isna().all()
        assert told(register, counts, {"sex": 0.9}) == []


@settings(max_examples=20, deadline=None)
@given(cut=st.integers(0, 40), data=st.data())
def test_counts_of_parts_add_up_to_those_of_the_whole(row_of, records_of, cut, data):
    rows = [
        row_of("mob", n, sex=data.draw(st.sampled_from(["male", None])), exploitation_forms=data.draw(
            st.sampled_from([[], ["prostitution"]])))
        for n in range(40)
    ]  # fmt: skip
    mob = load_register("mob")
    parts: Counter = Counter()
    for part in (rows[:cut], rows[cut:]):
        parts.update(count_whole(mob, records_of(part)))
    assert +parts == +count_whole(mob, records_of(rows))
