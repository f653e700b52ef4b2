"""Asking for, and agreeing to, a look into an account (AUD-4). No action opens sealed data, and none hides the notice."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import exists, insert, literal, select, update
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.models import Person, Support
from lms.host import clock
from lms.host.fresh import sensitive
from lms.host.security import audit

REASONS = ("asked", "fault", "duty", "misuse")
LASTS = timedelta(minutes=60)
WAITS = timedelta(hours=24)
TOLD = timedelta(days=14)


@sensitive
def ask(session: Session, *, person_id: UUID | None, by: str, reason: str) -> UUID:
    """Ask another operator to agree to a look into an account; nothing opens yet.

    For a name that is nobody's the same is written down and nothing waits: whoever asks cannot tell (ACC-10).

    Args:
        session: the writing session.
        person_id: whose account; nothing if nobody signs in with the name.
        by: audit alias of the operator who asks.
        reason: one of `REASONS`.

    Returns the id of what was asked for, if there is anything.

    Raises:
        ValueError: no such reason.

    """
    if reason not in REASONS:
        raise ValueError(f"there is no reason {reason!r}")
    made, known = uuid4(), select(Person.alias).where(Person.id == person_id)
    alias = session.scalars(known).one_or_none()
    columns = {"id": made, "person_id": person_id, "reason": reason, "asked_by": UUID(by), "asked": clock.now()}
    row = select(*(literal(value, Support.__table__.c[name].type) for name, value in columns.items()))
    session.execute(insert(Support).from_select(list(columns), row.where(exists(known))))
    audit.record(session, actor=by, action="support asked", object=str(alias or uuid4()), reason=reason)
    return made


@sensitive
def agree(session: Session, *, support_id: UUID, by: str) -> bool:
    """Open an account to both operators for 60 minutes, and tell the person in the same transaction.

    Args:
        session: the writing session.
        support_id: what was asked for.
        by: audit alias of the second operator.

    Returns whether it was still open, and `by` is neither who asked nor whose account it is.

    """
    now = clock.now()
    opened = (
        update(Support)
        .where(Support.id == support_id, Support.agreed_by.is_(None), Support.asked > now - WAITS)
        .where(Support.asked_by != UUID(by))
        .where(Support.person_id.not_in(select(Person.id).where(Person.alias == UUID(by))))
        .values(agreed_by=UUID(by), began=now, ends=now + LASTS, told_until=now + TOLD)
    )
    row = session.execute(opened.returning(Support.person_id, Support.reason)).one_or_none()
    if row is None:
        return False
    alias = alias_of(session, row.person_id)
    audit.record(session, actor=by, action="support agreed", object=alias, reason=row.reason)
    return True
