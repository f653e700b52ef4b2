"""What certificates hold about a person: handed out in words, removed at once (RET-3, RET-4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from lms.host.contributions import PersonalData
from lms.host.security.current import vault
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


personal_data = PersonalData(
    "certificates", ("certificates_credential", "certificates_document"), export=export, erase=erase
)
