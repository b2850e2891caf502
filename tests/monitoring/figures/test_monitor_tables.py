"""Ten persons counted by hand, and what holds for any night: each person once, years add up, order never matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import invented_night as invented
import monitored_night as monitored
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.codes import code_list
from monitoring.figures.figure import TOTAL, Figure
from monitoring.figures.monitor_declared import DECLARED
from monitoring.figures.monitor_tables import monitor_figures

NIGHT = invented.night(monitored.PERSONS, monitored.REGISTRATIONS)
UNKNOWN = "unknown"
SINGLE_BY_YEAR = ("M5", "M6", "M6M", "M8", "M10", "M11", "D1", "D1M")


def figures_of(tables, year=None) -> dict[str, Figure]:
    return {figure.name: figure for figure in monitor_figures(tables, year)}


FIGURES = figures_of(NIGHT)
OF_2004 = figures_of(NIGHT, 2004)


def shown(figure: Figure, nobody: bool = False) -> list[tuple]:
    """Code and cells of each row; rows without anybody only where they are asked for."""
    rows = zip(figure.rows, figure.cells, strict=True)
    return [(row.code, *cells) for row, cells in rows if nobody or any(cells) or row.is_total]


def test_first_and_further_registrations_add_up_in_each_register():
    assert shown(FIGURES["M1"], nobody=True) == [
        ("ikps", 4, 1, 5),
        ("stv", 3, 0, 3),
        ("youth_care", 2, 0, 2),
        ("telex", 5, 0, 5),
        ("mob", 1, 0, 1),
    ]


def test_persons_of_a_register_count_or_do_not():
    assert shown(FIGURES["M1P"], nobody=True) == [
        ("ikps", 2, 2, 4),
        ("stv", 2, 1, 3),
        ("youth_care", 1, 1, 2),
        ("telex", 1, 4, 5),
        ("mob", 0, 1, 1),
    ]


def test_five_registrations_of_four_persons_are_125_per_100():
    assert FIGURES["M1R"].cell("ikps") == 125
    assert FIGURES["M1R"].cell("stv") == 100


def test_a_register_has_no_total_over_registers():
    for name in ("M1", "M1P", "M1R", "M3", "M4R"):
        assert [row.code for row in FIGURES[name].rows] == ["ikps", "stv", "youth_care", "telex", "mob"]


def test_each_person_is_in_one_combination_of_registers():
    assert shown(FIGURES["M2"]) == [
        ("ikps", 2),
        ("stv", 1),
        ("telex", 3),
        ("ikps+stv", 1),
        ("stv+youth_care", 1),
        ("telex+mob", 1),
        ("ikps+youth_care+telex", 1),
        ("total", 10),
    ]


def test_the_diagonal_of_the_overlap_is_the_register():
    assert shown(FIGURES["M3"], nobody=True) == [
        ("ikps", 4, 1, 1, 1, 0),
        ("stv", 1, 3, 1, 0, 0),
        ("youth_care", 1, 1, 2, 1, 0),
        ("telex", 1, 0, 1, 5, 1),
        ("mob", 0, 0, 0, 1, 1),
    ]
    assert FIGURES["M3"].bases == (4, 3, 2, 5, 1)


def test_with_a_year_a_registration_counts_by_its_own_day():
    assert shown(OF_2004["M1"]) == [("ikps", 3, 0, 3), ("stv", 2, 0, 2), ("telex", 2, 0, 2), ("mob", 1, 0, 1)]
    assert shown(OF_2004["M2"]) == [
        ("ikps", 2), ("stv", 1), ("telex", 1), ("ikps+stv", 1), ("telex+mob", 1), ("total", 6),
    ]  # fmt: skip


def test_all_victims_stand_in_one_year_or_are_told_to_have_none():
    assert shown(FIGURES["M0"]) == [("2003", 1), ("2004", 4), (UNKNOWN, 1), ("total", 6)]
    assert shown(figures_of(NIGHT, 2003)["M0"]) == [("2003", 1), ("later", 4), (UNKNOWN, 1), ("total", 6)]


def test_the_four_groups_by_year():
    # 2000 to 2002 lie before the first victim: nothing is known.
    assert [column.code for column in FIGURES["M5"].columns] == ["2000", "2001", "2002", "2003", "2004", "total"]
    assert shown(FIGURES["M5"]) == [
        ("domestic_sexual", None, None, None, 0, 1, 1),
        ("cross_border_sexual", None, None, None, 0, 2, 2),
        ("cross_border_outside", None, None, None, 1, 0, 1),
        ("both", None, None, None, 0, 1, 1),
        ("total", None, None, None, 1, 4, 5),
    ]
    assert FIGURES["M5"].bases == (None, None, None, 1, 4, 5)
    assert FIGURES["M5"].population == "victims:2000-2004"


def test_minors_by_group_leave_adults_and_unknown_ages_out():
    assert shown(FIGURES["M6M"]) == [
        ("domestic_sexual", None, None, None, 0, 1, 1),
        ("cross_border_sexual", None, None, None, 0, 1, 1),
        ("cross_border_outside", None, None, None, 1, 0, 1),
        ("total", None, None, None, 1, 2, 3),
    ]


def test_age_sex_and_status_by_year():
    assert [row[-2:] for row in shown(FIGURES["M6"])] == [(0, 1), (2, 2), (1, 1), (1, 1), (4, 5)]
    assert [(row[0], row[-3], row[-2]) for row in shown(FIGURES["M8"])] == [
        ("female", 0, 4),
        ("male", 1, 0),
        ("total", 1, 4),
    ]
    assert [(row[0], row[-3], row[-2]) for row in shown(FIGURES["M10"])] == [
        ("actual", 0, 3), ("potential", 1, 1), ("total", 1, 4),
    ]  # fmt: skip


def test_reporters_are_those_of_registrations_as_a_victim():
    # The youth care registration of G names no form; the parents of F reported a disappearance.
    assert [(row[0], row[-3], row[-2]) for row in shown(FIGURES["M7"])] == [
        ("police", 0, 3), ("shelter", 0, 1), ("assistance", 1, 0), ("school", 1, 0), (UNKNOWN, 0, 1),
    ]  # fmt: skip
    assert FIGURES["M7"].is_multiple and FIGURES["M7"].bases[-1] == 5


def test_forms_and_nationalities_are_multiple_response():
    assert [(row[0], row[-1]) for row in shown(FIGURES["M9"])] == [
        ("prostitution", 3), ("drugs", 1), ("child_pornography", 1), ("agriculture", 1),
    ]  # fmt: skip
    assert [(row[0], row[-1]) for row in shown(FIGURES["M15"])] == [
        ("POL", 2), ("NLD", 1), ("ROU", 1), ("UKR", 1), (UNKNOWN, 1),
    ]  # fmt: skip


def test_countries_of_origin_with_most_victims_first_and_the_rest_together(monkeypatch):
    assert [(row[0], row[-1]) for row in shown(FIGURES["M11"])] == [
        ("POL", 2), ("MAR", 1), ("NGA", 1), (UNKNOWN, 1), ("total", 5),
    ]  # fmt: skip
    monkeypatch.setitem(DECLARED["window"], "countries", 1)
    assert [(row[0], row[-1]) for row in shown(figures_of(NIGHT)["M11"])] == [
        ("POL", 2), ("other", 2), (UNKNOWN, 1), ("total", 5),
    ]  # fmt: skip


def test_sex_per_group():
    codes = [column.code for column in FIGURES["M12"].columns]
    assert dict(zip(codes, FIGURES["M12"].cells[0], strict=True)) == {
        "domestic_sexual": 1, "cross_border_sexual": 2, "unknown_sexual": 0, "domestic_outside": 0,
        "cross_border_outside": 0, "unknown_outside": 0, "both": 1, UNKNOWN: 0, "total": 4,
    }  # fmt: skip


def test_what_is_in_every_figure():
    for figure in (*FIGURES.values(), *OF_2004.values()):
        said = [figure.title, *figure.notes, *(heading.words for heading in (*figure.rows, *figure.columns))]
        assert all(words["nl"] and words["en"] and "{" not in words["nl"] + words["en"] for words in said)
        assert figure.population and figure.unit in ("persons", "victims", "registrations") and figure.notes
    assert [name for name, figure in OF_2004.items() if not figure.population.endswith("2004")] == ["M0"]


def test_every_row_of_a_code_list_has_its_own_words():
    assert [row.words["nl"] for row in FIGURES["M7"].rows[:2]] == ["Politie", "KMar"]
    assert len(FIGURES["M9"].rows) == len(code_list("exploitation_forms").codes) + 1


@pytest.mark.parametrize("year", [None, 1990, 2004, 2030])
def test_a_night_without_registrations_knows_nothing(year):
    for figure in monitor_figures(invented.night([], []), year):
        assert not [cell for cells in figure.cells for cell in cells if cell], figure.name
    known = figures_of(invented.night([], []), year)
    for name in ("M1", "M3", "M4", "M5", "E1", "D1", "D2"):
        assert {cell for cells in known[name].cells for cell in cells} == {None}


@pytest.mark.parametrize("year", [1990, 2030])
def test_a_year_that_the_night_cannot_know_is_blank_and_not_nought(year):
    for figure in figures_of(NIGHT, year).values():
        if figure.population.endswith(str(year)):
            assert not [cell for cells in figure.cells for cell in cells if cell is not None], figure.name


def test_a_year_without_anybody_within_the_data_is_nought():
    without = invented.night(monitored.PERSONS, [row for row in monitored.REGISTRATIONS if row["person_id"] in "BF"])
    assert figures_of(without, 2005)["M8"].cell("total", "2004") == 0
    assert figures_of(without, 2005)["E1"].cell("total", "male") == 0


def test_a_register_that_is_missing_is_blank():
    without = [row for row in monitored.REGISTRATIONS if row["register"] != "mob"]
    figures = figures_of(invented.night(monitored.PERSONS, without))
    assert shown(figures["M1"], nobody=True)[-1] == ("mob", None, None, None)
    assert figures["M3"].cell("mob", "ikps") is None and figures["M3"].cell("ikps", "mob") is None
    assert figures["M4"].cell("ikps+mob", "link") is None and figures["M4"].cell("persons", "link") == 15


bands = st.sampled_from(["0-8", "13-15", "16-17", "18+", "unknown"])
forms = st.lists(st.sampled_from(["prostitution", "child_pornography", "drugs", "other"]), unique=True, max_size=3)
countries = st.one_of(st.none(), st.sampled_from(["NLD", "ROU", "POL", "NGA", "region-europe", "ANT"]))
days = st.one_of(st.none(), st.integers(0, 2600).map(lambda number: date(1999, 6, 1) + timedelta(number)))
registers = st.sampled_from(["ikps", "stv", "youth_care", "telex", "mob"])
reporters = st.one_of(st.none(), st.sampled_from(code_list("reporter_kind").codes))


@st.composite
def nights(draw):
    persons, registrations = [], []
    for number in range(draw(st.integers(0, 7))):
        gone = draw(days)
        persons.append(
            {
                "person_id": f"P{number}", "victim_status": draw(st.sampled_from(["actual", "potential", "none"])),
                "is_counted": draw(st.booleans()), "sex": draw(st.sampled_from(["female", "male", None])),
                "age_band": draw(bands), "exploitation_forms": draw(forms), "country_of_origin": draw(countries),
                "nationality": draw(st.one_of(countries, st.just("POL|NLD"))),
                "residence_status": draw(st.sampled_from([None, "dutch", "eu", "none"])), "missing_since": gone,
                "is_minor_when_missing": draw(st.sampled_from(["yes", "no", "not_recorded"])),
                "resurfaced_as_victim": draw(st.sampled_from(["yes", "possible", "no"])) if gone else "no",
                "resurfaced_in": draw(st.sampled_from(["ikps", "stv", "youth_care", None])),
                "days_missing": draw(st.one_of(st.none(), st.integers(0, 800))), "is_mob": draw(st.booleans()),
            }
        )  # fmt: skip
        for _ in range(draw(st.integers(1, 3))):
            registrations.append(
                {
                    "person_id": f"P{number}", "register": draw(registers), "encountered_on": draw(days),
                    "reporter_kind": draw(reporters), "exploitation_forms": draw(forms), "missing_since": draw(days),
                    "departed_on": draw(days), "departure_category": "address_check",
                }
            )  # fmt: skip
    return invented.night(persons, registrations)


@given(nights(), st.sampled_from([None, 2001, 2004]))
@settings(max_examples=30, deadline=None)
def test_of_one_answer_each_everybody_is_in_one_row_and_of_years_in_one_column(tables, year):
    for figure in monitor_figures(tables, year):
        totals = [cells for row, cells in zip(figure.rows, figure.cells, strict=True) if row.code == TOTAL]
        parts = [cells for row, cells in zip(figure.rows, figure.cells, strict=True) if not row.is_total]
        for place, base in enumerate(figure.bases):
            column = [cells[place] for cells in parts]
            if base is not None and not figure.is_multiple:
                assert sum(count or 0 for count in column) == base, figure.name
            assert not [count for count in column if base is not None and count is not None and count > base]
            assert not totals or totals[0][place] == base
        if figure.column_dimension == "year" or figure.name in ("M12", "M13", "M14", "E1", "E4", "E5", "D2"):
            for cells in figure.cells:
                known = [count for count in cells if count is not None]
                assert not known or sum(known[:-1]) == known[-1], figure.name


@given(nights(), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_never_matters(tables, random):
    def shuffled(frame):
        order = list(range(len(frame)))
        random.shuffle(order)
        return frame.iloc[order]

    other = replace(
        tables, person=shuffled(tables.person), registration=shuffled(tables.registration), link=shuffled(tables.link)
    )
    assert monitor_figures(tables) == monitor_figures(other)


def test_single_response_tables_are_not_called_multiple():
    assert [name for name in SINGLE_BY_YEAR if FIGURES[name].is_multiple] == []
