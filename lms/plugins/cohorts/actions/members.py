"""Coming into a group and going out of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms import gettext as _
from lms.core.accounts.api import InvitationKind, Refused, alias_of, grant, revoke
from lms.core.learning.api import (
    AUDIENCES,
    Audience,
    NotPublishedError,
    enrol,
    enrolment_in,
    leave_plan,
    set_consent,
)
from lms.host import clock
from lms.host.db import upsert
from lms.host.security import audit
from lms.plugins.cohorts.domain.aliases import new_alias
from lms.plugins.cohorts.models import Cohort, Member

KIND = "cohort"
LEARNER, FACILITATOR = "learner", "facilitator"
ROLES = (LEARNER, FACILITATOR)
SCOPE = "cohort"


class CohortInvitation(InvitationKind):
    """A place in a group; payload: cohort, role, and the organisation that gives it, if any."""

    key = KIND

    def redeem(self, session: Session, person_id: UUID, payload: Mapping[str, Any], *, handle: str, lang: str) -> None:
        """Take the place (see `join_cohort`)."""
        cohort_id, role = _id(payload, "cohort"), payload.get("role", LEARNER)
        cohort = session.get(Cohort, cohort_id) if cohort_id else None
        if cohort is None or role not in ROLES or cohort.ends < clock.today():
            raise Refused(_("This group has ended. Ask the person who gave you the code for a new one."))
        join_cohort(
            session,
            cohort=cohort,
            person_id=person_id,
            role=role,
            handle=handle,
            organisation_id=_id(payload, "organisation") or cohort.organisation_id,
        )

    def describe(self, payload: Mapping[str, Any]) -> str:
        """Say whether the place is a learner's or a facilitator's."""
        return _("Place as facilitator of a group") if payload.get("role") == FACILITATOR else _("Place in a group")


def place(cohort_id: UUID, *, role: str = LEARNER, organisation_id: UUID | None = None) -> dict[str, str]:
    """Return the payload of an invitation of the kind `cohort`."""
    payload = {"cohort": str(cohort_id), "role": role}
    return payload | {"organisation": str(organisation_id)} if organisation_id else payload


def join_cohort(
    session: Session,
    *,
    cohort: Cohort,
    person_id: UUID,
    role: str,
    handle: str,
    organisation_id: UUID | None = None,
    example: bool = False,
) -> str:
    """Put a person into a group under an alias they have nowhere else (ACC-16), showing nothing; return it (settled 21, 22).

    A learner moves by the group's dates from now on and leaves any other group of the same course: groups swap the
    plan, not the enrolment (settled 16). A facilitator receives the role in this group only.

    Raises:
        Refused: already in the group, or the course is not there.

    """
    nearby = (Member.cohort_id == cohort.id) | (Member.person_id == person_id)
    taken = session.scalars(select(Member.alias).where(nearby)).all()
    alias = new_alias(cohort.lang, taken=taken, handle=handle)
    row = {
        "cohort_id": cohort.id,
        "person_id": person_id,
        "role": role,
        "alias": alias,
        "organisation_id": organisation_id if role == LEARNER else None,
        "joined": clock.today(),
        "example": example,
    }
    entered = upsert(session, Member).values(row).on_conflict_do_nothing(index_elements=["cohort_id", "person_id"])
    if session.execute(entered.returning(Member.alias)).first() is None:
        raise Refused(_("You are already in this group."))
    if role == LEARNER:
        _learn(session, cohort, person_id, organisation_id)
    if role == FACILITATOR:
        grant(session, person_id=person_id, role=FACILITATOR, scope_kind=SCOPE, scope_id=str(cohort.id))
    return alias


def become_facilitator(session: Session, *, cohort_id: UUID, person_id: UUID) -> None:
    """Let a person guide a group they have just made; once, however often it is asked."""
    if session.get(Member, (cohort_id, person_id)) is None:
        cohort = session.get_one(Cohort, cohort_id)
        join_cohort(session, cohort=cohort, person_id=person_id, role=FACILITATOR, handle="")


def leave_cohort(session: Session, *, cohort_id: UUID, person_id: UUID) -> None:
    """Take a person out: rights end, dates end, nothing is shown any more; what they learnt stays (ORG-2)."""
    member = session.get(Member, (cohort_id, person_id))
    if member is None:
        return
    if member.role == FACILITATOR:
        revoke(session, person_id=person_id, role=FACILITATOR, scope_kind=SCOPE, scope_id=str(cohort_id))
    else:
        cohort = session.get_one(Cohort, cohort_id)
        _stop_showing(session, cohort.course_id, person_id)
    session.delete(member)
    session.flush()


def leave_organisation(session: Session, *, cohort_id: UUID, person_id: UUID, course_id: str) -> None:
    """Stay in the group, but no longer as somebody the organisation sent (ORG-2)."""
    own = (Member.cohort_id == cohort_id) & (Member.person_id == person_id)
    session.execute(update(Member).where(own).values(organisation_id=None))
    enrolment = enrolment_in(session.connection(), person_id, course_id)
    if enrolment is not None:
        set_consent(
            session,
            person_id=person_id,
            enrolment_id=enrolment.enrolment_id,
            audience="organisation",
            level="none",
        )


def let_enter_lines(session: Session, *, cohort_id: UUID, person_id: UUID, agreed: bool) -> None:
    """Let the guides of a group enter a learner's answer lines, or no longer; both are written down (AUD-1)."""
    own = (Member.cohort_id == cohort_id) & (Member.person_id == person_id) & (Member.role == LEARNER)
    other = Member.lines_on.is_(None) if agreed else Member.lines_on.is_not(None)
    changed = update(Member).where(own, other).values(lines_on=clock.today() if agreed else None)
    if session.execute(changed.returning(Member.alias)).first() is not None:
        action = "ask for entering lines" if agreed else "end entering lines"
        audit.record(session, actor=alias_of(session, person_id), action=action, object=str(cohort_id))


def _learn(session: Session, cohort: Cohort, person_id: UUID, organisation_id: UUID | None) -> None:
    """Enrol by the group's plan and write down that nothing is shown, for each audience (settled 23)."""
    try:
        enrolment_id = enrol(session, person_id=person_id, course_id=cohort.course_id, plan_id=cohort.plan_id)
    except NotPublishedError as error:
        raise Refused(_("The course of this group is not published yet. Please try again later.")) from error
    same_course = select(Cohort.id).where(Cohort.course_id == cohort.course_id)
    others = (Member.person_id == person_id) & (Member.role == LEARNER) & (Member.cohort_id != cohort.id)
    session.execute(delete(Member).where(others, Member.cohort_id.in_(same_course)))
    before = enrolment_in(session.connection(), person_id, cohort.course_id)
    asked: list[Audience] = ["facilitators", "cohort"]
    if organisation_id or (before and before.share_organisation != "none"):
        asked.append("organisation")
    for audience in asked:
        set_consent(session, person_id=person_id, enrolment_id=enrolment_id, audience=audience, level="none")


def _stop_showing(session: Session, course_id: str, person_id: UUID) -> None:
    enrolment = enrolment_in(session.connection(), person_id, course_id)
    if enrolment is None:
        return
    leave_plan(session, enrolment_id=enrolment.enrolment_id)
    for audience in AUDIENCES:
        set_consent(session, person_id=person_id, enrolment_id=enrolment.enrolment_id, audience=audience, level="none")


def _id(payload: Mapping[str, Any], name: str) -> UUID | None:
    try:
        return UUID(str(payload.get(name)))
    except ValueError:
        return None
