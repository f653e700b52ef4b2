"""Reading about closed accounts and help by two people (ACC-15, ACC-9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from lms.core.accounts.models import Lock, Person, Reset
from lms.core.accounts.queries.helpers import helpers_of
from lms.host import clock
from lms.host.actor import Actor
from lms.host.security.current import vault

NOBODY = UUID(int=0)


def closed_now() -> ColumnElement[bool]:
    """Return whether the account of a row of people is closed today."""
    return select(Lock.person_id).where(Lock.person_id == Person.id, Lock.until > clock.today()).exists()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A closed account that a helper may open.

    Args:
        person_id: whose it is.
        mark: names the person to this helper only; no page shows the id.
        name: what the helper knows them by.
        until: when it opens by itself.

    """

    person_id: UUID
    mark: str
    name: str
    until: date


def waiting_for(conn: Connection, actor: Actor) -> Sequence[Waiting]:
    """Return the accounts that wait for this helper, as long as they still look after their owners."""
    named = select(Lock.person_id, Lock.until).where(Lock.opener_id == actor.person)
    rows = conn.execute(named.order_by(Lock.until))
    found = []
    for row in rows.all():
        name = next((one.ward for one in helpers_of(conn, row.person_id) if one.is_(actor)), None)
        if name is not None and row.until > clock.today():
            mark = vault().mac(f"{actor.person} {row.person_id}", purpose="who waits")[:16].hex()
            found.append(Waiting(row.person_id, mark, name, row.until))
    return found


def number_digest(number: str) -> bytes:
    """Return what is stored of the number that one helper passes to the other."""
    return vault().mac(number, purpose="reset number")


def reset_digest(person_id: UUID, code: str) -> bytes:
    """Return what is stored of the code that lets somebody in again."""
    return vault().mac(f"{person_id} {code}", purpose="reset code")


def has_reset_code(conn: Connection, person_id: UUID | None, code: str) -> bool:
    """Whether a code was given out for this person; asks for nobody's just the same (ACC-10)."""
    digest = reset_digest(person_id or NOBODY, code)
    fits = select(Reset.id).where(Reset.code == digest, Reset.expires > clock.now(), Reset.person_id == person_id)
    return conn.execute(fits).first() is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the first helper asked for."""

    id: UUID
    person_id: UUID | None


def asked_for(conn: Connection, *, number: str, handles: Collection[bytes], by: UUID) -> Asked | None:
    """Return what another helper asked for under this number and this name, if it still waits."""
    row = conn.execute(
        select(Reset.id, Reset.person_id).where(
            Reset.number == number_digest(number),
            Reset.asked.in_(handles),
            Reset.opened_by != by,
            Reset.code.is_(None),
            Reset.expires > clock.now(),
        )
    ).one_or_none()
    return Asked(*row) if row else None
