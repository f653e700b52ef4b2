"""A number with a tolerance and, if need be, a unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator
from pydantic import Field as Limit

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host.contributions import Text as Label
from lms.plugins.quizzes.api import (
    Answer,
    Box,
    Field,
    Flaw,
    Grade,
    ItemSource,
    Line,
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
    digit_boxes,
    feedback_length,
)
from lms.plugins.quizzes.domain.numbers import Trouble, plain, read_number

USUAL_BOXES = 5


def _not_a_switch(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a number is needed")  # noqa: TRY004 - pydantic collects ValueError
    return value


Number = Annotated[Decimal, BeforeValidator(_not_a_switch), Limit(ge=-(10**12), le=10**12, max_digits=18)]


class NumericSource(ItemSource):
    type: Literal["numeric"]
    answer: Number
    tolerance: Annotated[Number, Limit(ge=0)] = Decimal(0)
    unit: Line | None = None
    feedback: Verdicts


def _message(trouble: Trouble) -> str:
    return {
        "empty": _("Write a number."),
        "not-a-number": _("This is not a number. Write digits, such as 12 or 1.5."),
        "thousands": _(
            "This can be read in two ways. Write thousands without a separator, and a fraction with one or two digits."
        ),
        "long": _("This is too long for a number."),
    }[trouble]


@dataclass(frozen=True)
class Numeric(QuestionType[NumericSource]):
    """Full marks within the tolerance, its edges included."""

    key: str = "numeric"
    label: ClassVar[Label] = L_("Number")
    source: ClassVar[type[ItemSource]] = NumericSource
    template: ClassVar[str] = "quizzes/types/number.html"
    review: ClassVar[str] = "quizzes/review/number.html"
    paper: ClassVar[str] = "quizzes/paper/number.html"

    def problems(self, item: NumericSource) -> Iterable[Flaw]:
        for kind, text in item.feedback:
            yield from feedback_length(("feedback", kind), text)

    def segments(self, item: NumericSource) -> Iterable[tuple[str, str]]:
        if item.unit:
            yield "unit", item.unit
        yield from item.feedback

    def compile(self, item: NumericSource, translate: Translate) -> dict[str, Any]:
        return {
            "answer": str(plain(item.answer)),
            "tolerance": str(plain(item.tolerance)),
            **{kind: translate(kind, text).as_json() for kind, text in self.segments(item)},
        }

    def lines(self, item: NumericSource, translate: Translate) -> Iterable[Words]:
        return [translate("unit", item.unit)] if item.unit else []

    def shuffle(self, question: Question, seed: str) -> Question:
        return question

    def fields(self, question: Question) -> tuple[Field, ...]:
        return (Field(question.id, "text", unit=_unit(question)),)

    def boxes(self, question: Question) -> tuple[Box, ...]:
        """Five, which says nothing of the answer; more only where a right one could not be written in them."""
        key, tolerance = Decimal(question.body["answer"]), Decimal(question.body["tolerance"])
        longest = max(len(f"{plain(edge):f}") for edge in (key, key - tolerance, key + tolerance))
        return digit_boxes(question.id, max(USUAL_BOXES, longest))

    def parse(self, question: Question, values: Values) -> Reading:
        typed = next(iter(values.get(question.id, ())), "")
        read = read_number(typed, str(_unit(question) or ""))
        if read.trouble or read.value is None:
            return Reading(None, (Wrong(question.id, _message(read.trouble or "empty")),))
        return Reading(str(read.value))

    def grade(self, question: Question, answer: Answer) -> Grade:
        key, tolerance = Fraction(question.body["answer"]), Fraction(question.body["tolerance"])
        given = answer if isinstance(answer, str) else ""
        right = bool(given) and abs(Fraction(given) - key) <= tolerance
        part = Part(
            "answer",
            _unit(question) or Text(""),
            "hit" if right else "false",
            given=Text(given),
            wanted=Text(question.body["answer"]),
        )
        return Grade(Fraction(right), right, (part,), Text.load(question.body["correct" if right else "incorrect"]))


def _unit(question: Question) -> Text | None:
    return Text.load(question.body["unit"]) if "unit" in question.body else None
