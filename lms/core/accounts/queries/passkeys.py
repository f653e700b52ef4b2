"""Reading passkeys of one host name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from lms.core.accounts.models import Passkey
from lms.host.security.current import vault


def user_of(person_id: UUID) -> bytes:
    """Return the id that a passkey carries: it names the person to nobody but this site."""
    return vault().mac(person_id.bytes, purpose="passkey user")


def credentials_of(conn: Connection, person_id: UUID, host: str) -> Sequence[bytes]:
    """Return a person's passkeys for a host."""
    return conn.scalars(select(Passkey.credential).where(Passkey.person_id == person_id, Passkey.host == host)).all()


@dataclass(frozen=True, slots=True)
class Known:
    """What checks the answer of a passkey."""

    id: UUID
    person_id: UUID
    public_key: bytes
    counter: int


def passkey(conn: Connection, credential: bytes, host: str) -> Known | None:
    """Return the passkey with this credential, if it belongs to this host."""
    columns = (Passkey.id, Passkey.person_id, Passkey.public_key, Passkey.counter)
    row = conn.execute(select(*columns).where(Passkey.credential == credential, Passkey.host == host)).one_or_none()
    return Known(*row) if row else None
