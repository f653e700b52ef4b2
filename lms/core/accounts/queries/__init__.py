"""Reading about people; every answer is shaped for who asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, func, select

from lms.core.accounts.domain.handles import skeleton
from lms.core.accounts.models import Grant, Invitation, KeptText, Person, RecoveryCode, SignIn
from lms.core.accounts.queries.locks import closed_now
from lms.core.accounts.queries.sign_ins import running_sign_ins
from lms.host import clock
from lms.host.security.current import vault
from lms.host.security.passphrases import Verifier
from lms.host.security.sealed import cell
from lms.host.security.tokens import parse_code

NOBODY = UUID(int=0)


def handle_index(handle: str) -> bytes:
    """Return what a handle is looked up by; the database alone does not tell the handle (ENC-2)."""
    return vault().blind_index(skeleton(handle), context="accounts_person.handle")


def handle_indexes(handle: str) -> tuple[bytes, bytes]:
    """Return the same, and as rows have it that a running change of keys has not reached (ENC-11)."""
    return vault().blind_indexes(skeleton(handle), context="accounts_person.handle")


def outside_indexes(subject: str) -> tuple[bytes, bytes]:
    """Return what an outer site's user is looked up by, now and before; their id there is not kept."""
    return vault().blind_indexes(subject, context="accounts_person.outside")


def handle_cell(person_id: UUID) -> str:
    """Name the place of an encrypted handle (ENC-4)."""
    return cell("C2", "accounts_person", "handle", person_id, person_id)


def is_taken(conn: Connection, handle: str) -> bool:
    """Whether somebody has this handle or one that looks like it."""
    return conn.execute(select(Person.id).where(Person.handle_index.in_(handle_indexes(handle)))).first() is not None


@dataclass(frozen=True, slots=True)
class Keys:
    """What checks a passphrase and opens a person's key."""

    person_id: UUID
    verifier: Verifier
    public_key: bytes
    key_wrap: UUID
    sheet_wrap: UUID | None
    lang: str
    closed: bool


def keys_of(conn: Connection, *, handle: str = "", person_id: UUID | None = None) -> Keys | None:
    """Return the keys of the person with this handle or id; `None` if there is none (ACC-10)."""
    wanted = Person.id == person_id if person_id else Person.handle_index.in_(handle_indexes(handle))
    columns = (
        Person.id,
        Person.salt,
        Person.params,
        Person.verifier,
        Person.public_key,
        Person.key_wrap,
        Person.sheet_wrap,
        Person.lang,
        closed_now().label("closed"),
    )
    row = conn.execute(select(*columns).where(wanted)).one_or_none()
    if row is None:
        return None
    verifier = Verifier(row.salt, row.params, row.verifier, partial(vault().as_high, kept=row.verifier))
    return Keys(row.id, verifier, row.public_key, row.key_wrap, row.sheet_wrap, row.lang, row.closed)


def recovery_digest(person_id: UUID, code: str) -> bytes:
    """Return what is stored of a recovery code: keyed, so that a copied database cannot be guessed against."""
    return vault().mac(f"{person_id} {code}", purpose="recovery code")


def has_recovery_code(conn: Connection, person_id: UUID | None, code: str) -> bool:
    """Whether a code is one of the person's; asks the database for nobody's codes just the same (ACC-10)."""
    digest = recovery_digest(person_id or NOBODY, code)
    return conn.execute(select(RecoveryCode.digest).where(RecoveryCode.digest == digest)).first() is not None


@dataclass(frozen=True, slots=True)
class OwnSignIn:
    """The sign-in a request came with."""

    id: UUID
    person_id: UUID
    sealed_key: bytes | None
    by_code: bool
    confirmed: datetime | None


def own_sign_in(conn: Connection, signin: str) -> OwnSignIn:
    """Return the actor's own sign-in row."""
    row = conn.execute(
        select(SignIn.id, SignIn.person_id, SignIn.sealed_key, SignIn.by_code, SignIn.confirmed).where(
            SignIn.id == UUID(signin)
        )
    ).one()
    return OwnSignIn(*row)


def signs_in(conn: Connection, signin: str) -> bool:
    """Whether a sign-in still exists."""
    return conn.execute(select(SignIn.id).where(SignIn.id == UUID(signin))).first() is not None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A person's own account."""

    person_id: UUID
    handle: str
    lang: str
    theme: str
    low_data: bool
    idle_minutes: int
    codes_left: int
    has_sheet: bool
    sign_ins: int
    late_texts: int


def account(conn: Connection, person_id: UUID) -> AccountPage:
    """Return what a person's account page shows."""
    codes = select(func.count()).where(RecoveryCode.person_id == Person.id).scalar_subquery()
    now = clock.now()
    late = select(func.count()).where(KeptText.person_id == Person.id, KeptText.until > now).scalar_subquery()
    columns = (Person.handle, Person.lang, Person.theme, Person.low_data, Person.idle_minutes, Person.sheet_wrap)
    row = conn.execute(select(*columns, codes, late).where(Person.id == person_id)).one()
    handle = vault().column_decrypt(row.handle, context=handle_cell(person_id)).decode()
    has_sheet = row.sheet_wrap is not None
    running = len(running_sign_ins(conn, person_id, ""))
    settings = (row.lang, row.theme, row.low_data, row.idle_minutes)
    return AccountPage(person_id, handle, *settings, row[6], has_sheet, running, late_texts=row[7])


def handle_of(conn: Connection, person_id: UUID) -> str:
    """Return a person's own handle, for that person only."""
    sealed = conn.execute(select(Person.handle).where(Person.id == person_id)).scalar_one()
    return vault().column_decrypt(sealed, context=handle_cell(person_id)).decode()


def wraps_in_use(conn: Connection) -> set[UUID]:
    """Return the ids of every wrapped key that an account points to."""
    rows = conn.execute(select(Person.key_wrap, Person.sheet_wrap)).all()
    return {wrap for row in rows for wrap in row if wrap}


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """What other packages may know of a person: nothing that names them."""

    id: UUID
    lang: str
    public_key: bytes


def people(conn: Connection, person_ids: Collection[UUID]) -> Mapping[UUID, PersonInfo]:
    """Return people by id; missing ones are absent."""
    rows = conn.execute(select(Person.id, Person.lang, Person.public_key).where(Person.id.in_(person_ids)))
    return {row.id: PersonInfo(*row) for row in rows}


def holders(conn: Connection, role: str, scope_kind: str, scope_id: str) -> Sequence[UUID]:
    """Return who holds a role in one scope."""
    return conn.scalars(
        select(Grant.person_id).where(Grant.role == role, Grant.scope_kind == scope_kind, Grant.scope_id == scope_id)
    ).all()


def role_counts(conn: Connection) -> Mapping[str, int]:
    """Count the holders of each role, for the command line."""
    counted = select(Grant.role, func.count(func.distinct(Grant.person_id))).group_by(Grant.role)
    return {row[0]: row[1] for row in conn.execute(counted)}


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as it stands now."""

    id: UUID
    kind: str
    payload: Mapping[str, object]
    lang: str
    expires: datetime
    state: str

    @property
    def usable(self) -> bool:
        """Whether a place can be taken."""
        return self.state == "open"


def code_digest(code: str) -> bytes:
    """Return what is stored of an invitation code."""
    return vault().mac(code, purpose="invitation code")


def offer(conn: Connection, typed: str) -> Offer | None:
    """Return the invitation behind a code as a person typed it, or `None` if there is none."""
    code = parse_code(typed)
    if code is None:
        return None
    row = conn.execute(select(Invitation.__table__).where(Invitation.code == code_digest(code))).one_or_none()
    if row is None:
        return None
    ended = "ended" if row.expires <= clock.now() else "open"
    state = "revoked" if row.revoked else "full" if row.used >= row.seats else ended
    return Offer(row.id, row.kind, row.payload, row.lang, row.expires, state)


@dataclass(frozen=True, slots=True)
class Seats:
    """How far a batch of codes has been used."""

    codes: int
    seats: int
    used: int


def batch_seats(conn: Connection, batches: Collection[UUID]) -> Mapping[UUID, Seats]:
    """Return the places of each batch; callers hide small numbers from people."""
    counted = (
        select(Invitation.batch, func.count(), func.sum(Invitation.seats), func.sum(Invitation.used))
        .where(Invitation.batch.in_(batches))
        .group_by(Invitation.batch)
    )
    return {row[0]: Seats(row[1], row[2], row[3]) for row in conn.execute(counted) if row[0]}
