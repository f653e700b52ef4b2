"""One best answer among several."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field as Limit

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
    Translate,
    Values,
    Words,
    Wrong,
)
from lms.plugins.quizzes.domain.source import Option, option_flaws
from lms.plugins.quizzes.domain.types.choice import (
    choices,
    chosen,
    option_bodies,
    option_lines,
    option_segments,
    options,
    shuffled,
    tallied,
)


class SingleSource(ItemSource):
    type: Literal["single"]
    options: Annotated[tuple[Option, ...], Limit(min_length=2, max_length=8)]


@dataclass(frozen=True)
class Single(QuestionType[SingleSource]):
    """Full marks for the right option, none for another."""

    key: str = "single"
    label: ClassVar[Label] = L_("One answer")
    source: ClassVar[type[ItemSource]] = SingleSource
    template: ClassVar[str] = "quizzes/types/choice.html"
    review: ClassVar[str] = "quizzes/review/choice.html"

    def problems(self, item: SingleSource) -> Iterable[Flaw]:
        return option_flaws(item.options, right_at_most=1)

    def segments(self, item: SingleSource) -> Iterable[tuple[str, str]]:
        return option_segments(item.options)

    def compile(self, item: SingleSource, translate: Translate) -> dict[str, Any]:
        return {"options": option_bodies(item.options, translate)}

    def lines(self, item: SingleSource, translate: Translate) -> Iterable[Words]:
        return option_lines(item.options, translate)

    def shuffle(self, question: Question, seed: str) -> Question:
        return shuffled(question, seed)

    def fields(self, question: Question) -> tuple[Field, ...]:
        return (Field(question.id, "radio", choices=choices(option.text for option in options(question))),)

    def parse(self, question: Question, values: Values) -> Reading:
        picked = chosen(values, question.id, [option.id for option in options(question)])
        if len(picked) != 1:
            return Reading(None, (Wrong(question.id, _("Choose one answer.")),))
        return Reading(picked[0])

    def grade(self, question: Question, answer: Answer) -> Grade:
        parts = []
        right = False
        for option in options(question):
            if option.id == answer:
                right = option.right
                parts.append(Part(option.id, option.text, "hit" if option.right else "false", option.feedback))
            else:
                parts.append(Part(option.id, option.text, "missed" if option.right else "left", option.feedback))
        return Grade(Fraction(right), right, tuple(parts))

    def tally(self, question: Question) -> tuple[Part, ...]:
        return tallied(question)
