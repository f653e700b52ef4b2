"""The private key of whoever is asking: opened by their sign-in, or by their passphrase for the rest of it (settled 28)."""

from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.core.accounts import queries
from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.actions.sign_ins import keep_private_key, private_key_of
from lms.core.accounts.domain.handles import skeleton
from lms.host import limits
from lms.host.actor import Actor
from lms.host.security.sessions import HasCookies, token_of

TRIES = 19  # as many as a sign-in has in a minute, and out of the same bucket (ACC-11)


class TooManyTries(Exception):  # noqa: N818 - a state, not a fault
    """The passphrase was not looked at: wait a minute."""


def own_key(conn: Connection, actor: Actor, request: HasCookies) -> bytes | None:
    """Return the actor's private key, if this sign-in holds it open.

    A sign-in by a recovery code, by a passkey alone or through an outer site holds none; sealed data stays closed to it
    until `unlock`.
    """
    token = token_of(request)
    if not actor.signin or token is None:
        return None
    own = queries.own_sign_in(conn, actor.signin)
    return private_key_of(own.sealed_key, token=token, signin_id=own.id, person_id=own.person_id)


def open_own_key(conn: Connection, actor: Actor, passphrase: str) -> bytes | None:
    """Open the actor's private key with their passphrase; `None` if it does not fit. Hashes, so call it before writing.

    Raises:
        TooManyTries: nothing was tried.

    """
    if not limits.allow(f"sign-in {skeleton(queries.handle_of(conn, actor.person))}", rate=TRIES, per=60):
        raise TooManyTries
    opened = open_keys(queries.keys_of(conn, person_id=actor.person), passphrase)
    return opened.private_key if opened else None


def unlock(session: Session, *, actor: Actor, request: HasCookies, private_key: bytes) -> None:
    """Hold an opened private key for the rest of this sign-in; only its browser can open it again."""
    keep_private_key(session, signin_id=UUID(actor.signin), token=token_of(request) or "", private_key=private_key)
