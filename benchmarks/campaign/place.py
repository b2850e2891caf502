"""The installation of one worker of the campaign: made once, put back to night 1 before every fault.

Its embedded database keeps running between faults; night 1 is kept in it as a template database of each world, so that
putting back takes a moment. Started by root, the database's files lie on a small disk of their own (tmpfs), which a
fault can fill.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text

from benchmarks.campaign.tasks import Night
from benchmarks.campaign.worlds import nights_of, write_world
from connectors.installation import Installation

DISK_MEGABYTES = 900
SECONDS_TO_STOP = 20
BALLAST = "ballast"
FILES = ("landing", "index", "feedback", "data_docs", "logs", "work", "portal")
JUDGED = """
    SELECT one.register || '/' || one.source_key, other.register || '/' || other.source_key
    FROM monitoring.link AS pair JOIN registers.record AS one ON one.record_id = pair.record_id_l
    JOIN registers.record AS other ON other.record_id = pair.record_id_r
    ORDER BY pair.status DESC, pair.match_weight, pair.record_id_l, pair.record_id_r LIMIT 2
"""


class Place:
    """A home, its database and what night 1 of each world left in both. Columns in and out: none, only state."""

    def __init__(self, folder: Path) -> None:
        """Make the home under `folder` and start its database."""
        self.folder = folder.resolve()
        self.worlds = self.folder / "worlds"
        self.worlds.mkdir(parents=True, exist_ok=True)
        self.home = self.folder / "home"
        self.installation = Installation(self.home)
        os.environ["WEERZIEN_HOME"] = str(self.home)
        os.environ.pop("WEERZIEN_DATABASE_URL", None)
        self.has_own_disk = self._mount()
        self.prepared: set[str] = set()

    @property
    def database(self) -> Path:
        """The folder of the database's files."""
        return self.home / "database"

    @property
    def socket(self) -> str:
        """Address of the database as a server elsewhere would be named in WEERZIEN_DATABASE_URL."""
        return self.engine().url.set(drivername="postgresql").render_as_string()

    def engine(self) -> Engine:
        """The installation's database, started when it is not running."""
        from monitoring.database import connect

        return connect(self.installation)

    def prepare(self, world: str) -> None:
        """Publish night 1 of a world, with two judgements on it, and keep that as where its faults begin."""
        if world in self.prepared:
            return
        self._empty()
        # Nothing of the world before.
        self._copy("template0", "postgres")
        night = nights_of(world)[0]
        Night(write_world(world, self.worlds), night.isoformat(), _unarmed, retries=0).work()
        self._judge(night)
        self._copy("postgres", f"night_{world}")
        for name in FILES:
            if (self.home / name).is_dir():
                shutil.copytree(self.home / name, self.folder / "kept" / world / name)
        self.prepared.add(world)

    def put_back(self, world: str) -> None:
        """Put database and files back to where a world's faults begin."""
        self._empty()
        self._copy(f"night_{world}", "postgres")
        shutil.copytree(self.folder / "kept" / world, self.home, dirs_exist_ok=True)

    def leave(self) -> None:
        """Stop the database and give its disk back."""
        from monitoring.database import stop
        from monitoring.server import _postmaster

        stop(self.installation)
        # A server that was struck and started again by another process may be left by it.
        server = _postmaster(self.database)
        if server:
            server.send_signal(signal.SIGINT)
            server.wait(SECONDS_TO_STOP)
        if self.has_own_disk:
            subprocess.run(["umount", str(self.database)], check=False, capture_output=True)

    def room(self) -> int:
        """Bytes that are left on the disk of the database."""
        free = os.statvfs(self.database)
        return free.f_bavail * free.f_frsize

    def _mount(self) -> bool:
        """Give the database a disk of its own; only root may."""
        self.database.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.getuid() or os.path.ismount(self.database):
            return os.path.ismount(self.database)
        options = f"size={DISK_MEGABYTES}m,mode=0700"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "weerzien-campaign", str(self.database)],
            check=False,
            capture_output=True,
        )
        return mounted.returncode == 0

    def _empty(self) -> None:
        """Take all files away but the database's."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        for path in self.home.iterdir():
            if path.name == "night.open":
                path.unlink()
            elif path.is_dir() and path.name != "database":
                shutil.rmtree(path)

    def _copy(self, name: str, target: str) -> None:
        """Make a database again as a copy of another."""
        server = self.engine().url.set(database="template1")
        engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {name} STRATEGY file_copy"))

    def _judge(self, night: date) -> None:
        from monitoring.judgement_log import judge

        engine = self.engine()
        with engine.connect() as connection:
            pairs = connection.execute(text(JUDGED)).all()
        at = datetime.combine(night, time(9), UTC)
        for (left, right), verdict in zip(pairs, ("different", "same"), strict=True):
            judge(engine, left, right, verdict, "seen together", "Reviewer One", at)


def _unarmed(task: str, attempt: int) -> Callable[[], None]:
    return lambda: None
