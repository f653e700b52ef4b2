"""Questions of the bank in quiz files: `- {use: b7k2m9, outcome: o1}` stands for the version that is published."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from lms import lazy_gettext as L_
from lms.core.catalogue.api import KeptPicture, Translate, Words, direction
from lms.plugins.quizzes.domain.faults import flaws_of
from lms.plugins.quizzes.domain.source import Flaw, Name, Prose, Source


class UseSource(Source):
    """A line of a quiz file that uses a question of the bank, and what only this quiz says of it."""

    use: Name
    outcome: Prose
    must_know: bool = False
    pool: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Lent:
    """A published version of a bank question.

    Args:
        question: its id.
        number: of the version.
        lang: the language it is written in.
        item: its content.
        words: its translations, as the version keeps them.
        marks: its tags, written as they are compared.
        picture: its picture as it is kept.

    """

    question: str
    number: int
    lang: str
    item: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Mapping[str, str]]]
    marks: frozenset[str] = frozenset()
    picture: KeptPicture | None = None

    def speaking(self, lang: str) -> Translate:
        """Return how its texts are said in a language; one whose source has changed since falls back to the source."""

        def say(kind: str, text: str) -> Words:
            if lang == self.lang:
                return Words(text, lang, direction(lang))
            found = self.words.get(lang, {}).get(kind)
            if found and found["of"] == text and found["text"]:
                return Words(found["text"], lang, direction(lang))
            return Words(text, self.lang, direction(self.lang), fallback=True)

        return say


Shelf = Callable[[Collection[str]], Mapping[str, Lent]]
"""Gives the published versions of bank questions by id; those that are not published are not in it."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A quiz file with its bank questions put in; lines that cannot be filled stay, and `flaws` says why."""

    data: Mapping[str, Any]
    lent: Mapping[str, Lent]
    flaws: tuple[Flaw, ...]


def no_bank(_ids: Collection[str]) -> Mapping[str, Lent]:
    return {}


def whole(data: Mapping[str, Any], shelf: Shelf) -> Whole:
    """Put the questions of the bank where a quiz file uses them; asks the bank only if it does."""
    rows = data.get("items")
    rows = list(rows) if isinstance(rows, list | tuple) else []
    used = {str(row["use"]) for row in rows if isinstance(row, Mapping) and "use" in row}
    if not used:
        return Whole(data, {}, ())
    lent = shelf(used)
    flaws: list[Flaw] = []
    for place, row in enumerate(rows):
        if isinstance(row, Mapping) and "use" in row:
            rows[place], wrong = _put(row, lent)
            flaws += [replace(flaw, path=("items", place, *flaw.path)) for flaw in wrong]
    return Whole({**data, "items": rows}, lent, tuple(flaws))


def _put(row: Mapping[str, Any], lent: Mapping[str, Lent]) -> tuple[Mapping[str, Any], list[Flaw]]:
    try:
        line = UseSource.model_validate(row)
    except ValidationError as error:
        return row, list(flaws_of(error))
    if line.use not in lent:
        message = L_("The bank has no published question “%(id)s”.")
        mend = L_("Look whether the id is right, and publish the question in the bank.")
        return row, [Flaw(("use",), "quiz-unknown-use", message, mend, values={"id": line.use})]
    own = {key: row[key] for key in ("outcome", "must_know", "pool") if key in row}
    return {"id": line.use, **lent[line.use].item, **own}, []
