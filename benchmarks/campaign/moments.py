"""At which moment of a task a fault strikes, in that task's own process.

A first, undisturbed night measures every task: seconds, calls, SQL statements, chunks read from exports and writes on
the disk. A fault says a share of those, so that the same seed strikes at the same place on every machine (but for
`time`, which is in seconds by a process beside).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.campaign.fault import Fault

Measured = dict[str, dict[str, float]]
SLEPT_AT_LEAST = 0.001


def measuring(folder: Path, home: Path) -> Callable[[str, int], Callable[[], None]]:
    """Return what measures each task of a night into one file per task."""

    def arm(task: str, attempt: int) -> Callable[[], None]:
        counts = {"call": 0, "statement": 0, "read": 0}

        def count(frame: FrameType, event: str, _: Any) -> None:
            for what in _what(frame, event):
                counts[what] += 1

        began = time.monotonic()
        _disk(home, -1)
        sys.setprofile(count)

        def done() -> None:
            sys.setprofile(None)
            writes = _disk_counted()
            measured = {**counts, "write": writes, "time": time.monotonic() - began}
            (folder / f"{task}.json").write_text(json.dumps(measured))

        return done

    return arm


def measured_in(folder: Path) -> Measured:
    """Read what was measured, by task."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def striking(
    fault: Fault, measured: Measured, home: Path, struck: Path, strike: Callable[[], None]
) -> Callable[[str, int], Callable[[], None]]:
    """Return what lets the fault strike in its task; `struck` is a file that says that it did."""

    def hit() -> None:
        if not struck.exists():
            struck.touch()
            strike()

    def arm(task: str, attempt: int) -> Callable[[], None]:
        if fault.moment == "write":
            return _full_disk(fault, measured, home, struck, task)
        if task != fault.task or struck.exists():
            return _nothing
        if fault.moment == "before":
            hit()
        elif fault.moment == "time":
            return _by_the_clock(_share(fault, measured, "time"), hit)
        elif fault.moment != "after":
            _at_event(fault.moment, int(_share(fault, measured, fault.moment)), hit)
        return hit

    return arm


def has_shim() -> bool:
    """Whether this process was started with the shim of the full disk (`full_disk.c`)."""
    return hasattr(ctypes.CDLL(None), "full_disk_arm")


def _share(fault: Fault, measured: Measured, what: str) -> float:
    return measured[fault.task][what] * fault.share if fault.share else 0.0


def _full_disk(fault: Fault, measured: Measured, home: Path, struck: Path, task: str) -> Callable[[], None]:
    """The disk of the home is full from the n-th write of the task on; lasting: for every task after it too."""
    if struck.exists() and fault.lasting:
        _disk(home, 0)
    elif task == fault.task and not struck.exists():
        struck.touch()
        _disk(home, int(_share(fault, measured, "write")))
    return _disk_off


def _by_the_clock(seconds: float, hit: Callable[[], None]) -> Callable[[], None]:
    """Strike from a process beside, so that also the middle of a call into C is struck."""
    task = os.getpid()
    beside = os.fork()
    if not beside:
        os.closerange(3, 4096)
        time.sleep(max(seconds, SLEPT_AT_LEAST))
        # A task that ended meanwhile has left its number to somebody else.
        if os.getppid() == task:
            os.getpid = lambda: task
            hit()
        os._exit(0)

    def done() -> None:
        os.kill(beside, signal.SIGKILL)
        os.waitpid(beside, 0)
        hit()

    return done


def _at_event(what: str, number: int, hit: Callable[[], None]) -> None:
    left = [number]

    def count(frame: FrameType, event: str, _: Any) -> None:
        if what in _what(frame, event):
            left[0] -= 1
            if left[0] < 0:
                sys.setprofile(None)
                hit()

    sys.setprofile(count)


def _what(frame: FrameType, event: str) -> list[str]:
    if event not in ("call", "c_call"):
        return []
    found = ["call"]
    if event == "call":
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if name in ("execute", "executemany", "copy", "commit", "rollback") and "psycopg" in file:
            found.append("statement")
        elif name == "_chunks":
            found.append("read")
    return found


def _nothing() -> None:
    return None


def _disk(home: Path, full_from: int) -> None:
    shim = ctypes.CDLL(None)
    if not has_shim():
        return
    shim.full_disk_arm.argtypes = [ctypes.c_char_p, ctypes.c_long]
    shim.full_disk_arm(os.fsencode(home), full_from)


def _disk_counted() -> int:
    if not has_shim():
        return 0
    shim = ctypes.CDLL(None)
    shim.full_disk_counted.restype = ctypes.c_long
    counted = int(shim.full_disk_counted())
    shim.full_disk_disarm()
    return counted


def _disk_off() -> None:
    ctypes.CDLL(None).full_disk_disarm()
