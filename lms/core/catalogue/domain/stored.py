"""How a release is written down: canonical JSON, compressed, named by its hash; and read back into values."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import brotli

from lms.core.catalogue.domain.pages import (
    Block,
    ContentNote,
    LessonBody,
    ModuleOutline,
    Outline,
    OutlineActivity,
    OutlineLesson,
    Reader,
    Review,
    Source,
    TrainerNotes,
)
from lms.core.catalogue.domain.segments import Words, direction
from lms.host.markup import clean

TRAINER = "trainer"
QUALITY = 9
WINDOW = 16
"""64 KB: a lesson is smaller, and making room for a longer look back costs ten times the work."""


def notes_id(owner: str) -> str:
    """Return the id under which the notes for trainers beside a lesson or module are stored."""
    return f"{owner}-{TRAINER}"


def canonical(value: Any) -> bytes:
    """Return JSON that is the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pack(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=QUALITY, lgwin=WINDOW))


def unpack(data: bytes) -> Any:
    return json.loads(brotli.decompress(data))


class OutlineReader:
    """Builds an `Outline` from its stored form; the release's own facts come from its row.

    Args:
        lang: language of the stored form.
        fallback: another language was asked for.

    """

    def __init__(self, lang: str, *, fallback: bool = False) -> None:
        self.lang = lang
        self.fallback = fallback

    def words(self, data: Mapping[str, str]) -> Words:
        """Return words with the language of the outline, or with their own where they fall back."""
        if "lang" in data:
            return Words(data["text"], data["lang"], direction(data["lang"]), fallback=True)
        return Words(data["text"], self.lang, direction(self.lang), fallback=self.fallback)

    def outline(self, data: Mapping[str, Any], release_id: UUID, number: int, published: date) -> Outline:
        """Return the whole outline."""
        return Outline(
            release_id=release_id,
            course_id=data["id"],
            code=data["code"],
            number=number,
            lang=self.lang,
            title=self.words(data["title"]),
            discreet_title=self.words(data["discreet_title"]),
            summary=self.words(data["summary"]),
            pillar=data["pillar"],
            level=data["level"],
            hours=data["hours"],
            pass_mark=data["pass_mark"],
            licence=data["licence"],
            published=published,
            languages=tuple(data["languages"]),
            requires=tuple(data["requires"]),
            outcomes=tuple(self.words(item) for item in data["outcomes"]),
            modules=tuple(self._module(item) for item in data["modules"]),
            readers=tuple(Reader(**item) for item in data.get("readers", ())),
        )

    def _module(self, data: Mapping[str, Any]) -> ModuleOutline:
        return ModuleOutline(
            id=data["id"],
            code=data["code"],
            number=data["number"],
            title=self.words(data["title"]),
            discreet_title=self.words(data["discreet_title"]),
            summary=self.words(data["summary"]),
            lessons=tuple(self._lesson(item) for item in data["lessons"]),
            activities=tuple(self._activity(item) for item in data["activities"]),
        )

    def _lesson(self, data: Mapping[str, Any]) -> OutlineLesson:
        note, review = data["content_note"], data["review"]
        return OutlineLesson(
            id=data["id"],
            code=data["code"],
            number=data["number"],
            title=self.words(data["title"]),
            discreet_title=self.words(data["discreet_title"]),
            summary=self.words(data["summary"]),
            minutes=data["minutes"],
            words=data["words"],
            bytes=data["bytes"],
            content_note=ContentNote(note["level"], self.words(note["text"])) if note else None,
            review=Review(review["status"], review["by"], date.fromisoformat(review["due"])),
            activities=tuple(self._activity(item) for item in data["activities"]),
            requires=tuple(data["requires"]),
            translated=data["translated"],
        )

    def _activity(self, data: Mapping[str, Any]) -> OutlineActivity:
        return OutlineActivity(data["id"], data["kind"], self.words(data["title"]), data["summary"])


def lesson_body_of(data: Mapping[str, Any], release_id: UUID, lesson_id: str, lang: str) -> LessonBody:
    """Return the body of a lesson; its HTML passes the sanitiser once more, so the database is not trusted either."""
    words = OutlineReader(lang).words
    return LessonBody(
        release_id=release_id,
        lesson_id=lesson_id,
        lang=lang,
        parts=tuple(_part(part) for part in data["parts"]),
        sources=tuple(Source(**source) for source in data["sources"]),
        outcomes=tuple(words(item) for item in data["outcomes"]),
        exercise=data["exercise"],
        pictures=data["pictures"],
        translated=data["translated"],
        bytes=data["bytes"],
        cards=tuple(data.get("cards", ())),
        glossary=tuple(data.get("glossary", ())),
    )


def trainer_notes_of(data: Mapping[str, Any], owner: str, lang: str) -> TrainerNotes:
    """Return notes for trainers; their HTML passes the sanitiser once more too."""
    review = data["review"]
    return TrainerNotes(
        owner=owner,
        lang=lang,
        minutes=data["minutes"],
        people=data["people"],
        materials=tuple(data["materials"]),
        html=clean(data["html"]),
        review=Review(review["status"], review["by"], date.fromisoformat(review["due"])),
    )


def _part(part: Any) -> str | Block:
    if isinstance(part, str):
        return clean(part)
    return Block(part["key"], part["id"], part["data"], clean(part["html"]))
