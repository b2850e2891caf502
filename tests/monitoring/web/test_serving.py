"""Where the page may be served, and by whom: refusals in one line, before anything listens."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.installation import Installation, OneLineError
from monitoring.web.environment import hosts, secret_key
from monitoring.web.serving import Bind, check_bind

LONG = "x" * 60


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("SECRET_KEY", "HOSTS", "TLS"):
        monkeypatch.delenv(f"WEERZIEN_PORTAL_{name}", raising=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_this_machine_alone_nothing_more_is_asked(host, free_port):
    check_bind(Bind(host, free_port, 2))


def test_other_machines_need_a_secret_a_name_and_tls(free_port, monkeypatch, tmp_path):
    bind = Bind("0.0.0.0", free_port, 2)
    with pytest.raises(OneLineError, match="WEERZIEN_PORTAL_SECRET_KEY and WEERZIEN_PORTAL_HOSTS"):
        check_bind(bind)
    monkeypatch.setenv("WEERZIEN_PORTAL_SECRET_KEY", LONG)
    monkeypatch.setenv("WEERZIEN_PORTAL_HOSTS", "monitor.example")
    with pytest.raises(OneLineError, match="TLS"):
        check_bind(bind)
    monkeypatch.setenv("WEERZIEN_PORTAL_TLS", "proxy")
    check_bind(bind)
    assert hosts() == ["127.0.0.1", "localhost", "[::1]", "monitor.example"]


def test_a_port_that_is_taken_is_said_in_one_line(free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with pytest.raises(OneLineError, match=f"127.0.0.1:{free_port} cannot be used .*--port"):
            check_bind(Bind("127.0.0.1", free_port, 2))


def test_a_certificate_goes_with_its_key_and_can_be_read(free_port, tmp_path):
    with pytest.raises(OneLineError, match="go together"):
        check_bind(Bind("127.0.0.1", free_port, 2, certificate=tmp_path / "cert.pem"))
    with pytest.raises(OneLineError, match=r"cert\.pem cannot be read"):
        check_bind(Bind("127.0.0.1", free_port, 2, certificate=tmp_path / "cert.pem", key=tmp_path / "key.pem"))


def test_the_key_of_sessions_is_made_once_and_is_for_its_owner_alone(tmp_path):
    installation = Installation(tmp_path / "home")
    key = secret_key(installation)
    file: Path = installation.portal / "secret_key"
    assert len(key) >= 50 and secret_key(installation) == key
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert secret_key(Installation(tmp_path / "other")) != key


def test_a_short_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_PORTAL_SECRET_KEY", "short")
    with pytest.raises(OneLineError, match="shorter than 50"):
        secret_key(Installation(tmp_path / "home"))


def test_a_login_that_may_read_the_registers_is_refused(published):
    from monitoring.web.prepare import check_rights

    check_rights(published.address)
    owner = published.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with pytest.raises(OneLineError, match="may read identifying values"):
        check_rights(owner)


@pytest.mark.parametrize(
    "right",
    [
        "GRANT USAGE ON SCHEMA registers TO meddler",
        "GRANT DELETE ON portal.audit TO meddler",
        "ALTER ROLE meddler CREATEROLE",
    ],
)
def test_a_login_with_a_right_too_many_is_refused(published, right):
    from monitoring.web.prepare import check_rights

    with published.engine.begin() as connection:
        connection.execute(text("CREATE ROLE meddler LOGIN IN ROLE weerzien_portal"))
        connection.execute(text(right))
    address = published.engine.url.set(drivername="postgresql", username="meddler").render_as_string(
        hide_password=False
    )
    try:
        with pytest.raises(OneLineError, match="may read identifying values or change its log"):
            check_rights(address)
    finally:
        with published.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY meddler"))
            connection.execute(text("DROP ROLE meddler"))


def test_a_member_of_the_role_of_the_page_is_let_in(published):
    from monitoring.web.prepare import check_rights

    with published.engine.begin() as connection:
        connection.execute(text("CREATE ROLE portal_login LOGIN IN ROLE weerzien_portal"))
    address = published.engine.url.set(drivername="postgresql", username="portal_login")
    try:
        check_rights(address.render_as_string(hide_password=False))
    finally:
        with published.engine.begin() as connection:
            connection.execute(text("DROP ROLE portal_login"))


def test_a_database_that_was_not_made_ready_says_what_to_do(published):
    from monitoring.web.prepare import check_rights

    address = published.engine.url.set(drivername="postgresql", username="weerzien_portal", database="template1")
    with pytest.raises(OneLineError, match="--prepare"):
        check_rights(address.render_as_string(hide_password=False))


def test_a_server_elsewhere_needs_a_login_of_the_page_itself(published, monkeypatch):
    from monitoring.web.prepare import portal_address

    monkeypatch.delenv("WEERZIEN_PORTAL_DATABASE_URL")
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", "postgresql://owner@db.example/weerzien")
    with pytest.raises(OneLineError, match="WEERZIEN_PORTAL_DATABASE_URL"):
        portal_address(Installation(published.home), published.engine)
