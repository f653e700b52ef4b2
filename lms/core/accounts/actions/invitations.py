"""Invitation codes: made in batches, shown once, redeemed in one transaction with what they open (ACC-12)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms import gettext as _
from lms.core.accounts.actions.grants import ROLES, grant
from lms.core.accounts.actions.people import hold
from lms.core.accounts.domain.handles import TRIES_A_CODE
from lms.core.accounts.models import Invitation
from lms.core.accounts.queries import code_digest
from lms.host import clock
from lms.host.contributions import Contribution
from lms.host.plugin import current_host
from lms.host.security.tokens import grouped, new_code

KEPT_AFTER_END = timedelta(days=30)


class Refused(Exception):  # noqa: N818 - an answer to a person
    """An invitation cannot be used; the text says why, in the person's language."""


class AlreadyTakenError(Exception):
    """The person holds what an invitation opens, so that the same form sent twice takes one seat (DUR-5)."""


class InvitationKind(Contribution):
    """What a kind of invitation opens. Plugins contribute instances; `key` is stored in each invitation."""

    def redeem(self, session: Session, person_id: UUID, payload: Mapping[str, Any], *, handle: str, lang: str) -> None:
        """Give the person what the invitation promises, in the transaction that takes the seat.

        Args:
            session: the writing session.
            person_id: a new or existing person.
            payload: what `create_invitations` was given.
            handle: the person's own name, to derive nothing from but a check that an alias differs from it.
            lang: of the interface.

        Raises:
            Refused: not possible (any more); nothing is kept, the seat stays free.
            AlreadyTakenError: the person holds it; nothing is kept, the seat stays free.

        """
        raise NotImplementedError

    def describe(self, payload: Mapping[str, Any]) -> str:
        """Say in a few words what the code opens, for staff lists; no names of people."""
        raise NotImplementedError


class RoleInvitation(InvitationKind):
    """Opens an account with one role; payload: role, scope_kind, scope_id."""

    key = "role"

    def redeem(self, session: Session, person_id: UUID, payload: Mapping[str, Any], *, handle: str, lang: str) -> None:
        """Give the role."""
        if payload.get("role") not in ROLES:
            raise Refused(_("This code cannot be used any more. Ask the person who gave it to you for a new one."))
        given = grant(
            session,
            person_id=person_id,
            role=payload["role"],
            scope_kind=payload.get("scope_kind", "site"),
            scope_id=payload.get("scope_id", ""),
        )
        if not given:
            raise AlreadyTakenError

    def describe(self, payload: Mapping[str, Any]) -> str:
        """Name the role."""
        return str(payload.get("role", ""))


def create_invitations(
    session: Session,
    *,
    kind: str,
    payload: Mapping[str, Any],
    n: int = 1,
    seats: int = 1,
    expires: datetime,
    language: str,
    batch: UUID | None = None,
) -> list[str]:
    """Make codes and return them, grouped for printing; nobody can see them again.

    Args:
        session: the writing session.
        kind: key of an `InvitationKind`.
        payload: JSON-able values for that kind.
        n: how many codes.
        seats: how many people each code lets in.
        expires: when they end.
        language: of the slips.
        batch: id to count or revoke them by.

    Raises:
        KeyError: no loaded plugin brings this kind.

    """
    current_host().one(InvitationKind, kind)
    codes = [new_code() for _number in range(n)]
    session.add_all(
        Invitation(
            id=uuid4(),
            code=code_digest(code),
            kind=kind,
            payload=dict(payload),
            lang=language,
            seats=seats,
            batch=batch,
            expires=expires,
        )
        for code in codes
    )
    session.flush()
    return [grouped(code) for code in codes]


def redeem_invitation(session: Session, *, invitation_id: UUID, person_id: UUID, handle: str, lang: str) -> None:
    """Take a seat and give what it opens; all or nothing (CON-3).

    Raises:
        Refused: the last seat went to somebody else, the code ended, or its kind refuses.
        AlreadyTakenError: the person holds what it opens; the caller rolls back, and no seat is taken.

    """
    free = (
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.used < Invitation.seats,
            Invitation.revoked.is_(False),
            Invitation.expires > clock.now(),
        )
        .values(used=Invitation.used + 1)
        .returning(Invitation.kind, Invitation.payload)
    )
    taken = session.execute(free).one_or_none()
    if taken is None:
        raise Refused(_("This code was already used. Ask the person who gave it to you for a new one."))
    try:
        kind = current_host().one(InvitationKind, taken.kind)
    except KeyError as error:
        raise Refused(_("This code cannot be used at the moment. Ask the person who gave it to you.")) from error
    kind.redeem(session, person_id, taken.payload, handle=handle, lang=lang)


def spend_name_try(session: Session, *, invitation_id: UUID) -> bool:
    """Take one of the tries of a name that a code allows; `False` if none is left (settled 22).

    It is taken before the answer is known, so that tries sent at once cannot all see the last one; the caller rolls
    back where the name turns out to be free.
    """
    left = Invitation.name_tries < Invitation.seats * TRIES_A_CODE
    one = update(Invitation).where(Invitation.id == invitation_id, left).values(name_tries=Invitation.name_tries + 1)
    return session.execute(one.returning(Invitation.id)).first() is not None


def revoke_batch(session: Session, *, batch: UUID) -> None:
    """End every code of a batch that still has places."""
    session.execute(update(Invitation).where(Invitation.batch == batch).values(revoked=True))


def take_back_earlier(session: Session, *, batch: UUID, by: UUID) -> None:
    """End the codes that this very form made when it was sent before; only the last answer's codes are good (DUR-5).

    Args:
        session: the writing session.
        batch: derived from the form.
        by: who sends it; their row is locked, so that two answers at once come one after the other.

    """
    hold(session, by)
    revoke_batch(session, batch=batch)


def forget_old_invitations(session: Session) -> None:
    """Delete invitations 30 days after their end (RET-2)."""
    session.execute(delete(Invitation).where(Invitation.expires < clock.now() - KEPT_AFTER_END))
