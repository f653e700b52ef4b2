"""Statements and bytes of the pages of a quiz. The numbers are derived, not measured and copied."""

from dataclasses import dataclass

import brotli
import pytest

from tests.plugins.quizzes.pages import Page, answers_on, by_words
from tests.plugins.quizzes.samples import right_answer

# Sign-in with account; lesson or module with enrolment, plan and release; state of the course; attempt.
VIEW = 4
# The four of the view, where the attempt is written instead of read; the enrolment and the result that learning
# writes to, that write, and the counts.
SUBMIT = 8


@dataclass
class Warm:
    """A learner whose content is cached, with the addresses of the quiz and the check."""

    learner: object
    quiz: str
    check: str

    @property
    def browser(self):
        return self.learner.browser

    def right(self):
        """The form of the quiz as it stands, filled in right."""
        return answers_on(Page(self.browser.get(self.quiz)), self.learner.quiz())


@pytest.fixture
def warm(learner):
    """A learner whose content is in the process's cache, and who has begun the lesson."""
    for number in (1, 3):
        page = Page(learner.browser.get(learner.url(number)))
        learner.browser.submit(learner.url(number), answers_on(page, learner.quiz(f"T-1.{number}-q"), right=False))
    learner.browser.submit(f"{learner.check}/start")
    learner.browser.get(learner.check)
    return Warm(learner, learner.url(), learner.check)


def count(warm, ask):
    """The statements of one request; the address was looked up before."""
    with warm.learner.site.statements() as seen:
        status = ask().status_code
    return status, seen


def test_looking_at_a_quiz(warm):
    status, seen = count(warm, lambda: warm.browser.get(warm.quiz))
    assert status == 200
    assert len(seen) <= VIEW, seen


def test_looking_at_a_check(warm):
    status, seen = count(warm, lambda: warm.browser.get(warm.check))
    assert status == 200
    assert len(seen) <= VIEW, seen


def test_handing_in_a_quiz(warm):
    sent = warm.right()
    status, seen = count(warm, lambda: warm.browser.submit(warm.quiz, sent))
    assert status == 303
    assert len(seen) <= SUBMIT, seen


def test_handing_in_a_saved_quiz(warm):
    warm.browser.submit(warm.quiz, {**warm.right(), "save": "1"})
    sent = Page(warm.browser.get(warm.quiz)).form()
    status, seen = count(warm, lambda: warm.browser.submit(warm.quiz, sent))
    assert status == 303
    assert len(seen) <= SUBMIT, seen


def test_handing_in_a_check_for_the_first_time_right(warm):
    page = Page(warm.browser.get(warm.check))
    sent = page.form()
    for question in warm.learner.quiz("T-1-check").questions:
        if question.prompt.text in page.words("h2"):
            sent |= by_words(page, question, right_answer(question))
    status, seen = count(warm, lambda: warm.browser.submit(warm.check, sent))
    assert status == 303
    # Once in a person's life: learning looks whether that completes the course.
    assert len(seen) <= SUBMIT + 1, seen


def test_looking_at_a_result(warm):
    address = warm.browser.submit(warm.quiz, warm.right()).headers["Location"]
    status, seen = count(warm, lambda: warm.browser.get(address))
    assert status == 200
    assert len(seen) <= VIEW, seen


def test_statements_do_not_grow_with_attempts(warm):
    before = len(count(warm, lambda: warm.browser.get(warm.quiz))[1])
    for _ in range(5):
        warm.browser.submit(warm.quiz, warm.right())
    assert len(count(warm, lambda: warm.browser.get(warm.quiz))[1]) == before


@pytest.fixture
def long(learner):
    """A learner on the page of twenty invented questions, whose content is in the process's cache."""
    learner.browser.get(learner.url(5))
    return learner, learner.url(5)


def test_twenty_questions_cost_no_more_statements(long):
    """At most 6 to show and 12 to hand in, whatever the number of questions."""
    learner, url = long
    with learner.site.statements() as seen:
        page = Page(learner.browser.get(url))
    assert len(seen) <= VIEW <= 6, seen
    sent = answers_on(page, learner.quiz("T-1.5-q"))
    with learner.site.statements() as seen:
        assert learner.browser.submit(url, sent).status_code == 303
    # Three more than later: the first answer begins the lesson, and learning looks whether it completes the course.
    assert len(seen) <= SUBMIT + 3 <= 12, seen


def test_twenty_questions_fit_in_one_flight(long):
    """As a browser gets them: compressed page and compressed stylesheet, 14,336 bytes together."""
    learner, url = long
    assert Page(learner.browser.get(url)).text.count("<fieldset") == 20
    assert sent(learner, url) < 14_336


@pytest.mark.parametrize("lang", ["fr", "es", "ar"])
def test_twenty_questions_fit_in_every_language(make_learner, lang):
    learner = make_learner(lang)
    assert sent(learner, learner.url(5)) < 14_336


def sent(learner, url):
    """What a first visit costs, in bytes."""
    page = learner.browser.get(url, headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    link = Page(learner.browser.get(url)).all("link[@rel='stylesheet']")[0].get("href")
    with learner.site.client().get(link, headers={"Accept-Encoding": "gzip"}) as answer:
        return len(page.get_data()) + len(answer.get_data())


def test_the_first_visit_fits_in_one_flight(warm):
    """Page and stylesheet in 14,336 bytes compressed: ten segments of 1,460 bytes less headers (performance.md 1.3)."""
    page = warm.browser.get(warm.quiz)
    sheet = next(link.get("href") for link in Page(page).all("link") if link.get("rel") == "stylesheet")
    with warm.learner.site.client().get(sheet) as answer:
        css = answer.get_data()
    assert len(brotli.compress(page.get_data(), quality=5)) + len(brotli.compress(css, quality=11)) < 14_336
