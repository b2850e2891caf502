"""The records of one register as they were last published, for a night on which its own could not be made."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, text

from connectors.installation import OneLineError
from connectors.records import COLUMN_NAMES, records_frame
from connectors.register import REGISTERS


def held_records(engine: Engine, register: str, origin: str) -> pd.DataFrame:
    """Return the common record of a register in the published table of this origin, sorted by record_id; empty when
    it has none.
    """
    names = ", ".join(COLUMN_NAMES)
    query = text(f"SELECT {names} FROM registers.record WHERE register = :register AND origin = :origin")
    with engine.connect() as connection:
        rows = connection.execute(query, {"register": register, "origin": origin}).mappings().all()
    # Sorted here: the order of a database depends on its language settings.
    return records_frame(sorted((dict(row) for row in rows), key=lambda row: str(row["record_id"])))


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
