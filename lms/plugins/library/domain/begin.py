"""Where to begin: a few questions, and what the answers point to. Nothing here knows who answers; nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from lms import lazy_gettext as L_
from lms.core.catalogue.api import Line, Model, Prose, Segment, Slug, Words
from lms.plugins.library.domain.shelf import Shelf, doubled

FILE = "begin.yaml"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$", max_length=10)]


class AnswerFile(Model):
    """An answer: what it adds to which course, the reason shown with them, and notes that come first."""

    id: Name
    text: Line
    adds: Annotated[Mapping[Slug, int], Field(default_factory=dict)]
    because: str = ""
    notes: Annotated[tuple[Slug, ...], Field(strict=False)] = ()


class QuestionFile(Model):
    """A question; `several` answers may be ticked, or one."""

    id: Name
    text: Line
    several: bool = False
    answers: Annotated[list[AnswerFile], Field(min_length=2, max_length=12)]


class NoteFile(Model):
    """Something to say before any course; `help` adds the way to the page of help."""

    id: Slug
    text: Prose
    help: bool = False


class BeginFile(Model):
    """`begin.yaml`."""

    base: dict[Slug, int]
    notes: Annotated[tuple[NoteFile, ...], Field(strict=False)] = ()
    questions: Annotated[list[QuestionFile], Field(min_length=1, max_length=26)]


@dataclass
class Begin(Shelf):
    """The questions of one folder."""

    meta: BeginFile | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a page shows it."""

    id: str
    text: Words


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a page shows it."""

    id: str
    text: Words
    several: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say first."""

    text: Words
    help: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A course, how much speaks for it, and why."""

    course_id: str
    weight: int
    because: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the answers point to, the most urgent first."""

    notes: tuple[Note, ...]
    courses: tuple[Weighed, ...]


def read_begin(folder: Path, langs: Sequence[str] | None) -> Begin:
    """Read the questions of a folder; never raises for what an author may write."""
    shelf = Begin(folder)
    meta, lines = shelf.yaml(FILE, BeginFile)
    if meta is None:
        return shelf
    shelf.meta = meta
    used = {name for question in meta.questions for answer in question.answers for name in answer.notes}
    for note in meta.notes:
        shelf.add(Segment("begin", f"note {note.id}", note.text, FILE, lines.at(("notes",))))
        if note.id not in used:
            message = L_("No answer leads to the note “%(id)s”.")
            shelf.note(FILE, lines.at(("notes",)), "begin-note", message, L_("Name it in an answer."), id=note.id)
    for name in sorted(used - {note.id for note in meta.notes}):
        message = L_("There is no note “%(id)s”.")
        shelf.note(FILE, lines.at(("questions",)), "begin-note", message, L_("Write it under “notes”."), id=name)
    for index, question in enumerate(meta.questions):
        _question(shelf, question, lines.at(("questions", index)))
    for one in doubled([question.id for question in meta.questions]):
        message = L_("The id “%(id)s” stands twice.")
        shelf.note(FILE, 1, "begin-twice", message, L_("Give each thing an id of its own."), id=one)
    shelf.translate(langs)
    return shelf


def _question(shelf: Begin, question: QuestionFile, line: int) -> None:
    shelf.add(Segment("begin", f"{question.id} question", question.text, FILE, line))
    for answer in question.answers:
        shelf.add(Segment("begin", f"{question.id} {answer.id} answer", answer.text, FILE, line))
        shelf.add(Segment("begin", f"{question.id} {answer.id} because", answer.because, FILE, line))
        if any(weight > 0 for weight in answer.adds.values()) and not answer.because.strip():
            message = L_("The answer “%(id)s” adds to a course and does not say why.")
            mend = L_("Add “because”: it is shown beside the course.")
            shelf.note(FILE, line, "begin-because", message, mend, id=f"{question.id} {answer.id}")
    if not any(answer.adds or answer.notes for answer in question.answers):
        message = L_("No answer to “%(id)s” changes anything.")
        shelf.note(FILE, line, "begin-idle", message, L_("Do not ask what is not needed."), id=question.id)
    for one in doubled([answer.id for answer in question.answers]):
        message = L_("The id “%(id)s” stands twice.")
        shelf.note(FILE, line, "begin-twice", message, L_("Give each thing an id of its own."), id=one)


def questions(shelf: Begin, lang: str) -> tuple[Question, ...]:
    """Return the questions in one language."""
    says = shelf.says("begin", lang)
    return tuple(
        Question(
            question.id,
            says(f"{question.id} question", question.text),
            question.several,
            tuple(
                Answer(answer.id, says(f"{question.id} {answer.id} answer", answer.text)) for answer in question.answers
            ),
        )
        for question in (shelf.meta.questions if shelf.meta else ())
    )


@dataclass
class _Scale:
    weights: dict[str, int]
    because: dict[str, list[Words]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def advice(shelf: Begin, lang: str, given: Mapping[str, Sequence[str]], hours: Mapping[str, float]) -> Advice:
    """Return what the answers point to; what nobody wrote among the answers is passed over.

    Args:
        shelf: the questions.
        lang: language of the reasons.
        given: ids of answers by the id of their question.
        hours: how long each course that can be begun takes; of two with one weight the shorter comes first.

    """
    meta = shelf.meta
    if meta is None:
        return Advice((), ())
    says = shelf.says("begin", lang)
    scale = _Scale(dict(meta.base))
    for question in meta.questions:
        chosen = [answer for answer in question.answers if answer.id in given.get(question.id, ())]
        for answer in chosen if question.several else chosen[:1]:
            scale.notes += [name for name in answer.notes if name not in scale.notes]
            for course, weight in answer.adds.items():
                scale.weights[course] = scale.weights.get(course, 0) + weight
                if weight > 0:
                    reason = says(f"{question.id} {answer.id} because", answer.because)
                    scale.because.setdefault(course, []).append(reason)
    told = {note.id: Note(says(f"note {note.id}", note.text), note.help) for note in meta.notes}
    offered = sorted(
        (course for course, weight in scale.weights.items() if weight > 0 and course in hours),
        key=lambda course: (-scale.weights[course], hours[course], course),
    )
    return Advice(
        tuple(told[name] for name in scale.notes if name in told),
        tuple(Weighed(one, scale.weights[one], tuple(scale.because.get(one, ()))) for one in offered),
    )
