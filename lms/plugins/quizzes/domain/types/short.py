"""A short text, compared with the answers that an author accepts."""

from collections.abc import Iterable, Mapping
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
from lms.plugins.quizzes.domain.folding import fold

LONGEST = 100
BETWEEN = "|"
Path = tuple[str | int, ...]


class ShortSource(ItemSource):
    """`accept`: every way of writing that is right, the one to show first."""

    type: Literal["short"]
    accept: Annotated[tuple[Line, ...], Limit(min_length=1, max_length=20)]
    feedback: Verdicts


@dataclass(frozen=True)
class Short(QuestionType[ShortSource]):
    """Full marks for an accepted answer, however it is typed: case, accents and variants of letters do not count."""

    key: str = "short"
    label: ClassVar[Label] = L_("Short text")
    source: ClassVar[type[ItemSource]] = ShortSource
    template: ClassVar[str] = "quizzes/types/line.html"
    review: ClassVar[str] = "quizzes/review/number.html"

    def problems(self, item: ShortSource) -> Iterable[Flaw]:
        yield from accept_flaws(("accept",), item.accept)
        for kind, text in item.feedback:
            yield from feedback_length(("feedback", kind), text)

    def segments(self, item: ShortSource) -> Iterable[tuple[str, str]]:
        yield "accept", written(item.accept)
        yield from item.feedback

    def compile(self, item: ShortSource, translate: Translate) -> dict[str, Any]:
        return {
            **accepted("accept", item.accept, translate),
            **{kind: translate(kind, text).as_json() for kind, text in item.feedback},
        }

    def lines(self, item: ShortSource, translate: Translate) -> Iterable[Words]:
        return ()

    def shuffle(self, question: Question, seed: str) -> Question:
        return question

    def fields(self, question: Question) -> tuple[Field, ...]:
        return (Field(question.id, "text"),)

    def parse(self, question: Question, values: Values) -> Reading:
        typed = " ".join(next(iter(values.get(question.id, ())), "").split())
        trouble = typing_trouble(typed)
        return Reading(None, (Wrong(question.id, trouble),)) if trouble else Reading(typed)

    def grade(self, question: Question, answer: Answer) -> Grade:
        given = answer if isinstance(answer, str) else ""
        right = is_accepted(question.body, given)
        part = Part(
            "answer",
            Text(""),
            "hit" if right else "false",
            given=Text(given),
            wanted=Text.load(question.body["shown"]),
        )
        return Grade(Fraction(right), right, (part,), Text.load(question.body["correct" if right else "incorrect"]))


def written(accept: Iterable[str]) -> str:
    """All accepted answers as one text: another language may need more of them, or fewer."""
    return f" {BETWEEN} ".join(accept)


def accepted(kind: str, accept: tuple[str, ...], translate: Translate) -> dict[str, Any]:
    """Accepted answers of one language, with those of the source, which nobody loses by typing."""
    words = translate(kind, written(accept))
    own = [part.strip() for part in words.text.split(BETWEEN) if fold(part)] or list(accept)
    return {
        "accept": sorted({fold(text) for text in (*own, *accept)}),
        "shown": {**words.as_json(), "text": own[0]},
    }


def is_accepted(body: Mapping[str, Any], typed: str) -> bool:
    return bool(fold(typed)) and fold(typed) in body["accept"]


def typing_trouble(typed: str) -> str:
    """Why a typed text cannot be taken, empty if it can."""
    if not fold(typed):
        return _("Write an answer.")
    if len(typed) > LONGEST:
        return _("Write at most %(count)s characters.", count=LONGEST)
    return ""


def accept_flaws(path: Path, accept: Iterable[str]) -> Iterable[Flaw]:
    """What makes an accepted answer one that nobody can give."""
    for place, text in enumerate(accept):
        if not fold(text):
            yield Flaw(
                (*path, place),
                "quiz-accept-empty",
                L_("“%(text)s” has no letter or digit."),
                L_("Write an answer that can be typed."),
                values={"text": text},
            )
        if BETWEEN in text or len(text) > LONGEST:
            yield Flaw(
                (*path, place),
                "quiz-accept-text",
                L_("“%(text)s” cannot be an accepted answer."),
                L_("Write at most %(limit)s characters, without “|”; give each answer an entry of its own."),
                values={"text": text, "limit": LONGEST},
            )
