"""The records of one register as they were last published, for a night on which its own could not be made."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Engine, text

from connectors.installation import OneLineError
from connectors.record_sealing import SEALED
from connectors.records import COLUMN_NAMES, records_frame
from connectors.register import REGISTERS
from monitoring.past_nights import newest_night
from monitoring.sealed_records import opened_rows

KEYS = ("record_id", "register", "source_key", "delivery_id")
PAST = """
    SELECT version.record_id, version.register, version.source_key, version.delivery_id, {names}
    FROM registers.record_version AS version,
      jsonb_populate_record(CAST(NULL AS registers.record), version.content) AS content
    WHERE version.origin = :origin AND version.register = :register AND version.content IS NOT NULL
      AND version.from_night <= :night AND (version.until_night IS NULL OR version.until_night > :night)
"""


def held_records(engine: Engine, register: str, origin: str, night: date | None = None) -> pd.DataFrame:
    """Return the common record of a register in the published table of this origin, sorted by record_id; empty when
    it has none. `night`: for a past night the records that were in force then. Raises OneLineError when they are sealed
    and cannot be opened.
    """
    columns = (*COLUMN_NAMES, SEALED)
    names = ", ".join(columns)
    query = f"SELECT {names} FROM registers.record WHERE register = :register AND origin = :origin"
    with engine.connect() as connection:
        newest = newest_night(connection, origin) if night else None
        if night and newest and night < newest:
            query = PAST.format(names=", ".join(f"content.{name}" for name in columns if name not in KEYS))
        rows = (
            connection.execute(text(query), {"register": register, "origin": origin, "night": night}).mappings().all()
        )
    # Sorted here: the order of a database depends on its language settings.
    return records_frame(sorted(opened_rows(rows, origin), key=lambda row: str(row["record_id"])))


def published_origin(engine: Engine) -> str:
    """Return the origin of the published table. Raises OneLineError before the first night."""
    query = text("SELECT origin FROM monitoring.night WHERE is_published")
    with engine.connect() as connection:
        has_tables = connection.execute(text("SELECT to_regclass('monitoring.night')")).scalar_one() is not None
        origin = connection.execute(query).scalar_one_or_none() if has_tables else None
    if origin is None:
        raise OneLineError("no night has been published yet; run `weerzien night` first")
    return str(origin)


def published_records(engine: Engine) -> pd.DataFrame:
    """Return the common record of all registers in the published table. Raises OneLineError before the first night."""
    origin = published_origin(engine)
    frames = [held_records(engine, register, origin) for register in REGISTERS]
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else records_frame([])
