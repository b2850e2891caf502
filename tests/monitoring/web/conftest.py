"""A published night of a small sample, the page on it in this process, and an account of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from benchmarks.nights.running import work
from benchmarks.portals.served import sample_nights
from connectors.installation import Installation

CHILDREN, SEED, NIGHTS = 150, 7, 2
ROLES = ("reader", "reviewer", "engineer", "auditor")
PASSWORD = "een lang wachtwoord voor {}"


@dataclass(frozen=True)
class Published:
    """An installation with two published nights of a sample, its owner's engine, and where its exports lie."""

    home: Path
    exports: Path
    engine: Engine
    address: str


@pytest.fixture(scope="session")
def published_nights(tmp_path_factory) -> Iterator[Published]:
    from monitoring import database
    from monitoring.web import accounts
    from monitoring.web.prepare import portal_address, prepare

    home, exports = tmp_path_factory.mktemp("portal") / "home", tmp_path_factory.mktemp("exports") / "sample"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WEERZIEN_DATABASE_URL", "WEERZIEN_PORTAL_DATABASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("WEERZIEN_HOME", str(home))
        installation = Installation(home)
        # Held here, so that the server stays between the nights.
        engine = database.connect(installation)
        # So few children give the police nothing new on a day: its file is refused, and the page has that to tell.
        for night in sample_nights(home, exports, CHILDREN, SEED, NIGHTS):
            work(exports, date.fromisoformat(night))
        address = portal_address(installation, engine)
        prepare(engine, with_sign_on=False)
        for role in ROLES:
            accounts.add(engine, role, [role], PASSWORD.format(role))
        patch.setenv("WEERZIEN_PORTAL_DATABASE_URL", address)
        yield Published(home, exports, engine, address)
        from django.db import connections

        connections.close_all()
        database.stop(installation)


@pytest.fixture(scope="module")
def published(published_nights) -> Published:
    """The published night, with the page on it: a process has one page, and tests of other things leave it elsewhere."""
    from monitoring.web.prepare import start_django

    start_django(published_nights.address)
    return published_nights


@pytest.fixture
def signed_in(published) -> Callable[..., Any]:
    """Signs an account in: `signed_in("reader")` gives a client that stated a purpose."""
    from django.test import Client

    def sign_in(name: str, password: str | None = None, purpose: str | None = "monitoring") -> Client:
        client = Client(SERVER_NAME="localhost")
        sent = {"username": name, "password": password or PASSWORD.format(name)}
        assert client.post("/inloggen/", sent).status_code == 302
        if purpose:
            assert client.post("/doel/", {"purpose": purpose}).status_code == 302
        return client

    return sign_in


@pytest.fixture
def as_owner(published) -> Iterator[Callable[..., Any]]:
    """Does something with accounts as the owner of the database, and goes back to the page's own login."""
    from monitoring.web.prepare import start_django

    def work(do: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return do(published.engine, *arguments)
        finally:
            start_django(published.address)

    yield work


@pytest.fixture
def account(as_owner) -> Callable[..., str]:
    """Makes an account with roles, unless it is there; its password is PASSWORD."""
    from monitoring.web import accounts

    def make(name: str, *roles: str) -> str:
        if name not in {known for known, *_ in as_owner(accounts.listed)}:
            as_owner(accounts.add, name, roles, PASSWORD.format(name))
        return name

    return make
