"""The machine: Python and libraries, the installation's folder, space, time zone data, settings that nobody reads."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.installation import Installation
from connectors.register import REGISTERS
from dags.doctor.finding import Finding, ok, warn, wrong

OLDEST, NEWEST = (3, 11), (3, 13)
LOCK = Path(__file__).parents[2] / "requirements.lock"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+?)(?:\s*;\s*(.+?))?\s*\\?$", re.M)
GIGABYTE = 1 << 30
SPACE_NEEDED, SPACE_WANTED = 1 * GIGABYTE, 10 * GIGABYTE
HOURS_OF_A_NIGHT = 6
PRIVATE_FOLDERS = (
    "landing", "read", "work", "index", "portal", "releases", "feedback", "data_docs", "logs", "database",
)  # fmt: skip
OTHERS_MAY_READ_OR_WRITE = 0o066
# Every setting of this program; deploy/weerzien.env.example says what each is for.
SETTINGS = (
    "WEERZIEN_HOME", "WEERZIEN_WORK", "WEERZIEN_DATABASE_URL", "WEERZIEN_EXPORTS", "WEERZIEN_SETTLE_SECONDS",
    "WEERZIEN_AIRFLOW_PORT", "WEERZIEN_SPARK_MASTER", "WEERZIEN_LANDING_KEY", "WEERZIEN_LANDING_KEY_FILE",
    "WEERZIEN_RECORDS_KEY", "WEERZIEN_RECORDS_KEY_FILE", "WEERZIEN_ALERT_MAIL", "WEERZIEN_ALERT_WEBHOOK",
    "WEERZIEN_RUNBOOK", "WEERZIEN_PORTAL_DATABASE_URL", "WEERZIEN_PORTAL_SECRET_KEY",
    "WEERZIEN_PORTAL_HOSTS", "WEERZIEN_PORTAL_TLS", "WEERZIEN_OIDC_ISSUER",
    "WEERZIEN_OIDC_CLIENT_ID", "WEERZIEN_OIDC_CLIENT_SECRET", "WEERZIEN_OIDC_ROLES_CLAIM",
    *(f"WEERZIEN_EXPORTS_{register.upper()}" for register in REGISTERS),
)  # fmt: skip
# Written by the program for its own processes, and settings of pictures and tests.
NOT_SET_BY_HAND = ("WEERZIEN_OIDC_METADATA", "WEERZIEN_CHROMIUM")


def python_and_libraries(lock: Path = LOCK) -> Iterator[Finding]:
    """Compare Python and the installed libraries with what this version was tried with."""
    running = sys.version_info[:2]
    told = ".".join(str(part) for part in sys.version_info[:3])
    if OLDEST <= running <= NEWEST:
        yield ok("Python", told)
    else:
        yield wrong("Python", told, "use 3.11, 3.12 or 3.13")
    if lock.is_file():
        others = sorted(_other_than_locked(lock.read_text(encoding="utf-8")))
        against, remedy = "requirements.lock", "make the environment anew: pip install --require-hashes -r it"
    else:
        others, against, remedy = sorted(_out_of_bounds()), "the package's bounds", "install the package anew"
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        yield warn("libraries", f"not as in {against}: {', '.join(others[:5])}{more}", remedy)
    else:
        yield ok("libraries", f"as in {against}")


def _other_than_locked(lock: str) -> Iterator[str]:
    from packaging.markers import Marker

    for name, pinned, marker in PIN.findall(lock):
        if not marker or Marker(marker).evaluate():
            found = _installed(name)
            if found != pinned:
                yield f"{name} {found or 'is missing'}" + (f" for {pinned}" if found else "")


def _out_of_bounds() -> Iterator[str]:
    from packaging.requirements import Requirement

    for written in requires("weerzien") or ():
        needed = Requirement(written)
        if needed.marker is None or needed.marker.evaluate():
            found = _installed(needed.name)
            if found is None or not needed.specifier.contains(found, prereleases=True):
                yield f"{needed.name} {found or 'is missing'}"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def home(installation: Installation) -> Iterator[Finding]:
    """Look at the installation's folder: is it there, whose is it, who may read in it, is there space."""
    folder = installation.home
    if not folder.is_dir():
        yield warn("WEERZIEN_HOME", f"{folder} does not exist", "the first night makes it, or set WEERZIEN_HOME")
    else:
        found = folder.stat()
        open_ones = [name for name in PRIVATE_FOLDERS if _is_open(folder / name)]
        if found.st_uid != os.getuid():
            yield wrong("WEERZIEN_HOME", "belongs to another account", "run as that account")
        elif not os.access(folder, os.W_OK | os.X_OK):
            yield wrong("WEERZIEN_HOME", "cannot be written", "look at its rights and at the disk")
        elif open_ones:
            yield wrong("WEERZIEN_HOME", f"others may read {', '.join(open_ones)}", "chmod -R go-rwx these")
        elif found.st_mode & OTHERS_MAY_READ_OR_WRITE:
            yield warn("WEERZIEN_HOME", "others may list it", "chmod go-rw it")
        else:
            yield ok("WEERZIEN_HOME", f"{folder}, private")
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    told = f"{free / GIGABYTE:.0f} GB free"
    if free < SPACE_NEEDED:
        yield wrong("disk", told, "a night may fail; make room")
    elif free < SPACE_WANTED:
        yield warn("disk", told, "make room before the next backup")
    else:
        yield ok("disk", told)


def _is_open(folder: Path) -> bool:
    return folder.is_dir() and bool(folder.stat().st_mode & OTHERS_MAY_READ_OR_WRITE)


def left_behind(installation: Installation, now: float | None = None) -> Iterator[Finding]:
    """Look for what a night, a backup, housekeeping or a server that was killed left; nothing is started for it."""
    folder, moment = installation.home, time.time() if now is None else now
    found = False
    work = [path.stat().st_mtime for path in installation.work_folder.rglob("*") if path.is_file()]
    if work and moment - max(work) > HOURS_OF_A_NIGHT * 3600:
        yield wrong("work files", "a broken night left them; they hold names", "weerzien housekeep, or the next night")
        found = True
    elif work:
        yield ok("work files", "a night is at work, or was broken off just now")
    mark = folder / "night.open"
    if mark.is_file() and moment - mark.stat().st_mtime > HOURS_OF_A_NIGHT * 3600:
        yield warn("night.open", "the mark of a night that was killed", "nothing: it counts no more")
        found = True
    for name in ("backup.part", "restore.part"):
        if (folder / name).is_dir() and moment - (folder / name).stat().st_mtime > 3600:
            yield wrong(name, "left by a run that was killed; it holds names", f"remove {folder / name}")
            found = True
    if (folder / "database.to_rewrite").is_file():
        yield warn("housekeeping", "was broken off before tables were written anew", "weerzien housekeep")
        found = True
    if _is_dead_server(folder / "database"):
        yield warn("embedded database", "was killed and left its marks", "nothing: the next command recovers it")
        found = True
    if not found:
        yield ok("left behind", "nothing of broken nights, backups or servers")


def _is_dead_server(database: Path) -> bool:
    import psutil  # type: ignore[import-untyped]

    mark = database / "postmaster.pid"
    try:
        return not psutil.pid_exists(int(mark.read_text(encoding="utf-8").split("\n", 1)[0]))
    except (OSError, ValueError):
        return False


def time_zone() -> Iterator[Finding]:
    """Look whether the machine knows the time in Amsterdam, by which nights are named."""
    try:
        ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        yield wrong("time zone", "Europe/Amsterdam is not known", "install tzdata")
        return
    if time.time() < 1735689600:  # 2025-01-01, before this program was made
        yield wrong("clock", "stands before 2025", "set the clock; nights are named by it")
    else:
        yield ok("time", "clock and Europe/Amsterdam are there")


def settings(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look for settings whose name nobody reads: a mistake in a name is otherwise never seen."""
    given = sorted(name for name in environment if name.startswith("WEERZIEN_"))
    unknown = [name for name in given if name not in (*SETTINGS, *NOT_SET_BY_HAND)]
    if unknown:
        yield warn("settings", f"nobody reads {', '.join(unknown)}", "see deploy/weerzien.env.example")
    else:
        yield ok("settings", f"{len(given)} WEERZIEN_ settings, all known")
