"""Giving and taking back roles."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.actions.sign_ins import end_all_sign_ins
from lms.core.accounts.events import RolesChanged
from lms.core.accounts.models import Grant
from lms.host.db import upsert
from lms.host.events import emit
from lms.host.security import audit

ROLES = ("learner", "facilitator", "author", "translator", "reviewer", "coordinator", "operator")
SITE = "site"


def grant(
    session: Session, *, person_id: UUID, role: str, scope_kind: str = SITE, scope_id: str = "", by: str = ""
) -> bool:
    """Give a role within a scope; twice is as good as once. Return whether it is new.

    The person's running sign-ins end, so that no page of theirs goes on with old rights (SES-5).

    Args:
        session: the writing session.
        person_id: who receives it.
        role: one of `ROLES`.
        scope_kind: `site`, `course`, `cohort`, `organisation` or a kind of a plugin.
        scope_id: id within the kind.
        by: audit alias of who gives it; the person's own when they redeem an invitation.

    Raises:
        ValueError: no such role.

    """
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}")
    row = {"person_id": person_id, "role": role, "scope_kind": scope_kind, "scope_id": scope_id}
    added = upsert(session, Grant).values(row).on_conflict_do_nothing().returning(Grant.role)
    if session.execute(added).first() is None:
        return False
    _tell(session, person_id, "role given", f"{role} {scope_kind} {scope_id}", by)
    return True


def revoke(
    session: Session, *, person_id: UUID, role: str, scope_kind: str = SITE, scope_id: str = "", by: str = ""
) -> None:
    """Take a role back; it has no effect from the next request on (AUTHZ-4)."""
    gone = delete(Grant).where(
        Grant.person_id == person_id, Grant.role == role, Grant.scope_kind == scope_kind, Grant.scope_id == scope_id
    )
    if session.execute(gone.returning(Grant.role)).first() is not None:
        _tell(session, person_id, "role taken back", f"{role} {scope_kind} {scope_id}", by)


def revoke_scope(session: Session, *, scope_kind: str, scope_id: str, by: str = "") -> None:
    """Take back every role within a scope that ends."""
    held = select(Grant.person_id, Grant.role).where(Grant.scope_kind == scope_kind, Grant.scope_id == scope_id)
    for row in session.execute(held.order_by(Grant.person_id)).all():
        revoke(session, person_id=row.person_id, role=row.role, scope_kind=scope_kind, scope_id=scope_id, by=by)


def _tell(session: Session, person_id: UUID, action: str, what: str, by: str) -> None:
    alias = alias_of(session, person_id)
    audit.record(session, actor=by or alias, action=action, object=f"{alias} {what}".strip())
    end_all_sign_ins(session, person_id=person_id)
    emit(session, RolesChanged(person_id))
