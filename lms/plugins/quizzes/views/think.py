"""A place to write about a question to think about: only where a workbook keeps it sealed, and only on a page of its own."""

from flask import Response, request

from lms.host.db import connection, db
from lms.host.web import actor, not_found, page, problem, see, signed_in
from lms.plugins.quizzes import access
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.api import Question
from lms.plugins.quizzes.forms import ThoughtForm
from lms.plugins.quizzes.views import blueprint, taking


@blueprint.get("/l/<code>/think/<item>")
@signed_in
def think(code: str, item: str) -> Response:
    """Show the question with a field; nothing of it is kept before it is sent."""
    desk, question = _place(code, item)
    saved = "saved" in request.args
    title = taking.title_of(desk)
    return page("quizzes/think.html", title=title, desk=desk, question=question, form=ThoughtForm(), saved=saved)


@blueprint.post("/l/<code>/think/<item>")
@signed_in
def thought(code: str, item: str) -> Response:
    """Seal what was written, so that only its owner can open it (ENC-4)."""
    from lms.plugins.workbook.api import seal_reflection

    desk, question = _place(code, item)
    form = ThoughtForm(request.form)
    if not form.validate():
        title = taking.title_of(desk)
        return problem("quizzes/think.html", form, title=title, desk=desk, question=question, saved=False)
    session = db.session()
    seal_reflection(session, person_id=desk.person_id, prompt=str(question.prompt), text=form.text.data or "")
    session.commit()
    return see("quizzes.think", code=code, item=item, saved="1", _anchor="saved")


def _place(code: str, item: str) -> tuple[Desk, Question]:
    desk = access.lesson_quiz_for(connection(), actor(), code, taking.lang()) if taking.sealing() else None
    found = [question for question in desk.quiz.questions if question.id == item] if desk else []
    if desk is None or not found or found[0].type != "reflection":
        not_found()
    return desk, found[0]
