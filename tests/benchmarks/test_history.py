"""The long past that is measured is one that the program could have written, and it changes nothing of a night."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from benchmarks.history import installations
from benchmarks.history.installations import BOTH, NIGHT_LAST, Asked, Installations
from benchmarks.history.measured import STAGES, work
from benchmarks.history.nights import purged_persons
from benchmarks.history.printed import interval, printed
from connectors.installation import Installation
from monitoring.dictionary import CANDIDATE_TABLES, TABLES
from monitoring.past_nights import KEPT_TABLES

ASKED = Asked(nights=40, deliveries=900, children=30, seed=1, measured=1, before=1)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Both installations after the night that is measured; nights in this process, without pages of the checks."""
    from dags import checking

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checking, "_write_data_docs", lambda *_: None)
        patched.setattr(installations, "worked", in_this_process)
        folder = tmp_path_factory.mktemp("history")
        # The server's user has to pass.
        for path in (folder, *folder.parents[:2]):
            path.chmod(path.stat().st_mode | 0o111)
        made = Installations(folder, ASKED, lambda _: None)
        made.build()
        made.begin()
        for name in BOTH:
            made.night(name, NIGHT_LAST, made.source(NIGHT_LAST, False, name))
        yield made
        made.leave()


def in_this_process(home, exports, night):
    seconds = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(os.environ, "WEERZIEN_HOME", str(home))
        work(str(exports), night.isoformat(), seconds)
    return seconds


def asked(both, name, query, **values):
    with installations.connect_to(both.run / name).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def test_the_past_has_the_nights_and_deliveries_that_were_asked_for(both):
    assert asked(both, "long", "SELECT count(*) FROM monitoring.night") == [(40 + 2,)]
    before = asked(
        both, "long", "SELECT count(*) FROM registers.delivery WHERE landed_night < :night", night=NIGHT_LAST
    )
    assert before == [(900,)]
    assert asked(both, "fresh", "SELECT count(*) FROM monitoring.night") == [(2,)]


@pytest.mark.parametrize("name", BOTH)
def test_the_doctor_finds_every_landed_file_as_it_came(both, name):
    from dags.doctor.deliveries import landing

    found = list(landing(Installation(both.run / name), installations.connect_to(both.run / name), is_deep=True))
    assert [finding.state for finding in found] == ["ok"]


@pytest.mark.parametrize("name", KEPT_TABLES)
def test_on_every_night_a_row_stands_once(both, name):
    same = " AND ".join(f'one."{column}" = other."{column}"' for column in TABLES[name].key)
    twice = f"""
        SELECT count(*) FROM history.{name} AS one JOIN history.{name} AS other
        ON one.origin = other.origin AND {same} AND one.ctid < other.ctid AND one.nights && other.nights
    """
    assert asked(both, "long", twice) == [(0,)]


def test_the_ledger_folds_to_who_every_registration_belongs_to(both):
    from monitoring.ledger import read_ledger

    (origin,) = {row[0] for row in asked(both, "long", "SELECT DISTINCT origin FROM registers.membership")}
    ledgers = [read_ledger(installations.connect_to(both.run / name), origin) for name in BOTH]
    kept = "SELECT record_id, person_id FROM registers.membership WHERE is_in_force"
    assert ledgers[0].membership == ledgers[1].membership == dict(asked(both, "long", kept))
    assert ledgers[0].last_number == ledgers[1].last_number
    assert len(ledgers[1].retired) == purged_persons(ASKED.nights)


def test_the_past_changes_nothing_of_what_the_next_night_publishes(both):
    from monitoring.export import read_table

    tables = {}
    for name in BOTH:
        with installations.connect_to(both.run / name).connect() as connection:
            of_night = (*CANDIDATE_TABLES, "change", "revocation")
            tables[name] = {table: read_table(connection, TABLES[table]).to_csv() for table in of_night}
    assert tables["fresh"] == tables["long"]
    assert tables["fresh"]["person"].count("\n") > 20 and NIGHT_LAST.isoformat() in tables["fresh"]["person"]


def test_of_each_version_of_a_record_the_nights_follow_on_each_other(both):
    gaps = """
        SELECT count(*) FROM (SELECT from_night, lag(until_night) OVER (PARTITION BY record_id ORDER BY version) AS ended
          FROM registers.record_version WHERE ended_by IS DISTINCT FROM 'purged') AS versions
        WHERE ended IS NOT NULL AND ended <> from_night
    """
    assert asked(both, "long", gaps) == [(0,)]
    assert asked(both, "long", "SELECT count(*) > 40 FROM registers.record_version WHERE version > 1") == [(True,)]


def test_housekeeping_leaves_of_the_past_what_it_left_of_it_before(both, monkeypatch):
    from dags import keeping

    monkeypatch.setenv("WEERZIEN_HOME", str(both.run / "long"))
    night, counts = keeping.keep(None)
    assert night == NIGHT_LAST
    # One night went by since the past was made, and with it what is one night longer superseded.
    assert all(of["registrations"] == of["landing_rows"] == 0 for of in counts.values())


def test_growth_is_that_of_the_median_with_the_nights_drawn_again():
    night = {stage: {"wall": 1.0, "cpu": 0.5, "database": 0.5} for stage in (*STAGES, "housekeeping", "watch")}
    longer = {stage: {kind: 1.1 * value for kind, value in of.items()} for stage, of in night.items()}
    told = printed([(night, longer)] * 5, "so many")
    assert "growth of the night, CPU: +10.0% (95 % by resampling nights: +10.0% to +10.0%)" in told
    low, high = interval([1.0, 1.1, 0.9], [1.0, 1.2, 0.9])
    assert low <= 0.0 <= high
