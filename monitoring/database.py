"""Where the table lies: the embedded PostgreSQL of the installation, or the server that WEERZIEN_DATABASE_URL names.

One dialect in both cases. The schema is brought to its newest version by Alembic, whose migrations are package data.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from connectors.installation import Installation, OneLineError
from monitoring import server
from monitoring.dictionary import TABLES
from monitoring.ownership import OWNER_ROLE, check_is_newest, hand_over, may_change
from monitoring.past_nights import KEPT_TABLES, night_functions
from monitoring.revision import migrations
from monitoring.tls import check_tls

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

URL_VARIABLE = "WEERZIEN_DATABASE_URL"
DRIVER = "postgresql+psycopg"
BUREAU_ROLE = "weerzien_bureau"
SECONDS_TO_CONNECT = 10
# Any number will do, as long as every process of this program takes the same.
MIGRATION_LOCK = 20040301
INSUFFICIENT_PRIVILEGE = "42501"


def connect(installation: Installation) -> Engine:
    """Return an engine on the installation's database, after one question to see that it answers.

    Without WEERZIEN_DATABASE_URL the embedded server is started when it is not running; it stops when the last process
    that uses it ends, or at `stop`. Raises OneLineError when the database cannot be reached.
    """
    address = os.environ.get(URL_VARIABLE)
    if address:
        url = _given_url(address)
        where = f"{url.host or 'the local socket'}{f':{url.port}' if url.port else ''}"
        remedy = f"set {URL_VARIABLE} or unset it"
    else:
        url = make_url(server.start(installation))
        where, remedy = str(installation.database), f"stop what holds it, or set {URL_VARIABLE}"
    engine = create_engine(
        url,
        # A connection lives as long as its work: nothing to inherit by a fork, nothing left open at the end of a night.
        poolclass=NullPool,
        # An exception of the driver would otherwise quote the values that were sent.
        hide_parameters=True,
        connect_args={"connect_timeout": SECONDS_TO_CONNECT},
    )
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise OneLineError(f"database at {where} cannot be reached: {_cause(error, url)}; {remedy}") from None
    return engine


def upgrade(engine: Engine) -> None:
    """Bring the schemas to their newest version, write the dictionary into the database, give all to their owner.

    A login that may not do that only looks whether it was done. Raises OneLineError when it was not.
    """
    from alembic import command

    with engine.begin() as connection:
        if not may_change(connection):
            check_is_newest(connection)
            return
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        try:
            with migrations() as config:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
                raise
            raise OneLineError(
                "the database user may not make the schemas or the roles; let an administrator carry out what "
                f"`weerzien database roles` prints, and make the user a member of {OWNER_ROLE}"
            ) from None
        _write_comments(connection)
        connection.connection.cursor().execute(";\n".join(night_functions()))
        hand_over(connection)
        _grant_past_nights(connection)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schemas back to an earlier revision; `base` removes every table and what it holds."""
    from alembic import command

    with engine.begin() as connection, migrations() as config:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def stop(installation: Installation) -> None:
    """Leave the embedded server; it stops unless another process uses it. A server elsewhere is left alone."""
    server.stop(installation)


def _write_comments(connection: Connection) -> None:
    from connectors.records import COLUMNS

    comments = [("COLUMN", f"registers.record.{column.name}", column.meaning) for column in COLUMNS]
    for table in TABLES.values():
        comments.append(("TABLE", f"monitoring.{table.name}", f"{table.nl} / {table.en}"))
        comments += [
            ("COLUMN", f'monitoring.{table.name}."{column.name}"', column.comment) for column in table.columns.values()
        ]
    quoted = [f"COMMENT ON {kind} {name} IS '" + comment.replace("'", "''") + "'" for kind, name, comment in comments]
    # The driver's own cursor: several statements in one text are only taken without parameters.
    connection.connection.cursor().execute(";\n".join(quoted))


def _grant_past_nights(connection: Connection) -> None:
    readers = "weerzien_bureau, weerzien_portal"
    granted = [f"GRANT EXECUTE ON FUNCTION history.{name}_of TO {readers}" for name in KEPT_TABLES]
    connection.connection.cursor().execute(";\n".join(granted))


def _given_url(address: str) -> URL:
    try:
        url = make_url(address)
        if url.get_backend_name() not in ("postgresql", "postgres"):
            raise ArgumentError("another kind of database")
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise OneLineError(
            f"{URL_VARIABLE} is not an address of PostgreSQL; write postgresql://user@host/name"
        ) from None
    check_tls(url, URL_VARIABLE)
    return url.set(drivername=DRIVER)


def _cause(error: SQLAlchemyError, url: URL) -> str:
    """Return the driver's first line, without the password."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip().split("\n")[0]
    return said.replace(url.password, "***") if url.password else said
