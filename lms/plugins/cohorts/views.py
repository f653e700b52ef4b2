"""A member's own side of a group: its days on the home page, who sees what, and the way out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for

from lms import gettext as _
from lms.core.catalogue.api import Outline, current_release, outline
from lms.core.learning.api import HOME_ASIDE, HomePage, enrolment_in
from lms.host import clock
from lms.host.db import connection, db, reader
from lms.host.i18n import language
from lms.host.slots import Panel
from lms.host.web import actor, not_found, page, see, signed_in
from lms.plugins.cohorts import access, queries
from lms.plugins.cohorts.actions.members import LEARNER, leave_cohort, leave_organisation, let_enter_lines
from lms.plugins.cohorts.domain.dates import GroupDate, coming

blueprint = Blueprint("cohorts", __name__, url_prefix="/group")
SOON = 3
SHARING, LINES = "progress.sharing", "quizzes_lines.lines"


@dataclass(frozen=True, slots=True)
class Group:
    """A group as its member sees it on the home page."""

    place: queries.Membership
    course: Outline
    dates: list[GroupDate]


def on_home_page(home: HomePage) -> str:
    """Show the next days of my groups."""
    today = clock.today()
    courses = {card.outline.course_id: card.outline for card in home.courses}
    groups = [
        Group(place, course, coming(course, place.starts, place.offsets, today)[:SOON])
        for place in queries.memberships(reader(), home.person_id)
        if place.role == LEARNER and place.ends >= today and (course := courses.get(place.course_id))
    ]
    if not groups:
        return ""
    parts: Any = current_app.jinja_env.get_template("cohorts/parts.html").module
    shown: str = parts.with_your_group(groups)
    return shown


@blueprint.get("/<uuid:cohort_id>")
@signed_in
def show(cohort_id: UUID) -> Response:
    """Show a member's own group: its days, their name in it, who shows themselves."""
    place = _place(cohort_id)
    release = current_release(connection(), place.course_id)
    course = outline(connection(), release, language().code) if release else None
    if course is None:
        not_found()
    return page(
        "cohorts/group.html",
        title=_("Your group"),
        place=place,
        course=course,
        dates=coming(course, place.starts, place.offsets, clock.today()),
        peers=queries.peers(connection(), cohort_id, actor().person),
        sharing_url=_sharing_url(place),
        lines=place.role == LEARNER and LINES in current_app.view_functions,
    )


@blueprint.post("/<uuid:cohort_id>/lines")
@signed_in
def lines_asked(cohort_id: UUID) -> Response:
    """Ask the people who guide the group to enter the member's answer lines, or to do so no longer."""
    place = _place(cohort_id)
    agreed = request.form.get("agreed") == "1"
    let_enter_lines(db.session(), cohort_id=place.cohort_id, person_id=actor().person, agreed=agreed)
    db.session.commit()
    return see(".show", cohort_id=cohort_id, _anchor="lines")


@blueprint.get("/<uuid:cohort_id>/leave")
@signed_in
def leave(cohort_id: UUID) -> Response:
    """Say what goes and what stays when a member leaves."""
    return page("cohorts/leave.html", title=_("Leave the group"), place=_place(cohort_id))


@blueprint.post("/<uuid:cohort_id>/leave")
@signed_in
def left(cohort_id: UUID) -> Response:
    """Take the member out; what they have learnt stays theirs."""
    place = _place(cohort_id)
    leave_cohort(db.session(), cohort_id=place.cohort_id, person_id=actor().person)
    db.session.commit()
    return see("learning.home")


@blueprint.post("/<uuid:cohort_id>/leave-organisation")
@signed_in
def organisation_left(cohort_id: UUID) -> Response:
    """Stay in the group without the organisation that gave the place (ORG-2)."""
    place = _place(cohort_id)
    leave_organisation(db.session(), cohort_id=place.cohort_id, person_id=actor().person, course_id=place.course_id)
    db.session.commit()
    return see(".show", cohort_id=cohort_id)


def _sharing_url(place: queries.Membership) -> str:
    """Lead to the page of consent, if the plugin that has one is loaded."""
    enrolment = enrolment_in(connection(), actor().person, place.course_id)
    if enrolment is None or SHARING not in current_app.view_functions:
        return ""
    return url_for(SHARING, enrolment_id=enrolment.enrolment_id)


def _place(cohort_id: UUID) -> queries.Membership:
    place = access.membership_for(connection(), actor(), cohort_id)
    if place is None:
        not_found()
    return place


home_panel = Panel(HOME_ASIDE, "cohorts.home", on_home_page, order=20, statements=1)
