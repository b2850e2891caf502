"""Large work in several processes, where there are processors for it: the same results as in one.

Each job is a function of a module with plain arguments, done by a fresh Python. The standard pools are not used: they
import the program that is running once more, which a task of Airflow is not made for, and refuse in its workers.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
# More would only cost memory: what is done side by side reads and writes large files.
MOST = 2


class JobLost(RuntimeError):
    """A process ended without a result: killed, perhaps for want of memory."""


def processes() -> int:
    """Return how many jobs can run side by side here."""
    return min(MOST, processors())


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(work: Callable[..., T], jobs: Sequence[tuple[Any, ...]]) -> list[T]:
    """Return what the work gives for each job, in their order; the first exception of a job is raised."""
    if len(jobs) < 2 or processes() < 2:
        return [work(*job) for job in jobs]
    running = [_begun(work, job) for job in jobs]
    try:
        results: list[Any] = [pickle.loads(told) if (told := one.communicate()[0]) else JobLost() for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def _begun(work: Callable[..., Any], job: tuple[Any, ...]) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", "connectors.side_by_side"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(pickle.dumps((work, job)))
    process.stdin.close()
    process.stdin = None
    return process


def main() -> None:
    """Do the job on standard input and write its result, or its exception, to standard output."""
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not come between.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    work, job = pickle.load(sys.stdin.buffer)
    result: Any
    try:
        result = work(*job)
    except Exception as error:
        result = error
    pickle.dump(result, results)
    results.close()


if __name__ == "__main__":
    main()
