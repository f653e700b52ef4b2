"""Every word of every page comes from a catalogue: shown with a made-up language in which each message is in brackets."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

import lms
from lms.host import app as assembly
from lms.host import i18n_tools
from lms.host.db import db
from lms.host.plugin import BUNDLED
from lms.host.testing import Prepare, Site, Template, opened_site
from tests.pages.checks import Page, is_markup
from tests.pages.fixtures import STARTS, plain_addresses
from tests.pages.robot import Robot
from tests.pages.world import ROLES, demonstrate

# Esperanto stands for "any language": Babel knows it, and nobody has translated anything into it.
MADE_UP = "eo"
BLOCKS = (
    "p",
    "li",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "a",
    "button",
    "label",
    "legend",
    "summary",
    "caption",
    "dt",
    "dd",
    "option",
)
LOOSE = ("span", "div", "main", "form", "section", "select")
# Names and codes stand in elements that isolate them from the text around; content keeps its own language.
ISOLATED = ("bdi", "code", "pre", "script", "title")
BRACKETS = re.compile(r"⟦[^⟦⟧]*⟧")
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Units and months come from Babel, the product's name from the settings.
FROM_BABEL = re.compile(
    r"(?i)\b(kB|januaro|februaro|marto|aprilo|majo|junio|julio|aŭgusto|septembro|oktobro|novembro|decembro)\b"
)
PRODUCT = "Veer"
# What people wrote stands in <bdi>; as the answer of a list it cannot.
WRITTEN = re.compile(
    r"A small garden|Weekend notes|Start here: risk and your resilience plan|Demonstration (group|organisation)|Esperanto|English"
    r"|Accounts, devices and data|Advocacy and campaigning|Everyday physical security|Stress, rest and self-care"
    r"|Returning home and staying in touch|[a-z]+-[a-z]+ \("  # the last is a name and a role
)
ANSWERS = ("option", "label")

pytestmark = pytest.mark.timeout(1200)  # as in test_pages


def bracketed(text: str) -> str:
    return f"⟦{text}⟧"


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a `translations` folder in which every message is itself in brackets."""
    template = i18n_tools.extract(Path(lms.__file__).parent)
    for message in template:
        if message.id:
            plural = isinstance(message.id, tuple)
            message.string = tuple(bracketed(form) for form in message.id) if plural else bracketed(message.id)
    folder = tmp_path_factory.mktemp("made-up")
    path = i18n_tools.po_path(folder, MADE_UP)
    path.parent.mkdir(parents=True)
    path.write_bytes(i18n_tools.template_text(template))
    return folder


@pytest.fixture(scope="module")
def walked(
    make_template: Callable[[str, Prepare, tuple[str, ...]], Template],
    prepare_site: Prepare,
    tmp_path_factory: pytest.TempPathFactory,
    made_up: Path,
) -> Iterator[list[Page]]:
    """Everything that people of each role meet in the made-up language."""
    folder = tmp_path_factory.mktemp("bracketed") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "interface_translations", lambda: made_up)
        template = make_template("sqlite", _nothing, BUNDLED)
        with opened_site(template, folder, BUNDLED, demo=True, languages=("en", MADE_UP)) as site:
            with site.app.app_context():
                prepare_site(site.app)
                db.session.commit()
            yield [page for robot in _robots(site) for page in robot.again(MADE_UP)]


def _nothing(_app: Flask) -> None:
    """Courses are published once the made-up language is there."""


def _robots(site: Site) -> list[Robot]:
    doors = demonstrate(site)
    people = {"visitor": site.client(), **{role: doors[role]() for role in ROLES}}
    robots = [Robot(site, browser, who, (MADE_UP,)) for who, browser in people.items()]
    return [robot.walk(*STARTS, *plain_addresses(site)) for robot in robots]


def said(element: Element, lang: str) -> str:
    """Return the text of an element without what is isolated, in another language, or in a block of its own."""
    parts = [element.text or ""]
    for child in element:
        skipped = not is_markup(child) or child.tag in BLOCKS or child.get("lang", lang) != lang or _is_isolated(child)
        parts.append(" " if skipped else said(child, lang))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_isolated(element: Element) -> bool:
    """A name, a code, or what a language calls itself: no words of ours."""
    coded = "code" in (element.get("class") or "").split()
    return element.tag in ISOLATED or coded or element.get("hreflang") is not None


def strange_words(page: Page) -> Iterator[str]:
    """Yield what no catalogue has said."""
    for block in page.tree.iter():
        if not is_markup(block) or block.tag not in (*BLOCKS, *LOOSE):
            continue
        around = [block, *page.ancestors(block)]
        speaks = next((it.get("lang") for it in around if it.get("lang")), "")
        inside = block.tag in LOOSE and any(it.tag in BLOCKS for it in around)
        if speaks != page.lang or inside or any(_is_isolated(it) for it in around):
            continue
        text = said(block, page.lang)
        while BRACKETS.search(text):
            text = BRACKETS.sub(" ", text)
        text = WRITTEN.sub("", text) if block.tag in ANSWERS else text
        if LETTERS.search(FROM_BABEL.sub("", text).replace(PRODUCT, "")):
            yield f"<{block.tag}> {' '.join(text.split())[:120]}"


def test_every_visible_word_is_translated(walked: list[Page]) -> None:
    found = {f"{page.endpoint}: {words}" for page in walked for words in strange_words(page)}
    assert len(walked) > 100
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("html", "fine"),
    [
        ("<p>⟦You stopped at <b>lesson ⟦1 of 2⟧</b>⟧ 3</p>", True),
        ("<p>⟦Hello⟧ <bdi>amber-heron</bdi></p>", True),
        ('<p><span lang="en">English words</span></p>', True),
        ("<p>⟦Hello⟧ there</p>", False),
        ("<div>Loose words</div>", False),
        ("<ul><li>⟦One⟧</li><li>Two</li></ul>", False),
        ("<select><option>Pick one</option></select>", False),
        ("<p>⟦Yes⟧ <b>and no</b></p>", False),
    ],
)
def test_untranslated_words_are_noticed(html: str, fine: bool) -> None:
    page = Page(f'<!doctype html><html lang="{MADE_UP}"><title>x</title><main>{html}</main>', MADE_UP, "/")
    assert (list(strange_words(page)) == []) is fine
