"""Which year a person belongs to, and how many victims a report names."""

from datetime import date

import invented_night as invented
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.figures.populations import counted_persons, of_register, victim_year, victims_in_reports

Y2003, Y2004, Y2005 = date(2003, 5, 1), date(2004, 5, 1), date(2005, 5, 1)
FORM = ["prostitution"]
# what the registrations of one person say, and the year in which it first came into view as a victim
YEARS = [
    ("the earliest registration counts", [("stv", {"reported_on": Y2005}), ("ikps", {"encountered_on": Y2004})], 2004),
    (
        "the day of the encounter goes before that of the report",
        [("stv", {"encountered_on": Y2003, "reported_on": Y2005})],
        2003,
    ),
    (
        "the day of the report goes before that of the entry",
        [("ikps", {"reported_on": Y2004, "registered_on": Y2005})],
        2004,
    ),
    ("the day of entry is better than nothing", [("ikps", {"registered_on": Y2005})], 2005),
    (
        "an earlier entry does not overrule an encounter",
        [("ikps", {"encountered_on": Y2005, "registered_on": Y2003})],
        2005,
    ),
    (
        "youth care counts when it names a form",
        [("youth_care", {"reported_on": Y2003, "exploitation_forms": FORM}), ("stv", {"reported_on": Y2004})],
        2003,
    ),
    (
        "youth care without a form is of no victim",
        [("youth_care", {"reported_on": Y2003}), ("stv", {"reported_on": Y2004})],
        2004,
    ),
    (
        "a disappearance makes nobody a victim",
        [("telex", {"missing_since": Y2003, "reported_on": Y2003}), ("stv", {"reported_on": Y2005})],
        2005,
    ),
    ("who only disappeared has no year", [("mob", {"departed_on": Y2004, "registered_on": Y2004})], None),
    ("without a day there is no year", [("stv", {})], None),
    (
        "what was purged still counts",
        [("ikps", {"encountered_on": Y2003, "is_purged": True}), ("stv", {"reported_on": Y2005})],
        2003,
    ),
]


@pytest.mark.parametrize(("what", "said", "year"), YEARS, ids=[what for what, *_ in YEARS])
def test_the_year_of_a_person(what, said, year):
    tables = invented.night(
        [{"person_id": "A"}], [{"person_id": "A", "register": register, **facts} for register, facts in said]
    )
    found = victim_year(tables.person, tables.registration)
    assert list(found.index) == ["A"]
    assert str(found.dtype) == "Int64"
    assert found.isna()["A"] if year is None else found["A"] == year


def test_without_registrations_nobody_has_a_year():
    tables = invented.night([{"person_id": "A"}, {"person_id": "B"}], [])
    assert victim_year(tables.person, tables.registration).isna().all()
    assert victim_year(tables.person.iloc[:0], tables.registration).empty


def test_all_years_hold_also_who_has_no_year():
    tables = invented.night(
        [invented.counted("A"), invented.counted("B")], [{"person_id": "A", "register": "stv", "reported_on": Y2004}]
    )
    found = {
        year: list(counted_persons(tables.person, tables.registration, year)["person_id"])
        for year in (None, 2004, 2005)
    }
    assert found == {None: ["A", "B"], 2004: ["A"], 2005: []}


@pytest.mark.parametrize(
    ("said", "victims"),
    [
        ([("stv", 4)], 4),
        ([("stv", 2), ("stv", 3)], 3),
        ([("stv", None)], 1),
        ([("stv", None), ("ikps", None)], 1),
        ([("stv", 0)], 1),
        ([("telex", 5)], 1),
        ([], 1),
    ],
)
def test_victims_in_a_report_are_the_largest_number_named_and_unknown_is_one(said, victims):
    tables = invented.night(
        [], [{"person_id": "A", "register": register, "persons_in_case": number} for register, number in said]
    )
    assert victims_in_reports(pd.Index(["A"]), tables.registration).to_dict() == {"A": victims}


def test_a_registration_belongs_to_the_year_of_its_own_day():
    rows = [
        {"person_id": "A", "register": "stv", "reported_on": Y2003},
        {"person_id": "A", "register": "stv", "reported_on": Y2004},
        {"person_id": "A", "register": "mob", "departed_on": Y2004, "arrived_on": Y2003},
        {"person_id": "A", "register": "telex", "missing_since": Y2003, "reported_on": Y2004},
    ]
    registration = invented.night([], rows).registration
    counts = {
        (register, year): len(of_register(registration, register, year))
        for register in ("stv", "mob", "telex")
        for year in (2003, 2004)
    }
    assert counts == {
        ("stv", 2003): 1,
        ("stv", 2004): 1,
        ("mob", 2003): 0,
        ("mob", 2004): 1,
        ("telex", 2003): 1,
        ("telex", 2004): 0,
    }


@given(st.permutations(range(len(YEARS))))
def test_the_order_of_registrations_does_not_change_a_year(order):
    rows = [{"person_id": f"P{n}", "register": register, **facts} for n in order for register, facts in YEARS[n][1]]
    tables = invented.night([{"person_id": f"P{n}"} for n in order], [])
    years = victim_year(
        tables.person, invented.table("registration", [{"record_id": f"R{n}", **row} for n, row in enumerate(rows)])
    )
    assert [None if pd.isna(years[f"P{n}"]) else int(years[f"P{n}"]) for n in range(len(YEARS))] == [
        year for *_, year in YEARS
    ]
