"""What groups hold about a person, handed out and erased (RET-3, RET-4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from lms.host.contributions import PersonalData
from lms.plugins.cohorts.models import Cohort, Member


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return a person's places in groups; nothing of the other members."""
    columns = (Member.alias, Member.role, Member.joined, Member.organisation_id, Cohort.id, Cohort.course_id)
    rows = conn.execute(
        select(*columns, Cohort.starts, Cohort.ends)
        .join(Cohort, Cohort.id == Member.cohort_id)
        .where(Member.person_id == person_id)
    )
    return {
        "groups": [
            {
                "group": str(row.id),
                "name in the group": row.alias,
                "role": row.role,
                "joined": row.joined.isoformat(),
                "place given by organisation": str(row.organisation_id) if row.organisation_id else None,
                "course": row.course_id,
                "from": row.starts.isoformat(),
                "until": row.ends.isoformat(),
            }
            for row in rows
        ]
    }


def erase(session: Session, person_id: UUID) -> None:
    """Remove the person from every group."""
    session.execute(delete(Member).where(Member.person_id == person_id))


personal_data = PersonalData("cohorts", ("cohorts_member",), export, erase)
