"""Making accounts and changing their settings."""

import secrets
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.accounts.actions.keys import NewKeys
from lms.core.accounts.events import PersonJoined
from lms.core.accounts.models import Person
from lms.core.accounts.queries import handle_cell, handle_index
from lms.host import clock
from lms.host.events import emit
from lms.host.security import audit
from lms.host.security.current import hasher, keystore, vault
from lms.host.security.keystore import PASSPHRASE
from lms.host.security.passphrases import Verifier
from lms.host.security.sealed import new_pair


class HandleTaken(Exception):  # noqa: N818 - a state, not a fault
    """Somebody took this name, or one that looks like it, a moment ago; roll back."""


def hold(session: Session, person_id: UUID) -> None:
    """Let others who hold the same person wait until this is committed, where keys and rows change together."""
    session.scalars(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)).first()


def create_person(
    session: Session, *, person_id: UUID, handle: str, keys: NewKeys, lang: str, outside: bytes | None = None
) -> None:
    """Open an account.

    Args:
        session: the writing session.
        person_id: chosen before, so that a form sent twice makes one account (DUR-5).
        handle: tidy, checked.
        keys: from the confirmed passphrase.
        lang: of the interface.
        outside: index of the outer site's user whose account this is.

    Raises:
        HandleTaken: the name, the id or the outer user has an account already.

    """
    person = Person(
        id=person_id,
        outside_index=outside,
        handle_index=handle_index(handle),
        handle=vault().column_encrypt(handle.encode(), context=handle_cell(person_id)),
        salt=keys.verifier.salt,
        params=keys.verifier.params,
        verifier=keys.verifier.digest,
        public_key=keys.public_key,
        key_wrap=keys.key_wrap,
        lang=lang,
        created=clock.today(),
    )
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:
        raise HandleTaken from error
    audit.record(session, actor=str(person.alias), action="joined", object=str(person.alias))
    emit(session, PersonJoined(person_id, lang))


def create_example(session: Session, *, lang: str) -> UUID:
    """Make a person of a demonstration site whom nobody can sign in as: no passphrase fits and no key opens.

    Returns their id.
    """
    person_id = uuid4()
    verifier = Verifier(secrets.token_bytes(16), str(hasher().cost), secrets.token_bytes(32))
    _private, public = new_pair()
    key_wrap = keystore().put(person_id, PASSPHRASE, secrets.token_bytes(64))
    keys = NewKeys(verifier, public, b"", key_wrap)
    create_person(session, person_id=person_id, handle=f"example-{person_id.hex}"[:40], keys=keys, lang=lang)
    return person_id


def change_settings(session: Session, *, person_id: UUID, **values: str | int | bool) -> None:
    """Change language, theme, low data or the idle limit of an account."""
    session.execute(update(Person).where(Person.id == person_id).values(**values))


def alias_of(session: Session, person_id: UUID) -> str:
    """Return the name under which the audit knows a person (AUD-1)."""
    return str(session.scalars(select(Person.alias).where(Person.id == person_id)).one())
