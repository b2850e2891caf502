"""Every page in a real browser: accessible, nothing cut off, no scripts, nothing from elsewhere, printable."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed (make browser)")

from benchmarks.screenshots import VISITS, WIDTHS, chromium, sign_in, visited

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on the PATH"),
]
# Text that sticks out of its box, or a page that is wider than the window. Tables that are wider scroll on their own.
STICKS_OUT = """() => {
  const wide = [...document.querySelectorAll('main *, header *, nav *')].filter(e => {
    if (e.closest('.scroll, svg, .hidden, .choices') || !e.clientWidth) return false;
    const overflow = getComputedStyle(e).overflowX;
    return e.scrollWidth > e.clientWidth + 1 && overflow === 'visible' && getComputedStyle(e).display !== 'inline';
  }).map(e => e.tagName + '.' + e.className);
  if (document.documentElement.scrollWidth > window.innerWidth) wide.push('the page itself');
  return wide;
}"""


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


def test_a_page_prints_without_its_menus(site, page):
    sign_in(page, site.base, "reader", site.passwords["reader"])
    page.goto(f"{site.base}/personen/")
    page.emulate_media(media="print")
    assert not page.locator("nav.pages").is_visible() and not page.locator("details.filters").is_visible()
    assert page.locator("tbody tr").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
