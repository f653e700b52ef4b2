"""What learning holds about a person, handed out and erased (RET-3, RET-4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from lms.core.learning.models import ActivityState, Consent, Enrolment, LessonState
from lms.core.learning.queries import held_back
from lms.host import clock
from lms.host.contributions import PersonalData


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return courses, states, results and agreements of a person.

    Where a group is told only later what was right, the copy says until when it keeps that back: it is not another door.
    """
    held = held_back(conn, person_id, clock.now())
    mine = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return {
        "enrolments": _rows(conn, select(Enrolment.__table__).where(Enrolment.person_id == person_id)),
        "lessons": _rows(conn, select(LessonState.__table__).where(LessonState.enrolment_id.in_(mine))),
        "activities": [
            _told(row, held)
            for row in _rows(conn, select(ActivityState.__table__).where(ActivityState.enrolment_id.in_(mine)))
        ],
        "consents": _rows(conn, select(Consent.__table__).where(Consent.person_id == person_id)),
    }


def erase(session: Session, person_id: UUID) -> None:
    """Remove everything; states and agreements go with their enrolment."""
    session.execute(delete(Consent).where(Consent.person_id == person_id))
    session.execute(delete(Enrolment).where(Enrolment.person_id == person_id))


def _told(row: dict[str, Any], held: Mapping[str, datetime]) -> dict[str, Any]:
    until = held.get(row["activity_id"])
    return {**row, "known": None, "known is told after": until.isoformat()} if until else row


def _rows(conn: Connection, statement: Any) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in conn.execute(statement).mappings()]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str, list)) else str(value)


personal_data = PersonalData(
    "learning",
    ("learning_enrolment", "learning_lesson", "learning_activity", "learning_consent"),
    export,
    erase,
)
