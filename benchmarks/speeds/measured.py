"""One command as a whole process: wall time, processor time and peak memory, its children and their JVM included."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

EVERY = 0.1


@dataclass
class Measured:
    """What a command took: seconds of wall and processor time, peak megabytes; and what it printed as JSON last.

    `steps`: seconds of each step that it told while it worked.
    """

    wall: float
    cpu: float
    peak: float
    told: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)


def measured(command: Sequence[object], environment: dict[str, str] | None = None) -> Measured:
    """Run a command to its end. Raises CalledProcessError with what it said when it fails."""
    began = time.monotonic()
    before = os.times()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    peak = [0]
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, peak, ended))
    watch.start()
    out, err = process.communicate()
    ended.set()
    watch.join()
    after = os.times()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[0], out, err[-3000:])
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    lines = [line for line in out.splitlines() if line.startswith("{")]
    told = json.loads(lines[-1]) if lines else {}
    return Measured(time.monotonic() - began, cpu, peak[0] / 2**20, told, _steps(out))


def _steps(out: str) -> dict[str, float]:
    """Seconds of each step of `weerzien link`, from the lines that say when each began."""
    found = [(float(line[1]), line[2]) for line in re.finditer(r"^ *([\d.]+) s  ([a-z ]+)", out, re.MULTILINE)]
    ends = [began for began, _ in found[1:]] + [found[-1][0]] if found else []
    steps: dict[str, float] = {}
    for (began, step), end in zip(found, ends, strict=True):
        steps[step.strip()] = round(steps.get(step.strip(), 0.0) + end - began, 2)
    return steps


def _watch(pid: int, peak: list[int], ended: threading.Event) -> None:
    """Memory of a process and all that it started, shared pages counted once (PSS would be slow to read)."""
    while not ended.wait(EVERY):
        total = 0
        try:
            whole = psutil.Process(pid)
            for one in (whole, *whole.children(recursive=True)):
                memory = one.memory_info()
                total += memory.rss - (memory.shared if one.pid != pid else 0)
        except psutil.Error:
            continue
        peak[0] = max(peak[0], total)


def f1_of(persons: Path, records: Path) -> float:
    """F1 over pairs of records of one person, after clustering."""
    found = pd.read_parquet(persons, columns=["record_id", "person_id"])
    truth = pd.read_parquet(records, columns=["record_id", "person"])
    both = found.merge(truth, on="record_id")
    groups = [both.groupby(names, sort=False).size().to_numpy() for names in (["person_id", "person"], "person_id")]
    groups.append(both.groupby("person", sort=False).size().to_numpy())
    true, said, real = (float((sizes.astype(np.int64) * (sizes - 1) // 2).sum()) for sizes in groups)
    return 2 * true / (said + real)
