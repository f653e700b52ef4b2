"""What pages of learning read. Statements of hot pages are built once and run on a plain connection."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Uuid,
    bindparam,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.types import JSON, Boolean

from lms.core.catalogue.api import outline
from lms.core.learning.domain.completion import ActivityResult, Standing
from lms.core.learning.domain.pages import EnrolmentCard
from lms.core.learning.domain.windows import GRACE, Window
from lms.core.learning.models import DONE, ActivityState, Enrolment, LessonState, PlanWindow
from lms.host.statements import Prepared

_standing = Prepared(
    union_all(
        select(
            LessonState.lesson_id.label("id"),
            LessonState.state.label("state"),
            null().label("best"),
            literal(False, Boolean).label("passed"),
            literal(None, JSON).label("known"),
        ).where(LessonState.enrolment_id == bindparam("enrolment", type_=Uuid)),
        select(
            ActivityState.activity_id,
            literal(0),
            ActivityState.best,
            ActivityState.passed,
            ActivityState.known,
        ).where(ActivityState.enrolment_id == bindparam("enrolment", type_=Uuid)),
    )
)

_mine = Prepared(
    select(
        Enrolment.id,
        Enrolment.release_id,
        Enrolment.resume,
        Enrolment.completed_on,
        Enrolment.last_on,
        func.aggregate_strings(LessonState.lesson_id, " ").label("done"),
    )
    .outerjoin(LessonState, (LessonState.enrolment_id == Enrolment.id) & (LessonState.state == DONE))
    .where(Enrolment.person_id == bindparam("person", type_=Uuid))
    .group_by(Enrolment.id)
    .order_by(Enrolment.last_on.desc(), Enrolment.id)
)


_windows = Prepared(
    select(PlanWindow.activity_id, PlanWindow.opens_at, PlanWindow.closes_at, PlanWindow.tells_after).where(
        PlanWindow.plan_id == bindparam("plan", type_=Uuid)
    )
)
_theirs = aliased(Enrolment)


def windows_of(conn: Connection, plan_id: UUID | None) -> dict[str, Window]:
    """Return activity id → when it may be taken, in one statement; without a plan there is nothing to ask."""
    rows = _windows.rows(conn, plan=plan_id) if plan_id else ()
    return {row.activity_id: Window(row.opens_at, row.closes_at, bool(row.tells_after)) for row in rows}


def untold(
    person: InstrumentedAttribute[UUID], activity: InstrumentedAttribute[str], after: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Return whether a person is not to be told yet what was right in an activity, as a condition for other statements.

    Args:
        person: column of the person.
        activity: column of the activity's id.
        after: the moment to ask for, less `GRACE`.

    """
    return exists().where(
        _theirs.person_id == person,
        _theirs.plan_id == PlanWindow.plan_id,
        PlanWindow.activity_id == activity,
        PlanWindow.tells_after,
        PlanWindow.closes_at > after,
    )


def held_back(conn: Connection, person_id: UUID, now: datetime) -> dict[str, datetime]:
    """Return the activities in which a person is not told yet what was right: id → until when."""
    statement = (
        select(PlanWindow.activity_id, PlanWindow.closes_at)
        .join(Enrolment, Enrolment.plan_id == PlanWindow.plan_id)
        .where(Enrolment.person_id == person_id, PlanWindow.tells_after, PlanWindow.closes_at > now - GRACE)
    )
    return {row.activity_id: row.closes_at for row in conn.execute(statement) if row.closes_at}


def standing(conn: Connection, enrolment_id: UUID) -> Standing:
    """Return everything that counts for completion, in one statement."""
    done, started, results = set(), set(), {}
    for row in _standing.rows(conn, enrolment=enrolment_id):
        if row.state == DONE:
            done.add(row.id)
        elif row.state:
            started.add(row.id)
        else:
            results[row.id] = ActivityResult(row.best, bool(row.passed), frozenset(row.known or ()))
    return Standing(frozenset(done), frozenset(started), results)


def my_courses(conn: Connection, person_id: UUID, lang: str) -> list[EnrolmentCard]:
    """Return a person's courses, the one touched last first, in one statement."""
    cards = []
    for row in _mine.rows(conn, person=person_id):
        found = outline(conn, row.release_id, lang)
        if found is None:
            continue
        resume = found.by_id.get(row.resume) or found.lessons[0]
        done = sum(lesson in found.by_id for lesson in (row.done or "").split())  # a new release may have dropped some
        cards.append(EnrolmentCard(row.id, found, resume, done, row.completed_on, row.last_on))
    return cards


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """An enrolment as other packages may see it."""

    enrolment_id: UUID
    person_id: UUID
    course_id: str
    release_id: UUID
    completed_on: date | None
    share_organisation: str
    share_facilitators: str
    share_cohort: str


_columns = (
    Enrolment.id.label("enrolment_id"),
    Enrolment.person_id,
    Enrolment.course_id,
    Enrolment.release_id,
    Enrolment.completed_on,
    Enrolment.share_organisation,
    Enrolment.share_facilitators,
    Enrolment.share_cohort,
)


def enrolments_of(conn: Connection, person_id: UUID) -> list[EnrolmentRow]:
    """Return a person's enrolments."""
    statement = select(*_columns).where(Enrolment.person_id == person_id).order_by(Enrolment.last_on.desc())
    return [EnrolmentRow(**row._mapping) for row in conn.execute(statement)]  # noqa: SLF001 - SQLAlchemy's public name


def enrolment_in(conn: Connection, person_id: UUID, course_id: str) -> EnrolmentRow | None:
    """Return a person's enrolment in one course."""
    statement = select(*_columns).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
    row = conn.execute(statement).first()
    return EnrolmentRow(**row._mapping) if row else None  # noqa: SLF001 - as above


def done_lessons(conn: Connection, enrolment_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Return enrolment id → lesson id → state, for walls, in one statement."""
    found: dict[UUID, dict[str, int]] = {}
    statement = select(LessonState.enrolment_id, LessonState.lesson_id, LessonState.state).where(
        LessonState.enrolment_id.in_(list(enrolment_ids))
    )
    for row in conn.execute(statement):
        found.setdefault(row.enrolment_id, {})[row.lesson_id] = row.state
    return found
