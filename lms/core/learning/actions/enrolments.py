"""The only code that writes learning tables; one function is one complete change. None commits."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from lms.core.catalogue.api import current_release, outline, release_table
from lms.core.learning.actions.results import ANY_LANGUAGE, complete_course, start_lesson
from lms.core.learning.domain.completion import action_id
from lms.core.learning.domain.sharing import TEXT_VERSION, Audience, Level
from lms.core.learning.domain.windows import Window
from lms.core.learning.events import ActivityCompleted, Enrolled, LessonCompleted, SharingChanged
from lms.core.learning.models import (
    DONE,
    STARTED,
    ActivityState,
    Consent,
    Enrolment,
    LessonState,
    Plan,
    PlanDate,
    PlanWindow,
)
from lms.host import clock
from lms.host.db import upsert
from lms.host.events import emit


class NotPublishedError(Exception):
    """The course has no release yet."""


def enrol(session: Session, *, person_id: UUID, course_id: str, plan_id: UUID | None = None) -> UUID:
    """Put a person into a course, once; a plan given later replaces the one before (CON-1).

    Raises:
        NotPublishedError: there is nothing to learn yet.

    """
    release_id = current_release(session.connection(), course_id)
    found = outline(session.connection(), release_id, ANY_LANGUAGE) if release_id else None
    if found is None:
        raise NotPublishedError(course_id)
    enrolment_id = uuid4()
    row = {
        "id": enrolment_id,
        "person_id": person_id,
        "course_id": course_id,
        "release_id": found.release_id,
        "plan_id": plan_id,
        "resume": found.lessons[0].id,
        "last_on": clock.today(),
    }
    statement = upsert(session, Enrolment).values(row).on_conflict_do_nothing().returning(Enrolment.id)
    if session.execute(statement).scalar() is not None:
        emit(session, Enrolled(person_id, enrolment_id, course_id))
        return enrolment_id
    mine = (Enrolment.person_id == person_id) & (Enrolment.course_id == course_id)
    if plan_id is not None:
        session.execute(update(Enrolment).where(mine).values(plan_id=plan_id))
    return session.execute(select(Enrolment.id).where(mine)).scalar_one()


def mark_done(session: Session, *, enrolment_id: UUID, lesson_id: str) -> None:
    """Mark a lesson as done, move the person's place to the next one, and see whether that completes the course."""
    enrolment = session.get_one(Enrolment, enrolment_id, with_for_update=True)  # two last steps at once see each other
    before = session.get(LessonState, (enrolment_id, lesson_id))
    if before is not None and before.state == DONE:
        return
    _set_lesson(session, enrolment_id, lesson_id, DONE)
    found = outline(session.connection(), enrolment.release_id, ANY_LANGUAGE)
    following = found.next(lesson_id) if found else None
    enrolment.resume = following.id if following else lesson_id
    enrolment.last_on = clock.today()
    session.flush()
    emit(session, LessonCompleted(enrolment.person_id, enrolment_id, lesson_id))
    complete_course(session, enrolment)


def undo_done(session: Session, *, enrolment_id: UUID, lesson_id: str) -> None:
    """Take "done" back where it was said; a completed course stays completed, because a certificate may rest on it."""
    mine = (LessonState.enrolment_id == enrolment_id) & (LessonState.lesson_id == lesson_id)
    back = update(LessonState).where(mine, LessonState.state == DONE).values(state=STARTED, day=clock.today())
    if session.execute(back.returning(LessonState.lesson_id)).first() is None:
        return
    values = {"resume": lesson_id, "last_on": clock.today()}
    session.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values(values))


def declare(session: Session, *, enrolment_id: UUID, lesson_id: str, action: str, how: str) -> None:
    """Keep what a person says of a real step, or change it; however it is said, it counts.

    Args:
        session: the writing session.
        enrolment_id: whose step it is.
        lesson_id: the lesson it belongs to.
        action: its id in the lesson.
        how: one of `DECLARATIONS`.

    """
    activity = action_id(lesson_id, action)
    key = {"enrolment_id": enrolment_id, "activity_id": activity}
    said = {"known": [how], "day": clock.today()}
    new = upsert(session, ActivityState).values(**key, **said, best=None, passed=True)
    if session.execute(new.on_conflict_do_nothing().returning(ActivityState.passed)).first():
        enrolment = session.get_one(Enrolment, enrolment_id)
        start_lesson(session, enrolment_id=enrolment_id, lesson_id=lesson_id)
        emit(session, ActivityCompleted(enrolment.person_id, enrolment_id, activity))
    else:
        session.execute(update(ActivityState).filter_by(**key).values(**said))


def set_consent(session: Session, *, person_id: UUID, enrolment_id: UUID, audience: Audience, level: Level) -> None:
    """Write down what a person agrees to show to an audience, effective at once (ORG-1)."""
    session.add(
        Consent(
            person_id=person_id,
            enrolment_id=enrolment_id,
            audience=audience,
            level=level,
            text_version=TEXT_VERSION,
            day=clock.today(),
        )
    )
    column = f"share_{audience}"
    session.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values({column: level}))
    emit(session, SharingChanged(person_id, enrolment_id, audience, level))


def create_plan(
    session: Session, *, course_id: str, dates: Mapping[str, tuple[datetime | None, datetime | None]]
) -> UUID:
    """Make a plan: lesson id → (opens, due), both in UTC; return its id."""
    plan = Plan(id=uuid4(), course_id=course_id)
    session.add(plan)
    session.flush()
    replace_dates(session, plan_id=plan.id, dates=dates)
    return plan.id


def replace_dates(
    session: Session, *, plan_id: UUID, dates: Mapping[str, tuple[datetime | None, datetime | None]]
) -> None:
    """Give a plan new dates, for everybody who moves by it."""
    session.execute(delete(PlanDate).where(PlanDate.plan_id == plan_id))
    rows = [
        {"plan_id": plan_id, "lesson_id": lesson_id, "opens_at": opens, "due_at": due}
        for lesson_id, (opens, due) in dates.items()
    ]
    if rows:
        session.execute(insert(PlanDate), rows)


def replace_windows(session: Session, *, plan_id: UUID, windows: Mapping[str, Window]) -> None:
    """Say when activities of a plan may be taken, for everybody who moves by it: activity id → window."""
    session.execute(delete(PlanWindow).where(PlanWindow.plan_id == plan_id))
    rows = [
        {
            "plan_id": plan_id,
            "activity_id": activity_id,
            "opens_at": window.opens_at,
            "closes_at": window.closes_at,
            "tells_after": window.tells_after,
        }
        for activity_id, window in windows.items()
    ]
    if rows:
        session.execute(insert(PlanWindow), rows)


def leave_plan(session: Session, *, enrolment_id: UUID) -> None:
    """Go on at one's own pace: everything is open again."""
    session.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values(plan_id=None))


def follow_release(session: Session, *, course_id: str, release_id: UUID, correction: bool) -> None:
    """Move enrolments to a new release: an edition moves those without a plan, a correction its whole edition too.

    An edition leaves those alone who have finished; a correction is for them as well, who may read again what has become
    unsafe. A group that stayed on an earlier edition stays there: the corrected one has other lessons (settled 16).
    Nobody moves back: a release may be told of late, after the one that followed it.
    """
    releases = release_table.c
    number = select(releases.number).where(releases.id == release_id).scalar_subquery()
    older = select(releases.id).where(releases.course_id == course_id, releases.number < number)
    may_move: ColumnElement[bool] = Enrolment.plan_id.is_(None) & Enrolment.completed_on.is_(None)
    if correction:
        editions = release_table.alias("editions").c
        begun = select(func.max(editions.number)).where(
            editions.course_id == course_id, editions.kind == "edition", editions.number < number
        )
        may_move |= Enrolment.release_id.in_(older.where(releases.number >= begun.scalar_subquery()))
    moved = update(Enrolment).where(Enrolment.release_id.in_(older), may_move)
    session.execute(moved.values(release_id=release_id))


def _set_lesson(session: Session, enrolment_id: UUID, lesson_id: str, state: int) -> None:
    row = {"enrolment_id": enrolment_id, "lesson_id": lesson_id, "state": state, "day": clock.today()}
    statement = upsert(session, LessonState).values(row)
    changed = {"state": state, "day": clock.today()}
    session.execute(statement.on_conflict_do_update(index_elements=["enrolment_id", "lesson_id"], set_=changed))
