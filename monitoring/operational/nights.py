"""The counts of the nights, as the table `monitoring.night` holds them: what operational alerts are decided on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Engine

READ_REGISTERS = ("ok", "late")


@dataclass(frozen=True)
class NightCounts:
    """One night: `counts` as published, `registers` by name: status, rows, refused_files, newest_delivery, age_days."""

    night: date
    counts: Mapping[str, int] = field(default_factory=dict)
    registers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def state(self, register: str) -> Mapping[str, Any]:
        """Return what the night says of a register; nothing where it says nothing."""
        return self.registers.get(register, {})

    def rows(self, register: str) -> int | None:
        """Return the rows that a register delivered; None when it was not read that night or has none."""
        state = self.state(register)
        rows = int(state.get("delivered") or 0)
        return rows if state.get("status") in READ_REGISTERS and rows > 0 else None


@dataclass(frozen=True)
class Shown:
    """The published night and of which exports it is; `origin` is empty for real ones."""

    night: date
    origin: str
    is_synthetic: bool


def shown_night(engine: Engine) -> Shown | None:
    """Return the published night, None before the first."""
    query = text("SELECT night, origin, is_synthetic FROM monitoring.night WHERE is_published")
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return Shown(row.night, row.origin, row.is_synthetic) if row else None


def counts_of_nights(engine: Engine, origin: str, until: date, nights: int) -> list[NightCounts]:
    """Return the last `nights` nights of one origin up to and with `until`, oldest first."""
    query = text(
        "SELECT night, counts, manifest -> 'registers' AS registers FROM monitoring.night "
        "WHERE origin = :origin AND night <= :until ORDER BY night DESC LIMIT :nights"
    )
    with engine.connect() as connection:
        rows = connection.execute(query, {"origin": origin, "until": until, "nights": nights}).all()
    return [NightCounts(row.night, row.counts, row.registers or {}) for row in reversed(rows)]
