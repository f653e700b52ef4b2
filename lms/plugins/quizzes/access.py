"""The only doors from an address to a quiz, a check or an attempt. Absent and not yours are the same answer (AUTHZ-2)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from lms.core.catalogue.api import Outline, OutlineLesson, activity, current_outlines
from lms.core.learning.api import ALWAYS, ActivityResult, Window, lesson_for, module_for
from lms.host import clock
from lms.host.actor import Actor
from lms.host.contributions import Permission
from lms.host.kept import Kept
from lms.plugins.quizzes.domain.attempt import graded, sheet
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.outside import Outside, Told, outside, went
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.queries import Result, result

WRITE = Permission("quizzes.write", ("author",))
NOTHING_YET = ActivityResult(None, passed=False)
_read: Kept[Quiz] = Kept(64)


@dataclass(frozen=True, slots=True)
class Desk:
    """A quiz as one person may take it.

    Args:
        person_id: who takes it.
        enrolment_id: their place in the course.
        outline: the course, in the release of the enrolment.
        quiz: the quiz of that release.
        code: code of the lesson or module in the address.
        number: its number, for titles.
        lesson: the lesson of a practice quiz; `None` for a check.
        standing: best result so far.
        fresh: nothing was done yet in the lesson.
        window: when the person's group may take it.

    """

    person_id: UUID
    enrolment_id: UUID
    outline: Outline
    quiz: Quiz
    code: str
    number: str
    lesson: OutlineLesson | None
    standing: ActivityResult
    fresh: bool = False
    window: Window = ALWAYS

    def lesson_of(self, outcome: str) -> OutlineLesson | None:
        """The lesson that an item of a check belongs to; its outcome is written as `HS-1.1 o1`."""
        return self.outline.by_id.get(outcome.partition(" ")[0])


def lesson_quiz_for(conn: Connection, actor: Actor, code: str, lang: str) -> Desk | None:
    """The quiz of an open lesson, in two statements."""
    page = lesson_for(conn, actor, code, lang, now=clock.now())
    listed = page.lesson.activity("quiz") if page and page.body else None
    if page is None or listed is None:
        return None
    quiz = quiz_of(conn, page.outline.release_id, listed.id, lang)
    if quiz is None:
        return None
    state = page.standing
    return Desk(
        person_id=page.person_id,
        enrolment_id=page.enrolment_id,
        outline=page.outline,
        quiz=quiz,
        code=code,
        number=page.lesson.number,
        lesson=page.lesson,
        standing=state.results.get(quiz.id, NOTHING_YET),
        fresh=page.lesson.id not in state.done | state.started,
    )


def module_check_for(conn: Connection, actor: Actor, code: str, lang: str) -> Desk | None:
    """The check of a module, in two statements; three for somebody who moves by a plan."""
    page = module_for(conn, actor, code, lang)
    listed = page.module.activity("check") if page else None
    if page is None or listed is None:
        return None
    quiz = quiz_of(conn, page.outline.release_id, listed.id, lang)
    if quiz is None:
        return None
    return Desk(
        person_id=page.person_id,
        enrolment_id=page.enrolment_id,
        outline=page.outline,
        quiz=quiz,
        code=code,
        number=page.module.number,
        lesson=None,
        standing=page.standing.results.get(quiz.id, NOTHING_YET),
        window=page.windows.get(quiz.id, ALWAYS),
    )


def courses_for(conn: Connection, actor: Actor, lang: str) -> tuple[Outline, ...]:
    """The courses whose questions an author works on: all of the site, or those they were asked to work on (AUTHZ-2).

    The bank belongs to all authors.
    """
    mine = None if actor.has("author", "site") else set(actor.scopes("author", "course"))
    return tuple(found for found in current_outlines(conn, lang) if mine is None or found.course_id in mine)


def quiz_of(conn: Connection, release_id: UUID, quiz_id: str, lang: str) -> Quiz | None:
    """A quiz of any release: people in the middle of an attempt keep theirs."""
    key = (release_id, quiz_id, lang)
    known = _read.get(key)
    if known is not None:
        return known
    found = activity(conn, release_id, quiz_id, lang)
    return _read.put(key, Quiz.load(found.data)) if found else None


def attempt_for(conn: Connection, desk: Desk, token: str) -> Result | None:
    """A graded attempt of this person at this very quiz."""
    found = result(conn, desk.person_id, token)
    return found if found is not None and found.quiz_id == desk.quiz.id else None


def how_it_went(conn: Connection, person_id: UUID, token: str, lang: str) -> Told | None:
    """What was right in a graded attempt of this very person; None if its answers are not kept, or never were to be.

    Args:
        conn: where to read.
        person_id: whose attempt it must be.
        token: of the attempt.
        lang: language in which it was answered.

    """
    found = result(conn, person_id, token)
    if found is None or found.answers is None or found.release_id is None or found.store == "tick":
        return None
    quiz = quiz_of(conn, found.release_id, found.quiz_id, lang)
    if quiz is None:
        return None
    paper = sheet(quiz, found.seed, known_types())
    return Told(quiz.id, found.release_id, went(paper, found.answers, graded(paper, found.answers)))


def question_outside(
    conn: Connection, release_id: UUID, quiz_id: str, name: str, *, lang: str, seed: str
) -> Outside | None:
    """A question of a release, to be asked by itself; None if the release has no such question.

    Who may be asked it is for the caller to know.
    """
    found = activity(conn, release_id, quiz_id, lang)
    return outside(Quiz.load(found.data), found.owner, name, known_types(), seed) if found else None
