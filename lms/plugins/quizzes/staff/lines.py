"""Entering answer lines for people of one's group who asked for it."""

from uuid import UUID

from flask import Blueprint, Response, request
from wtforms import SelectField
from wtforms.validators import InputRequired

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.api import Outline, current_release, outline
from lms.host.actor import Actor
from lms.host.contributions import Permission, StaffView
from lms.host.db import connection, db
from lms.host.forms import Choice
from lms.host.i18n import language
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.host.web import actor, allowed, not_found, page, problem, see
from lms.plugins.cohorts.api import Asking, CohortRow, asking, guided_cohort_for
from lms.plugins.quizzes import access
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.domain.slips.reading import Misread
from lms.plugins.quizzes.forms import LineForm
from lms.plugins.quizzes.views import paper

blueprint = Blueprint("quizzes_lines", __name__, url_prefix="/cohorts")
ENTER = Permission("quizzes.enter", ("facilitator",))
LINES = StaffView(
    "quizzes.lines",
    L_("Your name in the group, among those who asked for their lines to be entered"),
    "quizzes_lines.lines",
)
COHORTS = "cohorts"


class EnterForm(LineForm):
    """Whose line it is, and to which questions."""

    person = SelectField(L_("Whose line is it?"), validators=[InputRequired(L_("Choose a person."))])
    place = SelectField(
        L_("Which questions does it answer?"),
        description=L_("The number stands at the top of the sheet."),
        validators=[InputRequired(L_("Choose the questions."))],
    )


@blueprint.get("/<uuid:cohort_id>/lines")
@allowed(ENTER)
def lines(cohort_id: UUID) -> Response:
    """Ask for a line; the list holds nobody who did not ask for it."""
    cohort, people = _group(cohort_id)
    audit.opened(actor(), [one.audited_as for one in people], LINES.key, role="facilitator")
    done = request.args.get("done", "")
    return page("quizzes/lines.html", title=_title(cohort), form=_form(cohort, people), cohort=cohort, done=done)


@blueprint.post("/<uuid:cohort_id>/lines")
@allowed(ENTER)
def line_entered(cohort_id: UUID) -> Response:
    """Take a line as if its owner had sent it; whoever enters it sees no result."""
    cohort, people = _group(cohort_id)
    form = _form(cohort, people, entered=True)
    if form.validate():
        person = next(one for one in people if one.alias == form.person.data)
        brought = _brought(cohort, person, form)
        if brought.token:
            audit.record(
                db.session(), actor=actor().alias, action="enter line", object=person.audited_as, reason="facilitator"
            )
            db.session.commit()
            done = "graded" if brought.graded else "filled"
            return see(".lines", cohort_id=cohort_id, done=done, _anchor="saved")
        form.refuse("line", brought.refused)
    return problem("quizzes/lines.html", form, title=_title(cohort), cohort=cohort, done="")


def _brought(cohort: CohortRow, person: Asking, form: EnterForm) -> paper.Brought:
    desk = _desk(person, form.place.data, cohort.lang)
    if desk is None or not paper.can_print(desk) or not paper.takes(desk):
        return paper.Brought(_("These questions are not open to this person, or cannot be answered on paper."))
    if desk.quiz.store == "nothing":
        return paper.Brought(_("Nothing of these questions is kept, so only their owner can send the line."))
    found = paper.understood(desk, form.line.data or "", staff=True)
    return paper.Brought(found.message) if isinstance(found, Misread) else paper.bring(found, lang=cohort.lang)


def _desk(person: Asking, place: str, lang: str) -> Desk | None:
    owner, (kind, _dot, code) = Actor(person_id=person.person_id), place.partition(".")
    door = access.module_check_for if kind == "m" else access.lesson_quiz_for
    return door(connection(), owner, code, lang)


def _group(cohort_id: UUID) -> tuple[CohortRow, list[Asking]]:
    here = any(plugin.name == COHORTS for plugin in current_host().plugins)
    cohort = guided_cohort_for(connection(), actor(), cohort_id) if here else None
    if cohort is None:
        not_found()
    return cohort, asking(connection(), cohort_id)


def _form(cohort: CohortRow, people: list[Asking], *, entered: bool = False) -> EnterForm:
    form = EnterForm(request.form) if entered else EnterForm()
    form.person.choices = [Choice(one.alias, one.alias) for one in people]
    release = current_release(connection(), cohort.course_id)
    course = outline(connection(), release, language().code) if release else None
    form.place.choices = list(_places(course)) if course else []
    return form


def _places(course: Outline) -> list[Choice]:
    """Every quiz and check of the course, by the number that stands on its sheet."""
    found = []
    for module in course.modules:
        quizzes = [lesson for lesson in module.lessons if lesson.activity("quiz")]
        found += [Choice(f"l.{one.code}", _("Questions %(number)s", number=one.number)) for one in quizzes]
        if module.activity("check"):
            found.append(Choice(f"m.{module.code}", _("Check %(number)s", number=module.number)))
    return found


def _title(cohort: CohortRow) -> str:
    """Name a group in the window's title as its other pages do (CACHE-4)."""
    return _("Group %(code)s", code=cohort.id.hex[:4].upper())
