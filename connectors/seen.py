"""Seen: what a pull saw of each file in a folder of this machine, so that one that did not change is not copied again.

A folder may hold everything that was ever sent, and the checksum decides what has been read. Of a file that is the same
one to the file system (device, number, size, and the moments at which content and description last changed, which no
sender can set back) the checksum is still the one of then. Kept in `WEERZIEN_HOME/index/`; it is derived: lost or
damaged, every file is copied and compared again, with the same outcome. Files that come over a network always are.
"""

import hashlib
import json
import logging
import os
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

logger = logging.getLogger(__name__)

# A change within the grain of the file system's clock would not be told by it.
SECONDS_TO_SETTLE = 2.0
NEWEST_OF_NAMES = text(
    """
    SELECT given.name, newest.sha256, newest.path, newest.redacted_rows, newest.removed_night
    FROM unnest(CAST(:names AS text[])) AS given (name), LATERAL (
      SELECT sha256, path, redacted_rows, removed_night FROM registers.delivery
      WHERE origin = :origin AND register = :register AND file_name = given.name
      ORDER BY sequence DESC LIMIT 1) AS newest
    """
)

Identity = list[int]


@dataclass
class Seen:
    """What pulls saw of a register's files: by name who it is to the file system, and its checksum."""

    file: Path
    before: dict[str, tuple[Identity, str]] = field(default_factory=dict)
    now: dict[str, tuple[Identity, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, index: Path, register: str, origin: str) -> "Seen":
        """Return what the pulls before saw; nothing when it is not there or damaged."""
        file = index / f"{register}_{hashlib.sha256(origin.encode()).hexdigest()[:16]}.seen"
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            before = {str(name): (list(identity), str(sha256)) for name, (identity, sha256) in told.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            before = {}
        return cls(file, before)

    def unchanged(self, file: Any) -> str | None:
        """Return the checksum of a file that is as it was; None when it has to be looked into."""
        identity = identity_of(file)
        found = self.before.get(file.name)
        if identity is None or found is None or found[0] != identity:
            return None
        self.now[file.name] = found
        return found[1]

    def note(self, name: str, identity: Identity | None, sha256: str) -> None:
        """Note the checksum of a file that was who it is from before it was copied until after."""
        if identity is not None:
            self.now[name] = (identity, sha256)

    def write(self) -> None:
        """Keep it for the next pull, where it differs; what cannot be kept costs that pull time and nothing else."""
        if self.now == self.before:
            return
        unfinished = self.file.with_suffix(".part")
        try:
            unfinished.write_text(json.dumps(self.now), encoding="utf-8")
            os.replace(unfinished, self.file)
        except OSError as error:
            logger.warning("what was seen is not kept (%s)", type(error).__name__)


def identity_of(file: Any) -> Identity | None:
    """Return who a file is to the file system of this machine; None elsewhere and while it is fresh."""
    if not isinstance(file, Path):
        return None
    try:
        stat = file.stat()
    except OSError:
        return None
    if time.time() - max(stat.st_ctime, stat.st_mtime) < SECONDS_TO_SETTLE:
        return None
    return [stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]


def known_by_name(
    connection: Connection, register: str, origin: str, seen: Seen, files: Iterable[Any], landing: Path
) -> set[str]:
    """Return the names of files that are as they were seen, and whose newest delivery has that checksum and lies where
    it should. One that was redacted or removed does not come back with the bytes that brought it.
    """
    told = {file.name: sha256 for file in files if (sha256 := seen.unchanged(file))}
    if not told:
        return set()
    with connection.begin():
        rows = connection.execute(NEWEST_OF_NAMES, {"names": list(told), "register": register, "origin": origin}).all()
    there = _there(landing / register)
    return {
        row.name
        for row in rows
        if row.sha256 == told[row.name]
        and (row.removed_night is not None or row.redacted_rows or Path(row.path).name in there)
    }


def _there(folder: Path) -> Collection[str]:
    try:
        return set(os.listdir(folder))
    except FileNotFoundError:
        return set()
