"""What a long past costs a night: `python -m benchmarks.history`.

Two installations of one synthetic world, with the same records in force: a fresh one, and one with 100,000 deliveries
and five years of nights behind it. They work the same nights, in turn; printed is what each stage took, housekeeping
and the watch beside it. Twice: with nothing in the registers' places but what is new, and with all still there.
`--keep FOLDER` keeps what was built for the next time; `--log FILE` writes a line of JSON a night.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.history.installations import BOTH, NIGHT_LAST, Asked, Installations
from benchmarks.history.measured import Seconds
from benchmarks.history.printed import printed

WARM_UP = 1
SOURCES = (("files gone from the source", False), ("all files still there", True))


def main(given: list[str] | None = None) -> None:
    """Build both installations, work the nights and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--nights", type=int, default=1826, help="nights of the past")
    parser.add_argument("--deliveries", type=int, default=100_000, help="deliveries of the past")
    parser.add_argument("--children", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5, help="nights measured of each kind, after a warm-up")
    parser.add_argument("--keep", type=Path, help="a folder in which what was built stays")
    parser.add_argument("--log", type=Path, help="a file that gets a line of JSON a night")
    asked = parser.parse_args(given)
    began = time.monotonic()
    # So that the databases are stopped then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("broken off"))

    def tell(step: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {step}", file=sys.stderr, flush=True)

    measured = len(SOURCES) * (asked.repeats + WARM_UP)
    built = Asked(asked.nights, asked.deliveries, asked.children, asked.seed, measured)
    with tempfile.TemporaryDirectory(prefix="weerzien-") as temporary:
        # The server's user has to pass.
        Path(temporary).chmod(0o711)
        both = Installations((asked.keep or Path(temporary)).absolute(), built, tell)
        both.build()
        both.begin()
        try:
            _measure(both, asked, tell)
        finally:
            both.leave()


def _measure(both: Installations, asked: Any, tell: Any) -> None:
    night = NIGHT_LAST - timedelta(len(SOURCES) * (asked.repeats + WARM_UP) - 1)
    for title, is_all in SOURCES:
        measured = []
        for number in range(asked.repeats + WARM_UP):
            pair = _night(both, night, is_all, number % 2 == 1)
            tell(f"{title}, night {night}")
            if asked.log:
                with asked.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps({"night": night.isoformat(), "all": is_all} | pair) + "\n")
            if number >= WARM_UP:
                measured.append((pair["fresh"], pair["long"]))
            night += timedelta(1)
        print(printed(measured, title), flush=True)


def _night(both: Installations, night: date, is_all: bool, is_long_first: bool) -> dict[str, Seconds]:
    """The same night on both, in turn the one or the other first."""
    sources = {name: both.source(night, is_all, name) for name in BOTH}
    # What lies in a place for a moment is taken for fresh, and looked into.
    time.sleep(2)
    order = reversed(BOTH) if is_long_first else BOTH
    return {name: both.night(name, night, sources[name]) for name in order}


if __name__ == "__main__":
    main()
