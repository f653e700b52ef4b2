"""A person's own sign-ins: since when, and what the person called them; nothing about device or place (SES-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from lms.core.accounts.models import Person, SignIn
from lms.host import clock
from lms.host.security.current import vault
from lms.host.security.sealed import cell
from lms.host.security.sessions import is_over


def label_cell(signin_id: UUID, person_id: UUID) -> str:
    """Name the place of an encrypted label (ENC-4)."""
    return cell("C2", "accounts_signin", "label", signin_id, person_id)


@dataclass(frozen=True, slots=True)
class SignInLine:
    """One running sign-in as its person sees it."""

    id: UUID
    began: date
    label: str
    this_one: bool


def running_sign_ins(conn: Connection, person_id: UUID, signin: str) -> Sequence[SignInLine]:
    """Return a person's running sign-ins, the one of this request first."""
    columns = (SignIn.id, SignIn.began, SignIn.seen, SignIn.label, Person.idle_minutes)
    rows = conn.execute(
        select(*columns).join(Person, Person.id == SignIn.person_id).where(SignIn.person_id == person_id)
    ).all()
    now = clock.now()
    lines = [
        SignInLine(row.id, row.began.date(), _label(row.label, row.id, person_id), str(row.id) == signin)
        for row in rows
        if not is_over(began=row.began, seen=row.seen, idle_minutes=row.idle_minutes, now=now)
    ]
    return sorted(lines, key=lambda line: (not line.this_one, line.began, str(line.id)))


def _label(label: bytes | None, signin_id: UUID, person_id: UUID) -> str:
    if label is None:
        return ""
    return vault().column_decrypt(label, context=label_cell(signin_id, person_id)).decode()
