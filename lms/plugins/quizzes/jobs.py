"""What is not needed any longer goes: answers, hours and minutes, abandoned attempts (LOG-4, RET-2)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, update
from sqlalchemy.orm import Session

from lms.core.learning.api import GRACE, untold
from lms.host import clock
from lms.host.contributions import Job
from lms.plugins.quizzes.actions.bank import sweep_pictures
from lms.plugins.quizzes.actions.regrade import JOB, Mended, regrade
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.models import Attempt

LOOK = timedelta(hours=24)
DETAILS = timedelta(days=365)
ABANDONED = timedelta(days=90)
HOUR = 3600


def tidy(session: Session, payload: Mapping[str, Any]) -> None:
    """Keep of each attempt only what its quiz says, once there was a day to look at the result: after a check has
    closed, where what was right is told only then.

    Idempotent: a row that is as it should be is not touched.
    """
    del payload
    now = clock.now()
    over = Attempt.state == "graded", Attempt.changed < now - LOOK
    seen = *over, ~untold(Attempt.person_id, Attempt.quiz_id, now - LOOK - GRACE)
    session.execute(delete(Attempt).where(*seen, Attempt.store == "tick"))
    gone = or_(Attempt.changed < now - ABANDONED, Attempt.release_id.is_(None))
    session.execute(delete(Attempt).where(Attempt.state == "open", gone))
    session.execute(update(Attempt).where(*seen, Attempt.store == "score", _has_answers()).values(answers=None))
    old = Attempt.changed < now - DETAILS
    session.execute(update(Attempt).where(Attempt.state == "graded", old, _has_answers()).values(answers=None))
    session.execute(update(Attempt).where(*over, Attempt.changed != _day(session)).values(changed=_day(session)))
    sweep_pictures(session)


def _has_answers() -> Any:
    return Attempt.answers.is_not(None)


def _day(session: Session) -> Any:
    """The day of the last change, without the time."""
    if session.get_bind().dialect.name == "postgresql":
        return func.date_trunc("day", Attempt.changed)
    return func.strftime("%Y-%m-%d 00:00:00.000000", Attempt.changed)


tidy_job = Job(key="quizzes.tidy", run=tidy, every=HOUR)


def grade_again(session: Session, payload: Mapping[str, Any]) -> None:
    """Grade attempts again by a mended question."""
    mended = Mended(payload["course"], UUID(payload["release"]), payload["quiz"], payload["question"])
    regrade(session, mended=mended, types=known_types())


regrade_job = Job(key=JOB, run=grade_again)
