"""`python -m benchmarks.campaign`: at least 300 faults, a line for each, and a table at the end."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from queue import Empty, SimpleQueue

from benchmarks.campaign.fault import Fault, Struck
from benchmarks.campaign.plan import KINDS, planned
from benchmarks.campaign.worker import QUICK

HERE = Path(__file__).parent
NEEDS = {"disk full": "a C compiler (cc)", "disk of the database full": "root, for a small disk of its own (tmpfs)"}


def main() -> None:
    """Plan, let the workers strike, print."""
    given = _given()
    folder = Path(tempfile.mkdtemp(prefix="weerzien-campaign-"))
    # The database of a campaign that root starts runs as another user, who has to pass.
    folder.chmod(0o711)
    shim = built_shim(folder)
    faults = planned(given.faults, given.seed, given.only)
    missing = {"disk full"} if shim is None else set()
    missing |= {"disk of the database full"} if os.getuid() else set()
    faults = [f for f in faults if f.kind not in missing and f.number in (given.number or [f.number])]
    before = (
        [Struck.from_line(line) for line in given.log.read_text().splitlines()]
        if given.log and given.log.exists()
        else []
    )
    known = {(struck.number, struck.where) for struck in before}
    left = [fault for fault in faults if (fault.number, fault.where) not in known]
    told = [*before, *run(left, given.workers, folder, shim, given.log)]
    print(table(told))
    for kind in sorted(missing):
        print(f"\nNot struck: {kind} needs {NEEDS[kind]}.")
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(any(struck.violations or struck.first == "campaign failed" for struck in told))


def run(
    faults: list[Fault], workers: int, folder: Path, shim: Path | None, log: Path | None = None, quick: bool = False
) -> list[Struck]:
    """Let workers strike the faults beside each other; returns what came of them, by number.

    `quick`: small nights without Data Docs, nothing measured; then a fault strikes at the beginning of its task.
    """
    left: SimpleQueue[Fault] = SimpleQueue()
    for fault in faults:
        left.put(fault)
    told: list[Struck] = []
    threads = [
        threading.Thread(target=_serve, args=(folder / str(number), shim, left, told, len(faults), log, quick))
        for number in range(min(workers, len(faults)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told, key=lambda struck: struck.number)


def table(told: list[Struck]) -> str:
    """The table of a campaign, in Markdown."""
    heads = (
        "kind",
        "injected",
        "whole, or a retry healed it",
        "ended in one line",
        "killed",
        "whole after the next run",
        "violated",
    )
    rows = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    for name in (*KINDS, "all"):
        of_kind = [struck for struck in told if name in (struck.kind, "all")]
        if of_kind:
            counts = [
                len(of_kind),
                sum(struck.first.replace("whole and whole", "whole") == "whole" for struck in of_kind),
                sum("one line" in struck.first for struck in of_kind),
                sum("killed" in struck.first for struck in of_kind),
                sum(struck.healed for struck in of_kind),
                sum(bool(struck.violations) for struck in of_kind),
            ]
            rows.append(f"| {name} | {' | '.join(map(str, counts))} |")
    what = [f"- {s.number} {s.kind}: {s.where}: {'; '.join(s.violations)}" for s in told if s.violations]
    return "\n".join([*rows, *(["", "Violated:", *what] if what else [])])


def _serve(
    folder: Path,
    shim: Path | None,
    left: SimpleQueue[Fault],
    told: list[Struck],
    of: int,
    log: Path | None,
    quick: bool,
) -> None:
    """One worker: hands it a fault, waits for its answer, until none is left."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    if shim:
        environment["LD_PRELOAD"] = str(shim)
    command = [sys.executable, "-m", "benchmarks.campaign.worker", str(folder), *[QUICK] * quick]
    folder.mkdir(mode=0o711, parents=True)
    with (
        folder.with_suffix(".err").open("w") as errors,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as worker,
    ):
        assert worker.stdin and worker.stdout
        while True:
            try:
                fault = left.get_nowait()
            except Empty:
                break
            worker.stdin.write(fault.as_line() + "\n")
            worker.stdin.flush()
            answer = worker.stdout.readline()
            if not answer:
                answer = Struck(
                    fault.number, fault.kind, fault.where, "campaign failed", "", False, "the worker ended", [], 0.0
                ).as_line()
            struck = Struck.from_line(answer)
            told.append(struck)
            bad = "; ".join(struck.violations) or (struck.message if struck.first == "campaign failed" else "")
            came = f"{struck.kind}: {struck.where} -> {struck.first}, {struck.shown} ({struck.seconds} s)"
            violated = f"  VIOLATED: {bad}" if bad else ""
            print(f"{len(told)}/{of} #{struck.number} {came}{violated}", file=sys.stderr, flush=True)
            if log:
                with log.open("a") as file:
                    file.write(struck.as_line() + "\n")
            if worker.poll() is not None:
                break
        worker.stdin.close()


def built_shim(folder: Path) -> Path | None:
    """Build the shim of the full disk; None without a compiler."""
    compiler = shutil.which("cc")
    target = folder / "full_disk.so"
    if compiler is None:
        return None
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(target), str(HERE / "full_disk.c"), "-ldl"]
    built = subprocess.run(command, check=False, capture_output=True)
    return target if built.returncode == 0 else None


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign", description=__doc__)
    parser.add_argument("--faults", type=int, default=394, help="How many faults; 394: all of a plan, once.")
    parser.add_argument("--seed", type=int, default=1, help="The same seed strikes the same faults.")
    parser.add_argument("--only", metavar="KIND", help=f"Only kinds that hold this text: {', '.join(KINDS)}.")
    parser.add_argument("--number", type=int, nargs="+", help="Only these of them: to repeat a fault of a campaign.")
    parser.add_argument("--workers", type=int, default=2, help="Installations that are struck beside each other.")
    parser.add_argument(
        "--log", type=Path, help="A file of answers, a line of JSON each; none that it has is struck again."
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
