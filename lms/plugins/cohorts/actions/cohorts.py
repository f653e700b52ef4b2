"""Making groups, moving their dates, forgetting them."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.core.catalogue.api import Outline, current_release, outline
from lms.core.learning.api import NotPublishedError, create_plan, replace_dates, replace_windows
from lms.host import clock
from lms.host.db import upsert
from lms.plugins.cohorts.actions.members import leave_cohort
from lms.plugins.cohorts.domain.dates import Offsets, check_windows, lesson_dates, weekly
from lms.plugins.cohorts.models import Cohort, Member

ANY_LANGUAGE = "en"


def create_cohort(
    session: Session,
    *,
    cohort_id: UUID,
    name: str,
    course_id: str,
    starts: date,
    ends: date,
    lang: str,
    organisation_id: UUID | None = None,
) -> bool:
    """Make a group with one week a module, unless it was made already (DUR-5); whether it was made now.

    Args:
        session: the writing session.
        cohort_id: chosen before, so that a form sent twice makes one group.
        name: neutral label that staff see.
        course_id: permanent id of a published course.
        starts: day that offsets count from.
        ends: last day; the day after, the group forgets its members.
        lang: language that aliases are drawn from.
        organisation_id: the organisation it belongs to, if any.

    Raises:
        NotPublishedError: there is nothing to learn yet.

    """
    if session.get(Cohort, cohort_id) is not None:
        return False
    found = _outline(session, course_id)
    offsets = weekly(found)
    plan_id = create_plan(session, course_id=course_id, dates=lesson_dates(found, starts, offsets))
    row = {
        "id": cohort_id,
        "name": name,
        "course_id": course_id,
        "plan_id": plan_id,
        "lang": lang,
        "starts": starts,
        "ends": ends,
        "offsets": _stored(offsets),
        "organisation_id": organisation_id,
    }
    made = upsert(session, Cohort).values(row).on_conflict_do_nothing().returning(Cohort.id)
    return session.execute(made).first() is not None


def change_cohort(session: Session, *, cohort_id: UUID, name: str, starts: date, ends: date, offsets: Offsets) -> None:
    """Change a group's name and days, for everybody who moves with it; one start shifts all of them.

    Raises:
        NotPublishedError: the course is gone.

    """
    cohort = session.get_one(Cohort, cohort_id)
    found = _outline(session, cohort.course_id)
    replace_dates(session, plan_id=cohort.plan_id, dates=lesson_dates(found, starts, offsets))
    replace_windows(session, plan_id=cohort.plan_id, windows=check_windows(found, starts, offsets))
    cohort.name, cohort.starts, cohort.ends, cohort.offsets = name, starts, ends, _stored(offsets)
    session.flush()


def adopt_cohort(session: Session, *, cohort_id: UUID, organisation_id: UUID) -> None:
    """Let a group belong to an organisation: those who join from now on come by it, and examples did."""
    session.execute(update(Cohort).where(Cohort.id == cohort_id).values(organisation_id=organisation_id))
    examples = update(Member).where(Member.cohort_id == cohort_id, Member.example.is_(True))
    session.execute(examples.values(organisation_id=organisation_id))


def forget_ended(session: Session) -> None:
    """Take everybody out of the groups whose last day is over (RET-2)."""
    over = (
        select(Member.cohort_id, Member.person_id)
        .join(Cohort, Cohort.id == Member.cohort_id)
        .where(Cohort.ends < clock.today())
    )
    for cohort_id, person_id in session.execute(over).all():
        leave_cohort(session, cohort_id=cohort_id, person_id=person_id)


def release_organisation(session: Session, *, organisation_id: UUID) -> None:
    """Cut every tie between an organisation and groups or people, as if it had never given a place (ORG-2)."""
    session.execute(update(Member).where(Member.organisation_id == organisation_id).values(organisation_id=None))
    session.execute(update(Cohort).where(Cohort.organisation_id == organisation_id).values(organisation_id=None))


def delete_cohort(session: Session, *, cohort_id: UUID) -> None:
    """Delete a group; what its people have learnt stays theirs."""
    members = session.scalars(select(Member.person_id).where(Member.cohort_id == cohort_id)).all()
    for person_id in members:
        leave_cohort(session, cohort_id=cohort_id, person_id=person_id)
    session.execute(delete(Cohort).where(Cohort.id == cohort_id))


def _outline(session: Session, course_id: str) -> Outline:
    conn = session.connection()
    release_id = current_release(conn, course_id)
    found = outline(conn, release_id, ANY_LANGUAGE) if release_id else None
    if found is None:
        raise NotPublishedError(course_id)
    return found


def _stored(offsets: Offsets) -> dict[str, dict[str, int | bool | None]]:
    return {module: days.as_json() for module, days in offsets.items()}
