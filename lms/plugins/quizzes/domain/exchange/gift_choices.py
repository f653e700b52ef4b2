"""What stands between the braces of GIFT: answers behind `=` and `~`, weights, feedback, and signs behind a backslash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from lms.plugins.quizzes.domain.exchange.draft import Draft, Form, verdicts
from lms.plugins.quizzes.domain.exchange.patterns import literal
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.weights import fraction

_ESCAPED = re.compile(r"\\([~=#{}:])")
_FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%([^%]{1,20})%")
_MARK = re.compile(r"(?<!\\)(?:\\\\)*([=~])")
GENERAL = "####"
MOST_ANSWERS = 60


@dataclass(frozen=True, slots=True)
class Told:
    """One answer; `raw` is how it stands in the file, without weight and feedback."""

    sign: str
    text: str
    weight: Fraction
    feedback: str
    raw: str


def plain(text: str) -> str:
    """Return a text without its backslashes."""
    return "\\".join(_single(piece) if "\\" in piece else piece for piece in text.split("\\\\"))


def _single(piece: str) -> str:
    return _ESCAPED.sub(r"\1", piece).replace("\\n", "\n")


def form_of(text: str, otherwise: Form) -> tuple[Form, str]:
    """Return how a text is written, and the text."""
    found = _FORM.match(text)
    if not found:
        return otherwise, text
    name = found[1].lower()
    return cast(Form, "html" if name == "moodle" else name), text[found.end() :]


def cut(text: str, sign: str) -> list[str]:
    """Cut a text at a sign without a backslash before it."""
    pieces, start = [], 0
    for found in re.finditer(rf"(?<!\\)(?:\\\\)*({re.escape(sign)})", text):
        pieces.append(text[start : found.start(1)])
        start = found.end()
    return [*pieces, text[start:]]


def said(draft: Draft, text: str, form: Form) -> str:
    """Return a text of an answer as plain words."""
    own, rest = form_of(text, form)
    return draft.text(plain(rest), own)


def told(draft: Draft, inside: str, form: Form) -> tuple[str, str]:
    """Return what is said in general, and the answers before it."""
    answers, *general = cut(inside, GENERAL)
    return (said(draft, general[0], form) if general else ""), answers.strip()


def rows(draft: Draft, inside: str, form: Form) -> list[Told]:
    """Return the answers in their order; none if nothing begins with `=` or `~`.

    Raises:
        Refused: words before the first answer.

    """
    marks = list(_MARK.finditer(inside))
    if not marks:
        return []
    if inside[: marks[0].start(1)].strip():
        raise Refused("loose", text=inside[: marks[0].start(1)].strip()[:40])
    if len(marks) > MOST_ANSWERS:
        raise Refused("many-answers", most=MOST_ANSWERS)
    ends = [*(mark.start(1) for mark in marks[1:]), len(inside)]
    return [_row(draft, mark[1], inside[mark.end() : end], form) for mark, end in zip(marks, ends, strict=True)]


def _row(draft: Draft, sign: str, body: str, form: Form) -> Told:
    weight = Fraction(100 if sign == "=" else 0)
    if found := _WEIGHT.match(body):
        weight, body = fraction(found[1]), body[found.end() :]
    answer, *feedback = cut(body, "#")
    spoken = said(draft, "#".join(feedback), form) if feedback else ""
    return Told(sign, said(draft, answer, form), weight, spoken, answer)


def matched(draft: Draft, told_rows: list[Told], form: Form) -> list[tuple[str, str]]:
    """Return left and right side of each row; none if one of them has no arrow."""
    found = [row.raw.partition("->") for row in told_rows]
    if not all(arrow for _left, arrow, _right in found):
        return []
    return [(said(draft, left, form), said(draft, right, form)) for left, _arrow, right in found]


def short(draft: Draft, told_rows: list[Told], general: str) -> Mapping[str, Any]:
    """Return a question with accepted answers; what is right in part, or a pattern, is named."""
    full = [row for row in told_rows if row.weight >= 100]
    if any(0 < row.weight < 100 for row in told_rows):
        draft.lose("partial")
    accept = literal(draft, [row.text for row in full])
    correct = next((row.feedback for row in full if row.feedback), "")
    wrong = [row.feedback for row in told_rows if row.weight <= 0 and row.feedback]
    if len({row.feedback for row in told_rows if row.feedback}) > bool(correct) + bool(wrong):
        draft.lose("feedback")
    return {"type": "short", "accept": accept, "feedback": verdicts(correct, wrong[-1] if wrong else "", general)}
