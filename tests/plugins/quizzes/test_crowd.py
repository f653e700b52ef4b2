"""A class hands in at once, the server is killed in the middle and started again: nothing is lost, nothing twice."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from lms.plugins.quizzes.models import Attempt, Count
from tests.plugins.quizzes.pages import Page, answers_on

pytestmark = pytest.mark.safety
KINDS = 9


@pytest.fixture
def crowd(make_learner):
    """Return a function that lets people answer, each a number of their own in q6, without handing in yet."""

    def gather(count):
        learners = [make_learner() for _ in range(count)]
        quiz = learners[0].quiz()
        forms = []
        for number, learner in enumerate(learners):
            page = Page(learner.browser.get(learner.url()))
            fields = {**answers_on(page, quiz), "q6": [str(number)]}
            fields.pop("csrf")
            token = next(cookie.value for cookie in learner.browser._cookies.values() if cookie.http_only)
            forms.append({"number": number, "token": token, "url": learner.url(), "fields": fields})
        return learners, forms

    return gather


def send(site, forms, *, kill_after=None):
    """Send forms from another process; return what it acknowledged before its end."""
    settings = site.settings
    given = {"data": str(settings.data), "database": settings.database, "plugins": list(settings.plugins)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.plugins.quizzes.sending", json.dumps(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    acknowledged = {}
    with process:
        process.stdin.write(json.dumps(forms))
        process.stdin.close()
        for line in process.stdout:
            number, location = line.split()
            acknowledged[int(number)] = location
            if kill_after is not None and len(acknowledged) == kill_after:
                process.kill()
    assert process.returncode in ({0} if kill_after is None else {-9})
    return acknowledged


def stored(site):
    with site.reading() as conn:
        return conn.execute(select(Attempt.person_id, Attempt.state, Attempt.token, Attempt.answers)).all()


def lost_or_doubled(learners, site, acknowledged):
    """What was acknowledged and is not there exactly once as it was sent."""
    rows = stored(site)
    times = Counter(row.person_id for row in rows)
    held = {row.person_id: row for row in rows}
    wrong = []
    for number, location in acknowledged.items():
        row = held.get(learners[number].person.id)
        kept = row is not None and row.state == "graded" and row.answers["q6"] == str(number)
        if not kept or times[row.person_id] != 1 or not location.endswith(row.token):
            wrong.append(number)
    return wrong


def survive(site, crowd, count):
    learners, forms = crowd(count)
    first = send(site, forms, kill_after=count // 3)
    assert not lost_or_doubled(learners, site, first)
    rest = send(site, [form for form in forms if form["number"] not in first])
    again = send(site, forms)  # everybody presses once more
    assert {**first, **rest} == again
    assert len(again) == count
    assert not lost_or_doubled(learners, site, again)
    with site.reading() as conn:
        asked = conn.execute(select(Count.total).where(Count.part == "asked")).scalars().all()
    assert asked == [count] * KINDS
    assert all(learner.standing("T-1.1-q").best >= 88 for learner in learners)
    return learners, again


def test_dur_6_a_class_hands_in_while_the_server_is_killed(site, crowd):
    """DUR-6, DUR-5: every acknowledged answer is stored exactly once, before and after the kill."""
    survive(site, crowd, 24)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_dur_6_two_hundred_people_hand_in_while_the_server_is_killed(site, crowd):
    """DUR-6: the same with two hundred."""
    survive(site, crowd, 200)


def test_an_answer_that_is_lost_would_be_found(site, crowd):
    """The planted fault: one row taken away, another one changed."""
    learners, forms = crowd(4)
    acknowledged = send(site, forms)
    assert not lost_or_doubled(learners, site, acknowledged)
    with site.session() as session:
        session.execute(delete(Attempt).where(Attempt.person_id == learners[1].person.id))
    assert lost_or_doubled(learners, site, acknowledged) == [1]
