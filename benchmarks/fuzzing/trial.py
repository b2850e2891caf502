"""One delivery on trial: read it as a night would, and say what is wrong with the answer, if anything."""

import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import pandas as pd
import psutil  # type: ignore[import-untyped]

from benchmarks.fuzzing.seeds import SEEDS
from connectors.deliveries import Delivery
from connectors.mutations import fold
from connectors.reading import Reading, read_register
from connectors.register import load_register
from connectors.row_parts import whole
from expectations.check import Checks, check_records, check_rows
from expectations.rules import load_rules

MOST_SECONDS = 5.0
MOST_BYTES = 1_500_000_000
ROOM_BYTES = 8_000_000_000
# What Great Expectations has judged is remembered; after so many checks that memory is longer than it is useful.
CHECKS_REMEMBERED = 10
# Names in the seeds, which stand in no code list: no finding may tell them.
TELLTALE = ("quaedvlieg", "xhosabe", "annebel", "tomislav", "mohamedali")


class Overdue(BaseException):
    """Reading took longer than a delivery may take; no handler of exceptions in a reader stops it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise Overdue in what runs longer."""

    def ring(_: int, __: FrameType | None) -> None:
        raise Overdue

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def highest_memory() -> int:
    """Return the most bytes that this process has held in memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def limit_memory() -> None:
    """Let this process have so much more memory and no more: a machine is not to go down with one delivery."""
    room = psutil.Process().memory_info().vms + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (room, resource.getrlimit(resource.RLIMIT_AS)[1]))


def read_bytes(register: str, content: bytes, path: Path) -> Reading:
    """Read bytes, written to `path`, as the only delivery of a register."""
    path.write_bytes(content)
    agreed, name = load_register(register), SEEDS[register].file_name
    dated = agreed.dated(name)
    assert dated
    delivery = Delivery(f"{register}-0", register, name, "0" * 64, len(content), dated, dated, 1, "", path)
    return read_register(agreed, [delivery])


def fault_of(reading: Reading) -> str:
    """Return what is wrong with the answer to one delivery, "" when nothing is."""
    refusals = reading.findings[(reading.findings["level"] == "refused") & reading.findings["file"].notna()]
    rules = [rule for _, rule in reading.refused]
    if reading.delivered != len(reading.rows):
        return f"{reading.delivered} delivered, {len(reading.rows)} rows"
    if len(reading.refused) + len(reading.used) != 1 or refusals["rule"].tolist() != rules:
        return "neither read once nor refused once"
    if unknown := set(reading.findings["rule"]) - set(load_rules()):
        return f"no rule: {', '.join(sorted(unknown))}"
    return "a finding tells a value" if tells_value(reading.findings) else ""


def tells_value(findings: pd.DataFrame) -> bool:
    """Return whether some finding repeats a name from the seeds; its key is what points at the row."""
    columns = [column for column in findings if column != "row_key"]
    told = "\n".join(str(text) for column in columns for text in findings[column].dropna()).casefold()
    return any(name in told for name in TELLTALE)


@dataclass
class CheckOfRows:
    """Checks the rows of deliveries together; `set_aside` counts those set aside so far."""

    register: str
    set_aside: int = 0
    times: int = 0
    checks: Checks | None = None

    def fault(self, rows: Sequence[pd.DataFrame]) -> str:
        """Return what is wrong with the check of these rows and of the records that they fold into, "" if nothing."""
        register = load_register(self.register)
        if self.checks is None or self.times % CHECKS_REMEMBERED == 0:
            self.checks = Checks(register)
        self.times += 1
        delivered = whole(rows)
        checked = check_rows(register, delivered, self.checks)
        self.set_aside += checked.set_aside_rows
        if len(checked.accepted) + checked.set_aside_rows != len(delivered):
            return "accepted and set aside are not what was delivered"
        folded = fold(register, checked.accepted)
        account = folded.account
        if account["registrations"] + account["merged"] + account["withdrawn"] != len(checked.accepted):
            return "registrations, merged and withdrawn are not what was accepted"
        records = check_records(register, folded.records, self.checks)
        if len(records.accepted) + records.set_aside_rows != len(folded.records):
            return "records accepted and set aside are not what was folded"
        found = (checked.findings, folded.findings, records.findings)
        return "a finding of the check tells a value" if any(map(tells_value, found)) else ""


@dataclass
class Verdict:
    """What came of one delivery: `fault` is "" when all is well."""

    fault: str = ""
    seconds: float = 0.0
    refused: str = ""
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


def judged(register: str, content: bytes, path: Path) -> Verdict:
    """Read one delivery and return the verdict; whatever it raises is a fault."""
    memory, start = highest_memory(), time.perf_counter()
    verdict = Verdict()
    try:
        with at_most(MOST_SECONDS):
            reading = read_bytes(register, content, path)
        verdict.fault, verdict.rows = fault_of(reading), reading.rows
        verdict.refused = reading.refused[0][1] if reading.refused else ""
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        verdict.fault = told(error)
    verdict.seconds = time.perf_counter() - start
    if verdict.seconds >= MOST_SECONDS:
        verdict.fault = verdict.fault or f"took {verdict.seconds:.1f} s"
    if highest_memory() - memory > MOST_BYTES:
        verdict.fault = verdict.fault or f"took {(highest_memory() - memory) / 1e9:.1f} GB"
    return verdict


def told(error: BaseException) -> str:
    """Return an exception with the place in the readers that raised it."""
    trace, places = error.__traceback__, []
    while trace:
        code = trace.tb_frame.f_code
        if "site-packages" not in code.co_filename and "benchmarks" not in code.co_filename:
            places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {places[-1] if places else '?'}: {error}"[:200]
