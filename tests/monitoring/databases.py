"""A database that an administrator made as `weerzien database roles` says, and logins that try things in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import psycopg
from sqlalchemy import Engine, NullPool, create_engine, text

REFUSED = "42501"
ROLES = ("pipeline", "portal", "bureau", "auditor")
UPGRADING, NIGHTLY, PAGE = "weerzien_upgrading", "weerzien_nightly", "weerzien_page"


def made_by_its_administrator(server: Engine, name: str) -> Engine:
    """Carry out what the program prints for an administrator, once a server; return the superuser's engine."""
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements_of_the_administrator(name, "CREATE"):
            login = re.match(r"CREATE ROLE (\w+) LOGIN", statement)
            if (
                login
                and connection.execute(
                    text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": login[1]}
                ).scalar_one()
            ):
                continue
            connection.connection.cursor().execute(statement)
    superuser = create_engine(server.url.set(database=name), poolclass=NullPool)
    with superuser.begin() as connection:
        for statement in statements_of_the_administrator(name, "GRANT"):
            connection.execute(text(statement))
    return superuser


@contextmanager
def prepared_database(server: Engine, name: str) -> Iterator[Engine]:
    """A database migrated and prepared by a login that is no superuser, and logins trying_<role> and trying_nothing.

    Gives the superuser's engine.
    """
    from monitoring.database import upgrade
    from monitoring.web.prepare import prepare

    superuser = made_by_its_administrator(server, name)
    owner = as_login(superuser, UPGRADING)
    upgrade(owner)
    prepare(owner, with_sign_on=False)
    with superuser.begin() as connection:
        for role in ROLES:
            connection.execute(text(f"CREATE ROLE trying_{role} LOGIN IN ROLE weerzien_{role}"))
        connection.execute(text("CREATE ROLE trying_nothing LOGIN"))
    yield superuser
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        for role in (*ROLES, "nothing"):
            connection.execute(text(f"DROP ROLE trying_{role}"))


def statements_of_the_administrator(name: str, kind: str) -> list[str]:
    printed = (files("monitoring") / "roles.sql").read_text(encoding="utf-8")
    bare = "\n".join(line for line in printed.splitlines() if not line.startswith(("--", "\\")))
    block, rest = bare.split("$$;\n", 1)
    found = [f"{block}$$", *(part.strip() for part in rest.split(";") if part.strip())]
    of_kind = [part for part in found if part.startswith(kind) or (kind == "CREATE" and part.startswith("\nDO"))]
    return [part.replace("CREATE DATABASE weerzien", f"CREATE DATABASE {name}") for part in of_kind]


def as_login(engine: Engine, login: str) -> Engine:
    return create_engine(engine.url.set(username=login), poolclass=NullPool)


class Told:
    """What one connection was told: the code of a refusal, and every text that came back, errors and notices too."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.notices: list[str] = []
        connection.add_notice_handler(lambda said: self.notices.append(f"{said.message_primary} {said.message_detail}"))

    def ask(self, statement: str) -> tuple[str | None, str]:
        """Try a statement and undo it; return the error's code, None without one, and all that was told."""
        self.notices.clear()
        told, code = [], None
        try:
            with self.connection.cursor() as cursor:
                if statement.startswith("COPY") and "TO STDOUT" in statement:
                    with cursor.copy(statement) as copy:
                        told += [bytes(block).decode() for block in copy]
                else:
                    cursor.execute(statement)
                    told += _rows(cursor)
        except psycopg.Error as error:
            code = error.sqlstate or "none"
            diag = error.diag
            told += [str(error), str(diag.message_detail), str(diag.message_hint), str(diag.context)]
        self.connection.rollback()
        return code, "\n".join([*told, *self.notices])


def _rows(cursor: psycopg.Cursor[Any]) -> list[str]:
    told = []
    while True:
        if cursor.description is not None:
            told += [str(row) for row in cursor.fetchall()]
        if not cursor.nextset():
            return told


@contextmanager
def told_to(engine: Engine, login: str) -> Iterator[Told]:
    url = engine.url
    with psycopg.connect(host=url.query["host"], dbname=url.database, user=login) as connection:
        yield Told(connection)
