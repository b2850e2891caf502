"""A folder or file at a remote place, as a night sees it: what goes wrong there is said in one line.

File systems raise exceptions of their own, whose messages may hold anything. Here they become three: ConnectionError
when the line broke (worth trying again), FileNotFoundError, and OneLineError when somebody has to do something. After
a line broke the next question connects anew.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.installation import OneLineError
from dags.connections import file_system
from dags.place_faults import as_told

SETTLE = "WEERZIEN_SETTLE_SECONDS"
SETTLE_SECONDS = 5.0


@dataclass(frozen=True)
class Stated:
    """What a place says of a file: `st_size` in bytes and `st_mtime`, when it last changed, as the place counts."""

    st_size: int
    st_mtime: float


@dataclass
class _Line:
    """The line to one place: its file system, made at first use and made anew after it broke."""

    scheme: str
    connection: str
    host: str
    system: Any = None

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Give the file system to one question; raise what it raises in the words of the night."""
        told: BaseException
        try:
            if self.system is None:
                self.system = file_system(self.scheme, self.connection, self.host)
                self._hand_to_airflow()
            yield self.system
            return
        except (OneLineError, FileNotFoundError):
            raise
        except Exception as error:
            told = as_told(error, self.scheme, self.connection, self.host)
        if isinstance(told, ConnectionError):
            self.system = None
        # Outside the handler: no log can print the cause and what is in its message.
        raise told

    def _hand_to_airflow(self) -> None:
        from airflow.sdk.io import attach

        attach(self.scheme, self.connection).fs = self.system


@dataclass
class RemotePath:
    """A file or folder at a remote place, with what of a path a night needs.

    `url`: with the name of the connection, never a secret. `settle_seconds`: how long a file there must lie still.
    """

    url: str
    line: _Line
    stated: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.url.rstrip("/").rpartition("/")[2]

    @property
    def settle_seconds(self) -> float:
        """Seconds between two looks at a file; an object of S3 is there whole or not at all."""
        return 0.0 if self.line.scheme == "s3" else settle_seconds()

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> "RemotePath":
        return RemotePath(f"{self.url.rstrip('/')}/{name}", self.line)

    def exists(self) -> bool:
        """Tell whether it is there; raise OneLineError when its bucket is not."""
        return self.is_dir() or self._info() is not None

    def is_dir(self) -> bool:
        """Tell whether it is there and a folder; in S3, whether there is anything below it."""
        if self.line.scheme == "s3":
            return self._is_prefix()
        info = self._info()
        return info is not None and info["type"] == "directory"

    def is_file(self) -> bool:
        """Tell whether it is there and a file; of what was listed nothing is asked again."""
        info = self.stated or self._info()
        return info is not None and info["type"] not in ("directory", "other")

    def iterdir(self) -> Iterator["RemotePath"]:
        """List a folder with one question; what lies in it knows its size and date from that."""
        with self.line.asked():
            path = self._path()
            listed = path.fs.ls(path.path, detail=True)
        for info in listed:
            name = str(info["name"]).rstrip("/").rpartition("/")[2]
            if name not in ("", ".", ".."):
                yield RemotePath(f"{self.url.rstrip('/')}/{name}", self.line, info)

    def stat(self) -> Stated:
        """Ask what the place says of a file now; raise FileNotFoundError when it is gone."""
        info = self._info()
        if info is None:
            raise FileNotFoundError
        changed = info.get("mtime") or 0
        return Stated(int(info["size"] or 0), changed.timestamp() if isinstance(changed, datetime) else float(changed))

    def open(self, mode: str = "rb") -> "RemoteFile":
        """Open a file to read it once, from its beginning."""
        with self.line.asked():
            path = self._path()
            return RemoteFile(path.fs.open(path.path, mode), self.line)

    def _path(self) -> Any:
        from airflow.sdk import ObjectStoragePath

        return ObjectStoragePath(self.url)

    def _info(self) -> dict[str, Any] | None:
        try:
            with self.line.asked():
                path = self._path()
                return dict(path.fs.info(path.path))
        except FileNotFoundError:
            return None

    def _is_prefix(self) -> bool:
        # A listing: only its answer tells a bucket that is gone, or keys that expired, from a folder without files.
        from pyarrow.fs import FileSelector

        try:
            with self.line.asked() as system:
                return bool(system.fs.get_file_info(FileSelector(self._path().path)))
        except FileNotFoundError:
            return False


class RemoteFile(io.RawIOBase):
    """A file at a remote place that is being read."""

    def __init__(self, file: Any, line: _Line) -> None:
        self._file, self._line = file, line

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end."""
        with self._line.asked():
            return bytes(self._file.read(size))

    def close(self) -> None:
        """Let go of the file; over a line that broke there is nobody to tell."""
        if not self.closed:
            try:
                self._file.close()
            except Exception:
                self._line.system = None
        super().close()


def remote_place(address: str) -> RemotePath:
    """Return the path at `sftp://connection@host/path` or `s3://connection@bucket/path`; nothing is connected yet.

    Raises OneLineError when the URL names no connection or its package is missing.
    """
    parts = urlsplit(address)
    connection, _, host = parts.netloc.rpartition("@")
    if not connection:
        raise OneLineError(
            f"the exports URL names no Airflow connection: write {parts.scheme}://connection@{host or 'host'}/path"
        )
    return RemotePath(address, _Line(parts.scheme.casefold(), connection, host))


def settle_seconds() -> float:
    """Return the seconds that a file must lie still before it is taken (`WEERZIEN_SETTLE_SECONDS`, else 5)."""
    given = os.environ.get(SETTLE)
    if not given:
        return SETTLE_SECONDS
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 600:
        raise OneLineError(f"{SETTLE} must be a number of seconds from 0 to 600")
    return seconds
