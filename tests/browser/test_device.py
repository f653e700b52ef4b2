"""What stays on a device: nothing but public files, and those go with Leave (CACHE-5, CACHE-6)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, begin

pytestmark = [pytest.mark.browser, pytest.mark.safety]
SCRIPTS = pytest.mark.parametrize("scripts", [False, True], ids=["scripts-off", "scripts-on"])
# Asked through the browser's own tools, which answer where scripts are off as well.
STORED = """async () => ({
  caches: await caches.keys(),
  databases: (await indexedDB.databases()).map(one => one.name),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  cookies: document.cookie,
})"""
NOTHING = {"caches": [], "databases": [], "workers": 0, "local": [], "session": [], "cookies": ""}
PLANTED = """async () => {
  await (await caches.open('lessons')).put('/en/l/x', new Response('a lesson'));
  localStorage.setItem('last', 'a lesson');
}"""
# Its answer comes as an event, and none comes where scripts are off.
PLANTED_NOTES = """() => new Promise(done => {
  indexedDB.open('notes').onsuccess = event => { event.target.result.close(); done(); };
})"""


def stored(page: Page) -> dict[str, Any]:
    """Return what the browser keeps for this site where pages can put things."""
    found: dict[str, Any] = page.evaluate(STORED)
    return found


def visit(served: Served, chromium: Browser, *, scripts: bool) -> Page:
    """Read a lesson, answer its questions, look at the account and at what is kept."""
    page = served.open(chromium, scripts=scripts).new_page()
    begin(page)
    lesson = page.url
    page.goto(f"{lesson}/quiz")
    page.locator("main form button").last.click()
    for path in ("/en/home", "/en/account/", "/en/account/data", "/en/workbook"):
        page.goto(path)
    return page


@SCRIPTS
def test_cache_5_a_whole_visit_stores_nothing(served: Served, chromium: Browser, scripts: bool) -> None:
    """CACHE-5: no cache of its own, database, worker or storage, and no cookie that a page can read."""
    page = visit(served, chromium, scripts=scripts)
    assert stored(page) == NOTHING
    page.context.close()


@SCRIPTS
def test_cache_6_leave_removes_everything_from_the_device(served: Served, chromium: Browser, scripts: bool) -> None:
    """CACHE-6, CACHE-5: planted storage is found, and gone after Leave on the page after signing out, without script too."""
    page = visit(served, chromium, scripts=scripts)
    page.evaluate(PLANTED)
    if scripts:
        page.evaluate(PLANTED_NOTES)
    planted = {"caches": ["lessons"], "local": ["last"], "databases": ["notes"] if scripts else []}
    assert stored(page) == NOTHING | planted
    page.locator("footer form button").last.click()
    page.wait_for_url("**/signed-out")
    assert "removes from this device" in page.locator("main").inner_text()
    page.locator("form.leave button").click(no_wait_after=True)
    page.wait_for_url(served.neutral)
    page.goto("/en/")
    assert stored(page) == NOTHING
    page.context.close()
