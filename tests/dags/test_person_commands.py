"""The commands that look back tell in words, and mistakes in one line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from benchmarks.nights.running import work
from connectors.installation import Installation, OneLineError
from connectors.sample import write_sample
from dags.command import weerzien

LAST = date(2005, 2, 2)


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory):
    """An installation with two nights of thirty invented children."""
    from monitoring.database import stop

    home, exports = (tmp_path_factory.mktemp(name) for name in ("home", "exports"))
    write_sample(exports, 30, 2, nights=2, night_last=LAST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEERZIEN_HOME", str(home))
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        for night in (LAST - timedelta(1), LAST):
            work(exports, night)
        yield home
        stop(Installation(home))


def run(*words: str) -> str:
    return CliRunner().invoke(weerzien, list(words), catch_exceptions=False).output


def test_the_life_of_an_id_is_told_in_both_languages(two_nights):
    said = run("person", "w-00000001")
    assert said.startswith("W-00000001: geldig / current (2005-02-01)")
    for words in ("ontstaan", "created", "nieuwe registratie"):
        assert words in said


def test_an_id_that_was_never_published_is_one_line(two_nights):
    with pytest.raises(OneLineError, match="was ever published under that id"):
        run("person", "W-99999999")


def test_the_nights_are_listed_and_the_shown_one_is_marked(two_nights):
    lines = [line for line in run("nights").splitlines() if line.strip().startswith("2005")]
    assert [line.split()[:2] for line in lines] == [["2005-02-01", "verzonnen"], ["2005-02-02", "verzonnen"]]
    assert ["getoond" in line for line in lines] == [False, True]


def test_an_earlier_night_is_written_out_as_it_was(two_nights, tmp_path):
    import pandas as pd

    run("export", str(tmp_path / "then"), "--night", "2005-02-01")
    run("export", str(tmp_path / "now"))
    then, now = (pd.read_csv(tmp_path / name / "person.csv") for name in ("then", "now"))
    assert set(then["night"]) == {"2005-02-01"}
    assert list(then.columns) == list(now.columns)
    keyed = pd.read_csv(tmp_path / "then" / "registrations.csv")
    assert set(keyed["person_id"]) == set(then["person_id"])
    assert keyed["source_key"].notna().all()
    assert not (tmp_path / "then" / "quarantine.csv").exists()
    with pytest.raises(OneLineError, match="there is no table of 2004-01-01"):
        run("export", str(tmp_path / "never"), "--night", "2004-01-01")


def test_a_ledger_can_be_kept_elsewhere_and_only_goes_into_a_new_installation(two_nights, tmp_path):
    kept = tmp_path / "ledger.jsonl"
    assert "regels / lines" in run("ledger", "export", str(kept))
    assert kept.stat().st_mode & 0o077 == 0
    first = kept.read_bytes()
    run("ledger", "export", str(kept))
    assert kept.read_bytes() == first
    with pytest.raises(OneLineError, match="nights ran in this installation before"):
        run("ledger", "restore", str(kept))
