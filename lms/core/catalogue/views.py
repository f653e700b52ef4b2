"""What anybody sees: the front page with the courses by subject, a course, a picture of a lesson."""

from dataclasses import dataclass

from flask import Blueprint, Response

from lms import gettext as _
from lms.core.catalogue import access, queries
from lms.core.catalogue.domain.pages import PILLARS, Outline, Pillar
from lms.host import clock, i18n
from lms.host.db import connection
from lms.host.storage import current_storage
from lms.host.web import not_found, page, public

blueprint = Blueprint("catalogue", __name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """The courses of one pillar."""

    pillar: Pillar
    courses: tuple[Outline, ...]

    @property
    def tile(self) -> str:
        return self.courses[0].tile


@blueprint.get("/")
@public
def home() -> Response:
    """Show what this is, and every course with its weight and state of review."""
    found = queries.current_outlines(connection(), i18n.language().code)
    subjects = [
        Subject(pillar, courses)
        for pillar in PILLARS
        if (courses := tuple(item for item in found if item.pillar == pillar))
    ]
    return page("catalogue/home.html", title="", subjects=subjects, languages=i18n.languages())


@blueprint.get("/course/<code>")
@public
def course(code: str) -> Response:
    """Show the outline of a course, without the text of its lessons."""
    found = access.course_for(connection(), code, i18n.language().code)
    if found is None:
        not_found()
    title = _("Course %(number)s", number=found.position)
    return page("catalogue/course.html", title=title, outline=found.outline, today=clock.today())


@blueprint.get("/l/media/<name>")
@public
def picture(name: str) -> Response:
    """Send a picture of a lesson; lessons name it by the hash of its bytes."""
    found = access.picture_for(connection(), name)
    if found is None:
        not_found()
    try:
        data = current_storage().get(found.stored)
    except KeyError:
        not_found()
    response = Response(data, mimetype=found.type)
    response.headers["Content-Disposition"] = "inline"
    return response
