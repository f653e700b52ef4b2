"""Who must read a course, and who has: counted for pages, and compared with what the lessons say of themselves."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.schema import ReaderRow
from lms.core.catalogue.compile.tree import CourseSource, LessonSource
from lms.core.catalogue.domain.problems import Problem

HARD = 2  # the level of a content note from which on a clinician reads lessons on wellbeing
REVIEWED = frozenset({"reviewed", "published"})


def told_readers(course: CourseSource) -> list[dict[str, Any]]:
    """Return one line for each reader: how many lessons, and how many of them were read."""
    return [
        {"who": row.who, "lang": row.lang, "total": len(wanted), "done": len(wanted & row.done.keys())}
        for row in course.meta.readers
        for wanted in [_wanted(row, course)]
    ]


def _wanted(row: ReaderRow, course: CourseSource) -> set[str]:
    return {lesson.meta.id for lesson in course.lessons} if row.lessons == "all" else set(row.lessons)


def readers(course: CourseSource) -> Iterator[Problem]:
    """Yield what is wrong in the table of readers."""
    known = {lesson.meta.id for lesson in course.lessons}
    for index, row in enumerate(course.meta.readers):
        wanted = _wanted(row, course)
        note = partial(Problem, f"{course.folder.name}/course.yaml", course.lines.at(("readers", index)))
        for name in sorted((wanted | row.done.keys()) - known):
            message = L_("“%(id)s” is no lesson of this course.")
            yield note("reader-lesson", message, _MEND_LESSON, values={"id": name})
        for name in sorted((row.done.keys() - wanted) & known):
            message = L_("“%(id)s” is under “done”, but not among the lessons of this reader.")
            yield note("reader-lesson", message, _MEND_LESSON, values={"id": name})
        if (row.who == "native-reader") != bool(row.lang):
            message = L_("A native reader needs “lang”, and only a native reader has one.")
            yield note("reader-lang", message, L_("Write lang: fr, or take it out."))
    for lesson in course.lessons:
        yield from _open(course, lesson)
    yield from _missing(course)


_MEND_LESSON = L_("Look for a spelling mistake, or add the lesson.")


def _open(course: CourseSource, lesson: LessonSource) -> Iterator[Problem]:
    """A lesson is reviewed once everybody has read it who must; translations wait for nobody but their own reader."""
    if lesson.meta.status not in REVIEWED:
        return
    for row in course.meta.readers:
        if row.who != "native-reader" and lesson.meta.id in _wanted(row, course) and lesson.meta.id not in row.done:
            message = L_("The lesson says that it is reviewed, but “%(who)s” has not read it.")
            mend = L_("Write its day under “done” in course.yaml once it was read, or set status: draft.")
            line = lesson.lines.at(("status",))
            yield Problem(lesson.file, line, "reader-open", message, mend, "error", {"who": row.who})


def _missing(course: CourseSource) -> Iterator[Problem]:
    rows = course.meta.readers
    if not rows:
        return
    note = partial(Problem, f"{course.folder.name}/course.yaml", course.lines.at(("readers",)))
    if course.meta.pillar == "wellbeing":
        read = set().union(*(_wanted(row, course) for row in rows if row.who == "clinician"))
        for lesson in course.lessons:
            if lesson.meta.content_note.level >= HARD and lesson.meta.id not in read:
                message = L_("The lesson %(id)s is hard to read, and no clinician is to read it.")
                mend = L_("Add it to the lessons of “clinician” under “readers”.")
                yield note("reader-missing", message, mend, "warning", {"id": lesson.meta.id})
    named = {row.lang for row in rows if row.who == "native-reader"}
    for lang in sorted(course.catalogues.keys() - named):
        message = L_("Nobody is to read the translation “%(lang)s”.")
        mend = L_("Add a native reader with this language under “readers”.")
        yield note("reader-missing", message, mend, "warning", {"lang": lang})
