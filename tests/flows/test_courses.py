"""Each course that comes with the program, taken from its start to a certificate over plain forms, in two directions."""

from dataclasses import replace
from unittest import mock

import pytest
from lxml import etree

from lms.core.catalogue import commands
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.lesson import LessonText
from lms.core.catalogue.compile.lint import plain, words
from lms.core.catalogue.compile.places import places
from lms.core.catalogue.compile.site import checked
from lms.host.plugin import BUNDLED
from lms.host.testing import opened_site
from tests.factories import make_person, sign_in
from tests.flows.test_main_story import outline_of, quiz_of, read
from tests.pages.test_pages import FIRST_FLIGHT, assets, lines
from tests.plugins.quizzes.pages import Page, answers_on

LONG, LONG_FLIGHT = 1_000, 16_384  # a lesson of more words than this may weigh more
WORDS = range(700, 1_101)  # one sitting; promised of the lessons that come along, no rule for those of others

COURSES = (
    "advocacy-tools",
    "digital-foundations",
    "holistic-start",
    "physical-everyday",
    "returning-home",
    "wellbeing-self",
)


class QuickPage(Page):
    """Read by lxml: some five hundred pages; other tests read ours by the letter of the standard."""

    def __init__(self, response):
        assert response.status_code == 200, response.status_code
        self.text = response.get_data(as_text=True)
        self.tree = etree.fromstring(self.text.encode(), etree.HTMLParser(encoding="utf-8"))


@pytest.fixture(scope="module")
def school(make_template, tmp_path_factory):
    """A site with every course of ours."""
    template = make_template("sqlite", publish, BUNDLED)
    with opened_site(template, tmp_path_factory.mktemp("school") / "site", BUNDLED) as site:
        yield site


ADVICE = {}
LESSONS = []


def publish(app):
    def noted(place, **told):
        found = checked(place, **told)
        ADVICE[place.id] = {problem.code for problem in found.problems}
        LESSONS.extend(found.course.lessons)
        return found

    with mock.patch.object(commands, "checked", noted):
        for name in COURSES:
            publish_place(places(app.config["LMS"].folder)[name], kind="edition", accept_unreviewed=True)


def answered(site, browser, address, name, lang, course):
    """Fill in a quiz right and hand it in; return where its result stands."""
    page = QuickPage(browser.get(address))
    quiz = quiz_of(site, name, lang, course)
    asked = {field.split(".")[0] for field in page.form()} | {field.get("name", "") for field in page.all("input")}
    drawn = {question.id for question in quiz.questions if question.id in {name.split(".")[0] for name in asked}}
    result = browser.submit(address, answers_on(page, quiz, only=drawn))
    assert result.status_code == 303, (name, result.text)
    return result.headers["Location"]


def test_every_course_is_taken_here(school):
    assert set(places(school.settings.folder)) == set(COURSES)


@pytest.mark.usefixtures("school")
def test_every_course_holds_to_plain_words_and_to_the_glossary():
    """No advice about words, sentences, readers, cards or fixed renderings is left open; wellbeing checks nothing by must."""
    assert set(ADVICE) == set(COURSES)
    assert set().union(*ADVICE.values()) <= {"quiz-no-must-know"}


def of_other_length(lessons):
    """Each lesson that is shorter or longer than promised, with its words; counted as `lms courses check` counts them."""
    counts = {lesson.meta.id: sum(words(plain(one.text)) for one in lesson.text.inlines()) for lesson in lessons}
    return {name: count for name, count in counts.items() if count not in WORDS}


@pytest.mark.usefixtures("school")
def test_every_lesson_has_700_to_1100_words():
    assert len(LESSONS) == 75
    assert of_other_length(LESSONS) == {}


@pytest.mark.usefixtures("school")
def test_planted_a_lesson_twice_as_long_and_one_that_was_begun_are_found():
    lesson, pieces = LESSONS[0], LESSONS[0].text.pieces
    long = replace(lesson, text=LessonText(pieces * 2))
    begun = replace(LESSONS[1], text=LessonText(pieces[:2]))
    assert set(of_other_length([long, begun, LESSONS[2]])) == {lesson.meta.id, LESSONS[1].meta.id}


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("course", COURSES)
def test_a_course_from_start_to_certificate(school, course, lang):
    """Every lesson opens, every question can be answered right by its words, every check passes, and a paper follows."""
    outline = outline_of(school, lang, course)
    person = make_person(school)
    browser = sign_in(school, person)
    assert browser.submit(f"/{lang}/my/{outline.code}/start").status_code == 303
    around = assets(school)
    for lesson in outline.lessons:
        address = f"/{lang}/l/{lesson.code}"
        words = len(" ".join(QuickPage(browser.get(address)).words("article")).split())
        with browser.get(address, headers={"Accept-Encoding": "br"}) as sent:
            weight = len(sent.get_data()) + lines(sent.headers.items())
        assert weight + around <= (LONG_FLIGHT if words > LONG else FIRST_FLIGHT), lesson.id
        result = answered(school, browser, f"{address}/quiz", f"{lesson.id}-q", lang, course)
        assert browser.get(result).status_code == 200
        assert browser.submit(f"{address}/done", {"then": "next"}).status_code == 303
    certificate = f"/{lang}/my/{outline.code}/certificate"
    assert 'name="form"' not in browser.get(certificate).text  # not before the checks
    for module in outline.modules:
        address = f"/{lang}/m/{module.code}/check"
        assert browser.submit(f"{address}/start").status_code == 303
        browser.get(answered(school, browser, address, f"{module.id}-check", lang, course))
    form = read(browser.get(certificate)).form(holding="form")
    preview = read(browser.submit(certificate, form | {"name": "", "lang": lang, "form": "full"}))
    assert outline.title.text in preview.text
    issued = browser.submit(f"{certificate}/issue", preview.form(holding="key"))
    assert issued.status_code == 303, issued.text
    assert browser.get(issued.headers["Location"]).status_code == 200
