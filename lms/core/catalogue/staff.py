"""The authors' desk: courses with check results, reviews and translations, and previews from the files."""

from collections.abc import Hashable

from flask import Blueprint, Response, request

from lms import gettext as _
from lms.core.catalogue import queries
from lms.core.catalogue.access import AUTHOR, TRAINER, PublicCourse, course_for, desk_for
from lms.core.catalogue.api import DESK_COURSE
from lms.core.catalogue.compile.check import Checked
from lms.core.catalogue.compile.desk import desk_course, desk_preview, key_of
from lms.core.catalogue.compile.places import Place
from lms.core.catalogue.compile.site import all_places, beside_files, blocks, checked_once, speaking
from lms.host import clock, i18n, slots
from lms.host.db import connection
from lms.host.web import actor, allowed, not_found, page

blueprint = Blueprint("catalogue_staff", __name__, url_prefix="/desk")
room = Blueprint("catalogue_room", __name__, url_prefix="/room")


@blueprint.get("/")
@allowed(AUTHOR)
def courses() -> Response:
    """Show every course: what is wrong, what is reviewed, what is translated, what is published."""
    states = queries.course_states(connection())
    beside = beside_files()
    shown = [
        (desk_course(_checked(place, states, beside)), states.get(place.id))
        for place in desk_for(actor(), all_places())
    ]
    return page("catalogue/desk.html", title=_("Courses to edit"), courses=shown, today=clock.today())


@blueprint.get("/<key>")
@allowed(AUTHOR)
def course(key: str) -> Response:
    """Show one course with every problem, and its lessons."""
    place = _place(key)
    states = queries.course_states(connection())
    shown = desk_course(_checked(place, states, beside_files()))
    return page(
        "catalogue/desk_course.html",
        title=_("Course to edit"),
        course=shown,
        panels=slots.fill(DESK_COURSE, shown),
        state=states.get(place.id),
        folder=place.folder.name,
        editable=place.editable,
        today=clock.today(),
    )


@blueprint.get("/<key>/<number>")
@allowed(AUTHOR)
def lesson(key: str, number: str) -> Response:
    """Show a lesson as learners will see it, in one language, with what is wrong in it."""
    place = _place(key)
    languages = i18n.languages()
    wanted = request.args.get("text", "")
    lang = wanted if wanted in {language.code for language in languages} else i18n.language().code
    checked = _checked(place, queries.course_states(connection()), beside_files())
    with speaking(lang):
        shown = desk_preview(checked, number, lang, blocks())
    if shown is None:
        not_found()
    title = _("Preview of lesson %(number)s", number=number)
    return page("catalogue/desk_lesson.html", title=title, lesson=shown, key=key, languages=languages)


def _place(key: str) -> Place:
    found = next((place for place in desk_for(actor(), all_places()) if key_of(place.id) == key), None)
    if found is None:
        not_found()
    return found


def _checked(place: Place, states: dict[str, queries.CourseState], beside: Hashable) -> Checked:
    state = states.get(place.id)
    release = state.release_id if state else None
    return checked_once(place, release, beside, lambda: queries.history(connection(), place.id))


@room.get("/")
@allowed(TRAINER)
def notes() -> Response:
    """Show every course that is offered, to find its notes for trainers."""
    found = queries.current_outlines(connection(), i18n.language().code)
    return page("catalogue/room.html", title=_("Notes for trainers"), courses=found)


@room.get("/<code>")
@allowed(TRAINER)
def course_notes(code: str) -> Response:
    """Show which lessons and modules of a course have notes."""
    found = _offered(code)
    having = queries.lessons_with_notes(connection(), found.outline.release_id)
    title = _("Notes for course %(number)s", number=found.position)
    return page("catalogue/room_course.html", title=title, outline=found.outline, having=having)


@room.get("/<code>/<number>")
@allowed(TRAINER)
def lesson_notes(code: str, number: str) -> Response:
    """Show the notes of a lesson ("1.2") or a module ("1"), to read or to print."""
    outline = _offered(code).outline
    owners = {module.number: module for module in outline.modules} | {one.number: one for one in outline.lessons}
    owner = owners.get(number)
    found = queries.trainer_notes(connection(), outline.release_id, owner.id, outline.lang) if owner else None
    if found is None:
        not_found()
    title = _("Notes %(number)s", number=number)
    return page(
        "catalogue/room_notes.html", title=title, outline=outline, owner=owner, notes=found, today=clock.today()
    )


def _offered(code: str) -> PublicCourse:
    found = course_for(connection(), code, i18n.language().code)
    if found is None:
        not_found()
    return found
