"""One question asked outside its quiz: read and graded as there, and nothing of it stored or counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from lms.plugins.quizzes.domain.attempt import Graded, Readings, Sheet, graded, read, sheet
from lms.plugins.quizzes.domain.content import Question, Values
from lms.plugins.quizzes.domain.quiz import Quiz, Types
from lms.plugins.quizzes.domain.review import Reviewed, reviewed


@dataclass(frozen=True, slots=True)
class Went:
    """How one question of a graded attempt went."""

    question: str
    version: str
    right: bool
    must_know: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A graded attempt, as long as its answers are kept."""

    quiz_id: str
    release_id: UUID
    questions: tuple[Went, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """A question on a page of its own.

    Args:
        sheet: the page, for an `AttemptForm`.
        question: the question in the order of this page.
        lesson_id: the lesson that says more about it.

    """

    sheet: Sheet
    question: Question
    lesson_id: str

    def read(self, values: Values) -> Readings:
        """Understand what was posted."""
        return read(self.sheet, values)

    def review(self, readings: Readings) -> Reviewed | None:
        """What there is to say about an answer; None if the type of the question fails."""
        return next(iter(reviewed(self.sheet, graded(self.sheet, readings.answers))), None)


def outside(quiz: Quiz, owner: str, name: str, types: Types, seed: str) -> Outside | None:
    """Take one question out of its quiz; None if it is not there or cannot be asked like this.

    Args:
        quiz: the quiz or check.
        owner: the lesson or module it belongs to.
        name: id of the question.
        types: the question types of the site.
        seed: decides the order of its choices.

    """
    question = next((found for found in quiz.questions if found.id == name), None)
    kind = types.get(question.type) if question else None
    if question is None or kind is None or not kind.graded or kind.alone:
        return None
    page = sheet(replace(quiz, questions=(question,), draw=None, page=None), seed, types)
    if not page.counted:
        return None
    lesson = question.outcome.partition(" ")[0] if quiz.is_check else owner
    [asked] = page.asked
    return Outside(Sheet(page.quiz, (replace(asked, number=0),)), asked.question, lesson)


def went(paper: Sheet, answers: Mapping[str, object], result: Graded) -> tuple[Went, ...]:
    """How each question went; what was left empty was not known, and one whose type fails says nothing."""
    return tuple(
        Went(asked.question.id, asked.question.version, asked.question.id in result.right, asked.question.must_know)
        for asked, _kind in paper.counted
        if asked.question.id in result.grades or asked.question.id not in answers
    )
