"""The only doors to an organisation and its batches: those who coordinate that very one (AUTHZ-2, AUTHZ-5)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from lms.host.actor import Actor
from lms.plugins.organisations.models import Batch, Organisation

ROLE = "coordinator"
SCOPE = "organisation"

_organisation = select(Organisation.id, Organisation.name).where(Organisation.id == bindparam("organisation"))
_batch = select(Batch.id, Batch.organisation_id, Batch.size, Batch.lang, Batch.expires, Batch.revoked).where(
    Batch.id == bindparam("batch"), Batch.organisation_id == bindparam("organisation")
)


@dataclass(frozen=True, slots=True)
class Coordinated:
    """An organisation that the actor coordinates."""

    id: UUID
    name: str


def organisation_for(conn: Connection, actor: Actor, organisation_id: UUID) -> Coordinated | None:
    """Return an organisation that the actor coordinates."""
    if not actor.has(ROLE, SCOPE, str(organisation_id)):
        return None
    row = conn.execute(_organisation, {"organisation": organisation_id}).one_or_none()
    return Coordinated(*row) if row else None


def coordinates_batch(conn: Connection, actor: Actor, organisation_id: UUID, batch_id: UUID) -> bool:
    """Whether a batch is one of the organisation's, and the actor coordinates it."""
    if not actor.has(ROLE, SCOPE, str(organisation_id)):
        return False
    return conn.execute(_batch, {"batch": batch_id, "organisation": organisation_id}).first() is not None
