"""The tables of one night, for whoever counts from them: figures, the estimate of the unseen, releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Engine, text

from monitoring.dictionary import TABLES
from monitoring.export import typed
from monitoring.held import published_origin
from monitoring.past_nights import check_night, table_of_night

COUNTED_TABLES = ("person", "registration", "link", "judgement")


@dataclass(frozen=True)
class PublishedTables:
    """One night of the published exports: its tables in the dictionary's columns and types, sorted by their keys.

    `code_version`: the version of this program that made them.
    """

    night: date
    origin: str
    is_synthetic: bool
    model_version: str
    code_version: str
    person: pd.DataFrame
    registration: pd.DataFrame
    link: pd.DataFrame
    judgement: pd.DataFrame


def published_tables(engine: Engine, night: date | None = None) -> PublishedTables:
    """Return the tables of a night; without one of the night that is shown.

    Raises OneLineError before the first night, and when that night has no table.
    """
    origin = published_origin(engine)
    if night is not None:
        check_night(engine, origin, night)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        which = "is_published" if night is None else "origin = :origin AND night = :night"
        query = text(f"SELECT night, is_synthetic, model_version, code_version FROM monitoring.night WHERE {which}")
        facts = connection.execute(query, {"origin": origin, "night": night}).mappings().one()
        tables = {
            name: typed(table_of_night(connection, name, origin, facts["night"]), TABLES[name])
            for name in COUNTED_TABLES
        }
    return PublishedTables(
        night=facts["night"],
        origin=origin,
        is_synthetic=facts["is_synthetic"],
        model_version=facts["model_version"],
        code_version=facts["code_version"],
        **tables,
    )
