"""The report's tables of registers from its own numbers, without its errors."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import invented_night as invented
import pandas as pd
import pytest

from monitoring.figures.figure import TOTAL, UNKNOWN
from monitoring.figures.register_tables import encounter_groups
from monitoring.figures.report_tables import report_figures
from monitoring.figures.written.numbers import share_text

COUNTS = tomllib.loads(Path(__file__).with_name("register_counts.toml").read_text(encoding="utf-8"))
IKPS, STV, DEPARTURES = COUNTS["ikps"], COUNTS["stv"], COUNTS["departures"]


def figures_of(persons, registrations, year=None):
    return {figure.name: figure for figure in report_figures(invented.night(persons, registrations), year)}


def values(counts, number):
    listed = [code for code, count in counts for _ in range(count)]
    return listed + [None] * (number - len(listed))


def ikps():
    """800 persons of IKPS, ages as the report's groups; every tenth is in it twice, once with a false identity."""
    possible = IKPS["under_18"] + IKPS["18_19"]
    ages = [17] * IKPS["under_18"] + [18, 19] * (IKPS["18_19"] // 2) + [23] * (IKPS["all"] - possible)
    nationality, status = values(IKPS["nationality"], IKPS["all"]), values(IKPS["residence_status"], IKPS["all"])
    persons = [{"person_id": f"I{n:03}", "age_at_encounter": age} for n, age in enumerate(ages)]
    registrations = [
        {
            "person_id": f"I{n:03}", "register": "ikps", "encountered_on": date(2004, 3, 1), "residence_status": status[n],
            "nationality": [nationality[n]] if nationality[n] else [], "exploitation_forms": ["prostitution"],
        }
        for n in (*range(len(ages)), *range(0, len(ages), 10))
    ]  # fmt: skip
    return persons, registrations


@pytest.fixture(scope="module")
def of_ikps():
    return figures_of(*ikps())


def test_ikps_by_age_has_disjoint_groups_that_add_up_and_the_printed_share(of_ikps):
    figure = of_ikps["T8a"]
    found = {row.code: cells[0] for row, cells in zip(figure.rows, figure.cells, strict=True)}
    assert found == {"under_18": 19, "18_19": 122, "under_20": 141, "20_and_over": 659, UNKNOWN: 0}
    assert share_text(found["under_20"], figure.bases[0], "nl") == IKPS["printed_share"]
    assert (
        sum(count for row, count in zip(figure.rows, found.values(), strict=True) if not row.is_total)
        == figure.bases[0]
    )


def test_ikps_counts_persons_and_registrations_each_on_their_own_base(of_ikps):
    assert of_ikps["T8a"].bases == (800, 880)
    assert of_ikps["T8a"].cell("under_18", "registrations") == 21
    assert of_ikps["T8b"].bases[0] == of_ikps["T8c"].bases[0] == 141


@pytest.mark.parametrize(("name", "printed"), [("T8b", "printed_nationality"), ("T8c", "printed_status")])
def test_ikps_countries_and_statuses_begin_with_the_printed_rows(of_ikps, name, printed):
    rows = [[row.words["nl"], cells[0]] for row, cells in zip(of_ikps[name].rows, of_ikps[name].cells, strict=True)]
    assert rows[: len(IKPS[printed])] == IKPS[printed]
    assert sum(count for _, count in rows) == 141


def test_ikps_names_every_country_of_what_the_report_calls_a_few(of_ikps):
    others = [
        (row.words["nl"], cells[0])
        for row, cells in zip(of_ikps["T8b"].rows[7:], of_ikps["T8b"].cells[7:], strict=True)
    ]
    assert others == [("China", 20), ("Ghana", 19), ("Rusland", 20), ("Onbekend", 0)]


def test_ikps_says_which_errors_of_the_report_it_does_not_repeat(of_ikps):
    said = [words["nl"] for name in ("T8a", "T8b", "T18a") for words in of_ikps[name].deviations]
    for error in ("(X4)", "(X5)", "(X6)"):
        assert any(error in words for words in said)


def test_the_groups_of_age_at_encounter_are_disjoint():
    ages = pd.Series([0, 17, 18, 19, 20, None], dtype="Int64")
    assert list(encounter_groups(ages)) == ["under_18", "under_18", "18_19", "18_19", "20_and_over", None]


def test_a_person_with_two_statuses_in_ikps_makes_the_table_overlap_and_unknown_does_not_go_with_known():
    registrations = [
        {"person_id": "A", "register": "ikps", "residence_status": status} for status in ("ama", "none", None)
    ]
    figure = figures_of([{"person_id": "A", "age_at_encounter": 16}], registrations)["T8c"]
    assert figure.is_multiple
    assert [figure.cell(code) for code in ("ama", "none", UNKNOWN)] == [1, 1, 0]
    assert [figure.cell(code, "registrations") for code in ("ama", "none", UNKNOWN)] == [1, 1, 1]


def departures(**facts):
    return [
        {
            "person_id": f"D{code}{year}{n}",
            "register": "mob",
            "departure_category": code,
            "departed_on": date(year, 7, 1),
            **facts,
        }
        for _, code, *counts in DEPARTURES["rows"]
        for year, count in zip((2003, 2004), counts, strict=True)
        for n in range(count)
    ]


@pytest.mark.parametrize("year", [2004, None])
def test_departures_have_the_printed_rows_and_a_total_that_is_their_sum(year):
    rows = departures()
    figure = figures_of([{"person_id": row["person_id"], "birth_year": 1989} for row in rows], rows, year)["T17"]
    found = {row.words["nl"]: cells for row, cells in zip(figure.rows, figure.cells, strict=True)}
    assert [column.code for column in figure.columns] == ["2003", "2004"]
    assert {label: found[label] for label, *_ in DEPARTURES["rows"]} == {
        label: tuple(counts) for label, _, *counts in DEPARTURES["rows"]
    }
    assert found["Daadwerkelijk vertrek"] == (131, 105)
    assert found["Administratief vertrek"] == (456, 760)
    assert found["Totaal"] == figure.bases == (587, 865)
    assert DEPARTURES["printed_total"] == [587, 860]
    assert "860" in figure.deviations[0]["nl"]
    assert "(X3)" in figure.deviations[0]["nl"]


def test_a_year_without_lists_is_not_known_and_not_zero():
    rows = [row for row in departures() if row["departed_on"].year == 2004]
    figure = figures_of([{"person_id": row["person_id"]} for row in rows], rows)["T17"]
    assert figure.bases == (None, 865)
    assert {cells[0] for cells in figure.cells} == {None}
    assert figure.cell("mtv_handover", "2004") == 0


# person, and whether a departure on 1 July 2004 is one of a minor
LEAVING = [
    ("born in 1990", {"birth_year": 1990}, 1),
    ("eighteen that year: in doubt a minor", {"birth_year": 1986}, 1),
    ("nineteen that year", {"birth_year": 1985}, 0),
    ("no birth year", {}, 1),
    (
        "the table says no minor on that day",
        {"birth_year": 1986, "missing_since": date(2004, 7, 1), "is_minor_when_missing": "no"},
        0,
    ),
    (
        "no minor on another day",
        {"birth_year": 1986, "missing_since": date(2004, 12, 1), "is_minor_when_missing": "no"},
        1,
    ),
]


@pytest.mark.parametrize(("what", "person", "count"), LEAVING, ids=[what for what, *_ in LEAVING])
def test_a_departure_counts_unless_somebody_was_surely_an_adult(what, person, count):
    left = {"person_id": "A", "register": "mob", "departure_category": "address_check", "departed_on": date(2004, 7, 1)}
    figures = figures_of([{"person_id": "A", **person}], [left])
    assert figures["T17"].cell("address_check", "2004") == count
    assert figures["T18a"].cell("minors", "mob") == count


def test_a_category_that_nobody_knows_is_a_row_and_part_of_the_total():
    left = [
        {"person_id": "A", "register": "mob", "departure_category": code, "departed_on": date(2004, 7, 1)}
        for code in ("zz", None)
    ]
    figure = figures_of([{"person_id": "A"}], left)["T17"]
    assert [row.code for row in figure.rows][-3:] == ["zz", UNKNOWN, TOTAL]
    assert [figure.cell(code, "2004") for code in ("zz", UNKNOWN, TOTAL)] == [1, 1, 2]


def side_by_side():
    database = invented.report_cases()
    cases = database.person.to_dict("records")
    of_stv = [
        {"person_id": f"S{n:03}", "is_minor_at_recruitment": "yes" if n < STV["recruited_under_18"] else "no"}
        for n in range(STV["all"])
    ]
    reports = [
        {
            "person_id": row["person_id"],
            "register": "stv",
            "reported_on": date(2004, 2, 1),
            "exploitation_forms": ["prostitution"],
        }
        for row in of_stv
    ]
    persons, registrations = ikps()
    return figures_of([*cases, *of_stv, *persons], [*reports, *registrations])


def test_the_registers_stand_side_by_side_with_the_report_s_numbers():
    figure = side_by_side()["T18a"]
    assert [figure.cell(group, "database") for group in ("prostitution", "other", "both")] == [169, 40, 21]
    assert [figure.cell(row, "stv") for row in ("prostitution", TOTAL)] == [39, 405]
    assert [figure.cell(row, "ikps_under_20") for row in ("prostitution", TOTAL)] == [141, 800]
    assert figure.cell("prostitution", "ikps_minors") == 19
    printed = {
        column.code: share_text(figure.cell("minors", column.code), base, "nl")
        for column, base in zip(figure.columns, figure.bases, strict=True)
    }
    assert printed["stv"] == STV["printed_share"]
    assert printed["ikps_under_20"] == IKPS["printed_share"]
    # Nvt in the report: the database has no total of its own.
    assert printed["database"] == "-"


def test_there_is_never_a_total_over_the_registers():
    figures = side_by_side()
    assert [column.code for column in figures["T18a"].columns if column.is_total] == []
    assert [row.code for row in figures["T18b"].rows if row.is_total] == []
    assert figures["T18b"].bases == (None, None)
    assert [row.code for row in figures["T18b"].rows] == ["ikps", "stv", "youth_care", "telex", "mob"]
    for name in ("T18a", "T18b"):
        assert any("R60" in note["nl"] for note in figures[name].notes)
        assert any("Pretty Woman" in note["nl"] for note in figures[name].notes)


def test_a_register_that_was_never_read_is_a_dash_and_one_without_forms_too():
    persons = [
        {"person_id": "A", "is_minor_when_missing": "yes"},
        {"person_id": "B", "is_minor_when_missing": "not_recorded"},
    ]
    figures = figures_of(
        persons,
        [{"person_id": one["person_id"], "register": "telex", "missing_since": date(2004, 1, 1)} for one in persons],
    )
    figure = figures["T18a"]
    rows = ("minors", "prostitution", "other", "both", "no_form", "not_minor", UNKNOWN, TOTAL)
    assert [figure.cell(row, "telex") for row in rows] == [1, None, None, None, 1, 0, 1, 2]
    assert {figure.cell(row, "stv") for row in rows} == {None}
    assert [cells for cells in figures["T18b"].cells] == [
        (None, None),
        (None, None),
        (None, None),
        (2, 2),
        (None, None),
    ]


def test_a_register_tells_the_main_group_by_its_own_forms_together():
    said = [["prostitution"], ["drugs"], []]
    registrations = [
        {"person_id": "A", "register": "youth_care", "reported_on": date(2004, 1, 1), "exploitation_forms": forms}
        for forms in said
    ]
    stv = {"person_id": "A", "register": "stv", "reported_on": date(2004, 1, 1), "exploitation_forms": ["drugs"]}
    figures = figures_of(
        [{"person_id": "A", "age_band": "13-15", "is_minor_at_recruitment": "yes"}], [*registrations, stv]
    )
    assert [figures["T18a"].cell(group, "youth_care") for group in ("prostitution", "other", "both", "no_form")] == [
        0,
        0,
        1,
        0,
    ]
    assert figures["T18a"].cell("other", "stv") == 1
    assert figures["T18b"].cells[2] == (3, 1)


def test_a_year_holds_the_registrations_of_its_own_days():
    registrations = [
        {"person_id": "A", "register": "stv", "reported_on": date(year, 1, 1)} for year in (2003, 2004, 2004)
    ]
    persons = [{"person_id": "A", "is_minor_at_recruitment": "yes"}]
    found = {year: figures_of(persons, registrations, year)["T18b"].cells[1] for year in (None, 2003, 2004, 2005)}
    assert found == {None: (3, 1), 2003: (1, 1), 2004: (2, 1), 2005: (0, 0)}


def test_the_order_of_registrations_never_matters():
    persons, registrations = ikps()
    tables = invented.night(persons, registrations)
    turned = replace(
        tables, person=tables.person.iloc[::-1], registration=tables.registration.sample(frac=1, random_state=7)
    )
    assert report_figures(turned) == report_figures(tables)
