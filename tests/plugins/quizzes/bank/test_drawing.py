"""The bank and the files that draw from it, by pages: draws by tag, drafts that go, and a desk that notices."""

from dataclasses import replace

import pytest
import yaml
from sqlalchemy import select

from lms.core.catalogue.compile.desk import key_of
from lms.host.security.audit import Entry
from lms.plugins.quizzes.commands import _questions
from lms.plugins.quizzes.domain.bank.listing import lent_name
from lms.plugins.quizzes.domain.files import QuizFile
from lms.plugins.quizzes.models import Attempt, Version
from tests.factories import make_person, sign_in
from tests.plugins.quizzes.bank.test_pages import form_of, write
from tests.plugins.quizzes.conftest import COURSE, publish
from tests.plugins.quizzes.pages import Page, answers_on
from tests.plugins.quizzes.samples import single


@pytest.fixture
def author(site):
    person = make_person(site, grants=[("author", "site", "")])
    browser = sign_in(site, person)
    browser.person = person
    return browser


def write_line(site, line, folder="20-nothing"):
    """Put a line before the questions that a quiz of the course has of its own."""
    path = site.app.config["LMS"].folder / "courses" / COURSE / "10-trial" / folder / "quiz.yaml"
    data = yaml.safe_load(path.read_text())
    own = [item for item in data["items"] if "id" in item]
    path.write_text(yaml.safe_dump({**data, "items": [line, *own]}))
    return path


def put_out(author, key):
    number = form_of(Page(author.get(f"/en/questions/{key}")), "number")
    assert author.submit(f"/en/questions/{key}/publish", number).status_code == 303


def test_a_quiz_draws_by_tag_and_an_attempt_keeps_what_it_drew(author, site, make_learner):
    """QZ8: a release draws from what was published then; the bank says where."""
    keys = [write(author, single(prompt=f"Is number {n} wet?")) for n in range(4)]
    for key in keys[:3]:
        put_out(author, key)
    path = write_line(site, {"draw": 2, "tags": ["WATER", "rain"], "outcome": "o1"}, folder="40-answers")
    publish(site.app)
    assert "questions 1.4 (drawn by chance)" in Page(author.get(f"/en/questions/{keys[0]}")).text
    assert "not asked anywhere yet" in Page(author.get(f"/en/questions/{keys[3]}")).text
    learner = make_learner()
    paper = Page(learner.browser.get(learner.url(4)))
    quiz = learner.quiz("T-1.4-q")
    assert [question.id for question in quiz.questions] == [*sorted(keys[:3]), "q1", "q6"]
    sheet_address = learner.browser.get(f"{learner.url(4)}/sheet").headers["Location"]
    assert "Open this page again" in Page(learner.browser.get(sheet_address)).text
    put_out(author, keys[3])
    publish(site.app)
    assert [question.id for question in learner.quiz("T-1.4-q").questions] == [*sorted(keys), "q1", "q6"]
    shown = tuple(question for question in quiz.questions if paper.all(f"input[@name='{question.id}']"))
    result = learner.browser.submit(learner.url(4), answers_on(paper, replace(quiz, questions=shown)))
    assert result.status_code == 303
    assert learner.standing("T-1.4-q").best == 100
    with site.session() as session:
        attempt = session.scalars(select(Attempt)).one()
        drawn = [lent_name(name) for name in attempt.questions]
        assert drawn[2:] == ["", ""]
        assert set(drawn[:2]) < set(keys[:3])
    with site.app.app_context():
        names = [name for name, _item, _folder in _questions([path])]
        assert names == ["T-1.4-q.q1", "T-1.4-q.q6", *(f"bank.{key}" for key in sorted(keys))]


def test_a_draft_is_deleted_after_a_page_that_asks_and_what_is_published_stays(author, site):
    draft, out = write(author, single(prompt="Draft?")), write(author, single(prompt="Out?"))
    sent = form_of(Page(author.get(f"/en/questions/{draft}/delete")), "number")
    assert author.submit(f"/en/questions/{draft}/delete", {**sent, "number": ["7x"]}).status_code == 303
    assert author.get(f"/en/questions/{draft}").status_code == 200
    for _twice in range(2):
        gone = author.submit(f"/en/questions/{draft}/delete", sent)
        assert "The draft is deleted." in Page(author.get(gone.headers["Location"].partition("#")[0])).text
    assert author.get(f"/en/questions/{draft}").status_code == 404
    put_out(author, out)
    assert "/delete" not in Page(author.get(f"/en/questions/{out}")).text
    for answer in (author.get(f"/en/questions/{out}/delete"), author.submit(f"/en/questions/{out}/delete", sent)):
        told = Page(author.get(answer.headers["Location"].partition("#")[0])).text
        assert "it stays" in told
    edit = form_of(Page(author.get(f"/en/questions/{out}/edit")), "key")
    assert author.submit(f"/en/questions/{out}/edit", {**edit, "prompt": ["Second?"]}).status_code == 303
    page = Page(author.get(f"/en/questions/{out}/delete"))
    assert "That version is published and stays." in page.text
    older = author.submit(f"/en/questions/{out}/delete", {"number": ["1"]})
    assert "saved=newer" in older.headers["Location"]
    assert author.submit(f"/en/questions/{out}/delete", form_of(page, "number")).status_code == 303
    with site.session() as session:
        assert [(row.question, row.number) for row in session.scalars(select(Version))] == [(out, 1)]
        deleted = [row.object for row in session.scalars(select(Entry)) if row.action == "draft deleted"]
        assert deleted == [f"bank/{draft} 1", f"bank/{out} 2"]


def test_the_desk_checks_again_when_the_bank_has_changed(author, site, monkeypatch):
    """The control first: with a kind of file that says nothing of its bank, the desk keeps what it found before."""
    keys = [write(author, single(prompt=f"Is number {n} wet?")) for n in range(2)]

    def told():
        return Page(author.get(f"/en/desk/{key_of(COURSE)}")).text

    write_line(site, {"use": keys[0], "outcome": "o1"})
    with monkeypatch.context() as planted:
        planted.setattr(QuizFile, "rests_on", lambda _self: None)
        assert "has no published question" in told()
        put_out(author, keys[0])
        assert "has no published question" in told()
    assert "has no published question" not in told()
    write_line(site, {"draw": 2, "tags": ["water"], "outcome": "o1"})
    assert "by another line: 1." in told()
    put_out(author, keys[1])
    assert "by another line" not in told()
    edit = form_of(Page(author.get(f"/en/questions/{keys[1]}/edit")), "key")
    assert author.submit(f"/en/questions/{keys[1]}/edit", {**edit, "tags": ["sand"]}).status_code == 303
    assert "by another line" not in told()  # a draft is in no quiz
    put_out(author, keys[1])
    assert "by another line: 1." in told()
    with site.statements() as seen:
        told()
    assert len(seen) <= 6
