"""Pages of a signed-in learner: home, my courses, a course, a lesson."""

from typing import TypeGuard

from flask import Blueprint, Response, request

from lms import gettext as _
from lms.core.catalogue.api import Block, current_outlines
from lms.core.learning import access, actions, queries
from lms.core.learning.domain.completion import DECLARATIONS, action_id
from lms.core.learning.domain.pages import (
    COURSE_AFTER,
    HOME_ASIDE,
    HOME_MAIN,
    LESSON_AFTER,
    MODULE_AFTER,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
)
from lms.host import clock, i18n
from lms.host.db import connection, db
from lms.host.markup import joined
from lms.host.slots import fill
from lms.host.web import actor, kept_page, not_found, page, see, signed_in

blueprint = Blueprint("learning", __name__)


@blueprint.get("/home")
@signed_in
def home() -> Response:
    """Show one thing to do next, then everything else."""
    person = actor().person
    shown = HomePage(person, queries.my_courses(connection(), person, i18n.language().code))
    return page(
        "learning/home.html",
        title=_("Home"),
        home=shown,
        main_panels=fill(HOME_MAIN, shown),
        aside_panels=fill(HOME_ASIDE, shown),
    )


@blueprint.get("/courses")
@signed_in
def courses() -> Response:
    """Show my courses, then the others."""
    lang = i18n.language().code
    mine = queries.my_courses(connection(), actor().person, lang)
    begun = {card.outline.course_id for card in mine}
    others = [found for found in current_outlines(connection(), lang) if found.course_id not in begun]
    return page("learning/courses.html", title=_("Courses"), mine=mine, others=others)


@blueprint.get("/my/<code>")
@signed_in
def course(code: str) -> Response:
    """Show a course as tiles, with what is done and where to go on."""
    shown = access.course_for(connection(), actor(), code, i18n.language().code)
    if shown is None:
        not_found()
    return page(
        "learning/course.html",
        title=_("Course"),
        course=shown,
        outline=shown.outline,
        module_panels=[_after_module(shown, number) for number in range(len(shown.outline.modules))],
        panels=fill(COURSE_AFTER, shown) if shown.enrolment_id else "",
    )


def _after_module(shown: CoursePage, number: int) -> str:
    if shown.enrolment_id is None:
        return ""
    module = shown.outline.modules[number]
    return fill(
        MODULE_AFTER,
        ModulePage(shown.enrolment_id, shown.person_id, shown.outline, module, shown.standing, shown.windows),
    )


@blueprint.post("/my/<code>/start")
@signed_in
def start(code: str) -> Response:
    """Begin a course at one's own pace and open its first lesson."""
    shown = access.course_for(connection(), actor(), code, i18n.language().code)
    if shown is None:
        not_found()
    session = db.session()
    enrolment = actions.enrol(session, person_id=actor().person, course_id=shown.outline.course_id)
    if shown.enrolment_id is None:
        actions.start_lesson(session, enrolment_id=enrolment, lesson_id=shown.resume.id)
    session.commit()
    return see(".lesson", code=shown.resume.code)


@blueprint.get("/l/<code>")
@signed_in
def lesson(code: str) -> Response:
    """Show a lesson; nothing is written by reading."""
    shown = _lesson(code)
    if isinstance(shown, Response):
        return shown
    states = tuple(map(shown.standing.state, shown.module.lessons))
    panels = fill(LESSON_AFTER, shown) if shown.body else ""
    parts, today = _parts(shown), clock.today()
    said = tuple(words for _text, _action, words in parts)
    return kept_page(
        "learning/lesson.html",
        title=_("Lesson %(number)s", number=shown.lesson.number),
        facts=(shown.outline.release_id, shown.lesson.id, states, said, shown.opens_at, today, panels),
        outline=shown.outline,
        module=shown.module,
        lesson=shown.lesson,
        lessons=list(zip(shown.module.lessons, states, strict=True)),
        state=shown.standing.state(shown.lesson),
        body=shown.body,
        parts=parts,
        opens_at=shown.opens_at,
        panels=panels,
        today=today,
    )


@blueprint.post("/l/<code>/done")
@signed_in
def done(code: str) -> Response:
    """Mark a lesson as done and go on."""
    shown = _lesson(code)
    if isinstance(shown, Response):
        return shown
    if shown.body is None:
        not_found()
    session = db.session()
    actions.mark_done(session, enrolment_id=shown.enrolment_id, lesson_id=shown.lesson.id)
    session.commit()
    following = shown.outline.next(shown.lesson.id)
    same_module = following is not None and shown.outline.module_of[following.id] is shown.module
    if following is not None and same_module and request.form.get("then") == "next":
        return see(".lesson", code=following.code)
    return see(".course", code=shown.outline.code, _anchor=f"m{shown.module.number}")


@blueprint.post("/l/<code>/action/<action>")
@signed_in
def declare(code: str, action: str) -> Response:
    """Keep what a person says of a real step; another click changes it."""
    shown = _lesson(code)
    if isinstance(shown, Response):
        return shown
    known = {part.id for part in shown.body.parts if _is_action(part)} if shown.body else set()
    if action not in known:
        not_found()
    how = request.form.get("how", "")
    if how in DECLARATIONS:
        session = db.session()
        actions.declare(session, enrolment_id=shown.enrolment_id, lesson_id=shown.lesson.id, action=action, how=how)
        session.commit()
    return see(".lesson", code=code, _anchor=f"d.{action}")


@blueprint.post("/l/<code>/undo")
@signed_in
def undo(code: str) -> Response:
    """Take "done" back."""
    shown = _lesson(code)
    if isinstance(shown, Response):
        return shown
    session = db.session()
    actions.undo_done(session, enrolment_id=shown.enrolment_id, lesson_id=shown.lesson.id)
    session.commit()
    return see(".lesson", code=code)


def _lesson(code: str) -> LessonPage | Response:
    """Return the lesson; people who have not begun its course are shown the course."""
    shown = access.lesson_for(connection(), actor(), code, i18n.language().code, now=clock.now())
    if shown is not None:
        return shown
    found = access.course_code_of(connection(), code)
    if found is None or access.enrolled_by_code(connection(), actor(), found):
        not_found()
    return see(".course", code=found)


def _is_action(part: str | Block) -> TypeGuard[Block]:
    return isinstance(part, Block) and part.key == "action"


def _parts(shown: LessonPage) -> list[tuple[str, Block | None, str]]:
    """Return (text, action that follows it, what was said of it); with low data, pictures are their description."""
    parts: list[tuple[str, Block | None, str]] = []
    before: list[str] = []
    for part in shown.body.shown(light=actor().low_data) if shown.body else ():
        if _is_action(part):
            said = shown.standing.declared(action_id(shown.lesson.id, part.id))
            parts.append((joined([*before, part.opened]), part, said))
            before = []
        else:
            before.append(part if isinstance(part, str) else part.html)
    return [*parts, (joined(before), None, "")]
