"""The glossary: one word for one thing, in every language, and a check that translations keep to it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lms import lazy_gettext as L_
from lms.core.catalogue.api import Catalogue, Line, Model, Problem, Prose, Segment, Slug, Words, direction
from lms.plugins.library.domain.shelf import SOURCE, Shelf, doubled

FILE = "glossary.yaml"
Phrases = Annotated[tuple[Line, ...], Field(strict=False)]


class TopicFile(Model):
    """A heading of the glossary."""

    id: Slug
    title: Line


class TermFile(Model):
    """A term: what it means, and what it is called in each language.

    The first of `renderings` stands on pages; the others are forms that a sentence may need. Where `fixed` is set, a
    translation of a text with the term (or a form under `also`) has to use one of them. `apart` are phrases of the source
    in which the same letters mean something else.
    """

    id: Slug
    topic: Slug
    term: Line
    definition: Prose
    fixed: bool = False
    also: Phrases = ()
    apart: Phrases = ()
    renderings: dict[str, Annotated[list[Line], Field(min_length=1)]]


class GlossaryFile(Model):
    """`glossary.yaml`."""

    topics: Annotated[list[TopicFile], Field(min_length=1)]
    terms: Annotated[list[TermFile], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Named:
    """What a term is called in one language; `anchor` is where it stands on the page."""

    anchor: str
    name: Words


@dataclass(frozen=True, slots=True)
class Term(Named):
    """A term with what it means."""

    definition: Words


@dataclass(frozen=True, slots=True)
class Topic:
    """The terms under one heading."""

    id: str
    title: Words
    terms: tuple[Term, ...]


@dataclass
class Glossary(Shelf):
    """The glossary of one folder."""

    topics: list[TopicFile] = field(default_factory=list)
    terms: dict[str, TermFile] = field(default_factory=dict)

    @cached_property
    def fixed(self) -> tuple[TermFile, ...]:
        """The terms whose renderings are checked."""
        return tuple(term for term in self.terms.values() if term.fixed)


def read_glossary(folder: Path, langs: Sequence[str] | None) -> Glossary:
    """Read the glossary of a folder; never raises for what an author may write."""
    shelf = Glossary(folder)
    found, lines = shelf.yaml(FILE, GlossaryFile)
    if found is None:
        return shelf
    topics = {topic.id for topic in found.topics}
    for index, topic in enumerate(found.topics):
        shelf.add(Segment("glossary", f"topic {topic.id}", topic.title, FILE, lines.at(("topics", index, "title"))))
    for index, term in enumerate(found.terms):
        if term.topic not in topics:
            message = L_("There is no topic “%(id)s”.")
            shelf.note(FILE, lines.at(("terms", index)), "term-topic", message, L_("Add it."), id=term.topic)
        shelf.add(Segment(term.id, "definition", term.definition, FILE, lines.at(("terms", index, "definition"))))
    for one in doubled([term.id for term in found.terms]):
        message = L_("The id “%(id)s” stands twice.")
        shelf.note(FILE, 1, "term-twice", message, L_("Give each thing an id of its own."), id=one)
    shelf.topics = found.topics
    shelf.terms = {term.id: term for term in found.terms}
    shelf.translate(langs)
    for lang in sorted(shelf.catalogues):
        for index, term in enumerate(found.terms):
            if lang not in term.renderings:
                message = L_("“%(term)s” has no rendering in “%(lang)s”.")
                mend = L_("Add it under “renderings”.")
                shelf.note(
                    FILE, lines.at(("terms", index)), "term-unrendered", message, mend, term=term.term, lang=lang
                )
    return shelf


def topics(shelf: Glossary, lang: str) -> tuple[Topic, ...]:
    """Return the whole glossary in one language, in the order of its file."""
    says, names = shelf.says("glossary", lang), named(shelf, lang)
    return tuple(
        Topic(
            topic.id,
            says(f"topic {topic.id}", topic.title),
            tuple(_term(shelf, term, names[term.id], lang) for term in shelf.terms.values() if term.topic == topic.id),
        )
        for topic in shelf.topics
    )


def _term(shelf: Glossary, term: TermFile, called: Named, lang: str) -> Term:
    return Term(called.anchor, called.name, shelf.says(term.id, lang)("definition", term.definition))


def named(shelf: Glossary, lang: str) -> dict[str, Named]:
    """Return what each term is called in one language, by its id."""
    return {term.id: Named(f"w{number}", _name(term, lang)) for number, term in enumerate(shelf.terms.values(), 1)}


def _name(term: TermFile, lang: str) -> Words:
    if lang in term.renderings:
        return Words(term.renderings[lang][0], lang, direction(lang))
    return Words(term.term, SOURCE, direction(SOURCE), fallback=lang != SOURCE)


# ---- do translations keep to it?

_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f]")
_ARABIC = str.maketrans("أإآٱىؤئ", "ااااييي")
_NOT_TEXT = re.compile(r"\]\([^)]*\)|`[^`]*`")


def plain(text: str) -> str:
    """Return a text in which only its letters matter: no case, no accents of Latin letters, no Arabic vowel marks."""
    told = unicodedata.normalize("NFKD", _MARKS.sub("", text.translate(_ARABIC)).casefold())
    return "".join(sign for sign in told if not unicodedata.combining(sign)).replace("’", "'")


class Keeper:
    """Finds texts whose translation does not use a fixed rendering."""

    def __init__(self, terms: Iterable[TermFile]) -> None:
        self.terms = [(term, _pattern(term), _phrases(term)) for term in terms]
        self.any = re.compile("|".join(pattern.pattern for _, pattern, _ in self.terms) or "(?!)")
        self._forms: dict[tuple[str, str], tuple[str, ...]] = {}

    def wanted(self, text: str) -> list[TermFile]:
        """Return the fixed terms that a source text uses."""
        told = plain(_NOT_TEXT.sub(" ", text))
        if not self.any.search(told):
            return []
        found = []
        for term, pattern, apart in self.terms:
            rest = apart.sub(" ", told) if apart else told
            if pattern.search(rest):
                found.append(term)
        return found

    def lacking(self, wanted: Iterable[TermFile], translation: str, lang: str) -> Iterator[TermFile]:
        """Yield the terms of a text that its translation renders otherwise."""
        told = plain(translation)
        for term in wanted:
            if lang in term.renderings and not any(form in told for form in self._of(term, lang)):
                yield term

    def _of(self, term: TermFile, lang: str) -> tuple[str, ...]:
        key = (term.id, lang)
        if key not in self._forms:
            self._forms[key] = tuple(plain(form) for form in term.renderings[lang])
        return self._forms[key]


def _pattern(term: TermFile) -> re.Pattern[str]:
    forms = [plain(form) for form in (term.term, *term.also)]
    return re.compile("|".join(rf"\b{re.escape(form)}s?\b" for form in forms))


def _phrases(term: TermFile) -> re.Pattern[str] | None:
    return re.compile("|".join(re.escape(plain(one)) for one in term.apart)) if term.apart else None


def renderings(keeper: Keeper, segments: Sequence[Segment], catalogues: Mapping[str, Catalogue]) -> Iterator[Problem]:
    """Yield a problem for each translation that does not use the fixed rendering of a term."""
    needing = [(segment, wanted) for segment in segments if (wanted := keeper.wanted(segment.text))]
    for lang, catalogue in sorted(catalogues.items()):
        lines = {(entry.msgctxt, entry.msgid): entry.linenum or 1 for entry in catalogue.po}
        for segment, wanted in needing:
            words = catalogue.translate(segment)
            for term in keeper.lacking(wanted, words, lang) if words else ():
                message = L_("“%(term)s” is rendered otherwise than the glossary says.")
                mend = L_("Use: %(forms)s.")
                values = {"term": term.term, "forms": " / ".join(term.renderings[lang])}
                line = lines.get((segment.msgctxt, segment.text), 1)
                yield Problem(catalogue.file, line, "term-rendering", message, mend, "warning", values)
