"""A claim that is true or false."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import StrictBool

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host.contributions import Text as Label
from lms.plugins.quizzes.api import (
    Answer,
    Field,
    Flaw,
    Grade,
    ItemSource,
    Part,
    Question,
    QuestionType,
    Reading,
    Text,
    Translate,
    Values,
    Verdicts,
    Words,
    Wrong,
    feedback_length,
)
from lms.plugins.quizzes.domain.types.choice import choices, chosen
from lms.plugins.quizzes.domain.types.multiple import VERDICTS

SIDES = ("true", "false")


class TrueFalseSource(ItemSource):
    type: Literal["truefalse"]
    answer: StrictBool
    feedback: Verdicts


def _sides() -> tuple[Text, Text]:
    return Text(_("True")), Text(_("False"))


@dataclass(frozen=True)
class TrueFalse(QuestionType[TrueFalseSource]):
    """Always in the order true, false: a mixed order would only be a trap."""

    key: str = "truefalse"
    label: ClassVar[Label] = L_("True or false")
    source: ClassVar[type[ItemSource]] = TrueFalseSource
    template: ClassVar[str] = "quizzes/types/choice.html"
    review: ClassVar[str] = "quizzes/review/choice.html"

    def problems(self, item: TrueFalseSource) -> Iterable[Flaw]:
        yield from feedback_length(("feedback", "correct"), item.feedback.correct)
        yield from feedback_length(("feedback", "incorrect"), item.feedback.incorrect)

    def segments(self, item: TrueFalseSource) -> Iterable[tuple[str, str]]:
        yield "correct", item.feedback.correct
        yield "incorrect", item.feedback.incorrect

    def compile(self, item: TrueFalseSource, translate: Translate) -> dict[str, Any]:
        return {"answer": item.answer, **{kind: translate(kind, text).as_json() for kind, text in self.segments(item)}}

    def lines(self, item: TrueFalseSource, translate: Translate) -> Iterable[Words]:
        return ()

    def shuffle(self, question: Question, seed: str) -> Question:
        return question

    def fields(self, question: Question) -> tuple[Field, ...]:
        return (Field(question.id, "radio", choices=choices(_sides())),)

    def parse(self, question: Question, values: Values) -> Reading:
        picked = chosen(values, question.id, SIDES)
        if len(picked) != 1:
            return Reading(None, (Wrong(question.id, _("Choose true or false.")),))
        return Reading(picked[0] == "true")

    def grade(self, question: Question, answer: Answer) -> Grade:
        key: bool = question.body["answer"]
        right = answer is key
        parts = tuple(
            Part(side, text, VERDICTS[(side == "true") is answer, (side == "true") is key])
            for side, text in zip(SIDES, _sides(), strict=True)
        )
        return Grade(Fraction(right), right, parts, Text.load(question.body["correct" if right else "incorrect"]))

    def tally(self, question: Question) -> tuple[Part, ...]:
        key: bool = question.body["answer"]
        return tuple(
            Part(side, text, "hit" if (side == "true") is key else "left")
            for side, text in zip(SIDES, _sides(), strict=True)
        )
