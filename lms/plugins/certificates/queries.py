"""What pages of certificates read."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from lms.core.catalogue.api import outline, release_table
from lms.host.security.current import vault
from lms.host.security.sealed import cell
from lms.plugins.certificates.domain import codes
from lms.plugins.certificates.domain.names import comparable
from lms.plugins.certificates.domain.sheet import Sheet
from lms.plugins.certificates.models import Credential, Document, Withdrawal


@dataclass(frozen=True, slots=True)
class Printed:
    """A form in which a credential was printed before."""

    id: UUID
    number: int
    lang: str
    discreet: bool
    named: bool
    state: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What anyone may know of a code.

    Args:
        code: as it was understood.
        valid: not withdrawn.
        sheet: what the paper says; `None` for a withdrawn one whose owner is gone.
        month: first day of the month it was finished in.

    """

    code: str
    valid: bool
    sheet: Sheet | None
    month: date | None


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that making the file needs."""

    document_id: UUID
    person_id: UUID
    course_id: str
    sheet: Sheet
    release: int
    month: date
    lang: str
    state: str
    code: str
    name: str


_stated, _edition = release_table.alias("stated"), release_table.alias("edition").c
_now = select(release_table.c.number).where(release_table.c.id == bindparam("now")).scalar_subquery()
_begun = select(func.max(_edition.number)).where(
    _edition.course_id == bindparam("course"), _edition.kind == "edition", _edition.number <= _now
)
_certified = (
    select(Credential.release_id)
    .join(_stated, _stated.c.id == Credential.release_id)
    .where(
        Credential.person_id == bindparam("person"),
        Credential.course_id == bindparam("course"),
        _stated.c.number >= _begun.scalar_subquery(),
    )
    .order_by(_stated.c.number)
    .limit(1)
)
_printed = (
    select(
        Document.id,
        Document.number,
        Document.lang,
        Document.discreet,
        (func.length(Document.name_digest) > 0).label("named"),
        Document.state,
    )
    .join(Credential, Credential.id == Document.credential_id)
    .where(Credential.person_id == bindparam("person"), Credential.release_id == bindparam("release"))
    .order_by(Document.number.desc())
)

_checked = (
    select(Document.discreet, Credential.release_id, Credential.month, Credential.withdrawn)
    .join(Credential, Credential.id == Document.credential_id)
    .where(Document.code_digest == bindparam("code"))
)
_withdrawn = select(Withdrawal.code_digest).where(Withdrawal.code_digest == bindparam("code"))

_task = (
    select(
        Document.id,
        Document.lang,
        Document.discreet,
        Document.state,
        Document.code,
        Document.name,
        Credential.person_id,
        Credential.course_id,
        Credential.release_id,
        Credential.month,
    )
    .join(Credential, Credential.id == Document.credential_id)
    .where(Document.id == bindparam("document"), Credential.withdrawn.is_(False))
)


def place(column: str, document_id: UUID, person_id: UUID) -> str:
    """Name the cell that a sealed value of a document belongs to (ENC-4)."""
    return cell("C2", "certificates_document", column, document_id, person_id)


def certified_release(conn: Connection, person_id: UUID, course_id: str, release_id: UUID) -> UUID:
    """Return the release that a person's certificate states; without one yet, the release they are in.

    A correction is no other version of a course: whoever holds a certificate of the same edition prints that one again,
    and one that was withdrawn stays so (CERT-7, settled 16).
    """
    found: UUID | None = conn.execute(
        _certified, {"person": person_id, "course": course_id, "now": release_id}
    ).scalar()
    return found or release_id


def printed_before(conn: Connection, person_id: UUID, release_id: UUID) -> list[Printed]:
    """Return the forms a person has printed of one release, the newest first."""
    rows = conn.execute(_printed, {"person": person_id, "release": release_id})
    return [Printed(row.id, row.number, row.lang, row.discreet, bool(row.named), row.state) for row in rows]


def sheet_of(conn: Connection, release_id: UUID, lang: str, *, discreet: bool) -> Sheet | None:
    """Return what a certificate of a release says, in one language."""
    found = outline(conn, release_id, lang)
    return Sheet.of(found, discreet=discreet) if found else None


def check(conn: Connection, code: str, lang: str) -> Checked | None:
    """Return what anyone may know of a code; `None` when no certificate has it (CERT-4)."""
    digest = codes.digest(code)
    row = conn.execute(_checked, {"code": digest}).first()
    if row is None:
        known = conn.execute(_withdrawn, {"code": digest}).first()
        return Checked(code, valid=False, sheet=None, month=None) if known else None
    sheet = sheet_of(conn, row.release_id, lang, discreet=row.discreet)
    return Checked(code, not row.withdrawn, sheet, row.month)


def digests_of_name(name: str, credential_id: UUID) -> tuple[bytes, bytes]:
    """Return the keyed digest under which a printed name is kept, now and before; nothing for no name."""
    plain = comparable(name)
    return vault().blind_indexes(plain, context=f"certificate name {credential_id}") if plain else (b"", b"")


def name_matches(conn: Connection, code: str, name: str) -> bool:
    """Whether `name` is the one on the paper with this code."""
    statement = select(Document.name_digest, Document.credential_id).where(Document.code_digest == codes.digest(code))
    row = conn.execute(statement).first()
    if row is None or not row.name_digest:
        return False
    return any(hmac.compare_digest(one, row.name_digest) for one in digests_of_name(name, row.credential_id))


def task(conn: Connection, document_id: UUID) -> Task | None:
    """Return what is needed to make a file; `None` when the document is gone or withdrawn."""
    row = conn.execute(_task, {"document": document_id}).first()
    found = outline(conn, row.release_id, row.lang) if row else None
    if row is None or found is None:
        return None
    opened = vault().column_decrypt(row.code, context=place("code", row.id, row.person_id))
    name = vault().column_decrypt(row.name, context=place("name", row.id, row.person_id)) if row.name else b""
    return Task(
        document_id=row.id,
        person_id=row.person_id,
        course_id=row.course_id,
        sheet=Sheet.of(found, discreet=row.discreet),
        release=found.number,
        month=row.month,
        lang=row.lang,
        state=row.state,
        code=opened.decode(),
        name=name.decode(),
    )


def withdrawn_codes(conn: Connection) -> Sequence[str]:
    """Return the digests of all codes that are no longer valid."""
    return conn.execute(select(Withdrawal.code_digest)).scalars().all()


def overdue(conn: Connection, now: datetime) -> int:
    """Return how many documents still hold a name or file that should be forgotten."""
    return conn.execute(select(func.count()).where(Document.forget_at < now)).scalar_one()
