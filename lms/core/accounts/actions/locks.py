"""Closing one's own account for a time, and opening it again (ACC-15)."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.actions.sign_ins import end_all_sign_ins
from lms.core.accounts.models import Lock, Person
from lms.core.accounts.queries.locks import waiting_for
from lms.host import clock
from lms.host.actor import Actor
from lms.host.db import upsert
from lms.host.security import audit


def close_account(session: Session, *, person_id: UUID, until: date, opener_id: UUID | None) -> None:
    """Close an account until a day, or until the opener opens it; every sign-in ends at once (SES-5).

    Nobody can sign in until then, so the time after which an unused account is erased begins on that day (RET-2).
    """
    values = {"until": until, "opener_id": opener_id}
    made = upsert(session, Lock).values(person_id=person_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=[Lock.person_id], set_=values))
    session.execute(update(Person).where(Person.id == person_id).values(seen_on=until))
    end_all_sign_ins(session, person_id=person_id)
    alias = alias_of(session, person_id)
    audit.record(session, actor=alias, action="account closed", object=alias)


def open_account(session: Session, *, mark: str, by: Actor) -> bool:
    """Open the account that waits for this helper under a mark; `False` if none does."""
    person_id = next((one.person_id for one in waiting_for(session.connection(), by) if one.mark == mark), None)
    if person_id is None:
        return False
    session.execute(delete(Lock).where(Lock.person_id == person_id))
    audit.record(session, actor=by.alias, action="account opened", object=alias_of(session, person_id))
    return True


def forget_locks(session: Session) -> None:
    """Delete locks whose day has come."""
    session.execute(delete(Lock).where(Lock.until <= clock.today()))
