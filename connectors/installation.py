"""One installation of the program: the folder that holds all its state, and the error that a user can act on.

Environment read: `WEERZIEN_HOME` (default `.weerzien` in the current folder) and `WEERZIEN_WORK` (where a night's work
files lie, when not in WEERZIEN_HOME). Two installations on one machine do not meet.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PRIVATE = 0o700
HOME = "WEERZIEN_HOME"


class OneLineError(Exception):
    """Something the user can put right: the message says in one line what, where and what to do, without values."""


@dataclass(frozen=True)
class Installation:
    """The folders of one installation; each is made on first use, readable by its owner only.

    `home`: absolute path of the folder that holds them all. `work_at`: absolute path of the folder in which the work
    files lie instead, such as a disk that all workers of a scheduler share. Every property raises OneLineError when its
    folder cannot be made.
    """

    home: Path
    work_at: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Installation":
        """Return the installation that `WEERZIEN_HOME` names, else `.weerzien` in the current folder."""
        given = os.environ if environment is None else environment
        work = given.get("WEERZIEN_WORK")
        home = Path(given.get(HOME) or ".weerzien").expanduser().absolute()
        return cls(home, Path(work).expanduser().absolute() if work else None)

    @property
    def airflow(self) -> Path:
        """Airflow's own folder: its settings and its database."""
        return self._folder("airflow")

    @property
    def database(self) -> Path:
        """The embedded PostgreSQL server's data."""
        return self._folder("database")

    @property
    def landing(self) -> Path:
        """Deliveries as they came, by checksum."""
        return self._folder("landing")

    @property
    def work_root(self) -> Path:
        """The work files of all nights."""
        return self._work()

    @property
    def work_folder(self) -> Path:
        """Where the work files of all nights lie; the folder is not made."""
        # A folder of its own: it is removed whole, and what somebody named may hold more.
        return self.work_at / "weerzien-work" if self.work_at else self.home / "work"

    @property
    def sample(self) -> Path:
        """Synthetic exports of a new installation."""
        return self._folder("sample")

    @property
    def logs(self) -> Path:
        """Log files."""
        return self._folder("logs")

    @property
    def index(self) -> Path:
        """What a night need not compare again: derived data, by origin."""
        return self._folder("index")

    @property
    def portal(self) -> Path:
        """What the bureau's page keeps outside the database: the key that signs its sessions."""
        return self._folder("portal")

    def feedback(self, night: date) -> Path:
        """Return the folder for the feedback reports of one night."""
        return self._folder("feedback", night.isoformat())

    def data_docs(self, night: date) -> Path:
        """Return the folder for the Data Docs of one night."""
        return self._folder("data_docs", night.isoformat())

    def work(self, night: date) -> Path:
        """Return the folder for the work files of one night."""
        return self._work(night.isoformat())

    def _work(self, *parts: str) -> Path:
        folder = self.work_folder
        return self._folder(
            folder.name, *parts, within=folder.parent, setting="WEERZIEN_WORK" if self.work_at else HOME
        )

    def _folder(self, *parts: str, within: Path | None = None, setting: str = HOME) -> Path:
        folder = within or self.home
        try:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for part in parts:
                folder = folder / part
                folder.mkdir(mode=PRIVATE, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OneLineError(f"the folder {folder} cannot be made ({reason}); set {setting} to another") from None
        return folder
