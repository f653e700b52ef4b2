"""Courses as their authors see them: what is wrong, what is reviewed, how far translations have come."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lms.core.catalogue.compile.check import Checked
from lms.core.catalogue.compile.po import Coverage
from lms.core.catalogue.compile.release import preview
from lms.core.catalogue.compile.tree import CourseSource, LessonSource
from lms.core.catalogue.domain.contracts import BlockType
from lms.core.catalogue.domain.pages import TILES, Review
from lms.core.catalogue.domain.problems import Problem
from lms.core.catalogue.domain.segments import Direction, direction
from lms.host.markup import joined


def key_of(course_id: str) -> str:
    """Return what stands in a staff address instead of a name that tells the topic (CACHE-4)."""
    return hashlib.sha256(course_id.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class DeskLesson:
    """One lesson in the list of a course."""

    number: str
    title: str
    review: Review
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class DeskModule:
    """One module in the list of a course."""

    number: str
    title: str
    lessons: tuple[DeskLesson, ...]


@dataclass(frozen=True, slots=True)
class DeskCourse:
    """A course on an author's desk; `title` is the folder's name while the file cannot be read."""

    key: str
    id: str
    title: str
    lang: str
    dir: Direction
    tile: str
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    modules: tuple[DeskModule, ...]
    coverage: tuple[Coverage, ...]

    @property
    def lessons(self) -> tuple[DeskLesson, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def statuses(self) -> Mapping[str, int]:
        """Return how many lessons have which status."""
        return Counter(lesson.review.status for lesson in self.lessons)

    def overdue(self, today: date) -> int:
        return sum(lesson.review.overdue(today) for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class DeskPreview:
    """A lesson as learners will see it, from the files as they are now."""

    number: str
    title: str
    lang: str
    dir: Direction
    html: str
    bytes: int
    problems: tuple[Problem, ...]


def desk_course(checked: Checked) -> DeskCourse:
    """Return a course for the desk."""
    course = checked.course
    common = (tuple(checked.errors), tuple(checked.warnings))
    if course is None:
        return DeskCourse(key_of(checked.name), checked.name, checked.name, "", "ltr", "", *common, (), ())
    lang = course.meta.source_language
    return DeskCourse(
        key_of(checked.name),
        checked.name,
        course.meta.title,
        lang,
        direction(lang),
        TILES[course.meta.pillar],
        *common,
        tuple(_modules(course, checked.problems)),
        tuple(checked.coverage),
    )


def _modules(course: CourseSource, problems: Iterable[Problem]) -> Iterable[DeskModule]:
    found = list(problems)
    for module in course.modules:
        lessons = tuple(_lesson(lesson, found) for lesson in module.lessons)
        yield DeskModule(module.number, module.meta.title, lessons)


def _lesson(lesson: LessonSource, problems: list[Problem]) -> DeskLesson:
    meta = lesson.meta
    mine = problems_of(lesson, problems)
    errors = sum(problem.is_error for problem in mine)
    review = Review(meta.status, meta.reviewed or "", meta.review_due)
    return DeskLesson(lesson.number, meta.title, review, errors, len(mine) - errors)


def problems_of(lesson: LessonSource, problems: Iterable[Problem]) -> list[Problem]:
    """Return what is wrong in the folder of one lesson."""
    folder = lesson.file.rpartition("/")[0] + "/"
    return [problem for problem in problems if problem.file.startswith(folder)]


def desk_preview(checked: Checked, number: str, lang: str, blocks: Iterable[BlockType]) -> DeskPreview | None:
    """Return one lesson as learners will see it in `lang`, which the caller has made the current language."""
    course = checked.course
    lesson = next((item for item in course.lessons if item.number == number), None) if course else None
    if course is None or lesson is None:
        return None
    made, size = preview(course, lesson, lang, blocks)
    html = joined(part if isinstance(part, str) else part.html for part in made.parts)
    problems = tuple(problems_of(lesson, checked.problems))
    return DeskPreview(number, lesson.meta.title, lang, direction(lang), html, size, problems)
