"""What the catalogue hands out: frozen values shaped for pages, the same for every person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from html import escape
from typing import Any, Literal
from uuid import UUID

from lms import gettext as _
from lms.core.catalogue.domain.segments import Words
from lms.host.i18n import format_kilobytes
from lms.host.markup import clean, joined

Pillar = Literal["digital", "physical", "wellbeing", "empowerment", "integrated"]
CourseLevel = Literal["foundation", "practice", "advanced"]
Kind = Literal["course", "module", "lesson"]
PILLARS: tuple[Pillar, ...] = ("digital", "physical", "wellbeing", "empowerment", "integrated")
TILES: Mapping[str, str] = {
    "digital": "p1",
    "physical": "p2",
    "wellbeing": "p3",
    "empowerment": "p4",
    "integrated": "p5",
}

_PICTURE = re.compile(r'<img src="(?P<src>media/[^"]+)" alt="(?P<alt>[^"]*)"[^>]*>')


@dataclass(frozen=True, slots=True)
class ContentRef:
    """What a neutral code of a URL stands for."""

    code: str
    kind: Kind
    content_id: str
    course_id: str


@dataclass(frozen=True, slots=True)
class Review:
    """Whether a person has checked the text, said honestly.

    Args:
        status: `draft`, `reviewed`, `published` or `expired` as the file says.
        by: day and role of the review ("2026-12-01, trainer"), empty before one.
        due: when it must be looked at again.

    """

    status: str
    by: str
    due: date | None

    @property
    def reviewed(self) -> bool:
        return self.status in {"reviewed", "published"} and bool(self.by)

    def overdue(self, today: date) -> bool:
        return self.status == "expired" or (self.due is not None and self.due < today)


@dataclass(frozen=True, slots=True)
class ContentNote:
    """What is hard in a lesson, said before it: level 1 to 3."""

    level: int
    text: Words


@dataclass(frozen=True, slots=True)
class OutlineActivity:
    """A quiz of a lesson or the check of a module, as far as an outline shows it.

    Args:
        id: permanent id ("HS-1.1-q").
        kind: key of its `ActivityType`.
        title: in the language of the outline.
        summary: facts that the kind declares (`questions`, `pass_mark`, `store` …).

    """

    id: str
    kind: str
    title: Words
    summary: Mapping[str, int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """A lesson as lists and tiles show it.

    `number` is for titles ("Lesson 1.2"), `bytes` the weight of the compressed body, `translated` the percentage of its
    text that is given in the language of the outline.
    """

    id: str
    code: str
    number: str
    title: Words
    discreet_title: Words
    summary: Words
    minutes: int
    words: int
    bytes: int
    content_note: ContentNote | None
    review: Review
    activities: tuple[OutlineActivity, ...] = ()
    requires: tuple[str, ...] = ()
    translated: int = 100

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.bytes / 1000))

    def activity(self, kind: str) -> OutlineActivity | None:
        return next((activity for activity in self.activities if activity.kind == kind), None)


@dataclass(frozen=True, slots=True)
class ModuleOutline:
    """A module with its lessons and what stands at its end (the module check)."""

    id: str
    code: str
    number: str
    title: Words
    discreet_title: Words
    summary: Words
    lessons: tuple[OutlineLesson, ...]
    activities: tuple[OutlineActivity, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    def activity(self, kind: str) -> OutlineActivity | None:
        return next((activity for activity in self.activities if activity.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who must read a course before it can be relied on, and how far they have come.

    Args:
        who: `trainer`, `lived-experience`, `lawyer`, `clinician` or `native-reader`.
        lang: which translation a native reader reads.
        total: how many lessons.
        done: how many of them were read.

    """

    who: str
    lang: str
    total: int
    done: int

    @property
    def finished(self) -> bool:
        return self.done >= self.total


@dataclass(frozen=True, slots=True)
class TrainerNotes:
    """Notes for whoever holds a lesson or a module in a room, in the language in which they were written."""

    owner: str
    lang: str
    minutes: int
    people: str
    materials: tuple[str, ...]
    html: str
    review: Review


@dataclass(frozen=True)
class Outline:
    """One release of a course in one language: everything that lists, tiles and completion rules need.

    Immutable like the release itself, so one instance serves all requests of a process.
    """

    release_id: UUID
    course_id: str
    code: str
    number: int
    lang: str
    title: Words
    discreet_title: Words
    summary: Words
    pillar: Pillar
    level: CourseLevel
    hours: float
    pass_mark: int
    licence: str
    published: date
    languages: tuple[str, ...]
    requires: tuple[str, ...]
    outcomes: tuple[Words, ...]
    modules: tuple[ModuleOutline, ...]
    readers: tuple[Reader, ...] = ()

    @cached_property
    def lessons(self) -> tuple[OutlineLesson, ...]:
        """Return all lessons in order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @cached_property
    def by_id(self) -> Mapping[str, OutlineLesson]:
        return {lesson.id: lesson for lesson in self.lessons}

    @cached_property
    def module_of(self) -> Mapping[str, ModuleOutline]:
        """Return lesson id → module."""
        return {lesson.id: module for module in self.modules for lesson in module.lessons}

    @cached_property
    def module_by_id(self) -> Mapping[str, ModuleOutline]:
        return {module.id: module for module in self.modules}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {lesson.id: index for index, lesson in enumerate(self.lessons)}

    def previous(self, lesson_id: str) -> OutlineLesson | None:
        index = self._positions[lesson_id]
        return self.lessons[index - 1] if index else None

    def next(self, lesson_id: str) -> OutlineLesson | None:
        index = self._positions[lesson_id] + 1
        return self.lessons[index] if index < len(self.lessons) else None

    @property
    def tile(self) -> str:
        """Return the class of the pillar's colour (`p1` to `p5`)."""
        return TILES[self.pillar]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def kilobytes(self) -> int:
        return max(1, round(sum(lesson.bytes for lesson in self.lessons) / 1000))

    @property
    def translated(self) -> int:
        """Return the percentage of the text that is given in this language, of the least translated lesson."""
        return min((lesson.translated for lesson in self.lessons), default=100)

    @property
    def reviewed(self) -> bool:
        return all(lesson.review.reviewed for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of a lesson come from."""

    key: str
    title: str
    publisher: str
    url: str
    checked: str
    lang: str
    dir: str

    @property
    def host(self) -> str:
        return self.url.partition("//")[2].partition("/")[0]


@dataclass(frozen=True, slots=True)
class Block:
    """A block that depends on the person: its kind, permanent or page id, data, and the HTML to show without a state."""

    key: str
    id: str
    data: Mapping[str, Any]
    html: str

    @property
    def opened(self) -> str:
        """Return the section without its end, for whoever has something to add to it."""
        return self.html.removesuffix("</section>")


@dataclass(frozen=True, slots=True)
class LessonBody:
    """The text of a lesson in one language.

    `parts` are sanitised HTML and, between them, the blocks that depend on the person; without such blocks there is one
    part. `exercise` is the anchor of the first exercise, for the way round a content note. `pictures` tells the weight of
    each picture by its address, which is relative to the lesson's own.
    """

    release_id: UUID
    lesson_id: str
    lang: str
    parts: tuple[str | Block, ...]
    sources: tuple[Source, ...]
    outcomes: tuple[Words, ...]
    exercise: str = ""
    translated: int = 100
    bytes: int = 0
    pictures: Mapping[str, int] = field(default_factory=dict)
    cards: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()

    @property
    def html(self) -> str:
        """Return the whole body with the static form of every block."""
        return joined(part if isinstance(part, str) else part.html for part in self.parts)

    @property
    def light(self) -> str:
        """Return the body for low-data mode: each picture is its description and a link that says what it weighs."""
        return joined(part if isinstance(part, str) else part.html for part in self.shown(light=True))

    def shown(self, *, light: bool) -> tuple[str | Block, ...]:
        """Return the parts, for low-data mode if `light`."""
        if not light or not self.pictures:
            return self.parts
        return tuple(
            self._light(part) if isinstance(part, str) else replace(part, html=self._light(part.html))
            for part in self.parts
        )

    def _light(self, html: str) -> str:
        return clean(_PICTURE.sub(self._described, html))

    def _described(self, found: re.Match[str]) -> str:
        link = _("Load the picture (%(size)s)", size=format_kilobytes(self.pictures.get(found["src"], 0)))
        return f'[{found["alt"]}] <a href="{found["src"]}">{escape(link)}</a>'


@dataclass(frozen=True, slots=True)
class CompiledActivity:
    """An activity of one release in one language, as its `ActivityType` compiled it.

    `hash` names these very contents: an attempt that keeps it can always be read again.
    """

    release_id: UUID
    id: str
    kind: str
    owner: str
    lang: str
    hash: str
    data: Mapping[str, Any]
