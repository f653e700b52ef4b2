"""What learning does when something happens elsewhere."""

from sqlalchemy.orm import Session

from lms.core.catalogue.api import Published
from lms.core.learning.actions import follow_release
from lms.host.contributions import Reaction


def move_enrolments(session: Session, event: Published) -> None:
    """Move people to a new release, as its kind says."""
    correction = event.kind == "correction"
    follow_release(session, course_id=event.course_id, release_id=event.release_id, correction=correction)


follow_publishing = Reaction("learning.follow-publishing", Published, move_enrolments)
