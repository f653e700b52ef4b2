"""What the quizzes hold about a person: handed out in words, removed at once (RET-3, RET-4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.host.contributions import PersonalData
from lms.plugins.quizzes.actions import forget_attempts
from lms.plugins.quizzes.actions.bank import forget_writer
from lms.plugins.quizzes.domain.receipt import receipt
from lms.plugins.quizzes.models import Attempt, Version


def export(conn: Connection, person: UUID) -> Mapping[str, Any]:
    """Every attempt, oldest first within a quiz, and the questions they wrote."""
    rows = conn.execute(
        select(
            Attempt.quiz_id,
            Attempt.seq,
            Attempt.state,
            Attempt.score,
            Attempt.questions,
            Attempt.answers,
            Attempt.token,
            Attempt.regraded,
            Attempt.changed,
        )
        .where(Attempt.person_id == person)
        .order_by(Attempt.quiz_id, Attempt.seq)
    )
    written = conn.execute(
        select(*(column for column in Version.__table__.c if column.name != "person_id"))
        .where(Version.person_id == person)
        .order_by(Version.day, Version.question, Version.number)
    )
    return {
        "attempts": [_told(dict(row)) for row in rows.mappings()],
        "questions_written": [_days(dict(row)) for row in written.mappings()],
    }


def _days(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt instead of the token, days instead of moments."""
    told = {**row, "receipt": receipt(row["token"]), "changed": row["changed"].date().isoformat()}
    del told["token"]
    return told


def erase(session: Session, person: UUID) -> None:
    """Remove every attempt; the counts know no person, and the questions they wrote no longer know them."""
    forget_attempts(session, person=person)
    forget_writer(session, person=person)


personal_data = PersonalData(key="quizzes", tables=("quizzes_attempt", "quizzes_item"), export=export, erase=erase)
