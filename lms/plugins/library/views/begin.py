"""Where to begin: answers come, advice goes, and nothing of either stays on the server."""

from flask import Response, request

from lms import gettext as _
from lms.core.catalogue.api import Outline, current_outlines
from lms.host import i18n
from lms.host.db import connection
from lms.host.web import page, public
from lms.plugins.library import queries
from lms.plugins.library.views.frame import blueprint


@blueprint.get("/begin")
@public
def begin() -> Response:
    """Ask a few questions; all of them can be left out."""
    from lms.plugins.library.domain.begin import questions

    lang = i18n.language().code
    return page("library/begin.html", title=_("Where to begin"), questions=questions(queries.begin(lang), lang))


@blueprint.post("/begin")
@public
def begun() -> Response:
    """Say where to begin: in this one answer, and nowhere else. Nothing is written, counted or logged."""
    from lms.plugins.library.domain.begin import advice

    lang = i18n.language().code
    offered: dict[str, Outline] = {one.course_id: one for one in current_outlines(connection(), lang)}
    given = {name: request.form.getlist(name) for name in request.form}
    found = advice(queries.begin(lang), lang, given, {key: one.hours for key, one in offered.items()})
    courses = [(offered[one.course_id], one) for one in found.courses]
    return page("library/begun.html", title=_("Where to begin"), notes=found.notes, courses=courses)
