"""Puts together the copy that a person asked for, one package at a time, so that it goes on after a crash."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.core.accounts.actions.copies import JOB, keep_part
from lms.core.accounts.queries.data import whose_copy
from lms.host.contributions import Job, PersonalData
from lms.host.db import Base, reader
from lms.host.inventory import rows_of
from lms.host.plugin import current_host


def copy(session: Session, payload: Mapping[str, Any]) -> None:
    """Add the parts that are missing."""
    copy_id = UUID(payload["copy"])
    found = whose_copy(reader(), copy_id)
    if found is None:
        return
    person_id, ready = found
    for data in current_host().all(PersonalData):
        if data.key not in ready:
            content = part(reader(), data, person_id)
            keep_part(session, copy_id=copy_id, person_id=person_id, key=data.key, content=content)
            session.commit()


def part(conn: Connection, data: PersonalData, person_id: UUID) -> dict[str, Any]:
    """Return what a package says it holds, and beside it the person's rows of its tables as they are stored."""
    tables = (Base.metadata.tables[name] for name in data.tables)
    stored = {table.name: rows_of(conn, table, person_id) for table in tables}
    return {"held": dict(data.export(conn, person_id)), "rows": {name: rows for name, rows in stored.items() if rows}}


copy_job = Job(JOB, copy)
