"""One attempt: which questions it asks in which order, what was read from its form, and what it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.plugins.quizzes.api import Answer, Field, Grade, Question, QuestionType, Values, Wrong
from lms.plugins.quizzes.domain.numbers import LONGEST
from lms.plugins.quizzes.domain.order import drawn
from lms.plugins.quizzes.domain.quiz import Quiz, Types

MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the order of one attempt. Without a `kind` its plugin is gone: it is shown and not counted."""

    number: int
    question: Question
    kind: QuestionType[Any] | None

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.kind.fields(self.question) if self.kind else ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one attempt asks."""

    quiz: Quiz
    asked: tuple[Asked, ...]

    @property
    def counted(self) -> tuple[tuple[Asked, QuestionType[Any]], ...]:
        return tuple((asked, asked.kind) for asked in self.asked if asked.kind is not None)

    @property
    def versions(self) -> tuple[str, ...]:
        return tuple(asked.question.version for asked in self.asked)


@dataclass(frozen=True, slots=True)
class Readings:
    """A posted form understood. `wrong` pairs the number of the question with what cannot be read."""

    answers: Mapping[str, Answer]
    wrong: tuple[tuple[int, Wrong], ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded attempt: grades by question id. `percent` is rounded down, so 80 is never shown for less."""

    grades: Mapping[str, Grade]
    percent: int
    right: frozenset[str]
    enough: bool


def sheet(quiz: Quiz, seed: str, types: Types) -> Sheet:
    """The questions of an attempt: all in the author's order, or, for a check, drawn and mixed by the seed."""
    questions = (
        drawn(quiz.questions, quiz.draw, seed, lambda q: q.id, lambda q: q.must_know)
        if quiz.is_check
        else quiz.questions
    )
    asked = []
    for number, question in enumerate(questions, start=1):
        kind = types.get(question.type)
        asked.append(Asked(number, kind.shuffle(question, seed) if kind else question, kind))
    return Sheet(quiz, tuple(asked))


def read(paper: Sheet, values: Values) -> Readings:
    """Understand a form: the answers that can be read, and why the others cannot."""
    answers: dict[str, Answer] = {}
    wrong: list[tuple[int, Wrong]] = []
    for asked, kind in paper.counted:
        reading = kind.parse(asked.question, values)
        if reading.answer is not None:
            answers[asked.question.id] = reading.answer
        wrong.extend((asked.number, fault) for fault in reading.wrong)
    return Readings(answers, tuple(wrong))


def kept(paper: Sheet, values: Values) -> dict[str, list[str]]:
    """What was typed in the fields of this sheet and no other, in bounded size: what an open attempt holds."""
    names = {field.name for asked in paper.asked for field in asked.fields}
    return {
        name: [value[: LONGEST + 1] for value in list(values[name])[:MOST_VALUES]]
        for name in sorted(names)
        if any(values.get(name, ()))
    }


def graded(paper: Sheet, answers: Mapping[str, Answer]) -> Graded:
    """Grade an attempt. Each question counts the same; one without an answer counts nothing."""
    grades = {
        asked.question.id: kind.grade(asked.question, answers[asked.question.id])
        for asked, kind in paper.counted
        if asked.question.id in answers
    }
    total = len(paper.counted)
    score = sum((grade.score for grade in grades.values()), Fraction(0)) / total if total else Fraction(0)
    return Graded(
        grades=grades,
        percent=int(score * 100),
        right=frozenset(name for name, grade in grades.items() if grade.right),
        enough=score * 100 >= paper.quiz.pass_mark,
    )
