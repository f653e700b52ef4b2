"""Aiken: a question on a line, answers behind capital letters, and which one is right. Nothing else fits in."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from lms import gettext as _
from lms.plugins.quizzes.domain.exchange import texts
from lms.plugins.quizzes.domain.exchange.draft import Draft, Found, options
from lms.plugins.quizzes.domain.exchange.out import Parting, Written, each, line, not_held
from lms.plugins.quizzes.domain.exchange.remarks import Refused

MOST_LINES = 60
_OPTION = re.compile(r"\s*([A-Z])[.)]\s*(\S.*)")
_ANSWER = re.compile(r"\s*ANSWER\s*:\s*(.*)", re.IGNORECASE)
_SURE = re.compile(r"^\s{0,20}(?:ANSWER\s{0,9}:|[A-D][.)]\s*\S)", re.MULTILINE)
_NAMED = re.compile(r"^ANSWER[ \t]{0,9}:[ \t]{0,9}[A-Z][ \t]{0,9}$", re.MULTILINE | re.IGNORECASE)
_GIFT = re.compile(r"(?<!\\)[{}]|^\s{0,20}::", re.MULTILINE)
_CLAIM = re.compile(r"\s*(?:[A-Z][.)]|ANSWER\s*:)", re.IGNORECASE)
_LETTER = re.compile(r"[A-Z]")


def is_aiken(text: str) -> bool:
    """Whether a text names an answer by its letter, or has answers behind letters and no braces as GIFT has them."""
    return bool(_NAMED.search(text) or (_SURE.search(text) and not _GIFT.search(text)))


def read(data: bytes) -> Iterator[Found]:
    """Yield the questions of a file.

    Raises:
        Refused: it is not text.

    """
    for place, (first, lines) in enumerate(_groups(texts.decoded(data)), start=1):
        yield Draft(place, texts.line(lines[0])), partial(_question, first=first, lines=lines)


def _groups(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of each question with the number of the first; it ends behind its answer, or at an empty line
    after which no option follows.
    """
    lines = text.split("\n")
    group: list[str] = []
    first = 1
    for number, found in enumerate(lines, start=1):
        if found.strip():
            first = first if group else number
            group.append(found)
        following = next((later for later in lines[number : number + 3] if later.strip()), "")
        over = not found.strip() and not _CLAIM.match(following)
        if group and (over or _ANSWER.match(found)):
            yield first, group
            group = []
    if group:
        yield first, group


def _question(draft: Draft, first: int, lines: Sequence[str]) -> Mapping[str, Any]:
    if len(lines) > MOST_LINES:
        raise Refused("many-answers", most=MOST_LINES)
    prompt: list[str] = []
    rows: list[tuple[str, str]] = []
    right = ""
    for number, found in enumerate(lines, start=first):
        if answer := _ANSWER.match(found):
            right = answer[1].strip().upper()
        elif option := _OPTION.match(found):
            rows.append((option[1], draft.text(option[2], "plain")))
        elif rows:
            raise Refused("unreadable", line=number)
        else:
            prompt.append(found)
    if not prompt:
        raise Refused("unreadable", line=first)
    names = [name for name, _text in rows]
    if not _LETTER.fullmatch(right) or names.count(right) != 1:
        raise Refused("no-key")
    made = options((text, name == right, "") for name, text in rows)
    return {"type": "single", "prompt": draft.text(" ".join(prompt), "plain"), "options": made}


def write(partings: Iterable[Parting]) -> tuple[bytes, Written[str]]:
    """Return a file, and what became of each question."""
    made = each(partings, _written)
    return "\n".join(made.parts).encode(), made


def _written(parting: Parting) -> str:
    if parting.kind == "single":
        rows = [(line(option["text"]), bool(option.get("correct"))) for option in parting.item["options"]]
    elif parting.kind == "truefalse":
        parting.lose("as-choice")
        rows = [(_("True"), parting.item["answer"]), (_("False"), not parting.item["answer"])]
    else:
        raise not_held(parting)
    if _CLAIM.match(parting.prompt):
        raise Refused("ambiguous")
    parting.lose("feedback")
    parting.lose_marks()
    letters = [chr(ord("A") + place) for place in range(len(rows))]
    lines = [f"{letter}. {text}" for letter, (text, _right) in zip(letters, rows, strict=True)]
    answer = next(letter for letter, (_text, right) in zip(letters, rows, strict=True) if right)
    return "\n".join([parting.prompt, *lines, f"ANSWER: {answer}", ""])
