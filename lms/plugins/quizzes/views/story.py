"""What is taken alone: one step a page, the way so far in sight, back to any step by a link.

The way stands in the address, as places on the page: nothing is written before an end is reached, a page can be loaded
again, and the browser's own way back works.
"""

from dataclasses import replace
from hashlib import blake2b

from flask import Response, request, url_for

from lms import gettext as _
from lms.core.learning.api import standing
from lms.host.db import connection, db
from lms.host.web import actor, not_found, page, problem, signed_in
from lms.plugins.quizzes import access, actions, forms
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.actions import Ticket
from lms.plugins.quizzes.api import Part
from lms.plugins.quizzes.domain.alone import Stand, stand
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.views import blueprint, taking


@blueprint.get("/l/<code>/story/<item>")
@signed_in
def story(code: str, item: str) -> Response:
    """Show the step that the way in the address leads to, or the end."""
    desk, at = _stand(code, item, request.args.getlist("way"))
    form = forms.AttemptForm(at.sheet, "", {}) if at.now else None
    return page("quizzes/story.html", title=_title(desk), form=form, desk=desk, at=at, steps=_steps(desk, at))


@blueprint.post("/l/<code>/story/<item>")
@signed_in
def story_step(code: str, item: str) -> Response:
    """Take one step; at an end, note that it was reached."""
    desk, at = _stand(code, item, request.args.getlist("way"))
    if at.now is None:
        return _to(desk, at)
    typed = {name: request.form.getlist(name) for name in request.form}
    readings = at.read(typed)
    if readings.wrong:
        form = forms.AttemptForm(at.sheet, "", {}, readings)
        return problem("quizzes/story.html", form, title=_title(desk), desk=desk, at=at, steps=_steps(desk, at))
    sent = at.kind.fields(at.now)[0].name
    _desk, after = _stand(code, item, [*at.way, *typed.get(sent, ())[:1]])
    if after.now is None and after.answer is not None and after.quiz.store != "nothing":
        _reached(desk, after)
    return _to(desk, after)


def _stand(code: str, item: str, way: list[str]) -> tuple[Desk, Stand]:
    desk = access.lesson_quiz_for(connection(), actor(), code, taking.lang())
    found = stand(desk.quiz, item, known_types(), desk.enrolment_id.hex, way) if desk else None
    if desk is None or found is None:
        not_found()
    return desk, found


def _reached(desk: Desk, at: Stand) -> None:
    """Count an end once for each person and version of the story, whatever number of ways they try."""
    place = f"{desk.enrolment_id} {at.whole.version}".encode()
    token = blake2b(place, digest_size=16).hexdigest()
    ticket = Ticket(at.quiz.id, desk.outline.release_id, token, desk.enrolment_id.hex)
    answers = {} if at.answer is None else {at.whole.id: at.answer}
    session = db.session()
    first = at.quiz.id not in standing(session.connection(), desk.enrolment_id).results
    result = actions.submit_attempt(
        session, person=desk.person_id, ticket=ticket, sheet=at.sheet, answers=answers, lang=taking.lang(), first=first
    )
    if result is not None:
        taking.report(replace(desk, quiz=at.quiz), at.sheet, result)
    session.commit()


def _title(desk: Desk) -> str:
    return _("Practice %(number)s", number=desk.number)


def _steps(desk: Desk, at: Stand) -> list[tuple[Part, str]]:
    """Each step taken, with the address of the page before it."""
    return [(part, _address(desk, at, count)) for count, part in enumerate(at.parts)]


def _address(desk: Desk, at: Stand, steps: int) -> str:
    return url_for("quizzes.story", code=desk.code, item=at.whole.id, way=at.way[:steps])


def _to(desk: Desk, at: Stand) -> Response:
    return Response(status=303, headers={"Location": _address(desk, at, len(at.way))})
