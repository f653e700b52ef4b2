"""Results of activities, and what they complete. Statements are built once: a quiz is handed in by everybody at once."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Date, String, Uuid, bindparam, func, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from lms.core.catalogue.api import outline
from lms.core.learning.domain.completion import course_complete
from lms.core.learning.events import ActivityCompleted, CourseCompleted
from lms.core.learning.models import STARTED, ActivityState, Enrolment, LessonState
from lms.core.learning.queries import standing
from lms.host import clock
from lms.host.events import emit
from lms.host.statements import Prepared, new_values

ANY_LANGUAGE = "en"

_ENROLMENT = bindparam("at_enrolment", type_=Uuid)
_DAY = bindparam("at_day", type_=Date)


def _began(insert: Any) -> Any:
    row = {"enrolment_id": _ENROLMENT, "lesson_id": bindparam("at_lesson", type_=String), "state": STARTED, "day": _DAY}
    return insert(LessonState).values(row).on_conflict_do_nothing()


def _kept(insert: Any) -> Any:
    row = insert(ActivityState).values(new_values(ActivityState.__table__))
    changed = {name: row.excluded[name] for name in ("best", "passed", "known", "day")}
    return row.on_conflict_do_update(index_elements=["enrolment_id", "activity_id"], set_=changed)


_BEGIN = Prepared(_began)
_TOUCH = Prepared(
    update(Enrolment)
    .where(Enrolment.id == _ENROLMENT)
    .values(last_on=_DAY, resume=func.coalesce(bindparam("at_lesson", type_=String), Enrolment.resume))
    .returning(Enrolment.id, Enrolment.person_id, Enrolment.course_id, Enrolment.release_id, Enrolment.completed_on)
)
_BEFORE = Prepared(
    select(ActivityState.best, ActivityState.passed, ActivityState.known).where(
        ActivityState.enrolment_id == _ENROLMENT, ActivityState.activity_id == bindparam("at_activity", type_=String)
    )
)
_KEEP = Prepared(_kept)


class Enrolled(Protocol):
    """An enrolment, as a row or as a model."""

    @property
    def id(self) -> UUID: ...
    @property
    def person_id(self) -> UUID: ...
    @property
    def course_id(self) -> str: ...
    @property
    def release_id(self) -> UUID: ...
    @property
    def completed_on(self) -> date | None: ...


def start_lesson(session: Session, *, enrolment_id: UUID, lesson_id: str) -> None:
    """Note that a person pressed Start or answered something in a lesson; never takes "done" back."""
    _begin(session, enrolment_id, lesson_id)


def record_result(
    session: Session,
    *,
    enrolment_id: UUID,
    activity_id: str,
    percent: int | None,
    mark: int = 0,
    must_know: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
    lesson_id: str | None = None,
) -> None:
    """Take in a result of an activity; the only way in which a plugin reports one.

    The best percent is kept, must-know items add up, and what is passed stays passed. Whether it is passed is decided
    here, under the enrolment's lock, so that two attempts handed in at once cannot miss each other. Applies the
    completion rules of all three levels and emits the events.

    Args:
        session: the writing session.
        enrolment_id: whose result it is.
        activity_id: permanent id of the quiz, check or other activity.
        percent: whole percent, `None` where the activity keeps no score.
        mark: percent that the best attempt must reach.
        must_know: items that must each have been right at least once.
        known: must-know items that were right in this attempt.
        lesson_id: the lesson that is begun by handing this in.

    """
    enrolment = _begin(session, enrolment_id, lesson_id)
    conn = session.connection()
    before = _BEFORE.first(conn, at_enrolment=enrolment_id, at_activity=activity_id)
    best, passed, knew = (before.best, before.passed, before.known) if before else (None, False, ())
    if percent is not None:
        best = max(percent, best or 0)
    all_known = {*knew, *known}
    newly = not passed and (best or 0) >= mark and must_know <= all_known
    _KEEP.rows(
        conn,
        new_enrolment_id=enrolment_id,
        new_activity_id=activity_id,
        new_best=best,
        new_passed=passed or newly,
        new_known=sorted(all_known),
        new_day=clock.today(),
    )
    if newly:
        emit(session, ActivityCompleted(enrolment.person_id, enrolment_id, activity_id))
        complete_course(session, enrolment)


def complete_course(session: Session, enrolment: Enrolled) -> None:
    """Complete the course if nothing is left to do in it; once."""
    if enrolment.completed_on is not None:
        return
    found = outline(session.connection(), enrolment.release_id, ANY_LANGUAGE)
    if found and course_complete(found, standing(session.connection(), enrolment.id)):
        session.execute(update(Enrolment).where(Enrolment.id == enrolment.id).values(completed_on=clock.today()))
        emit(session, CourseCompleted(enrolment.person_id, enrolment.id, enrolment.course_id, enrolment.release_id))


def _begin(session: Session, enrolment_id: UUID, lesson_id: str | None) -> Any:
    """Note a lesson as begun, if one is named, and lock the enrolment."""
    session.flush()  # what follows does not pass through the session
    conn, day = session.connection(), clock.today()
    if lesson_id is not None:
        _BEGIN.rows(conn, at_enrolment=enrolment_id, at_lesson=lesson_id, at_day=day)
    enrolment = _TOUCH.first(conn, at_enrolment=enrolment_id, at_lesson=lesson_id, at_day=day)
    if enrolment is None:
        raise NoResultFound
    return enrolment
