"""What stays of an attempt, what goes when, and what a person gets and takes with them (LOG-4, RET-2, RET-3, RET-4)."""

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.host.clock import FrozenClock
from lms.host.contributions import Reaction
from lms.host.plugin import current_host
from lms.plugins.quizzes.events import HandedIn
from lms.plugins.quizzes.jobs import tidy
from lms.plugins.quizzes.models import Attempt
from lms.plugins.quizzes.privacy import erase, export
from tests.plugins.quizzes.pages import Page, answers_on


def take(learner, number, **changes):
    page = Page(learner.browser.get(learner.url(number)))
    sent = answers_on(page, learner.quiz(f"T-1.{number}-q")) | changes
    return learner.browser.submit(learner.url(number), sent).headers["Location"]


def stored(site):
    with site.reading() as conn:
        return {row.quiz_id: row for row in conn.execute(select(Attempt.__table__))}


def later(site, clock: FrozenClock, **time):
    clock.moment += timedelta(**time)
    with site.session() as session:
        tidy(session, {})


@pytest.fixture
def afternoon(frozen_clock):
    """Before anybody signs in: a session does not live half a day."""
    frozen_clock.moment = frozen_clock.moment.replace(hour=13, minute=37)
    return frozen_clock


@pytest.fixture
def taken(afternoon, learner):
    addresses = {number: take(learner, number) for number in (1, 3, 4)}
    return afternoon, learner, addresses


def test_within_a_day_nothing_goes(taken):
    clock, learner, _ = taken
    before = stored(learner.site)
    later(learner.site, clock, hours=23)
    assert stored(learner.site) == before


def test_after_a_day_each_quiz_keeps_what_it_says(taken):
    clock, learner, _ = taken
    later(learner.site, clock, hours=25)
    rows = stored(learner.site)
    assert rows.keys() == {"T-1.1-q", "T-1.4-q"}
    assert (rows["T-1.1-q"].answers, rows["T-1.1-q"].score) == (None, 100)
    assert set(rows["T-1.4-q"].answers) == {"q1", "q6"}
    assert learner.standing("T-1.3-q").passed


def test_log_4_the_hour_goes_and_the_day_stays(taken):
    clock, learner, _ = taken
    day = clock.moment.date()
    assert {(row.changed.hour, row.changed.minute) for row in stored(learner.site).values()} == {(13, 37)}
    later(learner.site, clock, hours=25)
    for row in stored(learner.site).values():
        assert (row.changed.date(), row.changed.hour, row.changed.minute, row.changed.second) == (day, 0, 0, 0)


def test_ret_2_answers_go_after_a_year(taken):
    clock, learner, _ = taken
    later(learner.site, clock, days=360)
    assert stored(learner.site)["T-1.4-q"].answers is not None
    later(learner.site, clock, days=10)
    assert (stored(learner.site)["T-1.4-q"].answers, stored(learner.site)["T-1.4-q"].score) == (None, 100)


def test_a_result_without_answers_still_says_its_score(taken, make_learner):
    from tests.factories import sign_in

    clock, learner, addresses = taken
    later(learner.site, clock, hours=25)
    browser = sign_in(learner.site, learner.person)
    page = Page(browser.get(addresses[1]))
    assert page.heading.startswith("Your result: 100")
    assert browser.get(addresses[3]).status_code == 404


def test_abandoned_attempts_go_after_three_months(frozen_clock, learner):
    page = Page(learner.browser.get(learner.url()))
    learner.browser.submit(learner.url(), {**page.form(), "q6": ["4"], "save": "1"})
    later(learner.site, frozen_clock, days=89)
    assert stored(learner.site)["T-1.1-q"].answers == {"q6": ["4"]}
    later(learner.site, frozen_clock, days=2)
    assert stored(learner.site) == {}


def test_ret_3_a_person_gets_every_attempt_and_no_other(make_learner):
    mine, theirs = make_learner(), make_learner()
    take(mine, 1)
    take(theirs, 1)
    with mine.site.reading() as conn:
        [found] = export(conn, mine.person.id)["attempts"]
    assert (found["quiz_id"], found["score"], found["state"]) == ("T-1.1-q", 100, "graded")
    assert found["answers"]["q6"] == "4"
    assert len(found["changed"]) == len("2026-11-22")
    assert "token" not in found


def test_ret_4_erasing_leaves_nothing_of_one_and_all_of_the_other(make_learner):
    mine, theirs = make_learner(), make_learner()
    take(mine, 1)
    take(theirs, 1)
    for _ in range(2):
        with mine.site.session() as session:
            erase(session, mine.person.id)
    with mine.site.reading() as conn:
        assert conn.execute(select(Attempt.person_id)).scalars().all() == [theirs.person.id]
        assert export(conn, mine.person.id) == {"attempts": [], "questions_written": []}


def test_the_quizzes_react_to_nothing_and_tell_nothing_of_an_attempt(site):
    """Facts about results are learning's; the one event names an attempt and holds nothing of it."""
    assert [field.name for field in fields(HandedIn)] == ["person_id", "token", "lang"]
    with site.app.app_context():
        host = current_host()
        mine = next(plugin for plugin in host.plugins if plugin.name == "quizzes")
        assert not any(isinstance(found, Reaction) for found in mine.contributions)
