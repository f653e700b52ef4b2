"""One attempt: which questions it asks in which order, what was read from its form, and what it is worth."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from lms.plugins.quizzes.domain.content import Answer, Field, Grade, Question, Reading, Values, Wrong
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.order import drawn, order_of
from lms.plugins.quizzes.domain.quiz import Quiz, Types

T = TypeVar("T")
MOST_VALUES = 20
LONGEST_VALUE = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the order of one attempt.

    Without a `kind` its plugin is gone or failed: it is shown and not counted. `number` is 0 where nothing is asked.
    """

    number: int
    question: Question
    kind: QuestionType[Any] | None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one attempt asks."""

    quiz: Quiz
    asked: tuple[Asked, ...]

    @property
    def counted(self) -> tuple[tuple[Asked, QuestionType[Any]], ...]:
        return tuple((asked, asked.kind) for asked in self.asked if asked.kind is not None and asked.kind.graded)

    @property
    def pages(self) -> tuple[tuple[Asked, ...], ...]:
        """The questions as they stand on pages; all on one without a number in the quiz, or where nothing is kept."""
        size = (self.quiz.store != "nothing" and self.quiz.page) or len(self.asked) or 1
        return tuple(self.asked[start : start + size] for start in range(0, len(self.asked), size)) or ((),)

    def page_of(self, question: str) -> int:
        """The page that a question stands on, from 1."""
        return next(n for n, page in enumerate(self.pages, 1) if any(a.question.id == question for a in page))

    @property
    def total(self) -> int:
        """How many questions are numbered."""
        return max((asked.number for asked in self.asked), default=0)

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
    """The questions of an attempt: in the author's order, or, for a check, drawn and mixed by the seed.

    What is taken alone is not among them.
    """
    seed = order_of(seed)
    questions = _chosen(quiz, seed)
    asked: list[Asked] = []
    number = 0
    for question in questions:
        kind = types.get(question.type)
        if kind is None or not kind.alone:
            counts = kind is None or kind.graded
            number += counts
            asked.append(_asked(number if counts else 0, question, seed, kind))
    return Sheet(quiz, tuple(asked))


def _chosen(quiz: Quiz, seed: str) -> tuple[Question, ...]:
    """What the seed draws: by each line of its own first, and what those have drawn is asked, then by the check."""
    by_lines: set[str] = set()
    left: set[str] = set()
    for number, lot in enumerate(quiz.lots, 1):
        own = [question for question in quiz.questions if question.id in lot.of]
        found = drawn(own, lot.count, seed, lambda q: q.id, lambda q: q.must_know, scope=f"draw {number}")
        by_lines |= {question.id for question in found}
        left |= set(lot.of) - by_lines
    rest = tuple(question for question in quiz.questions if question.id not in left)
    if not quiz.is_check:
        return rest
    return drawn(rest, quiz.draw, seed, lambda q: q.id, lambda q: q.must_know or q.id in by_lines)


def _asked(number: int, question: Question, seed: str, kind: QuestionType[Any] | None) -> Asked:
    mixed = guarded(kind, lambda: kind.shuffle(question, seed)) if kind else None
    fields = guarded(kind, lambda: kind.fields(mixed)) if kind and mixed else None
    return Asked(number, mixed or question, None if fields is None else kind, fields or ())


def guarded(kind: QuestionType[Any], work: Callable[[], T]) -> T | None:
    """Return what a question type makes, None if it fails: its fault takes neither the page nor other answers along (PLG-3)."""
    try:
        return work()
    except Exception:
        log.exception("question type failed", extra={"plugin": kind.key})
        return None


def read(paper: Sheet, values: Values) -> Readings:
    """Understand a form: the answers that can be read, and why the others cannot."""
    answers: dict[str, Answer] = {}
    wrong: list[tuple[int, Wrong]] = []
    for asked, kind in paper.counted:
        reading = _reading(asked, kind, values)
        if reading.answer is not None:
            answers[asked.question.id] = reading.answer
        wrong.extend((asked.number, fault) for fault in reading.wrong)
    return Readings(answers, tuple(wrong))


def _reading(asked: Asked, kind: QuestionType[Any], values: Values) -> Reading:
    return guarded(kind, lambda: kind.parse(asked.question, values)) or Reading(None)


def kept(asked: Sequence[Asked], values: Values) -> dict[str, list[str]]:
    """What was typed in the fields of these questions and no other, in bounded size: what an open attempt holds."""
    names = {field.name for one in asked for field in one.fields}
    return {
        name: [value[:LONGEST_VALUE] for value in list(values[name])[:MOST_VALUES]]
        for name in sorted(names)
        if any(values.get(name, ()))
    }


def merged(paper: Sheet, page: int, before: Values, values: Values) -> dict[str, list[str]]:
    """What an open attempt holds once a page was sent: the other pages as they were."""
    here = paper.pages[page - 1]
    others = [asked for asked in paper.asked if asked not in here]
    return {**kept(others, before), **kept(here, values)}


def first_open(paper: Sheet, values: Values) -> int:
    """The first page with something that cannot be read yet; the last one if there is none."""
    faults = read(paper, values).wrong
    numbers = {number for number, _fault in faults}
    open_pages = [n for n, page in enumerate(paper.pages, 1) if any(asked.number in numbers for asked in page)]
    return min(open_pages, default=len(paper.pages))


def graded(paper: Sheet, answers: Mapping[str, Answer]) -> Graded:
    """Grade an attempt. Each question counts the same; one without an answer counts nothing.

    One whose type fails is left out, as if its plugin were gone.
    """
    judged = {
        asked.question.id: _judged(asked, kind, answers[asked.question.id])
        for asked, kind in paper.counted
        if asked.question.id in answers
    }
    grades = {name: grade for name, grade in judged.items() if grade is not None}
    total = len(paper.counted) - (len(judged) - len(grades))
    score = sum((grade.score for grade in grades.values()), Fraction(0)) / total if total else Fraction(0)
    return Graded(
        grades=grades,
        percent=int(score * 100),
        right=frozenset(name for name, grade in grades.items() if grade.right),
        enough=score * 100 >= paper.quiz.pass_mark,
    )


def _judged(asked: Asked, kind: QuestionType[Any], answer: Answer) -> Grade | None:
    return guarded(kind, lambda: kind.grade(asked.question, answer))
