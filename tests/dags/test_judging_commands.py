"""The commands of reviewers: one line when it is done, one line when it cannot be done."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from connectors.installation import Installation, OneLineError
from connectors.records import records_frame
from dags.command import weerzien
from dags.judging_commands import judgements

GIRL, AGAIN = "stv/2004/12", "telex/2004/03/0412"
WHO = ("--reason", "same tattoo", "--by", "Reviewer One")
Run = Callable[..., str]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    """An installation with one published night of two synthetic registrations."""
    from monitoring.database import connect, stop, upgrade
    from monitoring.sealed_records import replace_records

    folder = tmp_path_factory.mktemp("judging") / "home"
    pair = [{"record_id": "stv-1", "register": "stv", "source_key": "2004/12"},
            {"record_id": "telex-1", "register": "telex", "source_key": "2004/03/0412"}]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        engine = connect(Installation(folder))
        upgrade(engine)
        with engine.begin() as connection:
            replace_records(connection, records_frame(pair), "world-1")
            night = "INSERT INTO monitoring.night VALUES ('2005-02-01', 'world-1', true, true, 'test', '0', '{}', '{}')"
            connection.execute(text(night))
        yield folder
        stop(Installation(folder))


@pytest.fixture
def run(home, monkeypatch) -> Run:
    """Runs the command on an empty log and gives what it says; what stops it is raised."""
    from monitoring.database import connect

    monkeypatch.setenv("WEERZIEN_HOME", str(home))
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    with connect(Installation(home)).begin() as connection:
        connection.execute(text("DELETE FROM registers.judgement"))

    def make(*arguments: str, given: str | None = None) -> str:
        done: Result = CliRunner().invoke(weerzien, arguments, input=given)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return make


def test_a_verdict_gets_a_number_and_is_told_when_it_counts(run):
    said = run("judge", GIRL, AGAIN, "same", *WHO)
    assert said == "Oordeel / judgement 1: telt mee vanaf de volgende nacht / counts from the next night\n"


def test_the_list_shows_what_counts_and_no_reason_unless_asked(run):
    assert "no judgements in force" in run("judgements", "list")
    run("judge", GIRL, AGAIN, "same", *WHO)
    said = run("judgements", "list")
    for part in ("Verzonnen registraties", GIRL, AGAIN, "same", "Reviewer One", "2005-02-01", "van kracht", "in force"):
        assert part in said
    assert "tattoo" not in said
    assert "same tattoo" in run("judgements", "list", "--reasons")


def test_the_whole_list_shows_what_was_superseded_and_undone_and_by_which_entry(run):
    run("judge", GIRL, AGAIN, "same", *WHO)
    run("judge", GIRL, AGAIN, "different", *WHO)
    assert "superseded (2)" in run("judgements", "list", "--all")
    assert run("judgements", "undo", "2", *WHO).startswith("3: herroept / undoes 2; telt mee vanaf")
    said = run("judgements", "list", "--all")
    assert all(part in said for part in ("in force", "undone (3)", "undoes 2"))
    assert "different" not in run("judgements", "list")


def test_a_name_with_marks_of_a_terminal_is_shown_as_it_was_written(run):
    run("judge", GIRL, AGAIN, "same", "--reason", "x", "--by", "[bold]One[/bold]")
    assert "[bold]One[/bold]" in run("judgements", "list")


def test_on_a_narrow_terminal_no_key_is_cut_off(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    run("judge", GIRL, AGAIN, "same", *WHO)
    said = run("judgements", "list", "--all", "--reasons")
    assert all(part in said for part in (GIRL, AGAIN, "2005-02-01"))


def test_an_export_is_a_private_file_that_can_be_imported(run, tmp_path):
    run("judge", GIRL, AGAIN, "same", *WHO)
    file = tmp_path / "judgements.jsonl"
    assert run("judgements", "export", str(file)) == f"1 oordelen / judgements: {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["judgements.jsonl"]
    assert run("judgements", "export", "-") == file.read_text()
    said = "0 toegevoegd, 1 al bekend / 0 added, 1 known already\n"
    assert run("judgements", "import", str(file)) == said
    assert run("judgements", "import", "-", given=file.read_text()) == said


def test_a_file_that_is_no_export_is_refused_by_its_line(run, tmp_path):
    run("judge", GIRL, AGAIN, "same", *WHO)
    line = json.loads(run("judgements", "export", "-")) | {"by": "Somebody"}
    file = tmp_path / "judgements.jsonl"
    for bad in (b"\xff\xfe{}", json.dumps(line).encode().replace(b"Somebody", b"\xff")):
        file.write_bytes(json.dumps(line).encode() + b"\n" + bad + b"\n")
        with pytest.raises(OneLineError, match="line 2: "):
            run("judgements", "import", str(file))
    assert "Somebody" not in run("judgements", "list", "--all")


@pytest.mark.parametrize("way", ["export", "import"])
def test_a_file_that_cannot_be_opened_is_told(run, tmp_path, way):
    with pytest.raises(OneLineError, match="give another file"):
        run("judgements", way, str(tmp_path / "nowhere" / "file"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("judge", GIRL, AGAIN, "same", *WHO),
        ("judgements", "list"),
        ("judgements", "undo", "1", *WHO),
        ("judgements", "export", "-"),
        ("judgements", "import", "-"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_before_the_first_night_one_is_asked_for_and_no_database_is_made(arguments, tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    done = CliRunner().invoke(weerzien, arguments)
    assert (done.exit_code, type(done.exception)) == (1, OneLineError)
    assert "run `weerzien night` first" in str(done.exception)
    assert not (tmp_path / "home").exists()


def test_a_database_of_before_this_version_asks_for_a_night(home, run):
    from monitoring.database import connect

    engine = connect(Installation(home))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE registers.judgement RENAME TO kept"))
    try:
        with pytest.raises(OneLineError, match="run `weerzien night` first"):
            run("judgements", "list")
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE registers.kept RENAME TO judgement"))


@pytest.mark.parametrize("name", judgements.commands)
def test_every_subcommand_says_what_it_does_and_what_its_options_are(name):
    said = CliRunner().invoke(weerzien, ["judgements", name, "--help"]).output
    assert len(said) > 150
    assert all(option.help for option in judgements.commands[name].params if isinstance(option, click.Option))
