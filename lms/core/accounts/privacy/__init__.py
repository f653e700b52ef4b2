"""What accounts hold about a person, handed out and erased (RET-3, RET-4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, or_, select
from sqlalchemy.orm import Session

from lms.core.accounts.actions.late import open_late_texts
from lms.core.accounts.models import Grant, Person, RecoveryCode
from lms.core.accounts.queries import handle_of
from lms.core.accounts.queries.data import audit_alias
from lms.core.accounts.queries.factors import Factors, factors_of
from lms.core.accounts.queries.late import count_late_texts, late_texts
from lms.core.accounts.queries.sign_ins import running_sign_ins
from lms.core.accounts.queries.support import told
from lms.host.contributions import PersonalData
from lms.host.security import audit
from lms.host.security.audit import Entry
from lms.host.security.current import keystore

TABLES = (
    "accounts_person",
    "accounts_signin",
    "accounts_support",
    "accounts_husk",
    "accounts_kept_text",
    "accounts_grant",
    "accounts_recovery_code",
    "accounts_copy",
    "accounts_copy_part",
    "accounts_second_step",
    "accounts_totp",
    "accounts_passkey",
    "accounts_challenge",
    "accounts_lock",
    "accounts_reset",
)


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return everything held about a person that they can read; secrets are counted, not copied."""
    columns = (Person.lang, Person.theme, Person.low_data, Person.idle_minutes, Person.created)
    person = conn.execute(select(*columns).where(Person.id == person_id)).one_or_none()
    if person is None:
        return {}
    grants = conn.execute(select(Grant.role, Grant.scope_kind, Grant.scope_id).where(Grant.person_id == person_id))
    signs_in = running_sign_ins(conn, person_id, "")
    alias = audit_alias(conn, person_id)
    codes = conn.scalar(select(func.count()).where(RecoveryCode.person_id == person_id))
    factors = factors_of(conn, person_id)
    return {
        "name to sign in with": handle_of(conn, person_id),
        "language": person.lang,
        "theme": person.theme,
        "low data": person.low_data,
        "idle minutes": person.idle_minutes,
        "joined": person.created.isoformat(),
        "roles": [{"role": row.role, "in": row.scope_kind, "id": row.scope_id} for row in grants],
        "sign-ins": [{"since": line.began.isoformat(), "called": line.label} for line in signs_in],
        "texts sent after a sign-in ended, sealed": count_late_texts(conn, person_id),
        "recovery codes left": codes,
        "codes of an app": _app(factors),
        "passkeys": [{"name": key.label, "for": key.host, "since": key.since.isoformat()} for key in factors.passkeys],
        "opened by staff": [
            {"day": one.day.isoformat(), "what": one.what, "as": one.role} for one in audit.openings_of(conn, alias)
        ],
        "record of powers used": _recorded(conn, alias),
        "looks into the account": [look.began.date().isoformat() for look in told(conn, person_id) if look.began],
    }


def _app(factors: Factors) -> dict[str, str] | None:
    """Return since when an app is a second factor, and the last day it was used; of passkeys no use is kept."""
    if factors.totp_since is None or factors.totp_used is None:
        return None
    return {"since": factors.totp_since.isoformat(), "last used": factors.totp_used.isoformat()}


def _recorded(conn: Connection, alias: str) -> list[dict[str, str]]:
    """Return what the audit says of the person: what was done by them or to them, and not who else had a part in it."""
    about = or_(Entry.actor == alias, Entry.object == alias, Entry.object.startswith(f"{alias} ", autoescape=True))
    opened = Entry.action.startswith(audit.OPENED, autoescape=True)
    rows = conn.execute(select(Entry.day, Entry.action).where(about, ~opened).order_by(Entry.seq))
    return [{"day": row.day.isoformat(), "what": row.action} for row in rows]


def open_sealed(conn: Connection, person_id: UUID, private_key: bytes) -> Mapping[str, Any]:
    """Return the texts that were sent after a sign-in had ended, opened with the person's key (SES-7)."""
    texts = open_late_texts(late_texts(conn, person_id), person_id=person_id, private_key=private_key)
    return {"texts sent after a sign-in ended": [{"page": text.path, "parts": list(text.parts)} for text in texts]}


def erase(session: Session, person_id: UUID) -> None:
    """Destroy the keys first, then the account; everything that points to it goes with it."""
    keystore().destroy_all(person_id)
    session.execute(delete(Person).where(Person.id == person_id))


personal_data = PersonalData("accounts", TABLES, export, erase, open_sealed)
