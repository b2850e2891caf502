"""An address of the database that leads to another machine says which certificate it trusts, or is refused."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from connectors.installation import Installation, OneLineError
from monitoring.tls import check_tls

VARIABLE = "WEERZIEN_DATABASE_URL"
LET_IN = [
    ("postgresql:///weerzien", {}),
    ("postgresql://a@localhost/w", {}),
    ("postgresql://a@LOCALHOST/w", {}),
    ("postgresql://a@127.0.0.1:5433/w", {}),
    ("postgresql://a@127.8.8.8/w", {}),
    ("postgresql://a@[::1]:5432/w", {}),
    ("postgresql://a@/w?host=/var/run/postgresql", {}),
    ("postgresql://a@/w?host=localhost:5433", {}),
    ("postgresql://a@db.example/w?sslmode=verify-full", {}),
    ("postgresql://a@db.example/w?sslmode=verify-full&sslrootcert=system", {}),
    ("postgresql://a@db.example/w?sslmode=verify-ca", {}),
    ("postgresql://a@db.example/w", {"PGSSLMODE": "verify-full"}),
    ("postgresql:///w", {"PGHOST": "/var/run/postgresql"}),
    # The address goes before the environment.
    ("postgresql://a@localhost/w", {"PGHOST": "db.example"}),
]
REFUSED = [
    ("postgresql://a@db.example/w", {}),
    ("postgresql://a@10.0.0.5/w", {}),
    ("postgresql://a@0.0.0.0/w", {}),
    ("postgresql://a@[2001:db8::1]:5432/w", {}),
    ("postgresql://a@localhost.example/w", {}),
    ("postgresql://a@127.0.0.1.example/w", {}),
    ("postgresql://a@db.example/w?sslmode=require", {}),
    ("postgresql://a@db.example/w?sslmode=prefer", {}),
    ("postgresql://a@db.example/w?sslmode=VERIFY-FULL", {}),
    ("postgresql://a@db.example/w?sslmode=require&sslmode=verify-full", {}),
    ("postgresql://a@db.example/w?sslmode=require", {"PGSSLMODE": "verify-full"}),
    ("postgresql://a@/w?host=db.example", {}),
    ("postgresql://a@/w?host=localhost,db.example", {}),
    ("postgresql://a@/w?host=localhost&host=db.example", {}),
    ("postgresql://a@localhost/w?host=db.example", {}),
    ("postgresql://a@localhost/w?hostaddr=10.0.0.5", {}),
    ("postgresql://a@localhost/w", {"PGHOSTADDR": "10.0.0.5"}),
    ("postgresql:///w", {"PGHOST": "db.example"}),
    ("postgresql:///w?service=elsewhere", {}),
    ("postgresql:///w", {"PGSERVICE": "elsewhere"}),
]


@pytest.mark.parametrize(("address", "environment"), LET_IN)
def test_an_address_on_this_machine_or_with_a_checked_certificate_is_used(address, environment):
    check_tls(make_url(address), VARIABLE, environment)


@pytest.mark.parametrize(("address", "environment"), REFUSED)
def test_an_address_elsewhere_without_a_checked_certificate_is_refused(address, environment):
    with pytest.raises(OneLineError, match=r"add [?]sslmode=verify-full"):
        check_tls(make_url(address), VARIABLE, environment)


def test_a_night_does_not_even_try_such_an_address_and_never_shows_its_password(monkeypatch, tmp_path):
    from monitoring.database import connect

    monkeypatch.setenv(VARIABLE, "postgresql://nightly:geheim@db.example/weerzien")
    with pytest.raises(OneLineError) as refused:
        connect(Installation(tmp_path))
    assert "sslmode=verify-full" in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_page_does_not_either(monkeypatch):
    from monitoring.web.environment import database_address

    monkeypatch.setenv("WEERZIEN_PORTAL_DATABASE_URL", "postgresql://page:geheim@db.example/weerzien")
    with pytest.raises(OneLineError, match=r"WEERZIEN_PORTAL_DATABASE_URL leads to another machine"):
        database_address()
