"""Every page on a phone and on a laptop, light and dark, in English and Arabic, under our own security policy."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, ViewportSize

from lms.host.security.headers import CONTENT_SECURITY_POLICY
from lms.host.testing import Site
from tests.browser.conftest import Served, begin
from tests.pages.checks import Page as Met
from tests.pages.test_pages import FIRST_FLIGHT

pytestmark = pytest.mark.browser
ORIGIN = "http://localhost:9"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    "laptop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}
NARROW: ViewportSize = {"width": 320, "height": 568}
# Controls inside a sentence, and those that stand alone, are told apart as WCAG 2.5.8 does.
SMALL_TARGETS = """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), summary, .bar a, .foot a')]
  .map(e => e.matches('.pick input') ? e.closest('.pick') : e)
  .filter(e => e.getClientRects().length && !e.closest('.skip, .vh'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 43.9)
  .map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return (box.right > innerWidth + 1 || box.left < -1) && !e.closest('.scroll, .vh, .skip, .lv');
  }).map(e => e.outerHTML.slice(0, 90)).concat('the page scrolls sideways')"""
LEAVE = """() => {
  scrollTo(0, document.body.scrollHeight);
  const box = document.querySelector('.leave button').getBoundingClientRect();
  return [box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth, box.width, box.height];
}"""


@dataclass
class Projector:
    """Shows pages that somebody met, as the server sent them, without asking the server again."""

    site: Site
    static: Path
    shown: Met | None = None
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
            self.strangers.append(route.request.url)
            route.abort()
        elif (self.static / parts.path.lstrip("/")).is_file():
            kind = "text/css" if parts.path.endswith(".css") else "text/javascript"
            route.fulfill(body=(self.static / parts.path.lstrip("/")).read_bytes(), content_type=kind)
        elif self.shown is not None and parts.path == "/shown":
            headers = {"content-security-policy": CONTENT_SECURITY_POLICY, "content-type": "text/html; charset=utf-8"}
            route.fulfill(body=self.shown.html, headers=headers)
        else:
            route.fulfill(status=404)

    def show(self, page: Page, met: Met) -> Page:
        self.shown = met
        page.goto(f"{ORIGIN}/shown")
        return page

    def note(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{self.shown}: {message.text}")


@pytest.fixture(scope="session")
def projector(shown_site: Site) -> Projector:
    return Projector(shown_site, shown_site.app.extensions["lms_static"]._folder)


@pytest.fixture(scope="session")
def kinds(pages: list[Met]) -> dict[str, list[Met]]:
    """The fullest page of each kind, by language."""
    fullest: dict[tuple[str, str, int], Met] = {}
    for page in sorted(pages, key=lambda page: len(page.html)):
        fullest[page.lang, f"{page.method} {page.endpoint}", page.status] = page
    return {lang: [page for (of, _, _), page in sorted(fullest.items()) if of == lang] for lang in ("en", "ar")}


def window(chromium: Browser, projector: Projector, **options: Any) -> BrowserContext:
    context = chromium.new_context(service_workers="block", **options)
    context.route("**/*", projector.answer)
    context.on("console", projector.note)
    return context


def findings(page: Page) -> list[str]:
    """Return what axe has to say about a page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False}  # styles are our own, and there
    violations = page.evaluate("options => axe.run(options).then(result => result.violations)", options)
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary'].splitlines()[1].strip()}"
        for violation in violations
        for node in violation["nodes"]
    ]


@dataclass
class Survey:
    """What was found on every kind of page, by screen, in one language."""

    axe: list[str] = field(default_factory=list)
    layout: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    seen: int = 0

    def look(self, page: Page, met: Met, close: str) -> None:
        """Look at the layout of a page on every screen, and at everything else on the screen `close`."""
        self.seen += 1
        for screen, look in SCREENS.items():
            page.set_viewport_size(look["viewport"])
            page.emulate_media(color_scheme=look["color_scheme"])
            page.evaluate("() => scrollTo(0, 0)")
            if screen == close and (met.method == "GET" or met.lang == "en"):  # what is wrong reads alike everywhere
                self.axe += [f"{met}: {finding}" for finding in findings(page)]
            in_view, width, height = page.evaluate(LEAVE)
            if not (in_view and width >= 44 and height >= 44):
                self.layout.append(f"{met}: Leave is not in view, or small, on a {screen}")
            if screen == "phone":
                self.layout += [f"{met}: too small: {html}" for html in page.evaluate(SMALL_TARGETS)]
                page.set_viewport_size(NARROW)
            self.layout += [f"{met}: too wide: {html}" for html in page.evaluate(TOO_WIDE)]


# Each kind of page meets axe in each language and on each screen; in all four pairs, in the long version.
PAIRS = [
    pytest.param(("en", "phone"), id="en-phone"),
    pytest.param(("ar", "laptop"), id="ar-laptop"),
    pytest.param(("en", "laptop"), id="en-laptop", marks=pytest.mark.deep),
    pytest.param(("ar", "phone"), id="ar-phone", marks=pytest.mark.deep),
]


@pytest.fixture(scope="session", params=PAIRS)
def survey(
    request: pytest.FixtureRequest, chromium: Browser, projector: Projector, kinds: dict[str, list[Met]]
) -> Survey:
    found = Survey()
    context = window(chromium, projector)
    page = context.new_page()
    lang, screen = request.param
    projector.strangers, projector.complaints = found.strangers, found.complaints
    for met in kinds[lang]:
        found.look(projector.show(page, met), met, screen)
    context.close()
    return found


def test_axe_finds_nothing(survey: Survey) -> None:
    """WCAG 2.2 AA and best practice, on every kind of page."""
    assert survey.seen > 40
    assert not survey.axe, "\n".join(survey.axe)


def test_everything_fits_the_narrowest_screen_and_a_thumb(survey: Survey) -> None:
    """320 px is also a laptop at 400 %; Leave stays in view wherever the page is scrolled to (EXIT-1)."""
    assert not survey.layout, "\n".join(survey.layout)


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("html-lang-valid", '<html lang="en"', '<html lang="nonsense-xx-yy"'),
        ("image-alt", "<main", '<img src="/static/x.png"><main'),
        ("label", "</h1>", '</h1><input name="x">'),
        ("color-contrast", "</h1>", '</h1><p class="note bad"><a class="btn" href="/">red on petrol</a></p>'),
        ("landmark-unique", "<main", '<nav aria-label="Menu"><a href="/">x</a></nav><main'),
    ],
)
def test_axe_finds_a_planted_fault(
    chromium: Browser, projector: Projector, kinds: dict[str, list[Met]], rule: str, old: str, new: str
) -> None:
    met = next(page for page in kinds["en"] if "</h1>" in page.html and old in page.html)
    context = window(chromium, projector, **SCREENS["phone"])
    page = projector.show(context.new_page(), Met(met.html.replace(old, new, 1), "en", met.url))
    assert any(finding.startswith(f"{rule}:") for finding in findings(page))
    context.close()


def test_a_wide_or_small_thing_is_noticed(chromium: Browser, projector: Projector, kinds: dict[str, list[Met]]) -> None:
    """Planted faults for the test above."""
    met = kinds["en"][0]
    wide = "</h1><p class=nw>" + "wide " * 40 + '</p><p><input type="checkbox" aria-label="x"></p>'
    context = window(chromium, projector, viewport=NARROW)
    page = projector.show(context.new_page(), Met(met.html.replace("</h1>", wide, 1), "en", met.url))
    assert page.evaluate(TOO_WIDE) != []
    assert page.evaluate(SMALL_TARGETS) != []
    page.evaluate("() => document.querySelector('.bar').removeAttribute('class')")
    assert page.evaluate(LEAVE)[0] is False
    context.close()


def test_no_page_asks_another_host_or_breaks_its_policy(survey: Survey) -> None:
    """NET-1, NET-3: with scripts on, nothing is fetched from elsewhere and the browser has nothing to complain of."""
    assert survey.strangers == []
    assert [line for line in survey.complaints if "404" not in line] == []


def test_a_stranger_and_a_breach_are_noticed(
    chromium: Browser, projector: Projector, kinds: dict[str, list[Met]]
) -> None:
    """NET-1, NET-3: planted faults for the test above."""
    projector.strangers, projector.complaints = [], []
    context = window(chromium, projector)
    page = context.new_page()
    bad = '<img src="https://example.org/x.png" alt=""><p style="color:red">x</p>'
    met = Met(kinds["en"][0].html.replace("</h1>", f"</h1>{bad}", 1), "en", "/planted")
    projector.show(page, met)
    assert len([line for line in projector.complaints if "Content Security Policy" in line]) >= 2
    context.close()


def test_a_page_is_written_from_right_to_left_in_arabic(
    chromium: Browser, projector: Projector, kinds: dict[str, list[Met]]
) -> None:
    place = "() => document.querySelector('.logo').getBoundingClientRect().left > innerWidth / 2"
    context = window(chromium, projector, **SCREENS["laptop"])
    assert projector.show(context.new_page(), kinds["ar"][0]).evaluate(place) is True
    assert projector.show(context.new_page(), kinds["en"][0]).evaluate(place) is False
    context.close()


@pytest.mark.parametrize("scripts", [False, True], ids=["scripts-off", "scripts-on"])
def test_a_first_lesson_takes_few_requests_and_few_bytes(served: Served, chromium: Browser, scripts: bool) -> None:
    """Everything on the wire, headers and icon included; then the next lesson."""
    warm = served.open(chromium, scripts=False)
    page = warm.new_page()
    begin(page)
    first = urlsplit(page.url).path
    lessons = page.locator(".tree a").evaluate_all("links => links.map(link => link.pathname)")
    other = next(path for path in lessons if path != first)
    cold = chromium.new_context(
        java_script_enabled=scripts, base_url=served.address, storage_state=warm.storage_state()
    )
    served.sent.clear()
    page = cold.new_page()
    page.goto(first)
    page.wait_for_load_state("networkidle")
    assert len(served.sent) == (3 if scripts else 2), served.sent
    assert sum(size for _, size in served.sent) <= FIRST_FLIGHT, served.sent
    served.sent.clear()
    page.goto(other)
    page.wait_for_load_state("networkidle")
    assert [path for path, _ in served.sent] == [other]
    cold.close()
    warm.close()
