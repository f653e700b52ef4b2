"""Gaps in texts of Moodle: `{1:SHORTANSWER:=word}` in the text, or `[[1]]` with a list of words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.plugins.quizzes.domain.exchange import texts
from lms.plugins.quizzes.domain.exchange.draft import Draft, Form
from lms.plugins.quizzes.domain.exchange.gift_choices import cut
from lms.plugins.quizzes.domain.exchange.patterns import literal
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.weights import fraction

EMBEDDED = re.compile(r"\{(\d{0,3}):([A-Z_]{1,20}):((?:\\.|[^{}\\])*)\}", re.DOTALL)
PLACED = re.compile(r"\[\[(\d{1,3})\]\]")
CHOSEN = ("MULTICHOICE", "MC")
TYPED = ("SHORTANSWER", "SA", "MW")
NUMBER = ("NUMERICAL", "NM")
_WEIGHT = re.compile(r"(=|%(-?[\d.]{1,12})%)")
_ESCAPED = re.compile(r"\\([}#~/\"\\=:{])")


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap: what is right in it, what else is offered, and what is said."""

    kind: str
    right: tuple[str, ...]
    others: tuple[str, ...]
    correct: str
    incorrect: str


def with_gaps(
    draft: Draft, text: str, form: Form, pattern: re.Pattern[str], name: Callable[[re.Match[str]], str]
) -> str:
    """Return a text as plain words, with what `name` says in place of what the pattern finds."""
    bare = texts.without_marks(text)
    found = list(pattern.finditer(bare))
    marked = pattern.sub(texts.MARK, bare)
    pieces = draft.gapless(draft.asked(marked, form)).split(texts.MARK)
    if len(pieces) != len(found) + 1:
        raise Refused("gaps")
    return "".join(piece + name(gap) for piece, gap in zip(pieces, found, strict=False)) + pieces[-1]


def embedded(draft: Draft, text: str, form: Form) -> Mapping[str, Any]:
    """Return a text whose gaps stand in it, with their answers.

    Raises:
        Refused: no gap, or one that cannot be read.

    """
    gaps: list[Gap] = []

    def name(found: re.Match[str]) -> str:
        gaps.append(_gap(draft, found))
        return f"{{{len(gaps)}}}"

    whole = with_gaps(draft, text, form, EMBEDDED, name)
    if not gaps:
        raise Refused("gaps")
    return {"type": "cloze", "text": whole, **answers(draft, gaps), "feedback": _said(draft, gaps)}


def answers(draft: Draft, gaps: Sequence[Gap]) -> dict[str, Any]:
    """Return the answers of gaps, and the one list they choose from if all of them are chosen."""
    offered = [{*gap.right, *gap.others} for gap in gaps]
    if all(gap.kind == "chosen" and len(gap.right) == 1 for gap in gaps):
        if any(words != offered[0] for words in offered):
            draft.lose("shared")
        bank = list(dict.fromkeys(word for gap in gaps for word in (*gap.right, *gap.others)))
        return {"bank": sorted(bank), "answers": {str(n): gap.right[0] for n, gap in enumerate(gaps, 1)}}
    if any(gap.kind == "chosen" for gap in gaps):
        draft.lose("choices")
    return {"answers": {str(n): list(gap.right) for n, gap in enumerate(gaps, 1)}}


def _said(draft: Draft, gaps: Sequence[Gap]) -> dict[str, str]:
    correct = list(dict.fromkeys(gap.correct for gap in gaps if gap.correct))
    incorrect = list(dict.fromkeys(gap.incorrect for gap in gaps if gap.incorrect))
    if len(correct) > 1 or len(incorrect) > 1:
        draft.lose("feedback")
    return {"correct": correct[0] if correct else "", "incorrect": incorrect[0] if incorrect else ""}


def _gap(draft: Draft, found: re.Match[str]) -> Gap:
    kind = found[2].removesuffix("_S").removesuffix("_C")
    right: list[str] = []
    others: list[str] = []
    said: dict[bool, str] = {}
    for piece in cut(found[3], "~"):
        weight = _WEIGHT.match(piece)
        share = fraction(weight[2]) if weight and weight[2] else fraction("100" if weight else "0")
        answer, _sign, feedback = _cut(piece[weight.end() :] if weight else piece)
        if 0 < share < 100:
            draft.lose("partial")
        (right if share >= 100 else others).append(draft.text(answer))
        said.setdefault(share >= 100, draft.text(feedback))
    if kind.startswith(NUMBER):
        right = [_number(draft, answer) for answer in right]
    elif not kind.startswith((*CHOSEN, *TYPED)):
        raise Refused("gap-syntax", gap=found[0][:40])
    if not right:
        raise Refused("no-key")
    chosen = kind.startswith(CHOSEN)
    right = right if chosen else literal(draft, right)
    listed = tuple(word for word in others if word) if chosen else ()
    return Gap("chosen" if chosen else "typed", tuple(right), listed, said.get(True, ""), said.get(False, ""))


def _cut(piece: str) -> tuple[str, str, str]:
    answer, *feedback = cut(piece, "#")
    return _ESCAPED.sub(r"\1", answer), "#", _ESCAPED.sub(r"\1", feedback[0]) if feedback else ""


def _number(draft: Draft, answer: str) -> str:
    number, _colon, tolerance = answer.partition(":")
    if tolerance.strip(" 0."):
        draft.lose("tolerance")
    return number.strip()


def placed(draft: Draft, text: str, form: Form, words: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """Return a text with numbered gaps and one list of words.

    Args:
        draft: what names losses.
        text: the text, with the number of a word in each gap.
        form: how it is written.
        words: each word with the list it belongs to.

    """
    right: list[str] = []

    def name(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(words):
            raise Refused("gaps")
        right.append(words[number - 1][0])
        return f"{{{len(right)}}}"

    whole = with_gaps(draft, text, form, PLACED, name)
    if not right:
        raise Refused("gaps")
    if len({group for _word, group in words}) > 1:
        draft.lose("shared")
    bank = list(dict.fromkeys(word for word, _group in words))
    return {"type": "cloze", "text": whole, "bank": bank, "answers": {str(n): word for n, word in enumerate(right, 1)}}
