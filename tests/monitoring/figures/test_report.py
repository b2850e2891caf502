from datetime import date
from types import SimpleNamespace

import pytest

from monitoring.figures.figure import TOTAL, Figure, Heading
from monitoring.figures.report import composed, is_empty

TABLES = SimpleNamespace(night=date(2005, 6, 30), is_synthetic=True, model_version="2026.2")


def figure(name, population="counted", count=1):
    heading = Heading(TOTAL, {"nl": "Totaal", "en": "Total"}, is_total=True)
    title = {"nl": name, "en": name}
    return Figure(name, title, population, "persons", "sex", (heading,), ((count,),), (count,), (heading,))


def chapters(*names):
    report = composed([figure(name) for name in names], TABLES, None)
    return {heading["en"]: list(of) for heading, of in report.chapters}


def test_figures_stand_in_their_chapter_and_in_its_order():
    assert chapters("M1", "T7", "D1", "T2", "T2-B", "M9", "T17") == {
        "Prostitution only": ["T2", "T7"],
        "Prostitution and other sectors": ["T2-B"],
        "The registers": ["M1"],
        "Victims through the years": ["M9"],
        "Departed, missing and seen again": ["T17", "D1"],
    }


def test_a_figure_that_no_chapter_names_is_not_lost():
    assert chapters("T2", "Z9")["Other tables"] == ["Z9"]


def test_every_chapter_has_an_introduction_beside_it():
    report = composed([figure("T2"), figure("Z9")], TABLES, 2004)
    assert len(report.introductions) == len(report.chapters) == 2
    assert report.introductions[0]["nl"] and report.introductions[0]["en"]
    assert (report.night, report.year, report.is_synthetic, report.model_version) == (
        "2005-06-30", 2004, True, "2026.2",
    )  # fmt: skip


def test_two_figures_of_one_name_are_refused():
    with pytest.raises(ValueError, match="T2"):
        composed([figure("T2"), figure("T2")], TABLES, None)


@pytest.mark.parametrize(
    ("figures", "empty"),
    [
        ([figure("T2", "counted:1990", 0), figure("M5", "victims:1988-1992", 7)], True),
        ([figure("T2", "counted:1990", 0), figure("T3", "victims:1990", 2)], False),
        ([figure("T2", "counted:1990", None)], True),
        ([], True),
    ],
)
def test_a_year_is_empty_when_no_figure_of_that_year_has_anybody(figures, empty):
    assert is_empty(composed(figures, TABLES, 1990)) is empty
