"""An invented site has the shape it promises, and pages ask the database as often on a large one as on a small one."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.core.accounts.models import Grant, Person
from lms.core.catalogue.api import outline
from lms.core.catalogue.models import Code, Course, Lesson
from lms.core.learning import queries as learning
from lms.core.learning.api import course_complete
from lms.core.learning.models import ActivityState, Consent, Enrolment, LessonState
from lms.host import jobs
from lms.host.contributions import Health
from lms.host.db import db, reader
from lms.host.plugin import StartupError, current_host
from lms.host.seed import SIZES, Scale
from lms.host.seed_commands import fill, seed_command
from lms.host.testing import Browser, Site
from lms.plugins.certificates.models import Credential
from lms.plugins.cohorts.models import Cohort, Member
from lms.plugins.quizzes.models import Attempt, Count
from tests.factories import sign_in

TINY = Scale(courses=2, learners=12, cohorts=1, attempts=40)
SMALL = SIZES["XS"]
LARGE = Scale(courses=30, learners=300, cohorts=12, attempts=3_000)

# Where the numbers come from. Every page: 1 for the sign-in with account and roles. A page of a course: 1 for the place in
# it (code, enrolment, plan), 1 for what was done there. Then, of its own:
STATEMENTS = {
    "lesson": 3,
    "course": 4,  # when its checks are open to the group
    "quiz": 4,  # the latest attempt
    "check": 5,  # when it is open to the group; the latest attempt
    "home": 4,  # my courses with lessons done; the panels of groups and of what comes back declare 1 each
    "courses": 3,  # what is offered; my courses
    "progress": 5,  # my courses; lessons and results of all of them; who may see what: groups
    "account": 4,  # the account with its counts; second steps; sealed sheets
    "front": 2,  # what is offered
    "wall": 5,  # the group; its learners; the lessons of those who show them; what was opened today
}
MOST = 6


def filled(make_site: Callable[[], Site], scale: Scale, number: int = 7) -> Site:
    site = make_site()
    with site.session() as session:
        fill(session, scale, number)
    return site


def count(conn, table, *where) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def test_the_small_size_holds_what_it_says_and_is_made_once(make_site: Callable[[], Site]) -> None:
    site = filled(make_site, SMALL)
    with site.reading() as conn:
        assert count(conn, Course) == 10
        assert count(conn, Person) == 100
        assert count(conn, Cohort) == count(conn, Grant) == 5
        assert count(conn, Attempt) == 1_000
        assert 200 < count(conn, Enrolment) < 400
        sizes = conn.execute(
            select(func.count()).where(Member.role == "learner", Member.example).group_by(Member.cohort_id)
        ).scalars()
        assert all(8 <= size <= 30 for size in sizes)
        popular = Counter(conn.execute(select(Enrolment.course_id)).scalars()).most_common()
        assert popular[0][1] > 3 * popular[-1][1]
        completed = count(conn, Enrolment, Enrolment.completed_on.is_not(None))
        assert 0.2 < count(conn, Credential) / completed < 0.6
        asked = select(func.sum(Count.total)).where(Count.part == "asked")
        questions = conn.execute(select(Attempt.questions).where(Attempt.seq == 1)).scalars()
        assert conn.execute(asked).scalar_one() == sum(len(versions) for versions in questions)
    with site.session() as session, pytest.raises(StartupError, match="in use"):
        fill(session, SMALL, 7)


def test_what_was_done_agrees_with_the_rules(make_site: Callable[[], Site]) -> None:
    """Completion, best results, consent and plans are what the same people would have got page by page."""
    site = filled(make_site, SMALL)
    with site.reading() as conn:
        enrolments = conn.execute(select(Enrolment.__table__)).all()
        for row in enrolments:
            found = outline(conn, row.release_id, "en")
            assert found
            complete = course_complete(found, learning.standing(conn, row.id))
            assert complete or row.completed_on is None, row
        best = select(Enrolment.id, Attempt.quiz_id, func.max(Attempt.score)).where(
            Attempt.person_id == Enrolment.person_id, Attempt.release_id == Enrolment.release_id
        )
        results = select(ActivityState.enrolment_id, ActivityState.activity_id, ActivityState.best)
        assert {tuple(row) for row in conn.execute(best.group_by(Enrolment.id, Attempt.quiz_id))} == {
            tuple(row) for row in conn.execute(results)
        }
        agreed: dict[tuple[object, str], set[str]] = {}
        for enrolment_id, audience, level in conn.execute(
            select(Consent.enrolment_id, Consent.audience, Consent.level)
        ):
            agreed.setdefault((enrolment_id, audience), set()).add(level)
        shown = {
            (row.id, audience): {"none", getattr(row, f"share_{audience}")}
            for row in enrolments
            if row.plan_id
            for audience in ("facilitators", "cohort")
        }
        assert agreed == shown
        members = select(Member.person_id, Cohort.plan_id).join(Cohort).where(Member.role == "learner")
        assert {tuple(row) for row in conn.execute(members)} == {
            (row.person_id, row.plan_id) for row in enrolments if row.plan_id
        }
    with site.app.app_context():
        findings = {check.key: check.check(reader()) for check in current_host().all(Health)}
        assert findings["accounts.keys"].ok
        assert findings["accounts.audit"].ok


def facts(site: Site) -> list[list[tuple[object, ...]]]:
    tables = (
        select(Person.id, Person.lang, Person.created),
        select(Enrolment.id, Enrolment.person_id, Enrolment.course_id, Enrolment.resume, Enrolment.last_on),
        select(LessonState.__table__),
        select(Attempt.person_id, Attempt.quiz_id, Attempt.seq, Attempt.score, Attempt.changed, Attempt.questions),
        select(Member.person_id, Member.alias),
    )
    with site.reading() as conn:
        return [sorted(map(str, conn.execute(table))) for table in tables]  # type: ignore[misc]


def test_the_same_number_gives_the_same_people(make_site: Callable[[], Site]) -> None:
    first, again, other = (facts(filled(make_site, TINY, number)) for number in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    "reachable", [{"bind": "0.0.0.0", "hosts": ("127.0.0.1",)}, {"hosts": ("learn.example",), "https": True}]
)
def test_a_site_that_others_can_reach_is_left_alone(make_site: Callable[..., Site], reachable: dict) -> None:
    site = make_site(**reachable)
    done = site.app.test_cli_runner().invoke(seed_command, [])
    assert isinstance(done.exception, StartupError)
    assert "Others can reach this site" in str(done.exception)
    with site.reading() as conn:
        assert count(conn, Person) == 0


def test_the_command_fills_and_says_what_it_made(make_site: Callable[[], Site], monkeypatch) -> None:
    monkeypatch.setitem(SIZES, "XS", TINY)
    site = make_site()
    done = site.app.test_cli_runner().invoke(seed_command, ["--size", "XS", "--seed", "3"], catch_exceptions=False)
    assert done.output.splitlines()[:2] == ["12 people", "2 courses of 20 lessons"]
    with site.reading() as conn:
        assert count(conn, Attempt) == 40
    assert not list(Path(site.settings.folder / "tmp").iterdir())


def test_nobody_invented_is_erased_while_others_are_measured(make_site: Callable[[], Site]) -> None:
    """RET-2: people of years ago whom no visit dates are erased for a long absence, beside whatever is measured."""
    site = filled(make_site, TINY, 7)
    with site.app.app_context():
        jobs.schedule(db.session(), current_host())
        db.session.commit()
    while jobs.run_due(site.app):
        pass
    with site.reading() as conn:
        assert count(conn, Person) == TINY.learners


def opened(site: Site) -> dict[str, tuple[Browser, str]]:
    """Return by name the pages that are counted, each with who opens it: somebody with many courses and a group."""
    with site.reading() as conn:
        mine = select(func.count()).where(Enrolment.person_id == Person.id).correlate(Person).scalar_subquery()
        row = conn.execute(
            select(Enrolment.person_id, Enrolment.course_id, Enrolment.resume, Cohort.id)
            .join(Person, Person.id == Enrolment.person_id)
            .join(Cohort, Cohort.plan_id == Enrolment.plan_id)
            .order_by(mine.desc(), Enrolment.id)
        ).first()
        assert row
        guide = conn.execute(
            select(Member.person_id).where(Member.role == "facilitator", Member.cohort_id == row.id)
        ).scalar_one()
        codes = {row.content_id: row.code for row in conn.execute(select(Code.content_id, Code.code))}
    lesson, module = f"/en/l/{codes[row.resume]}", codes[row.resume.rpartition(".")[0]]
    person = sign_in(site, row.person_id)
    pages = {
        "lesson": lesson,
        "quiz": f"{lesson}/quiz",
        "check": f"/en/m/{module}/check",
        "course": f"/en/my/{codes[row.course_id]}",
        "home": "/en/home",
        "courses": "/en/courses",
        "progress": "/en/progress",
        "account": "/en/account/",
        "front": "/en/",
    }
    return {name: (person, path) for name, path in pages.items()} | {
        "wall": (sign_in(site, guide), f"/en/cohorts/{row.id}")
    }


def lesson_hashes(site: Site) -> set[str]:
    with site.reading() as conn:
        return set(conn.execute(select(Lesson.hash)).scalars())


def statements(site: Site, browser: Browser, path: str) -> int:
    """Count those of a page that is warm: releases never change and are kept by the process."""
    assert browser.get(path).status_code == 200, path
    with site.statements() as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_pages_ask_as_often_whatever_the_size(make_site: Callable[[], Site], monkeypatch) -> None:
    sites = [filled(make_site, SMALL), filled(make_site, LARGE)]
    pages = [opened(site) for site in sites]
    for site, found in zip(sites, pages, strict=True):
        assert {name: statements(site, *page) for name, page in found.items()} == STATEMENTS
    assert max(STATEMENTS.values()) <= MOST

    my_courses = learning.my_courses

    def one_by_one(conn, person_id, lang):
        cards = my_courses(conn, person_id, lang)
        for card in cards:
            learning.standing(conn, card.enrolment_id)
        return cards

    monkeypatch.setattr(learning, "my_courses", one_by_one)
    bodies = [lesson_hashes(site) for site in sites]
    assert bodies[0] == bodies[1]  # the same texts, so that sizes can be compared
    planted = [statements(site, *found["home"]) for site, found in zip(sites, pages, strict=True)]
    assert STATEMENTS["home"] not in planted
