"""What is kept of somebody who wants to remember, handed out and erased (RET-3, RET-4)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.core.learning.api import held_back
from lms.host import clock
from lms.host.contributions import PersonalData, Retention
from lms.plugins.remember import actions
from lms.plugins.remember.models import Card
from lms.plugins.remember.queries import wants

LEFT_ALONE = timedelta(days=180)
"""With the 180 days that a question may wait, at most a year after it was last answered (RET-2)."""


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return whether questions come back, and which on which day.

    What was missed in a check is kept back as long as the check itself does not tell it.
    """
    held = held_back(conn, person_id, clock.now())
    rows = conn.execute(
        select(Card.quiz_id, Card.question, Card.due).where(Card.person_id == person_id).order_by(Card.due, Card.id)
    )
    return {
        "questions come back": wants(conn, person_id),
        "questions": [
            {"quiz": row.quiz_id, "question": row.question, "day": row.due.isoformat()}
            for row in rows
            if row.quiz_id not in held
        ],
        "told later": {quiz: until.isoformat() for quiz, until in held.items()},
    }


def erase(session: Session, person_id: UUID) -> None:
    """Remove every card and the choice."""
    actions.end(session, person_id=person_id)


personal_data = PersonalData("remember", ("remember_choice", "remember_card"), export, erase)
left_alone = Retention("remember.left-alone", "remember_card", "due", LEFT_ALONE)
