"""Several answers may be right."""

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
    Source,
    Translate,
    Values,
    Verdict,
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

VERDICTS: dict[tuple[bool, bool], Verdict] = {
    (True, True): "hit",
    (True, False): "false",
    (False, True): "missed",
    (False, False): "left",
}


class Points(Source):
    """Points for each right choice, and what each wrong one takes away; never below `floor`."""

    each_right: Annotated[int, Limit(ge=1, le=10)] = 1
    each_wrong: Annotated[int, Limit(ge=-10, le=0)] = -1
    floor: Literal[0] = 0


class MultipleSource(ItemSource):
    type: Literal["multiple"]
    options: Annotated[tuple[Option, ...], Limit(min_length=2, max_length=10)]
    scoring: Points = Points()


@dataclass(frozen=True)
class Multiple(QuestionType[MultipleSource]):
    """A share of the points: right choices add, wrong ones take away."""

    key: str = "multiple"
    label: ClassVar[Label] = L_("Several answers")
    source: ClassVar[type[ItemSource]] = MultipleSource
    template: ClassVar[str] = "quizzes/types/choice.html"
    review: ClassVar[str] = "quizzes/review/choice.html"

    def problems(self, item: MultipleSource) -> Iterable[Flaw]:
        yield from option_flaws(item.options, right_at_most=None)
        if item.scoring.each_wrong == 0:
            yield Flaw(
                ("scoring", "each_wrong"),
                "quiz-free-guess",
                L_("Choosing every option would give full marks."),
                L_("Let a wrong choice take points away, such as `each_wrong: -1`."),
                "warning",
            )

    def segments(self, item: MultipleSource) -> Iterable[tuple[str, str]]:
        return option_segments(item.options)

    def compile(self, item: MultipleSource, translate: Translate) -> dict[str, Any]:
        return {"options": option_bodies(item.options, translate), "scoring": item.scoring.model_dump()}

    def lines(self, item: MultipleSource, translate: Translate) -> Iterable[Words]:
        return option_lines(item.options, translate)

    def shuffle(self, question: Question, seed: str) -> Question:
        return shuffled(question, seed)

    def fields(self, question: Question) -> tuple[Field, ...]:
        return (Field(question.id, "checkbox", choices=choices(option.text for option in options(question))),)

    def parse(self, question: Question, values: Values) -> Reading:
        picked = chosen(values, question.id, [option.id for option in options(question)])
        if not picked:
            return Reading(None, (Wrong(question.id, _("Choose at least one answer.")),))
        return Reading(sorted(picked))

    def grade(self, question: Question, answer: Answer) -> Grade:
        picked = set(answer) if isinstance(answer, list) else set()
        points, most = 0, 0
        parts = []
        scoring = question.body["scoring"]
        for option in options(question):
            verdict = VERDICTS[option.id in picked, option.right]
            most += scoring["each_right"] * option.right
            points += {"hit": scoring["each_right"], "false": scoring["each_wrong"]}.get(verdict, 0)
            parts.append(Part(option.id, option.text, verdict, option.feedback))
        right = all(part.verdict in {"hit", "left"} for part in parts)
        return Grade(max(Fraction(points, most), Fraction(0)), right, tuple(parts))

    def tally(self, question: Question) -> tuple[Part, ...]:
        return tallied(question)
