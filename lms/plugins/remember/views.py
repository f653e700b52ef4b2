"""Two minutes to remember: a question a page, what there is to say about the answer, and the way out on each."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from lms import gettext as _
from lms.core.accounts.api import ACCOUNT, AccountPage
from lms.core.learning.api import HOME_MAIN, HomePage
from lms.host import clock, i18n
from lms.host.db import connection, db
from lms.host.slots import Panel
from lms.host.web import actor, page, problem, see, signed_in
from lms.plugins.progress.api import PROGRESS_AFTER, ProgressPage
from lms.plugins.quizzes.api import RESULT_AFTER, AttemptForm, ResultPage, how_it_went
from lms.plugins.remember import access, actions, queries
from lms.plugins.remember.access import Place
from lms.plugins.remember.domain.schedule import Recall
from lms.plugins.remember.domain.sitting import MOST_QUESTIONS, Asked, place

blueprint = Blueprint("remember", __name__)


@blueprint.get("/remember")
@signed_in
def show() -> Response:
    """Show the question that waits longest, or that it is enough for today."""
    number = place(request.args.get("step", ""))
    due = queries.due(connection(), actor().person, clock.today())
    if not due.wanted:
        return see(".choice")
    found = access.next_for(connection(), due.cards, _lang())
    if found is None or number > MOST_QUESTIONS:
        return page("remember/enough.html", title=_("Questions"), more=found is not None)
    return page("remember/question.html", title=_("Questions"), **_shown(found, number, {}))


@blueprint.post("/remember")
@signed_in
def answered() -> Response:
    """Say what was right, and note when the question comes back. The answer itself is kept nowhere."""
    asked = Asked.read(request.form.get("card", ""))
    found = access.place_for(connection(), actor(), asked, _lang()) if asked else None
    if found is None:
        return see(".show", step=request.form.get("step"))
    number = place(request.form.get("step", ""))
    typed = {name: request.form.getlist(name) for name in request.form}
    readings = found.question.read(typed)
    if readings.wrong:
        shown = _shown(found, number, typed, AttemptForm(found.question.sheet, "", typed, readings))
        return problem("remember/question.html", title=_("Questions"), **shown)
    reviewed = found.question.review(readings)
    session = db.session()
    right = reviewed is not None and reviewed.grade.right
    memory = actions.answered(session, card=found.card, asked=found.asked, recall=_recall(right=right))
    if number >= MOST_QUESTIONS:
        actions.rest(session, person_id=actor().person)
    session.commit()
    if reviewed is None:  # its type fails, and it must not stand before the others for ever (PLG-3)
        return see(".show", step=number + 1)
    return page("remember/answer.html", title=_("Questions"), q=reviewed, at=found, due=memory.due, number=number + 1)


@blueprint.post("/remember/enough")
@signed_in
def rested() -> Response:
    """Stop for today; home says nothing more until tomorrow."""
    session = db.session()
    actions.rest(session, person_id=actor().person)
    session.commit()
    return see("learning.home")


@blueprint.get("/remember/choice")
@signed_in
def choice() -> Response:
    """Say what it is and what is kept, and let a person choose."""
    wanted = queries.wants(connection(), actor().person)
    return page("remember/choice.html", title=_("Questions"), wanted=wanted, changed="changed" in request.args)


@blueprint.post("/remember/on")
@signed_in
def begun() -> Response:
    """Let questions come back from now on; from a result, those of this result too."""
    session, person = db.session(), actor().person
    actions.begin(session, person_id=person)
    token = request.form.get("attempt", "")
    told = how_it_went(connection(), person, token, _lang()) if token else None
    if told is not None:
        actions.take_up(session, person_id=person, told=told)
    session.commit()
    return see(".choice", changed=1, _anchor="saved")


@blueprint.post("/remember/off")
@signed_in
def ended() -> Response:
    """Forget everything about it at once."""
    session = db.session()
    actions.end(session, person_id=actor().person)
    session.commit()
    return see(".choice", changed=1, _anchor="saved")


def _recall(*, right: bool) -> Recall:
    if not right:
        return "missed"
    return "unsure" if "unsure" in request.form else "known"


def _shown(found: Place, number: int, typed: Mapping[str, Any], form: AttemptForm | None = None) -> dict[str, Any]:
    return {
        "form": form or AttemptForm(found.question.sheet, "", {}),
        "at": found,
        "number": number,
        "unsure": "unsure" in typed,
    }


def _lang() -> str:
    return i18n.language().code


def _part(name: str, *values: object) -> str:
    parts: Any = current_app.jinja_env.get_template("remember/parts.html").module
    drawn: str = getattr(parts, name)(*values)
    return drawn


def on_home(shown: HomePage) -> str:
    """One quiet line, for who chose it, when something waits."""
    return _part("waiting") if queries.something_waits(connection(), shown.person_id, clock.today()) else ""


def on_account(_mine: AccountPage) -> str:
    return _part("offer")


def on_progress(_shown: ProgressPage) -> str:
    return _part("offer")


def on_result(shown: ResultPage) -> str:
    """Offer it below a result with something in it to come back to."""
    worth = any(not one.grade.right or one.question.must_know for one in shown.questions)
    return _part("after_result", shown.token) if worth and not _chosen(shown.person_id) else ""


def _chosen(person_id: UUID) -> bool:
    return queries.wants(connection(), person_id)


panels = (
    Panel(HOME_MAIN, "remember.home", on_home, order=50, statements=1),
    Panel(ACCOUNT, "remember.account", on_account, order=55),
    Panel(PROGRESS_AFTER, "remember.progress", on_progress, order=50),
    Panel(RESULT_AFTER, "remember.result", on_result, order=50, statements=1),
)
