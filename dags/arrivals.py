"""What came: deliveries that landed and the night that is published, and what lies in the registers' places.

Everything here only looks. The database is asked without the right to change anything, and one that is not there is not
made; places are listed, not read.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation, OneLineError
from connectors.register import Register
from dags import places

if TYPE_CHECKING:
    from sqlalchemy import Engine, TextClause

NOT_MADE_YET = ("42P01", "3F000")  # PostgreSQL's codes for a table and a schema that are not there


@dataclass(frozen=True)
class Landed:
    """A file that a night pulled: the day in its name, and the last night that pulled it."""

    file_name: str
    dated: date
    landed_night: date


@dataclass(frozen=True)
class Came:
    """What the database knows of one origin: deliveries by register, the night published; `fault`: why it is silent."""

    landed: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    published: date | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Listing:
    """Files in a register's place that fit its pattern, with the day in their names; `fault`: why there is no list."""

    files: Mapping[str, date] = field(default_factory=dict)
    fault: str | None = None


def what_came(installation: Installation, origin: str) -> Came:
    """Return what has landed and which night is published, of one origin; nothing where no night ever ran."""
    try:
        engine = existing_database(installation)
        if engine is None:
            return Came()
        return Came(_landed(engine, origin), _published(engine, origin))
    except OneLineError as error:
        return Came(fault=str(error))


def existing_database(installation: Installation) -> "Engine | None":
    """Return the installation's database, or None when it has none yet: to connect would make one.

    Raises OneLineError when it cannot be reached.
    """
    from monitoring.database import URL_VARIABLE, connect

    if not os.environ.get(URL_VARIABLE) and not (installation.home / "database" / "PG_VERSION").is_file():
        return None
    return connect(installation)


def accept_newest(installation: Installation, register: Register, file_name: str, by: str, reason: str) -> str:
    """Let the newest landing of a file through whatever its size, with who says so and why; return its delivery_id.

    Among all origins; capitals in the name do not count. Raises OneLineError when no such file has landed.
    """
    from sqlalchemy.exc import DBAPIError

    from connectors.deliveries import accept_delivery

    engine = existing_database(installation)
    newest = _newest_landing(engine, register, file_name) if engine else None
    if engine is None or newest is None:
        raise OneLineError(f"no file {file_name!r} of {register.name} has landed; nothing was accepted")
    try:
        accept_delivery(engine, newest.origin, newest.delivery_id, by, reason)
    except DBAPIError as error:
        kind = type(error.orig).__name__
    else:
        return str(newest.delivery_id)
    raise OneLineError(f"the database does not take that ({kind}); one of before this version needs a night first")


def list_place(register: Register, address: str) -> Listing:
    """Return the files in a register's place that fit its pattern; a place that cannot be listed is told."""
    try:
        place = places.place_of(register, address)
        if not place.exists():
            return Listing(fault="bestaat niet / does not exist")
        dated = ((path, register.dated(path.name)) for path in place.iterdir())
        return Listing({path.name: day for path, day in dated if day is not None and path.is_file()})
    except OneLineError as error:
        return Listing(fault=str(error))
    except Exception as error:
        # Every kind of place has exceptions of its own, and their messages may hold anything.
        return Listing(fault=f"niet te lezen / cannot be listed ({type(error).__name__})")


def _newest_landing(engine: "Engine", register: Register, file_name: str) -> Any:
    from sqlalchemy import text

    query = text(
        # Real exports go before sample exports of the same night.
        "SELECT origin, delivery_id, file_name FROM registers.delivery WHERE register = :register "
        "ORDER BY landed_night DESC, origin, sequence DESC"
    )
    landed = _rows(engine, query, register=register.name)
    return next((row for row in landed if row.file_name.casefold() == file_name.casefold()), None)


def _landed(engine: "Engine", origin: str) -> dict[str, list[Landed]]:
    from sqlalchemy import text

    # Of the versions of a file only the last landing tells something here.
    query = text(
        "SELECT register, file_name, dated, max(landed_night) AS landed_night FROM registers.delivery "
        "WHERE origin = :origin GROUP BY register, file_name, dated"
    )
    landed: dict[str, list[Landed]] = {}
    for row in _rows(engine, query, origin=origin):
        landed.setdefault(row.register, []).append(Landed(row.file_name, row.dated, row.landed_night))
    return landed


def _published(engine: "Engine", origin: str) -> date | None:
    from sqlalchemy import text

    query = text("SELECT night FROM monitoring.night WHERE is_published AND origin = :origin ORDER BY night DESC")
    nights = [row.night for row in _rows(engine, query, origin=origin)]
    return nights[0] if nights else None


def _rows(engine: "Engine", query: "TextClause", **asked: str) -> Iterable[Any]:
    """Ask without the right to change anything; a database in which no night ever ran has no rows."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    try:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            return connection.execute(query, asked).all()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in NOT_MADE_YET:
            return []
        kind = type(error.orig).__name__
    raise OneLineError(f"the database does not tell what came ({kind})")
