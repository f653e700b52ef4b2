"""What pages about support access read (AUD-4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from lms.core.accounts.actions.support import WAITS
from lms.core.accounts.models import Person, Support
from lms.core.accounts.queries import handle_indexes
from lms.host import clock
from lms.host.contributions import PersonalData
from lms.host.plugin import current_host

told_until = select(func.max(Support.told_until)).where(Support.person_id == Person.id).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Look:
    """One look into an account, asked for or agreed.

    Args:
        id: of it.
        person_id: whose account.
        reason: why.
        asked: when it was asked for.
        began: when it was agreed.
        ends: when it ends.
        open: whether the reader may look now.

    """

    id: UUID
    person_id: UUID
    reason: str
    asked: datetime
    began: datetime | None
    ends: datetime | None
    open: bool


def looks(conn: Connection, alias: str) -> list[Look]:
    """Return what others ask, and what runs and is this operator's; not what they ask themselves.

    Whoever asks sees nothing before another one has agreed: a line of their own would tell that the name is somebody's.
    """
    now, me = clock.now(), UUID(alias)
    waits = Support.agreed_by.is_(None) & (Support.asked > now - WAITS) & (Support.asked_by != me)
    rows = conn.execute(select(Support.__table__).where(waits | (Support.ends > now)).order_by(Support.asked.desc()))
    found = [_look(row, me, now) for row in rows]
    return [look for look in found if look.open or look.began is None]


def open_look(conn: Connection, support_id: UUID, alias: str) -> Look | None:
    """Return a look that is open to this operator now."""
    row = conn.execute(select(Support.__table__).where(Support.id == support_id)).one_or_none()
    look = _look(row, UUID(alias), clock.now()) if row else None
    return look if look is not None and look.open else None


def told(conn: Connection, person_id: UUID) -> list[Look]:
    """Return every look that there was into a person's account, for that person; newest first."""
    agreed = (Support.person_id == person_id) & Support.agreed_by.is_not(None)
    rows = conn.execute(select(Support.__table__).where(agreed).order_by(Support.began.desc()))
    return [_look(row, UUID(int=0), clock.now()) for row in rows]


def named(conn: Connection, handle: str) -> UUID | None:
    """Return who signs in with this name."""
    return conn.scalar(select(Person.id).where(Person.handle_index.in_(handle_indexes(handle))))


def readable(conn: Connection, person_id: UUID) -> dict[str, Mapping[str, Any]]:
    """Return what each package holds on a person and can read; what is sealed stays sealed: nothing here has a key."""
    return {data.key: data.export(conn, person_id) for data in current_host().all(PersonalData)}


def _look(row: Any, me: UUID, now: datetime) -> Look:
    runs = row.ends is not None and now < row.ends
    return Look(
        id=row.id,
        person_id=row.person_id,
        reason=row.reason,
        asked=row.asked,
        began=row.began,
        ends=row.ends,
        open=runs and me in (row.asked_by, row.agreed_by),
    )
