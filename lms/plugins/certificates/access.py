"""The doors from an address to a certificate of the person who asks (AUTHZ-2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from lms.core.catalogue.api import Outline, outline
from lms.core.learning.api import Standing, course_for, enrolment_in
from lms.host.actor import Actor
from lms.host.security.current import vault
from lms.plugins.certificates.models import Credential, Document
from lms.plugins.certificates.queries import certified_release, place


@dataclass(frozen=True, slots=True)
class Course:
    """A course of mine and whether it earns a certificate.

    Args:
        outline: the release that my certificate states, or else the one I am in.
        standing: what I have done.
        month: first day of the month I completed it in; `None` before.

    """

    outline: Outline
    standing: Standing
    month: date | None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A printing of mine, without its file."""

    id: UUID
    number: int
    state: str
    withdrawn: bool
    course_code: str
    forget_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file of mine, opened."""

    number: int
    data: bytes


_document = (
    select(
        Document.id,
        Document.number,
        Document.state,
        Document.forget_at,
        Credential.withdrawn,
        Credential.release_id,
    )
    .join(Credential, Credential.id == Document.credential_id)
    .where(Document.id == bindparam("document"), Credential.person_id == bindparam("person"))
)
_file = (
    select(Document.number, Document.pdf)
    .join(Credential, Credential.id == Document.credential_id)
    .where(
        Document.id == bindparam("document"),
        Credential.person_id == bindparam("person"),
        Credential.withdrawn.is_(False),
        Document.state == "ready",
        Document.forget_at > bindparam("now"),
    )
)


def course_of(conn: Connection, actor: Actor, code: str, lang: str) -> Course | None:
    """Return a course the actor has begun; `None` for others and for those that do not exist."""
    found = course_for(conn, actor, code, lang)
    if found is None or found.enrolment_id is None:
        return None
    course_id, now = found.outline.course_id, found.outline.release_id
    mine = enrolment_in(conn, actor.person, course_id)
    completed = mine.completed_on if mine else None
    release = certified_release(conn, actor.person, course_id, now) if completed else now
    stated = outline(conn, release, lang) if release != now else None
    return Course(stated or found.outline, found.standing, completed.replace(day=1) if completed else None)


def document_for(conn: Connection, actor: Actor, document_id: UUID, lang: str) -> DocumentPage | None:
    """Return a printing of the actor's own."""
    row = conn.execute(_document, {"document": document_id, "person": actor.person}).first()
    found = outline(conn, row.release_id, lang) if row else None
    if row is None or found is None:
        return None
    return DocumentPage(row.id, row.number, row.state, row.withdrawn, found.code, row.forget_at)


def file_for(conn: Connection, actor: Actor, document_id: UUID, *, now: datetime) -> File | None:
    """Return the file of the actor's own printing while it is kept."""
    row = conn.execute(_file, {"document": document_id, "person": actor.person, "now": now}).first()
    if row is None:
        return None
    return File(row.number, vault().column_decrypt(row.pdf, context=place("pdf", document_id, actor.person)))
