"""Many at once, on SQLite and on PostgreSQL: one attempt, one result, one count (DUR-5, CON-2)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lms.host.security.sessions import COOKIE
from lms.plugins.quizzes.models import Attempt, Count
from tests.plugins.quizzes.pages import Page, answers_on, by_words
from tests.plugins.quizzes.samples import right_answer

MANY = 16


def at_once(learner, work):
    """Run `work(browser, number)` in as many threads, all let go together."""
    ready = Barrier(MANY)

    def run(number):
        browser = learner.site.client()
        browser.set_cookie(COOKIE, learner.browser.get_cookie(COOKIE).value, secure=True, httponly=True)
        ready.wait()
        return work(browser, number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def rows(site):
    with site.reading() as conn:
        return conn.execute(select(Attempt.seq, Attempt.state, Attempt.score).order_by(Attempt.seq)).all()


@pytest.mark.parametrize("saved", [False, True])
def test_dur_5_one_form_sent_by_many_is_graded_once(learner, saved):
    page = Page(learner.browser.get(learner.url()))
    sent = answers_on(page, learner.quiz())
    if saved:
        learner.browser.submit(learner.url(), {**sent, "save": "1"})
        sent = answers_on(Page(learner.browser.get(learner.url())), learner.quiz())
    answers = at_once(learner, lambda browser, _: browser.submit(learner.url(), sent))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert rows(learner.site) == [(1, "graded", 100)]
    with learner.site.reading() as conn:
        assert conn.scalar(select(func.max(Count.total))) == 1


def test_different_forms_at_once_are_all_graded(learner):
    """The control: not everything is taken for a repeat."""
    forms = [answers_on(Page(learner.browser.get(learner.url())), learner.quiz()) for _ in range(MANY)]
    answers = at_once(learner, lambda browser, number: browser.submit(learner.url(), forms[number]))
    assert len({answer.headers["Location"] for answer in answers}) == MANY
    assert [row.seq for row in rows(learner.site)] == list(range(1, MANY + 1))
    with learner.site.reading() as conn:
        assert conn.scalar(select(func.max(Count.total))) == 1  # one person (STAT-1)


def test_con_2_many_starts_open_one_attempt(learner):
    answers = at_once(learner, lambda browser, _: browser.submit(f"{learner.check}/start"))
    assert {answer.status_code for answer in answers} == {303}
    assert [(row.seq, row.state) for row in rows(learner.site)] == [(1, "open")]


def test_con_2_a_check_handed_in_by_many_is_graded_once(learner):
    learner.browser.submit(f"{learner.check}/start")
    page = Page(learner.browser.get(learner.check))
    sent = page.form()
    for question in learner.quiz("T-1-check").questions:
        if question.prompt.text in page.words("h2"):
            sent |= by_words(page, question, right_answer(question))
    answers = at_once(learner, lambda browser, _: browser.submit(learner.check, sent))
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert rows(learner.site) == [(1, "graded", 100)]
    assert learner.standing("T-1-check").passed


def test_saving_and_handing_in_at_once_ends_graded(learner):
    page = Page(learner.browser.get(learner.url()))
    sent = answers_on(page, learner.quiz())

    def work(browser, number):
        return browser.submit(learner.url(), {**sent, "save": "1"} if number % 2 else sent)

    answers = at_once(learner, work)
    assert {answer.status_code for answer in answers} <= {303, 422}
    assert [(row.state, row.score) for row in rows(learner.site)] == [("graded", 100)]
