"""Encrypting the names that stand plain in a database, going over to another key, and going back to plain.

All of it in one transaction, while no night is published; again it changes nothing. What stood plain is then erased
from the files of the database as after a purge (`monitoring.scrubbing`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from connectors.installation import Installation, OneLineError
from connectors.record_sealing import (
    KEY,
    KEY_FILE,
    LISTED,
    NAMING,
    RAW,
    SEALED,
    RecordKeys,
    is_token,
    opened_values,
    sealed_values,
)
from monitoring.ownership import OWNER_ROLE, may_change
from monitoring.publish import PUBLISH_LOCK
from monitoring.retention import TO_REWRITE, rewrite
from monitoring.revision import newest_revision, revision_of
from monitoring.scrubbing import rewrite_tables
from monitoring.sealed_records import BY, PLACES, check_can_open, sealed_by

if TYPE_CHECKING:
    from sqlalchemy import Connection

Renew = Callable[[Mapping[str, Any], str, str], dict[str, Any]]

BATCH_ROWS = 2000
READ = {
    "registers.record": "SELECT origin, record_id, 0 AS version, to_jsonb(kept) AS content FROM {table} AS kept",
    "registers.record_version": "SELECT origin, record_id, version, content FROM {table}",
}
REFERENCES = "SELECT origin, reference_id, content->>'salt' AS salt FROM registers.value_reference"
WRITE = {
    "registers.record": f"""
        UPDATE registers.record SET {", ".join(f"{name} = said.{name}" for name in (*NAMING, RAW, SEALED))}
        FROM renewed, jsonb_populate_record(CAST(NULL AS registers.record), renewed.said) AS said
        WHERE record.record_id = renewed.record_id
    """,
    "registers.record_version": """
        UPDATE registers.record_version AS version SET content = (content - CAST(:names AS text[])) || said
        FROM renewed
        WHERE version.origin = renewed.origin AND version.record_id = renewed.record_id
          AND version.version = renewed.version
    """,
}
WRITE_REFERENCE = """
    UPDATE registers.value_reference SET content = content || jsonb_build_object('salt', CAST(:salt AS text))
    WHERE origin = :origin AND reference_id = :number
"""


@dataclass(frozen=True)
class Resealed:
    """How many rows of each table were changed, and how many were so already; `key_id`: the key in use."""

    key_id: str
    changed: dict[str, int] = field(default_factory=dict)
    already: int = 0


def encrypt(engine: Engine, installation: Installation) -> Resealed:
    """Seal what lies plain, and what an older key sealed, by the first key.

    Raises OneLineError, and changes nothing, without a key, when the key of something sealed is not there, or when this
    login does not own the tables.
    """
    keys = RecordKeys.from_environment()
    if not keys.first:
        raise OneLineError(f"no key is set in {KEY} or {KEY_FILE}; make one with `weerzien database new-key`")

    def renewed(content: Mapping[str, Any], origin: str, record_id: str) -> dict[str, Any]:
        opened = opened_values(content, origin, record_id, keys)
        tokens = sealed_values(opened, origin, record_id, keys)
        return _emptied(content) | {name: token for name, token in tokens.items() if token is not None}

    def salted(salt: str, *about: str) -> str:
        return keys.seal(keys.open(salt, *about) if is_token(salt) else salt, *about)

    marker = installation.home / TO_REWRITE
    was_left = marker.exists()
    # Before anything changes: after a crash housekeeping finds it and erases what is left.
    marker.touch(mode=0o600)
    done = _renew(engine, keys, "{by} <> :first", renewed, salted)
    if any(done.changed.values()) or was_left:
        rewrite_tables(engine, ("registers.value_reference",))
        rewrite(engine, installation)
    else:
        marker.unlink()
    return done


def decrypt(engine: Engine) -> Resealed:
    """Open all that is sealed. Raises OneLineError, and changes nothing, as `encrypt` does."""
    keys = RecordKeys.from_environment()

    def renewed(content: Mapping[str, Any], origin: str, record_id: str) -> dict[str, Any]:
        opened = opened_values(content, origin, record_id, keys)
        return {name: opened[name] for name in (*NAMING, RAW) if opened.get(name) is not None}

    return _renew(engine, keys, "{by} <> ''", renewed, keys.open)


def _renew(engine: Engine, keys: RecordKeys, which: str, renewed: Renew, salted: Callable[..., str]) -> Resealed:
    with engine.begin() as connection:
        if revision_of(connection) != newest_revision() or not may_change(connection):
            raise OneLineError(
                f"run this as a member of {OWNER_ROLE}, in a database at revision {newest_revision()}; look with "
                "`weerzien database check`"
            )
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})
        found = sealed_by(connection)
        check_can_open(found, keys)
        changed = {}
        for table, query in READ.items():
            token, holds = PLACES[table]
            condition = f"WHERE {holds} AND {which.format(by=BY.format(token=token))}"
            rows = _rows(
                connection, f"{query.format(table=table)} {condition} ORDER BY origin, record_id, version", keys
            )
            changed[table] = _write(connection, table, rows, renewed)
        token, holds = PLACES["registers.value_reference"]
        condition = f"WHERE {holds} AND {which.format(by=BY.format(token=token))}"
        references = connection.execute(text(f"{REFERENCES} {condition}"), {"first": keys.first}).all()
        for origin, number, salt in references:
            said = {"origin": origin, "number": number, "salt": salted(salt, "reference", origin, str(number))}
            connection.execute(text(WRITE_REFERENCE), said)
        changed["registers.value_reference"] = len(references)
    return Resealed(keys.first, changed, sum(found.values()) - sum(changed.values()))


def _rows(connection: Connection, query: str, keys: RecordKeys) -> Iterator[list[Any]]:
    """Rows in pieces, so that a large database is never in memory whole."""
    options = {"stream_results": True, "max_row_buffer": BATCH_ROWS}
    with connection.execute(text(query), {"first": keys.first}, execution_options=options) as rows:
        yield from (list(piece) for piece in rows.partitions(BATCH_ROWS))


def _write(connection: Connection, table: str, pieces: Iterator[list[Any]], renewed: Renew) -> int:
    connection.execute(
        text("CREATE TEMPORARY TABLE renewed (origin text, record_id text, version integer, said jsonb) ON COMMIT DROP")
    )
    cursor = connection.connection.cursor()
    for piece in pieces:
        with cursor.copy("COPY renewed FROM STDIN") as copy:
            for row in piece:
                said = renewed(row.content, row.origin, row.record_id)
                copy.write_row((row.origin, row.record_id, row.version, json.dumps(said)))
    connection.execute(text("ANALYZE renewed"))
    done = connection.execute(text(WRITE[table]), {"names": [*NAMING, RAW, SEALED]})
    connection.execute(text("DROP TABLE renewed"))
    return int(done.rowcount)


def _emptied(content: Mapping[str, Any]) -> dict[str, Any]:
    """Lists are never null: those that a registration has are empty."""
    return {name: [] for name in LISTED if name in content}
