"""Debian's Chromium, a served site, and pages that somebody met."""

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from lms.host.security.sessions import COOKIE
from lms.host.testing import Site
from tests.factories import make_person, sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEUTRAL = "An everyday page"


@pytest.fixture(scope="session")
def database() -> str:
    """Pages are the same on both kinds of database."""
    return "sqlite"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser once, with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Served:
    """A site that answers on a port, and what it sent."""

    site: Site
    address: str
    neutral: str
    stalled: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    careless: bool = False
    sent: list[tuple[str, int]] = field(default_factory=list)

    def open(self, chromium: Browser, *, scripts: bool, lang: str = "en", **options: Any) -> BrowserContext:
        """Return a window in which somebody is signed in."""
        person = make_person(self.site, lang=lang)
        cookie = sign_in(self.site, person).get_cookie(COOKIE)
        assert cookie is not None
        context = chromium.new_context(java_script_enabled=scripts, base_url=self.address, **options)
        # Chromium takes a __Host- cookie for https only, and sends it to http://localhost, which it holds for as safe.
        url = self.address.replace("http:", "https:")
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": url, "secure": True, "httpOnly": True}])
        return context


def _watch(served: Served, application: WSGIApplication) -> WSGIApplication:
    """Count what is sent, hold back the answer to Leave when told to, or take away what keeps pages private."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        head = [0]

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if served.careless:
                headers = [(name, _careless(name, value)) for name, value in headers if name != "Set-Cookie"]
            head[0] = len(status) + 13 + sum(len(name) + len(value) + 4 for name, value in headers)
            return start_response(status, headers, *rest)

        if environ["PATH_INFO"] == "/leave" and served.stalled.is_set():
            served.release.wait(30)
        with closing(ClosingIterator(application(environ, start))) as parts:
            body = b"".join(parts)
        served.sent.append((environ["PATH_INFO"], head[0] + len(body)))
        return [body]

    return answer


def _careless(name: str, value: str) -> str:
    if name == "Cache-Control" and value == "no-store":
        return "max-age=600"
    return "x" if name == "Clear-Site-Data" else value


def _neutral(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [f"<!doctype html><title>{NEUTRAL}</title><h1>{NEUTRAL}</h1>".encode()]


def _serve(application: WSGIApplication) -> Any:
    server = make_server("localhost", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def serving(site: Site, neutral: str = "") -> Iterator[Served]:
    """Serve a site on a port of this machine until the block ends."""
    found = Served(site, "", neutral)
    server = _serve(_watch(found, site.app.wsgi_app))
    found.address = f"http://localhost:{server.server_port}"
    yield found
    found.release.set()
    server.shutdown()


@pytest.fixture
def served(make_site: Callable[..., Site]) -> Iterator[Served]:
    """A fresh site on a port of this machine, with an everyday page on another one."""
    elsewhere = _serve(_neutral)
    neutral = f"http://127.0.0.1:{elsewhere.server_port}/"
    with serving(make_site(exit_url=neutral), neutral) as found:
        yield found
    elsewhere.shutdown()


@pytest.fixture
def lesson(served: Served) -> str:
    """The address of a lesson that everybody may open."""
    person = sign_in(served.site, make_person(served.site))
    course = re.search(r"/en/my/\w+", person.get("/en/courses").text)
    assert course is not None
    person.submit(f"{course.group()}/start")
    found = re.search(r'/en/l/\w+(?=")', person.get(course.group()).text)
    assert found is not None
    return found.group()


def begin(page: Page) -> str:
    """Start the first course by its button and open its first lesson; return the lesson's heading."""
    page.goto("/en/courses")
    page.locator("main .list a").first.click()
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    if page.locator("article").count() == 0:
        page.locator("main .list a").first.click()
    return page.locator("h1").inner_text()
