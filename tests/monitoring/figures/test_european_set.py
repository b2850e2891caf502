"""The European set counted by hand: who registers, who is a citizen of what on which day, which form."""

from __future__ import annotations

from datetime import date

import invented_night as invented
import monitored_night as monitored
import pycountry
import pytest

from connectors.codes import code_list
from connectors.register import REGISTERS
from monitoring.figures.european_set import citizenship, declared, form_group
from monitoring.figures.monitor_tables import monitor_figures
from monitoring.rules import RULES


def figures_of(persons=monitored.PERSONS, registrations=monitored.REGISTRATIONS, year=None):
    return {figure.name: figure for figure in monitor_figures(invented.night(persons, registrations), year)}


FIGURES = figures_of()
MAY_2004 = date(2004, 5, 1)


def shown(figure):
    return [
        (row.code, *cells) for row, cells in zip(figure.rows, figure.cells, strict=True) if any(cells) or row.is_total
    ]


def test_of_ikps_the_police_registers_of_youth_care_itself_of_stv_who_reported():
    assert shown(FIGURES["E1"]) == [
        ("police", 3, 0, 1, 4),
        ("shelter", 1, 0, 0, 1),
        ("assistance", 0, 1, 0, 1),
        ("youth_care", 0, 1, 0, 1),
        ("unknown", 1, 0, 0, 1),
        ("total", 4, 1, 1, 6),
    ]
    assert FIGURES["E1"].is_multiple and FIGURES["E1"].bases == (4, 1, 1, 6)


def test_children_adults_and_unknown_ages_apart():
    assert shown(FIGURES["E2"])[0] == ("police", 2, 1, 1, 4)
    assert shown(FIGURES["E2"])[-1] == ("total", 3, 1, 2, 6)


def test_citizenship_on_the_first_day_as_a_victim():
    # C was encountered on the day before the accession of Poland, D on the day of it; of E and G nothing is declared.
    assert shown(FIGURES["E3"])[-1] == ("total", 1, 1, 2, 2, 6)
    assert FIGURES["E3"].cell("unknown", "other_eu") == 1
    assert FIGURES["E3"].cell("police", "non_eu") == 1


def test_forms_of_more_than_one_kind_are_a_column_of_their_own():
    assert shown(FIGURES["E4"])[-1] == ("total", 3, 1, 0, 1, 1, 6)
    assert FIGURES["E4"].cell("unknown", "several") == 1


def test_the_whole_cross_holds_each_combination_that_occurs():
    assert shown(FIGURES["E5"]) == [
        ("police|female|child|reporting", 1, 0, 0, 0, 0, 1),
        ("police|female|child|unknown", 1, 0, 0, 0, 0, 1),
        ("police|female|adult|non_eu", 1, 0, 0, 0, 0, 1),
        ("police|unknown|unknown|unknown", 0, 0, 0, 0, 1, 1),
        ("shelter|female|child|reporting", 1, 0, 0, 0, 0, 1),
        ("assistance|male|child|non_eu", 0, 1, 0, 0, 0, 1),
        ("youth_care|male|child|non_eu", 0, 1, 0, 0, 0, 1),
        ("unknown|female|unknown|other_eu", 0, 0, 0, 1, 0, 1),
        ("total", 3, 1, 0, 1, 1, 6),
    ]
    assert (
        FIGURES["E5"].rows[0].words["en"] == "Police · Female · Child (under 18) · Reporting country (the Netherlands)"
    )


def test_a_year_holds_the_victims_of_that_year():
    assert shown(figures_of(year=2003)["E1"])[-1] == ("total", 0, 1, 0, 1)
    assert figures_of(year=2003)["E1"].population == "victims:2003"


def test_without_the_police_register_the_police_is_blank_and_not_nought():
    kept = [row for row in monitored.REGISTRATIONS if row["register"] != "ikps"]
    found = figures_of(registrations=kept)["E1"]
    assert found.cell("police") is None and found.cell("youth_care") == 1 and found.cell("border_police") == 0


def test_without_stv_other_organisations_are_blank_and_those_who_have_a_register_are_not():
    kept = [row for row in monitored.REGISTRATIONS if row["register"] != "stv"]
    found = figures_of(registrations=kept)["E1"]
    assert found.cell("shelter") is None and found.cell("border_police") is None and found.cell("police") == 4


@pytest.mark.parametrize(
    ("nationality", "status", "on", "group"),
    [
        ("NLD", None, MAY_2004, "reporting"),
        ("MAR|NLD", None, MAY_2004, "reporting"),
        ("ANT", None, MAY_2004, "reporting"),
        (None, "dutch", MAY_2004, "reporting"),
        ("POL", None, MAY_2004, "other_eu"),
        ("POL", None, date(2004, 4, 30), "non_eu"),
        ("ROU", None, date(2006, 12, 31), "non_eu"),
        ("ROU|UKR", None, date(2007, 1, 1), "other_eu"),
        ("HRV", None, date(2013, 7, 1), "other_eu"),
        ("GBR", None, date(2020, 1, 31), "other_eu"),
        ("GBR", None, date(2020, 2, 1), "non_eu"),
        (None, "eu", MAY_2004, "other_eu"),
        (None, "none", MAY_2004, "unknown"),
        ("region-eastern-europe", None, MAY_2004, "unknown"),
        ("region-stateless", None, MAY_2004, "non_eu"),
        (None, None, MAY_2004, "unknown"),
    ],
)
def test_citizenship_of_a_victim(nationality, status, on, group):
    assert citizenship(nationality, status, on) == group


@pytest.mark.parametrize(
    ("forms", "group"),
    [
        ([], "unknown"), (["prostitution"], "sexual"), (["prostitution", "child_pornography"], "sexual"),
        (["factory"], "labour"), (["crime"], "other"), (["factory", "begging"], "several"),
    ],
)  # fmt: skip
def test_kind_of_exploitation(forms, group):
    assert form_group(forms) == group


def test_every_form_of_the_code_list_is_in_one_kind():
    listed = [code for codes in declared()["forms"].values() for code in codes]
    assert sorted(listed) == sorted(code_list("exploitation_forms").codes)


def test_every_register_of_victims_says_who_registers():
    victims = {*RULES["victims"]["always"], *RULES["victims"]["when_a_form_is_named"]}
    assert set(declared()["registering"]) == victims <= set(REGISTERS)
    organisations = set(declared()["registering"].values()) - {"by_reporter"}
    assert organisations <= set(code_list("reporter_kind").codes)


def test_the_union_had_fifteen_members_then_twenty_five_twenty_seven_and_twenty_eight():
    def members(on):
        return sum(citizenship(code, None, on) != "non_eu" for code in declared()["members"])

    days = [date(2004, 4, 30), MAY_2004, date(2007, 1, 1), date(2013, 7, 1), date(2020, 2, 1)]
    assert [members(on) for on in days] == [15, 25, 27, 28, 27]
    assert all(pycountry.countries.get(alpha_3=code) for code in declared()["members"])
