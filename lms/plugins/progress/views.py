"""A learner's own progress, and who may see how much of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from lms import gettext as _
from lms.core.accounts.api import ACCOUNT, AccountPage
from lms.host.db import connection, db
from lms.host.i18n import language
from lms.host.slots import Panel, fill
from lms.host.web import actor, not_found, page, problem, see, signed_in
from lms.plugins.progress import queries
from lms.plugins.progress.actions import change_sharing
from lms.plugins.progress.api import PROGRESS_AFTER, ProgressPage, Watcher
from lms.plugins.progress.domain.pages import CourseProgress, shares
from lms.plugins.progress.forms import LEVEL_WORDS, SharingForm

blueprint = Blueprint("progress", __name__)


@blueprint.get("/progress")
@signed_in
def show() -> Response:
    """Show everything I have done, and who sees what of it."""
    person = actor().person
    courses = queries.courses(connection(), person, language().code)
    return page(
        "progress/progress.html",
        title=_("Progress"),
        courses=courses,
        shares=shares(courses, queries.watchers(connection(), person)),
        levels=LEVEL_WORDS,
        saved="saved" in request.args,
        panels=fill(PROGRESS_AFTER, ProgressPage(person)),
    )


@blueprint.get("/sharing/<uuid:enrolment_id>")
@signed_in
def sharing(enrolment_id: UUID) -> Response:
    """Ask what each audience of one course may see."""
    course, watchers = _course(enrolment_id)
    form = SharingForm()
    form.keep((watcher.audience for watcher in watchers), dict(course.levels))
    return page("progress/sharing.html", title=_("Who sees what"), course=course, watchers=watchers, form=form)


@blueprint.post("/sharing/<uuid:enrolment_id>")
@signed_in
def sharing_changed(enrolment_id: UUID) -> Response:
    """Write the choice down; it holds at once."""
    course, watchers = _course(enrolment_id)
    form = SharingForm(request.form)
    form.keep((watcher.audience for watcher in watchers), dict(course.levels))
    if not form.validate():
        return problem("progress/sharing.html", form, title=_("Who sees what"), course=course, watchers=watchers)
    change_sharing(
        db.session(),
        person_id=actor().person,
        enrolment_id=enrolment_id,
        before=course.levels,
        chosen=form.chosen(),
    )
    db.session.commit()
    return see(".show", saved=1, _anchor="saved")


def on_account_page(_mine: AccountPage) -> str:
    """Lead from the account to what is shared."""
    parts: Any = current_app.jinja_env.get_template("progress/parts.html").module
    shown: str = parts.who_sees_what()
    return shown


def _course(enrolment_id: UUID) -> tuple[CourseProgress, list[Watcher]]:
    """Return one of my own courses and its audiences; somebody else's is absent (AUTHZ-2)."""
    person = actor().person
    mine = queries.courses(connection(), person, language().code)
    course = next((course for course in mine if course.enrolment_id == enrolment_id), None)
    if course is None:
        not_found()
    watchers = queries.watchers(connection(), person)
    return course, [watcher for watcher in watchers if watcher.course_id == course.outline.course_id]


account_panel = Panel(ACCOUNT, "progress.account", on_account_page, order=20)
