from datetime import date
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from connectors.installation import OneLineError
from dags.figures_commands import KINDS, figures
from monitoring import database
from monitoring import published_tables as loaded
from monitoring.figures import report
from monitoring.figures.figure import TOTAL, Figure, Heading, Report
from monitoring.figures.written import products

NIGHT = date(2005, 6, 30)
ALL = Heading(TOTAL, {"nl": "Totaal", "en": "Total"}, is_total=True)
TITLE = {"nl": "Geslacht", "en": "Sex"}


def report_of(tables, year):
    count = 0 if year == 1950 else 7
    figure = Figure("T2", TITLE, f"counted:{year}", "persons", "sex", (ALL,), ((count,),), (count,), (ALL,))
    chapters = (({"nl": "Alleen prostitutie", "en": "Prostitution only"}, ("T2",)),)
    return Report(tables.night.isoformat(), year, True, "2026.2", (figure,), chapters)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in a folder of its own, on a night of seven persons."""
    asked = []

    def published_tables(engine, night=None):
        asked.append(night)
        return SimpleNamespace(night=night or NIGHT)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(database, "connect", lambda installation: None)
    monkeypatch.setattr(loaded, "published_tables", published_tables)
    monkeypatch.setattr(report, "report_of", report_of)

    def run(*arguments):
        result = CliRunner().invoke(figures, arguments)
        result.asked, result.folder = asked, tmp_path
        return result

    return run


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_without_options_all_kinds_are_written_in_dutch_beside_where_one_stands(run):
    result = run()
    assert result.exit_code == 0
    assert names(result.folder / "figures-2005-06-30") == [
        "cijfers.html", "cijfers.pdf", "cijfers.xlsx", "cijfers/T2.csv", "figures.csv",
    ]  # fmt: skip
    assert "figures-2005-06-30/cijfers.pdf" in result.output
    assert "Alleen prostitutie" in result.output and "7 personen" in result.output


def test_what_is_printed_says_that_it_is_synthetic_and_not_for_publication(run):
    output = run("--format", "html").output
    assert "Verzonnen" in output and "Synthetic" in output and "weerzien release" in output


def test_a_year_and_a_night_stand_in_the_name_of_the_folder(run):
    result = run("--year", "2004", "--night", "2005-05-01", "--format", "html", "--language", "en")
    assert result.asked == [date(2005, 5, 1)]
    assert names(result.folder / "figures-2005-05-01-2004") == ["figures.html"]


def test_both_languages_and_several_kinds_go_into_the_folder_that_is_given(run):
    result = run("--language", "both", "--format", "html", "--format", "xlsx", "--out", "here")
    assert names(result.folder / "here") == ["cijfers.html", "cijfers.xlsx", "figures.html", "figures.xlsx"]
    assert run("--language", "both", "--format", "html", "--out", "here").exit_code == 0


def test_a_year_in_which_nobody_counts_writes_nothing_and_is_one_line(run):
    result = run("--year", "1950")
    assert isinstance(result.exception, OneLineError)
    assert "1950" in str(result.exception) and "\n" not in str(result.exception)
    assert not (result.folder / "figures-2005-06-30-1950").exists()


def test_a_folder_that_is_a_file_is_refused_in_one_line(run, tmp_path):
    (tmp_path / "taken").write_text("")
    assert run("--out", "taken").exit_code == 2
    result = run("--out", "taken/below")
    assert isinstance(result.exception, OneLineError) and "cannot be written" in str(result.exception)


@pytest.mark.parametrize("wrong", [("--night", "01-05-2005"), ("--year", "20045"), ("--language", "fr")])
def test_a_mistake_in_an_option_is_told_by_its_name(run, wrong):
    result = run(*wrong)
    assert result.exit_code == 2 and wrong[0] in result.output


def test_the_command_offers_every_kind_that_can_be_written():
    assert KINDS == products.KINDS
