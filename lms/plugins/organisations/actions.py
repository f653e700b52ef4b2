"""Every change to organisations; none commits."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms import gettext as _
from lms.core.accounts.api import (
    AlreadyTakenError,
    InvitationKind,
    Refused,
    alias_of,
    create_invitations,
    grant,
    revoke_batch,
    revoke_scope,
)
from lms.host import clock
from lms.host.db import upsert
from lms.host.security import audit
from lms.host.security.sealed import CannotOpen, cell, decrypt, encrypt, token_key
from lms.plugins.cohorts.api import KIND as PLACE_IN_GROUP
from lms.plugins.cohorts.api import adopt_cohort, place, release_organisation
from lms.plugins.organisations.access import ROLE, SCOPE
from lms.plugins.organisations.models import Batch, Organisation

KIND = "coordinator"
SLIPS_LIVE = timedelta(hours=24)
KEPT_AFTER_END = timedelta(days=30)


class SlipsGoneError(Exception):
    """The codes of this form were made and shown before; they cannot be shown again."""


class CoordinatorInvitation(InvitationKind):
    """The role of a coordinator in one organisation; payload: organisation."""

    key = KIND

    def redeem(self, session: Session, person_id: UUID, payload: Mapping[str, Any], *, handle: str, lang: str) -> None:
        """Give the role."""
        found = _existing(session, payload)
        if found is None:
            raise Refused(_("This organisation is not here any more. Ask the person who gave you the code."))
        if not grant(session, person_id=person_id, role=ROLE, scope_kind=SCOPE, scope_id=str(found)):
            raise AlreadyTakenError

    def describe(self, payload: Mapping[str, Any]) -> str:
        """Name the role."""
        return _("Coordinator of an organisation")


def create_organisation(session: Session, *, name: str) -> UUID:
    """Make an organisation; return its id."""
    organisation_id = uuid4()
    session.add(Organisation(id=organisation_id, name=name))
    session.flush()
    return organisation_id


def delete_organisation(session: Session, *, organisation_id: UUID, by: str) -> None:
    """Delete an organisation and its roles; people keep their accounts, groups and all they have learnt (ORG-2).

    Args:
        session: the writing session.
        organisation_id: which one.
        by: who deletes it, for the audit.

    """
    for batch_id in session.scalars(select(Batch.id).where(Batch.organisation_id == organisation_id)).all():
        revoke_batch(session, batch=batch_id)
    release_organisation(session, organisation_id=organisation_id)
    revoke_scope(session, scope_kind=SCOPE, scope_id=str(organisation_id), by=by)
    session.execute(delete(Organisation).where(Organisation.id == organisation_id))


def give_cohort(session: Session, *, organisation_id: UUID, cohort_id: UUID) -> None:
    """Let a group belong to an organisation."""
    adopt_cohort(session, cohort_id=cohort_id, organisation_id=organisation_id)


def invite_coordinator(session: Session, *, organisation_id: UUID, expires: datetime, language: str) -> str:
    """Make a code that opens the role of a coordinator."""
    payload = {"organisation": str(organisation_id)}
    (code,) = create_invitations(session, kind=KIND, payload=payload, expires=expires, language=language)
    return code


def create_batch(
    session: Session,
    *,
    batch_id: UUID,
    organisation_id: UUID,
    cohort_id: UUID,
    size: int,
    expires: datetime,
    lang: str,
    form_key: str,
    by: UUID,
) -> list[str]:
    """Make one-use codes for a group and return them, grouped for printing; the same form gives the same codes (DUR-5).

    Args:
        session: the writing session.
        batch_id: derived from the form, so that sending it twice makes one batch.
        organisation_id: who gives the places.
        cohort_id: a group of that organisation.
        size: how many codes, each for one person.
        expires: when they end.
        lang: language of the slips.
        form_key: the form's own random key; opens the codes again for a day.
        by: the coordinator, for the audit.

    Raises:
        SlipsGoneError: this form was sent before, and its codes are sealed away.

    """
    row = {
        "id": batch_id,
        "organisation_id": organisation_id,
        "cohort_id": cohort_id,
        "size": size,
        "lang": lang,
        "expires": expires,
        "revoked": False,
    }
    made = session.execute(upsert(session, Batch).values(row).on_conflict_do_nothing().returning(Batch.id)).first()
    if made is None:
        return _opened(session.get_one(Batch, batch_id), form_key)
    codes = create_invitations(
        session,
        kind=PLACE_IN_GROUP,
        payload=place(cohort_id, organisation_id=organisation_id),
        n=size,
        expires=expires,
        language=lang,
        batch=batch_id,
    )
    slips = encrypt(token_key(form_key), json.dumps(codes).encode(), context=_cell(batch_id))
    sealed = {"slips": slips, "slips_until": clock.now() + SLIPS_LIVE}
    session.execute(update(Batch).where(Batch.id == batch_id).values(sealed))
    audit.record(
        session, actor=alias_of(session, by), action="invitations made", object=f"organisation {organisation_id} {size}"
    )
    return codes


def take_back(session: Session, *, batch_id: UUID, by: UUID) -> None:
    """End the unused codes of a batch; those who used theirs stay."""
    revoke_batch(session, batch=batch_id)
    session.execute(update(Batch).where(Batch.id == batch_id).values(revoked=True, slips=None, slips_until=None))
    audit.record(session, actor=alias_of(session, by), action="invitations taken back", object=f"batch {batch_id}")


def forget_slips(session: Session) -> None:
    """Drop sealed codes after a day (ORG-4), and batches 30 days after their end (RET-2)."""
    over = Batch.slips_until <= clock.now()
    session.execute(update(Batch).where(over).values(slips=None, slips_until=None))
    session.execute(delete(Batch).where(Batch.expires < clock.now() - KEPT_AFTER_END))


def _opened(batch: Batch, form_key: str) -> list[str]:
    if batch.slips is None or batch.slips_until is None or batch.slips_until <= clock.now():
        raise SlipsGoneError
    try:
        opened = decrypt(token_key(form_key), batch.slips, context=_cell(batch.id))
    except CannotOpen as error:
        raise SlipsGoneError from error
    codes: list[str] = json.loads(opened)
    return codes


def _cell(batch_id: UUID) -> str:
    return cell("C4", "organisations_batch", "slips", batch_id)


def _existing(session: Session, payload: Mapping[str, Any]) -> UUID | None:
    try:
        wanted = UUID(str(payload.get("organisation")))
    except ValueError:
        return None
    return session.scalars(select(Organisation.id).where(Organisation.id == wanted)).one_or_none()
