"""The list of questions: those of published quizzes and those of the bank, found by what they say and what they need."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from lms.plugins.quizzes.domain.content import Question, Text
from lms.plugins.quizzes.domain.quiz import BANK

State = Literal["", "published", "draft", "due", "files", "bank"]
STATES: tuple[State, ...] = ("published", "draft", "due", "files", "bank")
PAGE = 25


def plain(text: str) -> str:
    """Return the form in which words are sought: case and accents do not matter."""
    signs = unicodedata.normalize("NFKD", text.casefold())
    return signs if signs.isascii() else "".join(sign for sign in signs if unicodedata.category(sign) != "Mn")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question is asked.

    Args:
        release_id: the release that is offered.
        course_id: its course.
        owner: the lesson or module.
        quiz: id of the quiz.
        question: its id there.
        drawn: a line of the quiz draws it by chance.

    """

    release_id: Any
    course_id: str
    owner: str
    quiz: str
    question: str
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One question of the list.

    Args:
        key: what stands in its address; tells nothing of its subject (CACHE-4).
        type: its kind.
        prompt: what it asks.
        sought: its words, folded, for searching.
        languages: those in which all of it is said.
        outcome: what it asks for.
        places: where it is asked now.
        number: the newest version in the bank; 0 for a question of a course's files.
        published: the newest version that quizzes may use.
        tags: words it is found by.
        review_due: when it must be looked at again.

    """

    key: str
    type: str
    prompt: Text
    sought: str
    languages: frozenset[str]
    outcome: str = ""
    places: tuple[Place, ...] = ()
    number: int = 0
    published: int = 0
    tags: tuple[str, ...] = ()
    review_due: date | None = None

    @property
    def is_draft(self) -> bool:
        return self.number > self.published

    def is_due(self, today: date) -> bool:
        return self.review_due is not None and self.review_due <= today


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    words: str = ""
    type: str = ""
    state: State = ""
    tag: str = ""
    without: str = ""
    place: str = ""

    def fits(self, found: Listed, today: date) -> bool:
        return (
            (not self.words or all(word in found.sought for word in plain(self.words).split()))
            and (not self.type or found.type == self.type)
            and (not self.state or _in_state(found, self.state, today))
            and (not self.tag or plain(self.tag) in {plain(tag) for tag in found.tags})
            and (not self.without or self.without not in found.languages)
            and (not self.place or self.place in {place.course_id for place in found.places})
        )


def _in_state(found: Listed, state: State, today: date) -> bool:
    return {
        "published": bool(found.published or not found.number),
        "draft": found.is_draft,
        "due": found.is_due(today),
        "files": not found.number,
        "bank": bool(found.number),
    }[state]


@dataclass(frozen=True, slots=True)
class Standing:
    """A question of a release, in every language of the site: what the list and its own page need."""

    place: Place
    type: str
    version: str
    outcome: str
    prompts: Mapping[str, Text]
    sought: str
    languages: frozenset[str]

    @property
    def key(self) -> str:
        return key_of(self.version)

    def listed(self, lang: str) -> Listed:
        prompt = self.prompts.get(lang) or next(iter(self.prompts.values()))
        return Listed(self.key, self.type, prompt, self.sought, self.languages, self.outcome, (self.place,))


def key_of(version: str) -> str:
    """Return what stands in the address of a question: its id in the bank, or made of where it stands in a file."""
    return lent_name(version) or f"f{sha256(version.rpartition('@')[0].encode()).hexdigest()[:12]}"


def lent_name(version: str) -> str:
    """Return the bank question that a version is of; empty if it is of a file."""
    owner, _, rest = version.partition("/")
    return rest.partition("@")[0] if owner == BANK else ""


def standing(place: Place, by_lang: Mapping[str, Question]) -> Standing:
    """Gather one question from its languages."""
    first = next(iter(by_lang.values()))
    words = " ".join(plain(text) for question in by_lang.values() for text in _texts(question.dump()))
    full = frozenset(lang for lang, question in by_lang.items() if not _falls_back(question.dump()))
    prompts = {lang: question.prompt for lang, question in by_lang.items()}
    return Standing(place, first.type, first.version, first.outcome, prompts, words, full)


def _texts(value: Any) -> Iterable[str]:
    """Every text in a compiled question; it stands in a mapping under `text`."""
    if isinstance(value, Mapping):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _falls_back(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value.get("lang")) or any(_falls_back(inner) for inner in value.values())
    return any(_falls_back(inner) for inner in value) if isinstance(value, list | tuple) else False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the list."""

    rows: Sequence[Listed]
    total: int
    page: int
    pages: int
    wanted: Wanted = field(default_factory=Wanted)


def leaf(everything: Iterable[Listed], wanted: Wanted, page: int, today: date) -> Leaf:
    """Return one page of what fits: questions of the bank first, newest first, then those of files in their order."""
    found = [row for row in everything if wanted.fits(row, today)]
    pages = max(1, -(-len(found) // PAGE))
    here = min(max(page, 1), pages)
    return Leaf(found[(here - 1) * PAGE : here * PAGE], len(found), here, pages, wanted)
