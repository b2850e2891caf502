"""The page in a real browser: every page, the whole path from signing in to a verdict that counts, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.installation import Installation
from monitoring import database

pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed (make browser)")

from benchmarks.portals.served import run_night, sample_nights, served, weerzien
from benchmarks.screenshots import VISITS, WIDTHS, chromium, make_accounts, sign_in, started_browser, visited

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on the PATH"),
]
CHILDREN, SEED = 300, 7
JUDGED = 50
# Text that sticks out of its box, or a page that is wider than the window. Tables that are wider scroll on their own.
STICKS_OUT = """() => {
  const wide = [...document.querySelectorAll('main *, header *, nav *')].filter(e => {
    if (e.closest('.scroll, svg, .hidden, .choices') || !e.clientWidth) return false;
    const overflow = getComputedStyle(e).overflowX;
    return e.scrollWidth > e.clientWidth + 1 && overflow === 'visible' && getComputedStyle(e).display !== 'inline';
  }).map(e => e.tagName + '.' + e.className + ': ' + e.textContent.trim().slice(0, 60));
  if (document.documentElement.scrollWidth > window.innerWidth) wide.push('the page itself');
  return wide;
}"""


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


def sql(site: Site, statement: str) -> list[tuple]:
    """Ask or tell the database of the installation as its owner."""
    with database.connect(Installation(site.home)).begin() as connection:
        found = connection.execute(text(statement))
        return [tuple(row) for row in found] if found.returns_rows else []


def test_the_whole_path_from_signing_in_to_a_verdict_that_counts(site, page):
    sign_in(page, site.base, "reviewer", site.passwords["reviewer"], "review")
    assert page.get_by_role("heading", name="Vanochtend").is_visible()
    assert site.nights[1] in page.locator("main").inner_text()

    page.get_by_role("link", name="Personen", exact=True).click()
    page.get_by_text("Filters en kolommen").click()
    page.get_by_text("In meer registers", exact=True).first.click()
    page.locator("input[name=is_double_across_registers][value=yes]").check()
    page.get_by_role("button", name="Toon").click()
    shown = int(re.search(r"^([\d.]+) personen", page.locator("caption").inner_text())[1].replace(".", ""))
    (across,) = sql(site, "SELECT count(*) FROM monitoring.person WHERE is_double_across_registers")[0]
    assert shown == across > 0

    page.locator("tbody a").first.click()
    assert page.get_by_role("heading", name="Wat elk register zegt").is_visible()

    page.get_by_role("link", name="Beoordelen", exact=True).click()
    page.get_by_role("button", name="Beoordeel het eerste paar").click()
    # Not a pair that the table sees as one person already.
    one, other = re.findall(r"W-\d{8}", page.locator(".two").inner_text())
    page.get_by_label("dezelfde persoon").check()
    page.get_by_label("Reden").fill("bevestigd door de voogd")
    page.get_by_role("button", name="Geef oordeel").click()
    number = re.search(r"Oordeel (\d+): dezelfde", page.locator("h1").inner_text())[1]
    assert "telt mee vanaf de volgende nacht" in page.locator("main").inner_text()

    run_night(site.home, site.exports, site.nights[2])
    page.goto(f"{site.base}/beoordelen/oordelen/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=number, exact=True))
    assert "telt mee in deze tabel" in row.inner_text()
    page.goto(f"{site.base}/vanochtend/")
    assert "telt 1 oordeel mee, 1 voor het eerst" in page.locator("main").inner_text()
    # The younger number leads to the older one, where the verdict stands.
    page.goto(f"{site.base}/personen/{max(one, other)}/")
    page.get_by_role("link", name=min(one, other)).click()
    assert f"oordeel {number}: dezelfde (reviewer" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation_on_any_page_and_nothing_sticks_out(site, browser, width):
    from axe_playwright_python.sync_playwright import Axe

    seen = []
    for visit, page in visited(browser, site.base, site.passwords, width):
        # What is folded is a part of the page too.
        page.evaluate("document.querySelectorAll('details').forEach(e => { if (!e.matches('.menu')) e.open = true })")
        result = Axe().run(page)
        found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result.response["violations"]]
        assert not found, (visit.name, found)
        assert page.evaluate(STICKS_OUT) == [], (visit.name, width)
        seen.append(visit.name)
    assert seen == [
        visit.name
        for role in ("", "reader", "reviewer", "engineer", "auditor")
        for visit in VISITS
        if visit.role == role
    ]


def test_every_page_is_usable_without_scripts_and_none_asks_for_anything_from_elsewhere(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, site.base, "reader", site.passwords["reader"])
    for name in ("Personen", "Vermiste kinderen", "Figuren", "Registers", "Nachten", "Werkwijze"):
        page.get_by_role("link", name=name, exact=True).click()
        assert page.locator("h1").inner_text()
    assert all(url.startswith(site.base) for url in asked)
    assert not any(url.endswith(".js") for url in asked)
    context.close()


def focus_on(page, selector: str) -> None:
    """Wait until the page has put the focus where a person begins."""
    page.wait_for_function("selector => document.activeElement.matches(selector)", arg=selector)


def test_fifty_pairs_are_judged_by_keyboard_alone(site, page):
    doubtful = f"""
        UPDATE monitoring.link SET status = 'review' WHERE (record_id_l, record_id_r) IN (
          SELECT record_id_l, record_id_r FROM monitoring.link WHERE status = 'no_link'
          ORDER BY match_probability DESC, record_id_l, record_id_r LIMIT {JUDGED + 10})
    """
    sql(site, doubtful)
    before = sql(site, "SELECT count(*) FROM registers.judgement")[0][0]
    page.goto(f"{site.base}/inloggen/")
    press = page.keyboard.press
    page.keyboard.type("reviewer")
    press("Tab")
    page.keyboard.type(site.passwords["reviewer"])
    press("Enter")
    page.wait_for_url("**/doel/**")
    # From the top of the page to the choice of a purpose, then to its button.
    while page.evaluate("document.activeElement.name") != "purpose":
        press("Tab")
    press("Space")
    press("Enter")
    page.wait_for_url("**/vanochtend/")
    while page.evaluate("document.activeElement.textContent.trim()") != "Beoordelen":
        press("Tab")
    press("Enter")
    page.wait_for_url("**/beoordelen/")
    for done in range(JUDGED):
        focus_on(page, "button.main")
        press("Enter")
        page.wait_for_url("**/beoordelen/paar/")
        focus_on(page, "input[name=verdict]")
        press("Space")
        for _ in range(done % 3):
            press("ArrowDown")
        press("Tab")
        page.keyboard.type("met het toetsenbord")
        press("Enter")
        page.wait_for_url("**/beoordelen/gedaan/**")
    verdicts = sql(site, "SELECT verdict, count(*) FROM registers.judgement GROUP BY 1 ORDER BY 1")
    assert sql(site, "SELECT count(*) FROM registers.judgement")[0][0] == before + JUDGED
    assert {verdict for verdict, _ in verdicts} == {"same", "different", "unsure"}


def test_the_page_stays_up_while_a_night_runs_and_shows_the_new_one_after_it(site, page):
    import threading

    sign_in(page, site.base, "reader", site.passwords["reader"])
    night = threading.Thread(target=run_night, args=(site.home, site.exports, site.nights[2]))
    night.start()
    while night.is_alive():
        for address in ("/vanochtend/", "/personen/", "/vermist/"):
            assert page.goto(site.base + address).status == 200
    night.join()
    assert site.nights[2] in page.goto(f"{site.base}/vanochtend/").text()


def test_a_page_prints_without_its_menus(site, page):
    sign_in(page, site.base, "reader", site.passwords["reader"])
    page.goto(f"{site.base}/personen/")
    page.emulate_media(media="print")
    assert not page.locator("nav.pages").is_visible() and not page.locator("details.filters").is_visible()
    assert page.locator("tbody tr").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_command_says_where_the_page_is_and_that_no_account_is_there_yet(tmp_path):
    told = weerzien(tmp_path / "home", "portal", "--prepare")
    assert "the database is ready" in told
