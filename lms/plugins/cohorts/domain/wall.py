"""The wall: people × lessons, of those who agreed to be seen, and who may need a hand.

Totals are over the rows that are shown; people who share less are not in them, so that nobody can be counted out
(settled 23).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lms.core.catalogue.api import ModuleOutline, Outline, OutlineLesson
from lms.core.learning.api import DONE, shows

QUIET_WEEKS = 3
MANY = 3
MOST_STOPS = 2
BAR = 20
Sort = Literal["done", "name", "last"]
SORTS: tuple[Sort, ...] = ("done", "name", "last")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database gives of a member: the lessons only of somebody who shares their progress."""

    alias: str
    example: bool
    level: str
    last_on: date
    finished: bool
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the wall; `weeks` is how long ago they did something."""

    alias: str
    example: bool
    states: tuple[str, ...]
    done: int
    weeks: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A lesson of the wall; `bar` is the share of rows that finished it, in twentieths."""

    lesson: OutlineLesson
    place: int
    first: bool
    done: int
    bar: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A lesson in front of which many have paused."""

    module: ModuleOutline
    lesson: OutlineLesson
    people: int


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything the page shows."""

    outline: Outline
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    quiet: tuple[Row, ...]
    stops: tuple[Stop, ...]
    only_part: int
    only_finish: int
    only_finish_done: int


def wall(outline: Outline, people: Iterable[Seen], today: date, sort: Sort = "done") -> Wall:
    """Build the wall.

    Args:
        outline: the course.
        people: the learners of the group.
        today: the day to count weeks from.
        sort: by lessons done, by name, or by who was here last.

    """
    people = list(people)
    rows = [_row(outline, person, today) for person in people if shows(person.level, "progress")]
    finishers = [person for person in people if person.level == "completion"]
    columns = tuple(_column(outline, lesson, index, rows) for index, lesson in enumerate(outline.lessons))
    return Wall(
        outline=outline,
        columns=columns,
        rows=tuple(sorted(rows, key=_ORDER[sort])),
        quiet=tuple(row for row in sorted(rows, key=_ORDER["name"]) if row.weeks >= QUIET_WEEKS and not row.finished),
        stops=_stops(outline, rows),
        only_part=sum(person.level == "taking_part" for person in people),
        only_finish=len(finishers),
        only_finish_done=sum(person.finished for person in finishers),
    )


_ORDER = {
    "done": lambda row: (-row.done, row.weeks, row.alias),
    "name": lambda row: (row.alias,),
    "last": lambda row: (row.weeks, -row.done, row.alias),
}


def _row(outline: Outline, person: Seen, today: date) -> Row:
    states = tuple(_state(person.states.get(lesson.id)) for lesson in outline.lessons)
    weeks = max(0, (today - person.last_on).days // 7)
    return Row(person.alias, person.example, states, states.count("done"), weeks, person.finished)


def _state(stored: int | None) -> str:
    if stored is None:
        return "todo"
    return "done" if stored == DONE else "started"


def _column(outline: Outline, lesson: OutlineLesson, index: int, rows: Sequence[Row]) -> Column:
    module = outline.module_of[lesson.id]
    place = module.lessons.index(lesson) + 1
    done = sum(row.states[index] == "done" for row in rows)
    bar = round(BAR * done / len(rows)) if rows else 0
    return Column(lesson, place, place == 1 and index > 0, done, bar)


def _stops(outline: Outline, rows: Sequence[Row]) -> tuple[Stop, ...]:
    """Find lessons that at least three paused people, and a quarter of the wall, have as their next one."""
    paused = Counter(row.states.index("todo") for row in rows if row.weeks >= 1 and "todo" in row.states)
    many = max(MANY, -(-len(rows) // 4))
    found = [(count, index) for index, count in paused.items() if count >= many]
    lessons = outline.lessons
    return tuple(
        Stop(outline.module_of[lessons[index].id], lessons[index], count)
        for count, index in sorted(found, key=lambda item: (-item[0], item[1]))[:MOST_STOPS]
    )
