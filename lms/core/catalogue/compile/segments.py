"""Every text of a course that a translator sees, in the order of the course."""

from collections.abc import Iterator

from lms.core.catalogue.compile.tree import ActivitySource, CourseSource, LessonSource, ModuleSource
from lms.core.catalogue.domain.segments import Segment


def segments(course: CourseSource) -> Iterator[Segment]:
    """Yield all segments: the course, then each module with its lessons and activities."""
    meta, file = course.meta, "course.yaml"
    for kind, text in (("title", meta.title), ("discreet_title", meta.discreet_title), ("summary", meta.summary)):
        yield Segment(meta.id, kind, text, file, course.lines.at((kind,)))
    for index, outcome in enumerate(meta.outcomes):
        line = course.lines.at(("outcomes", index, "text"))
        yield Segment(meta.id, f"outcome {outcome.id}", outcome.text, file, line)
    for module in course.modules:
        yield from _module(module)


def _module(module: ModuleSource) -> Iterator[Segment]:
    meta = module.meta
    file = _inside(module.file)
    for kind, text in (("title", meta.title), ("discreet_title", meta.discreet_title), ("summary", meta.summary)):
        yield Segment(meta.id, kind, text, file, module.lines.at((kind,)))
    for lesson in module.lessons:
        yield from _lesson(lesson)
        for activity in lesson.activities:
            yield from _activity(activity)
    for activity in module.activities:
        yield from _activity(activity)


def _lesson(lesson: LessonSource) -> Iterator[Segment]:
    meta, file = lesson.meta, _inside(lesson.file)
    note = "\n".join(meta.translation_notes)
    for kind, text in (("title", meta.title), ("discreet_title", meta.discreet_title), ("summary", meta.summary)):
        yield Segment(meta.id, kind, text, file, lesson.lines.at((kind,)), note if kind == "title" else "")
    for index, outcome in enumerate(meta.outcomes):
        line = lesson.lines.at(("outcomes", index, "text"))
        yield Segment(meta.id, f"outcome {outcome.id}", outcome.text, file, line)
    if meta.content_note.level:
        line = lesson.lines.at(("content_note", "text"))
        yield Segment(meta.id, "content_note", meta.content_note.text, file, line)
    for inline in lesson.text.inlines():
        yield Segment(meta.id, inline.kind, inline.text, file, inline.line, markdown=True)


def _activity(activity: ActivitySource) -> Iterator[Segment]:
    file = _inside(activity.file)
    for kind, text in activity.kind.segments(activity.data):
        if text.strip():
            yield Segment(activity.id, kind, text, file, activity.lines.at((kind,)))


def _inside(file: str) -> str:
    return file.partition("/")[2]
