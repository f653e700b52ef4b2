"""Whose it is, what is kept of it and until when, and what a new release does to it."""

from datetime import timedelta

import pytest
import yaml
from sqlalchemy import select

from lms.host import clock
from lms.host.contributions import PersonalData
from lms.host.plugin import current_host
from lms.host.retention import forget
from lms.plugins.quizzes.models import Attempt
from lms.plugins.remember.jobs import follow
from lms.plugins.remember.models import Card
from tests.plugins.quizzes.conftest import COURSE, publish
from tests.plugins.quizzes.pages import Page, answers_on
from tests.plugins.remember.conftest import Rememberer

pytestmark = pytest.mark.safety
# Sign-in; courses; whether something waits. A question: sign-in; what is due. An answer: sign-in; the card; the day;
# at the end of a sitting, that it is enough. The content is in the process's cache. Handing in a quiz takes 8 without this,
# and one more that writes a job for those who want it.
HOME, ASK, ANSWER, SUBMIT = 3, 2, 4, 9


def test_authz_2_nobody_sees_or_moves_what_comes_back_to_another(make_learner, frozen_clock):
    """AUTHZ-2: a form of one person is nothing in the browser of another."""
    mine, theirs = (Rememberer(make_learner(), frozen_clock) for _ in range(2))
    for one in (mine, theirs):
        one.begin()
    mine.take(right=False)
    frozen_clock.moment += timedelta(days=1)
    for one in (mine, theirs):
        one.sleep(0)
    _asked, sent = mine.filled(mine.ask(), right=True)
    before = mine.cards()
    stolen = {name: value for name, value in sent.items() if name != "csrf"}
    answer = theirs.browser.submit(theirs.address, stolen)
    assert answer.headers["Location"] == f"{theirs.address}?step=1"
    assert theirs.ask().heading == "That is enough for today"
    theirs.browser.submit(f"{theirs.address}/off")
    assert mine.cards() == before
    with mine.site.reading() as conn:
        token = conn.scalar(select(Attempt.token).where(Attempt.person_id == mine.learner.person.id))
    theirs.browser.submit(f"{theirs.address}/on", {"attempt": token})
    assert theirs.chosen()
    assert theirs.cards() == {}


def test_ret_3_ret_4_it_is_handed_out_in_words_and_erased(make_learner, frozen_clock):
    """RET-3, RET-4: one person's goes, the other's stays; the copy says which question comes on which day."""
    mine, theirs = (Rememberer(make_learner(), frozen_clock) for _ in range(2))
    for one in (mine, theirs):
        one.begin()
        one.take(4, right=False)
    with mine.site.session() as session:
        data = current_host().one(PersonalData, "remember")
        held = data.export(session.connection(), mine.learner.person.id)
        assert held["questions come back"] is True
        tomorrow = (clock.today() + timedelta(days=1)).isoformat()
        assert {"quiz": "T-1.4-q", "question": "q1", "day": tomorrow} in held["questions"]
        for _ in range(2):
            data.erase(session, mine.learner.person.id)
    assert (mine.cards(), mine.chosen()) == ({}, None)
    assert len(theirs.cards()) == 2
    assert theirs.chosen()


def test_ret_2_what_nobody_comes_back_to_goes(rememberer):
    """RET-2: 180 days after its day; a day before, it is there."""
    rememberer.begin()
    rememberer.take(4, right=False)
    rememberer.clock.moment += timedelta(days=181)  # it was to come on the first of them
    for left in (2, 0):
        with rememberer.site.session() as session:
            forget(session, {})
        assert len(rememberer.cards()) == left
        rememberer.clock.moment += timedelta(days=1)
    assert rememberer.chosen()


def test_only_the_state_of_a_card_is_stored(rememberer):
    """No column can hold an answer, and what was typed stands in none."""
    assert set(Card.__table__.c.keys()) == {
        "id", "person_id", "enrolment_id", "quiz_id", "question", "version", "stability", "difficulty", "due",
    }  # fmt: skip
    rememberer.begin()
    rememberer.take(right=False)
    rememberer.sleep()
    rememberer.only("q9")
    _asked, sent = rememberer.filled(rememberer.ask(), right=True)
    rememberer.browser.submit(rememberer.address, sent | {"q9": ["kestrel in the attic"]})
    with rememberer.site.reading() as conn:
        for table in ("remember_card", "remember_choice", "host_job", "quizzes_attempt"):
            rows = conn.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "kestrel" not in repr(rows)


def test_a_new_release_takes_questions_away_and_renews_others(rememberer):
    """What vanished is forgotten and never shown; what was corrected begins again."""
    rememberer.begin()
    rememberer.take(4, right=False)
    rememberer.sleep()
    rememberer.only("q1", "q6")
    for number in (1, 2):
        page = rememberer.ask()
        _asked, sent = rememberer.filled(page, right=True)
        rememberer.browser.submit(rememberer.address, sent | {"step": str(number)})
    before = rememberer.cards()
    assert len(before) == 2
    folder = rememberer.site.settings.folder / "courses" / COURSE
    course = yaml.safe_load((folder / "course.yaml").read_text())
    (folder / "course.yaml").write_text(yaml.safe_dump({**course, "moved": {"T-1.4-q q1": None}}, sort_keys=False))
    path = folder / "10-trial" / "40-answers" / "quiz.yaml"
    data = yaml.safe_load(path.read_text())
    data["items"] = [item for item in data["items"] if item["id"] != "q1"]
    data["items"][0]["prompt"] = "For how many weeks, after all?"
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    publish(rememberer.site.app, kind="edition")
    rememberer.site.run_jobs()
    rememberer.sleep(200)
    assert "after all" in rememberer.ask().text
    with rememberer.site.session() as session:
        follow(session, {})
    [(key, row)] = rememberer.cards().items()
    assert key == ("T-1.4-q", "q6")
    assert row.version != before[key].version
    assert row.stability < before[key].stability
    assert row.due == clock.today() + timedelta(days=1)


def test_budgets(rememberer):
    """Statements of warm pages: at most one more at home, and few for a question and its answer."""
    rememberer.browser.get("/en/home")
    with rememberer.site.statements() as seen:
        rememberer.browser.get("/en/home")
    assert len(seen) <= HOME, seen
    rememberer.begin()
    rememberer.take(right=False)
    rememberer.sleep()
    _asked, sent = rememberer.filled(rememberer.ask(6), right=True)
    with rememberer.site.statements() as seen:
        rememberer.browser.get("/en/home")
    assert len(seen) <= HOME, seen
    with rememberer.site.statements() as seen:
        assert rememberer.ask(6).status == 200
    assert len(seen) <= ASK, seen
    with rememberer.site.statements() as seen:
        assert rememberer.browser.submit(rememberer.address, sent).status_code == 200
    assert len(seen) <= ANSWER, seen
    url = rememberer.learner.url()
    sent = answers_on(Page(rememberer.browser.get(url)), rememberer.learner.quiz(), right=False)
    with rememberer.site.statements() as seen:
        assert rememberer.browser.submit(url, sent).status_code == 303
    assert len(seen) <= SUBMIT, seen
