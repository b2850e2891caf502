"""The bureau, the page and the auditor try to read identifying values in every way that the field knows; none works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.monitoring.attempts import NAME, PLANTED, SECRETS, SILENT, TELLING
from tests.monitoring.databases import REFUSED, ROLES, Told, prepared_database, told_to

READERS = tuple(role for role in ROLES if role != "pipeline")
ACCOUNTS = """
    INSERT INTO portal.auth_user (username, password, is_superuser, is_active, is_staff, first_name, last_name, email,
      date_joined)
    SELECT name, '', false, true, false, '', '', '', now() FROM unnest(ARRAY['reviewer', 'reader']) AS name;
    INSERT INTO portal.auth_user_groups (user_id, group_id)
    SELECT auth_user.id, auth_group.id FROM portal.auth_user JOIN portal.auth_group ON name = username
"""


@pytest.fixture(scope="module")
def planted(template) -> Iterator[Engine]:
    with prepared_database(template, "with_secrets") as superuser:
        with superuser.begin() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(PLANTED)
            cursor.execute(ACCOUNTS)
        yield superuser


@pytest.fixture(scope="module", params=READERS)
def reader(planted, request) -> Iterator[Told]:
    with told_to(planted, f"trying_{request.param}") as told:
        yield told


def holds_a_secret(said: str) -> bool:
    # In pieces too, as an encoding or an error may show it.
    return any(secret in said or secret.encode().hex() in said for secret in (*SECRETS, NAME[:12]))


@pytest.mark.parametrize("what", TELLING)
def test_what_would_tell_the_owner_an_identifying_value_is_refused_to_everybody_else(reader, what):
    code, said = reader.ask(TELLING[what])
    assert not holds_a_secret(said)
    # A catalog that shows only what one may see anyway gives an empty answer, and no refusal.
    assert code is not None or said.strip("[]()\n', None") == "", (what, "gave rows")


@pytest.mark.parametrize("what", SILENT)
def test_no_other_way_tells_an_identifying_value(reader, what):
    _, said = reader.ask(SILENT[what])
    assert not holds_a_secret(said)


@pytest.mark.parametrize("what", TELLING)
def test_each_attempt_would_tell_were_it_not_refused(planted, what):
    with told_to(planted, "postgres") as superuser:
        assert holds_a_secret(superuser.ask(TELLING[what])[1]), what


def test_no_row_of_what_a_role_may_read_holds_an_identifying_value(planted, reader):
    readable = """
        SELECT pg_class.oid::regclass::text, array_agg(quote_ident(attname)) FROM pg_class
        JOIN pg_attribute ON attrelid = pg_class.oid JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND attnum > 0 AND NOT attisdropped
          AND has_schema_privilege(pg_namespace.oid, 'USAGE')
          AND has_column_privilege(pg_class.oid, attnum, 'SELECT') GROUP BY 1 ORDER BY 1"""
    with reader.connection.cursor() as cursor:
        tables = cursor.execute(readable).fetchall()
    assert len(tables) > 100
    for table, columns in tables:
        _, said = reader.ask(f"COPY (SELECT {', '.join(columns)} FROM {table}) TO STDOUT")
        # One's own question stands among what is asked now.
        assert table == "pg_stat_activity" or not holds_a_secret(said), table


def test_the_page_reads_two_records_only_by_a_reviewers_lease_that_was_kept_and_logged_before(planted):
    """The one door: it is the page's work, and leaves two lines in a log that the page cannot change."""
    with told_to(planted, "trying_portal") as page:
        lease = "SELECT portal.lease_pair('reviewer', 'stv-1', 'stv-2', 'review')"
        assert page.ask(f"{lease}; COMMIT")[0] is None
        code, said = page.ask("SELECT * FROM portal.leased_records('reviewer')")
        assert code is None
        assert holds_a_secret(said)
        assert said.count("'record_id'") == 2
        for statement in ("DELETE FROM portal.audit", "UPDATE portal.audit SET account = ''", "TRUNCATE portal.audit"):
            assert page.ask(statement)[0] == REFUSED
        page.ask("SELECT portal.release_pair('reviewer'); COMMIT")
        assert page.ask("SELECT * FROM portal.leased_records('reviewer')")[0] == "WZ003"
    with planted.connect() as connection:
        actions = list(connection.scalars(text("SELECT action FROM portal.audit ORDER BY entry_id")))
    assert actions == ["pair_leased", "pair_released"]
