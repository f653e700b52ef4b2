"""Permanent ids: what people's progress refers to must neither vanish nor come to mean something else."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.tree import CourseSource
from lms.core.catalogue.domain.history import History, IdFact
from lms.core.catalogue.domain.problems import Problem


@dataclass(frozen=True)
class _Placed:
    id: str
    fact: IdFact
    file: str
    line: int


def placed(course: CourseSource) -> Iterator[_Placed]:
    """Yield every id of a course with its kind and place."""
    yield _Placed(course.meta.id, IdFact("course"), f"{course.folder.name}/course.yaml", course.lines.at(("id",)))
    for module in course.modules:
        yield _Placed(module.meta.id, IdFact("module"), module.file, module.lines.at(("id",)))
        for lesson in module.lessons:
            text = "\n".join(f"{inline.kind} {inline.text}" for inline in lesson.text.inlines())
            digest = hashlib.sha256(text.encode()).hexdigest()
            yield _Placed(lesson.meta.id, IdFact("lesson", digest), lesson.file, lesson.lines.at(("id",)))
            for head in lesson.text.heads():
                if "id" in head.attrs:
                    yield _Placed(f"{lesson.meta.id} {head.attrs['id']}", IdFact("block"), lesson.file, head.line)
    for _owner, activity in course.activities:
        yield _Placed(activity.id, IdFact(activity.kind.key), activity.file, activity.lines.at(("id",)))
        for item in activity.kind.ids(activity.data):
            yield _Placed(f"{activity.id} {item}", IdFact("item"), activity.file, activity.lines.at(("items",)))


def manifest(course: CourseSource) -> dict[str, IdFact]:
    """Return every id of a course and what it stands for."""
    return {item.id: item.fact for item in placed(course)}


def doubles(course: CourseSource) -> Iterator[Problem]:
    """Yield a problem for each id that is given twice."""
    seen: dict[str, _Placed] = {}
    for item in placed(course):
        first = seen.setdefault(item.id, item)
        if first is not item:
            message = L_("The id “%(id)s” is given twice, first in %(first)s.")
            mend = L_("Give the newer one an id of its own.")
            yield Problem(
                item.file, item.line, "id-twice", message, mend, "error", {"id": item.id, "first": first.file}
            )


def permanence(course: CourseSource, history: History) -> Iterator[Problem]:
    """Yield a problem for each id that vanished, came back, or changed its meaning without a line in `moved:`."""
    now = {item.id: item for item in placed(course)}
    moved = course.meta.moved
    yield from _vanished(course, now, history)
    yield from _moved(course, now)
    for item in now.values():
        before = history.current.get(item.id)
        if before is not None and before.kind != item.fact.kind:
            message = L_("The id “%(id)s” was a %(before)s in the release that is served now.")
            mend = L_("Give this one a new id, and write what became of the old one under “moved:” in course.yaml.")
            values = {"id": item.id, "before": before.kind}
            yield Problem(item.file, item.line, "id-reused", message, mend, "error", values)
        elif before is None and (item.id in history.retired or item.id in moved):
            message = L_("The id “%(id)s” was used before for something else.")
            mend = L_("Give this one a new id: people's progress still refers to the old one.")
            yield Problem(item.file, item.line, "id-reused", message, mend, "error", {"id": item.id})
        elif before is not None:
            yield from _swapped(item, before, history)


def _vanished(course: CourseSource, now: Mapping[str, _Placed], history: History) -> Iterator[Problem]:
    file = f"{course.folder.name}/course.yaml"
    line = course.lines.at(("moved",))
    for old in sorted(history.current.keys() - now.keys() - course.meta.moved.keys()):
        if _owner_moved(old, course.meta.moved):
            continue
        message = L_("The id “%(id)s” of the release that is served now has vanished.")
        mend = L_("Bring it back, or write under “moved:” in course.yaml its new id, or null if it was given up.")
        yield Problem(file, line, "id-vanished", message, mend, "error", {"id": old})


def _owner_moved(old: str, moved: Mapping[str, str | None]) -> bool:
    """Items follow their quiz and blocks their lesson: one line for the owner is enough."""
    owner, _, item = old.partition(" ")
    return bool(item) and owner in moved


def _moved(course: CourseSource, now: Mapping[str, _Placed]) -> Iterator[Problem]:
    file = f"{course.folder.name}/course.yaml"
    for old, new in course.meta.moved.items():
        line = course.lines.at(("moved", old))
        if new is not None and new not in now:
            message = L_("“moved:” sends “%(id)s” to “%(new)s”, which does not exist.")
            mend = L_("Write an id that exists, or null if it was given up.")
            yield Problem(file, line, "moved-nowhere", message, mend, "error", {"id": old, "new": new})


def _swapped(item: _Placed, before: IdFact, history: History) -> Iterator[Problem]:
    if not item.fact.hash or item.fact.hash == before.hash:
        return
    for other, fact in history.current.items():
        if other != item.id and fact.hash == item.fact.hash:
            message = L_("The text of “%(other)s” now has the id “%(id)s”.")
            mend = L_("Ids stay with their text; only folder names give the order. Give this lesson its old id back.")
            values = {"other": other, "id": item.id}
            yield Problem(item.file, item.line, "id-swapped", message, mend, "error", values)
            return
