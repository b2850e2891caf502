"""Scrubbing: what was deleted must not stay behind in the files of the database, nor in its log of changes (WAL).

Deleted rows leave their bytes in table files until these are written anew, in the planner's samples, and in the WAL
until its files are removed. With the embedded server all three go. A server elsewhere does what the rights of its user
allow; its WAL archive and backups are its administrator's (docs/retention.md).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)

# Files of the WAL that were kept for later use hold old bytes until they are written over: so many are gone through.
MOST_OLD_FILES = 128
# Without a new transaction there is nothing to write and the file stays the current one.
ANOTHER_FILE = ("SELECT pg_current_xact_id()", "SELECT pg_switch_wal()")
OLD_FILES = """
    SELECT count(*) FROM pg_ls_waldir()
    WHERE name ~ '^[0-9A-F]{24}$' AND name > pg_walfile_name(pg_current_wal_lsn())
"""


def rewrite_tables(engine: Engine, tables: Iterable[str]) -> None:
    """Write the files of these tables anew, without the rows that were deleted, and count afresh for the planner.

    Readers wait meanwhile. What a reader that began earlier may still look at stays until the next time.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
        # Samples of columns, also of temporary tables that are long gone.
        _allowed(connection, "VACUUM (FULL) pg_catalog.pg_statistic")


def renew_log(engine: Engine) -> None:
    """Let the server remove the files of its WAL in which the deleted bytes stand."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # The first makes the tables' old files go, the last the WAL written before.
        if not _allowed(connection, "CHECKPOINT"):
            return
        for _ in range(1 + _old_files(connection)):
            if not all(_allowed(connection, statement) for statement in ANOTHER_FILE):
                return
        _allowed(connection, "CHECKPOINT")


def _old_files(connection: Connection) -> int:
    try:
        return min(int(connection.execute(text(OLD_FILES)).scalar_one()), MOST_OLD_FILES)
    except DBAPIError:
        return 0


def _allowed(connection: Connection, statement: str) -> bool:
    """Carry out a statement; False when the server does not let this user do it."""
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        logger.warning("the database server did not allow %s (%s)", statement, type(error.orig).__name__)
        return False
    return True
