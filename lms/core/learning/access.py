"""The only doors from an address to something of a person's: a lesson, a course, an enrolment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select

from lms.core.catalogue.api import (
    code_table,
    content_for,
    current_release,
    lesson_body,
    outline,
)
from lms.core.learning.domain.completion import Standing
from lms.core.learning.domain.pages import CoursePage, LessonPage, ModulePage
from lms.core.learning.models import Enrolment, PlanDate
from lms.core.learning.queries import standing, windows_of
from lms.host.actor import Actor
from lms.host.statements import Prepared

_place = Prepared(
    select(
        code_table.c.content_id,
        code_table.c.course_id,
        Enrolment.id,
        Enrolment.release_id,
        Enrolment.plan_id,
        Enrolment.resume,
        Enrolment.completed_on,
        PlanDate.opens_at,
        PlanDate.due_at,
    )
    .select_from(code_table)
    .join(Enrolment, Enrolment.course_id == code_table.c.course_id)
    .outerjoin(PlanDate, (PlanDate.plan_id == Enrolment.plan_id) & (PlanDate.lesson_id == code_table.c.content_id))
    .where(
        code_table.c.code == bindparam("code"),
        code_table.c.kind == bindparam("kind"),
        Enrolment.person_id == bindparam("person", type_=Uuid),
    )
)


def lesson_for(conn: Connection, actor: Actor, code: str, lang: str, *, now: datetime) -> LessonPage | None:
    """Return the lesson under `code` for an enrolled person, in two statements; `None` otherwise (AUTHZ-2)."""
    row = _place.first(conn, code=code, kind="lesson", person=actor.person)
    if row is None:
        return None
    found = outline(conn, row.release_id, lang)
    if found is None or row.content_id not in found.by_id:
        return None
    state = standing(conn, row.id)
    closed = row.opens_at is not None and row.opens_at > now and row.content_id not in state.done
    return LessonPage(
        enrolment_id=row.id,
        person_id=actor.person,
        outline=found,
        module=found.module_of[row.content_id],
        lesson=found.by_id[row.content_id],
        body=None if closed else lesson_body(conn, row.release_id, row.content_id, lang),
        opens_at=row.opens_at if closed else None,
        due_at=row.due_at,
        standing=state,
    )


def module_for(conn: Connection, actor: Actor, code: str, lang: str) -> ModulePage | None:
    """Return the module under `code` for an enrolled person, in two statements, three with a plan; `None` otherwise."""
    row = _place.first(conn, code=code, kind="module", person=actor.person)
    if row is None:
        return None
    found = outline(conn, row.release_id, lang)
    if found is None or row.content_id not in found.module_by_id:
        return None
    module = found.module_by_id[row.content_id]
    return ModulePage(row.id, actor.person, found, module, standing(conn, row.id), windows_of(conn, row.plan_id))


def course_for(conn: Connection, actor: Actor, code: str, lang: str) -> CoursePage | None:
    """Return a published course with the person's own state; two statements when enrolled, three with a plan."""
    row = _place.first(conn, code=code, kind="course", person=actor.person)
    if row is not None:
        found = outline(conn, row.release_id, lang)
        if found is None:
            return None
        resume = found.by_id.get(row.resume) or found.lessons[0]
        state = standing(conn, row.id)
        windows = windows_of(conn, row.plan_id)
        return CoursePage(row.id, actor.person, found, state, resume, row.completed_on is not None, windows)
    content = content_for(conn, code)
    if content is None or content.kind != "course":
        return None
    release = current_release(conn, content.course_id)
    found = outline(conn, release, lang) if release else None
    if found is None:
        return None
    return CoursePage(None, actor.person, found, Standing(), found.lessons[0], completed=False)


_course_of_lesson = select(code_table.c.course_id).where(code_table.c.code == bindparam("code"))
_course_code = select(code_table.c.code).where(
    code_table.c.kind == "course", code_table.c.content_id == bindparam("course")
)


def course_code_of(conn: Connection, code: str) -> str | None:
    """Return the course's own code for any code in it, to send people there who have not begun it."""
    course = conn.execute(_course_of_lesson, {"code": code}).scalar()
    return conn.execute(_course_code, {"course": course}).scalar() if course else None


_mine = select(Enrolment.id).where(
    Enrolment.id == bindparam("enrolment", type_=Uuid), Enrolment.person_id == bindparam("person", type_=Uuid)
)


def enrolment_for(conn: Connection, actor: Actor, enrolment_id: UUID) -> UUID | None:
    """Return an enrolment's id if it is the actor's own."""
    found: UUID | None = conn.execute(_mine, {"enrolment": enrolment_id, "person": actor.person}).scalar()
    return found


def enrolled_by_code(conn: Connection, actor: Actor, code: str) -> bool:
    """Whether the actor has begun the course under `code`."""
    return _place.first(conn, code=code, kind="course", person=actor.person) is not None
