"""Each of our courses from its start to a certificate, in Chromium with scripts off, as wide as a small phone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page

from lms.host.plugin import BUNDLED
from lms.host.testing import Site, opened_site
from tests.browser.conftest import Served, serving
from tests.browser.test_screens import TOO_WIDE
from tests.flows.test_courses import COURSES, QuickPage, publish
from tests.flows.test_main_story import outline_of, quiz_of
from tests.plugins.quizzes.pages import answers_on

pytestmark = [pytest.mark.browser, pytest.mark.deep]
PHONE = {"viewport": {"width": 360, "height": 740}}


class Shown(QuickPage):
    """A page as the browser holds it."""

    def __init__(self, page: Page) -> None:
        self.text = page.content()
        self.tree = etree.fromstring(self.text.encode(), etree.HTMLParser(encoding="utf-8"))


@pytest.fixture(scope="module")
def school(make_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site with every course of ours, on a port of this machine."""
    template = make_template("sqlite", publish, BUNDLED)
    with opened_site(template, tmp_path_factory.mktemp("school") / "site", BUNDLED) as site, serving(site) as served:
        yield served


def fill_in(page: Page, values: Mapping[str, Sequence[str] | str]) -> None:
    """Do with fields what a person does: choose, pick and type."""
    for name, given in values.items():
        for value in [given] if isinstance(given, str) else given:
            field = page.locator(f'main [name="{name}"]').first
            kind = field.get_attribute("type") or field.evaluate("field => field.localName")
            if kind in ("radio", "checkbox"):
                page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "select":
                field.select_option(value)
            elif kind != "hidden":
                field.fill(value)


def hand_in(page: Page, site: Site, name: str, lang: str, course: str) -> None:
    """Answer everything right and press the button below."""
    shown, quiz = Shown(page), quiz_of(site, name, lang, course)
    there = {control.get("name", "").split(".")[0] for kind in ("input", "select") for control in shown.all(kind)}
    fill_in(page, answers_on(shown, quiz, only={question.id for question in quiz.questions} & there))
    page.locator("main form:has([name=attempt]) button:not([name])").first.click()
    assert not page.locator("main .bad").count(), page.locator("main").inner_text()


def fits(page: Page) -> None:
    assert page.evaluate(TOO_WIDE) == [], page.url


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("course", COURSES)
def test_a_course_in_a_phone_without_scripts(school: Served, chromium: Browser, course: str, lang: str) -> None:
    site, outline = school.site, outline_of(school.site, lang, course)
    window = school.open(chromium, scripts=False, lang=lang, **PHONE)
    page = window.new_page()
    page.goto(f"/{lang}/my/{outline.code}")
    page.locator(f'form[action$="/my/{outline.code}/start"] button').first.click()
    for lesson in outline.lessons:
        page.goto(f"/{lang}/l/{lesson.code}")
        fits(page)
        page.goto(f"/{lang}/l/{lesson.code}/quiz")
        fits(page)
        hand_in(page, site, f"{lesson.id}-q", lang, course)
        fits(page)
        page.goto(f"/{lang}/l/{lesson.code}")
        page.locator('form[action$="/done"] button').first.click()
    for module in outline.modules:
        page.goto(f"/{lang}/m/{module.code}/check")
        page.locator('form[action$="/check/start"] button').first.click()
        hand_in(page, site, f"{module.id}-check", lang, course)
        fits(page)
    page.goto(f"/{lang}/my/{outline.code}/certificate")
    page.locator("main form:has([name=form]) button").last.click()
    assert outline.title.text in page.locator("main").inner_text()
    fits(page)
    page.locator("main form:has([name=key]) button").last.click()
    page.wait_for_load_state()
    assert "/certificate" in page.url
    fits(page)
    window.close()
