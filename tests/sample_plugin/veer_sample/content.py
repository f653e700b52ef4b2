"""A block for lessons and a kind of question, both unknown to the suite."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any, ClassVar, Literal

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.api import BlockSource, BlockType, CompiledBlock, Translate, Words
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
    Values,
    Wrong,
    digit_boxes,
)


class Pebbles(BlockType):
    """`:::pebble` in a lesson."""

    def compile(self, source: BlockSource) -> CompiledBlock:
        """Return a box with a heading of its own."""
        title = escape(_("A pebble to put down"))
        return CompiledBlock(f'<section class="box" id="{source.anchor}"><h2>{title}</h2>{source.html}</section>')


class CountSource(ItemSource):
    """`type: pebbles`: how many are there?"""

    type: Literal["pebbles"]
    count: int
    drawing: Line


@dataclass(frozen=True)
class CountPebbles(QuestionType[CountSource]):
    """Full marks for the exact number, written in digits."""

    key: str = "pebbles"
    label: ClassVar[Any] = L_("Pebbles")
    source: ClassVar[type[ItemSource]] = CountSource
    template: ClassVar[str] = "sample/count.html"
    paper: ClassVar[str] = "sample/paper.html"

    def problems(self, item: CountSource) -> Iterable[Flaw]:
        """Nobody counts fewer than one."""
        if item.count < 1:
            yield Flaw(("count",), "pebbles-few", L_("There is no pebble to count."), L_("Write 1 or more."))

    def segments(self, item: CountSource) -> Iterable[tuple[str, str]]:
        """What is to be counted."""
        yield "drawing", item.drawing

    def compile(self, item: CountSource, translate: Translate) -> dict[str, Any]:
        """Keep the number and what is to be counted."""
        return {"count": item.count, "drawing": translate("drawing", item.drawing).as_json()}

    def lines(self, item: CountSource, translate: Translate) -> Iterable[Words]:
        """What is to be counted."""
        yield translate("drawing", item.drawing)

    def shuffle(self, question: Question, seed: str) -> Question:
        """There is nothing to mix."""
        return question

    def fields(self, question: Question) -> tuple[Field, ...]:
        """One field."""
        return (Field(question.id, "text"),)

    def boxes(self, question: Question) -> tuple[Box, ...]:
        """Two digits on paper."""
        return digit_boxes(question.id, 2)

    def parse(self, question: Question, values: Values) -> Reading:
        """Read digits."""
        typed = (values.get(question.id) or [""])[0].strip()
        if not typed.isdecimal():
            return Reading(None, (Wrong(question.id, _("Write a number in digits.")),))
        return Reading(int(typed))

    def grade(self, question: Question, answer: Answer) -> Grade:
        """All or nothing."""
        right = answer == question.body["count"]
        words = Text(str(question.body["count"]))
        return Grade(Fraction(right), right, (Part("count", words, "hit" if right else "missed"),))
