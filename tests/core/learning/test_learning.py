"""From the start of a course to its completion, through plain forms."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, update

from lms.core.catalogue.api import Published, code_table, release_table
from lms.core.learning import api
from lms.core.learning.actions import enrolments, results
from lms.core.learning.events import CourseCompleted, LessonCompleted
from lms.core.learning.models import Consent, Enrolment, LessonState
from lms.core.learning.privacy import erase, export
from lms.host import clock
from lms.host.events import emit
from tests.factories import make_person, sign_in


def enrolled(site, learner, **more):
    with site.session() as session:
        return api.enrol(session, person_id=learner.id, course_id="garden", **more)


def pass_check(site, enrolment, activity):
    with site.session() as session:
        api.record_result(session, enrolment_id=enrolment, activity_id=activity, percent=90)


def test_a_new_person_is_offered_a_course_and_begins_it(site, garden, learner):
    browser = sign_in(site, learner)
    assert "Choose your first course" in browser.get("/en/home").text
    assert garden.title.text in browser.get("/en/courses").text
    page = browser.get(f"/en/my/{garden.code}")
    assert page.status_code == 200
    assert "Start with lesson 1" in page.text
    answer = browser.submit(f"/en/my/{garden.code}/start")
    assert answer.headers["Location"] == f"/en/l/{garden.lessons[0].code}"
    assert "Look first" in browser.get(answer.headers["Location"]).text


def test_done_leads_on_and_can_be_undone(site, garden, learner):
    enrolment = enrolled(site, learner)
    browser = sign_in(site, learner)
    first, second = garden.lessons[:2]
    answer = browser.submit(f"/en/l/{first.code}/done", {"then": "next"})
    assert answer.headers["Location"] == f"/en/l/{second.code}"
    with site.reading() as conn:
        assert api.standing(conn, enrolment).done == {first.id}
    assert "Undo" in browser.get(f"/en/l/{first.code}").text
    browser.submit(f"/en/l/{first.code}/undo")
    with site.reading() as conn:
        assert api.standing(conn, enrolment).done == frozenset()
        assert api.standing(conn, enrolment).started == {first.id}


def test_only_what_was_done_can_be_undone(site, garden, learner):
    """A form made up by hand starts no lesson and moves no place, not even in one's own course."""
    enrolment = enrolled(site, learner)
    browser, (first, second) = sign_in(site, learner), garden.lessons[:2]
    later = clock.now() + timedelta(days=3)
    with site.session() as session:
        plan = api.create_plan(session, course_id="garden", dates={second.id: (later, None)})
        api.enrol(session, person_id=learner.id, course_id="garden", plan_id=plan)
    for lesson in (first, second):  # not begun; not even open
        browser.submit(f"/en/l/{lesson.code}/undo")
    sign_in(site, make_person(site)).submit(f"/en/l/{first.code}/undo")
    with site.reading() as conn:
        assert api.standing(conn, enrolment).started == frozenset()
        assert conn.scalar(select(Enrolment.resume)) == first.id
    browser.submit(f"/en/l/{first.code}/done")
    sign_in(site, make_person(site)).submit(f"/en/l/{first.code}/undo")
    with site.reading() as conn:
        assert api.standing(conn, enrolment).done == {first.id}


def test_another_device_resumes_at_the_exact_lesson(site, garden, learner):
    enrolled(site, learner)
    sign_in(site, learner).submit(f"/en/l/{garden.lessons[0].code}/done", {"then": "next"})
    other = sign_in(site, learner).get("/en/home").text
    assert f"/en/l/{garden.lessons[1].code}" in other


def test_reading_writes_nothing(site, garden, learner):
    enrolled(site, learner)
    browser = sign_in(site, learner)
    browser.get(f"/en/l/{garden.lessons[0].code}")
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(LessonState)) == 0


def test_authz_2_a_lesson_of_a_course_not_begun_leads_to_the_course(site, garden, learner):
    browser = sign_in(site, learner)
    answer = browser.get(f"/en/l/{garden.lessons[0].code}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/en/my/{garden.code}"
    assert browser.get("/en/l/zzzzzz9").status_code == 404
    assert browser.submit("/en/l/zzzzzz9/done").status_code == 404


def test_a_course_is_complete_when_lessons_and_checks_are(site, garden, learner):
    enrolment = enrolled(site, learner)
    browser = sign_in(site, learner)
    for lesson in garden.lessons:
        browser.submit(f"/en/l/{lesson.code}/done")
    pass_check(site, enrolment, "GA-1-check")
    with site.reading() as conn:
        assert conn.scalar(select(Enrolment.completed_on)) is None
    pass_check(site, enrolment, "GA-2-check")
    with site.reading() as conn:
        assert conn.scalar(select(Enrolment.completed_on)) == clock.today()


def test_the_last_lesson_completes_a_course_too(site, garden, learner):
    enrolment = enrolled(site, learner)
    for check in ("GA-1-check", "GA-2-check"):
        pass_check(site, enrolment, check)
    browser = sign_in(site, learner)
    for lesson in garden.lessons:
        browser.submit(f"/en/l/{lesson.code}/done")
    with site.reading() as conn:
        assert conn.scalar(select(Enrolment.completed_on)) == clock.today()


def test_the_best_result_stays_and_passed_never_turns_back(site, learner):
    enrolment = enrolled(site, learner)
    with site.session() as session:
        for percent, known in ((60, {"c1"}), (90, {"c2"}), (10, set())):
            api.record_result(
                session,
                enrolment_id=enrolment,
                activity_id="GA-1-check",
                percent=percent,
                mark=80,
                must_know=frozenset({"c1", "c2"}),
                known=frozenset(known),
            )
    with site.reading() as conn:
        result = api.standing(conn, enrolment).results["GA-1-check"]
    assert (result.best, result.passed, result.known) == (90, True, {"c1", "c2"})


def test_two_halves_make_a_pass_whichever_came_first(site, learner):
    """The score of one attempt and the must-know item of another; neither alone is enough."""
    enrolment = enrolled(site, learner)
    rule = {"enrolment_id": enrolment, "activity_id": "GA-1-check", "mark": 80, "must_know": frozenset({"c1"})}
    with site.session() as session:
        api.record_result(session, percent=95, **rule)
        assert not api.standing(session.connection(), enrolment).passed("GA-1-check")
        api.record_result(session, percent=20, known=frozenset({"c1"}), **rule)
        assert api.standing(session.connection(), enrolment).passed("GA-1-check")


def test_a_lesson_that_is_not_open_yet_shows_no_text(site, garden, learner):
    later = clock.now() + timedelta(days=3)
    first = garden.lessons[0]
    with site.session() as session:
        plan = api.create_plan(session, course_id="garden", dates={first.id: (later, None)})
    enrolled(site, learner, plan_id=plan)
    browser = sign_in(site, learner)
    page = browser.get(f"/en/l/{first.code}")
    assert "Not open yet" in page.text
    assert "Look first" not in page.text
    assert browser.submit(f"/en/l/{first.code}/done").status_code == 404
    assert "Look first" in browser.get(f"/en/l/{garden.lessons[1].code}").text


def test_a_lesson_that_is_done_never_closes_again(site, garden, learner):
    """Days that a facilitator moves restrict nothing that is already done (docs/rules/completion.md, 8)."""
    first, second = garden.lessons[:2]
    with site.session() as session:
        plan = api.create_plan(session, course_id="garden", dates={})
    enrolled(site, learner, plan_id=plan)
    browser = sign_in(site, learner)
    browser.submit(f"/en/l/{first.code}/done")
    later = clock.now() + timedelta(days=3)
    with site.session() as session:
        api.replace_dates(session, plan_id=plan, dates=dict.fromkeys((first.id, second.id), (later, None)))
    assert "Look first" in browser.get(f"/en/l/{first.code}").text
    assert "Not open yet" in browser.get(f"/en/l/{second.code}").text


def test_a_lesson_that_a_new_release_dropped_is_not_counted(site, garden, learner):
    enrolment = enrolled(site, learner)
    with site.session() as session:
        api.mark_done(session, enrolment_id=enrolment, lesson_id=garden.lessons[0].id)
        session.add(LessonState(enrolment_id=enrolment, lesson_id="GA-9.9", state=api.DONE, day=clock.today()))
    browser = sign_in(site, learner)
    for path in ("home", "courses", f"my/{garden.code}"):
        assert f"1 lesson done of {len(garden.lessons)}" in browser.get(f"/en/{path}").text


def test_con_1_sixteen_parallel_starts_make_one_enrolment(site, garden, learner):
    browsers = [sign_in(site, learner) for _ in range(16)]
    answers = []
    threads = [
        threading.Thread(target=lambda b=browser: answers.append(b.submit(f"/en/my/{garden.code}/start").status_code))
        for browser in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 16
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_con_1_the_last_step_sent_sixteen_times_completes_a_course_once(site, garden, learner, monkeypatch):
    """CON-1: a double tap on the last "Done" is told once, also where the database lets both in at once."""
    told = []
    for part in (enrolments, results):
        monkeypatch.setattr(part, "emit", lambda _session, event: told.append(type(event)))
    enrolment = enrolled(site, learner)
    for activity in [found.id for module in garden.modules for found in module.activities]:
        pass_check(site, enrolment, activity)
    with site.session() as session:
        for lesson in garden.lessons[:-1]:
            api.mark_done(session, enrolment_id=enrolment, lesson_id=lesson.id)
    told.clear()
    address = f"/en/l/{garden.lessons[-1].code}/done"
    threads = [threading.Thread(target=sign_in(site, learner).submit, args=(address,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [CourseCompleted, LessonCompleted]


def test_org_1_consent_is_none_at_first_and_every_change_is_kept(site, learner):
    enrolment = enrolled(site, learner)
    with site.reading() as conn:
        assert api.enrolments_of(conn, learner.id)[0].share_organisation == "none"
    with site.session() as session:
        for level in ("score", "none"):
            api.set_consent(session, person_id=learner.id, enrolment_id=enrolment, audience="organisation", level=level)
    with site.reading() as conn:
        assert api.enrolments_of(conn, learner.id)[0].share_organisation == "none"
        assert conn.scalar(select(func.count()).select_from(Consent)) == 2


def another_release(site, kind):
    """Copy the garden's last release under a new id, as an unchanged course that was published again."""
    with site.session() as session:
        last = select(release_table).order_by(release_table.c.number.desc()).limit(1)
        row = dict(session.execute(last).mappings().one())
        row |= {"id": uuid4(), "number": row["number"] + 1, "kind": kind}
        session.execute(insert(release_table).values(row))
        emit(session, Published("garden", row["id"], kind))
    return row["id"]


@pytest.mark.parametrize(("kind", "moved"), [("edition", [False, True]), ("correction", [True, True])])
def test_a_correction_moves_everybody_and_an_edition_only_those_without_a_group(site, garden, learner, kind, moved):
    site.run_jobs()
    with site.session() as session:
        plan = api.create_plan(session, course_id="garden", dates={})
    grouped = enrolled(site, learner, plan_id=plan)
    alone = enrolled(site, make_person(site))
    newer = another_release(site, kind)
    assert site.run_jobs() == 1
    with site.reading() as conn:
        now = dict(conn.execute(select(Enrolment.id, Enrolment.release_id)).all())
    assert [now[grouped] == newer, now[alone] == newer] == moved


@pytest.mark.parametrize(("kind", "moved"), [("edition", False), ("correction", True)])
def test_who_has_finished_reads_corrections_and_keeps_the_edition(site, garden, learner, kind, moved):
    """Somebody who reads again must not find advice that became unsafe (settled 16)."""
    site.run_jobs()
    finished = enrolled(site, learner)
    with site.session() as session:
        session.execute(update(Enrolment).values(completed_on=clock.today()))
    newer = another_release(site, kind)
    site.run_jobs()
    with site.reading() as conn:
        row = conn.execute(select(Enrolment.release_id, Enrolment.completed_on).where(Enrolment.id == finished)).one()
    assert (row.release_id == newer) == moved
    assert row.completed_on == clock.today()


def test_a_correction_leaves_a_group_on_an_earlier_edition(site, garden, learner):
    """The corrected edition has other lessons than the one this group began with."""
    site.run_jobs()
    with site.session() as session:
        plan = api.create_plan(session, course_id="garden", dates={})
    grouped = enrolled(site, learner, plan_id=plan)
    second = another_release(site, "edition")
    site.run_jobs()
    late = enrolled(site, make_person(site), plan_id=plan)
    with site.session() as session:
        session.execute(update(Enrolment).where(Enrolment.id == late).values(release_id=second))
    corrected = another_release(site, "correction")
    site.run_jobs()
    with site.reading() as conn:
        now = dict(conn.execute(select(Enrolment.id, Enrolment.release_id)).all())
    assert now[grouped] == garden.release_id
    assert now[late] == corrected != second


@pytest.mark.parametrize("kind", ["edition", "correction"])
def test_a_release_that_is_told_of_late_moves_nobody_back(site, garden, learner, kind):
    """A job that failed is run again after those behind it."""
    site.run_jobs()
    enrolment = enrolled(site, learner)
    newer = another_release(site, kind)
    for release in (newer, garden.release_id):
        with site.session() as session:
            emit(session, Published("garden", release, kind))
        site.run_jobs()
    with site.reading() as conn:
        assert conn.scalar(select(Enrolment.release_id).where(Enrolment.id == enrolment)) == newer


# Derivation of the number: sign-in with account; lesson with enrolment and dates; states of the course.
LESSON_STATEMENTS = 3


def test_budget_of_the_hot_pages(site, garden, learner):
    enrolled(site, learner)
    browser = sign_in(site, learner)
    pages = {
        f"/en/l/{garden.lessons[0].code}": LESSON_STATEMENTS,
        f"/en/my/{garden.code}": LESSON_STATEMENTS,
        "/en/home": LESSON_STATEMENTS,
    }
    for url in pages:
        browser.get(url)
    for url, most in pages.items():
        with site.statements() as seen:
            assert browser.get(url).status_code == 200
        assert len(seen) <= most, seen


def test_export_and_erase_cover_everything(site, learner):
    enrolment = enrolled(site, learner)
    pass_check(site, enrolment, "GA-1-check")
    with site.reading() as conn:
        held = export(conn, learner.id)
    assert held["enrolments"][0]["course_id"] == "garden"
    assert held["activities"][0]["activity_id"] == "GA-1-check"
    with site.session() as session:
        erase(session, learner.id)
    with site.reading() as conn:
        held = export(conn, learner.id)
    assert not any(held.values())


def test_codes_say_nothing(site):
    with site.reading() as conn:
        codes = conn.scalars(select(code_table.c.code)).all()
    assert len(codes) == 7
    assert not any(word in code for code in codes for word in ("garden", "GA"))
