"""What a compiled question is, what a person answers, and what grading says. Plain values, ready for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

Answer = str | bool | int | list[str] | dict[str, str]
"""What a type understood from a form, in option ids, never in places on the page."""

Values = Mapping[str, Sequence[str]]
"""The fields of a posted form: name -> what was sent under it."""

Control = Literal["radio", "checkbox", "select", "text"]
Verdict = Literal["hit", "false", "missed", "left"]
"""hit: chosen and right. false: chosen, not right. missed: right, not chosen. left: left out, rightly."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a question in the reader's language, or in `lang` where the translation is missing."""

    text: str
    lang: str = ""
    dir: str = ""

    @classmethod
    def load(cls, stored: Mapping[str, str]) -> "Text":
        return cls(stored["text"], stored.get("lang", ""), stored.get("dir", ""))

    def dump(self) -> dict[str, str]:
        return {"text": self.text, "lang": self.lang, "dir": self.dir} if self.lang else {"text": self.text}

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture above a question: its name in addresses, what it tells, its size in pixels and in bytes."""

    name: str
    alt: Text
    width: int
    height: int
    bytes: int

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Picture":
        return cls(stored["name"], Text.load(stored["alt"]), stored["width"], stored["height"], stored["bytes"])

    def dump(self) -> dict[str, Any]:
        size = {"width": self.width, "height": self.height, "bytes": self.bytes}
        return {"name": self.name, "alt": self.alt.dump(), **size}


@dataclass(frozen=True, slots=True)
class Question:
    """One compiled item of a release in one language. `body` holds what its type needs, the key included.

    `plain` is the question as lines of text: it is shown when the type's plugin is no longer there.
    """

    id: str
    type: str
    version: str
    prompt: Text
    outcome: str = ""
    must_know: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    picture: Picture | None = None

    def dump(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "version": self.version,
            "prompt": self.prompt.dump(),
            "outcome": self.outcome,
            "must_know": self.must_know,
            "body": dict(self.body),
            "plain": list(self.plain),
            **({"picture": self.picture.dump()} if self.picture else {}),
        }

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Question":
        return cls(
            id=stored["id"],
            type=stored["type"],
            version=stored["version"],
            prompt=Text.load(stored["prompt"]),
            outcome=stored["outcome"],
            must_know=stored["must_know"],
            body=stored["body"],
            plain=tuple(stored["plain"]),
            picture=Picture.load(stored["picture"]) if "picture" in stored else None,
        )

    def said(self, key: str) -> Text | None:
        """The words that the body holds under `key`, for templates."""
        found = self.body.get(key)
        return Text.load(found) if found else None

    def with_body(self, **changes: object) -> "Question":
        return replace(self, body={**self.body, **changes})


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is the place on the page, never an id: ids are written in the order of the key."""

    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One plain form control. Without a label of its own, the question's prompt names it."""

    name: str
    control: Control
    label: Text | None = None
    choices: tuple[Choice, ...] = ()
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A sign that may stand in a box on paper, what it says, and the value that it gives to a field."""

    sign: str
    field: str
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Box:
    """A place for one sign of an answer on paper. Without a label of its own, the question's prompt names it."""

    offers: tuple[Offer, ...]
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a field cannot be read, in the person's language, naming the row."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A form understood: an answer, or every reason why there is none."""

    answer: Answer | None
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What is said about one option, step, pair or value. `given` and `wanted` where a place or partner was asked."""

    key: str
    text: Text
    verdict: Verdict
    feedback: Text | None = None
    given: Text | None = None
    wanted: Text | None = None

    @property
    def chosen(self) -> bool:
        return self.verdict in {"hit", "false"}


@dataclass(frozen=True, slots=True)
class Grade:
    """`score` from 0 to 1, exact; `right` when nothing is missing and nothing is too much."""

    score: Fraction
    right: bool
    parts: tuple[Part, ...]
    feedback: Text | None = None
