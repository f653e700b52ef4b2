"""What pages of progress read: everything of one person in two statements, and one for each source of audiences."""

import logging
from uuid import UUID

from sqlalchemy import Connection, bindparam, false, literal, null, select, union_all

from lms.core.catalogue.api import outlines
from lms.core.learning.api import (
    AUDIENCES,
    DONE,
    ActivityResult,
    Standing,
    activity_table,
    enrolment_table,
    lesson_table,
)
from lms.host.db import forget_failure
from lms.host.plugin import current_host
from lms.plugins.progress.api import Watcher, Watchers
from lms.plugins.progress.domain.pages import CourseProgress

log = logging.getLogger(__name__)
_enrolment = enrolment_table.c
_mine = _enrolment.person_id == bindparam("person")
_courses = (
    select(
        _enrolment.id,
        _enrolment.release_id,
        _enrolment.resume,
        _enrolment.completed_on,
        _enrolment.share_organisation,
        _enrolment.share_facilitators,
        _enrolment.share_cohort,
    )
    .where(_mine)
    .order_by(_enrolment.last_on.desc(), _enrolment.id)
)
_states = union_all(
    select(
        _enrolment.id.label("enrolment"),
        lesson_table.c.lesson_id.label("content"),
        lesson_table.c.state.label("state"),
        null().label("best"),
        false().label("passed"),
    )
    .join(enrolment_table, _enrolment.id == lesson_table.c.enrolment_id)
    .where(_mine),
    select(
        _enrolment.id,
        activity_table.c.activity_id,
        literal(0),
        activity_table.c.best,
        activity_table.c.passed,
    )
    .join(enrolment_table, _enrolment.id == activity_table.c.enrolment_id)
    .where(_mine),
)


def courses(conn: Connection, person_id: UUID, lang: str) -> list[CourseProgress]:
    """Return a person's courses with everything they have done, the one touched last first."""
    rows = conn.execute(_courses, {"person": person_id}).all()
    standings = _standings(conn, person_id)
    found = outlines(conn, {row.release_id for row in rows}, lang)
    return [
        CourseProgress(
            enrolment_id=row.id,
            outline=outline,
            standing=standings.get(row.id, Standing()),
            resume=outline.by_id.get(row.resume) or outline.lessons[0],
            completed_on=row.completed_on,
            levels={audience: getattr(row, f"share_{audience}") for audience in AUDIENCES},
        )
        for row in rows
        if (outline := found.get(row.release_id))
    ]


def watchers(conn: Connection, person_id: UUID) -> list[Watcher]:
    """Return everybody who could see something of a person, if the person agrees.

    A source that fails is left out and named in the log: the others must still be there to be told "nothing" (PLG-3).
    """
    found: list[Watcher] = []
    for source in current_host().all(Watchers):
        try:
            found += list(source.of(conn, person_id))
        except Exception:
            log.exception("watchers left out", extra={"plugin": source.key})
            forget_failure()
    return found


def _standings(conn: Connection, person_id: UUID) -> dict[UUID, Standing]:
    lessons: dict[UUID, dict[str, int]] = {}
    results: dict[UUID, dict[str, ActivityResult]] = {}
    for row in conn.execute(_states, {"person": person_id}):
        if row.state:
            lessons.setdefault(row.enrolment, {})[row.content] = row.state
        else:
            results.setdefault(row.enrolment, {})[row.content] = ActivityResult(row.best, bool(row.passed))
    return {
        key: Standing(
            done=frozenset(content for content, state in lessons.get(key, {}).items() if state == DONE),
            started=frozenset(content for content, state in lessons.get(key, {}).items() if state != DONE),
            results=results.get(key, {}),
        )
        for key in lessons.keys() | results.keys()
    }
