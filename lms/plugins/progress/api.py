"""What other packages may use of progress.

Extension point: `Watchers` says who could see something of a person's courses, so that the person can decide about it.
Slot: `PROGRESS_AFTER` (ProgressPage), at the end of a person's own progress.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from lms.core.learning.api import Audience
from lms.host.contributions import Contribution
from lms.host.slots import Slot


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who could see a person in one course, if the person agrees.

    Args:
        course_id: the course.
        audience: as whom they would see it.
        name: what they are called, where that tells more than the audience does.

    """

    course_id: str
    audience: Audience
    name: str = ""


class Watchers(Contribution):
    """Where audiences come from: groups, organisations. Each asks the database one statement."""

    key: str

    def of(self, conn: Connection, person_id: UUID) -> Iterable[Watcher]:
        """Return who could see something of this person."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """A person's own progress."""

    person_id: UUID


PROGRESS_AFTER: Slot[ProgressPage] = Slot("progress")

__all__ = ["PROGRESS_AFTER", "ProgressPage", "Watcher", "Watchers"]
