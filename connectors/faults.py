"""What may be told of an unforeseen exception: its kind and place, never its message, which may quote a value."""

from __future__ import annotations

import errno
import os
import traceback
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("connectors", "expectations", "linkage", "monitoring", "dags")

# Causes that somebody can take away outside the program. Their words come from the system or from here.
OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
DATABASE_FULL = "53100"  # PostgreSQL's code for a disk that is full


def place_in_code(error: BaseException) -> str:
    """Return an exception's type and where in this program it was raised, without its message.

    Where the disk or the database is the cause, that is said before it.
    """
    cause = _outside_cause(error)
    return f"{cause} ({_place(error)})" if cause else _place(error)


def _outside_cause(error: BaseException) -> str:
    """Say in words that hold no value that the disk or the database is the cause; empty when neither is."""
    if isinstance(error, OSError) and error.errno in OF_THE_DISK:
        return f"the disk cannot be written: {os.strerror(error.errno)}"
    if getattr(getattr(error, "orig", error), "sqlstate", None) == DATABASE_FULL:
        return "the disk of the database is full"
    if getattr(error, "connection_invalidated", False):
        return "the connection to the database was lost"
    return ""


def _place(error: BaseException) -> str:
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    ours = [frame for frame in ours if Path(frame.filename).relative_to(ROOT).parts[0] in ROOMS]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}"
