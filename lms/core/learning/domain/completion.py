"""When a lesson, a module and a course are complete (docs/rules/completion.md)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lms.core.catalogue.api import ModuleOutline, Outline, OutlineLesson

DECLARATIONS = ("done", "planned", "not-for-me")
"""What may be said of a real step. All count the same: whoever cannot take it today is not behind (curriculum, 1.4)."""


def action_id(lesson_id: str, name: str) -> str:
    """Return the activity id of an action of a lesson; no quiz can have it."""
    return f"{lesson_id}/{name}"


@dataclass(frozen=True, slots=True)
class ActivityResult:
    """The best result of one activity.

    Args:
        best: whole percent, `None` where no score is kept.
        passed: whether it counts as passed.
        known: ids of must-know items that were right at least once; of an action, the one thing that was said of it.

    """

    best: int | None
    passed: bool
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that counts for completion, of one person in one course."""

    done: frozenset[str] = frozenset()
    started: frozenset[str] = frozenset()
    results: Mapping[str, ActivityResult] = field(default_factory=dict)

    def state(self, lesson: OutlineLesson) -> str:
        """Return `done`, `started` or `todo`: the names of the tile's states."""
        if lesson.id in self.done:
            return "done"
        return "started" if lesson.id in self.started else "todo"

    def declared(self, activity_id: str) -> str:
        """Return what a person said of an action, empty before they did."""
        result = self.results.get(activity_id)
        return next(iter(result.known), "") if result else ""

    def passed(self, activity_id: str) -> bool:
        """Whether an activity is passed."""
        result = self.results.get(activity_id)
        return result is not None and result.passed


def module_complete(module: ModuleOutline, standing: Standing) -> bool:
    """Whether all lessons of a module are done and all its checks passed."""
    lessons = all(lesson.id in standing.done for lesson in module.lessons)
    return lessons and all(standing.passed(check.id) for check in module.activities)


def course_complete(outline: Outline, standing: Standing) -> bool:
    """Whether every module of a course is complete."""
    return all(module_complete(module, standing) for module in outline.modules)


def unfinished(outline: Outline, standing: Standing) -> tuple[Collection[OutlineLesson], Collection[str]]:
    """Return the lessons not done and the ids of the checks not passed, in order."""
    lessons = [lesson for lesson in outline.lessons if lesson.id not in standing.done]
    checks = [check.id for module in outline.modules for check in module.activities if not standing.passed(check.id)]
    return lessons, checks
