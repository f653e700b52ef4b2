"""A question to think about: nothing to fill in, nothing to grade, nothing to store."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Literal

from lms import lazy_gettext as L_
from lms.host.contributions import Text as Label
from lms.plugins.quizzes.api import (
    Answer,
    Field,
    Flaw,
    Grade,
    ItemSource,
    Prose,
    Question,
    QuestionType,
    Reading,
    Translate,
    Values,
    Words,
)


class ReflectionSource(ItemSource):
    """`graded` and `visible_to` may be written out; they have one value each."""

    type: Literal["reflection"]
    help: Prose | None = None
    graded: Literal[False] = False
    visible_to: Literal["nobody"] = "nobody"


@dataclass(frozen=True)
class Reflection(QuestionType[ReflectionSource]):
    """Seen by nobody but the person who reads it."""

    key: str = "reflection"
    label: ClassVar[Label] = L_("To think about")
    source: ClassVar[type[ItemSource]] = ReflectionSource
    template: ClassVar[str] = "quizzes/types/think.html"
    graded: ClassVar[bool] = False

    def problems(self, item: ReflectionSource) -> Iterable[Flaw]:
        return ()

    def segments(self, item: ReflectionSource) -> Iterable[tuple[str, str]]:
        if item.help:
            yield "help", item.help

    def compile(self, item: ReflectionSource, translate: Translate) -> dict[str, Any]:
        return {"help": translate("help", item.help).as_json() if item.help else None}

    def lines(self, item: ReflectionSource, translate: Translate) -> Iterable[Words]:
        return [translate(kind, text) for kind, text in self.segments(item)]

    def shuffle(self, question: Question, seed: str) -> Question:
        return question

    def fields(self, question: Question) -> tuple[Field, ...]:
        return ()

    def parse(self, question: Question, values: Values) -> Reading:
        return Reading(None)

    def grade(self, question: Question, answer: Answer) -> Grade:
        return Grade(Fraction(0), right=False, parts=())
