"""What is wrong with a page, found in its HTML alone. Each check returns sentences; none means well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from lxml import etree

from lms.host import i18n

FOCUSABLE = ("a", "button", "input", "select", "textarea", "summary")
LABELLED = ("input", "select", "textarea")
NEEDS_NO_LABEL = ("hidden", "submit", "button")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
FORBIDDEN_ELEMENTS = ("style", "svg", "math", "iframe", "object", "embed", "base", "canvas", "video", "audio", "font")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "headers", "list")
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "poster", "background", "ping")
PRODUCT = "Veer"
PUBLIC_POSTS = ("/leave", "/join", "/join/confirm", "/sign-in", "/check", "/check/name")


@dataclass
class Page:
    """One answer with HTML, as somebody got it."""

    html: str
    lang: str
    url: str
    who: str = "visitor"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    endpoint: str = ""
    method: str = "GET"

    @cached_property
    def tree(self) -> Element:
        """The page as lxml reads it: thousands of pages, each many times faster than by the letter of the standard."""
        return etree.fromstring(self.html.encode(), etree.HTMLParser(encoding="utf-8", remove_comments=True))

    @cached_property
    def parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.tree.iter() for child in parent}

    def ancestors(self, element: Element) -> Iterator[Element]:
        while (element := self.parents.get(element)) is not None:  # type: ignore[assignment]
            yield element

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.tree.iter() if element.tag in tags]

    @cached_property
    def ids(self) -> list[str]:
        return [element.get("id", "") for element in self.tree.iter() if element.get("id")]

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.url} ({self.status})"


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def classes(element: Element) -> set[str]:
    return set((element.get("class") or "").split())


def is_markup(element: Element) -> bool:
    return isinstance(element.tag, str)


def name_of(page: Page, element: Element) -> str:
    """Return the accessible name, as far as it is in the HTML."""
    if element.get("aria-label"):
        return element.get("aria-label", "")
    if labels := element.get("aria-labelledby"):
        return " ".join(text(found) for found in page.tree.iter() if found.get("id") in labels.split())
    pictures = " ".join(picture.get("alt", "") for picture in element.iter("img"))
    return f"{text(element)} {pictures}".strip()


def name_of_group(page: Page, element: Element) -> str:
    return name_of(page, element) if element.get("aria-label") or element.get("aria-labelledby") else ""


def parse_errors(page: Page) -> Iterator[str]:
    """By the letter of the standard, which is slow; the W3C's checker reads the pages of other languages too."""
    if page.lang != "en":
        return
    parser = html5lib.HTMLParser()
    parser.parse(page.html)
    for place, code, values in parser.errors:
        yield f"line {place[0]}: {code} {values or ''}"


def language(page: Page) -> Iterator[str]:
    root = page.tree
    if root.get("lang") != page.lang:
        yield f"lang is {root.get('lang')!r}, not {page.lang!r}"
    if root.get("dir") != i18n.direction(page.lang):
        yield f"dir is {root.get('dir')!r}"
    for element in page.tree.iter():
        code = element.get("lang")
        if not code or element is root or element.get("dir") or element.tag == "bdi":
            continue
        around = next((it.get("dir") for it in page.ancestors(element) if it.get("dir")), "")
        hreflang = element.tag == "a" and element.get("hreflang")
        if not hreflang and i18n.direction(code) != around:
            yield f"<{element.tag} lang={code}> stands in {around} text without a dir"


def window_title(page: Page) -> Iterator[str]:
    titles = [text(title) for title in page.all("title")]
    if len(titles) != 1:
        yield f"{len(titles)} titles"
    elif titles[0] != PRODUCT and not titles[0].endswith(f" – {PRODUCT}"):
        yield f"the title {titles[0]!r} does not end with the product's name"
    elif page.status == 422 and page.tree.find(".//*[@id='problems']") is None:
        yield "sent back without a summary of problems"


def landmarks(page: Page) -> Iterator[str]:
    mains = page.all("main")
    if [main.get("id") for main in mains] != ["main"] or mains[0].get("tabindex") != "-1":
        yield "there must be one <main id=main tabindex=-1>"
    for tag, what in (("header", "bar"), ("footer", "foot")):
        if sum(what in classes(element) for element in page.all(tag)) != 1:
            yield f"there must be one {tag} of class {what}"
    names = [
        name_of(page, nav) if nav.get("aria-label") or nav.get("aria-labelledby") else "" for nav in page.all("nav")
    ]
    if not all(names):
        yield "a nav has no name"
    if len(set(names)) != len(names):
        yield f"two navs have one name: {sorted(names)}"


def headings(page: Page) -> Iterator[str]:
    levels = [int(element.tag[1]) for main in page.all("main") for element in main.iter() if element.tag in HEADINGS]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1 in main"
    before = 0
    for level in levels:
        # The summary of problems and the content note stand before the heading of the page.
        if level > before + 1 and not (before == 0 and level == 2):
            yield f"h{before} is followed by h{level}"
        before = level
    for element in page.all(*HEADINGS, "caption", "legend", "th"):
        if not text(element) and element.tag in HEADINGS:
            yield f"an empty {element.tag}"


def focus_order(page: Page) -> Iterator[str]:
    """EXIT-1: the skip link, then Leave, then everything else."""
    stops = [
        element
        for element in page.tree.iter()
        if element.tag in FOCUSABLE and element.get("type") != "hidden" and element.get("tabindex") != "-1"
    ]
    if not stops or "skip" not in classes(stops[0]) or stops[0].get("href") != "#main":
        yield "the first stop is not the skip link"
    form = page.parents.get(stops[1]) if len(stops) > 1 else None
    if (
        form is None
        or stops[1].tag != "button"
        or "leave" not in classes(form)
        or (form.get("method") or "").lower() != "post"
        or not (form.get("action") or "").endswith("/leave")
    ):
        yield "the second stop is not Leave"
    for element in page.tree.iter():
        if (element.get("tabindex") or "0") not in ("0", "-1"):
            yield f"tabindex {element.get('tabindex')}"
        if "autofocus" in element.attrib:
            yield "autofocus jumps past Leave"


def names(page: Page) -> Iterator[str]:
    labels = {label.get("for"): text(label) for label in page.all("label")}
    for element in page.all(*LABELLED):
        if element.get("type") in NEEDS_NO_LABEL:
            continue
        inside = any(parent.tag == "label" and text(parent) for parent in page.ancestors(element))
        named = element.get("aria-label") or element.get("aria-labelledby")
        if not (inside or named or labels.get(element.get("id"))):
            yield f"<{element.tag} name={element.get('name')}> has no label"
    for element in page.all("a", "button", "summary"):
        if not name_of(page, element):
            yield f"<{element.tag} {element.attrib}> has no name"
    for element in page.all("fieldset"):
        legend = element.find("legend")
        if (legend is None or not text(legend)) and not name_of_group(page, element):
            yield "a fieldset has no legend"
    for element in page.all("img"):
        if element.get("alt") is None or not element.get("width") or not element.get("height"):
            yield f"<img src={element.get('src')}> lacks alt, width or height"
    for element in page.all("progress"):
        if not element.get("aria-label") and not element.get("aria-labelledby"):
            yield "a progress has no name"


def references(page: Page) -> Iterator[str]:
    known = set(page.ids)
    reasons = {element.get("id") for element in page.tree.iter() if "err" in classes(element)}
    for name in sorted({name for name in page.ids if page.ids.count(name) > 1}):
        yield f"id {name!r} is used twice"
    for element in page.tree.iter():
        for attribute in REFERENCES:
            for wanted in (element.get(attribute) or "").split():
                if wanted not in known:
                    yield f"{attribute}={wanted!r} leads nowhere"
        target = element.get("href") or ""
        if target.startswith("#") and target[1:] not in known:
            yield f"the link {target!r} leads nowhere"
        if element.get("aria-invalid") == "true":
            described = (element.get("aria-describedby") or "").split()
            if not any(reason in described for reason in reasons):
                yield f"the wrong field {element.get('name')!r} does not say why"


def safe_markup(page: Page) -> Iterator[str]:
    """NET-1, NET-3: nothing inline, nothing from elsewhere."""
    for element in page.tree.iter():
        if not is_markup(element):
            continue
        if element.tag.rpartition("}")[2] in FORBIDDEN_ELEMENTS:
            yield f"<{element.tag}>"
        if element.tag == "script" and (element.text or not (element.get("src") or "").startswith("/static/")):
            yield "a script that is inline or not ours"
        if element.tag == "meta" and (element.get("name") == "referrer" or element.get("http-equiv")):
            yield f"meta {element.attrib}"
        for attribute, value in element.attrib.items():
            if attribute == "style" or attribute.startswith("on"):
                yield f"{attribute}= on <{element.tag}>"
            if attribute in ADDRESSES:
                yield from _address(element, attribute, value)
    if sum("stylesheet" in (link.get("rel") or "").split() for link in page.all("link")) != 1:
        yield "there must be one stylesheet"
    if re.search(r"url\(|@import|javascript:|data:", page.html):
        yield "url(, @import, javascript: or data:"


def _address(element: Element, attribute: str, value: str) -> Iterator[str]:
    parts = urlsplit(value)
    if not parts.scheme and not parts.netloc:
        return
    if element.tag != "a" or parts.scheme not in ("https", "http", "mailto", "tel"):
        yield f"{attribute}={value!r} on <{element.tag}>"
    elif {"noopener", "noreferrer"} - set((element.get("rel") or "").split()):
        yield f"a link to {parts.netloc} without noopener noreferrer"


def forms(page: Page) -> Iterator[str]:
    """SES-9: every POST of a signed-in person carries the forgery token; text never goes into an address."""
    for form in page.all("form"):
        method = (form.get("method") or "get").lower()
        fields = {element.get("name") for element in form.iter() if element.tag in (*LABELLED, "button")}
        action = (form.get("action") or page.url).partition("#")[0]
        signed_in = page.who != "visitor" and not action.endswith(PUBLIC_POSTS)
        if signed_in and method == "post" and "csrf" not in fields:
            yield f"the form to {form.get('action')!r} has no token"
        if method == "get" and any(element.tag == "textarea" for element in form.iter()):
            yield "a text area in a GET form"
        for element in form.iter("input"):
            if element.get("placeholder") is not None:
                yield "placeholder text"


def tiles(page: Page) -> Iterator[str]:
    """A tile never stands alone: words beside it, or a label around it, say the same."""
    for element in page.tree.iter():
        if element.tag != "i" or "t" not in classes(element):
            continue
        around = list(page.ancestors(element))
        if any(it.get("role") == "img" and it.get("aria-label") for it in around):
            continue
        if any(it.get("aria-hidden") == "true" for it in around) or (around and text(around[0])):
            continue
        yield "a tile without words"


def tables(page: Page) -> Iterator[str]:
    for table in page.all("table"):
        heads = list(table.iter("th"))
        if not heads:
            yield "a table without headers"
        if any(head.get("scope") not in ("col", "row", "colgroup", "rowgroup") for head in heads):
            yield "a table header without scope"


CHECKS = (
    parse_errors,
    language,
    window_title,
    landmarks,
    headings,
    focus_order,
    names,
    references,
    safe_markup,
    forms,
    tiles,
    tables,
)


def faults(page: Page) -> list[str]:
    """Return everything wrong with a page."""
    return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(page)]
