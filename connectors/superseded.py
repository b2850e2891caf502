"""Superseded files: a landed file that a newer one replaced goes whole when its register's `superseded_days` are over.

A snapshot is replaced by the next readable one of the same file, at IKPS by the next of any day; the one in use and
whatever came after it always stay. Messages and mutations all count, so of them only a file that cannot be read goes:
rows can be taken out of any other. What was removed stays known by its checksum and is not landed again.
"""

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, select, update

from connectors.deliveries import (
    DELIVERY,
    Delivery,
    DeliveryRefused,
    accepted_deliveries,
    application_order,
    by_file,
    deliveries_in_force,
)
from connectors.read_before import forget_removed
from connectors.reading import READERS, used_deliveries
from connectors.redaction import remove_unless_used
from connectors.register import Register
from connectors.retention import OF_MANY_ROWS

logger = logging.getLogger(__name__)

# A pull records a file at once when it lands; one that was not recorded for this long was left by a pull that died.
SECONDS_TO_BE_RECORDED = 3600


def remove_superseded(
    engine: Engine, register: Register, origin: str, landing: Path, night: date, dry_run: bool = False
) -> list[str]:
    """Remove the landed files of one register that were replaced longer than its `superseded_days` before a night.

    Returns their delivery_ids, of a dry run those that would be removed.
    """
    if register.retention.superseded_days is None:
        return []
    landed = deliveries_in_force(engine, register, night, origin, landing)
    replaced = [d for d, since in _replaced(engine, register, landed, origin) if _is_over(register, since, night)]
    if replaced and not dry_run:
        _remove(engine, replaced, landing, night)
        forget_removed(landing, register)
    return [delivery.delivery_id for delivery in replaced]


def remove_unrecorded(engine: Engine, register: Register, landing: Path) -> int:
    """Remove files of a register in the landing area to which no delivery points; return how many."""
    folder = landing / register.name
    with engine.connect() as connection:
        pointing = connection.scalars(
            select(DELIVERY.c.path).where(DELIVERY.c.register == register.name, DELIVERY.c.removed_night.is_(None))
        )
        recorded = {landing / path for path in pointing}
    # By the clock and not by the night: this is about a pull that may be running at this moment.
    oldest = time.time() - SECONDS_TO_BE_RECORDED
    left = [path for path in folder.glob("*") if path not in recorded and path.stat().st_mtime < oldest]
    for path in left:
        path.unlink(missing_ok=True)
    # Also what a housekeeping that was broken off left.
    forget_removed(landing, register)
    return len(left)


def _replaced(
    engine: Engine, register: Register, landed: Sequence[Delivery], origin: str
) -> Iterator[tuple[Delivery, date]]:
    """Each delivery that another replaced, and the night since when."""
    if register.delivery in OF_MANY_ROWS:
        for place, delivery in enumerate(landed):
            # The number of its rows was noted when it was read.
            if place + 1 < len(landed) and delivery.rows is None and not _is_readable(delivery, register):
                yield delivery, max(delivery.landed_night, landed[place + 1].landed_night)
        return
    if len(landed) < 2:
        return
    used = {d.delivery_id for d in used_deliveries(register, landed, accepted_deliveries(engine, origin))}
    groups = [list(landed)] if register.delivery == "snapshot" else list(by_file(landed).values())
    for group in groups:
        ordered = sorted(group, key=application_order)
        yield from _before_the_one_in_use(ordered, used)


def _before_the_one_in_use(ordered: Sequence[Delivery], used: Collection[str]) -> Iterator[tuple[Delivery, date]]:
    last = max((place for place, d in enumerate(ordered) if d.delivery_id in used), default=0)
    for place, delivery in enumerate(ordered[:last]):
        # The number of its rows was noted when a delivery was read; the one in use is readable in any case.
        after = next(d for d in ordered[place + 1 : last + 1] if d.rows is not None or d is ordered[last])
        yield delivery, max(delivery.landed_night, after.landed_night)


def _is_over(register: Register, since: date, night: date) -> bool:
    days = register.retention.superseded_days
    return days is not None and (night - since).days > days


def _is_readable(delivery: Delivery, register: Register) -> bool:
    try:
        for _ in READERS[register.name](delivery, register):
            pass
    except DeliveryRefused:
        return False
    return True


def _remove(engine: Engine, replaced: Sequence[Delivery], landing: Path, night: date) -> None:
    """Write down that they are removed, then remove their files; what is left by a crash goes as unrecorded."""
    ids = [delivery.delivery_id for delivery in replaced]
    with engine.begin() as connection:
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.origin == replaced[0].origin, DELIVERY.c.delivery_id.in_(ids))
            .values(removed_night=night)
        )
    with engine.connect() as connection:
        for delivery in replaced:
            remove_unless_used(connection, delivery.path, landing)
            logger.info("%s: removed, superseded", delivery.delivery_id)
