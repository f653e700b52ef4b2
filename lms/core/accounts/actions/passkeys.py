"""Making, using and taking away passkeys (ACC-7)."""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.models import Challenge, Passkey
from lms.core.accounts.queries.factors import label_cell
from lms.host import clock
from lms.host.security import audit
from lms.host.security.current import vault
from lms.host.security.passkeys import Made

LIVES = timedelta(minutes=5)
NEW, USE, STEP = "new", "use", "step"


class KnownAlready(Exception):  # noqa: N818 - a state, not a fault
    """Somebody has this passkey already; roll back."""


def ask(session: Session, *, purpose: str, host: str, person_id: UUID | None = None) -> tuple[UUID, bytes]:
    """Keep a challenge for one answer; return its id and what is to be signed."""
    challenge_id, value = uuid4(), secrets.token_bytes(32)
    session.add(
        Challenge(id=challenge_id, person_id=person_id, purpose=purpose, host=host, value=value, made=clock.now())
    )
    session.flush()
    return challenge_id, value


def take(
    session: Session, *, challenge_id: UUID, purpose: str, host: str, person_id: UUID | None = None
) -> bytes | None:
    """Return a challenge and forget it, so that no answer to it counts twice; `None` if it is not this one's.

    The caller commits before looking at the answer.
    """
    mine = delete(Challenge).where(Challenge.id == challenge_id)
    row = session.execute(
        mine.returning(Challenge.purpose, Challenge.host, Challenge.person_id, Challenge.value, Challenge.made)
    ).one_or_none()
    if row is None or (row.purpose, row.host, row.person_id) != (purpose, host, person_id):
        return None
    return row.value if clock.now() - row.made < LIVES else None


def add_passkey(session: Session, *, person_id: UUID, made: Made, host: str, label: str) -> None:
    """Keep a new passkey.

    Raises:
        KnownAlready: it was sent before.

    """
    passkey_id = uuid4()
    session.add(
        Passkey(
            id=passkey_id,
            person_id=person_id,
            credential=made.credential,
            public_key=made.public_key,
            counter=made.counter,
            host=host,
            label=vault().column_encrypt(label.encode(), context=label_cell(passkey_id, person_id)),
            since=clock.today(),
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise KnownAlready from error
    _record(session, person_id, "passkey added")


def count_use(session: Session, *, passkey_id: UUID, before: int, after: int) -> bool:
    """Keep the counter of a passkey; `False` if it was used in the same moment elsewhere."""
    unchanged = update(Passkey).where(Passkey.id == passkey_id, Passkey.counter == before)
    return session.execute(unchanged.values(counter=after).returning(Passkey.id)).first() is not None


def remove_passkey(session: Session, *, person_id: UUID, passkey_id: UUID) -> None:
    """Take a passkey of one's own away."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    if session.execute(mine.returning(Passkey.id)).first() is not None:
        _record(session, person_id, "passkey taken away")


def forget_challenges(session: Session) -> None:
    """Delete challenges that nobody answered (RET-2)."""
    session.execute(delete(Challenge).where(Challenge.made <= clock.now() - LIVES))


def _record(session: Session, person_id: UUID, action: str) -> None:
    alias = alias_of(session, person_id)
    audit.record(session, actor=alias, action=action, object=alias)
