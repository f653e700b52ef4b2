"""From checked sources to everything that a release stores, for every language of the site."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import Any

from lms.core.catalogue.compile.identity import manifest
from lms.core.catalogue.compile.lint import plain, words
from lms.core.catalogue.compile.po import Catalogue, translator
from lms.core.catalogue.compile.readers import told_readers
from lms.core.catalogue.compile.rendering import Body, Picture, Setting, body
from lms.core.catalogue.compile.texts import drawn, impersonal
from lms.core.catalogue.compile.tree import ActivitySource, CourseSource, LessonSource, ModuleSource, TrainerSource
from lms.core.catalogue.domain.contracts import BlockType, Medium
from lms.core.catalogue.domain.history import IdFact
from lms.core.catalogue.domain.pages import Block, Source
from lms.core.catalogue.domain.segments import Segment, Translate, direction
from lms.core.catalogue.domain.stored import TRAINER, canonical, content_hash, notes_id, pack

Speak = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True)
class Compiled:
    """One stored value and its name."""

    data: bytes
    hash: str

    @classmethod
    def of(cls, value: Any) -> "Compiled":
        data = canonical(value)
        return cls(data, content_hash(data))


@dataclass(frozen=True)
class CompiledPiece:
    """An activity in one language."""

    kind: str
    owner: str
    content: Compiled


@dataclass
class Release:
    """Everything that one release stores."""

    course_id: str
    languages: tuple[str, ...]
    source_lang: str
    outlines: dict[str, Compiled] = field(default_factory=dict)
    lessons: dict[tuple[str, str], Compiled] = field(default_factory=dict)
    activities: dict[tuple[str, str], CompiledPiece] = field(default_factory=dict)
    media: dict[str, Medium] = field(default_factory=dict)
    manifest: dict[str, IdFact] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The hash over all parts: a release with the same one says the same."""
        parts = [
            {lang: item.hash for lang, item in self.outlines.items()},
            {" ".join(key): item.hash for key, item in self.lessons.items()},
            {" ".join(key): item.content.hash for key, item in self.activities.items()},
        ]
        return content_hash(canonical(parts))


def coded(course: CourseSource) -> dict[str, str]:
    """Return content id → kind of everything that has an address of its own."""
    found = {course.meta.id: "course"}
    for module in course.modules:
        found[module.meta.id] = "module"
        found |= {lesson.meta.id: "lesson" for lesson in module.lessons}
    return found


def compile_release(
    course: CourseSource,
    *,
    languages: Sequence[str],
    codes: Mapping[str, str],
    blocks: Iterable[BlockType],
    speak: Speak,
) -> Release:
    """Compile a course that has no error.

    Args:
        course: the sources, with translations bound.
        languages: languages of the site; the source language is always added.
        codes: content id → neutral code of its address.
        blocks: the block types of the site.
        speak: context manager that sets the language in which blocks label themselves.

    """
    source = course.meta.source_language
    wanted = tuple(dict.fromkeys((*languages, source)))
    release = Release(course.meta.id, wanted, source, manifest=manifest(course))
    known = {block.key: block for block in blocks}
    for lang in wanted:
        with speak(lang):
            _Compiler(course, release, lang, codes, known).run()
    release.media |= {medium.name: medium for medium in _shown(course)}
    return release


def _shown(course: CourseSource) -> Iterator[Medium]:
    for lesson in course.lessons:
        yield from _used(lesson)
    places: list[ModuleSource | LessonSource] = [*course.lessons, *course.modules]
    for place in places:
        for activity in place.activities:
            yield from (place.media[src] for src in activity.pictures)
            yield from activity.kind.lends(activity.data, course.meta.source_language)


def _used(lesson: LessonSource) -> list[Medium]:
    used = lesson.text.pictures
    return [medium for src, medium in sorted(lesson.media.items()) if src in used]


def preview(course: CourseSource, lesson: LessonSource, lang: str, blocks: Iterable[BlockType]) -> tuple[Body, int]:
    """Return a lesson as learners would see it, and the weight of its body; nothing is stored."""
    compiler = _Compiler(
        course, Release(course.meta.id, (lang,), lang), lang, {}, {block.key: block for block in blocks}
    )
    made = compiler.body(lesson)
    return made, weight(made)


def weight(made: Body) -> int:
    """Return what the text of a lesson weighs on the wire."""
    html = "".join(part.html if isinstance(part, Block) else part for part in made.parts)
    return len(pack(html.encode()))


class _Compiler:
    """One course in one language."""

    def __init__(
        self,
        course: CourseSource,
        release: Release,
        lang: str,
        codes: Mapping[str, str],
        blocks: Mapping[str, BlockType],
    ) -> None:
        self.course = course
        self.release = release
        self.lang = lang
        self.codes = codes
        self.blocks = blocks
        self.source = course.meta.source_language
        self.catalogue: Catalogue | None = course.catalogues.get(lang)

    def run(self) -> None:
        meta = self.course.meta
        say = self.say(meta.id)
        self.release.outlines[self.lang] = Compiled.of(
            {
                **self._titles(meta.id, meta),
                "pillar": meta.pillar,
                "level": meta.level,
                "hours": meta.hours,
                "pass_mark": meta.completion.pass_mark,
                "licence": meta.licence,
                "languages": sorted({self.source, *self.course.catalogues}),
                "requires": meta.requires,
                "outcomes": [say(f"outcome {item.id}", item.text).as_json() for item in meta.outcomes],
                "modules": [self._module(module) for module in self.course.modules],
                "readers": told_readers(self.course),
            }
        )

    def say(self, context: str) -> Translate:
        return translator(self.catalogue, context, self.source, self.lang)

    def _titles(self, content_id: str, meta: Any) -> dict[str, Any]:
        say = self.say(content_id)
        return {
            "id": content_id,
            "code": self.codes[content_id],
            "title": say("title", meta.title).as_json(),
            "discreet_title": say("discreet_title", meta.discreet_title).as_json(),
            "summary": say("summary", meta.summary).as_json(),
        }

    def _module(self, module: ModuleSource) -> dict[str, Any]:
        self._trainer(module.meta.id, module.trainer)
        return {
            **self._titles(module.meta.id, module.meta),
            "number": module.number,
            "lessons": [self._lesson(lesson) for lesson in module.lessons],
            "activities": [self._activity(module, activity) for activity in module.activities],
        }

    def _lesson(self, lesson: LessonSource) -> dict[str, Any]:
        meta = lesson.meta
        self._trainer(meta.id, lesson.trainer)
        made = self.body(lesson)
        size = weight(made)
        self.release.lessons[meta.id, self.lang] = Compiled.of(self._stored(lesson, made, size))
        note = meta.content_note
        say = self.say(meta.id)
        return {
            **self._titles(meta.id, meta),
            "number": lesson.number,
            "minutes": meta.minutes,
            "words": sum(words(plain(say(i.kind, i.text).text)) for i in lesson.text.inlines()),
            "bytes": size,
            "content_note": {"level": note.level, "text": say("content_note", note.text).as_json()}
            if note.level
            else None,
            "review": {"status": meta.status, "by": meta.reviewed or "", "due": meta.review_due.isoformat()},
            "requires": meta.requires,
            "translated": self._translated(lesson),
            "activities": [self._activity(lesson, activity) for activity in lesson.activities],
        }

    def _trainer(self, owner: str, notes: TrainerSource | None) -> None:
        """Notes for trainers are kept in the language in which they were written, and nowhere among what learners see."""
        if notes is None or self.lang != self.source:
            return
        meta, key = notes.meta, notes_id(owner)
        data = {
            "minutes": meta.minutes,
            "people": meta.people,
            "materials": meta.materials,
            "html": drawn(notes.text, self.lang, self.say(key), impersonal(self.blocks)),
            "review": {"status": meta.status, "by": meta.reviewed or "", "due": meta.review_due.isoformat()},
        }
        self.release.activities[key, self.lang] = CompiledPiece(TRAINER, owner, Compiled.of(data))

    def body(self, lesson: LessonSource) -> Body:
        """Compile the text of a lesson."""
        pictures = {src: Picture(m.address, m.width, m.height) for src, m in lesson.media.items()}
        setting = Setting(self.lang, self.blocks, pictures, self.say(lesson.meta.id), self._links(lesson))
        return body(lesson.text.pieces, setting)

    def _links(self, lesson: LessonSource) -> dict[str, str]:
        """Return addresses relative to the lesson's own; a preview leads nowhere."""
        code = self.codes.get(lesson.meta.id)
        found = lesson.links() if code else {}
        return {ref: f"{code}/{path}" for ref, path in found.items()}

    def _stored(self, lesson: LessonSource, made: Body, size: int) -> dict[str, Any]:
        say = self.say(lesson.meta.id)
        return {
            "parts": [part if isinstance(part, str) else asdict(part) for part in made.parts],
            "sources": [asdict(source) for source in self._sources(lesson)],
            "outcomes": [say(f"outcome {item.id}", item.text).as_json() for item in lesson.meta.outcomes],
            "exercise": made.exercise,
            "pictures": {medium.address: len(medium.data) for medium in _used(lesson)},
            "translated": self._translated(lesson),
            "bytes": size,
            "cards": lesson.meta.cards,
            "glossary": lesson.meta.glossary,
        }

    def _sources(self, lesson: LessonSource) -> list[Source]:
        """Titles of sources stay in their own language: that is how they are found."""
        return [
            Source(
                key=entry.key,
                title=entry.title,
                publisher=entry.publisher,
                url=entry.url or "",
                checked=entry.checked.isoformat(),
                lang=entry.lang or self.source,
                dir=direction(entry.lang or self.source),
            )
            for entry in lesson.meta.sources
        ]

    def _translated(self, lesson: LessonSource) -> int:
        if self.lang == self.source:
            return 100
        found = [Segment(lesson.meta.id, inline.kind, inline.text) for inline in lesson.text.inlines()]
        done = sum(1 for item in found if self.catalogue is not None and self.catalogue.translate(item) is not None)
        return done * 100 // len(found) if found else 100

    def _activity(self, place: ModuleSource | LessonSource, activity: ActivitySource) -> dict[str, Any]:
        say, owner = self.say(activity.id), place.meta.id
        pictures = {src: medium.kept for src, medium in place.media.items()}
        compiled = Compiled.of(activity.kind.compile(activity.data, say, pictures))
        self.release.activities[activity.id, self.lang] = CompiledPiece(activity.kind.key, owner, compiled)
        return {
            "id": activity.id,
            "kind": activity.kind.key,
            "title": say("title", str(activity.data["title"])).as_json(),
            "summary": activity.kind.summary(activity.data),
        }
