"""What strikes: a kill, the database, a full disk of the database, the source of the exports; and how it is undone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.campaign.fault import Fault
from benchmarks.campaign.place import BALLAST, Place

ROOM_LEFT = (0, 0, 64 << 10, 512 << 10, 2 << 20)
SECONDS_TO_STOP = 20
CONTROL = Path("global") / "pg_control"


def strike_of(fault: Fault, place: Place, exports: Path) -> Callable[[], None]:
    """Return what strikes; it runs in the struck task, or beside it."""
    socket = place.socket if fault.kind.startswith("database") else ""
    strikes: dict[str, Callable[[], None]] = {
        "kill -9 night": lambda: os.killpg(0, signal.SIGKILL),
        "kill -9 task": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "connections cut": lambda: _cut(socket),
        "server stopped at once": lambda: _signal_server(place.database, signal.SIGQUIT),
        "kill -9 server": lambda: _signal_server(place.database, signal.SIGKILL),
        "server restarted": lambda: _signal_server(place.database, signal.SIGINT),
        "server gone": lambda: _server_gone(place.database),
        "server elsewhere gone": lambda: _signal_server(place.database, signal.SIGQUIT),
        "disk of the database full": lambda: _fill(place, ROOM_LEFT[int(fault.share * 997) % len(ROOM_LEFT)]),
        "exports gone": lambda: _move_away(exports),
        "folder gone": lambda: shutil.rmtree(exports / fault.register),
        "newest file gone": lambda: _newest(exports / fault.register).unlink(),
        "half-written": lambda: _cut_file(_newest(exports / fault.register), fault.share),
        "replaced while read": lambda: _replace(_newest(exports / fault.register)),
        "empty file": lambda: _cut_file(_newest(exports / fault.register), 0.0),
        "full": lambda: None,
    }
    return strikes[fault.strike]


def undo(fault: Fault, place: Place, exports: Path) -> None:
    """Take the cause away, as somebody would who read the line."""
    kept = place.database / CONTROL.with_suffix(".away")
    if kept.exists():
        kept.rename(place.database / CONTROL)
    with contextlib.suppress(FileNotFoundError):
        (place.database / BALLAST).unlink()
    away = exports.with_name(f"{exports.name}.away")
    if away.exists():
        away.rename(exports)


def _cut(socket: str) -> None:
    import psycopg

    with psycopg.connect(socket, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def _signal_server(database: Path, number: signal.Signals) -> None:
    """Send the server's first process a signal, and wait until it is gone."""
    from monitoring.server import _postmaster

    # None when another process was given the server's number since.
    server = _postmaster(database.resolve())
    with contextlib.suppress(psutil.Error):
        if server:
            server.send_signal(number)
            server.wait(SECONDS_TO_STOP)


def _server_gone(database: Path) -> None:
    _signal_server(database, signal.SIGQUIT)
    (database / CONTROL).rename(database / CONTROL.with_suffix(".away"))


def _fill(place: Place, left: int) -> None:
    """Fill the disk of the database but for so many bytes."""
    size = place.room() - left
    if size > 0:
        subprocess.run(["fallocate", "-l", str(size), str(place.database / BALLAST)], check=False, capture_output=True)


def _move_away(exports: Path) -> None:
    exports.rename(exports.with_name(f"{exports.name}.away"))


def _newest(folder: Path) -> Path:
    return max(path for path in folder.iterdir() if path.is_file() and path.name[0].isalpha() and path.suffix != ".part"
               and "README" not in path.name)  # fmt: skip


def _cut_file(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def _replace(path: Path) -> None:
    """Another file in its place, in the same inode as a careless sender writes it: first half, then whole."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3])
    time.sleep(0.02)
    path.write_bytes(content[::-1])
