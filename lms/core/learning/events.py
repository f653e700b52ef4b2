"""Facts of learning. Other packages react to them; none of them holds personal text."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Enrolled:
    """A person began a course, alone or with a cohort."""

    person_id: UUID
    enrolment_id: UUID
    course_id: str


@dataclass(frozen=True)
class ActivityCompleted:
    """A person passed an activity for the first time."""

    person_id: UUID
    enrolment_id: UUID
    activity_id: str


@dataclass(frozen=True)
class LessonCompleted:
    """A person marked a lesson as done."""

    person_id: UUID
    enrolment_id: UUID
    lesson_id: str


@dataclass(frozen=True)
class CourseCompleted:
    """Every lesson is done and every module check passed."""

    person_id: UUID
    enrolment_id: UUID
    course_id: str
    release_id: UUID


@dataclass(frozen=True)
class SharingChanged:
    """A person changed what they agree to show to an audience."""

    person_id: UUID
    enrolment_id: UUID
    audience: str
    level: str
