"""Reports go when their term is over, and earlier when they name a registration that ended."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from connectors.installation import Installation
from connectors.reading import findings_frame
from connectors.register import load_register
from monitoring.feedback import write_feedback
from monitoring.report_terms import remove_reports

NIGHT = date(2005, 2, 1)


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "home")


def report(home: Installation, register: str, night: date, *found: tuple[str, str]) -> None:
    findings = [(register, f"{register}.file", key, "warning", rule, None) for key, rule in found]
    write_feedback(home.feedback(night), load_register(register), night, findings_frame(findings), {"status": "ok"})


def left(home: Installation) -> list[str]:
    return sorted(path.name for path in home.home.rglob("*.csv"))


def test_reports_stay_as_long_as_the_register_says_and_empty_folders_go(home):
    for register in ("ikps", "stv"):
        report(home, register, NIGHT - timedelta(366))
        report(home, register, NIGHT - timedelta(365))
    page = home.data_docs(NIGHT - timedelta(366)) / f"ikps_{NIGHT - timedelta(366)}.html"
    page.write_text("counts")
    assert remove_reports(home, load_register("ikps"), NIGHT, ()) == 2
    assert left(home) == ["ikps_2004-02-02.csv", "stv_2004-02-01.csv", "stv_2004-02-02.csv"]
    assert not page.parent.exists()
    assert remove_reports(home, load_register("stv"), NIGHT, ()) == 1
    assert not (home.home / "feedback" / "2004-02-01").exists()


def test_a_report_that_names_an_ended_registration_goes_with_its_page(home):
    report(home, "ikps", NIGHT - timedelta(3), ("IK-03-000001", "missing_place"))
    report(home, "ikps", NIGHT - timedelta(2), ("IK-03-0000012", "missing_place"))
    assert remove_reports(home, load_register("ikps"), NIGHT, {"IK-03-000001"}, dry_run=True) == 1
    assert remove_reports(home, load_register("ikps"), NIGHT, {"IK-03-000001"}) == 1
    assert [path.name for path in home.home.rglob("ikps_*")] and left(home) == ["ikps_2005-01-30.csv"]
    assert not list(home.home.rglob("ikps_2005-01-29.html"))


def test_the_register_is_told_for_one_night_what_it_delivered_past_its_term(home):
    report(home, "ikps", NIGHT, ("IK-03-000001", "past_term"))
    assert remove_reports(home, load_register("ikps"), NIGHT, {"IK-03-000001"}) == 0
    assert remove_reports(home, load_register("ikps"), NIGHT + timedelta(1), ()) == 1
    assert left(home) == []
