"""The published tables as files: CSV, Parquet, one workbook and what describes them, the same bytes for the same table.

Files are written under another name and renamed, so that a reader never sees half of one. Cells that a spreadsheet
would run as a formula are made text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, text

from connectors.installation import OneLineError
from monitoring.dictionary import TABLES, Table
from monitoring.workbook import write_workbook

if TYPE_CHECKING:
    from sqlalchemy import Connection

ARROW = {
    "text": pa.string(),
    "text[]": pa.list_(pa.string()),
    "integer": pa.int64(),
    "bigint": pa.int64(),
    "bigint[]": pa.list_(pa.int64()),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "jsonb": pa.string(),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LIST_SEPARATOR = "|"

# For engineers with rights: they hold the registers' own keys. Column names of design section 5.
KEYED_COLUMNS = {
    "registrations": ("register", "source_key", "person_id"),
    "links": ("register_a", "source_key_a", "register_b", "source_key_b", "probability", "status"),
    "resurfaced": (
        "person_id",
        "missing_register",
        "missing_source_key",
        "victim_register",
        "victim_source_key",
        "missing_since",
        "resurfaced_on",
        "status",
    ),
    "quarantine": ("register", "file", "row_key", "level", "rule"),
}
KEYED = {
    "registrations": """
        SELECT record.register, record.source_key, registration.person_id
        FROM registers.record JOIN monitoring.registration USING (record_id)
    """,
    "links": """
        SELECT one.register AS register_a, one.source_key AS source_key_a, other.register AS register_b,
          other.source_key AS source_key_b, link.match_probability AS probability, link.status
        FROM monitoring.link
        JOIN registers.record AS one ON one.record_id = link.record_id_l
        JOIN registers.record AS other ON other.record_id = link.record_id_r
        WHERE link.status IN ('link', 'review')
    """,
    "resurfaced": """
        SELECT resurfacing.person_id, missing.register AS missing_register, missing.source_key AS missing_source_key,
          victim.register AS victim_register, victim.source_key AS victim_source_key, resurfacing.missing_since,
          resurfacing.resurfaced_on, resurfacing.status
        FROM monitoring.resurfacing
        JOIN registers.record AS missing ON missing.record_id = resurfacing.missing_record_id
        JOIN registers.record AS victim ON victim.record_id = resurfacing.victim_record_id
        WHERE resurfacing.status IN ('yes', 'possible')
    """,
    "quarantine": "SELECT DISTINCT register, file, row_key, level, rule FROM registers.finding",
}


def export(
    engine: Engine, directory: Path, identifying_keys: bool = True, spss_language: str | None = None
) -> list[Path]:
    """Write the published tables into a folder, which is made when it is not there; return the files, sorted.

    `identifying_keys`: also the files that hold the registers' own keys. `spss_language`: also person and registration
    as `.sav`, labelled in Dutch (nl) or English (en). Raises OneLineError when the folder cannot be written, and before
    the first night.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            return sorted(_write_all(connection, directory, identifying_keys, spss_language))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"{directory} cannot be written ({reason}); give another folder") from None


def _write_all(
    connection: Connection, directory: Path, identifying_keys: bool, spss_language: str | None
) -> list[Path]:
    tables = {name: read_table(connection, table) for name, table in TABLES.items()}
    written = write_tables(tables, directory)
    shown = tables["night"][tables["night"]["is_published"].astype(bool)]
    if shown.empty:
        raise OneLineError("no night was published yet; run `weerzien night`")
    night, is_synthetic = shown["night"].iloc[0], bool(shown["is_synthetic"].iloc[0])
    written += write_description(tables, directory, night, is_synthetic, spss_language)
    for name, query in KEYED.items() if identifying_keys else ():
        found = pd.DataFrame(connection.execute(text(query)).all(), columns=list(KEYED_COLUMNS[name]), dtype=object)
        written.append(write_keyed(name, found, directory))
    return written


def write_tables(tables: Mapping[str, pd.DataFrame], directory: Path) -> list[Path]:
    """Write tables of the dictionary as CSV and Parquet, all of them in one workbook, and the alerts apart."""
    written = [write_private(directory / "monitoring.xlsx", partial(write_workbook, tables))]
    for name, rows in tables.items():
        written.append(write_private(directory / f"{name}.csv", partial(write_csv, as_text(rows))))
        written.append(write_private(directory / f"{name}.parquet", partial(_write_parquet, TABLES[name], rows)))
    written.append(write_private(directory / "alerts.csv", partial(write_csv, as_text(tables["alert"]))))
    return written


def write_description(
    tables: Mapping[str, pd.DataFrame], directory: Path, night: date, is_synthetic: bool, spss_language: str | None
) -> list[Path]:
    """Write what describes the tables that stand in the folder as CSV: data package, dictionary and crosswalk.

    `spss_language`: also person and registration as `.sav`, labelled in Dutch (nl) or English (en).
    """
    # Here, as the description says how this module writes a CSV.
    from monitoring.description import files

    return files.write_description(directory, tables, night, is_synthetic, spss_language)


def write_keyed(name: str, rows: pd.DataFrame, directory: Path) -> Path:
    """Write a file that holds the registers' own keys (KEYED_COLUMNS), in a fixed order of rows and sides."""
    return write_private(directory / f"{name}.csv", partial(write_csv, as_text(_in_order(name, rows))))


def read_table(connection: Connection, table: Table) -> pd.DataFrame:
    """Return a table of the monitoring schema in the dictionary's columns and types, sorted by its key."""
    names = ", ".join(f'"{name}"' for name in table.columns)
    rows = connection.execute(text(f"SELECT {names} FROM monitoring.{table.name}")).all()
    return typed(pd.DataFrame(rows, columns=list(table.columns), dtype=object), table)


def typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the rows of a table in the dictionary's types, sorted by its key."""
    for name, column in table.columns.items():
        if column.type in ("integer", "bigint"):
            frame[name] = frame[name].astype("Int64")
        elif column.type == "double precision":
            frame[name] = frame[name].astype("Float64")
        elif column.type == "jsonb":
            frame[name] = [json.dumps(value, sort_keys=True, ensure_ascii=False) for value in frame[name]]
    # Sorted here: the order of a database depends on its language settings.
    return frame.sort_values(list(table.key), ignore_index=True)


def as_text(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as a CSV shows them: lists joined by |, yes and no as true and false, probabilities with six
    decimals.
    """
    return pd.DataFrame(
        {name: [as_cell_text(value) for value in rows[name].astype(object)] for name in rows}, dtype=object
    )


def as_cell_text(value: object) -> str:
    """Return one value as a CSV shows it: nothing that a spreadsheet takes for a formula."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, list):
        return safe_text(LIST_SEPARATOR.join(map(str, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    # Not a number is the only value that differs from itself; pandas' own question is slow, asked per cell.
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def safe_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """Write rows as CSV in UTF-8, comma-separated, one header line, lines ending in LF."""
    rows.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _write_parquet(table: Table, rows: pd.DataFrame, path: Path) -> None:
    schema = pa.schema([(column.name, ARROW[column.type]) for column in table.columns.values()])
    # Without the notes of pandas, which name its version.
    typed = pa.Table.from_pandas(rows, schema=schema, preserve_index=False).replace_schema_metadata()
    pq.write_table(typed, path)


def _in_order(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    if name == "links":
        one = pd.MultiIndex.from_frame(rows[["register_a", "source_key_a"]])
        other = pd.MultiIndex.from_frame(rows[["register_b", "source_key_b"]])
        turned = [left > right for left, right in zip(one, other, strict=True)]
        pairs = ["register_a", "source_key_a", "register_b", "source_key_b"]
        rows.loc[turned, pairs] = rows.loc[turned, [*pairs[2:], *pairs[:2]]].to_numpy()
    return rows.sort_values(list(rows.columns), ignore_index=True, na_position="first")


def write_private(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file under another name, readable by the owner only, and rename it."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        write(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
