"""Statements and bytes of the pages of a quiz. The numbers are derived, not measured and copied."""

import brotli
import pytest

from lms.host import static_files
from tests.plugins.quizzes.pages import Page, answers_on, by_words
from tests.plugins.quizzes.samples import right_answer

# Sign-in with account; lesson or module with enrolment, plan and release; state of the course; attempt.
VIEW = 4
# The four of the view, where the attempt is written instead of read; the enrolment and the result that learning
# writes to, that write, and the counts.
SUBMIT = 8


@pytest.fixture
def warm(learner):
    """A learner whose content is in the process's cache, and who has begun the lesson."""
    for number in (1, 3):
        page = Page(learner.browser.get(learner.url(number)))
        learner.browser.submit(learner.url(number), answers_on(page, learner.quiz(f"T-1.{number}-q"), right=False))
    learner.browser.submit(f"{learner.check}/start")
    learner.browser.get(learner.check)
    return learner


def test_looking_at_a_quiz(warm):
    with warm.site.statements() as seen:
        assert warm.browser.get(warm.url()).status_code == 200
    assert len(seen) <= VIEW, seen


def test_looking_at_a_check(warm):
    with warm.site.statements() as seen:
        assert warm.browser.get(warm.check).status_code == 200
    assert len(seen) <= VIEW, seen


def test_handing_in_a_quiz(warm):
    sent = answers_on(Page(warm.browser.get(warm.url())), warm.quiz())
    with warm.site.statements() as seen:
        assert warm.browser.submit(warm.url(), sent).status_code == 303
    assert len(seen) <= SUBMIT, seen


def test_handing_in_a_saved_quiz(warm):
    sent = answers_on(Page(warm.browser.get(warm.url())), warm.quiz())
    warm.browser.submit(warm.url(), {**sent, "save": "1"})
    sent = Page(warm.browser.get(warm.url())).form()
    with warm.site.statements() as seen:
        assert warm.browser.submit(warm.url(), sent).status_code == 303
    assert len(seen) <= SUBMIT, seen


def test_looking_at_a_result(warm):
    sent = answers_on(Page(warm.browser.get(warm.url())), warm.quiz())
    address = warm.browser.submit(warm.url(), sent).headers["Location"]
    with warm.site.statements() as seen:
        assert warm.browser.get(address).status_code == 200
    assert len(seen) <= VIEW, seen


def test_statements_do_not_grow_with_attempts(warm):
    def count():
        with warm.site.statements() as seen:
            warm.browser.get(warm.url())
        return len(seen)

    before = count()
    for _ in range(5):
        sent = answers_on(Page(warm.browser.get(warm.url())), warm.quiz())
        warm.browser.submit(warm.url(), sent)
    assert count() == before


def test_the_first_visit_fits_in_one_flight(warm):
    """Page and stylesheet, compressed, in 14,336 bytes: ten segments of 1,460 bytes less the headers (performance.md 1.3)."""
    page = warm.browser.get(warm.url()).get_data()
    with warm.site.app.test_request_context():
        name = static_files.stylesheet("auto")
    css = warm.site.client().get(name).get_data()
    assert len(brotli.compress(page, quality=5)) + len(brotli.compress(css, quality=11)) < 14_336


def test_a_check_answered_right_costs_no_more(warm):
    page = Page(warm.browser.get(warm.check))
    sent = page.form()
    for question in warm.quiz("T-1-check").questions:
        if question.prompt.text in page.words("h2"):
            sent |= by_words(page, question, right_answer(question))
    with warm.site.statements() as seen:
        assert warm.browser.submit(warm.check, sent).status_code == 303
    # The first pass: learning looks whether the course is complete, once in a person's life.
    assert len(seen) <= SUBMIT + 1, seen
