"""The doctor on a healthy installation, on one in which something is wrong, and on none; it changes nothing and tells
no secret.
"""

import base64
import json
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

from connectors import landing
from connectors.installation import Installation, OneLineError
from connectors.record_sealing import KEY, KEY_FILE
from connectors.records import records_frame
from connectors.register import load_register
from dags.doctor import databases, deliveries, machine, scheduling
from dags.doctor.finding import looked, ok, wrong
from dags.doctor_commands import doctor
from monitoring.database import connect, downgrade, stop, upgrade
from monitoring.revision import newest_revision
from monitoring.sealed_records import replace_records

NIGHT = date(2005, 6, 30)
IN_PRODUCTION = {
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    "AIRFLOW__CORE__DAGS_FOLDER": str(scheduling.DAGS_FOLDER),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__FERNET_KEY": "geheim-1",
    "AIRFLOW__CORE__AUTH_MANAGER": "some.organisation.AuthManager",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg://airflow:geheim-2@host/airflow",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": "postgresql+psycopg://airflow:geheim-2@host/airflow",
    "AIRFLOW__API_AUTH__JWT_SECRET_CMD": "cat geheim-3",
    "AIRFLOW__API__SECRET_KEY": "geheim-4",
    "AIRFLOW__API__HOST": "127.0.0.1",
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("WEERZIEN_", "AIRFLOW_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Iterator[Installation]:
    """An installation in which one delivery landed."""
    folder = tmp_path_factory.mktemp("doctor")
    home = Installation(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WEERZIEN_DATABASE_URL", "WEERZIEN_LANDING_KEY", "WEERZIEN_LANDING_KEY_FILE"):
            patch.delenv(name, raising=False)
        engine = connect(home)
        upgrade(engine)
        (folder / "mob").mkdir()
        (folder / "mob" / "mob_200506_OC.csv").write_bytes(b"v_nummer,naam\r\n")
        landing.pull(load_register("mob"), folder / "mob", home, engine, NIGHT, "")
        yield home
        stop(home)


def lines(findings, *states: str) -> list[str]:
    return [finding.line for finding in findings if not states or finding.state in states]


def everything_in(folder: Path) -> dict[str, tuple]:
    facts = {}
    for path in sorted(folder.rglob("*")):
        # The embedded server writes in its own folder while it runs.
        if "database" not in path.relative_to(folder).parts[0]:
            facts[str(path)] = (path.stat().st_mtime_ns, path.stat().st_mode, path.is_dir() or path.read_bytes())
    return facts


def test_a_healthy_database_and_landing_are_ok_line_by_line(installation):
    engine = connect(installation)
    assert lines(databases.database(engine)) == [
        "ok    embedded database: PostgreSQL 18 answers",
        "ok    encoding: UTF8",
        f"ok    revision: {newest_revision()}, the newest",
        "ok    roles: all five; auditor, bureau and page without the registers",
        "ok    judgements: none contradicts another",
        "warn  records key: names in the database are not encrypted by this program; weerzien database new-key",
    ]
    assert lines(deliveries.landing(installation, engine, False)) == [
        "ok    landing: 1 files there, 1 with the bytes that came"
    ]


def test_nothing_is_changed_by_looking(installation, monkeypatch):
    monkeypatch.setenv("WEERZIEN_HOME", str(installation.home))
    monkeypatch.setattr(scheduling, "dags_can_be_read", lambda: [ok("DAGs", "not read in this test")])
    connect(installation)
    before = everything_in(installation.home)
    result = CliRunner().invoke(doctor, ["--deep"])
    assert "landing: 1 files there" in result.output
    assert everything_in(installation.home) == before


def test_where_nothing_is_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(scheduling, "dags_can_be_read", lambda: [ok("DAGs", "not read in this test")])
    result = CliRunner().invoke(doctor, ["--quiet"])
    assert "warn  database: there is none yet" in result.output
    assert "warn  exports: none are configured" in result.output
    assert list(tmp_path.iterdir()) == []


def test_one_wrong_line_gives_exit_code_one_and_json_tells_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", "postgresql://owner:geheim@127.0.0.1:1/weerzien")
    monkeypatch.setattr(scheduling, "dags_can_be_read", lambda: [ok("DAGs", "not read in this test")])
    result = CliRunner().invoke(doctor, ["--json"])
    assert isinstance(result.exception, OneLineError)
    found = json.loads(result.output)
    assert [(one["state"], one["about"]) for one in found if one["state"] == "wrong"] == [("wrong", "database")]
    assert "geheim" not in result.output


@pytest.fixture
def landed(installation) -> Iterator[Path]:
    (file,) = (path for path in (installation.landing / "mob").iterdir())
    content, mode = file.read_bytes(), file.stat().st_mode
    yield file
    file.unlink(missing_ok=True)
    file.write_bytes(content)
    file.chmod(mode)


def test_a_landed_file_that_was_changed_or_is_gone_is_wrong(installation, landed):
    engine = connect(installation)
    landed.chmod(0o600)
    landed.write_bytes(b"other bytes")
    (changed,) = lines(deliveries.landing(installation, engine, True))
    assert changed.startswith("wrong landing of mob: 1 files are not what came")
    landed.unlink()
    (gone,) = lines(deliveries.landing(installation, engine, False))
    assert gone.startswith("wrong landing of mob: 1 files are missing")


def test_landed_files_that_are_not_sealed_are_a_warning_and_a_key_that_is_none_is_wrong(monkeypatch):
    assert lines(deliveries.landing_keys())[0].startswith("warn  landing key: landed files are not encrypted")
    monkeypatch.setenv("WEERZIEN_LANDING_KEY", "geheim")
    (told,) = lines(looked("landing key", deliveries.landing_keys))
    assert told.startswith("wrong landing key: ")
    assert "geheim" not in told


def test_names_that_no_night_could_work_with_are_wrong_and_told_by_the_ids_of_keys(installation, monkeypatch):
    engine = connect(installation)
    one, other = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
    girl = records_frame([{"record_id": "stv-1", "register": "stv", "source_key": "1", "given_names": "Verzonnen"}])

    def said(keys: str) -> str:
        monkeypatch.setenv(KEY, keys)
        (line,) = (told for told in lines(databases.database(engine)) if "records key" in told)
        assert not any(secret in line for secret in (one, other, "Verzonnen", "geheim"))
        return line

    with engine.begin() as connection:
        replace_records(connection, girl, "")
    assert said(one) == (
        "wrong records key: 1 rows hold names in plain text or under an older key: no night will run; "
        "weerzien database encrypt"
    )
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM registers.record"))
    with engine.begin() as connection:
        replace_records(connection, girl, "")
    assert said(one).startswith("ok    records key: names in the database are encrypted by ")
    assert "weerzien database encrypt" in said(f"{other} {one}")
    for keys in ("", other):
        assert said(keys).endswith(f"which is not set; set {KEY} or {KEY_FILE}")
    assert said("geheim").startswith(f"wrong records key: {KEY} is not 32 bytes in base64")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM registers.record"))


def test_an_older_revision_is_a_warning_and_a_later_one_is_wrong(installation):
    server = connect(installation)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE older"))
    engine = create_engine(server.url.set(database="older"), poolclass=NullPool)
    assert lines(databases.database(engine), "warn") == ["warn  revision: no tables yet; the first night makes them"]
    upgrade(engine)
    downgrade(engine, "0005")
    told = f"warn  revision: 0005, the program has {newest_revision()}; back up, then upgrade: docs/deployment.md"
    assert told in lines(databases.database(engine))
    with engine.begin() as connection:
        connection.execute(text("UPDATE registers.alembic_version SET version_num = '9999'"))
    assert "wrong revision: 9999 is of a later version; install that version again" in lines(databases.database(engine))


def test_a_role_that_may_read_the_registers_is_wrong(installation):
    engine = connect(installation)
    with engine.begin() as connection:
        connection.execute(text("GRANT USAGE ON SCHEMA registers TO weerzien_bureau"))
    try:
        told = lines(databases.database(engine), "wrong")
    finally:
        with engine.begin() as connection:
            connection.execute(text("REVOKE USAGE ON SCHEMA registers FROM weerzien_bureau"))
    assert told == ["wrong roles: weerzien_bureau may read names; REVOKE ALL ON SCHEMA registers FROM them"]


def test_settings_of_production_are_ok_and_no_secret_is_told(tmp_path):
    found = list(scheduling.airflow(Installation(tmp_path), IN_PRODUCTION))
    assert lines(found, "warn", "wrong") == []
    assert "geheim" not in "".join(lines(found))


LACKING = [
    ({"AIRFLOW__CORE__FERNET_KEY": ""}, "wrong secret fernet_key: is not set"),
    ({"AIRFLOW__API__SECRET_KEY": ""}, "wrong secret secret_key: is not set"),
    ({"AIRFLOW__API_AUTH__JWT_SECRET_CMD": None}, "wrong secret jwt_secret: is not set"),
    ({"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:///x.db"}, "wrong metadata database: is SQLite"),
    ({"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": ""}, "wrong metadata database: needs a second driver"),
    ({"AIRFLOW__CORE__DAGS_FOLDER": "/elsewhere"}, "wrong DAGs folder: is not this program's"),
    ({"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"}, "warn  executor: CeleryExecutor; WEERZIEN_HOME and WEERZIEN_WORK"),
    ({"AIRFLOW__API__HOST": "0.0.0.0"}, "warn  API server: listens on every address"),
    ({"AIRFLOW__CORE__AUTH_MANAGER": None}, "warn  auth manager: is Airflow's simple one"),
]


@pytest.mark.parametrize(("change", "said"), LACKING)
def test_a_setting_that_lacks_is_one_line(tmp_path, change, said):
    environment = {name: value for name, value in (IN_PRODUCTION | change).items() if value is not None}
    (told,) = lines(scheduling.airflow(Installation(tmp_path), environment), "warn", "wrong")
    assert told.startswith(said)


def test_settings_in_the_file_of_airflow_count_too(tmp_path):
    (tmp_path / "airflow.cfg").write_text("[core]\nfernet_key = geheim%\nexecutor = CeleryExecutor\n")
    settings = scheduling.Settings({"AIRFLOW_HOME": str(tmp_path)}, tmp_path)
    assert (settings.value("core", "fernet_key"), settings.value("core", "executor")) == ("geheim%", "CeleryExecutor")


def test_nights_by_hand_need_no_settings_of_airflow(tmp_path):
    assert lines(scheduling.airflow(Installation(tmp_path), {}), "warn", "wrong") == []


@pytest.mark.airflow
def test_the_dags_can_be_read():
    assert lines(scheduling.dags_can_be_read()) == ["ok    DAGs: nightly, retention, watch can be read"]


@pytest.mark.airflow
def test_dags_that_cannot_be_read_are_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(scheduling, "DAGS_FOLDER", tmp_path)
    assert lines(scheduling.dags_can_be_read(), "wrong")


def test_work_files_of_a_broken_night_are_wrong_and_those_of_tonight_are_not(tmp_path):
    installation = Installation(tmp_path)
    file = installation.work(NIGHT) / "link.parquet"
    file.write_bytes(b"")
    assert lines(machine.left_behind(installation))[0].startswith("ok    work files: a night is at work")
    assert lines(machine.left_behind(installation, time.time() + 7 * 3600)) == [
        "wrong work files: a broken night left them; they hold names; weerzien housekeep, or the next night"
    ]


def test_a_folder_that_others_may_read_is_wrong(tmp_path):
    installation = Installation(tmp_path)
    installation.landing.chmod(0o750)
    assert "wrong WEERZIEN_HOME: others may read landing; chmod -R go-rwx these" in lines(machine.home(installation))


def test_a_setting_that_nobody_reads_is_told_by_its_name_alone():
    (told,) = lines(machine.settings({"WEERZIEN_EXPORT": "geheim", "WEERZIEN_HOME": "x", "PATH": "y"}))
    assert told == "warn  settings: nobody reads WEERZIEN_EXPORT; see deploy/weerzien.env.example"


def test_a_library_of_another_version_than_the_lock_is_told(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("pandas==0.1 \\\n    --hash=sha256:00\nnowhere==1.0 ; sys_platform == 'none' \\\n")
    (_, told) = lines(machine.python_and_libraries(lock))
    assert told.startswith("warn  libraries: not as in requirements.lock: pandas ")
    assert "nowhere" not in told


def test_registers_without_a_term_are_told():
    (told,) = lines(deliveries.terms())
    assert told.startswith("warn  terms: none declared of stv, youth_care, telex, mob")


def test_a_check_that_breaks_is_a_finding_without_its_message():
    def broken():
        yield ok("first", "seen")
        raise ValueError("Verzonnen Naam")

    assert list(looked("it", broken))[1] == wrong("it", "cannot be looked at (ValueError)", "see docs/deployment.md")


PAGE = [
    ({"WEERZIEN_PORTAL_SECRET_KEY": "kort"}, "shorter than 50 signs"),
    ({"WEERZIEN_PORTAL_HOSTS": "weerzien.example.nl"}, "WEERZIEN_PORTAL_SECRET_KEY is not set"),
    ({"WEERZIEN_PORTAL_HOSTS": "weerzien.example.nl"}, "has a name and no TLS"),
    ({"WEERZIEN_OIDC_ISSUER": "https://login.example.nl"}, "single sign-on needs WEERZIEN_OIDC_CLIENT_ID"),
]


@pytest.mark.parametrize(("settings", "said"), PAGE)
def test_a_page_that_would_not_start_is_wrong(tmp_path, monkeypatch, settings, said):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    told = lines(looked("page", lambda: deliveries.portal(Installation(tmp_path))), "wrong")
    assert any(said in line for line in told)
    assert not list(tmp_path.iterdir())
