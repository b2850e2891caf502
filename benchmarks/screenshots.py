"""Pictures of every page of the portal, wide and narrow, on sample data: `make screenshots`, or
`python -m benchmarks.screenshots OUT [--home DIR] [--children N]`.

Makes an installation with two nights of synthetic exports (or takes the one of --home), serves the page as users do,
and signs in as each role. Needs the extra `browser` and a Chromium (WEERZIEN_CHROMIUM, or on the PATH).
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.portals.served import run_night, sample_nights, served, weerzien

ROLES = ("reader", "reviewer", "engineer", "auditor")
WIDTHS = (1440, 390)
HEIGHT = 900
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Visit:
    """A page to look at: the role that opens it, the name of its picture, and how to get there from any page."""

    role: str
    name: str
    go: Callable[[Any, str], Any]


def at(address: str) -> Callable[[Any, str], Any]:
    """Go to an address of the page."""
    return lambda page, base: page.goto(base + address)


def by_link(address: str, link: str) -> Callable[[Any, str], Any]:
    """Go to an address and follow the first link that a selector finds in its content."""

    def go(page: Any, base: str) -> Any:
        page.goto(base + address)
        return page.goto(base + page.locator(f"main {link}").first.get_attribute("href"))

    return go


def pair(page: Any, base: str) -> None:
    """Take the first pair of the queue."""
    page.goto(base + "/beoordelen/")
    page.get_by_role("button", name="Beoordeel het eerste paar").click()


def told(page: Any, base: str) -> None:
    """Give a verdict on the first pair of the queue."""
    pair(page, base)
    page.get_by_label("niet te zeggen").check()
    page.get_by_label("Reden").fill("voor de schermafdruk")
    page.get_by_role("button", name="Geef oordeel").click()


FILTERED = "/personen/?victim_status=actual&victim_status=potential&sex=female&age_at_encounter_max=17"
VISITS = (
    Visit("", "sign_in", at("/inloggen/")),
    Visit("reader", "purpose", at("/doel/")),
    Visit("reader", "password", at("/wachtwoord/")),
    Visit("reader", "morning", at("/vanochtend/")),
    Visit("reader", "persons", at("/personen/")),
    Visit("reader", "persons_filtered", at(f"{FILTERED}&sort=-registration_count")),
    Visit("reader", "person", by_link("/personen/?sort=-registration_count", "tbody a")),
    Visit("reader", "person_missing", by_link("/vermist/?only=with_candidates", "article a")),
    Visit("reader", "missing", at("/vermist/")),
    Visit("reader", "figures", at("/figuren/")),
    Visit("reader", "registers", at("/registers/")),
    Visit("reader", "nights", at("/nachten/")),
    Visit("reader", "night", by_link("/nachten/", "tbody a")),
    Visit("reader", "method", at("/werkwijze/")),
    Visit("reader", "refused", at("/logboek/")),
    Visit("reader", "not_found", at("/bestaat-niet/")),
    Visit("reviewer", "review", at("/beoordelen/")),
    Visit("reviewer", "missing_reviewer", at("/vermist/?only=in_review")),
    Visit("reviewer", "pair", pair),
    Visit("reviewer", "told", told),
    Visit("reviewer", "verdicts", at("/beoordelen/oordelen/")),
    Visit("engineer", "register", at("/registers/stv/")),
    Visit("engineer", "night_engineer", by_link("/nachten/", "tbody a")),
    Visit("auditor", "log", at("/logboek/")),
)


def chromium() -> str | None:
    """Return the browser to use: WEERZIEN_CHROMIUM, or one on the PATH; None when there is none."""
    return os.environ.get("WEERZIEN_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def make_accounts(home: Path) -> dict[str, str]:
    """Make an account of each role, or give it another password; return the passwords by name."""
    known = weerzien(home, "accounts", "list")
    passwords = {role: secrets.token_urlsafe(16) for role in ROLES}
    for role, password in passwords.items():
        is_known = any(line.split()[:1] == [role] for line in known.splitlines())
        command = ("accounts", "password", role) if is_known else ("accounts", "add", role, "--role", role)
        weerzien(home, *command, "--password-stdin", given=password)
    return passwords


def sign_in(page: Any, base: str, role: str, password: str, purpose: str = "monitoring") -> None:
    """Sign in and state a purpose, as a person does."""
    page.goto(f"{base}/inloggen/")
    page.get_by_label("Gebruikersnaam").fill(role)
    page.get_by_label("Wachtwoord").fill(password)
    page.get_by_role("button", name="Inloggen").click()
    page.locator(f"input[name=purpose][value={purpose}]").check()
    page.get_by_role("button", name="Verder").click()


def visited(browser: Any, base: str, passwords: dict[str, str], width: int) -> Iterator[tuple[Visit, Any]]:
    """Visit every page in one width, and give each visit with the page as it stands."""
    for role in ("", *ROLES):
        context = browser.new_context(viewport={"width": width, "height": HEIGHT})
        page = context.new_page()
        if role:
            sign_in(page, base, role, passwords[role], "review" if role == "reviewer" else "monitoring")
        for visit in VISITS:
            if visit.role == role:
                visit.go(page, base)
                yield visit, page
        context.close()


@contextmanager
def started_browser() -> Iterator[Any]:
    """Start the browser. Raises SystemExit with one line when there is none."""
    from playwright.sync_api import sync_playwright

    found = chromium()
    if found is None:
        raise SystemExit("no Chromium on the PATH; install one (Debian: chromium) or set WEERZIEN_CHROMIUM")
    with sync_playwright() as playwright:
        # Without its own sandbox, which it cannot make as root.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description="Pictures of every page, 1440 and 390 wide, on synthetic data.")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--home", type=Path, help="an installation with published nights; default: a new one")
    parser.add_argument("--children", type=int, default=1000, help="children in a new installation (default 1000)")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="weerzien-pictures-") as folder:
        home = arguments.home or Path(folder) / "home"
        if arguments.home is None:
            exports = Path(folder) / "exports"
            for night in sample_nights(home, exports, arguments.children, seed=3, nights=2):
                print(f"night of {night}", flush=True)
                run_night(home, exports, night)
        passwords = make_accounts(home)
        with served(home) as site, started_browser() as browser:
            for width in WIDTHS:
                for visit, page in visited(browser, site.address, passwords, width):
                    picture = arguments.out / f"{visit.name}_{width}.png"
                    page.screenshot(path=str(picture), full_page=True)
                    print(picture, flush=True)


if __name__ == "__main__":
    main()
