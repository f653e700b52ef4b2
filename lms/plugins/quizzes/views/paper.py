"""Answers on paper: the sheet to print, the field for its line, and what becomes of a line."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b

from flask import Response, request, url_for

from lms import gettext as _
from lms.host import clock
from lms.host.db import connection, db
from lms.host.events import emit
from lms.host.web import not_found, page, problem
from lms.plugins.quizzes import access, actions, forms
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.actions import Ticket
from lms.plugins.quizzes.api import HandedIn
from lms.plugins.quizzes.domain import attempt
from lms.plugins.quizzes.domain.attempt import Asked, Readings, Sheet
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.slips.line import signs_of
from lms.plugins.quizzes.domain.slips.reading import Line, Misread, name_of, read_line
from lms.plugins.quizzes.domain.slips.slip import EVERY, HEAD, NAME, Row, Slip, drawn_name, seed_of, slip_of
from lms.plugins.quizzes.forms import LineForm
from lms.plugins.quizzes.views import taking

ONLINE, GONE = "quizzes/paper/online.html", "quizzes/types/gone.html"


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question as it stands on paper. Without boxes it is answered online, or only thought about."""

    asked: Asked
    rows: Sequence[Row]

    @property
    def template(self) -> str:
        kind = self.asked.kind
        if kind is None:
            return GONE
        if not kind.graded:
            return kind.template
        return kind.paper if self.rows else ONLINE


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a line.

    Args:
        refused: why it cannot be taken, in the person's language; nothing is changed then.
        token: of the attempt that it makes.
        graded: all was there and the sum fits; else the page of questions is filled in, for the person to go on.

    """

    refused: str = ""
    token: str = ""
    graded: bool = False


@dataclass(frozen=True, slots=True)
class Brings:
    """A line that was understood, and the attempt it is for."""

    desk: Desk
    ticket: Ticket
    paper: Sheet
    line: Line
    readings: Readings

    @property
    def whole(self) -> bool:
        return self.line.added and not self.readings.wrong


def can_print(desk: Desk) -> bool:
    """Whether a quiz can be taken on paper: time cannot be counted there."""
    return desk.quiz.minutes is None


def takes(desk: Desk) -> bool:
    """Whether the person's group may hand it in now; the page of the check says why not."""
    now = clock.now()
    return not desk.window.waits(now) and not desk.window.is_over(now)


def sheet_page(desk: Desk) -> Response:
    """Show the sheet to print. One that is drawn draws its questions by its name, which the address holds."""
    _or_not_found(desk)
    if not takes(desk):
        return _to(taking.address(desk))
    name = signs_of(request.args.get("sheet", ""))[:NAME]
    if not desk.quiz.by_chance:
        name = EVERY
    elif len(name) < NAME:
        return _to(_named(desk, drawn_name(secrets.randbelow(1 << 16))))
    slip = _slip(desk, Ticket(desk.quiz.id, desk.outline.release_id, "", seed_of(name)), name)
    questions = [PaperQuestion(asked, slip.rows_of(asked)) for asked in slip.sheet.asked]
    title = taking.title_of(desk)
    return page("quizzes/sheet.html", title=title, desk=desk, slip=slip, questions=questions, sealing=False)


def line_page(desk: Desk) -> Response:
    """Show the field for a line."""
    _or_not_found(desk)
    if not takes(desk):
        return _to(taking.address(desk))
    return page("quizzes/line.html", title=taking.title_of(desk), desk=desk, form=LineForm())


def line_sent(desk: Desk) -> Response:
    """Take the line of the person themselves."""
    _or_not_found(desk)
    if not takes(desk):
        return _to(taking.address(desk))
    form = LineForm(request.form)
    if form.validate():
        found = understood(desk, form.line.data or "")
        if isinstance(found, Brings) and desk.quiz.store == "nothing":
            return _unkept(found)
        brought = bring(found, lang=taking.lang()) if isinstance(found, Brings) else Brought(found.message)
        if not brought.refused:
            db.session.commit()
            return _to(taking.address(desk, brought.token) if brought.graded else taking.address(desk, anchor="saved"))
        form.refuse("line", brought.refused)
    return problem("quizzes/line.html", form, title=taking.title_of(desk), desk=desk)


def understood(desk: Desk, typed: str, *, staff: bool = False) -> Brings | Misread:
    """Read a line as an answer to the questions of a desk.

    Args:
        desk: of the person who answers.
        typed: the line as it was typed.
        staff: somebody who guides a group of theirs typed it.

    """
    name = name_of(typed)
    ticket = Ticket(desk.quiz.id, desk.outline.release_id, _token(desk, typed), seed_of(name, staff=staff))
    slip = _slip(desk, ticket, name)
    line = read_line(slip, typed)
    if isinstance(line, Misread):
        return line
    return Brings(desk, ticket, slip.sheet, line, attempt.read(slip.sheet, line.values))


def bring(found: Brings, *, lang: str) -> Brought:
    """Grade a whole line as the page would be, or fill in the page with what is there; the caller commits.

    The same line twice is one attempt, and so is every line from one sheet of a check.

    Args:
        found: the line.
        lang: language of the sheet, for the counts.

    """
    desk, ticket = found.desk, found.ticket
    if access.attempt_for(connection(), desk, ticket.token):
        return Brought(token=ticket.token, graded=True)
    now = taking.tries(desk).open
    ours = now is not None and now.token == ticket.token
    if ours and not found.whole:
        return Brought(token=ticket.token)
    if now is not None and not ours and (desk.quiz.is_check or not found.whole):
        return Brought(_("Answers to these questions are open already. Hand those in first, then send the line."))
    session = db.session()
    try:
        if ours and now is not None:
            found = replace(found, ticket=replace(ticket, version=now.version))
        elif desk.quiz.is_check:
            actions.start_attempt(session, person=desk.person_id, ticket=ticket, sheet=found.paper, share=Fraction(1))
            found = replace(found, ticket=replace(ticket, version=1))
        _grade(found, lang) if found.whole else _fill_in(found)
    except actions.NoMoreTries:
        session.rollback()
        return Brought(_("There is no try left. Your best result counts."))
    except (actions.NotOpen, actions.OtherPageSaved):
        session.rollback()
        return Brought(_("Answers to these questions are open already. Hand those in first, then send the line."))
    return Brought(token=ticket.token, graded=found.whole)


def _grade(found: Brings, lang: str) -> None:
    desk = found.desk
    result = actions.submit_attempt(
        db.session(),
        person=desk.person_id,
        ticket=found.ticket,
        sheet=found.paper,
        answers=found.readings.answers,
        lang=lang,
        first=desk.standing == access.NOTHING_YET,
    )
    if result is not None:
        taking.report(desk, found.paper, result)
        emit(db.session(), HandedIn(desk.person_id, found.ticket.token, lang))


def _fill_in(found: Brings) -> None:
    actions.save_attempt(
        db.session(),
        person=found.desk.person_id,
        ticket=found.ticket,
        sheet=found.paper,
        typed=attempt.kept(found.paper.asked, found.line.values),
    )


def _unkept(found: Brings) -> Response:
    """A quiz that keeps nothing: its result, or its page filled in, stands in this one answer."""
    desk = found.desk
    if found.whole:
        return taking.show_result(desk, found.paper, attempt.graded(found.paper, found.readings.answers))
    sealed = forms.seal_ticket(replace(found.ticket, token=secrets.token_urlsafe(16)), desk.person_id)
    form = forms.AttemptForm(found.paper, sealed, found.line.values)
    return taking.form_page(desk, form, saved=False, filled=True)


def _named(desk: Desk, name: str) -> str:
    kind = "check" if desk.quiz.is_check else "quiz"
    return url_for(f"quizzes.{kind}_sheet", code=desk.code, sheet=name)


def _slip(desk: Desk, ticket: Ticket, name: str) -> Slip:
    return slip_of(attempt.sheet(desk.quiz, ticket.seed, known_types()), name)


def _token(desk: Desk, typed: str) -> str:
    """Practice may be repeated with other answers; a sheet of a check counts once, whatever line it gives."""
    signs = signs_of(typed)
    what = signs[:HEAD] if desk.quiz.is_check else signs
    return blake2b(f"{desk.enrolment_id} {desk.quiz.id} {what}".encode(), digest_size=16).hexdigest()


def _or_not_found(desk: Desk) -> None:
    if not can_print(desk):
        not_found()


def _to(url: str) -> Response:
    return Response(status=303, headers={"Location": url})
