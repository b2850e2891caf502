"""`weerzien release` as a user types it; the night's tables are made in the test."""

from datetime import date
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from benchmarks.disclosure import table
from connectors.installation import OneLineError
from dags.release_commands import release
from monitoring import database, published_tables
from monitoring.figures import report
from monitoring.figures.figure import Report

T4 = table([(40, 12), (25, 2), (9, 14), (6, 18)], rows=["NL", "NG", "VN", "SY"], name="T4")
MAKE = ["make", "--table", "T4", "--year", "2004", "--id", "2004-1", "--by", "J. de Vries"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in an installation of its own, whose night has one table."""
    night = SimpleNamespace(night=date(2005, 6, 30), is_synthetic=True, model_version="2026.3", code_version="0.1.0")
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(database, "connect", lambda _: None)
    monkeypatch.setattr(published_tables, "published_tables", lambda *_: night)
    monkeypatch.setattr(
        report,
        "report_of",
        lambda of_night, year: Report(of_night.night.isoformat(), year, True, of_night.model_version, (T4,)),
    )

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(release, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return invoke


def test_a_release_is_made_listed_copied_and_verified(run, tmp_path):
    told = run(*MAKE, "--out", str(tmp_path / "out"))
    assert "4 weggelaten / withheld, smalste / narrowest 14" in told
    copy = tmp_path / "out" / "release-2004-1"
    assert str(copy) in told
    assert "2004-1" in run("list") and "T4" in run("list")
    assert "no small count can be worked out" in run("verify", "2004-1")
    assert "no small count can be worked out" in run("verify", str(copy))


def test_verify_tells_each_fault_and_fails(run, tmp_path, capsys):
    run(*MAKE, "--out", str(tmp_path / "out"))
    page = tmp_path / "out" / "release-2004-1" / "nl" / "cijfers.html"
    page.chmod(0o600)
    page.write_text(page.read_text().replace("40", "41"))
    with pytest.raises(OneLineError, match=r"is not sound: 1 fault"):
        run("verify", str(page.parent.parent))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([*MAKE[:-4], "--id", "../out", "--by", "me"], "--id: letters"),
        ([*MAKE[:-1], " "], "--by NAME"),
        (["make", "--table", "T4", "--year", "2005", "--id", "a", "--by", "me"], "2005 is not over"),
        (["make", "--table", "T4", "--year", "all", "--id", "a", "--by", "me"], "from the night of 12-31 only"),
        (["make", "--table", "T4", "--year", "MMIV", "--id", "a", "--by", "me"], "--year is a year"),
        (
            ["make", "--table", "T99", "--year", "2004", "--id", "a", "--by", "me"],
            "there is no table T99; there are T4",
        ),
        (["verify", "nothing"], "there is no release nothing"),
    ],
)
def test_a_mistake_is_told_in_one_line(run, arguments, told):
    with pytest.raises(OneLineError, match=told) as error:
        run(*arguments)
    assert "\n" not in str(error.value)
