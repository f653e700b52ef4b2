"""Plain language, measured; dates of review. What can be counted is an error, the choice of words is advice."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.markdown import all_tokens
from lms.core.catalogue.compile.tree import CourseSource, LessonSource, TrainerSource
from lms.core.catalogue.domain.problems import Problem, Text

LONGEST_SENTENCE = 28
LONGEST_AVERAGE = 20
SLOWEST_READER = 80  # words a minute, of a text in a foreign language
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+")
_WORD = re.compile(r"[^\W_](?:[\w’'\-]*[^\W_])?")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_AVOID = re.compile(r"\b(simply|just|obviously|victims?|on the (?:right|left)|students?)\b|(!)(?=\s|$)", re.IGNORECASE)

# Phrases that somebody who learned English by its words reads wrong.
_IDIOM = re.compile(
    r"\b(?:piece of cake|rules? of thumb|tip of the iceberg|at the end of the day|in a nutshell|silver bullet|game.changer"
    r"|low.hanging fruit|out of the blue|break the ice|keep an eye on|turn a blind eye|in the same boat|crystal clear"
    r"|red flags?|level playing field|up in the air|needless to say|bite the bullet|cut corners|drop the ball|rat race"
    r"|second nature|wake.up call|double.edged|let off steam|go the extra mile|by and large|from scratch|touch base"
    r"|deep dive|bottom line|square one|rock the boat|jump the gun|thin ice|under the weather|hit the ground running"
    r"|think outside the box|heads.up|in full swing|on the radar|under the radar|a blessing in disguise)\b",
    re.IGNORECASE,
)


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
        if isinstance(text, TrainerSource):
            yield from _plan(text)
    for lesson in course.lessons:
        yield from _length(lesson)
    if course.meta.source_language.startswith("en"):
        for file, pieces in _pieces(course):
            yield from measured(file, pieces)


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


@dataclass(frozen=True)
class Piece:
    """A text that is read in one go, as it is shown, without marks."""

    line: int
    text: str


def _pieces(course: CourseSource) -> Iterator[tuple[str, list[Piece]]]:
    """Yield each file with its running text: headings and cells of tables are none."""
    for text in texts(course):
        running = (one for one in text.text.inlines() if not one.kind.endswith(("heading", "cell")))
        yield text.file, [Piece(one.line, plain(one.text)) for one in running]
    for _owner, activity in course.activities:
        told = activity.kind.segments(activity.data)
        yield activity.file, [Piece(activity.lines.at((kind,)), text) for kind, text in told]


def measured(file: str, pieces: Iterable[Piece]) -> Iterator[Problem]:
    """Yield what is hard to read in the English text of one file."""
    lengths: list[int] = []
    for piece in pieces:
        for sentence in _SENTENCE.split(piece.text):
            count = words(sentence)
            lengths.append(count)
            if count > LONGEST_SENTENCE:
                yield _long(file, piece.line, sentence, count)
        yield from _words(file, piece)
    if lengths and sum(lengths) / len(lengths) > LONGEST_AVERAGE:
        message = L_("Sentences have %(words)s words on average.")
        values = {"words": round(sum(lengths) / len(lengths)), "limit": LONGEST_AVERAGE}
        yield Problem(file, 1, "sentences-long", message, L_("Aim for %(limit)s or fewer."), "error", values)


def _long(file: str, line: int, sentence: str, count: int) -> Problem:
    message = L_("A sentence has %(words)s words: “%(start)s…”.")
    mend = L_("Cut it in two: %(limit)s words are the most that read well.")
    values = {"words": count, "start": sentence[:40], "limit": LONGEST_SENTENCE}
    return Problem(file, line, "sentence-long", message, mend, "error", values)


def _words(file: str, piece: Piece) -> Iterator[Problem]:
    for found in _AVOID.finditer(piece.text):
        message = L_("“%(word)s” is better left out.")
        mend = L_(
            "Say it plainly: no “just” or “simply”, no labels for people, no “on the right”, no exclamation mark."
        )
        yield Problem(file, piece.line, "word", message, mend, "warning", {"word": found[0]})
    for found in _IDIOM.finditer(piece.text):
        message = L_("“%(word)s” does not mean what its words say.")
        mend = L_("Say what is meant: idioms are lost in translation and on people who learn the language.")
        yield Problem(file, piece.line, "idiom", message, mend, "warning", {"word": found[0]})
