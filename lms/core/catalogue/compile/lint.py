"""Advice to authors: plain language, dates of review. Warnings only; a person decides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.markdown import Inline, all_tokens
from lms.core.catalogue.compile.tree import CourseSource, LessonSource, TrainerSource
from lms.core.catalogue.domain.problems import Problem, Text

LONGEST_SENTENCE = 28
LONGEST_AVERAGE = 20
SLOWEST_READER = 80  # words a minute, of a text in a foreign language
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+")
_WORD = re.compile(r"[^\W_](?:[\w’'\-]*[^\W_])?")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_AVOID = re.compile(r"\b(simply|just|obviously|victims?|on the (?:right|left)|students?)\b|(!)(?=\s|$)", re.IGNORECASE)


def plain(text: str) -> str:
    """Return the words of an inline text without its marks."""
    tokens = all_tokens(text)
    return "".join(" " if token.type == "hardbreak" else token.content for token in tokens if token.type != "image")


def words(text: str) -> int:
    """Count words; two signs count as one in scripts without spaces."""
    signs = len(_CJK.findall(text))
    return len(_WORD.findall(_CJK.sub(" ", text))) + (signs + 1) // 2


def lint(course: CourseSource, today: date) -> Iterator[Problem]:
    """Yield advice on every lesson, and what contradicts itself."""
    for text in texts(course):
        yield from _review(text, today)
        if course.meta.source_language.startswith("en"):
            yield from _language(text)
        if isinstance(text, TrainerSource):
            yield from _plan(text)
    for lesson in course.lessons:
        yield from _length(lesson)


def texts(course: CourseSource) -> Iterator[LessonSource | TrainerSource]:
    """Yield everything that is reviewed by itself: lessons, and the notes for trainers beside them."""
    for module in course.modules:
        for lesson in module.lessons:
            yield lesson
            if lesson.trainer is not None:
                yield lesson.trainer
        if module.trainer is not None:
            yield module.trainer


@dataclass(frozen=True)
class _Notes:
    lesson: LessonSource | TrainerSource

    def at(self, line: int, code: str, message: Text, mend: Text, **values: object) -> Problem:
        return Problem(self.lesson.file, line, code, message, mend, "warning", values)


def _review(lesson: LessonSource | TrainerSource, today: date) -> Iterator[Problem]:
    meta, at = lesson.meta, lesson.lines.at
    if meta.status in {"reviewed", "published"} and not (meta.reviewed or "").strip():
        message = L_("The status is “%(status)s”, but nobody is named under “reviewed”.")
        mend = L_("Write day and role, such as reviewed: “2026-12-01, trainer”, or set status: draft.")
        values = {"status": meta.status}
        yield Problem(lesson.file, at(("status",)), "review-missing", message, mend, "error", values)
    if meta.review_due < today:
        message = L_("The review was due on %(day)s.")
        mend = L_("Have the lesson checked, then set “reviewed” and a new “review_due”.")
        yield _Notes(lesson).at(at(("review_due",)), "review-due", message, mend, day=meta.review_due.isoformat())


def _plan(notes: TrainerSource) -> Iterator[Problem]:
    """The minutes of the plan are the cells of its table that hold nothing but digits."""
    told = sum(int(one.text) for one in notes.text.inlines() if one.kind.endswith("cell") and one.text.isdecimal())
    if told != notes.meta.minutes:
        message = L_("The steps of the plan take %(told)s minutes, the notes say %(minutes)s.")
        mend = L_("Give each row of the table its minutes, in digits, and set “minutes” to their sum.")
        values = {"told": told, "minutes": notes.meta.minutes}
        yield Problem(notes.file, notes.lines.at(("minutes",)), "trainer-plan", message, mend, "error", values)


def _length(lesson: LessonSource) -> Iterator[Problem]:
    total = sum(words(plain(inline.text)) for inline in lesson.text.inlines())
    if total > lesson.meta.minutes * SLOWEST_READER * 2:
        message = L_("The lesson has %(words)s words: too many for %(minutes)s minutes.")
        mend = L_("Give it more minutes, or make it shorter.")
        line = lesson.lines.at(("minutes",))
        yield _Notes(lesson).at(line, "minutes-few", message, mend, words=total, minutes=lesson.meta.minutes)


def _language(lesson: LessonSource | TrainerSource) -> Iterator[Problem]:
    notes = _Notes(lesson)
    lengths: list[int] = []
    for inline in lesson.text.inlines():
        if inline.kind.endswith(("heading", "cell")):
            continue
        text = plain(inline.text)
        for sentence in _SENTENCE.split(text):
            count = words(sentence)
            lengths.append(count)
            if count > LONGEST_SENTENCE:
                message = L_("A sentence has %(words)s words: “%(start)s…”.")
                mend = L_("Cut it in two: %(limit)s words are the most that read well.")
                start = sentence[:40]
                yield notes.at(
                    inline.line, "sentence-long", message, mend, words=count, start=start, limit=LONGEST_SENTENCE
                )
        yield from _words(lesson, inline, text)
    if lengths and sum(lengths) / len(lengths) > LONGEST_AVERAGE:
        message = L_("Sentences have %(words)s words on average.")
        mend = L_("Aim for %(limit)s or fewer.")
        average = round(sum(lengths) / len(lengths))
        yield _Notes(lesson).at(1, "sentences-long", message, mend, words=average, limit=LONGEST_AVERAGE)


def _words(lesson: LessonSource | TrainerSource, inline: Inline, text: str) -> Iterator[Problem]:
    for found in _AVOID.finditer(text):
        message = L_("“%(word)s” is better left out.")
        mend = L_(
            "Say it plainly: no “just” or “simply”, no labels for people, no “on the right”, no exclamation mark."
        )
        yield _Notes(lesson).at(inline.line, "word", message, mend, word=found[0])
