"""GIFT, the text format of Moodle: questions between blank lines, answers in braces."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any

from lms.plugins.quizzes.domain.exchange import gift_choices as choices
from lms.plugins.quizzes.domain.exchange import texts
from lms.plugins.quizzes.domain.exchange.draft import BLANK, Draft, Form, Found, options, pairs, spread, verdicts
from lms.plugins.quizzes.domain.exchange.gift_choices import Told
from lms.plugins.quizzes.domain.exchange.numbers import between, number, value
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.weights import scoring

LONGEST_NAME = 400
LONGEST_COMMENT = 2_000
LONGEST_BLOCK = 40_000
_BRACE = re.compile(r"(?<!\\)(?:\\\\)*([{}])")
_TITLE = re.compile(r"\s*::((?:\\.|(?!::)[^\\])*)::", re.DOTALL)
_ID = re.compile(r"\[id:((?:\\.|[^\\\]])*)\]")
_TAG = re.compile(r"\[tag:((?:\\.|[^\\\]])*)\]")
_TRUE = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(?:#|$)", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """The lines of one question, and what stood above it."""

    lines: list[str] = field(default_factory=list)
    category: str = ""
    given: str = ""
    tags: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def read(data: bytes) -> Iterator[Found]:
    """Yield the questions of a file.

    Raises:
        Refused: it is not text.

    """
    for place, block in enumerate(blocks(texts.decoded(data)), start=1):
        title = _TITLE.match(block.text[:LONGEST_NAME])
        name = texts.line(choices.plain(title[1]) if title else block.text[:LONGEST_NAME])
        yield (
            Draft(place, name, block.given, block.tags, block.category),
            partial(_question, text=block.text),
        )


def blocks(text: str) -> Iterator[Block]:
    """Cut a file at blank lines outside braces; a brace that is never closed ends at the next blank line."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("//") or _says(line)]
    braces = [_braces(line) for line in lines]
    closes = _closing(braces)
    block, category, is_open = Block(), "", False
    for place, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith("//"):
            bare = bare[:LONGEST_COMMENT]
            block.given = next((_unbracketed(found) for found in _ID.findall(bare)), block.given)
            block.tags += [_unbracketed(found) for found in _TAG.findall(bare)]
        elif bare.startswith("$CATEGORY:") and not block.lines:
            category = bare.removeprefix("$CATEGORY:").strip()
        elif bare:
            block.lines.append(line)
            is_open = braces[place][-1] == "{" if braces[place] else is_open
        elif block.lines and not (is_open and closes[place]):
            block.category = category
            yield block
            block, is_open = Block(), False
    if block.lines:
        block.category = category
        yield block


def _unbracketed(text: str) -> str:
    return re.sub(r"\\([\\\]])", r"\1", text).strip()


def _says(line: str) -> bool:
    return "[id:" in line or "[tag:" in line


def _braces(line: str) -> list[str]:
    """Return the braces of a line that mean something; a line that no question can hold has none."""
    if len(line) > LONGEST_BLOCK:
        return []
    return _BRACE.findall(line)


def _closing(lines: list[list[str]]) -> list[bool]:
    """Whether the next brace from each line on closes."""
    found, closes = [False] * len(lines), False
    for place in range(len(lines) - 1, -1, -1):
        closes = lines[place][0] == "}" if lines[place] else closes
        found[place] = closes
    return found


def _question(draft: Draft, text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_BLOCK:
        raise Refused("text-long", most=LONGEST_BLOCK)
    title = _TITLE.match(text)
    rest = text[title.end() :] if title else text
    form, rest = choices.form_of(rest, "html")
    braces = list(islice(_BRACE.finditer(rest), 3))
    if not braces:
        raise Refused("description")
    if braces[0][1] == "}" or len(braces) == 1:
        raise Refused("unclosed")
    if len(braces) > 2 or braces[1][1] == "{":
        raise Refused("composite")
    before, inside, after = (
        rest[: braces[0].start(1)],
        rest[braces[0].end() : braces[1].start(1)],
        rest[braces[1].end() :],
    )
    told, answers = choices.told(draft, inside.strip(), form)
    return {"prompt": _prompt(draft, before, after, form), **_answers(draft, answers, told, form)}


def _prompt(draft: Draft, before: str, after: str, form: Form) -> str:
    start, end = draft.asked(choices.plain(before), form), draft.asked(choices.plain(after), form)
    if not any(sign.isalnum() for sign in end) and (not end or start.endswith(("?", ".", ":", "!", "؟"))):
        return start
    draft.lose("blank")
    glue = "" if end[:1] in ".,;:!?" else " "
    return f"{start} {BLANK}{glue}{end}".strip()


def _answers(draft: Draft, inside: str, general: str, form: Form) -> Mapping[str, Any]:
    if not inside:
        draft.lose("essay")
        return {"type": "reflection", "help": general}
    if inside.startswith("#"):
        return _numeric(draft, inside[1:], general, form)
    rows = choices.rows(draft, inside, form)
    if any(row.sign == "~" for row in rows):
        return _choice(draft, rows, general)
    if found := choices.matched(draft, rows, form):
        return {"type": "matching", **pairs(found), "feedback": verdicts("", "", general)}
    if not rows and (told := _TRUE.match(inside)):
        return _truefalse(draft, inside, told[1].upper().startswith("T"), general, form)
    return choices.short(draft, rows or choices.rows(draft, f"={inside}", form), general)


def _choice(draft: Draft, rows: list[Told], general: str) -> Mapping[str, Any]:
    right = [row for row in rows if row.sign == "=" or row.weight >= 100]
    several = not any(row.sign == "=" for row in rows) or len(right) > 1
    made = [(row.text, row.weight > 0 if several else row in right[:1], row.feedback) for row in rows]
    if not several:
        if any(row.weight and row not in right for row in rows):
            draft.lose("partial")
        return {"type": "single", "options": spread(options(made), general)}
    if len(right) > 1 and any(row.sign == "=" for row in rows):
        draft.lose("rule")
        return {"type": "multiple", "options": spread(options(made), general)}
    points, exact = scoring([row.weight for row in rows])
    if not exact:
        draft.lose("weights")
    return {"type": "multiple", "options": spread(options(made), general), "scoring": points}


def _truefalse(draft: Draft, inside: str, answer: bool, general: str, form: Form) -> Mapping[str, Any]:  # noqa: FBT001 - the answer itself
    _side, *said = choices.cut(inside, "#")
    incorrect, correct = ([choices.said(draft, part, form) for part in said] + ["", ""])[:2]
    return {"type": "truefalse", "answer": answer, "feedback": verdicts(correct, incorrect, general)}


def _numeric(draft: Draft, inside: str, general: str, form: Form) -> Mapping[str, Any]:
    start = "" if inside.lstrip().startswith(("=", "~")) else "="
    rows = choices.rows(draft, f"{start}{inside}", form)
    full = [row for row in rows if row.sign == "=" and row.weight == Fraction(100)]
    if not full:
        raise Refused("no-key")
    if any(0 < row.weight < 100 for row in rows):
        draft.lose("partial")
    if len(full) > 1:
        draft.lose("answers", answers=", ".join(row.text for row in full[1:]))
    answer, tolerance = _range(full[0].text)
    wrong = next((row.feedback for row in rows if row.weight <= 0 and row.feedback), "")
    return {
        "type": "numeric",
        "answer": value(answer),
        "tolerance": value(tolerance),
        "feedback": verdicts(full[0].feedback, wrong, general),
    }


def _range(text: str) -> tuple[Decimal, Decimal]:
    if ".." in text:
        low, _dots, high = text.partition("..")
        return between(number(low), number(high))
    answer, _colon, tolerance = text.partition(":")
    return number(answer), abs(number(tolerance or "0"))
