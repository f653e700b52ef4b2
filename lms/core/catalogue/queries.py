"""Reading releases. What is immutable is kept in the process, so that a warm page asks the database nothing here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, bindparam, case, func, or_, select

from lms.core.catalogue.domain.history import History, IdFact
from lms.core.catalogue.domain.pages import PILLARS, CompiledActivity, ContentRef, LessonBody, Outline, TrainerNotes
from lms.core.catalogue.domain.stored import TRAINER, OutlineReader, lesson_body_of, notes_id, trainer_notes_of, unpack
from lms.core.catalogue.models import Activity, Body, Code, Course, Lesson, OutlineRow, Picture, Release
from lms.host.kept import Kept
from lms.host.statements import Prepared

_outlines: Kept[Outline] = Kept(128)
_bodies: Kept[LessonBody] = Kept(256)
_activities: Kept[CompiledActivity] = Kept(256)

_RELEASE: BindParameter[Any] = bindparam("release")
_LANG: BindParameter[Any] = bindparam("lang")


def _best_first(column: Any) -> Any:
    """The language asked for before the source language."""
    return case((column == _LANG, 0), else_=1)


_outline_rows = (
    select(Release.id, Release.number, Release.published, OutlineRow.lang, Body.data)
    .join(OutlineRow, OutlineRow.release_id == Release.id)
    .join(Body, Body.hash == OutlineRow.hash)
    .where(
        Release.id.in_(bindparam("releases", expanding=True)),
        or_(OutlineRow.lang == _LANG, OutlineRow.lang == Release.source_lang),
    )
    .order_by(_best_first(OutlineRow.lang))
)
_lesson_row = (
    select(Lesson.lang, Body.data)
    .join(Release, Release.id == Lesson.release_id)
    .join(Body, Body.hash == Lesson.hash)
    .where(
        Lesson.release_id == _RELEASE,
        Lesson.lesson_id == bindparam("content"),
        or_(Lesson.lang == _LANG, Lesson.lang == Release.source_lang),
    )
    .order_by(_best_first(Lesson.lang))
    .limit(1)
)
_activity_row = (
    select(Activity.kind, Activity.owner, Activity.lang, Activity.hash, Body.data)
    .join(Release, Release.id == Activity.release_id)
    .join(Body, Body.hash == Activity.hash)
    .where(
        Activity.release_id == _RELEASE,
        Activity.activity_id == bindparam("content"),
        or_(Activity.lang == _LANG, Activity.lang == Release.source_lang),
    )
    .order_by(_best_first(Activity.lang))
    .limit(1)
)
_notes_rows = select(Activity.owner).where(Activity.release_id == _RELEASE, Activity.kind == TRAINER)
_activity_rows = (
    select(
        Activity.release_id,
        Activity.activity_id,
        Activity.kind,
        Activity.owner,
        Activity.lang,
        Activity.hash,
        Body.data,
    )
    .join(Body, Body.hash == Activity.hash)
    .where(Activity.release_id.in_(bindparam("releases", expanding=True)))
)
_code_row = select(Code.kind, Code.content_id, Code.course_id).where(Code.code == bindparam("code"))
_current = select(Course.release_id).where(Course.id == bindparam("course"))
_all_current = Prepared(select(Course.release_id))


def content_for(conn: Connection, code: str) -> ContentRef | None:
    """Return what a code of an address stands for."""
    row = conn.execute(_code_row, {"code": code}).one_or_none()
    return None if row is None else ContentRef(code, row.kind, row.content_id, row.course_id)


def current_release(conn: Connection, course_id: str) -> UUID | None:
    """Return the release that a new enrolment takes."""
    found: UUID | None = conn.execute(_current, {"course": course_id}).scalar_one_or_none()
    return found


def outline(conn: Connection, release_id: UUID, lang: str) -> Outline | None:
    """Return one release in one language, or in its source language if it was not compiled for that one."""
    return outlines(conn, [release_id], lang).get(release_id)


def outlines(conn: Connection, release_ids: Collection[UUID], lang: str) -> Mapping[UUID, Outline]:
    """Return several releases; what is not kept yet is read in one statement."""
    found = {key: kept for key in release_ids if (kept := _outlines.get((key, lang))) is not None}
    missing = [key for key in release_ids if key not in found]
    if missing:
        for row in conn.execute(_outline_rows, {"releases": missing, "lang": lang}):
            if row.id not in found:
                found[row.id] = _outlines.put((row.id, lang), _outline(row, lang))
    return found


def _outline(row: Any, lang: str) -> Outline:
    reader = OutlineReader(row.lang, fallback=row.lang != lang)
    return reader.outline(unpack(row.data), row.id, row.number, row.published)


def current_outlines(conn: Connection, lang: str) -> tuple[Outline, ...]:
    """Return every published course, by pillar and title; one statement once the releases are kept."""
    current = [row.release_id for row in _all_current.rows(conn)]
    found = outlines(conn, current, lang).values()
    return tuple(sorted(found, key=lambda item: (PILLARS.index(item.pillar), item.title.text)))


def lesson_body(conn: Connection, release_id: UUID, lesson_id: str, lang: str) -> LessonBody | None:
    """Return the text of a lesson; its `lang` says in which language it could be given."""
    key = (release_id, lesson_id, lang)
    kept = _bodies.get(key)
    if kept is not None:
        return kept
    row = conn.execute(_lesson_row, {"release": release_id, "content": lesson_id, "lang": lang}).one_or_none()
    if row is None:
        return None
    return _bodies.put(key, lesson_body_of(unpack(row.data), release_id, lesson_id, row.lang))


def activity(conn: Connection, release_id: UUID, activity_id: str, lang: str) -> CompiledActivity | None:
    """Return a quiz, a check or another activity of a release."""
    key = (release_id, activity_id, lang)
    kept = _activities.get(key)
    if kept is not None:
        return kept
    row = conn.execute(_activity_row, {"release": release_id, "content": activity_id, "lang": lang}).one_or_none()
    if row is None:
        return None
    data = unpack(row.data)
    found = CompiledActivity(release_id, activity_id, row.kind, row.owner, row.lang, row.hash, data)
    return _activities.put(key, found)


def lessons_with_notes(conn: Connection, release_id: UUID) -> frozenset[str]:
    """Return the ids of the lessons and modules of a release that have notes for trainers."""
    return frozenset(conn.execute(_notes_rows, {"release": release_id}).scalars())


def trainer_notes(conn: Connection, release_id: UUID, owner: str, lang: str) -> TrainerNotes | None:
    """Return the notes beside a lesson or module of a release."""
    found = activity(conn, release_id, notes_id(owner), lang)
    return trainer_notes_of(found.data, owner, found.lang) if found and found.kind == TRAINER else None


def all_activities(conn: Connection, release_ids: Collection[UUID]) -> list[CompiledActivity]:
    """Return every activity of several releases in every language, in one statement; it is not kept here."""
    rows = conn.execute(_activity_rows, {"releases": list(release_ids)})
    return [
        CompiledActivity(row.release_id, row.activity_id, row.kind, row.owner, row.lang, row.hash, unpack(row.data))
        for row in rows
    ]


def stored_picture(conn: Connection, name: str) -> str | None:
    """Return where the bytes of a picture are kept."""
    found: str | None = conn.execute(select(Picture.stored).where(Picture.name == name)).scalar_one_or_none()
    return found


# ---- for publishing and for staff


@dataclass(frozen=True, slots=True)
class CourseState:
    """What is published of a course."""

    course_id: str
    origin: str
    release_id: UUID
    number: int
    published: date
    fingerprint: str
    unreviewed: int
    code: str


_states = (
    select(
        Course.id,
        Course.origin,
        Course.release_id,
        Release.number,
        Release.published,
        Release.fingerprint,
        Release.unreviewed,
        Code.code,
    )
    .join(Release, Release.id == Course.release_id)
    .join(Code, Code.content_id == Course.id)
)


def course_states(conn: Connection) -> dict[str, CourseState]:
    """Return course id → what is published of it."""
    return {row.id: CourseState(*row) for row in conn.execute(_states)}


def codes(conn: Connection, content_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return content id → (code, course id) of everything that has a code already."""
    rows = conn.execute(select(Code).where(Code.content_id.in_(list(content_ids))))
    return {row.content_id: (row.code, row.course_id) for row in rows}


def history(conn: Connection, course_id: str) -> History | None:
    """Return the ids of all releases of a course; None before the first."""
    rows = conn.execute(
        select(Release.id, Release.manifest).where(Release.course_id == course_id).order_by(Release.number)
    ).all()
    if not rows:
        return None
    current = {key: IdFact(*fact) for key, fact in rows[-1].manifest.items()}
    earlier = {key for row in rows[:-1] for key in row.manifest}
    return History(current, frozenset(earlier - current.keys()))


def unknown_hashes(conn: Connection, hashes: Collection[str]) -> set[str]:
    """Return the hashes under which nothing is stored yet."""
    known = set(conn.execute(select(Body.hash).where(Body.hash.in_(list(hashes)))).scalars())
    return set(hashes) - known


def last_number(conn: Connection, course_id: str) -> int:
    """Return the number of the last release of a course, 0 before the first."""
    return conn.execute(select(func.max(Release.number)).where(Release.course_id == course_id)).scalar() or 0
