"""Nights and housekeeping under a login that may do no more than `weerzien_pipeline`, in a database of another's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from connectors.installation import Installation
from tests.monitoring.databases import NIGHTLY, UPGRADING, as_login, made_by_its_administrator

COMMAND = [sys.executable, "-c", "from dags.command import main; main()"]
Weerzien = Callable[..., subprocess.CompletedProcess[str]]
pytestmark = pytest.mark.night


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Iterator[Engine]:
    """A database on a server that is not the installation's own; gives the superuser's engine."""
    from monitoring.database import connect, stop

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        elsewhere = Installation(tmp_path_factory.mktemp("server") / "home")
        yield made_by_its_administrator(connect(elsewhere), "weerzien")
        stop(elsewhere)


@pytest.fixture(scope="module")
def weerzien(database, tmp_path_factory) -> Weerzien:
    home = tmp_path_factory.mktemp("nights") / "home"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WEERZIEN"))}

    def run(login: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        address = as_login(database, login).url.set(drivername="postgresql").render_as_string(hide_password=False)
        environment = inherited | {"WEERZIEN_HOME": str(home), "WEERZIEN_DATABASE_URL": address}
        return subprocess.run(
            [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    return run


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    from connectors.sample import write_sample

    folder = tmp_path_factory.mktemp("exports") / "sample"
    write_sample(folder, 60, 7)
    return folder


def test_a_night_before_the_schemas_are_made_says_in_one_line_what_the_administrator_has_to_do(weerzien, exports):
    done = weerzien(NIGHTLY, "night", "--exports", str(exports))
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert "weerzien database" in done.stderr


def test_nights_and_housekeeping_need_no_more_than_the_rights_of_a_night(weerzien, exports, database):
    from monitoring.database import upgrade

    upgrade(as_login(database, UPGRADING))
    for _ in range(2):
        done = weerzien(NIGHTLY, "night", "--exports", str(exports))
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM monitoring.person")).scalar_one() > 0
        # A term that has ended, so that housekeeping has everything to do.
        connection.execute(text("UPDATE registers.record SET retained_until = '2000-01-01' WHERE register = 'stv'"))
        before = connection.execute(text("SELECT count(*) FROM registers.record")).scalar_one()
    done = weerzien(NIGHTLY, "housekeep")
    assert done.returncode == 0, done.stderr
    assert "permission" not in done.stderr
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM registers.record")).scalar_one() < before
        assert connection.execute(text("SELECT count(*) FROM monitoring.purge")).scalar_one() > 0
        made = "SELECT count(*) FROM pg_class WHERE relowner::regrole::text = :login AND relpersistence = 'p'"
        assert connection.execute(text(made), {"login": NIGHTLY}).scalar_one() == 0


def test_a_night_on_an_older_revision_stops_with_one_line(weerzien, exports, database):
    from monitoring.database import upgrade
    from monitoring.revision import newest_revision

    with database.begin() as connection:
        connection.execute(text("UPDATE registers.alembic_version SET version_num = '0006'"))
    done = weerzien(NIGHTLY, "night", "--exports", str(exports))
    with database.begin() as connection:
        back = "UPDATE registers.alembic_version SET version_num = :newest"
        connection.execute(text(back), {"newest": newest_revision()})
    assert done.returncode == 1
    assert "the database is at revision 0006" in done.stderr
    assert "`weerzien database upgrade`" in done.stderr
    upgrade(as_login(database, UPGRADING))
