"""One night by its stages, timed: `python -m benchmarks.history.measured EXPORTS NIGHT OUT`.

The stages are those of the DAG, one after another in this process, without Airflow; then housekeeping and the watch.
Written as JSON: of each stage the seconds on the clock and the processor's seconds, of this process, its children and
the installation's database server together. Environment read: WEERZIEN_HOME.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from connectors.installation import Installation
from connectors.register import REGISTERS

STAGES = ("open", "pull", "read", "check", "link", "consolidate", "publish", "close")
BESIDE = ("housekeeping", "watch")
WATCHED_AT = time_of_day(6, 30)
TICKS = os.sysconf("SC_CLK_TCK")

Seconds = dict[str, dict[str, float]]


def main(exports: str, night: str, out: str) -> None:
    """Work the night, keep house, look, and write what each took."""
    seconds: Seconds = {}
    _load()
    work(exports, night, seconds)
    _beside(exports, night, seconds)
    Path(out).write_text(json.dumps(seconds), encoding="utf-8")


def work(exports: str, night: str, seconds: Seconds) -> None:
    """Work one night; raises what a stage raises, with the work files removed."""
    from dags import checking, stages

    opened: Mapping[str, Any] = {}
    try:
        with timed("open", seconds):
            opened = stages.open_night(exports, night, datetime.now(UTC))
        with timed("pull", seconds):
            pulled = [stages.pull(opened, register) for register in REGISTERS]
        with timed("read", seconds):
            was_read = [stages.read(opened, outcome) for outcome in pulled]
        with timed("check", seconds):
            checked = [checking.check(opened, outcome) for outcome in was_read]
        with timed("link", seconds):
            linked = stages.link(opened, checked)
        with timed("consolidate", seconds):
            stages.consolidate(opened, checked, linked)
        with timed("publish", seconds):
            stages.publish(opened, checked, linked)
    finally:
        if opened:
            with timed("close", seconds):
                stages.close_night(opened)
    failed = [outcome for outcome in (*pulled, *was_read, *checked) if outcome["status"] == "failed"]
    if failed:
        raise SystemExit(f"{failed[0]['register']}: {failed[0].get('reason')}")


def _beside(exports: str, night: str, seconds: Seconds) -> None:
    """What is done after the night, by the clock or by hand."""
    from dags import keeping, places, watching

    with timed("housekeeping", seconds):
        keeping.keep(night)
    with timed("watch", seconds):
        watching.look(exports, datetime.combine(date.fromisoformat(night), WATCHED_AT, places.AMSTERDAM))


def _load() -> None:
    """Load what stages load when they are first asked, so that no stage pays for it; the page of checks is drawn in
    both installations alike.
    """
    import alembic.command  # noqa: F401
    import great_expectations  # noqa: F401
    import psycopg  # noqa: F401

    import expectations.register_check  # noqa: F401
    import linkage.night  # noqa: F401
    import monitoring.consolidate
    import monitoring.publish
    import monitoring.retention  # noqa: F401
    from dags import checking, keeping, stages, watching  # noqa: F401


@contextlib.contextmanager
def timed(stage: str, seconds: Seconds) -> Iterator[None]:
    """Add what is done inside to a stage: `wall`, `cpu` of this process and its children, `database`: its server's."""
    cpu, server, wall = _own_cpu(), _server_cpu(), time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - wall
        of_stage = seconds.setdefault(stage, {"wall": 0.0, "cpu": 0.0, "database": 0.0})
        of_stage["wall"] += took
        of_stage["cpu"] += _own_cpu() - cpu
        of_stage["database"] += _server_cpu() - server


def _own_cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _server_cpu() -> float:
    """The processor's seconds of the embedded server, with its children, also those that have ended."""
    try:
        postmaster = (
            (Installation.from_environment().database / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        )
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="utf-8").split()
    except (OSError, IndexError):
        return 0.0
    ticks = _ticks(postmaster, with_ended=True) + sum(_ticks(child, with_ended=False) for child in children)
    return ticks / TICKS


def _ticks(process: str, with_ended: bool) -> int:
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(ticks) for ticks in said[11 : 15 if with_ended else 13])


if __name__ == "__main__":
    main(*sys.argv[1:])
