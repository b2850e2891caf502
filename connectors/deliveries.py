"""Deliveries: which files a register handed over, and which of them count on a night.

A delivery is a file's bytes, kept by checksum; the table `registers.delivery` says under which name and on which
night they came. Files dated after the night wait. A night uses deliveries of its own origin only: "" for real
exports, else the name of the synthetic world, so that the two never mix. A delivery whose size is out of band counts
when somebody has accepted it, with a name and a reason (`registers.delivery_accepted`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import starmap
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from connectors.installation import OneLineError
from connectors.register import Register

TABLES = MetaData(schema="registers")
DELIVERY = Table(
    "delivery",
    TABLES,
    Column("origin", Text, primary_key=True),
    Column("delivery_id", Text, primary_key=True),
    Column("register", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("dated", Date, nullable=False),
    Column("landed_night", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("repeats", Text),
    Column("rows", Integer),
    Column("redacted_night", Date),
    Column("redacted_rows", Integer),
    Column("removed_night", Date),
)
ACCEPTED = Table(
    "delivery_accepted",
    TABLES,
    Column("origin", Text, primary_key=True),
    Column("delivery_id", Text, primary_key=True),
    Column("accepted_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("accepted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


class DeliveryRefused(Exception):
    """A delivery that is not the file agreed; `rule` names why, `detail` says where, without delivered values."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule}: {detail}" if detail else rule)
        self.rule = rule
        self.detail = detail

    def __reduce__(self) -> tuple[type["DeliveryRefused"], tuple[str, str]]:
        """Travel whole between processes."""
        return type(self), (self.rule, self.detail)


@dataclass(frozen=True)
class Delivery:
    """One landed file.

    `dated`: the day in its name; first of the month at MOB, of the year at STV. `landed_night`: the night that pulled
    it. `sequence`: order of landing within its register and origin. `path`: where its bytes lie. `repeats`: the
    delivery that brought the same bytes under another date. `rows`: how many rows it held when it was read.
    `redacted_night`, `redacted_rows`: when rows were last taken out because their term had ended, and how many in all;
    `removed_night`: when the file itself was.
    """

    delivery_id: str
    register: str
    file_name: str
    sha256: str
    size_bytes: int
    dated: date
    landed_night: date
    sequence: int
    origin: str
    path: Path
    repeats: str | None = None
    rows: int | None = None
    redacted_night: date | None = None
    redacted_rows: int | None = None
    removed_night: date | None = None


FIELDS = tuple(field.name for field in fields(Delivery))
AT_PATH = FIELDS.index("path")


def landed_deliveries(engine: Engine, register: Register, origin: str, landing: Path) -> list[Delivery]:
    """Return all deliveries of one register and origin, in order of landing."""
    return _landed(engine, register, origin, landing)


def deliveries_in_force(engine: Engine, register: Register, night: date, origin: str, landing: Path) -> list[Delivery]:
    """Return the deliveries that a night may use, in order of application; none is dated after the night.

    Of a file name, what had landed by the night; where nothing had, the first that landed later (a backfilled night);
    never one that was removed. Snapshots come with the older versions of the same file, which stand in when a newer one
    is refused; the last of each file is the one in force (at IKPS: the last of all).
    """
    # Most of a long past is superseded and removed: the database leaves it out.
    there = (DELIVERY.c.dated <= night) & DELIVERY.c.removed_night.is_(None)
    landed = _landed(engine, register, origin, landing, there)
    chosen = [delivery for same_name in by_file(landed).values() for delivery in _known_by(same_name, night)]
    return sorted(chosen, key=application_order)


def keep_row_counts(engine: Engine, counts: Mapping[str, int], origin: str) -> None:
    """Note how many rows deliveries held, by delivery_id; what was noted when one was first read stands."""
    if not counts:
        return
    noted = (
        update(DELIVERY)
        .where(
            DELIVERY.c.origin == origin, DELIVERY.c.delivery_id == bindparam("of_delivery"), DELIVERY.c.rows.is_(None)
        )
        .values(rows=bindparam("counted"))
    )
    rows = [{"of_delivery": delivery_id, "counted": count} for delivery_id, count in sorted(counts.items())]
    with engine.begin() as connection:
        connection.execute(noted, rows)


def accept_delivery(engine: Engine, origin: str, delivery_id: str, by: str, reason: str) -> None:
    """Let a delivery through whatever its size; who accepted it first, and why, stands.

    Raises OneLineError when these exports have no such delivery.
    """
    with engine.begin() as connection:
        of_exports = (DELIVERY.c.origin == origin) & (DELIVERY.c.delivery_id == delivery_id)
        if connection.execute(select(DELIVERY.c.delivery_id).where(of_exports)).first() is None:
            exports = f"the synthetic exports {origin}" if origin else "the real exports"
            raise OneLineError(f"there is no delivery {delivery_id} among {exports}; nothing was accepted")
        accepted = insert(ACCEPTED).values(origin=origin, delivery_id=delivery_id, accepted_by=by, reason=reason)
        connection.execute(accepted.on_conflict_do_nothing())


def accepted_deliveries(engine: Engine, origin: str) -> frozenset[str]:
    """Return the delivery_ids of one origin that somebody has accepted."""
    with engine.connect() as connection:
        return frozenset(connection.scalars(select(ACCEPTED.c.delivery_id).where(ACCEPTED.c.origin == origin)))


def by_file(deliveries: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    """Return the deliveries of each file, in order of landing; capitals in a name make no other file."""
    grouped: dict[str, list[Delivery]] = {}
    for delivery in sorted(deliveries, key=lambda d: d.sequence):
        grouped.setdefault(delivery.file_name.casefold(), []).append(delivery)
    return grouped


def application_order(delivery: Delivery) -> tuple[date, str, int]:
    """Return the place of a delivery among those of its register: by date, by file, by landing."""
    return delivery.dated, delivery.file_name.casefold(), delivery.sequence


def _landed(engine: Engine, register: Register, origin: str, landing: Path, which: Any = None) -> list[Delivery]:
    query = select(*(DELIVERY.c[name] for name in FIELDS)).where(
        DELIVERY.c.register == register.name, DELIVERY.c.origin == origin
    )
    query = query if which is None else query.where(which)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(DELIVERY.c.sequence)).all()
    folder = landing.as_posix()
    # By place: of the versions of a year there are thousands.
    told = [(*row[:AT_PATH], Path(f"{folder}/{row[AT_PATH]}"), *row[AT_PATH + 1 :]) for row in rows]
    return list(starmap(Delivery, told))


def _known_by(same_name: list[Delivery], night: date) -> list[Delivery]:
    return [d for d in same_name if d.landed_night <= night] or same_name[:1]
