"""What the page's own login may do in the database, whatever the code of the page does."""

from __future__ import annotations

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

REFUSED = "42501"


@pytest.fixture
def portal(published):
    return create_engine(make_url(published.address).set(drivername="postgresql+psycopg"), poolclass=NullPool)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM registers.record",
        "SELECT reason FROM registers.judgement",
        "SELECT * FROM portal.lease",
        "UPDATE portal.audit SET account = 'other'",
        "DELETE FROM portal.audit",
        "TRUNCATE portal.audit",
        "INSERT INTO portal.audit (at, account, roles, action) VALUES ('2001-01-01', 'x', '{}', 'signed_in')",
        "INSERT INTO portal.lease VALUES ('reader', 'a', 'b', '', '2005-01-01', '', '', '', now())",
        "INSERT INTO registers.judgement SELECT * FROM registers.judgement",
        "UPDATE monitoring.person SET is_counted = true",
        "UPDATE portal.auth_user SET is_superuser = true",
        "UPDATE portal.auth_user SET is_active = true",
        "INSERT INTO portal.auth_user_groups (user_id, group_id) VALUES (1, 1)",
        "INSERT INTO portal.auth_user (username) VALUES ('intruder')",
        "UPDATE portal.auth_group SET name = 'reviewer'",
        "SET ROLE postgres",
        "CREATE TABLE portal.mine (x int)",
        "SELECT portal.check_reviewer('reader')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_the_database_refuses_the_page(portal, statement):
    with pytest.raises(DBAPIError) as refused, portal.begin() as connection:
        connection.execute(text(statement))
    assert refused.value.orig.sqlstate == REFUSED


def test_not_even_the_owner_changes_the_log_of_who_saw_what_by_mistake(published):
    for statement in ("UPDATE portal.audit SET account = 'x'", "DELETE FROM portal.audit", "TRUNCATE portal.audit"):
        with pytest.raises(DBAPIError), published.engine.begin() as connection:
            connection.execute(text(statement))


def pair_in_review(connection):
    query = "SELECT record_id_l, record_id_r FROM monitoring.link WHERE status = 'review' ORDER BY 1, 2"
    return connection.execute(text(query)).first()


LEASE = text("SELECT portal.lease_pair(:account, :one, :other, 'review')")
READ = text("SELECT * FROM portal.leased_records(:account)")


def test_what_identifies_is_read_only_after_the_lease_and_its_line_in_the_log_are_kept(portal):
    with pytest.raises(DBAPIError) as refused, portal.begin() as connection:
        one, other = pair_in_review(connection)
        # In a part of the transaction, which PostgreSQL numbers on its own.
        with connection.begin_nested():
            connection.execute(LEASE, {"account": "reviewer", "one": one, "other": other})
        connection.execute(READ, {"account": "reviewer"})
    assert refused.value.orig.sqlstate == "WZ003"


def test_a_pair_is_leased_to_one_reviewer_and_a_reviewer_has_one_pair(portal, account):
    account("second", "reviewer")
    with portal.begin() as connection:
        query = "SELECT record_id_l, record_id_r FROM monitoring.link ORDER BY match_probability DESC LIMIT 2"
        first, then = connection.execute(text(query)).all()
        taken = {"account": "reviewer", "one": first[0], "other": first[1]}
        assert connection.execute(LEASE, taken).scalar_one() is True
        assert connection.execute(LEASE, taken | {"account": "second"}).scalar_one() is False
        assert connection.execute(LEASE, {"account": "reviewer", "one": then[0], "other": then[1]}).scalar_one() is True
        assert connection.execute(LEASE, taken | {"account": "second"}).scalar_one() is True
        connection.execute(text("SELECT portal.release_pair('second')"))
    with portal.begin() as connection:
        read = connection.execute(READ, {"account": "reviewer"}).scalars().all()
        assert {record["record_id"] for record in read} == set(then)
        assert not any({"raw", "origin"} & set(record) for record in read)
        connection.execute(text("SELECT portal.release_pair('reviewer')"))
    with pytest.raises(DBAPIError), portal.begin() as connection:
        connection.execute(READ, {"account": "reviewer"})


@pytest.mark.parametrize("account", ["reader", "engineer", "auditor", "nobody at all"])
def test_nobody_but_a_reviewer_is_leased_a_pair(portal, account):
    with pytest.raises(DBAPIError) as refused, portal.begin() as connection:
        one, other = pair_in_review(connection)
        connection.execute(LEASE, {"account": account, "one": one, "other": other})
    assert refused.value.orig.sqlstate == "WZ001"


def test_registrations_that_were_never_compared_cannot_be_leased(portal):
    with pytest.raises(DBAPIError) as refused, portal.begin() as connection:
        one, other = connection.execute(
            text(
                "SELECT a.record_id, b.record_id FROM monitoring.registration a, monitoring.registration b "
                "WHERE a.record_id < b.record_id AND NOT EXISTS (SELECT FROM monitoring.link "
                "WHERE record_id_l = a.record_id AND record_id_r = b.record_id) LIMIT 1"
            )
        ).one()
        connection.execute(LEASE, {"account": "reviewer", "one": one, "other": other})
    assert refused.value.orig.sqlstate == "WZ002"


def test_a_lease_ends_by_itself(portal, published):
    with portal.begin() as connection:
        one, other = pair_in_review(connection)
        connection.execute(LEASE, {"account": "reviewer", "one": one, "other": other})
    with published.engine.begin() as connection:
        connection.execute(text("UPDATE portal.lease SET expires_at = now() - interval '1 second'"))
    with pytest.raises(DBAPIError) as refused, portal.begin() as connection:
        connection.execute(READ, {"account": "reviewer"})
    assert refused.value.orig.sqlstate == "WZ003"


def test_the_log_says_who_had_which_pair_and_saw_it(portal, published):
    with portal.begin() as connection:
        one, other = pair_in_review(connection)
        connection.execute(LEASE, {"account": "reviewer", "one": one, "other": other})
    with portal.begin() as connection:
        connection.execute(READ, {"account": "reviewer"})
        connection.execute(text("SELECT portal.release_pair('reviewer')"))
    with published.engine.connect() as connection:
        query = (
            "SELECT action, account, roles, purpose, subject, database_role FROM portal.audit ORDER BY entry_id DESC"
        )
        lines = connection.execute(text(f"{query} LIMIT 3")).all()
    assert [line.action for line in lines] == ["pair_released", "pair_disclosed", "pair_leased"]
    assert {(line.account, tuple(line.roles), line.purpose) for line in lines} == {
        ("reviewer", ("reviewer",), "review")
    }
    assert {line.subject for line in lines} == {f"{one} {other}"}
