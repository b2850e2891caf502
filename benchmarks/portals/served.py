"""An installation with nights of a sample, the page as its users start it, and what its access log says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

WEERZIEN = Path(sys.executable).with_name("weerzien")
LINE = re.compile(r"^\[.*?\] GET (?P<path>\S+) (?P<status>\d+) (?P<bytes>\d+) bytes (?P<ms>\d+) ms$", re.MULTILINE)
SECONDS_TO_START = 60


def weerzien(home: Path, *arguments: str, given: str | None = None, codes: tuple[int, ...] = (0,)) -> str:
    """Run the command in an installation and return its output. Raises SystemExit with what it said when it fails."""
    environment = os.environ | {"WEERZIEN_HOME": str(home)}
    command = [str(WEERZIEN), *arguments]
    run = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
    if run.returncode not in codes:
        raise SystemExit(f"weerzien {arguments[0]}: {run.stderr}")
    return run.stdout


def sample_nights(home: Path, exports: Path, children: int, seed: int, nights: int) -> list[str]:
    """Write synthetic exports of so many nights and return the nights, as ISO dates; none of them is run."""
    given = ("--children", str(children), "--seed", str(seed), "--nights", str(nights))
    weerzien(home, "sample", str(exports), *given)
    last = date.fromisoformat(str(tomllib.loads((exports / "SYNTHETIC.toml").read_text())["night_last"]))
    return [(last - timedelta(days=back)).isoformat() for back in reversed(range(nights))]


def run_night(home: Path, exports: Path, night: str) -> None:
    """Run one night of the exports; that a register was refused is something the page tells."""
    weerzien(home, "night", "--exports", str(exports), "--night", night, codes=(0, 1))


class Served:
    """A page that is served: where, and its access log."""

    def __init__(self, address: str, log: Path) -> None:
        self.address, self.log = address, log
        self.read_until = 0

    def lines(self) -> list[dict[str, Any]]:
        """What was written in the access log since the last time: path, status, bytes, ms at the server."""
        time.sleep(0.5)
        with self.log.open(encoding="utf-8") as log:
            log.seek(self.read_until)
            written = log.read()
            self.read_until = log.tell()
        return [
            {"path": found["path"], **{name: int(found[name]) for name in ("status", "bytes", "ms")}}
            for found in LINE.finditer(written)
        ]


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """Serve the page of an installation on a free port for as long as it is asked."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    log = home.parent / f"{home.name}.access.log"
    with log.open("wb") as out, log.with_suffix(".errors").open("wb") as err:
        process = subprocess.Popen(
            [str(WEERZIEN), "portal", "--port", str(port)],
            env=os.environ | {"WEERZIEN_HOME": str(home)},
            stdout=out,
            stderr=err,
        )
        try:
            _wait(process, port)
            yield Served(f"http://127.0.0.1:{port}", log)
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("weerzien portal did not start")


def with_server_time(answers: list[dict[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to every answer the ms that the server says it took.

    The log holds no query and no name of a reader: a line and an answer belong together by path and size, and where
    several have both, in the order in which they ended. Raises SystemExit for an answer that is not in the log.
    """
    logged = defaultdict(list)
    for line in lines:
        logged[line["path"], line["status"], line["bytes"]].append(line["ms"])
    timed = []
    for answer in sorted(answers, key=lambda answer: answer["ended"]):
        whole = answer["path"], answer["status"]
        # Of a file that the system sends by itself the log counts no bytes.
        of_kind = logged[*whole, answer["bytes"]] or logged[*whole, 0]
        if not of_kind:
            raise SystemExit(f"no line in the access log for {answer['path']} of {answer['bytes']} bytes")
        timed.append(answer | {"ms": of_kind.pop(0)})
    return timed
