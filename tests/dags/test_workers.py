"""What the tasks of a night share when each runs on a machine of its own: the database, landing and the work files."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from connectors.installation import Installation
from connectors.register import REGISTERS
from connectors.sample import write_sample
from dags import stages
from dags.checking import check
from dags.states import StageFailed
from monitoring.database import connect, stop

NIGHT = "2005-06-30"

# Whole nights by their stages: half a minute.
pytestmark = pytest.mark.night


class Workers:
    """A folder for each task's machine; landing and the work files lie on a disk that all of them mount."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, shared: tuple[str, ...]) -> None:
        self.folder, self.patch, self.shared = folder, patch, shared
        self.homes: list[Path] = []
        (folder / "disk" / "landing").mkdir(parents=True)

    def __call__(self, stage, *arguments):
        """Run a task on a machine on which nothing ran before."""
        home = self.folder / f"machine {len(self.homes)}"
        home.mkdir()
        if "landing" in self.shared:
            (home / "landing").symlink_to(self.folder / "disk" / "landing")
        work = self.folder / "disk" if "work" in self.shared else home
        self.homes.append(home)
        with self.patch.context() as patch:
            patch.setenv("WEERZIEN_HOME", str(home))
            patch.setenv("WEERZIEN_WORK", str(work))
            return stage(*arguments)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    installation = Installation(tmp_path_factory.mktemp("server"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        yield connect(installation).url.set(drivername="postgresql").render_as_string(hide_password=False)
        stop(installation)


@pytest.fixture
def workers(server, tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", server)
    write_sample(tmp_path / "exports", 8, 1)
    return lambda *shared: Workers(tmp_path, monkeypatch, shared)


def opened_and_pulled(on, exports: Path):
    opened = on(stages.open_night, str(exports), NIGHT, datetime.now(UTC))
    return opened, [on(stages.pull, opened, register) for register in REGISTERS]


def test_each_task_on_another_machine_needs_the_database_landing_and_the_work_files_alone(workers, server, tmp_path):
    on = workers("landing", "work")
    opened, pulled = opened_and_pulled(on, tmp_path / "exports")
    checked = [on(check, opened, on(stages.read, opened, one)) for one in pulled]
    linked = on(stages.link, opened, checked)
    on(stages.consolidate, opened, checked, linked)
    on(stages.publish, opened, checked, linked)
    on(stages.close_night, opened)
    with create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool
    ).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM monitoring.person")).scalar_one() > 0
    assert len(on.homes) == len({*on.homes}) == 20
    assert not list((tmp_path / "disk").rglob("*.parquet"))
    assert not any((home / "work").exists() or (home / "database").exists() for home in on.homes)


def test_work_files_that_are_not_shared_stop_the_night(workers, tmp_path):
    on = workers("landing")
    opened, pulled = opened_and_pulled(on, tmp_path / "exports")
    outcome = on(check, opened, on(stages.read, opened, pulled[0]))
    assert outcome["status"] == "failed"
    with pytest.raises(StageFailed):
        on(stages.link, opened, [outcome] * len(REGISTERS))


def test_only_the_folder_of_the_work_files_is_removed_and_not_what_lies_beside_it(tmp_path):
    from dags.artefacts import Artefacts, wipe

    installation = Installation(tmp_path / "home", tmp_path / "fast")
    kept = tmp_path / "fast" / "of somebody else"
    kept.mkdir(parents=True)
    Artefacts(installation, datetime(2005, 6, 30).date()).parts("read", "stv")
    assert (tmp_path / "fast" / "weerzien-work" / NIGHT / "read" / "stv").is_dir()
    wipe(installation)
    assert kept.is_dir()
    assert not (tmp_path / "fast" / "weerzien-work" / NIGHT).exists()
    shutil.rmtree(tmp_path / "fast")
