"""Reads deliveries that no register would send, and says for which of them reading or checking went wrong.

`python -m benchmarks.fuzzing --register telex --deliveries 100000 --seed 1`; 60 to 200 a second. A delivery
follows from seed, register and number: `--only NUMBER` reads that one again. Exit code 1 when something went wrong.
"""

import logging
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click
import pandas as pd
import psutil  # type: ignore[import-untyped]

from benchmarks.fuzzing.child import IN_CHILD, Child
from benchmarks.fuzzing.mutations import delivery_bytes
from benchmarks.fuzzing.seeds import SEEDS
from benchmarks.fuzzing.trial import MOST_BYTES, CheckOfRows, judged, limit_memory, told

SECONDS_BETWEEN_LINES = 5.0
SHOWN_OF_EACH = 5


@dataclass
class Run:
    """One register's run so far."""

    register: str
    seed: int
    folder: Path
    keep: Path | None
    checks_every: int
    deliveries: int = 0
    read: int = 0
    rows: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    refused: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[int, pd.DataFrame]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.check = CheckOfRows(self.register)
        self.path = self.folder / f"weerzien-{self.register}"
        self.child = Child(self.register, self.path)

    def take(self, number: int) -> None:
        """Make delivery `number`, read it, and check its rows when enough deliveries wait for that."""
        content = delivery_bytes(self.register, self.seed, number)
        by_child = self.register in IN_CHILD
        verdict = self.child.judged(content) if by_child else judged(self.register, content, self.path)
        self.deliveries += 1
        self.read += not verdict.refused and not verdict.fault
        self.rows += len(verdict.rows)
        self.slowest = max(self.slowest, (verdict.seconds, number))
        if verdict.refused:
            self.refused[verdict.refused] += 1
        if verdict.fault:
            self.fail(number, verdict.fault)
        elif len(verdict.rows):
            self.waiting.append((number, verdict.rows))
        if self.checks_every and len(self.waiting) >= self.checks_every:
            self.check_waiting()

    def check_waiting(self) -> None:
        """Check the rows that wait; of those that fail together, halves are tried until one delivery is left."""
        waiting, self.waiting = self.waiting, []
        fault = self._fault(waiting, self.check) if waiting and self.checks_every else ""
        if not fault:
            return
        while len(waiting) > 1:
            halves = waiting[: len(waiting) // 2], waiting[len(waiting) // 2 :]
            failing = next((half for half in halves if self._fault(half, CheckOfRows(self.register))), None)
            if failing is None:
                break
            waiting = failing
        for number, _ in waiting[:1]:
            self.fail(number, f"{fault} (deliveries {', '.join(str(n) for n, _ in waiting[:10])})")

    def _fault(self, waiting: list[tuple[int, pd.DataFrame]], check: CheckOfRows) -> str:
        try:
            return check.fault([rows for _, rows in waiting])
        except Exception as error:
            return told(error)

    def fail(self, number: int, fault: str) -> None:
        """Count a failure; the first few of each sort are told, and their deliveries kept."""
        sort = fault.partition(" (deliveries ")[0]
        self.failures[sort] += 1
        if self.failures[sort] > SHOWN_OF_EACH:
            return
        click.echo(f"FAILED {self.register}, seed {self.seed}, delivery {number}: {fault}", err=True)
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            name = f"{self.seed}_{number}_{SEEDS[self.register].file_name}"
            (self.keep / name).write_bytes(delivery_bytes(self.register, self.seed, number))

    def __str__(self) -> str:
        refused = ", ".join(f"{rule} {count}" for rule, count in self.refused.most_common())
        refused = f"{self.refused.total()} refused ({refused or 'none'})"
        return (
            f"{self.register}: {self.deliveries} deliveries, {self.read} read, "
            f"{refused}, {self.rows} rows, {self.check.set_aside} set aside, slowest "
            f"{self.slowest[0] * 1000:.0f} ms (delivery {self.slowest[1]}), {self.failures.total()} failures"
        )


def carried_out(run: Run, numbers: range, minutes: float) -> None:
    """Take these deliveries, until the time is up, telling on standard error how far it is."""
    begun = said = time.monotonic()
    for number in numbers:
        run.take(number)
        now = time.monotonic()
        if now - said >= SECONDS_BETWEEN_LINES:
            said, rate = now, run.deliveries / (now - begun)
            left = min((len(numbers) - run.deliveries) / rate / 60, minutes - (now - begun) / 60)
            counted = f"{run.deliveries} of {len(numbers)}, {rate:.0f}/s, {max(left, 0):.1f} min left"
            click.echo(f"{run.register}: {counted}, {run.failures.total()} failures", err=True)
        if now - begun >= minutes * 60:
            break
    run.check_waiting()
    run.child.end()


@click.command()
@click.option("--register", default="all", type=click.Choice(["all", *SEEDS]), show_default=True)
@click.option("--deliveries", default=20_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--checks-every", default=500, show_default=True, help="Deliveries with rows per check; 0: no checks.")
@click.option("--minutes", default=float("inf"), help="Stop each register after so many.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep deliveries that fail here.")
@click.option("--only", type=int, help="Read the delivery of this number, and no other.")
def main(
    register: str, deliveries: int, seed: int, checks_every: int, minutes: float, keep: Path | None, only: int | None
) -> None:
    """Read and check deliveries of one register or of all, and print one line for each."""
    logging.getLogger("connectors.reading").setLevel(logging.ERROR)
    process, failed = psutil.Process(), False
    limit_memory()
    shared = Path("/dev/shm")
    for name in SEEDS if register == "all" else [register]:
        before = process.memory_info().rss
        with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
            run = Run(name, seed, Path(folder), keep, checks_every)
            carried_out(run, range(deliveries) if only is None else range(only, only + 1), minutes)
        if (grown := process.memory_info().rss - before) > MOST_BYTES:
            run.failures[f"memory grew by {grown / 1e9:.1f} GB"] += 1
        click.echo(f"{run}, memory {grown / 1e6:+.0f} MB")
        for fault, count in run.failures.most_common():
            click.echo(f"  {count} times: {fault}")
        failed = failed or bool(run.failures)
    sys.exit(failed)


if __name__ == "__main__":
    main()
