"""Recovery codes: ten on paper, each opens the account once (ACC-8)."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.models import RecoveryCode
from lms.core.accounts.queries import recovery_digest
from lms.host.fresh import sensitive
from lms.host.security import audit
from lms.host.security.tokens import grouped, new_code

CODES = 10
CHARACTERS = 16


@sensitive
def replace_codes(session: Session, *, person_id: UUID) -> list[str]:
    """Make ten new codes of 80 bits, which ends the old ones; return them to be shown once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [new_code(CHARACTERS) for _ in range(CODES)]
    session.add_all(RecoveryCode(digest=recovery_digest(person_id, code), person_id=person_id) for code in codes)
    alias = alias_of(session, person_id)
    audit.record(session, actor=alias, action="recovery codes made", object=alias)
    return [grouped(code) for code in codes]


def spend_code(session: Session, *, person_id: UUID, code: str) -> bool:
    """Use a code up; `False` if it was used in the same moment elsewhere (CON-4)."""
    spent = delete(RecoveryCode).where(RecoveryCode.digest == recovery_digest(person_id, code))
    if session.execute(spent.returning(RecoveryCode.person_id)).first() is None:
        return False
    alias = alias_of(session, person_id)
    audit.record(session, actor=alias, action="recovery code used", object=alias)
    return True
