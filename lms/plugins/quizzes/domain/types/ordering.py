"""Steps to put in order: each step is given its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field as Limit
from pydantic import StrictBool

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host.contributions import Text as Label
from lms.host.i18n import format_number
from lms.plugins.quizzes.api import (
    Answer,
    Box,
    Field,
    Flaw,
    Grade,
    ItemSource,
    Name,
    Offer,
    Part,
    Prose,
    Question,
    QuestionType,
    Reading,
    Source,
    Text,
    Translate,
    Values,
    Verdicts,
    Words,
    Wrong,
    doubles,
    feedback_length,
)
from lms.plugins.quizzes.domain.slips.line import LETTERS
from lms.plugins.quizzes.domain.types.choice import choices, shuffled


class Step(Source):
    id: Name
    text: Prose


class OrderVerdicts(Verdicts):
    partial: Prose


class OrderPoints(Source):
    """`pairs`: neighbours that follow each other as they should earn their share."""

    exact: Literal[1] = 1
    pairs: StrictBool = True


class OrderingSource(ItemSource):
    type: Literal["ordering"]
    steps: Annotated[tuple[Step, ...], Limit(min_length=3, max_length=9)]
    accept_also: tuple[tuple[Name, ...], ...] = ()
    scoring: OrderPoints = OrderPoints()
    feedback: OrderVerdicts


@dataclass(frozen=True)
class Ordering(QuestionType[OrderingSource]):
    """Full marks for an accepted order; else the share of right neighbours in the nearest accepted order."""

    key: str = "ordering"
    label: ClassVar[Label] = L_("Put in order")
    source: ClassVar[type[ItemSource]] = OrderingSource
    template: ClassVar[str] = "quizzes/types/places.html"
    review: ClassVar[str] = "quizzes/review/places.html"
    paper: ClassVar[str] = "quizzes/paper/places.html"

    def problems(self, item: OrderingSource) -> Iterable[Flaw]:
        names = [step.id for step in item.steps]
        yield from doubles(names, "steps")
        for place, order in enumerate(item.accept_also):
            if sorted(order) != sorted(names):
                yield Flaw(
                    ("accept_also", place),
                    "quiz-order-steps",
                    L_("This order does not name every step once."),
                    L_("Write the ids of all steps, each once: %(ids)s."),
                    values={"ids": ", ".join(names)},
                )
        for kind, text in item.feedback:
            yield from feedback_length(("feedback", kind), text)

    def segments(self, item: OrderingSource) -> Iterable[tuple[str, str]]:
        for step in item.steps:
            yield f"{step.id} step", step.text
        yield from item.feedback

    def compile(self, item: OrderingSource, translate: Translate) -> dict[str, Any]:
        names = [step.id for step in item.steps]
        return {
            "steps": [{"id": s.id, "text": translate(f"{s.id} step", s.text).as_json()} for s in item.steps],
            "orders": [names, *(list(order) for order in item.accept_also)],
            "pairs": item.scoring.pairs,
            **{kind: translate(kind, text).as_json() for kind, text in item.feedback},
        }

    def lines(self, item: OrderingSource, translate: Translate) -> Iterable[Words]:
        steps = mixed_steps(item)
        return [translate(f"{step.id} step", step.text) for step in steps]

    def shuffle(self, question: Question, seed: str) -> Question:
        return shuffled(question, seed, "steps")

    def fields(self, question: Question) -> tuple[Field, ...]:
        steps = question.body["steps"]
        places = choices(Text(format_number(place)) for place in range(1, len(steps) + 1))
        return tuple(
            Field(f"{question.id}.{row}", "select", Text.load(step["text"]), places)
            for row, step in enumerate(steps, start=1)
        )

    def boxes(self, question: Question) -> tuple[Box, ...]:
        """On paper the letters of the steps are written in their order: a box for each place."""
        fields = self.fields(question)
        return tuple(
            Box(
                tuple(
                    Offer(letter, field.name, place.value, field.label or Text(""))
                    for letter, field in zip(LETTERS, fields, strict=False)
                ),
                place.text,
            )
            for place in fields[0].choices
        )

    def parse(self, question: Question, values: Values) -> Reading:
        fields = self.fields(question)
        wrong: list[Wrong] = []
        taken: dict[str, Field] = {}
        order: dict[int, str] = {}
        for field, step in zip(fields, question.body["steps"], strict=True):
            place = next(iter(values.get(field.name, ())), "")
            if place not in {choice.value for choice in field.choices}:
                wrong.append(Wrong(field.name, _("Give “%(step)s” a place.", step=field.label)))
            elif place in taken:
                message = _(
                    "“%(step)s” has place %(place)s, and so has “%(other)s”.",
                    step=field.label,
                    place=int(place),
                    other=taken[place].label,
                )
                wrong.append(Wrong(field.name, message))
            else:
                taken[place] = field
                order[int(place)] = step["id"]
        return Reading(None, tuple(wrong)) if wrong else Reading([order[place] for place in sorted(order)])

    def grade(self, question: Question, answer: Answer) -> Grade:
        given = answer if isinstance(answer, list) else []
        orders: list[list[str]] = question.body["orders"]
        shares = [_share(given, order) for order in orders]
        nearest = orders[shares.index(max(shares))]
        right = given in orders
        score = Fraction(1) if right else max(shares) * question.body["pairs"]
        kind = "correct" if right else "partial" if score else "incorrect"
        texts = {step["id"]: Text.load(step["text"]) for step in question.body["steps"]}
        parts = tuple(_part(name, texts[name], given, nearest) for name in nearest)
        return Grade(score, right, parts, Text.load(question.body[kind]))


def mixed_steps(item: OrderingSource) -> Sequence[Step]:
    """The steps by their words: an order that says nothing about the right one."""
    return sorted(item.steps, key=lambda step: step.text.casefold())


def _share(given: Sequence[str], order: Sequence[str]) -> Fraction:
    """How many of the neighbours in `order` are neighbours in `given`."""
    wanted = set(pairwise(order))
    return Fraction(len(wanted & set(pairwise(given))), len(wanted))


def _part(name: str, text: Text, given: Sequence[str], order: Sequence[str]) -> Part:
    wanted = order.index(name) + 1
    place = given.index(name) + 1 if name in given else 0
    return Part(
        name,
        text,
        "hit" if place == wanted else "false",
        given=Text(format_number(place)),
        wanted=Text(format_number(wanted)),
    )
