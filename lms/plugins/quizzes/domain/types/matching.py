"""Rows to match: each left side is given one right side from a list."""

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
    Line,
    Name,
    Part,
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
from lms.plugins.quizzes.domain.types.choice import choices, chosen, shuffled


class Pair(Source):
    id: Name
    left: Line
    right: Line


class ExtraRight(Source):
    id: Name
    text: Line


class MatchingSource(ItemSource):
    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Limit(min_length=2, max_length=8)]
    extra_right: tuple[ExtraRight, ...] = ()
    feedback: Verdicts


@dataclass(frozen=True)
class Matching(QuestionType[MatchingSource]):
    """Each row that is matched as it should be earns its share. Two rows may share one right side."""

    key: str = "matching"
    label: ClassVar[Label] = L_("Match")
    source: ClassVar[type[ItemSource]] = MatchingSource
    template: ClassVar[str] = "quizzes/types/matches.html"
    review: ClassVar[str] = "quizzes/review/matches.html"

    def problems(self, item: MatchingSource) -> Iterable[Flaw]:
        yield from doubles([pair.id for pair in item.pairs] + [extra.id for extra in item.extra_right], "pairs")
        yield from _same_sides(item)
        for kind, text in item.feedback:
            yield from feedback_length(("feedback", kind), text)

    def segments(self, item: MatchingSource) -> Iterable[tuple[str, str]]:
        for pair in item.pairs:
            yield f"{pair.id} left", pair.left
        for name, text in _rights(item).items():
            yield f"{name} right", text
        yield from item.feedback

    def compile(self, item: MatchingSource, translate: Translate) -> dict[str, Any]:
        rights = _rights(item)
        owner = {text: name for name, text in rights.items()}
        return {
            "pairs": [
                {"id": p.id, "left": translate(f"{p.id} left", p.left).as_json(), "right": owner[p.right]}
                for p in item.pairs
            ],
            "rights": [
                {"id": name, "text": translate(f"{name} right", text).as_json()} for name, text in rights.items()
            ],
            **{kind: translate(kind, text).as_json() for kind, text in item.feedback},
        }

    def lines(self, item: MatchingSource, translate: Translate) -> Iterable[Words]:
        rights = sorted(_rights(item).items(), key=lambda right: right[1].casefold())
        return [
            *(translate(f"{pair.id} left", pair.left) for pair in item.pairs),
            *(translate(f"{name} right", text) for name, text in rights),
        ]

    def shuffle(self, question: Question, seed: str) -> Question:
        return shuffled(shuffled(question, seed, "pairs"), f"{seed} right", "rights")

    def fields(self, question: Question) -> tuple[Field, ...]:
        rights = choices(Text.load(right["text"]) for right in question.body["rights"])
        return tuple(
            Field(f"{question.id}.{row}", "select", Text.load(pair["left"]), rights)
            for row, pair in enumerate(question.body["pairs"], start=1)
        )

    def parse(self, question: Question, values: Values) -> Reading:
        names = [right["id"] for right in question.body["rights"]]
        matched: dict[str, str] = {}
        wrong: list[Wrong] = []
        for field, pair in zip(self.fields(question), question.body["pairs"], strict=True):
            picked = chosen(values, field.name, names)
            if len(picked) == 1:
                matched[pair["id"]] = picked[0]
            else:
                wrong.append(Wrong(field.name, _("Choose a match for “%(row)s”.", row=field.label)))
        return Reading(None, tuple(wrong)) if wrong else Reading(matched)

    def grade(self, question: Question, answer: Answer) -> Grade:
        given = answer if isinstance(answer, dict) else {}
        texts = {right["id"]: Text.load(right["text"]) for right in question.body["rights"]}
        parts = tuple(
            Part(
                pair["id"],
                Text.load(pair["left"]),
                "hit" if given.get(pair["id"]) == pair["right"] else "false",
                given=texts.get(given.get(pair["id"], "")),
                wanted=texts[pair["right"]],
            )
            for pair in question.body["pairs"]
        )
        hits = sum(part.verdict == "hit" for part in parts)
        right = hits == len(parts)
        return Grade(
            Fraction(hits, len(parts)), right, parts, Text.load(question.body["correct" if right else "incorrect"])
        )


def _rights(item: MatchingSource) -> dict[str, str]:
    """Right sides by the id that owns the words first: the same words stand in the list once."""
    owners: dict[str, str] = {}
    for name, text in [*((p.id, p.right) for p in item.pairs), *((e.id, e.text) for e in item.extra_right)]:
        if text not in owners.values():
            owners[name] = text
    return owners


def _same_sides(item: MatchingSource) -> Iterable[Flaw]:
    lefts = [pair.left.casefold() for pair in item.pairs]
    for place, left in enumerate(lefts):
        if left in lefts[:place]:
            yield Flaw(
                ("pairs", place, "left"),
                "quiz-same-left",
                L_("Two rows have the same left side."),
                L_("Write rows that can be told apart."),
            )
    rights = {pair.right for pair in item.pairs}
    for place, extra in enumerate(item.extra_right):
        if extra.text in rights:
            yield Flaw(
                ("extra_right", place, "text"),
                "quiz-extra-right",
                L_("This extra right side is the answer of a row."),
                L_("Write one that fits no row, or take it out."),
            )
    if len(rights) + len(item.extra_right) < 2:
        yield Flaw(
            ("pairs",),
            "quiz-one-right",
            L_("Every row has the same right side."),
            L_("Write at least two different right sides."),
        )
