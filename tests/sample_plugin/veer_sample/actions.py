"""What the sample writes."""

from uuid import UUID

from sqlalchemy.orm import Session

from lms.core.learning.api import CourseCompleted
from lms.host import clock
from lms.host.db import upsert
from veer_sample.models import Pebble


def put_down(session: Session, *, person_id: UUID, place: str) -> None:
    """Put a pebble down; twice is as good as once."""
    row = {"person_id": person_id, "place": place, "day": clock.today()}
    session.execute(upsert(session, Pebble).values(row).on_conflict_do_nothing())


def remember_course(session: Session, event: CourseCompleted) -> None:
    """React to a finished course."""
    put_down(session, person_id=event.person_id, place=f"course {event.course_id}")
