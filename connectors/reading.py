"""Reading: from a register's deliveries in force to rows of the common shape; a refused delivery never stops the
rest.

Of a snapshot the newest version that can be read counts, per file; at IKPS one snapshot counts alone. Messages and
mutations all count, each where its date puts it. Findings and logs name files, rules and columns, never a value.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pandas as pd

from connectors.deliveries import Delivery, DeliveryRefused, application_order, by_file
from connectors.ikps import read_ikps
from connectors.mob import read_mob
from connectors.read_before import ReadBefore, Stretch, Told
from connectors.records import rows_frame
from connectors.register import Register
from connectors.row_bands import Bands
from connectors.row_parts import Part, PartsWriter, RowCount, RowStore, TurnReader, as_frame, no_garbage, whole
from connectors.sealing import opened
from connectors.side_by_side import processes
from connectors.stv import read_stv
from connectors.telex import read_telex
from connectors.youth_care import message_number, number_gaps, read_youth_care

logger = logging.getLogger(__name__)

READERS: dict[str, Callable[[Delivery, Register], Iterator[pd.DataFrame]]] = {
    "ikps": read_ikps,
    "stv": read_stv,
    "youth_care": read_youth_care,
    "telex": read_telex,
    "mob": read_mob,
}
# Registers whose deliveries can be large enough to be read by several processes.
IN_TURNS: dict[str, TurnReader] = {"ikps": read_ikps}
LARGE_BYTES = 40_000_000
FINDING_COLUMNS = ("register", "file", "row_key", "level", "rule", "column", "detail")
UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Outcome:
    """What came of reading a register's deliveries.

    `findings`: FINDING_COLUMNS; of a delivery, so without a row_key. `refused`: file and rule of each refused delivery.
    `delivered`: number of rows. `used`: the deliveries that the rows come from, in the order in which they apply.
    `row_counts`: rows of each delivery that could be read, by delivery_id.
    """

    findings: pd.DataFrame
    refused: list[tuple[str, str]]
    delivered: int
    used: list[Delivery]
    row_counts: dict[str, int]


@dataclass(frozen=True)
class Reading(Outcome):
    """The same with `rows`: columns of the record and of the row, in the order in which they apply."""

    rows: pd.DataFrame


@dataclass
class _Attempt:
    """A register being read: what could be read, what was refused, what was remarked."""

    register: Register
    store: RowStore
    bands: Bands
    before: ReadBefore
    read: list[tuple[Delivery, int]] = field(default_factory=list)
    refused: list[tuple[Delivery, str, str]] = field(default_factory=list)
    remarks: list[tuple[Delivery, str, str]] = field(default_factory=list)
    numbers: dict[str, tuple[str, int] | None] = field(default_factory=dict)

    def tries(self, delivery: Delivery) -> bool:
        """Read one delivery; False when it was refused."""
        try:
            rows = self._keep(delivery)
            self.bands.counts[delivery.delivery_id] = rows
            if delivery.repeats and (rows or delivery.redacted_rows):
                raise DeliveryRefused("same_bytes_new_date")
            self.bands.check(delivery)
        except DeliveryRefused as refusal:
            self.store.drop(delivery.delivery_id)
            self.refuse(delivery, refusal.rule, refusal.detail)
            return False
        self.read.append((delivery, rows))
        if not rows and not delivery.redacted_rows:
            self.remarks.append((delivery, "no_rows", ""))
        told = self.before.told(delivery) or self._tell(delivery)
        self.numbers[delivery.delivery_id] = told.number
        if self.register.encoding == "utf-8-sig" and not told.has_mark:
            self.remarks.append((delivery, "no_byte_order_mark", ""))
        return True

    def _tell(self, delivery: Delivery) -> Told:
        """What was read of a delivery tonight; kept for the nights to come when it is small."""
        rows = self.store.small(delivery.delivery_id)
        number = message_number(delivery, self.register) if self.register.of_kind("file_number") else None
        has_mark = self.register.encoding == "utf-8-sig" and _has_mark(delivery)
        told = Told(rows_frame({}, 0) if rows is None else rows, has_mark, number)
        if rows is not None and self.before.takes(delivery):
            self.before.add(delivery, told)
        return told

    def _keep(self, delivery: Delivery) -> int:
        if told := self.before.told(delivery):
            return self.store.take(delivery.delivery_id, cast(Stretch, told.rows))
        in_turns = IN_TURNS.get(self.register.name)
        if in_turns and self.store.folder and delivery.size_bytes > LARGE_BYTES and processes() > 1:
            return self.store.keep_shared(delivery, self.register, in_turns)
        return self.store.keep(delivery.delivery_id, READERS[self.register.name](delivery, self.register))

    def refuse(self, delivery: Delivery, rule: str, detail: str) -> None:
        """Note a refusal; the detail names columns and lines only, so it may be logged."""
        logger.warning("%s refused: %s %s", delivery.delivery_id, rule, detail)
        self.refused.append((delivery, rule, detail))


def read_register(
    register: Register, deliveries: Iterable[Delivery], let_through: Collection[str] = frozenset()
) -> Reading:
    """Return the rows of a register from its deliveries in force (`connectors.deliveries.deliveries_in_force`).

    `let_through`: delivery_ids that somebody accepted although their size is out of band.
    """
    store = RowStore()
    outcome = _read(register, deliveries, store, let_through)
    return Reading(**vars(outcome), rows=whole(map(as_frame, _parts(register, store, outcome))))


def read_into(
    folder: Path,
    register: Register,
    deliveries: Iterable[Delivery],
    let_through: Collection[str] = frozenset(),
    before: Path | None = None,
) -> Outcome:
    """As `read_register`, with the rows kept in a folder (`connectors.row_parts.read_parts`): memory stays bounded.

    `before`: the file with rows that were read before (`connectors.read_before`), which is brought up to date.
    """
    store = RowStore(folder)
    outcome = _read(register, deliveries, store, let_through, before)
    with PartsWriter(folder) as writer:
        for part in _parts(register, store, outcome):
            writer.add(part)
    return outcome


def used_deliveries(
    register: Register, deliveries: Iterable[Delivery], let_through: Collection[str] = frozenset()
) -> list[Delivery]:
    """Return the deliveries that a night would use of those in force; their rows are read and not kept."""
    return _read(register, deliveries, RowCount(), let_through).used


def _read(
    register: Register,
    deliveries: Iterable[Delivery],
    store: RowStore,
    let_through: Collection[str],
    before: Path | None = None,
) -> Outcome:
    ordered = sorted(deliveries, key=application_order)
    attempt = _Attempt(register, store, Bands(register, ordered, let_through), ReadBefore(register, before))
    with no_garbage():
        if register.delivery == "snapshot":
            _read_newest_snapshot(attempt, ordered)
        elif register.delivery in ("snapshot_per_year", "snapshot_per_month"):
            for versions in by_file(ordered).values():
                any(attempt.tries(delivery) for delivery in reversed(versions))
        else:
            for delivery in ordered:
                attempt.tries(delivery)
    attempt.read.sort(key=lambda pair: application_order(pair[0]))
    attempt.before.write(delivery for delivery, _ in attempt.read)
    used = [delivery for delivery, _ in attempt.read]
    delivered = sum(rows for _, rows in attempt.read)
    logger.info("%s: %d rows from %d deliveries", register.name, delivered, len(used))
    return Outcome(_findings(attempt, ordered), _still_refused(attempt), delivered, used, dict(attempt.bands.counts))


def _read_newest_snapshot(attempt: _Attempt, ordered: list[Delivery]) -> None:
    """The newest snapshot that can be read; one that landed after it and is older has come too late (point 5)."""
    used = next((delivery for delivery in reversed(ordered) if attempt.tries(delivery)), None)
    for delivery in ordered:
        if used and delivery.dated < used.dated and delivery.landed_night > used.landed_night:
            attempt.refuse(delivery, "older_than_last", "")


def _parts(register: Register, store: RowStore, outcome: Outcome) -> Iterator[Part]:
    """Rows in the order in which they apply; mutations are put in order all together, by date and number."""
    parts = store.in_order(delivery.delivery_id for delivery in outcome.used)
    if register.delivery != "mutations":
        yield from parts
        return
    frames = [frame for frame in map(as_frame, parts) if len(frame)]
    if frames:
        yield pd.concat(frames).sort_values(["applies_on", "applies_order"], kind="stable", ignore_index=True)


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


def _findings(attempt: _Attempt, ordered: Sequence[Delivery]) -> pd.DataFrame:
    name = attempt.register.name
    levels = (("refused", attempt.refused), ("warning", attempt.remarks))
    found: list[tuple[str | None, ...]] = [
        (name, delivery.file_name, None, level, rule, None, detail or None)
        for level, noted in levels
        for delivery, rule, detail in noted
    ]
    if attempt.refused and not attempt.read:
        count = len({delivery.file_name for delivery, _, _ in attempt.refused})
        found.append((name, None, None, "refused", "no_readable_delivery", None, f"{count}"))
    if attempt.register.of_kind("file_number"):
        gaps = number_gaps(attempt.register, ordered, attempt.numbers)
        found += [(name, delivery.file_name, None, "warning", "number_gap", None, gap) for delivery, gap in gaps]
    return findings_frame(found)


def findings_frame(found: Sequence[tuple[str | None, ...]]) -> pd.DataFrame:
    """Return findings as a frame of text, in the order of FINDING_COLUMNS; never a value.

    `detail`, which may be left out: counts, shares, numbers of messages or a police region, for what a rule says of a
    whole delivery.
    """
    whole = [(*finding, *[None] * (len(FINDING_COLUMNS) - len(finding))) for finding in found]
    return pd.DataFrame(whole, columns=list(FINDING_COLUMNS), dtype=object)


def _has_mark(delivery: Delivery) -> bool:
    with opened(delivery.path) as file:
        return file.read(len(UTF8_MARK)) == UTF8_MARK
