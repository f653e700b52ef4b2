"""A question that is taken alone, a step a page. Where somebody stands follows from what they sent at each step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lms.plugins.quizzes.domain.attempt import Asked, Readings, Sheet, guarded, read
from lms.plugins.quizzes.domain.content import Answer, Grade, Part, Question, Values
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.quiz import Quiz, Types

MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody stands.

    Args:
        quiz: a quiz of this one question. It keeps no more than a tick: what counts is that an end was reached.
        kind: its type.
        whole: the question in the order of this person.
        now: the question as it stands at this step; `None` at an end.
        answer: what was chosen so far.
        way: what was sent at each step, as far as it could be read.
        grade: what is said about the way so far; `None` before the first step.

    """

    quiz: Quiz
    kind: QuestionType[Any]
    whole: Question
    now: Question | None
    answer: Answer | None
    way: tuple[str, ...]
    grade: Grade | None

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.grade.parts if self.grade else ()

    @property
    def sheet(self) -> Sheet:
        """The one question, without a number: a story has no "1 of 1"."""
        now = self.now
        fields = guarded(self.kind, lambda: self.kind.fields(now)) if now else None
        return Sheet(self.quiz, (Asked(0, now or self.whole, self.kind, fields or ()),))

    def read(self, values: Values) -> Readings:
        return read(self.sheet, values)


def stand(quiz: Quiz, name: str, types: Types, seed: str, way: Sequence[str]) -> Stand | None:
    """Follow a way from the beginning; None if the quiz has no such question, or its type fails.

    Args:
        quiz: the quiz that holds the question.
        name: its id.
        types: the question types of the site.
        seed: the order of choices of this person.
        way: what was sent at each step; what cannot be read ends it.

    """
    question = next((found for found in quiz.questions if found.id == name), None)
    kind = types.get(question.type) if question else None
    if question is None or kind is None or not kind.alone:
        return None
    store = quiz.store if quiz.store == "nothing" else "tick"
    own = replace(quiz, id=f"{quiz.id}/{name}", store=store, questions=(question,), pass_mark=0, draw=None)
    return guarded(kind, lambda: _followed(own, question, kind, seed, way[:MOST_STEPS]))


def _followed(quiz: Quiz, question: Question, kind: QuestionType[Any], seed: str, way: Sequence[str]) -> Stand:
    whole = kind.shuffle(question, seed)
    now = kind.onward(whole, None)
    answer: Answer | None = None
    taken: list[str] = []
    for value in way:
        reading = kind.parse(now, {kind.fields(now)[0].name: [value]}) if now else None
        if reading is None or reading.answer is None:
            break
        answer = reading.answer
        taken.append(value)
        now = kind.onward(whole, answer)
    grade = None if answer is None else kind.grade(whole, answer)
    return Stand(quiz, kind, whole, now, answer, tuple(taken), grade)
