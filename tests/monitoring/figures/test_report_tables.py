"""The report's own cases give the report's own tables, cell by cell, but for its errors."""

import tomllib
from dataclasses import replace
from pathlib import Path

import invented_night as invented
import make_report_cases as maker
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.ages import age_band
from monitoring.figures.declared import report_tables
from monitoring.figures.figure import TOTAL, UNKNOWN
from monitoring.figures.report_tables import report_figures
from monitoring.figures.written.numbers import share_text

PRINTED = tomllib.loads(Path(__file__).with_name("printed_tables.toml").read_text(encoding="utf-8"))
ADDED, DEVIATIONS, TEXT = PRINTED.pop("added_rows"), PRINTED.pop("deviation"), PRINTED.pop("text")["rows"]
OF_PERSONS = [name for name in report_tables() if not name.startswith(("T8", "T17", "T18"))]
CASES = invented.report_cases()
FIGURES = {figure.name: figure for figure in report_figures(CASES)}


def figures_of(persons, registrations=(), year=None):
    return {figure.name: figure for figure in report_figures(invented.night(persons, list(registrations)), year)}


def places(figure, column):
    return [heading.code for heading in figure.columns].index(column)


def shares(figure, column):
    place = places(figure, column)
    return {
        row.words["nl"]: share_text(cells[place], figure.bases[place], "nl")
        for row, cells in zip(figure.rows, figure.cells, strict=True)
    }


def test_the_tracked_cases_are_those_that_the_counts_give():
    assert maker.CASES.read_text(encoding="utf-8") == maker.as_text(maker.cases())


def test_the_cases_are_169_of_prostitution_40_of_other_sectors_and_21_of_both():
    assert CASES.person["main_group"].value_counts().to_dict() == {"prostitution": 169, "other": 40, "both": 21}
    assert CASES.person["sex"].value_counts().to_dict() == {"female": 182, "male": 25}


@pytest.mark.parametrize("name", PRINTED)
def test_rows_stand_in_the_order_of_the_report_with_its_labels(name):
    added = ADDED.get(name, [])
    assert [row.words["nl"] for row in FIGURES[name].rows] == [label for label, _ in PRINTED[name]["rows"]] + added


@pytest.mark.parametrize("name", PRINTED)
def test_a_table_has_the_base_that_the_report_counts_on(name):
    figure = FIGURES[name]
    assert figure.bases[places(figure, PRINTED[name]["column"])] == PRINTED[name]["base"]


def test_every_printed_cell_is_ours_but_for_the_declared_deviations():
    differences = [
        {"table": name, "row": label, "printed": printed, "ours": ours}
        for name, table in PRINTED.items()
        for (label, printed), ours in zip(table["rows"], shares(FIGURES[name], table["column"]).values(), strict=False)
        if printed != ours
    ]
    assert differences == [{key: one[key] for key in ("table", "row", "printed", "ours")} for one in DEVIATIONS]


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda one: f"{one['table']} {one['row']}")
def test_a_table_says_where_the_report_prints_otherwise(deviation):
    said = [words for words in FIGURES[deviation["table"]].deviations if f"({deviation['source']})" in words["nl"]]
    assert said
    assert all(deviation["printed"] in words["nl"] for words in said)


def test_the_table_that_prints_counts_has_those_counts():
    assert [cells[0] for cells in FIGURES["T13"].cells] == PRINTED["T13"]["counts"]


@pytest.mark.parametrize(("name", "column", "label", "printed", "line"), TEXT)
def test_the_tables_of_both_have_the_percentages_of_the_running_text(name, column, label, printed, line):
    assert shares(FIGURES[name], column)[label] == printed


def test_dutch_nationality_of_both_is_not_what_the_text_prints():
    assert shares(FIGURES["T5-B"], TOTAL)["Nederlandse nationaliteit"] == "19,0"
    assert "17,4" in FIGURES["T5-B"].deviations[1]["nl"]


def test_country_tables_count_persons_and_victims_each_on_their_own_base():
    bases = {name: FIGURES[name].bases for name in ("T3", "T3-B", "T6", "T13")}
    assert bases == {"T3": (169, 231), "T3-B": (21, 31), "T6": (89, 152), "T13": (40, 40)}
    assert FIGURES["T3"].cell("NLD") == 43
    assert FIGURES["T3"].cell("NLD", "victims") == 64


@pytest.mark.parametrize("name", OF_PERSONS)
def test_single_response_adds_to_the_base_and_multiple_response_is_marked(name):
    figure = FIGURES[name]
    assert figure.is_multiple == (report_tables()[name].response == "multiple")
    for place, base in enumerate(figure.bases):
        total = sum(cells[place] for cells in figure.cells)
        assert total >= base if figure.is_multiple else total == base


@pytest.mark.parametrize("name", OF_PERSONS)
def test_the_years_add_up_to_all_years(name):
    by_year = [{figure.name: figure for figure in report_figures(CASES, year)}[name] for year in (2003, 2004, 2005)]
    for row in FIGURES[name].rows:
        counts = [figure.cell(row.code) for figure in by_year if row.code in {one.code for one in figure.rows}]
        assert sum(counts) == FIGURES[name].cell(row.code)
    assert {figure.population for figure in by_year} == {
        f"{FIGURES[name].population}:{year}" for year in (2003, 2004, 2005)
    }


def test_a_year_without_cases_has_zeros_and_keeps_its_rows():
    figures = {figure.name: figure for figure in report_figures(CASES, 1999)}
    assert [row.words for row in figures["T2"].rows] == [row.words for row in FIGURES["T2"].rows]
    assert {count for name in OF_PERSONS for cells in figures[name].cells for count in cells} == {0}
    assert figures["T3"].bases == (0, 0)


def test_a_child_that_several_kinds_reported_makes_the_table_of_sources_multiple_response():
    figure = figures_of(
        [invented.counted("A", reporter_kinds=["police", "shelter"]), invented.counted("B", reporter_kinds=["peers"])]
    )["T2"]
    assert figure.is_multiple
    assert "R57" in figure.notes[0]["nl"]
    assert [figure.cell(code) for code in ("police", "shelter_and_assistance", "peers")] == [1, 1, 1]
    assert figure.bases == (2,)


def test_a_child_that_shelter_and_assistance_reported_is_one_in_their_row():
    figure = figures_of([invented.counted("A", reporter_kinds=["assistance", "shelter"])])["T2"]
    assert not figure.is_multiple
    assert figure.cell("shelter_and_assistance") == 1


def test_youth_health_care_and_peers_are_rows_of_their_own_as_reported():
    from connectors.codes import read_code

    for written, code in (
        ("GGD", "youth_health_care"),
        ("Jeugdgezondheidszorg (GGD)", "youth_health_care"),
        ("Peers", "peers"),
        ("BNRM", "other"),
    ):
        assert read_code("reporter_kind", written) == (code, False)


def test_a_country_that_the_report_does_not_name_has_its_place_in_the_alphabet():
    figure = figures_of(
        [
            invented.counted("A", country_of_origin="UKR"),
            invented.counted("B", country_of_origin="AFG"),
            invented.counted("C"),
        ]
    )["T3"]
    labels = [row.words["nl"] for row in figure.rows]
    assert labels[0] == "Afghanistan"
    assert labels.index("Nigeria") < labels.index("Oekraïne") < labels.index("Polen")
    assert labels[-1] == "Onbekend"
    assert figure.cell("UKR") == figure.cell(UNKNOWN) == 1


def test_of_loverboys_every_other_country_is_in_the_row_anders_after_unknown():
    persons = [
        invented.counted(name, loverboy="yes", country_of_origin=country)
        for name, country in (("A", "UKR"), ("B", "AFG"), ("C", "NLD"), ("D", None))
    ]
    figure = figures_of(
        [*persons, invented.counted("E", loverboy="no"), invented.counted("F", loverboy="yes", main_group="other")]
    )["T6"]
    assert [row.code for row in figure.rows][-2:] == [UNKNOWN, "other"]
    assert figure.rows[-1].of == ("AFG", "UKR")
    assert [figure.cell(code) for code in ("NLD", UNKNOWN, "other")] == [1, 1, 2]
    assert figure.bases == (4, 4)


def test_age_eight_is_in_the_youngest_band():
    bands = age_band(pd.Series([7, 8, 9], dtype="Int64"))
    persons = [invented.counted(f"P{n}", main_group="other", age_band=band) for n, band in enumerate(bands)]
    figure = figures_of(persons)["T12"]
    assert figure.rows[0].words["nl"] == "Jonger dan 8 jaar"
    assert [cells[0] for cells in figure.cells] == [2, 1, 0, 0, 0]


def test_a_young_child_in_prostitution_has_a_row_though_the_report_prints_none():
    figure = figures_of([invented.counted("A", age_band="0-8")])["T4"]
    assert [row.code for row in figure.rows] == ["16-17", "13-15", "9-12", "0-8", UNKNOWN]
    assert figure.cell("0-8") == 1


def test_pornography_is_anders_and_counts_once_with_another_form_of_it():
    forms = ["child_pornography", "other", "begging"]
    figure = figures_of([invented.counted("A", main_group="other", exploitation_forms=forms)])["T11"]
    assert figure.cell("other") == figure.cell("begging") == 1
    assert [row.code for row in figure.rows][-1] == "begging"


def test_who_does_not_count_is_in_no_table_of_persons():
    figures = figures_of([invented.counted("A", is_counted=False), invented.counted("B", main_group=None)])
    assert {figures[name].bases[0] for name in OF_PERSONS} == {0}
    assert figures["T18a"].cell("no_form", "database") == 1


def test_an_empty_night_has_every_table_and_knows_nothing_of_the_registers():
    figures = figures_of([])
    assert list(figures) == list(report_tables())
    for name in ("T8a", "T8b", "T8c", "T17"):
        assert {count for cells in figures[name].cells for count in cells} == {None}
        assert set(figures[name].bases) == {None}
    assert {count for cells in figures["T18b"].cells for count in cells} == {None}


CODES = {
    "age_band": st.sampled_from(["0-8", "9-12", "13-15", "16-17", "18+", "unknown", "zz"]),
    "country_of_origin": st.sampled_from([None, "NLD", "MAR", "ANT", "region-africa", "XKX", "zz"]),
    "residence_status": st.sampled_from([None, "dutch", "none", "b9", "other", "zz"]),
    "loverboy": st.sampled_from(["yes", "no", "not_recorded"]),
    "main_group": st.sampled_from(["prostitution", "other", "both"]),
    "vulnerabilities": st.lists(st.sampled_from(["family", "papers", "other", "zz"]), max_size=3),
    "exploitation_forms": st.lists(st.sampled_from(["prostitution", "drugs", "begging", "zz"]), max_size=3),
    "reporter_kinds": st.lists(st.sampled_from(["police", "shelter", "assistance", "zz"]), max_size=3),
}


@given(st.lists(st.fixed_dictionaries(CODES), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_nothing_is_lost_and_the_order_of_rows_never_matters(facts, chance):
    persons = [invented.counted(f"P{place}", **one) for place, one in enumerate(facts)]
    registrations = [
        {"person_id": one["person_id"], "register": "stv", "persons_in_case": place}
        for place, one in enumerate(persons)
    ]
    tables = invented.night(persons, registrations)
    figures = report_figures(tables)
    order = list(range(len(persons)))
    chance.shuffle(order)
    turned = replace(tables, person=tables.person.iloc[order], registration=tables.registration.iloc[order[::-1]])
    assert report_figures(turned) == figures
    for figure in figures:
        if figure.name not in OF_PERSONS:
            continue
        for place, base in enumerate(figure.bases):
            total = sum(cells[place] for cells in figure.cells)
            assert total >= base if figure.is_multiple else total == base
        column = report_tables()[figure.name].characteristic
        in_group = [one for one in persons if figure.population == f"counted_{one['main_group']}"]
        shown = {code for row in figure.rows for code in (row.of or (row.code,))}
        assert ("zz" in shown) == any("zz" in (one[column] or "") for one in in_group) or figure.name == "T6"
