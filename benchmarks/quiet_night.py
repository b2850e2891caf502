"""What a night costs that brought nothing, beside the first night and one that brought one per cent.

`python -m benchmarks.quiet_night [--children N] [--full]`, on synthetic exports in an installation of its own that is
removed afterwards. Each night is the whole command `weerzien night` in a process of its own. Printed per night: the
wall time, what starting Airflow and going from task to task took, and the own work of each stage.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

STAGES = ("open_night", "pull", "read", "check", "link", "consolidate", "publish", "verdict", "close_night")
SHARE_NEW = 0.01


def main(given: list[str] | None = None) -> None:
    """Work the nights and print what each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet_night", description=__doc__)
    parser.add_argument("--children", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="every night takes nothing over from the night before")
    parser.add_argument("--one", nargs=3, metavar=("NIGHT", "EXPORTS", "OUT"), help=argparse.SUPPRESS)
    asked = parser.parse_args(given)
    if asked.one:
        one_night(*asked.one, asked.full)
        return
    with tempfile.TemporaryDirectory(prefix="weerzien-") as folder:
        told = nights(Path(folder), asked.children, asked.seed, asked.full)
    show(told)


def nights(folder: Path, children: int, seed: int, full: bool) -> dict[str, dict[str, float]]:
    """Return the seconds of each night by what they went to: a first night, a quiet one, one with new records."""
    from connectors.sample import write_sample

    exports = folder / "exports"
    write_sample(exports, children, seed)
    (snapshot,) = (exports / "ikps").glob("ikps_*.csv")
    whole = snapshot.read_bytes()
    first = date.fromisoformat(f"{snapshot.stem[-8:-4]}-{snapshot.stem[-4:-2]}-{snapshot.stem[-2:]}")
    snapshot.write_bytes(without_the_last(whole, int(children * SHARE_NEW * 1.4)))
    told = {"first": worked(folder, first, exports, full)}
    told["nothing new"] = worked(folder, first + timedelta(1), exports, full)
    brought = first + timedelta(2)
    snapshot.with_name(f"ikps_{brought:%Y%m%d}.csv").write_bytes(whole)
    told["1 % new"] = worked(folder, brought, exports, full)
    return told


def without_the_last(snapshot: bytes, rows: int) -> bytes:
    """Return a snapshot of the police without so many of its last rows, about one in a hundred of all registers."""
    return b"".join(snapshot.splitlines(keepends=True)[:-rows])


def worked(folder: Path, night: date, exports: Path, full: bool) -> dict[str, float]:
    """Work one night in a process of its own and return what it told, with the wall time of all of it."""
    out = folder / f"{night}.json"
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "benchmarks.quiet_night", "--one", str(night), str(exports), str(out)]
        + ["--full"] * full,
        env=os.environ | {"WEERZIEN_HOME": str(folder / "home")},
        stdout=sys.stderr,
        check=True,
    )
    wall = time.monotonic() - began
    told: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
    inside = told.pop("inside Airflow")
    airflow = inside - sum(told.values())
    return {"wall": wall, "Airflow": airflow, "own work": wall - airflow, **told, "before and after": wall - inside}


def one_night(night: str, exports: str, out: str, full: bool) -> None:
    """Run `weerzien night` here, and write how long each stage took."""
    from dags import checking, stages
    from dags import night as by_hand
    from dags.command import weerzien

    seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)
    for name in STAGES:
        room = checking if name == "check" else stages
        setattr(room, name, timed(getattr(room, name), name, seconds))
    by_hand.prepare = timed(by_hand.prepare, "inside Airflow", seconds)
    by_hand.test_run = timed(by_hand.test_run, "inside Airflow", seconds)
    asked = ["night", "--night", night, "--exports", exports, *["--full"] * full]
    try:
        weerzien.main(asked, standalone_mode=False)
    finally:
        Path(out).write_text(json.dumps(seconds), encoding="utf-8")


def timed(work: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    """Return the same work, its seconds added under a name."""

    def timed_work(*given: Any, **named: Any) -> Any:
        began = time.monotonic()
        try:
            return work(*given, **named)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.monotonic() - began

    return timed_work


def show(told: dict[str, dict[str, float]]) -> None:
    """Print one column per night, in seconds."""
    print(f"{'seconds':<18}" + "".join(f"{night:>14}" for night in told))
    for what in next(iter(told.values())):
        print(f"{what:<18}" + "".join(f"{of_night[what]:>14.1f}" for of_night in told.values()))


if __name__ == "__main__":
    main()
