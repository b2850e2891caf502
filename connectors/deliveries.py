"""Deliveries: which files a register handed over, and which of them count on a night.

A delivery is a file's bytes, kept by checksum; the table `registers.delivery` says under which name and on which
night they came. Files dated after the night wait. A night uses deliveries of its own origin only: "" for real
exports, else the name of the synthetic world, so that the two never mix.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import BigInteger, Column, Date, Engine, Integer, MetaData, Table, Text, UniqueConstraint, select

from connectors.register import Register

DELIVERY = Table(
    "delivery",
    MetaData(schema="registers"),
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
    UniqueConstraint("origin", "register", "sha256", name="delivery_bytes_once"),
)


class DeliveryRefused(Exception):
    """A delivery that is not the file agreed; `rule` names why, `detail` says where, without delivered values."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule}: {detail}" if detail else rule)
        self.rule = rule
        self.detail = detail


@dataclass(frozen=True)
class Delivery:
    """One landed file.

    `dated`: the day in its name; first of the month at MOB, of the year at STV. `landed_night`: the night that pulled
    it. `sequence`: order of landing within its register and origin. `path`: where its bytes lie.
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


def landed_deliveries(engine: Engine, register: Register, origin: str, landing: Path) -> list[Delivery]:
    """Return all deliveries of one register and origin, in order of landing."""
    query = (
        select(DELIVERY)
        .where(DELIVERY.c.register == register.name, DELIVERY.c.origin == origin)
        .order_by(DELIVERY.c.sequence)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [Delivery(**{**row, "path": landing / row["path"]}) for row in rows]


def deliveries_in_force(engine: Engine, register: Register, night: date, origin: str, landing: Path) -> list[Delivery]:
    """Return the deliveries that a night may use, in order of application; none is dated after the night.

    Of a file name, what had landed by the night; where nothing had, the first that landed later (a backfilled night).
    Snapshots come with the older versions of the same file, which stand in when a newer one is refused; the last of
    each file is the one in force (at IKPS: the last of all).
    """
    landed = [d for d in landed_deliveries(engine, register, origin, landing) if d.dated <= night]
    chosen = [delivery for same_name in by_file(landed).values() for delivery in _known_by(same_name, night)]
    return sorted(chosen, key=application_order)


def by_file(deliveries: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    """Return the deliveries of each file, in order of landing; capitals in a name make no other file."""
    grouped: dict[str, list[Delivery]] = {}
    for delivery in sorted(deliveries, key=lambda d: d.sequence):
        grouped.setdefault(delivery.file_name.casefold(), []).append(delivery)
    return grouped


def application_order(delivery: Delivery) -> tuple[date, str, int]:
    """Return the place of a delivery among those of its register: by date, by file, by landing."""
    return delivery.dated, delivery.file_name.casefold(), delivery.sequence


def _known_by(same_name: list[Delivery], night: date) -> list[Delivery]:
    return [d for d in same_name if d.landed_night <= night] or same_name[:1]
