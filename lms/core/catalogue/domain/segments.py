"""What is translated: one segment is one heading, paragraph, list item, table cell or text of an activity."""

from dataclasses import dataclass
from typing import Literal, Protocol

Direction = Literal["ltr", "rtl"]
RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku-arab", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})


def direction(lang: str) -> Direction:
    """The writing direction of a language tag ("ar", "pt-BR")."""
    tag = lang.lower().replace("_", "-")
    return "rtl" if tag in RTL or tag.split("-")[0] in RTL else "ltr"


@dataclass(frozen=True, slots=True)
class Segment:
    """A text to translate: the permanent id it belongs to, its kind, and the source text.

    There is no position: a segment that moves keeps its translation.

    Args:
        context: permanent id of the course, module, lesson or activity.
        kind: what the text is; it names an item by its permanent id ("q1 prompt").
        text: the source.
        file: where it stands, inside the course folder.
        line: its line, for problems; never written to a PO file.
        note: a remark for translators.
        markdown: whether links and marks in it mean something.

    """

    context: str
    kind: str
    text: str
    file: str = ""
    line: int = 0
    note: str = ""
    markdown: bool = False

    @property
    def msgctxt(self) -> str:
        return f"{self.context} {self.kind}"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the language in which it could be given; `fallback` when that is not the language asked for."""

    text: str
    lang: str
    dir: Direction
    fallback: bool = False

    def __str__(self) -> str:
        return self.text

    def as_json(self) -> dict[str, str]:
        """`{"text": …}`, with `lang` and `dir` only where the text falls back to its source language."""
        if self.fallback:
            return {"text": self.text, "lang": self.lang, "dir": self.dir}
        return {"text": self.text}


class Translate(Protocol):
    """Gives the words of one segment of an activity in the language being compiled."""

    def __call__(self, kind: str, text: str) -> Words: ...
