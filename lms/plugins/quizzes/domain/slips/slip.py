"""A printed sheet: which boxes it has, and which line they make.

The line begins with six signs that stand on the sheet: two name it, so that a drawn check asks the same questions when
its answers come back, and four are a fingerprint of what it asks, question by question with the version of each, and
of its boxes. A line for other questions, or for what they were before a correction, is therefore refused, not graded as
something else.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lms.plugins.quizzes.domain.attempt import Asked, Sheet, guarded
from lms.plugins.quizzes.domain.content import Box
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.order import PAPER, STAFF
from lms.plugins.quizzes.domain.slips.line import (
    CHECK,
    GROUP,
    LETTERS,
    LONGEST,
    NOTHING,
    SIGNS,
    closed,
    group_of,
    grouped,
    number,
    total,
)

NAME, PRINT = 2, 4
HEAD = NAME + PRINT
ROOM = LONGEST - HEAD - CHECK
EVERY = NOTHING * NAME
"""The name of the one sheet that a quiz without draws has: copies of it are all alike."""


@dataclass(frozen=True, slots=True)
class Row:
    """One box at its place in the line, from 1, with what each sign adds there."""

    place: int
    asked: Asked
    box: Box

    @property
    def numbers(self) -> tuple[tuple[str, int], ...]:
        return tuple((offer.sign, number(self.place, offer.sign)) for offer in self.box.offers)

    @property
    def group(self) -> int:
        return group_of(self.place)


@dataclass(frozen=True, slots=True)
class Slip:
    """A sheet on paper. What does not fit into the line, or has to be typed, is answered online."""

    sheet: Sheet
    head: str
    rows: tuple[Row, ...]

    @property
    def start(self) -> int:
        """What the signs add that stand on the sheet already."""
        return total(self.head)

    @property
    def length(self) -> int:
        return HEAD + len(self.rows) + CHECK

    @property
    def online(self) -> tuple[Asked, ...]:
        held = {row.asked.question.id for row in self.rows}
        return tuple(asked for asked, _kind in self.sheet.counted if asked.question.id not in held)

    def rows_of(self, asked: Asked) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.asked is asked)

    @property
    def groups(self) -> tuple[str, ...]:
        """The line before anything is written: its own signs, and a space for each empty box."""
        empty = self.head + " " * (self.length - HEAD)
        return tuple(empty[start : start + GROUP] for start in range(0, len(empty), GROUP))

    def written(self, signs: Sequence[str]) -> str:
        """Return the line of somebody who wrote these signs in the boxes and added up."""
        return grouped(closed(self.head + "".join(signs)))


def slip_of(sheet: Sheet, name: str) -> Slip:
    """Return the sheet on paper with this name.

    Args:
        sheet: what is asked, in the order that the name gives.
        name: its first two signs.

    """
    boxes = {asked.question.id: _boxes(asked, kind) for asked, kind in sheet.counted}
    for question in _too_many({question: len(found) for question, found in boxes.items()}):
        boxes[question] = ()
    held = [(asked, box) for asked, _kind in sheet.counted for box in boxes[asked.question.id]]
    rows = tuple(Row(place, asked, box) for place, (asked, box) in enumerate(held, start=HEAD + 1))
    return Slip(sheet, name + _fingerprint(sheet, name, rows), rows)


def _boxes(asked: Asked, kind: QuestionType[Any]) -> Sequence[Box]:
    return guarded(kind, lambda: kind.boxes(asked.question)) or ()


def _too_many(sizes: Mapping[str, int]) -> Iterable[str]:
    """The questions with most boxes, as long as a line cannot hold them all."""
    over = sum(sizes.values()) - ROOM
    for question in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if over <= 0:
            return
        over -= sizes[question]
        yield question


def _fingerprint(sheet: Sheet, name: str, rows: Sequence[Row]) -> str:
    boxes = [[row.asked.question.version, *(offer.sign for offer in row.box.offers)] for row in rows]
    content = json.dumps([sheet.quiz.id, name, list(sheet.versions), boxes])
    digest = int.from_bytes(blake2b(content.encode(), digest_size=8, person=b"answer slip").digest(), "big")
    return "".join(SIGNS[digest // len(SIGNS) ** place % len(SIGNS)] for place in range(PRINT))


def seed_of(name: str, *, staff: bool = False) -> str:
    """Return the seed of an attempt that comes from the sheet with this name."""
    return f"{STAFF if staff else PAPER}{name}"


def drawn_name(chance: int) -> str:
    """Return the name of a sheet of a check, for any number."""
    return LETTERS[chance % len(LETTERS)] + LETTERS[chance // len(LETTERS) % len(LETTERS)]
