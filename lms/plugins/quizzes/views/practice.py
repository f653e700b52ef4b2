"""The quiz of a lesson: shown at once, no start needed, nothing to pass."""

from functools import partial

from flask import Response

from lms.core.learning.api import LessonPage
from lms.host.db import connection
from lms.host.slots import drawn_once
from lms.host.web import actor, not_found, signed_in
from lms.plugins.quizzes import access
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.views import blueprint, paper, taking
from lms.plugins.quizzes.views.cards import card


@blueprint.get("/l/<code>/quiz")
@signed_in
def quiz(code: str) -> Response:
    """Show the questions, with saved answers if there are any."""
    desk = _desk(code)
    return taking.show(desk, taking.tries(desk).open)


@blueprint.post("/l/<code>/quiz")
@signed_in
def submit_quiz(code: str) -> Response:
    """Grade the answers, or save them for later."""
    return taking.hand_in(_desk(code))


@blueprint.get("/l/<code>/quiz/sheet")
@signed_in
def quiz_sheet(code: str) -> Response:
    """Show the questions as a sheet to print."""
    return paper.sheet_page(_desk(code))


@blueprint.get("/l/<code>/quiz/slip")
@signed_in
def quiz_line(code: str) -> Response:
    """Ask for the line of a printed sheet."""
    return paper.line_page(_desk(code))


@blueprint.post("/l/<code>/quiz/slip")
@signed_in
def quiz_line_sent(code: str) -> Response:
    """Grade a line as the page would be."""
    return paper.line_sent(_desk(code))


@blueprint.get("/l/<code>/quiz/<token>")
@signed_in
def quiz_result(code: str, token: str) -> Response:
    """Show what was right and why."""
    return taking.result_page(_desk(code), token)


def after_lesson(shown: LessonPage) -> str:
    """The card below a lesson that leads to its questions; a story alone is reached from the text."""
    listed = shown.lesson.activity("quiz")
    if listed is None or not listed.summary["questions"]:
        return ""
    code, questions, tile = shown.lesson.code, listed.summary["questions"], shown.outline.tile
    draw = partial(card, "lesson", code=code, questions=questions, tile=tile)
    return drawn_once("quizzes.lesson", code, questions, tile, draw=draw)


def _desk(code: str) -> Desk:
    desk = access.lesson_quiz_for(connection(), actor(), code, taking.lang())
    if desk is None:
        not_found()
    return desk
