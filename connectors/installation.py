"""One installation of the program: the folder that holds all its state, and the error that a user can act on.

Environment read: `WEERZIEN_HOME` (default `.weerzien` in the current folder). Two installations on one machine do not
meet.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PRIVATE = 0o700


class OneLineError(Exception):
    """Something the user can put right: the message says in one line what, where and what to do, without values."""


@dataclass(frozen=True)
class Installation:
    """The folders of one installation; each is made on first use, readable by its owner only.

    `home`: absolute path of the folder that holds them all. Every property raises OneLineError when its folder cannot
    be made.
    """

    home: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Installation":
        """Return the installation that `WEERZIEN_HOME` names, else `.weerzien` in the current folder."""
        given = (os.environ if environment is None else environment).get("WEERZIEN_HOME")
        return cls(Path(given or ".weerzien").expanduser().absolute())

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
        return self._folder("work")

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
        return self._folder("work", night.isoformat())

    def _folder(self, *parts: str) -> Path:
        folder = self.home
        try:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for part in parts:
                folder = folder / part
                folder.mkdir(mode=PRIVATE, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OneLineError(f"the folder {folder} cannot be made ({reason}); set WEERZIEN_HOME to another") from None
        return folder
