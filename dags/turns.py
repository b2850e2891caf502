"""One night at a time in one installation, whoever starts it: a person by hand, or the scheduler.

A night by hand holds a lock that dies with its process. The scheduler's stages are processes of their own, so its night
leaves a mark when it opens and takes it away when it closes; a mark as old as the longest run is that of a night that
was killed. Nights of other installations on the same database are told apart when they publish (`monitoring.publish`).
"""

import contextlib
import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from connectors.installation import Installation, OneLineError

LONGEST_RUN_SECONDS = 6 * 3600  # dagrun_timeout of the DAG
_by_hand: set[Path] = set()


@contextlib.contextmanager
def one_at_a_time(installation: Installation) -> Iterator[None]:
    """Hold the installation's turn for a night by hand. Raises OneLineError when another night runs."""
    with _lock_file(installation) as lock:
        _take(lock, installation)
        _check_scheduler(installation)
        _by_hand.add(installation.home)
        try:
            yield
        finally:
            _by_hand.discard(installation.home)


def begin(installation: Installation, night: str) -> None:
    """Mark that the scheduler's night is open. Raises OneLineError while a person runs a night by hand.

    The scheduler runs one night at a time itself, so a mark of its own is of a night that ended or was killed.
    """
    if installation.home in _by_hand:
        return
    with _lock_file(installation) as lock:
        _take(lock, installation)
        _mark(installation).write_text(json.dumps({"night": night}), encoding="utf-8")


def end(installation: Installation) -> None:
    """Take the mark away; of a night by hand there is none."""
    if installation.home not in _by_hand:
        _mark(installation).unlink(missing_ok=True)


def _lock_file(installation: Installation) -> IO[str]:
    return (installation.logs.parent / "night.lock").open("w")


def _mark(installation: Installation) -> Path:
    return installation.logs.parent / "night.open"


def _take(lock: IO[str], installation: Installation) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OneLineError(f"another night is running in {installation.home}; wait until it is done") from None


def _check_scheduler(installation: Installation) -> None:
    mark = _mark(installation)
    try:
        age = time.time() - mark.stat().st_mtime
        night = json.loads(mark.read_text(encoding="utf-8"))["night"]
    except (OSError, ValueError, KeyError):
        return
    if age < LONGEST_RUN_SECONDS:
        raise OneLineError(
            f"the scheduler is working the night of {night} in {installation.home}; wait until it is done, "
            f"or remove {mark} when that night was killed"
        )
