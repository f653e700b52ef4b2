"""How questions are written in course files: the parts that all types share, and what may be wrong with them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StrictBool, StringConstraints

from lms import lazy_gettext as L_

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Severity = Literal["error", "warning"]
FEEDBACK_WORDS = range(15, 41)


class Source(BaseModel):
    """A mapping in a course file: no unknown keys, and a value of the wrong kind is named, not bent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PictureSource(Source):
    """A picture of a question: its file in the folder `media` beside, and what it tells.

    Drafts of the bank may lack the words; nothing without them is published.
    """

    file: Line
    alt: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


class ItemSource(Source):
    """What every question has. `outcome` ties it to one thing that the lesson promises.

    A kind that needs no `prompt` gives it the default "".
    """

    id: Name
    type: str
    outcome: Prose
    must_know: StrictBool = False
    pool: tuple[Name, ...] = ()
    prompt: Prose
    picture: PictureSource | None = None


class Option(Source):
    id: Name
    text: Prose
    correct: StrictBool = False
    feedback: Prose


class Verdicts(Source):
    """What is said after an answer that is right, and after one that is not."""

    correct: Prose
    incorrect: Prose


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to mend in an item; `path` leads to it from the item. Texts are lazily translated."""

    path: tuple[str | int, ...]
    code: str
    message: Any
    mend: Any
    severity: Severity = "error"
    values: Mapping[str, object] = field(default_factory=dict)


def version(quiz: str, item: ItemSource, picture: str = "") -> str:
    """Question id and content hash: the same words and picture give the same version, whoever publishes them."""
    content = json.dumps(item.model_dump(mode="json", exclude_defaults=True), sort_keys=True, ensure_ascii=False)
    content += picture
    return f"{quiz}/{item.id}@{sha256(content.encode()).hexdigest()[:16]}"


def undescribed(item: ItemSource) -> Iterable[Flaw]:
    """Whoever does not see the picture is asked the same."""
    if item.picture and not item.picture.alt:
        yield Flaw(
            ("picture", "alt"),
            "picture-alt",
            L_("The picture has no description."),
            L_("Say what one needs to know of it to answer."),
        )


def doubles(names: Iterable[str], path: str) -> Iterable[Flaw]:
    """A flaw for each id that is used more than once."""
    for name, times in Counter(names).items():
        if times > 1:
            yield Flaw(
                (path,),
                "quiz-double-id",
                L_("The id “%(id)s” is used %(times)s times."),
                L_("Give each one an id of its own."),
                values={"id": name, "times": times},
            )


def feedback_length(path: tuple[str | int, ...], text: str) -> Iterable[Flaw]:
    """Feedback of 15 to 40 words: long enough for a reason, short enough to be read (curriculum 1.4)."""
    words = len(text.split())
    if words not in FEEDBACK_WORDS:
        yield Flaw(
            path,
            "quiz-feedback-length",
            L_("This feedback has %(words)s words."),
            L_("Give the reason in 15 to 40 words."),
            "warning",
            {"words": words},
        )
    if text.casefold().startswith(("wrong", "incorrect", "false")):
        yield Flaw(
            path,
            "quiz-feedback-tone",
            L_("This feedback starts with a verdict."),
            L_("Start with the reason. Nobody is blamed for an answer."),
            "warning",
        )


def option_flaws(options: Sequence[Option], right_at_most: int | None) -> Iterable[Flaw]:
    """What single and multiple choice share: ids, number of options, number of right ones, feedback."""
    yield from doubles([option.id for option in options], "options")
    yield from _same_words([option.text for option in options])
    if len(options) not in {3, 4}:
        yield Flaw(
            ("options",),
            "quiz-option-number",
            L_("There are %(count)s options."),
            L_("Three or four options work best; each wrong one is something that real people do."),
            "warning",
            {"count": len(options)},
        )
    right = sum(option.correct for option in options)
    if right == 0 or (right_at_most is not None and right > right_at_most):
        yield Flaw(
            ("options",),
            "quiz-right-number",
            L_("%(count)s options are marked as right."),
            L_("Mark exactly one option with `correct: true`.")
            if right_at_most
            else L_("Mark at least one option with `correct: true`."),
            values={"count": right},
        )
    for place, option in enumerate(options):
        yield from feedback_length(("options", place, "feedback"), option.feedback)


def _same_words(texts: Sequence[str]) -> Iterable[Flaw]:
    folded = [text.casefold() for text in texts]
    for place, text in enumerate(folded):
        if text in folded[:place]:
            yield Flaw(
                ("options", place, "text"),
                "quiz-same-option",
                L_("Two options have the same words."),
                L_("Write options that can be told apart."),
            )
