"""One register's night of checks: its rows, the records that they fold into, and those records.

Rows come in parts, so that memory does not grow with the delivery. Accepted + set aside = delivered, and accepted =
registrations + merged + withdrawn, whatever the parts.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from connectors.mutations import Folded, fold
from connectors.reading import findings_frame
from connectors.records import write_records
from connectors.register import Register, load_register
from connectors.retention import mark_past_term
from connectors.row_parts import PartsWriter, no_garbage, part_names, read_parts, whole
from connectors.side_by_side import processes, side_by_side
from expectations.check import Checked, Checks, check_records, check_rows
from expectations.whole import Counts, count_whole

Keep = Callable[[pd.DataFrame], object]
# From here it is worth starting processes, each of which first has to load Great Expectations.
MANY_PARTS = 4
OF_MUTATIONS = ("mutations", "messages")


@dataclass
class CheckedRegister:
    """What came of checking a register.

    `account`: accepted, set_aside, registrations, merged and withdrawn. `findings`: FINDING_COLUMNS, in the order of
    files and places, whatever the parts were. `counted`: its records as a whole (`expectations.whole`). `judged`: per
    suite (rows, records) the rows checked, and per number of an expectation those that failed it.
    """

    account: Counter[str] = field(default_factory=Counter)
    found: list[pd.DataFrame] = field(default_factory=list)
    counted: Counts = field(default_factory=Counter)
    judged: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def findings(self) -> pd.DataFrame:
        """All findings."""
        filled = [findings for findings in self.found if len(findings)]
        return pd.concat(filled, ignore_index=True) if filled else findings_frame([])

    def add(self, rows: Checked, folded: Folded, records: Checked) -> None:
        """Count one part; a registration that is set aside as a record takes the last of its rows with it."""
        self.found += [rows.findings, folded.findings, records.findings]
        self.account.update(
            accepted=len(rows.accepted) - records.set_aside_rows,
            set_aside=rows.set_aside_rows + records.set_aside_rows,
            registrations=len(records.accepted),
            merged=folded.account["merged"],
            withdrawn=folded.account["withdrawn"],
        )

    def merge(self, other: "CheckedRegister") -> None:
        """Add what came of checking other parts."""
        self.account.update(other.account)
        self.found += other.found
        self.counted.update(other.counted)
        self.judged.update(other.judged)


def check_parts(
    register: Register, rows: Path, records: Path, night: date, are_of_one_delivery: bool
) -> CheckedRegister:
    """Check one register's rows, kept in parts, and keep the accepted records in parts; as `check_register`.

    `rows`, `records`: folders (`connectors.row_parts`). `are_of_one_delivery`: then parts can be checked side by side,
    because no registration can be in two of them.
    """
    names = part_names(rows)
    shares = processes() if are_of_one_delivery and len(names) >= MANY_PARTS and reads_newest_first(register) else 1
    jobs = [(register.name, rows, names[share::shares], records, share, night) for share in range(shares)]
    checked = CheckedRegister()
    with PartsWriter(records) as writer:
        for of_share, written in side_by_side(_check_share, jobs):
            checked.merge(of_share)
            for path in written:
                writer.add(path)
    return checked


def _check_share(
    name: str, rows: Path, names: list[str], records: Path, share: int, night: date
) -> tuple[CheckedRegister, list[Path]]:
    register = load_register(name)
    written: list[Path] = []

    def keep(part: pd.DataFrame) -> None:
        path = records / f"records_{share}_{len(written):06d}.parquet"
        write_records(part, path)
        written.append(path)

    parts = read_parts(rows, newest_first=reads_newest_first(register), only=names)
    return check_register(register, parts, night, keep), written


def reads_newest_first(register: Register) -> bool:
    """Return whether the parts of this register's rows are checked from the last one back: the last word counts."""
    return register.delivery not in OF_MUTATIONS


def check_register(register: Register, parts: Iterable[pd.DataFrame], night: date, keep: Keep) -> CheckedRegister:
    """Check and fold one register's rows and check its records; `keep` is given the accepted records of each part.

    `parts`: rows of the register, the last part first where `reads_newest_first`. Raises ExpectationBroken.
    """
    checked, checks = CheckedRegister(), Checks(register)
    snapshots = reads_newest_first(register)
    folding = _snapshots(checks, parts, night) if snapshots else _mutations(checks, parts, night)
    with no_garbage():
        for rows, folded in folding:
            records = check_records(register, folded.records, checks)
            checked.add(rows, folded, records)
            checked.counted.update(count_whole(register, records.accepted))
            keep(records.accepted)
            # What Great Expectations leaves behind holds on to whole frames.
            del rows, folded, records
            gc.collect()
            # The libraries are loaded by now: what lasts is not looked through again after every part.
            gc.freeze()
    checked.judged = checks.judged
    return checked


def _mutations(checks: Checks, parts: Iterable[pd.DataFrame], night: date) -> Iterator[tuple[Checked, Folded]]:
    """Rows that speak of each other have to be folded all together."""
    rows = check_rows(checks.register, mark_past_term(checks.register, whole(parts), night), checks)
    yield rows, fold(checks.register, rows.accepted, night)


def _snapshots(checks: Checks, parts: Iterable[pd.DataFrame], night: date) -> Iterator[tuple[Checked, Folded]]:
    """A registration that two lists hold is one; the newest list has it right, and its part comes first."""
    seen: set[str] = set()
    for part in parts:
        rows = check_rows(checks.register, mark_past_term(checks.register, part, night), checks)
        accepted = rows.accepted
        newer = accepted["record_id"].isin(seen).to_numpy()
        folded = fold(checks.register, accepted[~newer])
        folded.account["merged"] += int(newer.sum())
        folded.account["accepted"] += int(newer.sum())
        seen.update(folded.records["record_id"])
        yield rows, folded
