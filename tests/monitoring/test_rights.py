"""Every role of the database against every table, column, sequence, function and schema: what is not named is refused.

What is expected stands in rights.toml, one line an object. A new table or function without a line fails here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.monitoring.databases import REFUSED, ROLES, Told, prepared_database, told_to

EXPECTED = tomllib.loads((Path(__file__).parent / "rights.toml").read_text(encoding="utf-8"))
# System schemas are the server's own; a schema that anybody adds is not.
OURS = "nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'"
SCHEMAS = f"""
    SELECT nspname AS name, kind FROM pg_namespace, unnest(ARRAY['USAGE', 'CREATE']) AS kind
    WHERE {OURS} AND has_schema_privilege(:role, pg_namespace.oid, kind)
    UNION ALL
    SELECT 'database', kind FROM unnest(ARRAY['CONNECT', 'TEMPORARY', 'CREATE']) AS kind
    WHERE has_database_privilege(:role, current_database(), kind)
"""
TABLES = f"""
    SELECT nspname || '.' || relname AS name, kind
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
      unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS kind
    WHERE {OURS} AND relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(:role, pg_class.oid, kind)
"""
COLUMNS = f"""
    SELECT nspname || '.' || relname AS name, kind || '(' || string_agg(attname, ',' ORDER BY attname) || ')' AS kind
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_attribute ON attrelid = pg_class.oid,
      unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS kind
    WHERE {OURS} AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT attisdropped
      AND has_column_privilege(:role, pg_class.oid, attnum, kind) AND NOT has_table_privilege(:role, pg_class.oid, kind)
    GROUP BY nspname, relname, kind
"""
SEQUENCES = f"""
    SELECT nspname || '.' || relname AS name, kind
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
      unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS kind
    WHERE {OURS} AND relkind = 'S' AND has_sequence_privilege(:role, pg_class.oid, kind)
"""
ROUTINES = f"""
    SELECT nspname || '.' || proname || '(' || oidvectortypes(proargtypes) || ')' AS name, 'EXECUTE' AS kind
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE {OURS} AND has_function_privilege(:role, pg_proc.oid, 'EXECUTE')
"""
ALL_OF_THEM = {
    "tables": f"""
        SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE {OURS} AND relkind IN ('r', 'p', 'v', 'm', 'f')""",
    "functions": f"""
        SELECT nspname || '.' || proname || '(' || oidvectortypes(proargtypes) || ')'
        FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE {OURS}""",
    "schemas": f"SELECT nspname FROM pg_namespace WHERE {OURS} UNION SELECT 'database'",
}


@pytest.fixture(scope="module")
def made(template) -> Iterator[Engine]:
    with prepared_database(template, "of_rights") as superuser:
        yield superuser


def found(engine: Engine, role: str) -> dict[str, dict[str, set[str]]]:
    """Per kind of object and name, what a role (or everybody: public) may do."""
    queries = {"schemas": (SCHEMAS,), "tables": (TABLES, COLUMNS), "sequences": (SEQUENCES,), "functions": (ROUTINES,)}
    rights: dict[str, dict[str, set[str]]] = {kind: {} for kind in queries}
    with engine.connect() as connection:
        for kind, several in queries.items():
            for query in several:
                for row in connection.execute(text(query), {"role": role}):
                    rights[kind].setdefault(row.name, set()).add(row.kind)
    return rights


def expected(role: str) -> dict[str, dict[str, set[str]]]:
    return {
        kind: {name: set(by[role].split()) for name, by in EXPECTED.get(kind, {}).items() if role in by}
        for kind in ("schemas", "tables", "sequences", "functions")
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_is_declared_and_nothing_else(made, role):
    assert found(made, f"weerzien_{role}") == expected(role)


def test_everybody_may_do_nothing(made):
    # That a schema named public can be looked into is PostgreSQL's own; there is nothing in it.
    assert found(made, "public") == {"schemas": {"public": {"USAGE"}}, "tables": {}, "sequences": {}, "functions": {}}


@pytest.mark.parametrize("kind", ALL_OF_THEM)
def test_every_object_has_its_line_and_every_line_its_object(made, kind):
    with made.connect() as connection:
        assert set(connection.scalars(text(ALL_OF_THEM[kind]))) == set(EXPECTED[kind])


def test_every_line_names_roles_that_there_are():
    for objects in EXPECTED.values():
        assert {role for by in objects.values() for role in by} <= set(ROLES)


# Rights on all columns, so that what is refused is refused for the verb alone.
VERBS = {
    "SELECT": "SELECT 1 FROM {table} LIMIT 0",
    "INSERT": "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE": "UPDATE {table} SET {column} = DEFAULT",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}


def tried(told: Told, columns: dict[str, list[str]]) -> dict[str, set[str]]:
    """Try every verb on every table and return, by table, those that were not refused."""
    done: dict[str, set[str]] = {}
    for table, names in columns.items():
        for verb, statement in VERBS.items():
            several = names if "{column}" in statement else ["1"]
            codes = {told.ask(statement.format(table=table, column=f'"{name}"'))[0] for name in several}
            # A view of joined or counted rows takes no rows from anybody, and no view is truncated.
            if not codes <= {REFUSED, "55000", "42809"}:
                done.setdefault(table, set()).add(verb)
    return done


@pytest.mark.parametrize("role", [*ROLES, "nothing"])
def test_a_login_of_a_role_is_refused_every_verb_on_every_table_that_is_not_declared(made, role):
    with made.connect() as connection:
        query = f"""
            SELECT nspname || '.' || relname, array_agg(attname::text ORDER BY attnum) FROM pg_class
            JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE {OURS} AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped GROUP BY 1"""
        columns = {name: names for name, names in connection.execute(text(query))}
    if role == "nothing":
        with pytest.raises(Exception, match="permission denied for database"), told_to(made, "trying_nothing"):
            pass
        return
    with told_to(made, f"trying_{role}") as told:
        done = tried(told, columns)
    # "1" asks for no column, for which a right on any column is enough; so is it for a row of defaults.
    declared = {
        table: {right.split("(")[0] for right in rights} & set(VERBS)
        for table, rights in expected(role)["tables"].items()
    }
    assert done == {table: verbs for table, verbs in declared.items() if verbs}


@pytest.mark.parametrize("role", ROLES)
def test_a_login_of_a_role_is_refused_every_function_that_is_not_declared(made, role):
    with made.connect() as connection:
        query = f"""
            SELECT nspname || '.' || proname || '(' || oidvectortypes(proargtypes) || ')' AS name,
              nspname || '.' || proname || '(' || array_to_string(
                ARRAY(SELECT 'NULL::' || format_type(of, NULL) FROM unnest(proargtypes) AS of), ', ') || ')' AS call
            FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE {OURS}"""
        calls = connection.execute(text(query)).all()
    with told_to(made, f"trying_{role}") as told:
        done = {row.name for row in calls if told.ask(f"SELECT {row.call}")[0] != REFUSED}
    assert done == set(expected(role)["functions"])


def test_what_acts_in_the_rights_of_its_owner_looks_names_up_in_a_place_that_nobody_else_writes_in(made):
    query = f"""
        SELECT proname, proconfig FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE {OURS} AND prosecdef"""
    with made.connect() as connection:
        acting = connection.execute(text(query)).all()
    assert acting
    assert {tuple(row.proconfig or ()) for row in acting} == {("search_path=pg_catalog, pg_temp",)}


def test_a_view_on_closed_tables_hides_its_other_rows_from_a_function_of_the_reader(made):
    query = f"""
        SELECT relname, reloptions FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE {OURS} AND relkind = 'v'"""
    with made.connect() as connection:
        views: list[Any] = list(connection.execute(text(query)))
    assert {row.relname: row.reloptions for row in views} == {
        name: ["security_barrier=true"] for name in ("verdict", "leased", "finding")
    }


def test_all_belongs_to_one_role_that_nobody_signs_in_as_and_no_role_stands_above_its_rights(made):
    owners = f"""
        SELECT DISTINCT relowner::regrole::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE {OURS}
        UNION SELECT proowner::regrole::text FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE {OURS}"""
    strong = """
        SELECT rolname FROM pg_roles WHERE rolname LIKE 'weerzien%'
          AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"""
    members = """
        SELECT roleid::regrole::text || ' of ' || member::regrole::text FROM pg_auth_members
        WHERE member::regrole::text IN ('weerzien_owner', 'weerzien_pipeline', 'weerzien_portal', 'weerzien_bureau',
          'weerzien_auditor')"""
    with made.connect() as connection:
        assert set(connection.scalars(text(owners))) == {"weerzien_owner"}
        assert list(connection.scalars(text(strong))) == []
        assert set(connection.scalars(text(members))) == {"pg_checkpoint of weerzien_pipeline"}
        assert list(connection.scalars(text("SELECT defaclobjtype FROM pg_default_acl"))) == []


def test_of_many_exports_the_bureau_and_the_page_see_the_published_ones_and_a_night_sees_all(made):
    many = """
        INSERT INTO monitoring.night VALUES ('2005-02-01', 'real', false, true, '', '', '{}', '{}'),
          ('2005-02-01', 'synthetic', true, false, '', '', '{}', '{}');
        INSERT INTO monitoring.purge SELECT origin, 'r', 'stv', 'W-1', 'term', 'nothing', '2005-02-01', '{}'
          FROM monitoring.night"""
    seen = "SELECT string_agg(origin, ' ' ORDER BY origin) FROM monitoring.purge"
    with made.connect() as connection:
        connection.connection.cursor().execute(many)
        for role, origins in (("bureau", "real"), ("portal", "real"), ("pipeline", "real synthetic"),
                              ("auditor", "real synthetic")):  # fmt: skip
            connection.execute(text(f"SET LOCAL ROLE weerzien_{role}"))
            assert connection.execute(text(seen)).scalar_one() == origins
        connection.execute(text("RESET ROLE"))
        with_rows = """
            SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE relrowsecurity"""
        by_origin = """
            SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'origin'
            WHERE relkind = 'r' AND nspname IN ('monitoring', 'history') AND relname <> 'night'"""
        assert set(connection.scalars(text(with_rows))) == set(connection.scalars(text(by_origin)))
