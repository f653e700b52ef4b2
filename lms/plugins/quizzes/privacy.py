"""What the quizzes hold about a person: handed out in words, removed at once (RET-3, RET-4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.host.contributions import PersonalData
from lms.plugins.quizzes.actions import forget_attempts
from lms.plugins.quizzes.models import Attempt


def export(conn: Connection, person: UUID) -> Mapping[str, Any]:
    """Every attempt, oldest first within a quiz."""
    rows = conn.execute(
        select(
            Attempt.quiz_id,
            Attempt.seq,
            Attempt.state,
            Attempt.score,
            Attempt.questions,
            Attempt.answers,
            Attempt.changed,
        )
        .where(Attempt.person_id == person)
        .order_by(Attempt.quiz_id, Attempt.seq)
    )
    return {"attempts": [{**row._mapping, "changed": row.changed.date().isoformat()} for row in rows]}  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def erase(session: Session, person: UUID) -> None:
    """Remove every attempt; the counts know no person."""
    forget_attempts(session, person=person)


personal_data = PersonalData(key="quizzes", tables=("quizzes_attempt",), export=export, erase=erase)
