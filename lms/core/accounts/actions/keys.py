"""A person's key pair behind a passphrase. These functions hash, so they run before the write lock is taken."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.accounts.actions.sign_ins import end_all_sign_ins
from lms.core.accounts.events import KeyReplaced
from lms.core.accounts.models import Person
from lms.core.accounts.queries import Keys
from lms.host.events import emit
from lms.host.fresh import sensitive
from lms.host.security import audit
from lms.host.security.current import hasher, keystore, vault
from lms.host.security.keystore import PASSPHRASE, SHEET, wrap_context
from lms.host.security.passphrases import Verifier
from lms.host.security.sealed import SHEET_BYTES, CannotOpen, decrypt, encrypt, new_pair, sheet_key
from lms.host.security.tokens import check_character, decode, encode, has_check, parse_code

SHEET_CHARACTERS = 27


class Changed(Exception):  # noqa: N818 - a state, not a fault
    """Somebody changed the same thing in between; load it again."""


@dataclass(frozen=True, slots=True)
class NewKeys:
    """A key pair with its wrapped half in the key store, not yet anybody's."""

    verifier: Verifier
    public_key: bytes
    private_key: bytes
    key_wrap: UUID


def make_keys(person_id: UUID, passphrase: str, *, pair: tuple[bytes, bytes] | None = None) -> NewKeys:
    """Hash a passphrase and wrap a private key under it (settled 21).

    Args:
        person_id: whose it will be.
        passphrase: as shown or chosen.
        pair: private and public key to keep; a new pair without it.

    """
    verifier, kek = hasher().create(passphrase)
    private, public = pair or new_pair()
    verifier = replace(verifier, digest=vault().raised(verifier.digest))
    return NewKeys(verifier, public, private, _wrap(person_id, PASSPHRASE, kek, private))


@dataclass(frozen=True, slots=True)
class Opened:
    """A passphrase that fits; `private_key` is `None` if the key store has lost the wrapped key."""

    private_key: bytes | None


def open_keys(keys: Keys | None, passphrase: str) -> Opened | None:
    """Check a passphrase and open the private key; does the same work when there is nobody (ACC-10)."""
    kek = hasher().open(passphrase, keys.verifier if keys else None)
    if kek is None or keys is None:
        return None
    return Opened(_unwrap(keys.key_wrap, keys.person_id, PASSPHRASE, kek))


def open_with_sheet(keys: Keys, typed: str) -> bytes | None:
    """Open the private key with the secret on a recovery sheet; `None` if it does not fit."""
    secret = read_sheet(typed)
    if secret is None or keys.sheet_wrap is None:
        return None
    return _unwrap(keys.sheet_wrap, keys.person_id, SHEET, sheet_key(secret, vault().pepper))


def read_sheet(typed: str) -> bytes | None:
    """Read the 26 characters and the check character of a sheet; `None` if miscopied."""
    code = parse_code(typed, SHEET_CHARACTERS)
    return decode(code[:-1], SHEET_BYTES) if code and has_check(code) else None


def write_sheet(secret: bytes) -> str:
    """Return the secret as it is printed."""
    code = encode(secret)
    return code + check_character(code)


def _unwrap(wrap_id: UUID, person_id: UUID, kind: str, key: bytes) -> bytes | None:
    wrapped, context = keystore().get(wrap_id, person_id, kind), wrap_context(kind, person_id)
    try:
        return decrypt(key, vault().uncover(wrapped, context=context), context=context) if wrapped else None
    except CannotOpen:
        return None


def _wrap(person_id: UUID, kind: str, key: bytes, private_key: bytes) -> UUID:
    context = wrap_context(kind, person_id)
    wrapped = encrypt(key, private_key, context=context)
    return keystore().put(person_id, kind, vault().cover(wrapped, context=context))


def wrap_for_sheet(person_id: UUID, private_key: bytes, secret: bytes) -> UUID:
    """Wrap the private key under a new sheet."""
    return _wrap(person_id, SHEET, sheet_key(secret, vault().pepper), private_key)


@sensitive
def set_passphrase(session: Session, *, keys: Keys, made: NewKeys) -> list[UUID]:
    """Point the account to its new verifier and key, and end every sign-in (SES-5).

    A new key pair closes the sheet too: it opens the old pair only. Whoever sealed something to it is told.

    Returns the wrapped keys to drop after the commit (ENC-6).

    Raises:
        Changed: another change came first.

    """
    values = {
        "salt": made.verifier.salt,
        "params": made.verifier.params,
        "verifier": made.verifier.digest,
        "key_wrap": made.key_wrap,
        "public_key": made.public_key,
    }
    replaced = [keys.key_wrap]
    unchanged = select(Person.alias, Person.sheet_wrap).where(
        Person.id == keys.person_id, Person.key_wrap == keys.key_wrap
    )
    person = session.execute(unchanged.with_for_update()).one_or_none()
    if person is None:
        raise Changed
    if made.public_key != keys.public_key:
        values["sheet_wrap"] = None
        replaced += [person.sheet_wrap] if person.sheet_wrap else []
        emit(session, KeyReplaced(keys.person_id))
    session.execute(update(Person).where(Person.id == keys.person_id).values(values))
    end_all_sign_ins(session, person_id=keys.person_id)
    audit.record(session, actor=str(person.alias), action="passphrase changed", object=str(person.alias))
    return replaced


def raise_cost(session: Session, *, keys: Keys, made: NewKeys) -> UUID:
    """Point the account to a verifier of today's cost; nobody is signed out (ACC-4).

    Returns the wrapped key to drop after the commit: the old one, or the new one if another sign-in came first.
    """
    values = {
        "salt": made.verifier.salt,
        "params": made.verifier.params,
        "verifier": made.verifier.digest,
        "key_wrap": made.key_wrap,
    }
    unchanged = update(Person).where(Person.id == keys.person_id, Person.key_wrap == keys.key_wrap)
    changed = session.execute(unchanged.values(values).returning(Person.id)).first() is not None
    return keys.key_wrap if changed else made.key_wrap


@sensitive
def set_sheet(session: Session, *, person_id: UUID, sheet_wrap: UUID) -> list[UUID]:
    """Point the account to its new recovery sheet; the old one opens nothing from now on (ACC-8).

    Returns the wrapped keys to drop after the commit.
    """
    mine = select(Person.alias, Person.sheet_wrap).where(Person.id == person_id).with_for_update()
    person = session.execute(mine).one()
    session.execute(update(Person).where(Person.id == person_id).values(sheet_wrap=sheet_wrap))
    audit.record(session, actor=str(person.alias), action="recovery sheet made", object=str(person.alias))
    return [person.sheet_wrap] if person.sheet_wrap else []
