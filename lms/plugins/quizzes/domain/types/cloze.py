"""A text with gaps: each is filled from a list of words, or typed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, StringConstraints
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
    Prose,
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
from lms.plugins.quizzes.domain.types.choice import choices, chosen, shuffled
from lms.plugins.quizzes.domain.types.short import (
    accept_flaws,
    accepted,
    is_accepted,
    typing_trouble,
    written,
)

GAP = re.compile(r"\{([1-9]\d?)\}")


def _listed(value: object) -> object:
    """One word may be written without a list."""
    return [value] if isinstance(value, str) else value


Gap = Annotated[str, StringConstraints(pattern=r"^[1-9]\d?$")]
Accept = Annotated[tuple[Line, ...], BeforeValidator(_listed), Limit(min_length=1, max_length=20)]


class ClozeVerdicts(Verdicts):
    partial: Prose | None = None


class ClozeSource(ItemSource):
    """`text` holds the gaps {1}, {2} …; with `bank` their words are chosen from it, without it they are typed."""

    type: Literal["cloze"]
    prompt: Prose = ""
    text: Prose
    bank: Annotated[tuple[Line, ...], Limit(min_length=2, max_length=12)] | None = None
    answers: Annotated[dict[Gap, Accept], Limit(min_length=1, max_length=12)]
    feedback: ClozeVerdicts


@dataclass(frozen=True)
class Cloze(QuestionType[ClozeSource]):
    """Each gap earns its share. A word of the list may be right in more than one gap.

    In the body, `pieces` is the text cut at its gaps: words, number of a gap, words, and so on.
    """

    key: str = "cloze"
    label: ClassVar[Label] = L_("Fill in the gaps")
    source: ClassVar[type[ItemSource]] = ClozeSource
    template: ClassVar[str] = "quizzes/types/gaps.html"
    review: ClassVar[str] = "quizzes/review/gaps.html"
    paper: ClassVar[str] = "quizzes/paper/gaps.html"

    def problems(self, item: ClozeSource) -> Iterable[Flaw]:
        yield from _gap_flaws(item)
        if item.bank is None:
            for gap, accept in item.answers.items():
                yield from accept_flaws(("answers", gap), accept)
        else:
            yield from _bank_flaws(item, item.bank)
        for kind, text in _verdicts(item):
            yield from feedback_length(("feedback", kind), text)

    def segments(self, item: ClozeSource) -> Iterable[tuple[str, str]]:
        yield "text", item.text
        if item.bank is None:
            yield from ((f"{gap} accept", written(item.answers[gap])) for gap in _gaps(item))
        else:
            yield from ((f"{name} word", text) for name, text in _words(item).items())
        yield from _verdicts(item)

    def compile(self, item: ClozeSource, translate: Translate) -> dict[str, Any]:
        text = translate("text", item.text)
        words = _words(item)
        owner = {text: name for name, text in words.items()}
        return {
            "pieces": GAP.split(text.text),
            "lang": text.lang if text.fallback else "",
            "dir": text.dir,
            "gaps": [
                {"id": gap, "word": owner[item.answers[gap][0]]}
                if item.bank
                else {"id": gap, **accepted(f"{gap} accept", item.answers[gap], translate)}
                for gap in _gaps(item)
            ],
            "words": [{"id": n, "text": translate(f"{n} word", word).as_json()} for n, word in words.items()],
            **{kind: translate(kind, said).as_json() for kind, said in _verdicts(item)},
        }

    def lines(self, item: ClozeSource, translate: Translate) -> Iterable[Words]:
        words = sorted(_words(item).items(), key=lambda word: word[1].casefold())
        return [translate("text", item.text), *(translate(f"{name} word", text) for name, text in words)]

    def shuffle(self, question: Question, seed: str) -> Question:
        return shuffled(question, seed, "words")

    def fields(self, question: Question) -> tuple[Field, ...]:
        words = choices(Text.load(word["text"]) for word in question.body["words"])
        return tuple(
            Field(
                f"{question.id}.{number}",
                "select" if words else "text",
                Text(_("Gap %(number)s", number=number)),
                words,
            )
            for number, _gap in enumerate(question.body["gaps"], start=1)
        )

    def parse(self, question: Question, values: Values) -> Reading:
        names = [word["id"] for word in question.body["words"]]
        filled: dict[str, str] = {}
        wrong: list[Wrong] = []
        for field, gap in zip(self.fields(question), question.body["gaps"], strict=True):
            picked, trouble = _picked(values, field, names) if names else _typed(values, field)
            if trouble:
                wrong.append(Wrong(field.name, f"{field.label}: {trouble}"))
            filled[gap["id"]] = picked
        return Reading(None, tuple(wrong)) if wrong else Reading(filled)

    def grade(self, question: Question, answer: Answer) -> Grade:
        given = answer if isinstance(answer, dict) else {}
        body = question.body
        texts = {word["id"]: Text.load(word["text"]) for word in body["words"]}
        parts = tuple(_part(gap, given.get(gap["id"], ""), texts) for gap in body["gaps"])
        hits = sum(part.verdict == "hit" for part in parts)
        right = hits == len(parts)
        kind = "correct" if right else "partial" if hits and "partial" in body else "incorrect"
        return Grade(Fraction(hits, len(parts)), right, parts, Text.load(body[kind]))


def _picked(values: Values, field: Field, names: Sequence[str]) -> tuple[str, str]:
    found = chosen(values, field.name, names)
    return (found[0], "") if len(found) == 1 else ("", _("Choose a word."))


def _typed(values: Values, field: Field) -> tuple[str, str]:
    typed = " ".join(next(iter(values.get(field.name, ())), "").split())
    return typed, typing_trouble(typed)


def _part(gap: Mapping[str, Any], given: str, texts: Mapping[str, Text]) -> Part:
    label = Text(_("Gap %(number)s", number=int(gap["id"])))
    if texts:
        hit, said, wanted = given == gap["word"], texts.get(given, Text("")), texts[gap["word"]]
    else:
        hit, said, wanted = is_accepted(gap, given), Text(given), Text.load(gap["shown"])
    return Part(gap["id"], label, "hit" if hit else "false", given=said, wanted=wanted)


def _gaps(item: ClozeSource) -> list[str]:
    return sorted(item.answers, key=int)


def _verdicts(item: ClozeSource) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in item.feedback if text]


def _words(item: ClozeSource) -> dict[str, str]:
    """Words of the list by the gap that owns them first; those of no gap are x1, x2 …"""
    found: dict[str, str] = {}
    if item.bank is None:
        return found
    for gap in _gaps(item):
        if item.answers[gap][0] not in found.values():
            found[gap] = item.answers[gap][0]
    rest = [word for word in item.bank if word not in found.values()]
    return found | {f"x{place}": word for place, word in enumerate(rest, start=1)}


def _gap_flaws(item: ClozeSource) -> Iterable[Flaw]:
    found = GAP.findall(item.text)
    wanted = [str(number) for number in range(1, len(item.answers) + 1)]
    if sorted(found, key=int) != wanted or _gaps(item) != wanted:
        yield Flaw(
            ("text",),
            "quiz-gaps",
            L_("Gaps and answers do not belong together."),
            L_("Number the gaps in the text with braces, from 1 on, each once, and give each of them its answer."),
        )


def _bank_flaws(item: ClozeSource, bank: Sequence[str]) -> Iterable[Flaw]:
    folded = [word.casefold() for word in bank]
    for place, word in enumerate(folded):
        if word in folded[:place]:
            yield Flaw(
                ("bank", place),
                "quiz-same-word",
                L_("This word stands twice in the list."),
                L_("Keep one: a word may be right in more than one gap."),
            )
    for gap, accept in item.answers.items():
        if len(accept) != 1 or accept[0] not in bank:
            yield Flaw(
                ("answers", gap),
                "quiz-not-in-bank",
                L_("The answer to gap %(gap)s is not one word of the list."),
                L_("Write one of these: %(words)s."),
                values={"gap": gap, "words": ", ".join(bank)},
            )
