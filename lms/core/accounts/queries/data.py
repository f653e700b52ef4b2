"""Reading for the pages about a person's own data."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from lms.core.accounts.models import Copy, CopyPart, Erasure, Person
from lms.host.security.current import vault
from lms.host.security.sealed import cell

USUAL_DAYS = 730
KEEP_CHOICES = (30, 90, 365)
COPY_LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AccountEnd:
    """When an account that nobody signs in to is erased.

    Args:
        keep_days: the person's own limit; `None` for the usual 24 months.
        ends: the day, if nobody signs in until then.
        warned_on: the day on which the end came near, if it did a short time ago.

    """

    keep_days: int | None
    ends: date
    warned_on: date | None


def account_end(conn: Connection, person_id: UUID) -> AccountEnd:
    """Return until when a person's account is kept (RET-2)."""
    last = func.coalesce(Person.seen_on, Person.created)
    row = conn.execute(select(Person.keep_days, Person.warned_on, last).where(Person.id == person_id)).one()
    return AccountEnd(row.keep_days, row[2] + timedelta(days=row.keep_days or USUAL_DAYS), row.warned_on)


def audit_alias(conn: Connection, person_id: UUID) -> str:
    """Return the name under which the audit knows a person; for that person's own page only."""
    return str(conn.execute(select(Person.alias).where(Person.id == person_id)).scalar_one())


@dataclass(frozen=True, slots=True)
class CopyState:
    """How far the copy of a person's data is."""

    id: UUID
    asked: datetime
    parts: int
    ready: int

    @property
    def whole(self) -> bool:
        """Whether it can be fetched."""
        return self.ready >= self.parts

    @property
    def ends(self) -> datetime:
        """When it is deleted."""
        return self.asked + COPY_LIVES


def copy_of(conn: Connection, person_id: UUID) -> CopyState | None:
    """Return the copy that a person asked for, if there is one."""
    ready = select(func.count()).where(CopyPart.copy_id == Copy.id).scalar_subquery()
    row = conn.execute(select(Copy.id, Copy.asked, Copy.parts, ready).where(Copy.person_id == person_id)).one_or_none()
    return CopyState(*row) if row else None


def part_cell(copy_id: UUID, key: str, person_id: UUID) -> str:
    """Name the place of an encrypted part (ENC-4)."""
    return cell("C2", "accounts_copy_part", "content", f"{copy_id} {key}", person_id)


def copy_parts(conn: Connection, state: CopyState, person_id: UUID) -> dict[str, Any]:
    """Return the parts of a copy by the name of their package."""
    rows = conn.execute(select(CopyPart.key, CopyPart.content).where(CopyPart.copy_id == state.id))
    return {
        row.key: json.loads(vault().column_decrypt(row.content, context=part_cell(state.id, row.key, person_id)))
        for row in rows
    }


def whose_copy(conn: Connection, copy_id: UUID) -> tuple[UUID, set[str]] | None:
    """Return whose copy it is and which parts are ready; `None` once it was deleted."""
    person_id = conn.execute(select(Copy.person_id).where(Copy.id == copy_id)).scalar_one_or_none()
    if person_id is None:
        return None
    return person_id, set(conn.execute(select(CopyPart.key).where(CopyPart.copy_id == copy_id)).scalars())


def erasures(conn: Connection) -> list[UUID]:
    """Return who is being erased."""
    return list(conn.execute(select(Erasure.person_id)).scalars())


def everybody(conn: Connection) -> list[UUID]:
    """Return the ids of all accounts."""
    return list(conn.execute(select(Person.id)).scalars())
