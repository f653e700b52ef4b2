"""The copy of everything held about a person (RET-3): asked for, put together part by part, deleted after a day."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core.accounts.models import Copy, CopyPart
from lms.core.accounts.queries.data import COPY_LIVES, part_cell
from lms.host import clock
from lms.host.fresh import sensitive
from lms.host.jobs import enqueue
from lms.host.security.current import vault

JOB = "accounts.copy"


@sensitive
def ask_copy(session: Session, *, person_id: UUID, parts: int) -> None:
    """Begin a new copy; an earlier one is deleted.

    Args:
        session: the writing session.
        person_id: whose data it will hold.
        parts: how many packages will add to it.

    """
    session.execute(delete(Copy).where(Copy.person_id == person_id))
    copy_id = uuid4()
    session.add(Copy(id=copy_id, person_id=person_id, asked=clock.now(), parts=parts))
    enqueue(session, JOB, {"copy": str(copy_id)})


def keep_part(session: Session, *, copy_id: UUID, person_id: UUID, key: str, content: Mapping[str, Any]) -> None:
    """Keep what one package holds, under the key of the columns: on disk it is as closed as the tables are."""
    text = json.dumps(content, ensure_ascii=False, default=str)
    sealed = vault().column_encrypt(text.encode(), context=part_cell(copy_id, key, person_id))
    session.add(CopyPart(copy_id=copy_id, key=key, content=sealed))


def forget_copies(session: Session) -> None:
    """Delete copies after their day."""
    session.execute(delete(Copy).where(Copy.asked <= clock.now() - COPY_LIVES))


def delete_copy(session: Session, *, person_id: UUID) -> None:
    """Delete a person's copy at once."""
    session.execute(delete(Copy).where(Copy.person_id == person_id))
