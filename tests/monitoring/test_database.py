"""The embedded server comes and goes with its users; the bureau's role reads what it may; errors are one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from connectors.installation import Installation, OneLineError
from monitoring import server
from monitoring.database import BUREAU_ROLE, connect, downgrade, stop, upgrade

ROOT = Path(__file__).parents[2]
# A shell that runs the tests in the background turns Ctrl-C off for them and all they start.
USER = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
USER += "from connectors.installation import Installation; from pathlib import Path; import sys, time; "
USER += "from monitoring.database import connect; connect(Installation(Path(sys.argv[1]))); print('up', flush=True); "


@pytest.fixture(autouse=True)
def no_server_elsewhere(monkeypatch):
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)


def user_of(home: Path, then: str) -> subprocess.Popen:
    """A process that uses the database of an installation and then does something."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", USER + then, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def servers_in(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()).resolve() == (home / "database").resolve():
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def answer(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT 42")).scalar_one()


def test_the_server_stops_with_its_last_user(tmp_path):
    with user_of(tmp_path, "time.sleep(60)") as staying, user_of(tmp_path, "pass") as leaving:
        assert leaving.wait(20) == 0
        assert servers_in(tmp_path)
        staying.send_signal(signal.SIGINT)
        staying.wait(20)
    assert not servers_in(tmp_path)


def test_a_killed_user_neither_keeps_the_server_nor_stops_the_next_start(tmp_path):
    with user_of(tmp_path, "time.sleep(60)") as killed:
        killed.kill()
    assert servers_in(tmp_path)
    assert answer(connect(Installation(tmp_path))) == 42
    stop(Installation(tmp_path))
    assert not servers_in(tmp_path)


def test_a_killed_server_and_a_number_given_to_another_process_do_not_stop_the_next_start(tmp_path):
    with user_of(tmp_path, "time.sleep(60)") as killed:
        killed.kill()
    mark = tmp_path / "database" / "postmaster.pid"
    lines = mark.read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    patience = time.monotonic() + 10
    while servers_in(tmp_path) and time.monotonic() < patience:
        time.sleep(0.1)
    mark.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert answer(connect(Installation(tmp_path))) == 42
    stop(Installation(tmp_path))
    assert not servers_in(tmp_path)


@pytest.mark.parametrize("name", ["x" * 120, "met spaties en é"])
def test_a_long_or_odd_path_works(tmp_path, name):
    installation = Installation(tmp_path / name)
    assert answer(connect(installation)) == 42
    stop(installation)


def test_the_server_never_logs_a_value_and_listens_on_no_network(installation):
    with connect(installation).connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE t (k text PRIMARY KEY)"))
        connection.commit()
        for _ in range(2):
            try:
                connection.execute(text("INSERT INTO t VALUES ('Verzonnen-Naam')"))
                connection.commit()
            except Exception:
                connection.rollback()
        settings = connection.execute(text("SELECT current_setting('listen_addresses')")).scalar_one()
    assert settings == ""
    assert "Verzonnen" not in (installation.database / "log").read_text()


def test_only_passing_through_is_allowed_above_the_database(tmp_path):
    home = tmp_path / "private"
    home.mkdir(mode=0o700)
    connect(Installation(home))
    stop(Installation(home))
    assert home.stat().st_mode & 0o066 == 0
    assert (home / "database").stat().st_mode & 0o077 == 0


def test_connecting_twice_gives_the_same_server(installation):
    assert connect(installation).url == connect(installation).url


UNREACHABLE = [
    ("postgresql://bureau:geheim@127.0.0.1:1/weerzien", "database at 127.0.0.1:1 cannot be reached"),
    ("mysql://a@b/c", "is not an address of PostgreSQL"),
    ("geen adres", "is not an address of PostgreSQL"),
]


@pytest.mark.parametrize(("address", "said"), UNREACHABLE)
def test_a_database_that_cannot_be_reached_is_one_line_without_the_password(monkeypatch, tmp_path, address, said):
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", address)
    with pytest.raises(OneLineError) as error:
        connect(Installation(tmp_path))
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "geheim" not in str(error.value)
    assert not (tmp_path / "database").exists()


def test_a_given_database_is_used_and_not_the_embedded_one(monkeypatch, installation, tmp_path):
    address = connect(installation).url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", address)
    engine = connect(Installation(tmp_path))
    assert engine.url.drivername == "postgresql+psycopg"
    assert answer(engine) == 42
    assert not (tmp_path / "database").exists()


def test_a_folder_that_holds_no_database_is_one_line(tmp_path):
    installation = Installation(tmp_path)
    (installation.database / "PG_VERSION").write_text("18\n")
    with pytest.raises(OneLineError, match="cannot start"):
        connect(installation)
    server._uses.pop(installation.database.resolve(), None)


def test_migrations_go_down_and_up_again(engine):
    downgrade(engine)
    with engine.connect() as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('monitoring', 'registers')"
        assert connection.execute(text(tables)).scalar_one() == 1
    upgrade(engine)
    upgrade(engine)


def test_the_bureau_reads_monitoring_and_nothing_of_the_registers(engine):
    with engine.begin() as connection:
        assert not connection.execute(
            text(f"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{BUREAU_ROLE}'")
        ).scalar_one()
    for table in ("person", "registration", "link", "resurfacing", "candidate", "alert", "night", "change"):
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL ROLE {BUREAU_ROLE}"))
            assert connection.execute(text(f"SELECT count(*) FROM monitoring.{table}")).scalar_one() == 0
    for table in ("record", "delivery", "membership", "judgement", "finding", "value_reference", "alembic_version"):
        with pytest.raises(ProgrammingError, match="permission denied"), engine.begin() as connection:
            connection.execute(text(f"SET LOCAL ROLE {BUREAU_ROLE}"))
            connection.execute(text(f"SELECT * FROM registers.{table}"))
    for statement in ("DELETE FROM monitoring.person", "CREATE TABLE monitoring.mine (a integer)"):
        with pytest.raises(ProgrammingError, match="permission denied"), engine.begin() as connection:
            connection.execute(text(f"SET LOCAL ROLE {BUREAU_ROLE}"))
            connection.execute(text(statement))


def test_a_user_who_may_not_make_the_role_is_told_so_in_one_line(template):
    from sqlalchemy import NullPool, create_engine

    with template.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE foreign_hands"))
        connection.execute(text("CREATE ROLE visitor LOGIN"))
    engine = create_engine(template.url.set(database="foreign_hands", username="visitor"), poolclass=NullPool)
    with pytest.raises(OneLineError, match="may not make the schemas or the role"):
        upgrade(engine)
