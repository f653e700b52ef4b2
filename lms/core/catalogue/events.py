"""Facts of the catalogue."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Published:
    """A new release of a course is offered.

    Args:
        course_id: the course.
        release_id: its new release.
        kind: `edition` (people in a cohort stay where they are) or `correction` (moves everybody).

    """

    course_id: str
    release_id: UUID
    kind: str
