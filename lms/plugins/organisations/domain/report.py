"""What an organisation learns of one of its groups: only numbers, only of people who agreed, only of enough of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lms.core.catalogue.api import Outline
from lms.core.learning.api import Level, shows
from lms.host.statistics.rules import HIDDEN, STEP, Shown, amount, average, people

# Each number of the page, and what a person must show to be counted in it.
NEEDS: Mapping[str, Level] = {
    "taking_part": "taking_part",
    "finished": "completion",
    "lessons": "progress",
    "average": "score",
}
HOUR = 60


@dataclass(frozen=True, slots=True)
class Agreed:
    """How many people of a group show one level, and what is counted of them.

    Args:
        level: what they show.
        people: how many.
        finished: how many of them have finished the course.
        scored: how many have a score; only of those who show it.
        average: whole percent over their best results.

    """

    level: str
    people: int
    finished: int
    scored: int = 0
    average: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counts in one group; no row of it is one person's.

    Args:
        cohort_id: the group.
        course: the course.
        agreed: people by the level they show to the organisation.
        lessons: lesson id → how many of those who show their progress have done it.

    """

    cohort_id: UUID
    course: Outline
    agreed: tuple[Agreed, ...] = ()
    lessons: Mapping[str, int] = field(default_factory=dict)


def figures(counted: Counted, least: int) -> dict[str, Shown]:
    """Return what may be shown of a group; a number that too few people agreed to is not there.

    Args:
        counted: the true numbers.
        least: the smallest group of people that a number may rest on.

    """
    group = {number: _showing(counted.agreed, needed) for number, needed in NEEDS.items()}
    finished = sum(item.finished for item in counted.agreed if shows(item.level, NEEDS["finished"]))
    scored = next((item for item in counted.agreed if shows(item.level, NEEDS["average"])), None)
    minutes = sum(
        counted.course.by_id[key].minutes * n for key, n in counted.lessons.items() if key in counted.course.by_id
    )
    # What one person could add by themselves at most is one step: the whole course.
    lessons, hours = (
        _up(len(counted.course.lessons), STEP),
        _up(sum(one.minutes for one in counted.course.lessons), HOUR),
    )
    found = {
        "taking_part": people(group["taking_part"], least),
        "lessons": amount(sum(counted.lessons.values()), group["lessons"], least, lessons),
        "minutes": amount(minutes, group["lessons"], least, hours),
        "average": average(scored.average, scored.scored, least) if scored else HIDDEN,
    }
    agreed = {name: one for name, one in found.items() if one != HIDDEN or name == "taking_part"}
    return agreed if people(group["finished"], least) == HIDDEN else {**agreed, "finished": people(finished, least)}


def _up(number: int, step: int) -> int:
    return max(1, -(-number // step)) * step


def counted_in(level: str) -> tuple[str, ...]:
    """Return the numbers that a person who shows this much is counted in, together with others."""
    return tuple(number for number, needed in NEEDS.items() if shows(level, needed))


def _showing(agreed: Iterable[Agreed], level: Level) -> int:
    return sum(item.people for item in agreed if shows(item.level, level))
