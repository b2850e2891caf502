"""The command that exports: which tables it asks for, and for whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from dags.export_commands import export

# Loaded before a fake stands in one of them: what is first imported beside a fake keeps it for the tests that follow.
from monitoring import database, export_of_night, held, past_nights
from monitoring import export as exporting


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """What the command asks of the room that writes, instead of writing."""
    found: list[tuple] = []

    def published(engine, directory, identifying_keys=True, spss_language=None):
        found.append(("published", directory.name, spss_language))
        return [directory / "person.csv"]

    def of_night(engine, directory, night, spss_language=None):
        found.append((night, directory.name, spss_language))
        return [directory / "person.csv"]

    monkeypatch.setattr(database, "connect", lambda installation: None)
    monkeypatch.setattr(held, "published_origin", lambda engine: "")
    monkeypatch.setattr(past_nights, "is_shown", lambda engine, night: night == date(2005, 2, 2))
    monkeypatch.setattr(exporting, "export", published)
    monkeypatch.setattr(export_of_night, "export_night", of_night)
    return found


GOLDEN = [
    ([], ("published", "out", None)),
    (["--spss"], ("published", "out", "nl")),
    (["--spss", "--language", "en"], ("published", "out", "en")),
    (["--language", "en"], ("published", "out", None)),
    (["--night", "2005-02-02", "--spss"], ("published", "out", "nl")),
    (["--night", "2005-02-01", "--spss"], (date(2005, 2, 1), "out", "nl")),
]


@pytest.mark.parametrize(("options", "wanted"), GOLDEN)
def test_options_choose_the_night_and_the_labels(asked, options, wanted):
    done = CliRunner().invoke(export, ["out", *options], catch_exceptions=False)
    assert done.exit_code == 0
    assert asked == [wanted]
    assert str(Path("out") / "person.csv") in done.output


@pytest.mark.parametrize("options", [["--night", "1-2-2005"], ["--language", "fr"], []])
def test_a_mistake_is_told_and_nothing_is_written(asked, options):
    arguments = ["out", *options] if options else []
    assert CliRunner().invoke(export, arguments).exit_code == 2
    assert asked == []
