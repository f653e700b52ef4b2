"""Starting and ending sign-ins."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.core.accounts.models import Husk, Person, SecondStep, SignIn
from lms.core.accounts.queries.sign_ins import label_cell
from lms.host import clock
from lms.host.security.current import vault
from lms.host.security.sealed import cell, decrypt, encrypt, token_key
from lms.host.security.sessions import fresh


def key_cell(signin_id: UUID, person_id: UUID) -> str:
    """Name the place of a private key wrapped for one sign-in (ENC-4)."""
    return cell("C4", "accounts_signin", "sealed_key", signin_id, person_id)


def start_sign_in(
    session: Session,
    *,
    person_id: UUID,
    private_key: bytes | None,
    by_code: bool = False,
    factor: bool = False,
    confirmed: datetime | None = None,
) -> str:
    """Start a sign-in and return the token for the browser.

    Args:
        session: the writing session.
        person_id: who signs in.
        private_key: opened with the passphrase; wrapped under the token, so that only this browser opens it again.
        by_code: a recovery code was used, so a new passphrase may be set without the old one.
        factor: a second factor was shown; without it the roles of staff wait (ACC-6).
        confirmed: when the passphrase was given; nothing for other ways in (SES-8).

    """
    made, signin_id, now = fresh(), uuid4(), clock.now()
    sealed = None
    if private_key is not None:
        sealed = encrypt(token_key(made.token), private_key, context=key_cell(signin_id, person_id))
    row = SignIn(
        id=signin_id,
        person_id=person_id,
        token=made.digest,
        sealed_key=sealed,
        by_code=by_code,
        factor=factor,
        confirmed=confirmed,
        began=now,
        seen=now,
    )
    session.add(row)
    session.execute(update(Person).where(Person.id == person_id).values(seen_on=clock.today()))
    session.flush()
    return made.token


def private_key_of(sealed_key: bytes | None, *, token: str, signin_id: UUID, person_id: UUID) -> bytes | None:
    """Open the private key of a running sign-in with the token its browser holds."""
    if sealed_key is None:
        return None
    return decrypt(token_key(token), sealed_key, context=key_cell(signin_id, person_id))


def confirm_sign_in(session: Session, *, signin: str, token: str, private_key: bytes | None) -> None:
    """Note that the passphrase was given again (SES-8); a key that it opened stays open for the rest of the sign-in."""
    signin_id = UUID(signin)
    session.execute(update(SignIn).where(SignIn.id == signin_id).values(confirmed=clock.now()))
    if private_key is not None:
        keep_private_key(session, signin_id=signin_id, token=token, private_key=private_key)


def end_sign_in(session: Session, signin: str) -> None:
    """End one sign-in."""
    session.execute(delete(SignIn).where(SignIn.id == UUID(signin)))


def end_all_sign_ins(session: Session, *, person_id: UUID) -> None:
    """End every sign-in of a person, half done ones and husks included: passphrase, roles or account changed (SES-5)."""
    for table in (SignIn, SecondStep, Husk):
        session.execute(delete(table).where(table.person_id == person_id))


def end_own_sign_in(session: Session, *, signin_id: UUID, person_id: UUID) -> None:
    """End one of a person's own sign-ins (SES-6)."""
    session.execute(delete(SignIn).where(SignIn.id == signin_id, SignIn.person_id == person_id))


def name_sign_in(session: Session, *, signin: str, person_id: UUID, label: str) -> None:
    """Keep what a person calls a sign-in, encrypted; an empty name takes it away (SES-6)."""
    signin_id = UUID(signin)
    sealed = vault().column_encrypt(label.encode(), context=label_cell(signin_id, person_id)) if label else None
    session.execute(update(SignIn).where(SignIn.id == signin_id, SignIn.person_id == person_id).values(label=sealed))


def keep_private_key(session: Session, *, signin_id: UUID, token: str, private_key: bytes) -> None:
    """Keep the private key that a recovery sheet opened, for the rest of this sign-in."""
    person_id = session.scalars(select(SignIn.person_id).where(SignIn.id == signin_id)).one()
    sealed = encrypt(token_key(token), private_key, context=key_cell(signin_id, person_id))
    session.execute(update(SignIn).where(SignIn.id == signin_id).values(sealed_key=sealed))
