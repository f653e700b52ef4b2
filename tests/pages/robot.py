"""Somebody who opens every page and sends every form, without scripts: how the suite meets pages it was not told of."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from lms.host.testing import Browser, Site
from tests.pages.checks import Page

# Enough of each kind of page: a course has many lessons, and one more shows nothing new.
MOST_OF_A_KIND = 3
MOST_SENDINGS = 2
# What would end the walk itself.
LEFT_ALONE = {"host.leave", "accounts.sign_out", "accounts.quick_settings", "account.end_others", "account.settings"}
# What would end the person; sent empty, to meet the page that says what is missing.
NEVER_FILLED = {"account.erased", "account.closed"}
WITHOUT_LANGUAGE = ("/c/",)
DIGITS = re.compile(r"\d+")
PAGE = (200, 401, 404, 409, 413, 422, 429)


@dataclass
class Sent:
    """A request that was answered with a page, to be made again in another language."""

    method: str
    path: str
    data: dict[str, list[str]]


@dataclass
class Robot:
    """One visitor or person, walking the site in one language."""

    site: Site
    browser: Browser
    who: str
    others: tuple[str, ...] = ()
    lang: str = "en"
    twins: list[Page] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    requests: list[Sent] = field(default_factory=list)
    endpoints: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)
    _only_new: bool = False
    _seen: set[str] = field(default_factory=set)
    _kinds: Counter[str] = field(default_factory=Counter)
    _queue: deque[str] = field(default_factory=deque)
    _forms: deque[tuple[str, Element]] = field(default_factory=deque)

    def walk(self, *starts: str) -> "Robot":
        """Follow every link from the given pages, then send every form, empty and filled, and go on from there.

        A second round meets what only exists since the forms were sent; of it, only new kinds of pages are kept.
        """
        for again in (False, True):
            self._only_new = again
            self._seen.clear()
            self._kinds.clear()
            self._round(*starts)
        return self

    def _round(self, *starts: str) -> None:
        self._queue.extend(starts)
        while self._queue or self._forms:
            while self._queue:
                self._open(self._queue.popleft())
            if self._forms:
                self._send(*self._forms.popleft())

    def _open(self, url: str) -> None:
        parts = urlsplit(url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        endpoint = self.endpoint(parts.path, "GET")
        if address in self._seen or not endpoint or self._kinds[endpoint] >= MOST_OF_A_KIND:
            return
        if not parts.path.startswith((f"/{self.lang}/", *WITHOUT_LANGUAGE)):
            return
        self._seen.add(address)
        self._kinds[endpoint] += 1
        self._take(self.browser.get(address), Sent("GET", address, {}), endpoint)

    def _send(self, url: str, form: Element) -> None:
        endpoint = self.endpoint(urlsplit(url).path, "POST")
        # Without numbers: "More lines" would make a new form at each press.
        names = tuple(
            sorted({DIGITS.sub("", element.get("name", "")) for element in form.iter() if element.get("name")})
        )
        kind = f"POST {endpoint} {names}"
        if endpoint in LEFT_ALONE or not endpoint or self._kinds[kind] >= MOST_SENDINGS:
            return
        self._kinds[kind] += 1
        buttons = () if endpoint in NEVER_FILLED else form.iter("button")
        for full, button in [(False, None), *((True, button) for button in buttons)]:
            data = dict(_fill(form, full=full))
            target = url if button is None else urljoin(url, button.get("formaction") or url).partition("#")[0]
            if button is not None and button.get("name"):
                data[button.get("name", "")] = [button.get("value", "")]
            there = self.endpoint(urlsplit(target).path, "POST")
            if there and there not in LEFT_ALONE:
                self._take(self.browser.submit(target, data), Sent("POST", target, data), there)

    def _take(self, response: TestResponse, sent: Sent, endpoint: str) -> None:
        known = endpoint in self.endpoints
        self.endpoints.add(endpoint)
        with response:
            if response.status_code in (301, 302, 303):
                self._queue.append(urljoin(sent.path, response.headers["Location"]))
                return
            page = as_page(response, sent, self.lang, self.who, endpoint)
        if page is None:
            if response.status_code not in (200, 405):
                self.strange.append(f"{self.who} {sent.method} {sent.path}: {response.status_code}")
            return
        if not (self._only_new and known):
            self.pages.append(page)
            if sent.method == "GET":
                self._see_in_other_languages(sent)
            else:
                self.requests.append(sent)
        if sent.method == "POST":
            self._queue.append(sent.path)  # what the links to other languages ask for
        for link in page.all("a"):
            self._queue.append(urljoin(sent.path, link.get("href", "")))
        for form in page.all("form"):
            self._offer(form, sent)

    def _offer(self, form: Element, sent: Sent) -> None:
        action = urljoin(sent.path, form.get("action") or sent.path).partition("#")[0]
        if (form.get("method") or "get").lower() == "post":
            self._forms.append((action, form))
        else:
            data = dict(_fill(form, full=True))
            query = "&".join(f"{name}={value}" for name, values in data.items() for value in values)
            self._queue.append(f"{action}?{query}")

    def endpoint(self, path: str, method: str) -> str:
        try:
            endpoint, _ = self.site.app.url_map.bind("localhost").match(path, method=method)
        except HTTPException:
            return ""
        return str(endpoint)

    def _see_in_other_languages(self, sent: Sent) -> None:
        """Look at once: what is shown may be gone when everything has been tried."""
        for lang in self.others:
            if (page := self._twin(sent, lang)) is not None:
                self.twins.append(page)

    def again(self, lang: str) -> list[Page]:
        """Return what was met in another language, and send the same forms in it."""
        sent = [self._twin(sent, lang) for sent in self.requests]
        return [page for page in (*self.twins, *sent) if page is not None and page.lang == lang]

    def _twin(self, sent: Sent, lang: str) -> Page | None:
        if sent.path.startswith(WITHOUT_LANGUAGE):
            return None
        path = f"/{lang}/" + sent.path.split("/", 2)[2]
        endpoint = self.endpoint(urlsplit(path).path, sent.method)
        with self.browser.get(path) if sent.method == "GET" else self.browser.submit(path, sent.data) as response:
            return as_page(response, Sent(sent.method, path, sent.data), lang, self.who, endpoint)


def as_page(response: TestResponse, sent: Sent, lang: str, who: str, endpoint: str) -> Page | None:
    """Return the answer as a page, if it is one."""
    to_save = "attachment" in response.headers.get("Content-Disposition", "")
    if to_save or response.mimetype != "text/html" or response.status_code not in PAGE:
        return None
    return Page(
        response.get_data(as_text=True),
        lang,
        sent.path,
        who,
        response.status_code,
        dict(response.headers),
        endpoint,
        sent.method,
    )


def _fill(form: Element, *, full: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield what a browser would send: hidden fields always; otherwise first choices and a word, or nothing at all."""
    taken: dict[str, list[str]] = {}
    places: Counter[tuple[str, ...]] = Counter()
    for element in form.iter():
        name = element.get("name")
        kind = element.get("type", "text") if element.tag == "input" else element.tag
        if not name or kind == "button" or (kind in ("checkbox", "radio") and (not full or name in taken)):
            continue
        if kind == "select":
            options = tuple(option.get("value", "".join(option.itertext())) for option in element.iter("option"))
            value = _next_option(options, places) if full else options[0]
        elif kind == "hidden":
            value = element.get("value", "")
        elif kind in ("checkbox", "radio"):
            value = element.get("value", "on")
        else:
            value = (element.get("value") or "7") if full else ""
        taken.setdefault(name, []).append(value)
    yield from taken.items()


def _next_option(options: tuple[str, ...], places: Counter[tuple[str, ...]]) -> str:
    """Choose another option in each select of one list: places and partners are given once."""
    choices = [option for option in options if option] or [""]
    places[options] += 1
    return choices[(places[options] - 1) % len(choices)]


def bodies(pages: list[Page]) -> Mapping[str, list[Page]]:
    """Return the pages by endpoint."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        found.setdefault(page.endpoint, []).append(page)
    return found
