"""The command: every mistake is one line on standard error and exit code 1."""

import subprocess
import sys
import time
from datetime import date

import click
import pytest

from dags import command


def weerzien(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    code = "from dags.command import main; main()"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WEERZIEN"))}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("weerzien: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_folder_that_does_not_exist(tmp_path):
    done = weerzien("night", "--exports", str(tmp_path / "nowhere"), WEERZIEN_HOME=str(tmp_path / "home"))
    assert "does not exist" in one_line(done)


def test_a_folder_without_registers(tmp_path):
    done = weerzien("night", "--exports", str(tmp_path), WEERZIEN_HOME=str(tmp_path / "home"))
    assert "holds none of the folders" in one_line(done)


def test_a_date_that_is_not_one(tmp_path):
    done = weerzien("night", "--night", "31-02-2004", WEERZIEN_HOME=str(tmp_path))
    assert "is not a date" in one_line(done)


def test_a_database_that_cannot_be_reached(tmp_path):
    (tmp_path / "exports" / "stv").mkdir(parents=True)
    done = weerzien(
        "night",
        "--exports",
        str(tmp_path / "exports"),
        WEERZIEN_HOME=str(tmp_path / "home"),
        WEERZIEN_DATABASE_URL="postgresql://bureau:geheim@127.0.0.1:1/weerzien",
    )
    assert "database" in one_line(done)
    assert "geheim" not in done.stderr


def test_a_database_address_that_is_none(tmp_path):
    done = weerzien(
        "export",
        str(tmp_path / "out"),
        WEERZIEN_HOME=str(tmp_path / "home"),
        WEERZIEN_DATABASE_URL="no address at all",
    )
    one_line(done)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nigth"],
        ["night", "--nihgt", "x"],
        ["sample"],
        ["sample", "DIR", "--children", "0"],
        ["export"],
        ["watch", "--at", "tomorrow"],
        ["watch"],
        ["accept", "ikps"],
        ["accept", "ikps", "x.csv", "--by", "x"],
        ["accept", "ikps", "x.csv", "--by", " ", "--reason", "x"],
        ["accept", "kvk", "x", "--by", "x", "--reason", "x"],
        ["accept", "ikps", "x.csv", "--by", "x", "--reason", "x"],
        ["judge", "stv/1", "stv/2", "maybe", "--by", "x", "--reason", "x"],
        ["judge", "stv/1", "stv/2", "same", "--by", "x", "--reason", "x"],
        ["judgements", "undo", "one", "--by", "x", "--reason", "x"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_wrong_call(arguments, tmp_path):
    one_line(weerzien(*arguments, WEERZIEN_HOME=str(tmp_path)))


def test_a_sample_never_goes_into_a_folder_that_holds_something(tmp_path):
    (tmp_path / "thesis.txt").write_text("x")
    assert "not empty" in one_line(weerzien("sample", str(tmp_path), WEERZIEN_HOME=str(tmp_path)))


def test_the_watch_names_what_did_not_come_on_one_line_and_makes_nothing(tmp_path):
    home, place = tmp_path / "home", tmp_path / "exports" / "telex"
    place.mkdir(parents=True)
    (place / "telex_20261123.txt").write_bytes(b"")
    done = weerzien(
        "watch", "--exports", str(tmp_path / "exports"), "--at", "2026-11-23T06:30", WEERZIEN_HOME=str(home)
    )
    said = one_line(done)
    assert "mob (never delivered)" in said
    assert "telex" not in said
    assert "the night of 2026-11-23 (none is published)" in said
    assert [line.split()[0] for line in done.stdout.splitlines()] == "IKPS STV Jeugdzorg Telex MOB Nacht".split()
    assert not home.exists()


@pytest.mark.parametrize(
    ("exports", "told"),
    [("s3://bucket/exports", "names no"), ("s3://nowhere@bucket/exports", "no connection 'nowhere'")],
)
def test_a_watch_on_exports_at_a_url_without_its_connection_tells_so(tmp_path, exports, told):
    done = weerzien("watch", "--exports", exports, WEERZIEN_HOME=str(tmp_path / "home"))
    assert told in one_line(done)


@pytest.mark.usefixtures("in_this_process")
def test_the_watch_ends_without_a_fault_when_all_is_in_time(monkeypatch, tmp_path, capsys):
    from dags import watching
    from dags.arrivals import Came

    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    (tmp_path / "SYNTHETIC.toml").write_text('world = "w"\nnight_last = 2005-06-30\n')
    landed = "ikps_20050630.csv stv_aanmeldingen_2005.xlsx jeugdzorg_20050630.xml telex_20050630.txt mob_200505_OC.csv"
    for register, name in zip(("ikps", "stv", "youth_care", "telex", "mob"), landed.split(), strict=True):
        (tmp_path / register).mkdir()
        (tmp_path / register / name).write_bytes(b"")
    monkeypatch.setattr(watching, "what_came", lambda *_: Came(published=date(2005, 6, 30)))
    monkeypatch.setattr(sys, "argv", ["weerzien", "watch", "--exports", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        command.main()
    said = capsys.readouterr()
    assert (ended.value.code, said.err) == (0, "")
    assert said.out.startswith("Verzonnen registraties / synthetic registrations\nIKPS      in orde / in time: ")


@pytest.mark.usefixtures("in_this_process")
def test_who_lets_a_delivery_through_is_told_when_it_counts(monkeypatch, tmp_path, capsys):
    from dags import arrivals

    asked = []
    monkeypatch.setattr(arrivals, "accept_newest", lambda *given: asked.append(given[1:]) or "ikps-1")
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    by = ["--by", " engineer ", "--reason", "a large purge"]
    monkeypatch.setattr(sys, "argv", ["weerzien", "accept", "ikps", "exports/ikps/ikps_20050630.csv", *by])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == "ikps-1: telt mee vanaf de volgende nacht / counts in the next night\n"
    assert [(register.name, *rest) for register, *rest in asked] == [
        ("ikps", "ikps_20050630.csv", "engineer", "a large purge")
    ]


@pytest.fixture
def in_this_process(monkeypatch):
    """The command turns Ctrl-C off when it ends; the process of the tests, and every child of it, must keep it."""
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)


@pytest.mark.usefixtures("in_this_process")
def test_an_unforeseen_exception_shows_its_place_and_not_its_message(monkeypatch, capsys):
    def break_down(**_: object) -> None:
        raise ValueError("Roodkapje")

    monkeypatch.setattr(command.weerzien, "main", break_down)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 1
    error = capsys.readouterr().err
    assert "ValueError" in error
    assert "Roodkapje" not in error


@pytest.mark.usefixtures("in_this_process")
def test_an_interruption_is_one_line_and_130(monkeypatch, capsys):
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.weerzien, "main", interrupt)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["", *command.weerzien.commands])
def test_every_command_says_what_it_does(name):
    context = click.Context(command.weerzien)
    asked = command.weerzien.commands[name] if name else command.weerzien
    assert len(asked.get_help(context)) > 80
    for parameter in asked.params:
        if isinstance(parameter, click.Option):
            assert parameter.help


def test_help_answers_at_once():
    began = time.monotonic()
    assert weerzien("--help").returncode == 0
    assert time.monotonic() - began < 3, "something heavy is imported at the top; alone it takes half a second"


PEOPLE = 'id,name,born\n1,Anne de Wit,1987-11-20\n2,"Wit, Anne de",20-11-1987\n3,Yena Popescu,1988-01-02\n'
PEOPLE_MODEL = """
[records]
id = "id"
[[compare]]
column = "name"
kind = "name"
[[compare]]
column = "born"
kind = "date"
"""


def test_link_writes_pairs_and_persons_of_a_table(tmp_path):
    import pandas as pd

    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "people.toml").write_text(PEOPLE_MODEL)
    out = tmp_path / "linked"
    done = weerzien("link", str(tmp_path / "people.csv"), str(out), "--model", str(tmp_path / "people.toml"))
    assert done.returncode == 0, done.stderr
    assert "reading people.csv" in done.stdout
    assert "3 records, " in done.stdout
    persons = pd.read_parquet(out / "persons.parquet")
    assert persons["record_id"].tolist() == ["1", "2", "3"]
    assert list(pd.read_parquet(out / "pairs.parquet")) == [
        "record_id_l", "record_id_r", "match_weight", "match_probability",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "model", "said"),
    [
        (None, PEOPLE_MODEL, "people.csv is not there"),
        (PEOPLE, "[records", "cannot be read as a model file"),
        (PEOPLE, PEOPLE_MODEL.replace('"born"', '"birth"'), "no column birth"),
        (PEOPLE.replace("\n2,", "\n1,"), PEOPLE_MODEL, "twice"),
    ],
    ids=["no records", "no model", "no column", "ids twice"],
)
def test_link_says_in_one_line_what_is_wrong_and_writes_nothing(tmp_path, records, model, said):
    if records is not None:
        (tmp_path / "people.csv").write_text(records)
    (tmp_path / "people.toml").write_text(model)
    out = tmp_path / "linked"
    done = weerzien("link", str(tmp_path / "people.csv"), str(out), "--model", str(tmp_path / "people.toml"))
    assert said in one_line(done)
    assert not out.exists()


def test_nothing_is_exported_before_the_first_night(tmp_path):
    done = weerzien("export", str(tmp_path / "out"), WEERZIEN_HOME=str(tmp_path / "h"))
    assert "run `weerzien night` first" in one_line(done)
    assert not (tmp_path / "out").exists()


def test_weights_are_not_estimated_before_the_first_night(tmp_path):
    done = weerzien(
        "estimate-weights", str(tmp_path / "m.toml"), "--version", "2099.1", WEERZIEN_HOME=str(tmp_path / "h")
    )
    assert "run `weerzien night` first" in one_line(done)
    assert not (tmp_path / "m.toml").exists()
