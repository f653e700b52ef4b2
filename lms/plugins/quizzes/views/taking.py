"""What quizzes and checks share: show the form, keep or grade what was sent, show the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Response, request, url_for

from lms import gettext as _
from lms.core.catalogue.api import OutlineLesson
from lms.core.learning.api import record_result
from lms.host import i18n
from lms.host.db import connection, db
from lms.host.web import not_found, page, problem
from lms.plugins.quizzes import access, actions, forms, queries
from lms.plugins.quizzes.access import Desk
from lms.plugins.quizzes.actions import Ticket
from lms.plugins.quizzes.domain import attempt
from lms.plugins.quizzes.domain.attempt import Graded, Sheet
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.review import reviewed


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


def address(desk: Desk, token: str = "", *, anchor: str | None = None) -> str:
    """The page of the quiz, or of one result."""
    name = "check" if desk.quiz.is_check else "quiz"
    if token:
        return url_for(f"quizzes.{name}_result", code=desk.code, token=token)
    return url_for(f"quizzes.{name}", code=desk.code, _anchor=anchor)


def again(desk: Desk) -> tuple[Again, ...]:
    """What must be known and was not right yet."""
    left = desk.quiz.must_know - desk.standing.known
    return tuple(Again(q.prompt, desk.lesson_of(q.outcome)) for q in desk.quiz.questions if q.id in left)


def paper_of(desk: Desk, ticket: Ticket) -> Sheet | None:
    """The sheet of an attempt, in the release in which it was begun."""
    same = ticket.release_id == desk.outline.release_id
    quiz = desk.quiz if same else access.quiz_of(connection(), ticket.release_id, desk.quiz.id, lang())
    return attempt.sheet(quiz, ticket.seed, known_types()) if quiz else None


def open_ticket(desk: Desk) -> tuple[Ticket | None, Mapping[str, Sequence[str]]]:
    """The attempt that a person may go on with, and what they had typed."""
    found = queries.open_attempt(connection(), desk.person_id, desk.quiz.id)
    if found is None:
        return None, {}
    return Ticket(desk.quiz.id, found.release_id, found.token, found.seed, found.version), found.typed


def show(desk: Desk, ticket: Ticket, typed: Mapping[str, Sequence[str]]) -> Response:
    """The form of an attempt; nothing is written by looking at it."""
    paper = paper_of(desk, ticket)
    if paper is None:
        not_found()
    form = forms.AttemptForm(paper, forms.seal_ticket(ticket, desk.person_id), typed)
    return page("quizzes/quiz.html", title=title_of(desk), form=form, desk=desk, saved=bool(typed))


def hand_in(desk: Desk) -> Response:
    """Save, refuse or grade what was sent."""
    sealed = request.form.get(forms.TICKET, "")
    ticket = forms.open_ticket(sealed, desk.quiz.id, desk.person_id)
    paper = paper_of(desk, ticket) if ticket else None
    if ticket is None or paper is None:
        return _too_old(desk)
    typed = {name: request.form.getlist(name) for name in request.form}
    if "save" in request.form and paper.quiz.store != "nothing":
        return _save(desk, ticket, paper, typed)
    readings = attempt.read(paper, typed)
    if readings.wrong:
        if access.attempt_for(connection(), desk, ticket.token):
            return _to(address(desk, ticket.token))
        return _again(desk, forms.AttemptForm(paper, sealed, attempt.kept(paper, typed), readings))
    if paper.quiz.store == "nothing":
        return show_result(desk, paper, attempt.graded(paper, readings.answers))
    session = db.session()
    try:
        result = actions.submit_attempt(
            session, person=desk.person_id, ticket=ticket, sheet=paper, answers=readings.answers, lang=lang()
        )
    except actions.NotOpen:
        return _to(address(desk))
    if result is not None:
        report(desk, paper, result)
    session.commit()
    return _to(address(desk, ticket.token))


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


def _save(desk: Desk, ticket: Ticket, paper: Sheet, typed: Mapping[str, Sequence[str]]) -> Response:
    kept = attempt.kept(paper, typed)
    if access.attempt_for(connection(), desk, ticket.token):
        return _to(address(desk, ticket.token))
    session = db.session()
    try:
        actions.save_attempt(session, person=desk.person_id, ticket=ticket, sheet=paper, typed=kept)
    except actions.OtherPageSaved as other:
        session.rollback()
        sealed = forms.seal_ticket(replace(ticket, version=other.version), desk.person_id)
        refused = _(
            "Answers to these questions were saved from another page meanwhile. Nothing is changed yet. "
            "Save once more to keep what stands here."
        )
        return _again(desk, forms.AttemptForm(paper, sealed, kept, refused=refused))
    except actions.NotOpen:
        return _to(address(desk))
    session.commit()
    return _to(address(desk, anchor="saved"))


def _too_old(desk: Desk) -> Response:
    """A page from before a change of keys or releases: the questions are shown again."""
    if desk.quiz.is_check:
        return _to(address(desk))
    ticket = Ticket.new(desk.quiz.id, desk.outline.release_id)
    paper = attempt.sheet(desk.quiz, ticket.seed, known_types())
    refused = _("This page was too old to be read. Here are the questions again. Please answer them once more.")
    return _again(desk, forms.AttemptForm(paper, forms.seal_ticket(ticket, desk.person_id), {}, refused=refused))


def _again(desk: Desk, form: forms.AttemptForm) -> Response:
    return problem("quizzes/quiz.html", form, title=title_of(desk), desk=desk, saved=False)


def _to(url: str) -> Response:
    return Response(status=303, headers={"Location": url})


def result_page(desk: Desk, token: str) -> Response:
    """A result, of this person only (AUTHZ-2)."""
    found = access.attempt_for(connection(), desk, token)
    if found is None:
        not_found()
    ticket = found.release_id and Ticket(desk.quiz.id, found.release_id, token, found.seed)
    paper = paper_of(desk, ticket) if ticket else None
    if paper is None or found.answers is None:
        return page("quizzes/result_gone.html", title=title_of(desk), desk=desk, percent=found.score)
    return show_result(desk, paper, attempt.graded(paper, found.answers))


def show_result(desk: Desk, paper: Sheet, result: Graded) -> Response:
    return page(
        "quizzes/result.html",
        title=title_of(desk),
        desk=desk,
        result=result,
        questions=reviewed(paper, result),
        again=again(desk) if desk.quiz.is_check else (),
    )
