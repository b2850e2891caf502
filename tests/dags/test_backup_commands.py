"""The rehearsal: one night, a verdict and a release, a backup, an empty machine; the next night is the same in both."""

import gzip
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from benchmarks.nights.running import work
from connectors.installation import Installation, OneLineError
from connectors.sample import write_sample
from dags.backup_commands import backup, restore
from monitoring.database import connect, stop

FIRST, SECOND = date(2005, 6, 29), date(2005, 6, 30)

# Whole nights by their stages: half a minute.
pytestmark = pytest.mark.night


def exported(home: Path, target: Path) -> dict[str, bytes]:
    from monitoring.export import export

    export(connect(Installation(home)), target)
    return {path.name: path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file()}


def judge_first_pair(home: Path) -> None:
    from monitoring.judgement_log import judge

    engine = connect(Installation(home))
    with engine.connect() as connection:
        left, right = connection.execute(
            text(
                "SELECT one.register || '/' || one.source_key, other.register || '/' || other.source_key "
                "FROM monitoring.link JOIN registers.record AS one ON one.record_id = record_id_l "
                "JOIN registers.record AS other ON other.record_id = record_id_r ORDER BY record_id_l, record_id_r LIMIT 1"
            )
        ).one()
    judge(engine, left, right, "different", "seen side by side", "Reviewer", datetime(2005, 6, 29, 9, tzinfo=UTC))


def keep_release_and_account(home: Path) -> None:
    from monitoring.web.prepare import prepare

    engine = connect(Installation(home))
    prepare(engine, with_sign_on=False)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO portal.saved_view VALUES ('reader', 'mine', 'sex=female')"))
        connection.execute(
            text("INSERT INTO portal.audit (account, roles, action) VALUES ('reader', '{reader}', 'signed_in')")
        )
    folder = home / "releases" / "2004-1" / "publication"
    folder.mkdir(parents=True)
    (folder / "cells.json").write_text("{}")
    (folder / "cells.json").chmod(0o400)
    for frozen in (folder, folder.parent):
        frozen.chmod(0o500)
    Installation(home).portal.joinpath("secret_key").write_text("not to be kept")


def run(command, home: Path, *arguments: str, sent: bytes | None = None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEERZIEN_HOME", str(home))
        return CliRunner().invoke(command, arguments, input=sent)


class Rehearsal:
    """Two installations after the same second night, and the archive between them."""

    def __init__(self, folder: Path) -> None:
        self.first, self.second = folder / "first", folder / "second"
        self.archive = folder / "kept" / f"weerzien-{FIRST}.tar.gz"
        self.archive.parent.mkdir()
        exports = folder / "exports"
        write_sample(exports, 12, 1, 2)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
            patch.setenv("WEERZIEN_HOME", str(self.first))
            work(exports, FIRST)
            keep_release_and_account(self.first)
            judge_first_pair(self.first)
            self.written = run(backup, self.first, str(self.archive.parent))
            self.restored = run(restore, self.second, str(self.archive))
            again = run(backup, self.second, str(folder / "again.tar.gz"))
            assert again.exit_code == 0, again.output
            self.again = (folder / "again.tar.gz").read_bytes()
            self.tables = []
            for home in (self.first, self.second):
                patch.setenv("WEERZIEN_HOME", str(home))
                work(exports, SECOND)
                self.tables.append(exported(home, folder / f"tables of {home.name}"))


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory) -> Iterator[Rehearsal]:
    folder = tmp_path_factory.mktemp("rehearsal")
    try:
        yield Rehearsal(folder)
    finally:
        for home in (folder / "first", folder / "second"):
            stop(Installation(home))


def manifest_of(archive: bytes) -> dict:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return json.load(opened.extractfile("manifest.json"))


def test_the_next_night_is_the_same_in_the_restored_installation(rehearsal):
    first, second = rehearsal.tables
    assert len(first) > 20
    assert b"2005-06-30" in first["person.csv"]
    assert first == second


def test_a_backup_of_the_restored_installation_is_the_same_archive(rehearsal):
    assert manifest_of(rehearsal.again) == manifest_of(rehearsal.archive.read_bytes())
    assert rehearsal.again == rehearsal.archive.read_bytes()


def test_the_verdict_the_account_and_the_log_came_back(rehearsal):
    with connect(Installation(rehearsal.second)).connect() as connection:
        count = "SELECT count(*) FROM {}"
        assert connection.execute(text(count.format("registers.judgement"))).scalar_one() == 1
        assert connection.execute(text(count.format("portal.saved_view"))).scalar_one() == 1
        # The next line of the log gets a number of its own.
        assert connection.execute(text("SELECT max(entry_id) FROM portal.audit")).scalar_one() == 1
        numbered = "INSERT INTO portal.audit (account, roles, action) VALUES ('r', '{}', 'denied') RETURNING entry_id"
        assert connection.execute(text(numbered)).scalar_one() == 2
        connection.rollback()


def test_releases_are_as_frozen_as_they_were(rehearsal):
    file = rehearsal.second / "releases" / "2004-1" / "publication" / "cells.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert stat.S_IMODE(file.parent.stat().st_mode) == stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o500


def test_only_the_owner_may_read_the_archive_and_the_new_home_and_nothing_is_left_beside_them(rehearsal):
    assert stat.S_IMODE(rehearsal.archive.stat().st_mode) == 0o600
    # Started by root the embedded server runs as another user, who has to pass.
    assert stat.S_IMODE(rehearsal.second.stat().st_mode) & 0o066 == 0
    assert [path.name for path in rehearsal.archive.parent.iterdir()] == [rehearsal.archive.name]
    assert not list(rehearsal.first.glob("*.part")) + list(rehearsal.second.glob("*.part"))


def test_no_secret_key_no_session_and_no_index_is_in_the_archive(rehearsal):
    files = manifest_of(rehearsal.archive.read_bytes())["files"]
    assert {name.split("/")[0] for name in files} == {"tables", "landing", "feedback", "data_docs", "releases"}
    assert not {"tables/portal.django_session.copy", "tables/portal.lease.copy"} & set(files)
    assert b"not to be kept" not in gzip.decompress(rehearsal.archive.read_bytes())


def rewritten(archive: bytes, change) -> bytes:
    """The archive with its manifest and files changed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        files = {entry.name: opened.extractfile(entry).read() for entry in opened}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with tarfile.open(fileobj=out, mode="w:gz") as written:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            written.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def changed_byte(manifest, files):
    name = next(name for name in files if name.startswith("landing/"))
    files[name] = bytes([files[name][0] ^ 1]) + files[name][1:]


def lost_file(manifest, files):
    files.popitem()


def added_file(manifest, files):
    files["landing/ikps/other"] = b"x"


def file_outside(manifest, files):
    manifest["files"]["landing/../../outside"] = {"sha256": "", "bytes": 0, "mode": 0o600}
    files["landing/../../outside"] = b""


def older(manifest, files):
    manifest["revision"] = "0001"


def of_another_format(manifest, files):
    manifest["format"] = 99


UNSOUND = [
    (changed_byte, "damaged or no backup"),
    (lost_file, "files are missing"),
    (added_file, "does not name"),
    (file_outside, "does not name"),
    (older, "revision 0001; this program is at"),
    (of_another_format, "is of version"),
]


@pytest.mark.parametrize(("change", "said"), UNSOUND, ids=lambda case: getattr(case, "__name__", ""))
def test_an_unsound_or_other_archive_changes_nothing(rehearsal, tmp_path, change, said):
    archive = rewritten(rehearsal.archive.read_bytes(), change)
    result = run(restore, tmp_path / "home", "-", sent=archive)
    assert isinstance(result.exception, OneLineError)
    assert said in str(result.exception)
    assert "\n" not in str(result.exception)
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize("part", [0, 1, 500, 5000, -1])
def test_a_part_of_an_archive_is_refused(rehearsal, tmp_path, part):
    result = run(restore, tmp_path / "home", "-", sent=rehearsal.archive.read_bytes()[:part])
    assert isinstance(result.exception, OneLineError)
    assert "damaged or no backup" in str(result.exception)


def test_an_installation_in_use_is_not_restored_over(rehearsal):
    before = (rehearsal.second / "landing").stat().st_mtime_ns
    result = run(restore, rehearsal.second, str(rehearsal.archive))
    assert "is in use (landing/)" in str(result.exception)
    assert (rehearsal.second / "landing").stat().st_mtime_ns == before


def test_a_database_in_use_is_not_restored_over(rehearsal, tmp_path, monkeypatch):
    address = connect(Installation(rehearsal.second)).url.set(drivername="postgresql")
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", address.render_as_string(hide_password=False))
    result = run(restore, tmp_path / "home", str(rehearsal.archive))
    assert "the database is in use" in str(result.exception)
    assert list((tmp_path / "home").iterdir()) == []


def test_without_an_installation_there_is_nothing_to_back_up_and_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    result = run(backup, tmp_path / "home", str(tmp_path / "out.tar.gz"))
    assert "there is no installation" in str(result.exception)
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_is_one_line(rehearsal, tmp_path):
    result = run(backup, rehearsal.first, str(tmp_path / "nowhere" / "out.tar.gz"))
    assert "out.tar.gz cannot be written" in str(result.exception)
    assert not list(rehearsal.first.glob("*.part"))


def test_a_login_that_may_not_read_all_tables_makes_no_backup_of_a_part(rehearsal, tmp_path, monkeypatch):
    engine = connect(Installation(rehearsal.first))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE ROLE backup_tester LOGIN IN ROLE weerzien_pipeline"))
    address = engine.url.set(drivername="postgresql", username="backup_tester")
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", address.render_as_string(hide_password=False))
    result = run(backup, rehearsal.first, str(tmp_path / "out.tar.gz"))
    assert "run it as a member of weerzien_owner" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_archives_is_told(tmp_path):
    result = run(restore, tmp_path / "home", str(tmp_path))
    assert "holds no weerzien-NIGHT.tar.gz" in str(result.exception)


def test_the_night_stands_in_what_is_told(rehearsal):
    assert rehearsal.written.exit_code == rehearsal.restored.exit_code == 0
    assert FIRST.isoformat() in rehearsal.written.output
