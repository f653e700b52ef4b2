"""The check of a module: begun by a button, drawn by its own seed, as many tries as one likes."""

from fractions import Fraction

from flask import Response, request

from lms.core.learning.api import ALWAYS, ModulePage
from lms.host import clock
from lms.host.db import connection, db
from lms.host.web import actor, not_found, page, see, signed_in
from lms.plugins.quizzes import access, actions, queries
from lms.plugins.quizzes.access import NOTHING_YET, Desk
from lms.plugins.quizzes.actions import Ticket
from lms.plugins.quizzes.views import blueprint, paper, taking
from lms.plugins.quizzes.views.cards import card

SHARES = {"1": Fraction(1), "1.5": Fraction(3, 2), "2": Fraction(2)}
"""How much of the usual time somebody may take; they choose themselves, and nobody asks why."""


@blueprint.get("/m/<code>/check")
@signed_in
def check(code: str) -> Response:
    """Show the open attempt, or what the check is and how to begin."""
    desk = _desk(code)
    tries = taking.tries(desk)
    if tries.open is not None:
        return taking.show(desk, tries.open)
    now = clock.now()
    results = queries.handed(connection(), desk.person_id, desk.quiz.id) if desk.window.tells_after else []
    if not desk.window.begins(now):
        waits, title = desk.window.waits(now), taking.title_of(desk)
        return page("quizzes/shut.html", title=title, desk=desk, waits=waits, results=results)
    left = None if desk.quiz.attempts is None else max(0, desk.quiz.attempts - tries.begun)
    shares = [(name, int(desk.quiz.minutes * share)) for name, share in SHARES.items()] if desk.quiz.minutes else []
    again = () if desk.window.untold(now) else taking.again(desk)
    return page(
        "quizzes/check.html",
        title=taking.title_of(desk),
        desk=desk,
        again=again,
        tries_left=left,
        shares=shares,
        results=results,
    )


@blueprint.post("/m/<code>/check/start")
@signed_in
def start_check(code: str) -> Response:
    """Begin an attempt, or go on with the one that is open (CON-2)."""
    desk = _desk(code)
    if not desk.window.begins(clock.now()):
        return see("quizzes.check", code=code)
    session = db.session()
    ticket = Ticket.new(desk.quiz.id, desk.outline.release_id)
    paper = taking.paper_of(desk, ticket)
    if paper is None:
        not_found()
    share = SHARES.get(request.form.get("time", ""), Fraction(1))
    try:
        actions.start_attempt(session, person=desk.person_id, ticket=ticket, sheet=paper, share=share)
    except actions.NoMoreTries:
        session.rollback()
    else:
        session.commit()
    return see("quizzes.check", code=code)


@blueprint.post("/m/<code>/check")
@signed_in
def submit_check(code: str) -> Response:
    """Grade the answers, save them for later, or grade what was saved before the time was over."""
    desk = _desk(code)
    return taking.close(desk) if "over" in request.form else taking.hand_in(desk)


@blueprint.get("/m/<code>/check/sheet")
@signed_in
def check_sheet(code: str) -> Response:
    """Show a draw of the check as a sheet to print."""
    return paper.sheet_page(_desk(code))


@blueprint.get("/m/<code>/check/slip")
@signed_in
def check_line(code: str) -> Response:
    """Ask for the line of a printed sheet."""
    return paper.line_page(_desk(code))


@blueprint.post("/m/<code>/check/slip")
@signed_in
def check_line_sent(code: str) -> Response:
    """Take a line as one try."""
    return paper.line_sent(_desk(code))


@blueprint.get("/m/<code>/check/<token>")
@signed_in
def check_result(code: str, token: str) -> Response:
    """Show whether the check is passed, what was right, and what to read again."""
    return taking.result_page(_desk(code), token)


def after_module(shown: ModulePage) -> str:
    """The card below the lessons of a module that leads to its check."""
    listed = shown.module.activity("check")
    if listed is None:
        return ""
    standing = shown.standing.results.get(listed.id, NOTHING_YET)
    window, now = shown.windows.get(listed.id, ALWAYS), clock.now()
    return card(
        "module",
        code=shown.module.code,
        listed=listed,
        standing=standing,
        tile=shown.outline.tile,
        opens=window.opens_at if window.waits(now) else None,
        closes=window.closes_at,
        closed=not window.waits(now) and not window.begins(now),
    )


def _desk(code: str) -> Desk:
    desk = access.module_check_for(connection(), actor(), code, taking.lang())
    if desk is None:
        not_found()
    return desk
