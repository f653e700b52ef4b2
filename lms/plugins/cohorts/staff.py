"""Pages of those who guide groups, and of operators who set them up."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.api import Outline, current_outlines, current_release, outline
from lms.core.learning.api import NotPublishedError
from lms.host import clock
from lms.host.contributions import Permission, StaffView
from lms.host.db import connection, db
from lms.host.forms import Choice, language_choice
from lms.host.i18n import language, languages
from lms.host.security import audit
from lms.host.security.current import vault
from lms.host.web import actor, allowed, not_found, page, problem, see
from lms.plugins.cohorts import access, queries
from lms.plugins.cohorts.actions.cohorts import change_cohort, create_cohort
from lms.plugins.cohorts.actions.members import become_facilitator
from lms.plugins.cohorts.domain.dates import WEEK, ModuleDays, check_windows, week
from lms.plugins.cohorts.domain.wall import SORTS, Sort, wall
from lms.plugins.cohorts.forms import CohortForm, NewCohortForm, form_days

blueprint = Blueprint("cohorts_staff", __name__, url_prefix="/cohorts")
GUIDE = Permission("cohorts.guide", ("facilitator",))
ARRANGE = Permission("cohorts.arrange", ("facilitator", "operator"))
WALL = StaffView("cohorts.wall", L_("Your row on the picture of the group"), "cohorts_staff.show")
USUAL_WEEKS = 10
LINES = "quizzes_lines.lines"


@blueprint.get("/")
@allowed(ARRANGE)
def index() -> Response:
    """List the groups that are mine to guide; operators see every group, and none of its people."""
    guided = {UUID(scope) for scope in actor().scopes("facilitator", access.SCOPE)}
    everywhere = actor().has("operator")
    rows = queries.briefs(connection(), None if everywhere else list(guided))
    titles = {found.course_id: found for found in current_outlines(connection(), language().code)}
    today = clock.today()
    weeks = {row.id: week(row.starts, row.ends, today) for row in rows}
    return page(
        "cohorts/index.html", title=_("Cohorts"), rows=rows, guided=guided, courses=titles, weeks=weeks, today=today
    )


@blueprint.get("/new")
@allowed(ARRANGE)
def new() -> Response:
    """Ask for a new group."""
    form = _with_choices(NewCohortForm())
    form.weeks.data = USUAL_WEEKS
    form.lang.data = language().code
    return page("cohorts/new.html", title=_("New group"), form=form)


@blueprint.post("/new")
@allowed(ARRANGE)
def created() -> Response:
    """Make the group; whoever is no operator guides it."""
    form = _with_choices(NewCohortForm(request.form))
    if not form.validate():
        return problem("cohorts/new.html", form, title=_("New group"))
    session = db.session()
    cohort_id = _id_of(form.key.data)
    try:
        made = create_cohort(
            session,
            cohort_id=cohort_id,
            name=form.name.data,
            course_id=form.course.data,
            starts=form.starts.data,
            ends=form.starts.data + form.lasts(),
            lang=form.lang.data,
        )
    except NotPublishedError:
        session.rollback()
        form.refuse("course", _("This course is not published any more. Choose another one."))
        return problem("cohorts/new.html", form, title=_("New group"))
    if made and not actor().has("operator"):
        become_facilitator(session, cohort_id=cohort_id, person_id=actor().person)
    session.commit()
    return see(".days", cohort_id=cohort_id)


@blueprint.get("/<uuid:cohort_id>")
@allowed(GUIDE)
def show(cohort_id: UUID) -> Response:
    """Show the wall: people and lessons, of those who agreed to be seen."""
    cohort = access.guided_cohort_for(connection(), actor(), cohort_id)
    if cohort is None:
        not_found()
    wanted = request.args.get("sort", "")
    sort: Sort = wanted if wanted in SORTS else "done"
    people = queries.people(connection(), cohort, language().code)
    if people.outline is None:
        not_found()
    audit.opened(actor(), people.audited, WALL.key, role="facilitator")
    today = clock.today()
    return page(
        "cohorts/wall.html",
        title=_title(cohort_id),
        cohort=cohort,
        week=week(cohort.starts, cohort.ends, today),
        wall=wall(people.outline, people.seen, today, sort),
        sort=sort,
        lines_url=url_for(LINES, cohort_id=cohort_id) if LINES in current_app.view_functions else "",
    )


@blueprint.get("/<uuid:cohort_id>/days")
@allowed(ARRANGE)
def days(cohort_id: UUID) -> Response:
    """Show a group's name and days."""
    cohort, course = _editable(cohort_id)
    form = CohortForm(
        data={
            "name": cohort.name,
            "starts": cohort.starts,
            "weeks": ((cohort.ends - cohort.starts).days + WEEK) // WEEK,
            "modules": [cohort.offsets.get(module.id, ModuleDays()).as_json() for module in course.modules],
        }
    )
    return _days_page(cohort, course, form)


@blueprint.post("/<uuid:cohort_id>/days")
@allowed(ARRANGE)
def days_changed(cohort_id: UUID) -> Response:
    """Move a group's days, for everybody in it."""
    cohort, course = _editable(cohort_id)
    form = CohortForm(request.form)
    while len(form.modules) < len(course.modules):
        form.modules.append_entry()
    if not form.validate():
        return problem("cohorts/days.html", form, **_shown(cohort, course), saved=False)
    offsets = {
        module.id: form_days(entry.form, checked=module.activity("check") is not None)
        for module, entry in zip(course.modules, form.modules, strict=False)
    }
    change_cohort(
        db.session(),
        cohort_id=cohort_id,
        name=form.name.data,
        starts=form.starts.data,
        ends=form.starts.data + form.lasts(),
        offsets=offsets,
    )
    db.session.commit()
    return see(".days", cohort_id=cohort_id, saved=1, _anchor="saved")


def _editable(cohort_id: UUID) -> tuple[queries.CohortRow, Outline]:
    cohort = access.editable_cohort_for(connection(), actor(), cohort_id)
    if cohort is None:
        not_found()
    release = current_release(connection(), cohort.course_id)
    course = outline(connection(), release, language().code) if release else None
    if course is None:
        not_found()
    return cohort, course


def _days_page(cohort: queries.CohortRow, course: Outline, form: CohortForm) -> Response:
    return page("cohorts/days.html", **_shown(cohort, course), form=form, saved="saved" in request.args)


def _shown(cohort: queries.CohortRow, course: Outline) -> dict[str, Any]:
    windows = check_windows(course, cohort.starts, cohort.offsets)
    return {"title": _title(cohort.id), "cohort": cohort, "course": course, "windows": windows}


def _title(cohort_id: UUID) -> str:
    """Name a group in the window's title by four characters of its id: neither its label nor a topic (CACHE-4)."""
    return _("Group %(code)s", code=cohort_id.hex[:4].upper())


def _id_of(key: str) -> UUID:
    """Return the id that this very form makes, so that sending it twice makes one group (DUR-5)."""
    digest = vault().mac(f"{actor().person} {key}", purpose="new cohort")
    return UUID(bytes=digest[:16], version=4)


def _with_choices(form: NewCohortForm) -> NewCohortForm:
    form.course.choices = [
        Choice(found.course_id, found.title.text) for found in current_outlines(connection(), language().code)
    ]
    form.lang.choices = [language_choice(spoken.code) for spoken in languages()]
    return form
