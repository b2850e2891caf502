"""Registrations in the database whose identifying columns are sealed by a key outside it (`connectors.record_sealing`).

Who writes seals before COPY, who reads opens after SELECT: no SQL sees a value. A night is not begun, and nothing is
published, while the database holds anything that the first key did not seal, because every registration would seem
changed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import text

from connectors.installation import OneLineError
from connectors.record_sealing import (
    KEY,
    KEY_FILE,
    LISTED,
    RAW,
    SEALED,
    RecordKeys,
    is_token,
    not_open,
    opened_values,
    sealed_values,
)
from connectors.records import COLUMNS, IDENTIFYING, KINDS
from monitoring.copying import copy_rows
from monitoring.recorded import recorded

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)

TYPES = {"text": "text", "code": "text", "texts": "text[]", "codes": "text[]", "integer": "integer", "flag": "boolean"}
RECORD_TYPES = {column.name: TYPES.get(column.kind, column.kind) for column in COLUMNS} | {
    "origin": "text", SEALED: "text",
}  # fmt: skip
SALT = "salt"
# Where tokens stand, as an expression in SQL, and which rows hold something to seal.
PLACES: Mapping[str, tuple[str, str]] = {
    "registers.record": (SEALED, "true"),
    "registers.record_version": (f"content->>'{SEALED}'", "content IS NOT NULL"),
    "registers.value_reference": (f"content->>'{SALT}'", f"content->>'{SALT}' <> ''"),
}
# The id of the key that made a token; empty where a value lies plain. A salt is no token when it lies plain.
BY = "CASE WHEN starts_with({token}, 'wz1.') THEN substr({token}, 5, 16) ELSE '' END"
COUNT = "SELECT {by} AS key_id, count(*) AS count FROM {table} WHERE {holds} GROUP BY 1 ORDER BY 1"


def sealed_frame(records: pd.DataFrame, origin: str, keys: RecordKeys | None = None) -> pd.DataFrame:
    """Return records as the database is to keep them: with a column `sealed`, and identifying columns that are empty.

    Without a key they stay as they are and `sealed` is empty.
    """
    held = RecordKeys.from_environment() if keys is None else keys
    if not held.first:
        return records.assign(**{SEALED: None})
    said: list[dict[str, Any]] = [{} for _ in range(len(records))]
    for name in IDENTIFYING:
        for row, value in recorded(records[name], KINDS[name]):
            said[row][name] = value
    sealed = [
        sealed_values(values, origin, record_id, held)
        for values, record_id in zip(said, records["record_id"], strict=True)
    ]
    kept = records.assign(**{name: None for name in IDENTIFYING})
    for name in LISTED:
        kept[name] = [[] for _ in range(len(records))]
    return kept.assign(**{name: _texts([tokens[name] for tokens in sealed]) for name in (SEALED, RAW)})


def replace_records(connection: Connection, records: pd.DataFrame, origin: str) -> None:
    """Let `registers.record` hold these records and no others, sealed when there is a key, in the transaction.

    Raises OneLineError when those that are there were sealed otherwise.
    """
    # The key may be another than when the night was opened, on another worker.
    check_sealing(connection, ("registers.record",))
    connection.execute(text("DELETE FROM registers.record"))
    kept = sealed_frame(records, origin).assign(origin=origin)
    copy_rows(connection, "registers.record", kept.sort_values("record_id"), RECORD_TYPES)


def opened_rows(rows: Iterable[Mapping[Any, Any]], origin: str, keys: RecordKeys | None = None) -> list[dict[str, Any]]:
    """Return rows of `registers.record`, read with `sealed`, as they were before they were sealed, without it.

    Rows that lie plain stay as they are. Raises OneLineError when a key is not there or a token is not what was sealed.
    """
    held = RecordKeys.from_environment() if keys is None else keys
    return [opened_values(row, origin, str(row["record_id"]), held) for row in rows]


def sealed_reference(content: Mapping[str, Any], origin: str, number: int) -> dict[str, Any]:
    """Return a value reference as the database is to keep it: the key of its digests, `salt`, is sealed."""
    keys = RecordKeys.from_environment()
    if not keys.first or not content.get(SALT):
        return dict(content)
    return {**content, SALT: keys.seal(content[SALT], "reference", origin, str(number))}


def opened_reference(content: Mapping[str, Any], origin: str, number: int) -> dict[str, Any]:
    """Return a value reference as it was before it was sealed. Raises OneLineError when it cannot be opened."""
    if not is_token(content.get(SALT)):
        return dict(content)
    salt = RecordKeys.from_environment().open(content[SALT], "reference", origin, str(number))
    return {**content, SALT: salt}


def sealed_by(connection: Connection, tables: Iterable[str] = PLACES) -> dict[str, int]:
    """Return how many rows each key sealed, by key id; "" those that lie plain."""
    found: dict[str, int] = {}
    for table in tables:
        token, holds = PLACES[table]
        query = COUNT.format(by=BY.format(token=token), table=table, holds=holds)
        for key_id, count in connection.execute(text(query)):
            found[key_id] = found.get(key_id, 0) + int(count)
    return found


def check_can_open(found: Mapping[str, int], keys: RecordKeys) -> None:
    """Raise OneLineError when a key that sealed something (`sealed_by`) is not there."""
    for key_id in found:
        if key_id and key_id not in keys.by_id:
            raise OneLineError(not_open(key_id, keys))


def check_sealing(connection: Connection, tables: Iterable[str] = PLACES) -> None:
    """Raise OneLineError unless these tables hold only what the first key sealed, or without a key only plain values.

    Without a key the log says once that names lie plain.
    """
    keys, found = RecordKeys.from_environment(), sealed_by(connection, tables)
    check_can_open(found, keys)
    if not keys.first:
        _warn_that_names_lie_plain()
        return
    others = sum(count for key_id, count in found.items() if key_id != keys.first)
    if others:
        raise OneLineError(
            f"{others} rows of the database hold names in plain text or under an older key; run `weerzien database "
            f"encrypt` (to stop encrypting: `weerzien database decrypt`, then unset {KEY} and {KEY_FILE})"
        )


@cache
def _warn_that_names_lie_plain() -> None:
    logger.warning("names in the database are not encrypted: no %s or %s is set (docs/security.md)", KEY, KEY_FILE)


def _texts(values: list[str | None]) -> Any:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts
