"""Grading attempts again after a key was mended: an explicit act, with who and why."""

from flask import Response, request

from lms import gettext as _
from lms.host.db import db
from lms.host.web import actor, allowed, not_found, page, problem, see
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.regrade import Mended, ask_to_regrade
from lms.plugins.quizzes.domain.bank.listing import Standing
from lms.plugins.quizzes.forms import RegradeForm
from lms.plugins.quizzes.staff import blueprint
from lms.plugins.quizzes.staff.finding import desk


@blueprint.get("/<key>/regrade")
@allowed(WRITE)
def regrade(key: str) -> Response:
    """Ask why attempts are to be graded again."""
    _standing(key)
    return page("quizzes/bank/regrade.html", title=_("Grade again"), form=RegradeForm(), key=key)


@blueprint.post("/<key>/regrade")
@allowed(WRITE)
def regraded(key: str) -> Response:
    """Promise it, and note who asked and why."""
    standing = _standing(key)
    form = RegradeForm(request.form)
    if not form.validate():
        return problem("quizzes/bank/regrade.html", form, title=_("Grade again"), key=key)
    places = [one.place for one in standing]
    mended = [Mended(place.course_id, place.release_id, place.quiz, place.question) for place in places]
    ask_to_regrade(db.session(), mended=mended, by=actor().alias, reason=form.reason.data.strip())
    db.session.commit()
    return see(".show", key=key, saved="regraded", _anchor="saved")


def _standing(key: str) -> tuple[Standing, ...]:
    found = desk().at(key)
    if not found:
        not_found()
    return found
