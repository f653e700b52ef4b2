"""Helping somebody back in who lost the key: one person on staff asks, another one confirms (ACC-9).

Every step does the same for a name that is nobody's and for a person whom the helper does not look after: a number and
a code are made either way, and then they open nothing (ACC-10).
"""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.models import Reset
from lms.core.accounts.queries.locks import Asked, number_digest, reset_digest
from lms.host import clock
from lms.host.security import audit
from lms.host.security.tokens import grouped, new_code

LIVES = timedelta(hours=24)
NUMBER = 8


def ask_reset(session: Session, *, handle: bytes, person_id: UUID | None, by: UUID) -> str:
    """Keep that one helper asks for somebody; return the number for the other helper.

    Args:
        session: the writing session.
        handle: index of the name as it was typed.
        person_id: of the person, if the helper looks after them; else nothing.
        by: the helper.

    """
    number, reset_id = new_code(NUMBER), uuid4()
    session.add(
        Reset(
            id=reset_id,
            person_id=person_id,
            number=number_digest(number),
            asked=handle,
            opened_by=by,
            code=None,
            expires=clock.now() + LIVES,
        )
    )
    session.flush()
    audit.record(session, actor=alias_of(session, by), action="reset asked for", object=f"reset {reset_id}")
    return grouped(number)


def confirm_reset(session: Session, *, asked: Asked, helps: bool, by: UUID) -> str | None:
    """Make the code that lets the person in once; `None` if somebody confirmed in the same moment.

    Args:
        session: the writing session.
        asked: by the first helper.
        helps: whether the second one looks after the person too.
        by: the second helper.

    """
    code = new_code()
    works = helps and asked.person_id is not None
    digest = reset_digest(asked.person_id, code) if works and asked.person_id else secrets.token_bytes(32)
    waits = update(Reset).where(Reset.id == asked.id, Reset.code.is_(None))
    values = {"code": digest, "expires": clock.now() + LIVES}
    if session.execute(waits.values(values).returning(Reset.id)).first() is None:
        return None
    audit.record(session, actor=alias_of(session, by), action="reset confirmed", object=f"reset {asked.id}")
    return grouped(code)


def spend_reset_code(session: Session, *, person_id: UUID, code: str) -> bool:
    """Use the code up; `False` if it was used in the same moment elsewhere. All other resets of the person end."""
    mine = delete(Reset).where(
        Reset.code == reset_digest(person_id, code), Reset.person_id == person_id, Reset.expires > clock.now()
    )
    reset_id = session.scalars(mine.returning(Reset.id)).one_or_none()
    if reset_id is None:
        return False
    session.execute(delete(Reset).where(Reset.person_id == person_id))
    alias = alias_of(session, person_id)
    audit.record(session, actor=alias, action="reset used", object=alias, reason=f"reset {reset_id}")
    return True


def forget_resets(session: Session) -> None:
    """Delete what nobody used within its day."""
    session.execute(delete(Reset).where(Reset.expires <= clock.now()))
