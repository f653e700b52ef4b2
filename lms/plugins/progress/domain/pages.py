"""What the pages of progress are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.core.catalogue.api import ModuleOutline, Outline, OutlineActivity, OutlineLesson
from lms.core.learning.api import Audience, Level, Standing, module_complete
from lms.plugins.progress.api import Watcher

OFFERED: Mapping[Audience, tuple[Level, ...]] = {
    "facilitators": ("none", "taking_part", "completion", "progress"),
    "cohort": ("none", "taking_part", "completion"),
    "organisation": ("none", "taking_part", "completion", "progress", "score"),
}
"""Levels a person can choose for each audience: only those that show something on some page."""


@dataclass(frozen=True, slots=True)
class Check:
    """The check at the end of a module: the best result in percent, if there is one."""

    activity: OutlineActivity
    best: int | None
    passed: bool


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """A module and how far a person is with it."""

    module: ModuleOutline
    done: int
    complete: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """A course of mine, and what its audiences see of it."""

    enrolment_id: UUID
    outline: Outline
    standing: Standing
    resume: OutlineLesson
    completed_on: date | None
    levels: Mapping[Audience, Level]

    @property
    def states(self) -> list[str]:
        """The tile of each lesson, in order."""
        return [self.standing.state(lesson) for lesson in self.outline.lessons]

    @property
    def done(self) -> int:
        """How many lessons of this release are done."""
        return self.states.count("done")

    @property
    def modules(self) -> list[ModuleProgress]:
        """The modules with their checks."""
        return [
            ModuleProgress(
                module,
                sum(lesson.id in self.standing.done for lesson in module.lessons),
                module_complete(module, self.standing),
                tuple(_check(activity, self.standing) for activity in module.activities),
            )
            for module in self.outline.modules
        ]


@dataclass(frozen=True, slots=True)
class Share:
    """Who could see something of one course, and what they see now."""

    course: CourseProgress
    watcher: Watcher
    level: Level


def shares(courses: list[CourseProgress], watchers: list[Watcher]) -> list[Share]:
    """Return what each audience sees, course by course."""
    return [
        Share(course, watcher, course.levels[watcher.audience])
        for course in courses
        for watcher in watchers
        if watcher.course_id == course.outline.course_id
    ]


def _check(activity: OutlineActivity, standing: Standing) -> Check:
    result = standing.results.get(activity.id)
    return Check(activity, result.best if result else None, standing.passed(activity.id))
