"""The revision that made the roles goes forward and back without touching a row, as superuser and as a member."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from connectors.installation import OneLineError
from monitoring.database import downgrade, upgrade
from tests.monitoring.attempts import PLANTED
from tests.monitoring.databases import NIGHTLY, UPGRADING, as_login, made_by_its_administrator

SCHEMAS = ("registers", "monitoring", "history", "portal")
DATA = (
    PLANTED.split("-- Samples", maxsplit=1)[0]
    + """
INSERT INTO monitoring.purge VALUES ('', 'r', 'stv', 'W-1', 'term', 'nothing', '2005-02-01', '{}');
INSERT INTO portal.audit (account, roles, action) VALUES ('reviewer', '{}', 'signed_in');
"""
)
GRANTS = """
    SELECT nspname || '.' || relname, relowner::regrole::text, relrowsecurity, reloptions,
      ARRAY(SELECT grantee::regrole::text || ' ' || privilege_type FROM aclexplode(relacl)
        WHERE grantee::regrole::text NOT IN (relowner::regrole::text) ORDER BY 1)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = ANY (:schemas) AND relkind IN ('r', 'v') ORDER BY 1
"""
FUNCTIONS = """
    SELECT oid::regprocedure::text, proowner::regrole::text, ARRAY(SELECT grantee::text::oid::regrole::text || ' ' ||
      privilege_type FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner ORDER BY 1)
    FROM pg_proc WHERE pronamespace::regnamespace::text = ANY (:schemas) ORDER BY 1
"""


def contents(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY (:schemas) ORDER BY 1"),
            {"schemas": list(SCHEMAS)},
        ).all()
        return {
            table: sorted(
                connection.scalars(text(f"SELECT jsonb_strip_nulls(to_jsonb(line))::text FROM {table} AS line"))
            )
            for table in tables
            if table != "registers.alembic_version"
        }


def rights(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        asked = {"schemas": list(SCHEMAS)}
        return [tuple(row) for query in (GRANTS, FUNCTIONS) for row in connection.execute(text(query), asked)]


def at_the_sixth(superuser: Engine, by: Engine) -> None:
    """A database as the program of before left it, with rows in it."""
    upgrade(by)
    downgrade(by, "0006")
    with superuser.begin() as connection:
        connection.connection.cursor().execute(DATA)


def test_forward_and_back_keeps_every_row_and_gives_the_rights_of_before(engine):
    at_the_sixth(engine, engine)
    rows, before = contents(engine), rights(engine)
    assert sum(map(len, rows.values())) > 100
    upgrade(engine)
    assert contents(engine) == rows
    after = rights(engine)
    assert after != before
    downgrade(engine, "0006")
    assert contents(engine) == rows
    assert rights(engine) == before
    upgrade(engine)
    assert contents(engine) == rows
    assert rights(engine) == after


def test_a_member_of_the_owner_goes_forward_and_back_as_well_and_a_nights_login_may_not(template):
    superuser = made_by_its_administrator(template, "by_a_member")
    member = as_login(superuser, UPGRADING)
    at_the_sixth(superuser, member)
    rows = contents(superuser)
    nightly = as_login(superuser, NIGHTLY)
    with pytest.raises(OneLineError, match=r"may not see the registers|is at revision 0006"):
        upgrade(nightly)
    upgrade(member)
    assert contents(superuser) == rows
    upgrade(nightly)
    downgrade(member, "0006")
    upgrade(member)
    assert contents(superuser) == rows


def test_what_a_former_owner_left_open_to_tables_to_come_is_closed(template):
    """An installation of before, migrated by a login of its own: new tables were readable without a word."""
    with template.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE of_before TEMPLATE migrated"))
    engine = create_engine(template.url.set(database="of_before"), poolclass=NullPool)
    downgrade(engine, "0006")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE monitoring.new_before (a integer)"))
        held = "SELECT has_table_privilege('weerzien_bureau', 'monitoring.{}', 'SELECT')"
        assert connection.execute(text(held.format("new_before"))).scalar_one()
        connection.execute(text("DROP TABLE monitoring.new_before"))
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE monitoring.new_now (a integer)"))
        assert not connection.execute(text(held.format("new_now"))).scalar_one()
