"""What pages of learning are made of, and the places on them that other packages fill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from lms.core.catalogue.api import LessonBody, ModuleOutline, Outline, OutlineLesson
from lms.core.learning.domain.completion import Standing
from lms.core.learning.domain.windows import Window
from lms.host.slots import Slot


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson as one person sees it.

    Args:
        enrolment_id: the person's place in the course.
        person_id: whose it is.
        outline: the course.
        module: the module the lesson stands in.
        lesson: the lesson.
        body: its text; `None` while it is not open yet. What is done stays open, whatever a plan says.
        opens_at: when it opens, if a plan says so and it has not.
        due_at: when the group means to be through with it.
        standing: what the person has done in the course.

    """

    enrolment_id: UUID
    person_id: UUID
    outline: Outline
    module: ModuleOutline
    lesson: OutlineLesson
    body: LessonBody | None
    opens_at: datetime | None
    due_at: datetime | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class ModulePage:
    """A module as one person sees it; the place of its check.

    `windows`: activity id → when it may be taken, where the person's plan says so.
    """

    enrolment_id: UUID
    person_id: UUID
    outline: Outline
    module: ModuleOutline
    standing: Standing
    windows: Mapping[str, Window] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course as one person sees it; `enrolment_id` is `None` before they begin, `windows` as in `ModulePage`."""

    enrolment_id: UUID | None
    person_id: UUID
    outline: Outline
    standing: Standing
    resume: OutlineLesson
    completed: bool
    windows: Mapping[str, Window] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """A course of mine on the home page: where I stopped and how far I am."""

    enrolment_id: UUID
    outline: Outline
    resume: OutlineLesson
    lessons_done: int
    completed_on: date | None
    last_on: date

    @property
    def lessons(self) -> int:
        """How many lessons the course has."""
        return len(self.outline.lessons)


@dataclass(frozen=True, slots=True)
class HomePage:
    """The page a person comes back to: one thing to do next, then their courses."""

    person_id: UUID
    courses: list[EnrolmentCard]

    @property
    def next(self) -> EnrolmentCard | None:
        """The course to go on with: the one touched last that is not complete."""
        return next((card for card in self.courses if card.completed_on is None), None)


HOME_MAIN: Slot[HomePage] = Slot("home-main")
HOME_ASIDE: Slot[HomePage] = Slot("home-aside")
COURSE_AFTER: Slot[CoursePage] = Slot("course-after")
MODULE_AFTER: Slot[ModulePage] = Slot("module-after")
LESSON_AFTER: Slot[LessonPage] = Slot("lesson-after")
