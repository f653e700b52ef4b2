"""Changes of certificates: issue, keep the file, forget, withdraw. Each is one state change; none commits."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.host import clock
from lms.host.db import upsert
from lms.host.jobs import enqueue
from lms.host.security import audit
from lms.host.security.current import vault
from lms.plugins.certificates.domain import codes
from lms.plugins.certificates.models import Credential, Document, Withdrawal
from lms.plugins.certificates.queries import digests_of_name, place

RENDER = "certificates.render"
KEPT = timedelta(hours=23)
"""How long name and file are kept; the job that forgets them runs every half hour, so 24 hours are never reached."""

AGAIN = ("unavailable", "failed", "forgotten")


class WithdrawnError(Exception):
    """The operator has withdrawn this certificate; it is not printed again."""


def issue(
    session: Session,
    *,
    person_id: UUID,
    course_id: str,
    release_id: UUID,
    month: date,
    lang: str,
    discreet: bool,
    name: str,
    link: str,
    address: str,
) -> UUID:
    """Make the credential if there is none, and have it printed in one form; as often as sent, once (CERT-7).

    Args:
        session: the writing session.
        person_id: who completed the course.
        course_id: permanent id.
        release_id: what they completed.
        month: first day of the month in which they did.
        lang: language of the paper.
        discreet: neutral titles.
        name: as it shall be printed, or empty.
        link: address that the square code starts with; the code is added when the file is made.
        address: where codes are typed in.

    Returns:
        The document's id.

    Raises:
        WithdrawnError: it must not be printed.

    """
    credential_id = _credential(session, person_id, course_id, release_id, month)
    document_id = _document(session, credential_id, person_id, lang, discreet=discreet, name=name)
    sealed = vault().column_encrypt(name.encode(), context=place("name", document_id, person_id)) if name else None
    values = {"state": "waiting", "name": sealed, "pdf": None, "forget_at": clock.now() + KEPT}
    states = [*AGAIN, "new"]
    if _spelt_otherwise(session, document_id, person_id, name):
        session.execute(update(Document).where(Document.id == document_id).values(name=sealed))
        states.append("ready")
    anew = update(Document).where(Document.id == document_id, Document.state.in_(states)).values(values)
    if session.execute(anew.returning(Document.id)).first() is not None:
        enqueue(session, RENDER, {"document": str(document_id), "link": link, "address": address})
    return document_id


def print_again(session: Session, *, document_id: UUID, link: str, address: str) -> None:
    """Try once more to make a file that could not be made; the name is still kept."""
    anew = update(Document).where(Document.id == document_id, Document.state.in_(("unavailable", "failed")))
    if session.execute(anew.values(state="waiting").returning(Document.id)).first() is not None:
        enqueue(session, RENDER, {"document": str(document_id), "link": link, "address": address})


def keep_file(session: Session, *, document_id: UUID, person_id: UUID, pdf: bytes) -> None:
    """Keep a file that was made, unless it was forgotten meanwhile."""
    sealed = vault().column_encrypt(pdf, context=place("pdf", document_id, person_id))
    waiting = update(Document).where(Document.id == document_id, Document.state == "waiting")
    session.execute(waiting.values(state="ready", pdf=sealed))


def not_made(session: Session, *, document_id: UUID, state: str) -> None:
    """Note that a file could not be made: `unavailable` or `failed`."""
    session.execute(update(Document).where(Document.id == document_id, Document.state == "waiting").values(state=state))


def forget(session: Session) -> None:
    """Erase names and files that have been kept long enough (settled 26)."""
    old = update(Document).where(Document.forget_at <= clock.now())
    session.execute(old.values(state="forgotten", name=None, pdf=None, forget_at=None))


def withdraw(session: Session, *, code: str) -> bool:
    """Withdraw the certificate that a code belongs to, in all its forms; `False` if no certificate has the code."""
    mine = select(Document.credential_id).where(Document.code_digest == codes.digest(code))
    credential_id = session.execute(mine).scalar()
    if credential_id is None:
        return False
    _withdraw(session, credential_id)
    audit.record(session, actor="operator", action="certificate withdrawn", object=str(credential_id))
    return True


def withdraw_all(session: Session, *, person_id: UUID) -> None:
    """Withdraw every certificate of a person, in all their forms."""
    for credential_id in session.scalars(select(Credential.id).where(Credential.person_id == person_id)).all():
        _withdraw(session, credential_id)


def _withdraw(session: Session, credential_id: UUID) -> None:
    session.execute(update(Credential).where(Credential.id == credential_id).values(withdrawn=True))
    digests = session.execute(select(Document.code_digest).where(Document.credential_id == credential_id)).scalars()
    for digest in digests.all():
        row = {"code_digest": digest, "month": clock.today().replace(day=1)}
        session.execute(upsert(session, Withdrawal).values(row).on_conflict_do_nothing())
    forms = update(Document).where(Document.credential_id == credential_id)
    session.execute(forms.values(state="forgotten", name=None, pdf=None, forget_at=None))


def _credential(session: Session, person_id: UUID, course_id: str, release_id: UUID, month: date) -> UUID:
    row = {
        "id": uuid4(),
        "person_id": person_id,
        "course_id": course_id,
        "release_id": release_id,
        "month": month,
        "withdrawn": False,
    }
    session.execute(upsert(session, Credential).values(row).on_conflict_do_nothing())
    mine = select(Credential.id, Credential.withdrawn).where(
        Credential.person_id == person_id, Credential.release_id == release_id
    )
    found = session.execute(mine.with_for_update()).one()
    if found.withdrawn:
        raise WithdrawnError
    known: UUID = found.id
    return known


def _document(session: Session, credential_id: UUID, person_id: UUID, lang: str, *, discreet: bool, name: str) -> UUID:
    form = {"credential_id": credential_id, "lang": lang, "discreet": discreet}
    digests = digests_of_name(name, credential_id)
    known = select(Document.id).filter_by(**form).where(Document.name_digest.in_(digests))
    if (before := session.scalar(known)) is not None:
        return before
    document_id, code = uuid4(), codes.new()
    row = {
        **form,
        "name_digest": digests[0],
        "id": document_id,
        "number": _next_number(session, person_id),
        "code_digest": codes.digest(code),
        "code": vault().column_encrypt(code.encode(), context=place("code", document_id, person_id)),
        "state": "new",
    }
    session.execute(upsert(session, Document).values(row).on_conflict_do_nothing())
    found: UUID = session.execute(known).scalar_one()
    return found


def _spelt_otherwise(session: Session, document_id: UUID, person_id: UUID, name: str) -> bool:
    """Whether the paper that is kept prints the same name in other letters: "jane doe" instead of "Jane Doé"."""
    kept = session.scalar(select(Document.name).where(Document.id == document_id))
    return (
        kept is not None
        and vault().column_decrypt(kept, context=place("name", document_id, person_id)) != name.encode()
    )


def _next_number(session: Session, person_id: UUID) -> int:
    """Return a number for the file's name; two at once may share it, which does no harm."""
    mine = (
        select(func.count())
        .select_from(Document)
        .join(Credential, Credential.id == Document.credential_id)
        .where(Credential.person_id == person_id)
    )
    return session.execute(mine).scalar_one() + 1
