"""Figures made by hand, small enough to check with a pencil."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from monitoring.figures.figure import BASE_ROW, TOTAL, UNKNOWN, Figure, Heading, Report
from monitoring.figures.written.products import write_report


def words(nl: str, en: str | None = None) -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


ALL = Heading(TOTAL, words("Totaal", "Total"), is_total=True)

AGE = Figure(
    name="T4",
    title=words("Leeftijd, alleen prostitutie", "Age, prostitution only"),
    population="counted_prostitution:2004",
    unit="persons",
    row_dimension="age_band",
    rows=(
        Heading("16-17", words("16 t/m 17 jaar", "16 and 17 years")),
        Heading("9-12", words("9 t/m 12 jaar", "9 to 12 years")),
        Heading("0-8", words("8 jaar en jonger", "8 years and younger")),
        Heading(UNKNOWN, words("Onbekend", "Unknown")),
        ALL,
    ),
    cells=((249,), (1,), (0,), (1750,), (2000,)),
    bases=(2000,),
    columns=(ALL,),
    notes=(words("Leeftijd bij aantreffen.", "Age at encounter."),),
    deviations=(words("Het rapport telt casussen.", "The report counts cases."),),
)
AGE_NUMBERS = [
    ["249", "12,5"],
    ["1", "0,1"],
    ["0", "0,0"],
    ["1.750", "87,5"],
    ["2.000", "100,0"],
]
DEPARTURES = Figure(
    name="T17",
    title=words("Vertrokken minderjarigen", "Departed minors"),
    population="departures",
    unit="departures",
    row_dimension="departure_category",
    rows=(
        Heading("expulsion", words("Uitzetting", "Expulsion")),
        Heading("address_check", words("Controle adres", "Address check")),
    ),
    cells=((35, None), (1436, 716)),
    bases=(1471, None),
    columns=(Heading("2003", words("2003")), Heading("2004", words("2004"))),
    column_dimension="year",
    has_shares=False,
)
FORMS = Figure(
    name="M9",
    title=words("Slachtoffers naar vorm en jaar", "Victims by form and year"),
    population="victims",
    unit="victims",
    row_dimension="exploitation_forms",
    rows=(Heading("a", words("Prostitutie", "Prostitution")), Heading("b", words("Huishouden", "Household"))),
    cells=((2, 0), (2, None)),
    bases=(3, 0),
    columns=(Heading("2003", words("2003")), Heading("2004", words("2004"))),
    column_dimension="year",
    is_multiple=True,
)
FORMS_NUMBERS = [["2", "66,7", "0", "Nvt"], ["2", "66,7", "-", "-"]]


HOSTILE = Figure(
    name="X/1",
    title=words("=1+1 <script>alert(1)</script>"),
    population="x",
    unit="persons",
    row_dimension="something_new",
    rows=(
        Heading("=a", words("=HYPERLINK(1)")),
        Heading("@b", words("<b>&amp;</b> #strong[x] {{ 7*7 }}")),
        Heading("c", words("+31\x00\x07 中文")),
    ),
    cells=((1,), (2,), (3,)),
    bases=(6,),
    columns=(ALL,),
    notes=(words("-1+2"),),
    deviations=(words("@SUM(A1)"),),
)


# As a release has it: one count withheld in the first column; the base withheld in the second, too small in the third.
PROTECTED = Figure(
    name="T5",
    title=words("Verblijfsstatus", "Residence status"),
    population="counted",
    unit="persons",
    row_dimension="residence_status",
    rows=(Heading("illegal", words("Illegaal", "Illegal")), Heading("ama", words("Ama", "Unaccompanied"))),
    cells=((None, 20, 3), (30, None, None)),
    bases=(40, None, 8),
    columns=tuple(Heading(year, words(year)) for year in ("2003", "2004", "2005")),
    column_dimension="year",
    withheld=frozenset({(0, 0), (BASE_ROW, 1)}),
    smallest_base=10,
)
PROTECTED_NUMBERS = [["x", "x", "20", "x", "3", "Nvt"], ["30", "75,0", "-", "-", "-", "-"]]


def report_with(
    *figures: Figure, is_synthetic: bool = True, year: int | None = None, release: str | None = None
) -> Report:
    return Report("2005-06-30", year, is_synthetic, "2026.2", figures, release=release)


CHAPTERED = Report(
    night="2005-06-30",
    year=2004,
    is_synthetic=True,
    model_version="2026.2",
    figures=(AGE, DEPARTURES, FORMS),
    chapters=(
        (words("Prostitutie", "Prostitution"), ("T4",)),
        (words("Monitor", "Monitor tables"), ("M9", "T17")),
    ),
    introductions=(words("Wie wordt geteld.", "Who is counted."), words("", "")),
)


@pytest.fixture(scope="session")
def by_hand() -> SimpleNamespace:
    """The figures of this file, and how to make another."""
    return SimpleNamespace(
        age=AGE,
        age_numbers=AGE_NUMBERS,
        departures=DEPARTURES,
        forms=FORMS,
        forms_numbers=FORMS_NUMBERS,
        chaptered=CHAPTERED,
        hostile=HOSTILE,
        protected=PROTECTED,
        protected_numbers=PROTECTED_NUMBERS,
        said_by_note=replace(FORMS, notes=(words("Meer antwoorden per persoon (R57).", "Several answers (R57)."),)),
        renamed=lambda figure, name: replace(figure, name=name),
        words=words,
        report_with=report_with,
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """Every product of one report, in both languages."""
    folder = tmp_path_factory.mktemp("made")
    write_report(CHAPTERED, folder, "nl")
    write_report(CHAPTERED, folder, "en")
    return folder
