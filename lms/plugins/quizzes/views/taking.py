"""What quizzes and checks share: show the form, keep or grade what was sent, show the result."""

from dataclasses import dataclass, replace
from uuid import UUID

from flask import Response, request, url_for

from lms import gettext as _
from lms.core.catalogue.api import OutlineLesson
from lms.core.learning.api import record_result
from lms.host import clock, i18n
from lms.host.db import connection, db
from lms.host.events import emit
from lms.host.plugin import current_host
from lms.host.slots import fill
from lms.host.web import actor, not_found, page, problem
from lms.plugins.quizzes import access, actions, forms, queries
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.actions import Ticket
from lms.plugins.quizzes.api import RESULT_AFTER, HandedIn, Question, ResultPage, Values
from lms.plugins.quizzes.domain import attempt
from lms.plugins.quizzes.domain.attempt import Graded, Readings, Sheet
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.order import STAFF, on_paper
from lms.plugins.quizzes.domain.receipt import receipt
from lms.plugins.quizzes.domain.regrade import repaired
from lms.plugins.quizzes.domain.review import reviewed
from lms.plugins.quizzes.forms import AttemptForm
from lms.plugins.quizzes.queries import OpenAttempt, Result, Tries

WORKBOOK = "workbook"


@dataclass(frozen=True, slots=True)
class Again:
    """A question that must be known and was not right yet, with the lesson to read."""

    prompt: object
    lesson: OutlineLesson | None


def lang() -> str:
    return i18n.language().code


def title_of(desk: Desk) -> str:
    """A title without a topic (CACHE-4)."""
    if desk.quiz.is_check:
        return _("Check %(number)s", number=desk.number)
    return _("Questions %(number)s", number=desk.number)


def address(desk: Desk, token: str = "", *, anchor: str | None = None, number: int = 1) -> str:
    """The page of the quiz, or of one result."""
    name = "check" if desk.quiz.is_check else "quiz"
    if token:
        return url_for(f"quizzes.{name}_result", code=desk.code, token=token)
    return url_for(f"quizzes.{name}", code=desk.code, page=number if number > 1 else None, _anchor=anchor)


def again(desk: Desk) -> tuple[Again, ...]:
    """What must be known and was not right yet."""
    left = desk.quiz.must_know - desk.standing.known
    return tuple(Again(q.prompt, desk.lesson_of(q.outcome)) for q in desk.quiz.questions if q.id in left)


def paper_of(desk: Desk, ticket: Ticket) -> Sheet | None:
    """The sheet of an attempt, in the release in which it was begun."""
    same = ticket.release_id == desk.outline.release_id
    quiz = desk.quiz if same else access.quiz_of(connection(), ticket.release_id, desk.quiz.id, lang())
    return attempt.sheet(quiz, ticket.seed, known_types()) if quiz else None


def ticket_of(desk: Desk, found: OpenAttempt) -> Ticket:
    """The ticket of an attempt that a person may go on with."""
    return Ticket(desk.quiz.id, found.release_id, found.token, found.seed, found.version)


def tries(desk: Desk) -> Tries:
    """How often the person began this quiz, and what is open."""
    return queries.tries(connection(), desk.person_id, desk.quiz.id)


def show(desk: Desk, found: OpenAttempt | None) -> Response:
    """The form of an attempt, or of a new one; nothing is written by looking at it."""
    ticket = ticket_of(desk, found) if found else Ticket.new(desk.quiz.id, desk.outline.release_id)
    typed = found.typed if found else {}
    paper = paper_of(desk, ticket)
    if paper is None or not paper.asked:
        not_found()
    if found and _is_over(desk, found):
        closed = desk.window.is_over(clock.now())
        return page("quizzes/over.html", title=title_of(desk), desk=desk, closed=closed)
    number = _number(request.args.get("page", ""), paper) if "page" in request.args else _first(paper, typed)
    form = forms.AttemptForm(paper, forms.seal_ticket(ticket, desk.person_id), typed, page=number)
    return form_page(
        desk, form, saved=bool(typed), filled=bool(found) and on_paper(ticket.seed), left=_left(desk, found)
    )


def form_page(desk: Desk, form: AttemptForm, *, saved: bool, filled: bool, left: int | None = None) -> Response:
    """The questions; `filled` where a line from paper has filled them in."""
    return page(
        "quizzes/quiz.html",
        title=title_of(desk),
        form=form,
        desk=desk,
        saved=saved,
        filled=filled,
        left=left,
        sealing=sealing(),
    )


def sealing() -> bool:
    """Whether a workbook is there to keep a thought in, and its owner can ever open it; else there is no field for one.

    Who comes in through an outer site has no key of ours (settled 28).
    """
    return bool(actor().signin) and any(plugin.name == WORKBOOK for plugin in current_host().plugins)


def _is_over(desk: Desk, found: OpenAttempt) -> bool:
    timed_out = found.ends is not None and found.ends + actions.GRACE <= clock.now()
    return timed_out or desk.window.is_over(clock.now())


def _left(desk: Desk, found: OpenAttempt | None) -> int | None:
    """Whole minutes that are left, None without a limit."""
    if found is None or found.ends is None:
        return None
    ends = min(found.ends, desk.window.closes_at or found.ends)
    return max(0, int((ends - clock.now()).total_seconds()) // 60)


def _number(sent: str, paper: Sheet) -> int:
    wanted = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 4 else 1
    return min(max(wanted, 1), len(paper.pages))


def _first(paper: Sheet, typed: Values) -> int:
    return attempt.first_open(paper, typed) if typed and len(paper.pages) > 1 else 1


def hand_in(desk: Desk) -> Response:
    """Save, refuse or grade what was sent."""
    sealed = request.form.get(forms.TICKET, "")
    ticket = forms.open_ticket(sealed, desk.quiz.id, desk.person_id)
    paper = paper_of(desk, ticket) if ticket else None
    if ticket is None or paper is None:
        return _too_old(desk)
    if desk.window.is_over(clock.now()):
        done = access.attempt_for(connection(), desk, ticket.token)
        return _to(address(desk, ticket.token if done else ""))
    sent = {name: request.form.getlist(name) for name in request.form}
    here = _number(request.form.get("page", ""), paper)
    before = tries(desk).open if len(paper.pages) > 1 else None
    typed = attempt.merged(paper, here, before.typed if before and before.token == ticket.token else {}, sent)
    page_sent = Sent(desk, sealed, ticket, paper, typed, here)
    if paper.quiz.store != "nothing" and request.form.keys() & {"save", "go"}:
        return _save(page_sent)
    return _finish(page_sent)


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it was sent: `typed` is the whole attempt with it, `here` its number."""

    desk: Desk
    sealed: str
    ticket: Ticket
    paper: Sheet
    typed: Values
    here: int

    def form(self, version: int, readings: Readings | None = None, refused: str = "", number: int = 0) -> AttemptForm:
        """The page to show again, or another one, as it stands after `version`."""
        moved = version != self.ticket.version
        sealed = forms.seal_ticket(replace(self.ticket, version=version), self.desk.person_id) if moved else self.sealed
        return AttemptForm(self.paper, sealed, self.typed, readings, refused=refused, page=number or self.here)


def _finish(sent: Sent) -> Response:
    desk, paper = sent.desk, sent.paper
    readings = attempt.read(paper, sent.typed)
    if readings.wrong:
        if access.attempt_for(connection(), desk, sent.ticket.token):
            return _to(address(desk, sent.ticket.token))
        faulty = attempt.first_open(paper, sent.typed) if len(paper.pages) > 1 else 1
        if faulty == sent.here:
            return _again(desk, sent.form(sent.ticket.version, readings))
        return _keep(sent) or _again(desk, sent.form(sent.ticket.version + 1, readings, number=faulty))
    if paper.quiz.store == "nothing":
        return show_result(desk, paper, attempt.graded(paper, readings.answers))
    return _grade(desk, sent.ticket, paper, readings, late=False)


def _grade(desk: Desk, ticket: Ticket, paper: Sheet, readings: Readings, *, late: bool) -> Response:
    session = db.session()
    try:
        result = actions.submit_attempt(
            session,
            person=desk.person_id,
            ticket=ticket,
            sheet=paper,
            answers=readings.answers,
            lang=lang(),
            late=late,
            first=desk.standing == access.NOTHING_YET,
        )
    except actions.NotOpen:
        session.rollback()
        return _to(address(desk))
    if result is not None:
        report(desk, paper, result)
        emit(session, HandedIn(desk.person_id, ticket.token, lang()))
    session.commit()
    return _to(address(desk, ticket.token))


def close(desk: Desk) -> Response:
    """Grade what was saved before the time was over."""
    found = tries(desk).open
    paper = paper_of(desk, ticket_of(desk, found)) if found and _is_over(desk, found) else None
    if found is None or paper is None:
        return _to(address(desk))
    return _grade(desk, ticket_of(desk, found), paper, attempt.read(paper, found.typed), late=True)


def report(desk: Desk, paper: Sheet, result: Graded) -> None:
    """Tell learning, which alone decides what is complete. A check counts its best score and all it ever knew."""
    session = db.session()
    quiz = paper.quiz
    record_result(
        session,
        enrolment_id=desk.enrolment_id,
        activity_id=quiz.id,
        percent=None if quiz.store == "tick" else result.percent,
        mark=quiz.pass_mark if quiz.is_check else 0,
        must_know=quiz.must_know if quiz.is_check else frozenset(),
        known=result.right & quiz.must_know if quiz.is_check else frozenset(),
        lesson_id=desk.lesson.id if desk.lesson is not None and desk.fresh else None,
    )


def _save(sent: Sent) -> Response:
    desk = sent.desk
    refused = _keep(sent)
    if refused is not None:
        return refused
    if len(sent.paper.pages) == 1 or "save" in request.form:
        return _to(address(desk, anchor="saved", number=sent.here))
    step = -1 if request.form["go"] == "back" else 1
    return _to(address(desk, number=min(max(sent.here + step, 1), len(sent.paper.pages))))


def _keep(sent: Sent) -> Response | None:
    """Keep what was typed; return the answer if that is not possible. The same page sent twice is kept once."""
    desk = sent.desk
    if access.attempt_for(connection(), desk, sent.ticket.token):
        return _to(address(desk, sent.ticket.token))
    session = db.session()
    try:
        actions.save_attempt(session, person=desk.person_id, ticket=sent.ticket, sheet=sent.paper, typed=sent.typed)
    except actions.OtherPageSaved as other:
        session.rollback()
        held = tries(desk).open
        if held is not None and held.token == sent.ticket.token and held.typed == sent.typed:
            return None
        refused = _(
            "Answers to these questions were saved from another page meanwhile. Nothing is changed yet. "
            "Save once more to keep what stands here."
        )
        return _again(desk, sent.form(other.version, refused=refused))
    except actions.NotOpen:
        session.rollback()
        return _to(address(desk))
    session.commit()
    return None


def _too_old(desk: Desk) -> Response:
    """A page from before a change of keys or releases: the questions are shown again."""
    if desk.quiz.is_check:
        return _to(address(desk))
    ticket = Ticket.new(desk.quiz.id, desk.outline.release_id)
    paper = attempt.sheet(desk.quiz, ticket.seed, known_types())
    refused = _("This page was too old to be read. Here are the questions again. Please answer them once more.")
    return _again(desk, forms.AttemptForm(paper, forms.seal_ticket(ticket, desk.person_id), {}, refused=refused))


def _again(desk: Desk, form: AttemptForm) -> Response:
    left = _left(desk, tries(desk).open) if desk.quiz.minutes else None
    return problem(
        "quizzes/quiz.html",
        form,
        title=title_of(desk),
        desk=desk,
        saved=False,
        filled=False,
        left=left,
        sealing=sealing(),
    )


def _to(url: str) -> Response:
    return Response(status=303, headers={"Location": url})


def result_page(desk: Desk, token: str) -> Response:
    """A result, of this person only (AUTHZ-2)."""
    found = access.attempt_for(connection(), desk, token)
    if found is None:
        not_found()
    ticket = found.release_id and Ticket(desk.quiz.id, found.release_id, token, found.seed)
    paper = paper_of(desk, ticket) if ticket else None
    if paper is not None and found.regraded:
        paper = _as_it_counts(desk, paper, found)
    if paper is None or found.answers is None:
        code = receipt(token)
        return page("quizzes/result_gone.html", title=title_of(desk), desk=desk, percent=found.score, receipt=code)
    entered = found.seed.startswith(STAFF)
    return show_result(desk, paper, attempt.graded(paper, found.answers), token, entered=entered)


def _as_it_counts(desk: Desk, paper: Sheet, found: Result) -> Sheet:
    """The sheet with the questions by which the attempt was graded again."""
    newer: dict[str, Question] = {}
    for name, release in found.regraded.items():
        quiz = access.quiz_of(connection(), UUID(release), found.quiz_id, lang())
        newer |= {one.id: one for one in (quiz.questions if quiz else ()) if one.id == name}
    return attempt.sheet(repaired(paper.quiz, newer), found.seed, known_types())


def show_result(desk: Desk, paper: Sheet, result: Graded, token: str = "", *, entered: bool = False) -> Response:
    """A graded attempt; with its token, a receipt that it has arrived. `entered`: somebody typed its line for the person."""
    now = clock.now()
    untold = desk.window.untold(now)
    questions = () if untold else reviewed(paper, result)
    return page(
        "quizzes/result.html",
        title=title_of(desk),
        desk=desk,
        result=result,
        entered=entered,
        questions=questions,
        panels=fill(RESULT_AFTER, ResultPage(desk.person_id, token, questions)) if token and not untold else "",
        again=again(desk) if desk.quiz.is_check else (),
        untold=untold,
        begins=desk.window.begins(now),
        receipt=receipt(token) if token else "",
    )
