"""Work on the page in a real browser: from signing in to a verdict that counts, by keyboard alone, while a night runs."""

from __future__ import annotations

import re
import threading

import pytest

pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed (make browser)")

from benchmarks.portals.served import run_night
from benchmarks.screenshots import chromium, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on the PATH"),
]
JUDGED = 50


def test_the_whole_path_from_signing_in_to_a_verdict_that_counts(site, page, sql):
    sign_in(page, site.base, "reviewer", site.passwords["reviewer"], "review")
    assert page.get_by_role("heading", name="Vanochtend").is_visible()
    assert site.nights[1] in page.locator("main").inner_text()

    page.get_by_role("link", name="Personen", exact=True).click()
    page.get_by_text("Filters en kolommen").click()
    page.get_by_text("In meer registers", exact=True).first.click()
    page.locator("input[name=is_double_across_registers][value=yes]").check()
    page.get_by_role("button", name="Toon").click()
    shown = int(re.search(r"^([\d.]+) personen", page.locator("caption").inner_text())[1].replace(".", ""))
    (across,) = sql("SELECT count(*) FROM monitoring.person WHERE is_double_across_registers")[0]
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


def focus_on(page, selector: str) -> None:
    """Wait until the page has put the focus where a person begins."""
    page.wait_for_function("selector => document.activeElement.matches(selector)", arg=selector)


def test_fifty_pairs_are_judged_by_keyboard_alone(site, page, sql):
    doubtful = f"""
        UPDATE monitoring.link SET status = 'review' WHERE (record_id_l, record_id_r) IN (
          SELECT record_id_l, record_id_r FROM monitoring.link WHERE status = 'no_link'
          ORDER BY match_probability DESC, record_id_l, record_id_r LIMIT {JUDGED + 10})
    """
    sql(doubtful)
    # As a publication does: what was reckoned for the table as it was is not that of this one.
    sql("UPDATE monitoring.night SET is_published = true WHERE is_published")
    before = sql("SELECT count(*) FROM registers.judgement")[0][0]
    page.goto(f"{site.base}/inloggen/")
    press = page.keyboard.press
    focus_on(page, "#id_username")
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
    verdicts = sql("SELECT verdict, count(*) FROM registers.judgement GROUP BY 1 ORDER BY 1")
    assert sql("SELECT count(*) FROM registers.judgement")[0][0] == before + JUDGED
    assert {verdict for verdict, _ in verdicts} == {"same", "different", "unsure"}


def test_the_page_stays_up_while_a_night_runs_and_shows_the_new_one_after_it(site, page):
    sign_in(page, site.base, "reader", site.passwords["reader"])
    night = threading.Thread(target=run_night, args=(site.home, site.exports, site.nights[2]))
    night.start()
    while night.is_alive():
        for address in ("/vanochtend/", "/personen/", "/vermist/"):
            assert page.goto(site.base + address).status == 200
    night.join()
    assert site.nights[2] in page.goto(f"{site.base}/vanochtend/").text()
