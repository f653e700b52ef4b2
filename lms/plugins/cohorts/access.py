"""The only doors to a group: its facilitators' wall, its settings, a member's own page (AUTHZ-2, AUTHZ-5)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from lms.host.actor import Actor
from lms.plugins.cohorts.domain.dates import read_offsets
from lms.plugins.cohorts.models import Cohort, Member
from lms.plugins.cohorts.queries import CohortRow, Membership, membership_columns, to_membership

SCOPE = "cohort"

_columns = (Cohort.id, Cohort.name, Cohort.course_id, Cohort.plan_id, Cohort.lang, Cohort.starts, Cohort.ends)
_cohort = select(*_columns, Cohort.offsets).where(Cohort.id == bindparam("cohort"))
_membership = (
    select(*membership_columns)
    .join(Member, Member.cohort_id == Cohort.id)
    .where(Cohort.id == bindparam("cohort"), Member.person_id == bindparam("person"))
)


def guided_cohort_for(conn: Connection, actor: Actor, cohort_id: UUID) -> CohortRow | None:
    """Return a group that the actor guides; nobody else sees its people, not even operators."""
    if not actor.has("facilitator", SCOPE, str(cohort_id)):
        return None
    return _load(conn, cohort_id)


def editable_cohort_for(conn: Connection, actor: Actor, cohort_id: UUID) -> CohortRow | None:
    """Return a group whose dates the actor may change: its facilitators and operators."""
    if not (actor.has("facilitator", SCOPE, str(cohort_id)) or actor.has("operator")):
        return None
    return _load(conn, cohort_id)


def membership_for(conn: Connection, actor: Actor, cohort_id: UUID) -> Membership | None:
    """Return the actor's own place in a group."""
    row = conn.execute(_membership, {"cohort": cohort_id, "person": actor.person}).one_or_none()
    return to_membership(row) if row else None


def cohort(conn: Connection, cohort_id: UUID) -> CohortRow:
    """Return a group for what is no page of its staff; the caller knows that it exists."""
    return _as_cohort(conn.execute(_cohort, {"cohort": cohort_id}).one())


def _load(conn: Connection, cohort_id: UUID) -> CohortRow | None:
    row = conn.execute(_cohort, {"cohort": cohort_id}).one_or_none()
    return _as_cohort(row) if row else None


def _as_cohort(row: Any) -> CohortRow:
    days = (row.starts, row.ends, read_offsets(row.offsets))
    return CohortRow(row.id, row.name, row.course_id, row.plan_id, row.lang, *days)
