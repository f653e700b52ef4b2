"""A real browser at an onion name: join, learn, be asked, leave (NET-8, SES-3).

Tor is no part of this: the name leads to this machine. Tor Browser holds onion addresses for as safe as https, and Chromium
does not. So a small stand-in for Tor speaks TLS to the browser, with a certificate of its own making, and plain http to
the site, which sees what it sees behind Tor: an onion name and no TLS.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from lms.host.security.sessions import COOKIE
from lms.host.testing import Site
from tests.browser.conftest import CHROMIUM, FLAGS, _neutral, _serve
from tests.flows.test_main_story import invite, outline_of, quiz_of
from tests.plugins.quizzes.pages import Page as Sheet
from tests.plugins.quizzes.pages import answers_on

pytestmark = [pytest.mark.browser, pytest.mark.safety]
ONION = "veerlearn2abcdefghijklmnopqrstuvwxyz234567abcdefghijklmn.onion"


def _through_tor(site: WSGIApplication, seen: list[str]) -> WSGIApplication:
    """Hand requests on as Tor does: plain, and from a page that the browser holds for plain."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = "http"
        for name in ("HTTP_ORIGIN", "HTTP_REFERER"):
            if name in environ:
                environ[name] = environ[name].replace("https://", "http://", 1)
        seen.append(environ["HTTP_HOST"])
        return site(environ, start_response)

    return answer


@pytest.fixture
def at_the_onion(
    make_site: Callable[..., Site], chromium: Browser
) -> Iterator[tuple[Site, Callable[..., Page], list[str]]]:
    """A site at an onion name alone, what opens a window on it, and the host names it was asked for by."""
    seen: list[str] = []
    elsewhere = _serve(_neutral)
    site = make_site(hosts=(ONION,), exit_url=f"http://127.0.0.1:{elsewhere.server_port}/")
    tor = make_server("127.0.0.1", 0, _through_tor(site.app.wsgi_app, seen), threaded=True, ssl_context="adhoc")
    threading.Thread(target=tor.serve_forever, daemon=True).start()
    rules = f"--host-resolver-rules=MAP {ONION}:443 127.0.0.1:{tor.server_port}"
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, rules])

    def window(**options: Any) -> Page:
        return browser.new_context(ignore_https_errors=True, base_url=f"https://{ONION}", **options).new_page()

    yield site, window, seen
    browser.close()
    tor.shutdown()
    elsewhere.shutdown()


def _join(page: Page, code: str) -> None:
    """Type the code, keep the name, type the two parts of the key that are asked for."""
    page.goto("/en/join")
    page.fill("input[name=code]", code)
    page.press("input[name=code]", "Enter")
    parts = page.locator("main ol li").all_inner_texts()
    for field in ("first", "second"):
        asked = page.locator(f"label[for={field}]").inner_text()
        number = int("".join(str(unicodedata.digit(sign)) for sign in asked if sign.isdigit()))
        page.fill(f"[name={field}]", parts[number - 1].strip())
    page.press("[name=second]", "Enter")
    page.wait_for_url(re.compile("/en/(account/welcome|sign-in)"))


def _answer(page: Page, site: Site, lesson: str) -> None:
    """Fill in the quiz of a lesson, all right, and send it."""
    sheet = Sheet(SimpleNamespace(status_code=200, headers={}, get_data=lambda as_text: page.content()))
    form = page.locator("form:has([name=attempt])")
    for name, values in answers_on(sheet, quiz_of(site, f"{lesson}-q", "en")).items():
        for value in values:
            found = form.locator(f'[name="{name}"]')
            kind = found.first.get_attribute("type") or found.first.evaluate("one => one.tagName.toLowerCase()")
            if kind in {"radio", "checkbox"}:
                form.locator(f'[name="{name}"][value="{value}"]').check(force=True)
            elif kind == "select":
                found.select_option(value)
            elif kind not in {"hidden", "submit"}:
                found.fill(value)
    form.get_by_role("button", name="Check my answers").click()
    page.wait_for_url(re.compile(r"/quiz/\w+"))


@pytest.mark.parametrize(
    "scripts", [pytest.param(False, id="scripts-off"), pytest.param(True, id="scripts-on", marks=pytest.mark.deep)]
)
def test_net_8_join_learn_answer_and_leave_at_an_onion_name(
    at_the_onion: tuple[Site, Callable[..., Page], list[str]], scripts: bool
) -> None:
    """NET-8, SES-3: the cookie is the same as everywhere, the quiz counts, and after Leave nothing is left."""
    site, window, seen = at_the_onion
    page = window(java_script_enabled=scripts)
    _join(page, invite(site))
    assert "/en/account/welcome" in page.url
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["domain"], cookie["secure"], cookie["httpOnly"]) == (COOKIE, ONION, True, True)
    lesson = outline_of(site, "en").lessons[0]
    page.goto(f"/en/l/{lesson.code}")
    heading = page.locator("h1").inner_text()
    page.goto(f"/en/l/{lesson.code}/quiz")
    _answer(page, site, lesson.id)
    assert "8 of 8 are right" in page.locator("main").inner_text()
    page.goto(f"/en/l/{lesson.code}")
    page.locator("form.leave button").click(no_wait_after=True)
    page.wait_for_url(site.settings.exit_url)
    assert page.context.cookies() == []
    page.goto("/en/home")
    assert "/en/sign-in" in page.url
    assert heading not in page.locator("body").inner_text()
    assert set(seen) == {ONION}


def test_net_8_control_without_a_stand_in_for_tor_the_cookie_is_refused(
    make_site: Callable[..., Site], chromium: Browser
) -> None:
    """NET-8: planted: over plain http Chromium keeps no such cookie, so the flow above would notice that it is gone."""
    site = make_site(hosts=(ONION,))
    server = _serve(site.app.wsgi_app)
    rules = f"--host-resolver-rules=MAP {ONION}:80 127.0.0.1:{server.server_port}"
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, rules])
    page = browser.new_context(base_url=f"http://{ONION}").new_page()
    _join(page, invite(site))
    assert page.context.cookies() == []
    assert "/en/sign-in" in page.url
    browser.close()
    server.shutdown()
