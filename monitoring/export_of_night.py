"""The tables of an earlier night as files, as they were published then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine, text

from connectors.installation import OneLineError
from monitoring.dictionary import TABLES
from monitoring.export import KEYED_COLUMNS, typed, write_description, write_keyed, write_tables
from monitoring.held import published_origin
from monitoring.past_nights import KEPT_TABLES, check_night, table_of_night

# The last version by that night; of a registration that the night knew before a night in order did, the first after it.
KEYS = """
    SELECT DISTINCT ON (record_id) record_id, source_key FROM registers.record_version
    WHERE origin = :origin
    ORDER BY record_id, from_night <= :night DESC, CASE WHEN from_night <= :night THEN -version ELSE version END
"""
SYNTHETIC = "SELECT is_synthetic FROM monitoring.night WHERE origin = :origin AND night = :night"
# How the sides of a pair are called in the engineers' files.
SIDES = {
    "links": {"record_id_l": "_a", "record_id_r": "_b"},
    "resurfaced": {"missing_record_id": "missing_", "victim_record_id": "victim_"},
}


def export_night(engine: Engine, directory: Path, night: date, spss_language: str | None = None) -> list[Path]:
    """Write the tables of a night of the published exports into a folder; return the files, sorted.

    Left out is what only the published night has: the tables that are not kept per night, and quarantine.csv.
    `spss_language`: also person and registration as `.sav`, labelled in Dutch (nl) or English (en). Raises OneLineError
    when that night has no table, or the folder cannot be written.
    """
    origin = published_origin(engine)
    check_night(engine, origin, night)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise OneLineError(f"{directory} is not empty: files of another night would stay; give a new folder")
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            tables = {
                name: typed(table_of_night(connection, name, origin, night), TABLES[name]) for name in KEPT_TABLES
            }
            keys = _keys(connection, origin, night)
            is_synthetic = bool(connection.execute(text(SYNTHETIC), {"origin": origin, "night": night}).scalar_one())
        written = write_tables(tables, directory)
        written += write_description(tables, directory, night, is_synthetic, spss_language)
        written += [write_keyed(name, rows, directory) for name, rows in _keyed(tables, keys).items()]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"{directory} cannot be written ({reason}); give another folder") from None
    return sorted(written)


def _keys(connection: Connection, origin: str, night: date) -> pd.DataFrame:
    """The register's own key by record_id, as known by that night."""
    rows = connection.execute(text(KEYS), {"origin": origin, "night": night}).all()
    return pd.DataFrame(rows, columns=["record_id", "source_key"], dtype=object).set_index("record_id")


def _keyed(tables: dict[str, pd.DataFrame], keys: pd.DataFrame) -> dict[str, pd.DataFrame]:
    registration, link, seen = (tables[name] for name in ("registration", "link", "resurfacing"))
    keys = keys.join(registration.set_index("record_id")["register"], how="outer")
    files = {
        "registrations": registration.assign(source_key=registration["record_id"].map(keys["source_key"])),
        "links": link[link["status"].isin(["link", "review"])].rename(columns={"match_probability": "probability"}),
        "resurfaced": seen[seen["status"].isin(["yes", "possible"])],
    }
    for name, sides in SIDES.items():
        for record, side in sides.items():
            for what in ("register", "source_key"):
                column = f"{what}{side}" if side.startswith("_") else f"{side}{what}"
                files[name] = files[name].assign(**{column: files[name][record].map(keys[what])})
    return {name: rows[list(KEYED_COLUMNS[name])].astype(object) for name, rows in files.items()}
