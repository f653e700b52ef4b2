"""The small course of the quizzes, on a site where questions can come back."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.host import clock
from lms.host.contributions import PersonalData
from lms.host.plugin import current_host
from lms.plugins.remember.models import Card, Choice
from tests.factories import sign_in
from tests.plugins.quizzes.conftest import learner, make_learner, prepare_site  # noqa: F401 - fixtures
from tests.plugins.quizzes.pages import Page, answers_on, by_words
from tests.plugins.quizzes.samples import right_answer, wrong_answer


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes", "progress", "remember")


@dataclass
class Rememberer:
    """A learner and what comes back to them, on days of the test's choice."""

    learner: object
    clock: object

    @property
    def site(self):
        return self.learner.site

    @property
    def browser(self):
        return self.learner.browser

    @property
    def address(self):
        return f"/{self.learner.lang}/remember"

    def sleep(self, days=1):
        """Let days pass; a sign-in does not outlive a night."""
        self.clock.moment += timedelta(days=days)
        self.learner.browser = sign_in(self.site, self.learner.person)

    def take(self, number=1, *, right, work=True):
        """Hand in the quiz of a lesson and let the worker work; return the page of the result."""
        page = Page(self.browser.get(self.learner.url(number)))
        sent = answers_on(page, self.learner.quiz(f"T-1.{number}-q"), right=right)
        answer = self.browser.submit(self.learner.url(number), sent)
        if work:
            self.site.run_jobs()
        return Page(answer if answer.status_code == 200 else self.browser.get(answer.headers["Location"]))

    def begin(self):
        assert self.browser.submit(f"{self.address}/on").status_code == 303
        self.site.run_jobs()

    def cards(self):
        """What is stored, by quiz and question."""
        with self.site.reading() as conn:
            mine = select(Card.__table__).where(Card.person_id == self.learner.person.id)
            return {(row.quiz_id, row.question): row for row in conn.execute(mine)}

    def chosen(self):
        with self.site.reading() as conn:
            return conn.execute(select(Choice.__table__).where(Choice.person_id == self.learner.person.id)).first()

    def copy(self):
        """The parts of the copy of one's own data, by package."""
        with self.site.reading() as conn:
            promises = current_host(self.site.app).all(PersonalData)
            return {one.key: one.export(conn, self.learner.person.id) for one in promises}

    def only(self, *questions):
        """Let these come today, and the others in a year."""
        with self.site.session() as session:
            for card in session.query(Card).filter_by(person_id=self.learner.person.id):
                card.due = clock.today() + timedelta(days=0 if card.question in questions else 365)

    def ask(self, number=1):
        return Page(self.browser.get(f"{self.address}?step={number}"))

    def filled(self, page, *, right):
        """The form of the question on a page, answered, and which question it is."""
        asked = next(
            question
            for quiz in ("T-1.1-q", "T-1-check")
            for question in self.learner.quiz(quiz).questions
            if page.tree.find(f".//h2[@id='t.{question.id}']") is not None and question.prompt.text in page.words("h2")
        )
        answer = right_answer(asked) if right else wrong_answer(asked)
        return asked, page.form(holding="card") | by_words(page, asked, answer)


@pytest.fixture
def rememberer(frozen_clock, learner):  # noqa: F811 - a fixture
    return Rememberer(learner, frozen_clock)
