"""Texts that arrive after a sign-in has ended: sealed to their owner and kept for a day (SES-7).

A sign-in that runs out leaves a husk: whose it was, and the digest of the token, so that a form that was still open in
that browser finds its owner. The forgery secret follows from the token in the cookie and is in no table.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.core.accounts.models import Husk, KeptText, Person, SignIn
from lms.core.accounts.queries.late import Owner, StoredText, text_cell
from lms.host import clock
from lms.host.db import upsert
from lms.host.security.current import vault
from lms.host.security.sealed import MOST_PADDED, CannotOpen, pad, seal, unpad, unseal
from lms.host.security.sessions import HUSK_LIVES, ended_at
from lms.host.security.tokens import digest

MOST_TEXTS = 20


@dataclass(frozen=True, slots=True)
class LateText:
    """A text that its owner can read again.

    Args:
        id: of the row.
        path: address of the form it was sent with, without its query.
        parts: what stood in the fields, in their order; nothing if this key does not open it.
        until: when it is deleted.

    """

    id: UUID
    path: str
    parts: tuple[str, ...]
    until: datetime


def keep_late_text(
    session: Session, owner: Owner, *, path: str, fields: Sequence[tuple[str, str]], form_key: str = ""
) -> bool:
    """Seal what was sent to its owner; `False` if as much as we keep is there already.

    Args:
        session: the writing session.
        owner: from `ended_owner`.
        path: address of the form.
        fields: names and contents, without anything secret.
        form_key: of the form; sent again, it takes the place of what it sent before (DUR-5).

    """
    text_id = _text_id(owner.person_id, form_key)
    others = select(func.count()).where(KeptText.person_id == owner.person_id, KeptText.id != text_id)
    plain = json.dumps({"path": path, "fields": list(fields)}, ensure_ascii=False).encode(errors="surrogatepass")
    if len(plain) > MOST_PADDED or session.scalars(others).one() >= MOST_TEXTS:
        return False
    sealed = seal(owner.public_key, pad(plain), context=text_cell(text_id, owner.person_id))
    row = {"person_id": owner.person_id, "sealed": sealed, "until": clock.now() + HUSK_LIVES}
    insert = upsert(session, KeptText).values(id=text_id, **row)
    session.execute(insert.on_conflict_do_update(index_elements=[KeptText.id], set_=row))
    return True


def _text_id(person_id: UUID, form_key: str) -> UUID:
    """Name the row by its form, never by what was written: a digest of a text would confirm a guess of it."""
    if not form_key:
        return uuid4()
    return UUID(bytes=vault().mac(f"{person_id} {form_key}", purpose="late text")[:16])


def open_late_texts(texts: Sequence[StoredText], *, person_id: UUID, private_key: bytes | None) -> list[LateText]:
    """Open what the person's key opens; the others come without parts."""
    return [_opened(text, person_id, private_key) for text in texts]


def _opened(text: StoredText, person_id: UUID, private_key: bytes | None) -> LateText:
    closed = LateText(text.id, "", (), text.until)
    if private_key is None:
        return closed
    try:
        plain = unpad(unseal(private_key, text.sealed, context=text_cell(text.id, person_id)))
    except CannotOpen:
        return closed
    found = json.loads(plain.decode(errors="surrogatepass"))
    return LateText(text.id, found["path"], tuple(value for _name, value in found["fields"]), text.until)


def delete_late_text(session: Session, *, person_id: UUID, text_id: UUID) -> None:
    """Delete one text of a person."""
    session.execute(delete(KeptText).where(KeptText.id == text_id, KeptText.person_id == person_id))


def hollow_out(session: Session, *, person_id: UUID | None = None) -> None:
    """Turn sign-ins past their limits into husks, which hold no key and no setting any more (SES-4, SES-7).

    Args:
        session: the writing session.
        person_id: of this person only, before their idle limit changes: a longer one must wake nothing up.

    """
    now = clock.now()
    columns = (SignIn.id, SignIn.token, SignIn.person_id, SignIn.began, SignIn.seen, Person.idle_minutes)
    rows = select(*columns).join(Person, Person.id == SignIn.person_id)
    for row in session.execute(rows if person_id is None else rows.where(SignIn.person_id == person_id)).all():
        end = ended_at(began=row.began, seen=row.seen, idle_minutes=row.idle_minutes)
        if end > now:
            continue
        session.execute(delete(SignIn).where(SignIn.id == row.id))
        if end + HUSK_LIVES > now:
            husk = upsert(session, Husk).values(token=row.token, person_id=row.person_id, until=end + HUSK_LIVES)
            session.execute(husk.on_conflict_do_nothing())


def forget_late(session: Session) -> None:
    """Delete husks and texts after their day (SES-7, RET-2)."""
    now = clock.now()
    session.execute(delete(Husk).where(Husk.until <= now))
    session.execute(delete(KeptText).where(KeptText.until <= now))


def forget_browser(session: Session, token: str) -> None:
    """Leave nothing of what an ended sign-in left for this browser: Leave and sign-out keep nothing (SES-7)."""
    known = digest(token)
    session.execute(delete(Husk).where(Husk.token == known))
    session.execute(delete(SignIn).where(SignIn.token == known))
