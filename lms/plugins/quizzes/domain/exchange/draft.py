"""A question on its way in: what a file says, what gets lost, and in the end one of three results."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lms.host.pictures import Rewritten
from lms.plugins.quizzes.domain.exchange import pictures, texts
from lms.plugins.quizzes.domain.exchange.remarks import Refused, Remark

Form = Literal["html", "markdown", "plain"]
Result = Literal["imported", "imported-with-losses", "refused"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BLANK = "____"
_GAP = re.compile(r"\{([1-9]\d?)\}")


@dataclass(slots=True)
class Draft:
    """What a reader of one format notes about one question.

    Args:
        place: its number in the file.
        name: what the file calls it.
        given: the id that the file gives it.
        tags: what the file files it under.
        category: where the file keeps it.
        files: gives the files that came along with it.
        picture: the first picture of its text.

    """

    place: int
    name: str = ""
    given: str = ""
    tags: list[str] = field(default_factory=list)
    category: str = ""
    files: pictures.Files = field(default=lambda _src: None)
    picture: pictures.Found | None = None
    losses: dict[str, Remark] = field(default_factory=dict)

    def lose(self, code: str, **values: object) -> None:
        """Name a loss; the same one twice is one."""
        self.losses.setdefault(code, Remark(code, values))

    def text(self, source: str, form: Form = "html") -> str:
        """Return a text of the file as plain words on one line.

        Raises:
            Refused: it is far too long.

        """
        short = texts.shortened(source, markup=form == "html")
        if form == "plain":
            return texts.line(short)
        made = texts.words_of_markdown(short)[1] if form == "markdown" else short
        for code in texts.lost_in(made):
            self.lose(code)
        return texts.words_of_html(made) if "<" in made or "&" in made else texts.line(made)

    def asked(self, source: str, form: Form = "html") -> str:
        """Return a text of the question itself as `text` does; its first picture becomes that of the question.

        Raises:
            Refused: it is far too long.

        """
        if form == "plain" or self.picture is not None:
            return self.text(source, form)
        if form == "markdown":
            source = texts.words_of_markdown(texts.shortened(source, markup=False))[1]
        self.picture, rest, tag = pictures.first(source)
        if texts.acts(tag):
            self.lose("active")
        return self.text(rest)

    def gapless(self, text: str) -> str:
        """Return plain words in which braces may not be taken for gaps."""
        if _GAP.search(text):
            self.lose("braces")
        return _GAP.sub(r"(\1)", text)


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one question.

    Args:
        place: its number in the file; 0 stands for the file as a whole.
        name: what the file calls it.
        item: the question as `quiz.yaml` holds it, its id made of its content and without an outcome; None if refused.
        losses: what it lost.
        to_write: how many texts of feedback the file lacks; a plain sentence stands for each.
        refused: why it was not taken.
        given: the id that the file gives it.
        tags: what the file files it under.
        category: where the file keeps it.
        outcome: the outcome that a file of ours names.
        known: whether it was there before.
        picture: its picture, written anew.

    """

    place: int
    name: str
    item: Mapping[str, Any] | None = None
    losses: tuple[Remark, ...] = ()
    to_write: int = 0
    refused: Remark | None = None
    given: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    outcome: str = ""
    known: bool = False
    picture: Rewritten | None = None

    @property
    def result(self) -> Result:
        if self.refused:
            return "refused"
        return "imported-with-losses" if self.losses else "imported"

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"place": self.place, "name": self.name, "result": self.result}
        if self.refused:
            return found | {"code": self.refused.code, "why": self.refused.text, "mend": self.refused.mend}
        item = self.item or {}
        return found | {
            "id": item.get("id"),
            "type": item.get("type"),
            "already_there": self.known,
            "feedback_to_write": self.to_write,
            "picture": (item.get("picture") or {}).get("file"),
            "losses": [{"code": loss.code, "what": loss.text} for loss in self.losses],
        }


Read = Callable[[Draft], Mapping[str, Any]]
"""Makes the item of one question, noting in the draft what is lost; raises `Refused`."""
Found = tuple[Draft, Read]


def letters(count: int) -> Sequence[str]:
    """Return ids for options and steps."""
    return [LETTERS[place % 26] * (1 + place // 26) for place in range(count)]


def options(rows: Iterable[tuple[str, bool, str]], ids: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return options from (text, right, feedback)."""
    found = list(rows)
    if not all(text for text, _right, _feedback in found):
        raise Refused("wordless")
    names = ids or letters(len(found))
    return [
        {"id": name, "text": text, "correct": right, "feedback": feedback}
        for name, (text, right, feedback) in zip(names, found, strict=True)
    ]


def pairs(rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the keys of a matching question from (left, right); without a left side it is an extra."""
    found = list(rows)
    matched = [row for row in found if row[0]]
    rights = {right for _left, right in matched}
    extras = list(dict.fromkeys(right for left, right in found if not left and right and right not in rights))
    if any(not right for _left, right in matched):
        raise Refused("wordless")
    return {
        "pairs": [{"id": f"p{n}", "left": left, "right": right} for n, (left, right) in enumerate(matched, 1)],
        "extra_right": [{"id": f"x{n}", "text": text} for n, text in enumerate(extras, 1)],
    }


def verdicts(correct: str, incorrect: str, general: str = "", **more: str) -> dict[str, str]:
    """Return the feedback of a question; what is said in general stands wherever nothing else does."""
    kept = {"correct": correct or general, "incorrect": incorrect or general, **more}
    if correct and incorrect and general:
        kept["correct"] = f"{correct} {general}"
    return kept


def spread(rows: list[dict[str, Any]], general: str) -> list[dict[str, Any]]:
    """Give options without feedback what is said in general; if all have their own, the first right one says it too."""
    empty = [row for row in rows if not row["feedback"]]
    for row in empty:
        row["feedback"] = general
    right = next((row for row in rows if row["correct"]), None)
    if general and not empty and right:
        right["feedback"] = f"{right['feedback']} {general}"
    return rows
