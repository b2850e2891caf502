"""All tables of the installation's schemas as files of PostgreSQL's own COPY text, and back.

One snapshot of the database, rows in the order of their key: the same state gives the same bytes. Neither the server's
programs nor more rights than the owner's are needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from connectors.installation import OneLineError
from monitoring.ownership import OWNER_ROLE, SCHEMAS
from monitoring.revision import revision_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# The revision is told by the manifest; sessions end and a leased pair is let go, as the key that signs is not kept.
NOT_KEPT = ("registers.alembic_version", "portal.django_session", "portal.lease")
# What Django writes itself when its tables are made; the kept rows take their place.
MADE_WITH_THE_TABLES = (
    "portal.auth_group", "portal.auth_group_permissions", "portal.auth_permission", "portal.django_content_type",
    "portal.django_migrations",
)  # fmt: skip
TABLES = """
    SELECT nspname || '.' || relname AS name,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        AND attgenerated = '' ORDER BY attnum) AS columns,
      ARRAY(SELECT attname::text FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = pg_class.oid AND indisprimary ORDER BY array_position(indkey::int2[], attnum)) AS key
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname = ANY (:schemas) ORDER BY name
"""
REFERENCES = """
    SELECT conrelid::regclass::text AS of_table, confrelid::regclass::text AS to_table FROM pg_constraint
    WHERE contype = 'f' AND connamespace IN (SELECT oid FROM pg_namespace WHERE nspname = ANY (:schemas))
    ORDER BY 1, 2
"""
SEQUENCES = """
    SELECT schemaname || '.' || sequencename AS name, last_value FROM pg_sequences WHERE schemaname = ANY (:schemas)
    ORDER BY name
"""
NAME = re.compile(r"[a-z_]+\.[a-z_0-9]+")


def copy_out(engine: Engine, folder: Path) -> dict[str, Any]:
    """Write every table into a folder, each as `<schema>.<table>.copy`, and return what the manifest says of them.

    Returns revision, night (ISO, None before the first), is_synthetic, tables (columns and rows by name) and sequences
    (last value by name). Raises OneLineError when the database is not at this program's revision.
    """
    with engine.connect() as connection:
        # One snapshot: a verdict or a night that comes meanwhile is in it whole or not at all.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        _as_owner(connection)
        published = connection.execute(text("SELECT night, is_synthetic FROM monitoring.night WHERE is_published"))
        night = published.one_or_none()
        tables = {}
        for name, (columns, key) in _tables(connection).items():
            if name not in NOT_KEPT:
                rows = _copy_out(connection, name, columns, key, folder / f"{name}.copy")
                tables[name] = {"columns": columns, "rows": rows}
        sequences = connection.execute(text(SEQUENCES), {"schemas": list(SCHEMAS)}).all()
        return {
            "revision": revision_of(connection),
            "night": night.night.isoformat() if night else None,
            "is_synthetic": bool(night and night.is_synthetic),
            "tables": tables,
            "sequences": {row.name: row.last_value for row in sequences if row.last_value is not None},
        }


def _as_owner(connection: Connection) -> None:
    """Act as the owner of the tables for this transaction: others see a part of the rows, and take it for all."""
    query = "SELECT rolsuper, pg_has_role(current_user, :owner, 'MEMBER') AS is_owner FROM pg_roles "
    login = connection.execute(text(query + "WHERE rolname = current_user"), {"owner": OWNER_ROLE}).one()
    if not login.rolsuper:
        if not login.is_owner:
            raise OneLineError(f"this login does not see all rows; run it as a member of {OWNER_ROLE}")
        connection.execute(text(f"SET LOCAL ROLE {OWNER_ROLE}"))
    connection.execute(text("SET LOCAL row_security = off"))


def check_is_empty(engine: Engine) -> None:
    """Raise OneLineError when any of the tables is there and holds a row; of what Django makes itself it may."""
    with engine.connect() as connection:
        for name in _tables(connection):
            if name in (*NOT_KEPT, *MADE_WITH_THE_TABLES):
                continue
            if connection.execute(text(f"SELECT EXISTS (SELECT FROM {name})")).scalar_one():
                raise OneLineError(f"the database is in use ({name} holds rows); restore into an empty one")


def copy_in(engine: Engine, folder: Path, kept: Mapping[str, Any]) -> int:
    """Fill the tables, which are made and empty, from a folder that `copy_out` wrote; return the number of rows.

    All or nothing. Raises OneLineError when the tables are not those of the backup.
    """
    with engine.begin() as connection:
        _as_owner(connection)
        there = _tables(connection)
        wanted = {name: list(facts["columns"]) for name, facts in kept["tables"].items()}
        if wanted != {name: columns for name, (columns, _) in there.items() if name in wanted}:
            raise OneLineError("the tables of the backup are not those of this version; restore with the one it names")
        order = _those_referred_to_first(connection, wanted)
        for name in reversed(order):
            if name in MADE_WITH_THE_TABLES:
                connection.execute(text(f"DELETE FROM {name}"))
        for name in order:
            _copy_in(connection, name, wanted[name], folder / f"{name}.copy")
            if connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() != kept["tables"][name]["rows"]:
                raise OneLineError(f"the backup holds other rows of {name} than it says; take another one")
        for name, value in kept["sequences"].items():
            connection.execute(text("SELECT setval(CAST(:name AS regclass), :value)"), {"name": name, "value": value})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Without the planner's counts the first night of a large table would take long.
        for name in order:
            connection.execute(text(f"ANALYZE {name}"))
    return sum(facts["rows"] for facts in kept["tables"].values())


def _tables(connection: Connection) -> dict[str, tuple[list[str], list[str]]]:
    """The tables that are there, with their columns and the columns of their key."""
    rows = connection.execute(text(TABLES), {"schemas": list(SCHEMAS)}).all()
    return {row.name: (list(row.columns), list(row.key)) for row in rows if NAME.fullmatch(row.name)}


def _those_referred_to_first(connection: Connection, names: Iterable[str]) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter({name: () for name in sorted(names)})
    for row in connection.execute(text(REFERENCES), {"schemas": list(SCHEMAS)}):
        if row.of_table != row.to_table:
            sorter.add(row.of_table, row.to_table)
    wanted = set(names)
    return [name for name in sorter.static_order() if name in wanted]


def _copy_out(connection: Connection, table: str, columns: list[str], key: list[str], path: Path) -> int:
    order = ", ".join(_quoted(key)) if key else 'line::text COLLATE "C"'
    query = f"COPY (SELECT {', '.join(_quoted(columns))} FROM {table} AS line ORDER BY {order}) TO STDOUT"
    cursor = connection.connection.cursor()
    with path.open("wb") as out, cursor.copy(query) as copy:
        for block in copy:
            out.write(block)
    return int(cursor.rowcount)


def _copy_in(connection: Connection, table: str, columns: list[str], path: Path) -> None:
    cursor = connection.connection.cursor()
    with path.open("rb") as source, cursor.copy(f"COPY {table} ({', '.join(_quoted(columns))}) FROM STDIN") as copy:
        while block := source.read(1 << 20):
            copy.write(block)


def _quoted(columns: Iterable[str]) -> list[str]:
    return ['"' + column.replace('"', '""') + '"' for column in columns]
