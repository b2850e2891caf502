"""An installation that is served, and a Chromium, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.portals.served import run_night, sample_nights, served
from benchmarks.screenshots import make_accounts, started_browser
from connectors.installation import Installation
from monitoring import database

CHILDREN, SEED = 300, 7


class Site:
    """An installation that is served, with its exports, nights and accounts."""

    def __init__(self, folder: Path) -> None:
        self.home, self.exports = folder / "home", folder / "exports"
        self.nights = sample_nights(self.home, self.exports, CHILDREN, SEED, nights=3)
        for night in self.nights[:2]:
            run_night(self.home, self.exports, night)
        self.passwords = make_accounts(self.home)
        self.base = ""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WEERZIEN_DATABASE_URL", "WEERZIEN_PORTAL_DATABASE_URL"):
            patch.delenv(name, raising=False)
        made = Site(tmp_path_factory.mktemp("browsed"))
        with served(made.home) as page:
            made.base = page.address
            yield made
        # Used here as its owner too, beside the page.
        database.stop(Installation(made.home))


@pytest.fixture(scope="module")
def browser():
    with started_browser() as started:
        yield started


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def sql(site) -> Callable[[str], list[tuple]]:
    """Asks or tells the database of the installation as its owner."""

    def ask(statement: str) -> list[tuple]:
        with database.connect(Installation(site.home)).begin() as connection:
            found = connection.execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []

    return ask
