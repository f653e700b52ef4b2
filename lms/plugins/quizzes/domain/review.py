"""What a result page says about each question: what was chosen and missed in sight, the others folded away."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from lms.plugins.quizzes.domain.attempt import Graded, Sheet
from lms.plugins.quizzes.domain.content import Grade, Part, Question

Verdict = Literal["right", "partly", "not-yet"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One graded question. `template` draws its parts."""

    number: int
    question: Question
    grade: Grade
    template: str

    @property
    def verdict(self) -> Verdict:
        if self.grade.right:
            return "right"
        return "partly" if self.grade.score else "not-yet"

    @property
    def one_right(self) -> bool:
        """Whether there was only one right choice, so that "left out" would be the wrong word."""
        return sum(part.verdict in {"hit", "missed"} for part in self.grade.parts) == 1

    @property
    def shown(self) -> tuple[Part, ...]:
        return tuple(part for part in self.grade.parts if part.verdict != "left")

    @property
    def folded(self) -> tuple[Part, ...]:
        return tuple(part for part in self.grade.parts if part.verdict == "left")


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A result that is kept.

    Args:
        person_id: whose it is.
        token: of the attempt.
        questions: what it says about each question.

    """

    person_id: UUID
    token: str
    questions: tuple[Reviewed, ...]


def reviewed(sheet: Sheet, result: Graded) -> tuple[Reviewed, ...]:
    """Every graded question in the order in which it was asked."""
    return tuple(
        Reviewed(asked.number, asked.question, result.grades[asked.question.id], kind.review)
        for asked, kind in sheet.counted
        if asked.question.id in result.grades
    )
