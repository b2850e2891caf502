"""The records of one register as they were last published, for a night on which its own could not be made."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, text

from connectors.records import COLUMN_NAMES, records_frame


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
