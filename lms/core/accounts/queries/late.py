"""Whose an ended sign-in was, and what was sent after its end (SES-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from lms.core.accounts.models import Husk, KeptText, Person, SignIn
from lms.host import clock
from lms.host.security.sealed import cell
from lms.host.security.sessions import HUSK_LIVES, ended_at
from lms.host.security.tokens import digest


def text_cell(text_id: UUID, person_id: UUID) -> str:
    """Name the place of a sealed text (ENC-4)."""
    return cell("C3", "accounts_kept_text", "sealed", text_id, person_id)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may read what this browser sends: nothing that opens anything."""

    person_id: UUID
    public_key: bytes


def ended_owner(conn: Connection, token: str) -> Owner | None:
    """Return whose sign-in this token was, within a day after it ran out; `None` for running and for ended ones."""
    known, now = digest(token), clock.now()
    husk = select(Person.id, Person.public_key).join(Husk, Husk.person_id == Person.id)
    found = conn.execute(husk.where(Husk.token == known, Husk.until > now)).one_or_none()
    if found is not None:
        return Owner(found.id, found.public_key)
    columns = (Person.id, Person.public_key, Person.idle_minutes, SignIn.began, SignIn.seen)
    row = conn.execute(
        select(*columns).join(SignIn, SignIn.person_id == Person.id).where(SignIn.token == known)
    ).one_or_none()
    if row is None:
        return None
    end = ended_at(began=row.began, seen=row.seen, idle_minutes=row.idle_minutes)
    return Owner(row.id, row.public_key) if end <= now < end + HUSK_LIVES else None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A sealed text as it is stored."""

    id: UUID
    sealed: bytes
    until: datetime


def late_texts(conn: Connection, person_id: UUID) -> Sequence[StoredText]:
    """Return a person's sealed texts, the newest first."""
    columns = (KeptText.id, KeptText.sealed, KeptText.until)
    mine = select(*columns).where(KeptText.person_id == person_id, KeptText.until > clock.now())
    return [StoredText(*row) for row in conn.execute(mine.order_by(KeptText.until.desc(), KeptText.id))]


def count_late_texts(conn: Connection, person_id: UUID) -> int:
    """Count a person's sealed texts."""
    mine = select(func.count()).where(KeptText.person_id == person_id, KeptText.until > clock.now())
    return conn.execute(mine).scalar_one()
