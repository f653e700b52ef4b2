"""What certificates hold about a person: handed out in words, removed at once (RET-3, RET-4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from lms import lazy_gettext as L_
from lms.core.accounts.api import BeforeErasing
from lms.host.contributions import Encrypted, Indexed, PersonalData
from lms.host.security.current import vault
from lms.plugins.certificates.actions import withdraw_all
from lms.plugins.certificates.domain import codes
from lms.plugins.certificates.models import Credential, Document
from lms.plugins.certificates.queries import place


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return each certificate, the forms it was printed in, their codes, and the name while it is kept."""
    rows = conn.execute(
        select(
            Credential.course_id,
            Credential.month,
            Credential.withdrawn,
            Document.id,
            Document.number,
            Document.lang,
            Document.discreet,
            Document.state,
            Document.code,
            Document.name,
        )
        .outerjoin(Document, Document.credential_id == Credential.id)
        .where(Credential.person_id == person_id)
        .order_by(Credential.month, Document.number)
    )
    return {"certificates": [_entry(row, person_id) for row in rows]}


def erase(session: Session, person_id: UUID) -> None:
    """Remove credentials and with them their documents; of withdrawn ones the digest of the code stays listed."""
    mine = select(Credential.id).where(Credential.person_id == person_id)
    session.execute(delete(Document).where(Document.credential_id.in_(mine)))
    session.execute(delete(Credential).where(Credential.person_id == person_id))


def _entry(row: Any, person_id: UUID) -> dict[str, Any]:
    entry: dict[str, Any] = {"course": row.course_id, "month": row.month.strftime("%Y-%m"), "withdrawn": row.withdrawn}
    if row.id is None:
        return entry
    code = vault().column_decrypt(row.code, context=place("code", row.id, person_id)).decode()
    name = vault().column_decrypt(row.name, context=place("name", row.id, person_id)).decode() if row.name else ""
    return entry | {
        "document": row.number,
        "language": row.lang,
        "discreet": row.discreet,
        "state": row.state,
        "code": "-".join(codes.groups(code)),
        "name": name,
    }


class WithdrawFirst(BeforeErasing):
    """Lets whoever fears for a lost paper have it refused by the check page after they are gone."""

    key = "certificates.withdraw"
    label = L_(
        "Withdraw my certificates. A digest of each code stays, and the check page says “not valid” of the paper."
    )

    def applies(self, conn: Connection, person_id: UUID) -> bool:
        """Whether the person has a certificate that is valid."""
        mine = select(Credential.id).where(Credential.person_id == person_id, ~Credential.withdrawn)
        return conn.execute(mine.limit(1)).first() is not None

    def run(self, session: Session, person_id: UUID) -> None:
        """Withdraw them all."""
        withdraw_all(session, person_id=person_id)


personal_data = PersonalData(
    "certificates", ("certificates_credential", "certificates_document"), export=export, erase=erase
)


def _encrypted(column: str) -> Encrypted:
    documents, credentials = Document.__table__, Credential.__table__
    return Encrypted(
        f"certificates_document.{column}",
        documents.c[column],
        lambda row: place(column, row.id, row.person_id),
        owner=credentials.c.person_id,
        joined=credentials.c.id == documents.c.credential_id,
    )


encrypted = tuple(map(_encrypted, ("code", "name", "pdf")))
indexed = Indexed("certificates_document.name_digest", Document.__table__.c.name_digest)
