"""Completeness per field over the nights: what a share of recorded values is held against."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Engine, text

from expectations.whole import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

BEFORE = """
    SELECT field, records, recorded FROM registers.completeness_night
    WHERE origin = :origin AND register = :register AND night IN (
      SELECT DISTINCT night FROM registers.completeness_night
      WHERE origin = :origin AND register = :register AND night < :night ORDER BY night DESC LIMIT :nights)
    ORDER BY night, field
"""
KEEP = """
    INSERT INTO registers.completeness_night (origin, night, register, field, records, recorded)
    SELECT :origin, night, register, field, records, recorded FROM tonight_completeness
"""


def nights_before(engine: Engine, origin: str, register: str, night: date) -> pd.DataFrame:
    """Return how often each field of a register was recorded on the nights before: field, records, recorded."""
    asked = {"origin": origin, "register": register, "night": night, "nights": settings()["measures"]["nights"]}
    with engine.connect() as connection:
        rows = connection.execute(text(BEFORE), asked).all()
    return pd.DataFrame(rows, columns=["field", "records", "recorded"])


def keep_completeness(connection: Connection, night: date, origin: str) -> None:
    """Keep the completeness of a night (`tonight_completeness`) for the nights after it; again it replaces its own."""
    asked = {"origin": origin, "night": night}
    connection.execute(
        text("DELETE FROM registers.completeness_night WHERE origin = :origin AND night = :night"), asked
    )
    connection.execute(text(KEEP), {"origin": origin})
