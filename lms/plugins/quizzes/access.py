"""The only doors from an address to a quiz, a check or an attempt. Absent and not yours are the same answer (AUTHZ-2)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from lms.core.catalogue.api import Outline, OutlineLesson, activity
from lms.core.learning.api import ActivityResult, lesson_for, module_for
from lms.host import clock
from lms.host.actor import Actor
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.queries import Result, result

NOTHING_YET = ActivityResult(None, passed=False)


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
    """The check of a module, in two statements."""
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
    )


def quiz_of(conn: Connection, release_id: UUID, quiz_id: str, lang: str) -> Quiz | None:
    """A quiz of any release: people in the middle of an attempt keep theirs."""
    found = activity(conn, release_id, quiz_id, lang)
    return Quiz.load(found.data) if found else None


def attempt_for(conn: Connection, desk: Desk, token: str) -> Result | None:
    """A graded attempt of this person at this very quiz."""
    found = result(conn, desk.person_id, token)
    return found if found is not None and found.quiz_id == desk.quiz.id else None
