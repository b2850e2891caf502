"""Reading: from a register's deliveries in force to rows of the common shape; a refused delivery never stops the
rest.

Of a snapshot the newest version that can be read counts, per file; at IKPS one snapshot counts alone. Messages and
mutations all count, each where its date puts it. Findings and logs name files, rules and columns, never a value.
"""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd

from connectors.deliveries import Delivery, DeliveryRefused, application_order, by_file
from connectors.ikps import read_ikps
from connectors.mob import read_mob
from connectors.records import rows_frame
from connectors.register import Register
from connectors.stv import read_stv
from connectors.telex import read_telex
from connectors.youth_care import read_youth_care

logger = logging.getLogger(__name__)

READERS: dict[str, Callable[[Delivery, Register], pd.DataFrame]] = {
    "ikps": read_ikps,
    "stv": read_stv,
    "youth_care": read_youth_care,
    "telex": read_telex,
    "mob": read_mob,
}
FINDING_COLUMNS = ("register", "file", "row_key", "level", "rule", "column")
OF_COLUMNS = ("wrong_layout", "minor_flag_column")  # refusals whose detail names columns
UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Reading:
    """What was read of one register.

    `rows`: columns of the record and of the row, in the order in which they apply. `findings`: FINDING_COLUMNS; of a
    delivery, so without a row_key. `refused`: file and rule of each refused delivery. `delivered`: number of rows.
    `used`: the deliveries that the rows come from.
    """

    rows: pd.DataFrame
    findings: pd.DataFrame
    refused: list[tuple[str, str]]
    delivered: int
    used: list[Delivery]


@dataclass
class _Attempt:
    """A register being read: what could be read, what was refused, what was remarked."""

    register: Register
    read: list[tuple[Delivery, pd.DataFrame]] = field(default_factory=list)
    refused: list[tuple[Delivery, str, str]] = field(default_factory=list)
    remarks: list[tuple[Delivery, str, str]] = field(default_factory=list)

    def tries(self, delivery: Delivery) -> bool:
        """Read one delivery; False when it was refused."""
        try:
            rows = READERS[self.register.name](delivery, self.register)
        except DeliveryRefused as refusal:
            self.refuse(delivery, refusal.rule, refusal.detail)
            return False
        self.read.append((delivery, rows))
        if not len(rows):
            self.remarks.append((delivery, "no_rows", ""))
        if self.register.encoding == "utf-8-sig" and not _has_mark(delivery):
            self.remarks.append((delivery, "no_byte_order_mark", ""))
        return True

    def refuse(self, delivery: Delivery, rule: str, detail: str) -> None:
        """Note a refusal; the detail names columns and lines only, so it may be logged."""
        logger.warning("%s refused: %s %s", delivery.delivery_id, rule, detail)
        self.refused.append((delivery, rule, detail))


def read_register(register: Register, deliveries: Iterable[Delivery]) -> Reading:
    """Return the rows of a register from its deliveries in force (`connectors.deliveries.deliveries_in_force`)."""
    with _no_garbage():
        return _read(register, sorted(deliveries, key=application_order))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Reading makes millions of values and no cycles: looking for cycles meanwhile doubles its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(register: Register, ordered: list[Delivery]) -> Reading:
    attempt = _Attempt(register)
    if register.delivery == "snapshot":
        _read_newest_snapshot(attempt, ordered)
    elif register.delivery in ("snapshot_per_year", "snapshot_per_month"):
        for versions in by_file(ordered).values():
            any(attempt.tries(delivery) for delivery in reversed(versions))
    else:
        for delivery in ordered:
            attempt.tries(delivery)
    attempt.read.sort(key=lambda pair: application_order(pair[0]))
    used = [delivery for delivery, _ in attempt.read]
    rows = _in_order(register, [rows for _, rows in attempt.read])
    logger.info("%s: %d rows from %d deliveries", register.name, len(rows), len(used))
    return Reading(rows, _findings(attempt), _still_refused(attempt), len(rows), used)


def _read_newest_snapshot(attempt: _Attempt, ordered: list[Delivery]) -> None:
    """The newest snapshot that can be read; one that landed after it and is older has come too late (point 5)."""
    used = next((delivery for delivery in reversed(ordered) if attempt.tries(delivery)), None)
    for delivery in ordered:
        if used and delivery.dated < used.dated and delivery.landed_night > used.landed_night:
            attempt.refuse(delivery, "older_than_last", "")


def _in_order(register: Register, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows in the order in which they apply; `applies_order` counts them through."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return rows_frame({}, 0)
    rows = pd.concat(filled, ignore_index=True)
    if register.delivery == "mutations":
        rows = rows.sort_values(["applies_on", "applies_order"], kind="stable", ignore_index=True)
    rows["applies_order"] = pd.array(range(1, len(rows) + 1), dtype="Int64")
    return rows


def _still_refused(attempt: _Attempt) -> list[tuple[str, str]]:
    """Refused files, except where a later version of the same file of messages could be read."""
    repaired = {
        (delivery.file_name.casefold(), delivery.sequence)
        for delivery, _ in attempt.read
        if attempt.register.delivery in ("mutations", "messages")
    }
    return [
        (delivery.file_name, rule)
        for delivery, rule, _ in attempt.refused
        if not any(name == delivery.file_name.casefold() and n > delivery.sequence for name, n in repaired)
    ]


def _findings(attempt: _Attempt) -> pd.DataFrame:
    levels = (("refused", attempt.refused), ("warning", attempt.remarks))
    found = [
        (attempt.register.name, delivery.file_name, None, level, rule, detail if rule in OF_COLUMNS else None)
        for level, noted in levels
        for delivery, rule, detail in noted
    ]
    return findings_frame(found)


def findings_frame(found: Sequence[tuple[str, str | None, str | None, str, str, str | None]]) -> pd.DataFrame:
    """Return findings as a frame of text: register, file, row_key, level, rule and column; never a value."""
    return pd.DataFrame(found, columns=list(FINDING_COLUMNS), dtype=object)


def _has_mark(delivery: Delivery) -> bool:
    with delivery.path.open("rb") as file:
        return file.read(len(UTF8_MARK)) == UTF8_MARK
