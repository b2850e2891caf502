"""The tables of the night that a command counts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.installation import Installation

if TYPE_CHECKING:
    from monitoring.published_tables import PublishedTables


def tables_of(night: str | None) -> PublishedTables:
    """Return the tables of a night (ISO date); without one of the night that is shown.

    Raises OneLineError before the first night, and when that night has no table.
    """
    from datetime import date

    from monitoring.database import connect
    from monitoring.published_tables import published_tables

    engine = connect(Installation.from_environment())
    return published_tables(engine, date.fromisoformat(night) if night else None)
