"""A file on its way into the landing area: is it still being written, did all of it come, what is said when it did not.

A file that changes while it is looked at is not taken this night. A transfer that breaks off is begun anew, a bounded
number of times, and leaves nothing behind: whoever copies removes what there is of a copy (`connectors.landing`).
"""

import errno
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from connectors.installation import OneLineError

logger = logging.getLogger(__name__)

TRIES = 3
SECONDS_BETWEEN_TRIES = (1.0, 5.0)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Copy = tuple[Path, str, int]
Answer = TypeVar("Answer")


class StillWritten(Exception):
    """A file that changed while it was looked at or copied."""


class _BrokenOff(OSError):
    """A transfer that ended before the size that its place stated."""


def lying_still(files: Iterable[Any], place: Any) -> dict[str, Any]:
    """Return what a place says of its files, looked at twice where it asks for that: the file by name, or None
    for one that grew, changed or went in between.

    `place`: where it has `settle_seconds`, that many lie between the two looks; a folder of this machine has none, its
    files are compared while they are copied.
    """
    by_name = {file.name: file for file in files}
    seconds = getattr(place, "settle_seconds", 0)
    if not seconds or not by_name:
        return by_name
    before = {name: _seen(file) for name, file in by_name.items()}
    time.sleep(seconds)
    again = {file.name: _seen(file) for file in place.iterdir() if file.name in by_name}
    return {name: file if again.get(name) == before[name] else None for name, file in by_name.items()}


def answered(register: str, asked: Callable[[], Answer]) -> Answer:
    """Ask something of a place, anew when its line breaks. Raises OneLineError when it does not answer."""
    for attempt in range(TRIES):
        _wait(attempt)
        try:
            return asked()
        except (ConnectionError, TimeoutError):
            logger.warning("%s: its place did not answer", register)
    raise OneLineError(f"the place of {register} does not answer; look at its server and at the line to it")


def transferred(file: Any, register: str, copied: Callable[[], Copy]) -> Copy:
    """Copy a file whole. Raises StillWritten when it changes meanwhile, OneLineError when it does not come.

    `copied`: makes one copy, and leaves none when it raises.
    """
    for attempt in range(TRIES):
        _wait(attempt)
        try:
            return _whole(file, copied)
        except FileNotFoundError:
            raise StillWritten from None
        except (ConnectionError, TimeoutError, _BrokenOff) as error:
            logger.warning("%s: a transfer broke off (%s)", register, type(error).__name__)
        except OSError as error:
            number = error.errno
            kind = type(error).__name__
            break
    else:
        raise OneLineError(
            f"a file of {register} broke off in mid-transfer {TRIES} times and was not taken; look at the line to its "
            "place"
        )
    if number in NO_ROOM:
        raise OneLineError(
            f"no room for a file of {register}: the disk of landing/ is full; make room in WEERZIEN_HOME"
        )
    raise OneLineError(f"a file of {register} cannot be copied ({kind})")


def _wait(attempt: int) -> None:
    if attempt:
        time.sleep(SECONDS_BETWEEN_TRIES[attempt - 1])


def _whole(file: Any, copied: Callable[[], Copy]) -> Copy:
    stated = _seen_now(file)
    copy, sha256, size = copied()
    try:
        if _seen_now(file) != stated:
            raise StillWritten
        if size != stated[0]:
            raise _BrokenOff
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy, sha256, size


def _seen(file: Any) -> Any:
    # What a listing said of a remote file need not be asked again.
    listed = getattr(file, "stated", None)
    return (listed.get("size"), listed.get("mtime")) if listed else _seen_now(file)


def _seen_now(file: Any) -> tuple[int, float]:
    stat = file.stat()
    return int(stat.st_size), float(getattr(stat, "st_mtime_ns", 0) or stat.st_mtime)
