"""What an organisation learns of one of its groups: only numbers, only of people who agreed, only of enough of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lms.core.catalogue.api import Outline
from lms.core.learning.api import Level, shows
from lms.plugins.organisations.domain.counts import Shown, shown

# Each number of the page, and what a person must show to be counted in it.
NEEDS: Mapping[str, Level] = {
    "taking_part": "taking_part",
    "finished": "completion",
    "lessons": "progress",
    "average": "score",
}


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
        name: its label.
        course: the course.
        starts: first day.
        ends: last day.
        agreed: people by the level they show to the organisation.
        lessons: lesson id → how many of those who show their progress have done it.

    """

    cohort_id: UUID
    name: str
    course: Outline
    starts: date
    ends: date
    agreed: tuple[Agreed, ...] = ()
    lessons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """One group on the page. `None` stands where too few people agreed to say anything."""

    name: str
    course: Outline
    starts: date
    ends: date
    taking_part: Shown
    finished: Shown | None
    lessons: int | None
    minutes: int | None
    average: int | None


def report(counted: Counted, minimum: int) -> Report:
    """Return what may be shown of a group.

    Args:
        counted: the true numbers.
        minimum: the smallest group of people that a number may rest on.

    """

    def enough(number: str) -> bool:
        return shown(_showing(counted.agreed, NEEDS[number]), minimum).least is not None

    finished = sum(item.finished for item in counted.agreed if shows(item.level, NEEDS["finished"]))
    scored = next((item for item in counted.agreed if shows(item.level, NEEDS["average"])), None)
    progress = enough("lessons")
    minutes = sum(
        counted.course.by_id[key].minutes * n for key, n in counted.lessons.items() if key in counted.course.by_id
    )
    return Report(
        name=counted.name,
        course=counted.course,
        starts=counted.starts,
        ends=counted.ends,
        taking_part=shown(_showing(counted.agreed, NEEDS["taking_part"]), minimum),
        finished=shown(finished, minimum) if enough("finished") else None,
        lessons=sum(counted.lessons.values()) if progress else None,
        minutes=minutes if progress else None,
        average=scored.average if scored and shown(scored.scored, minimum).least is not None else None,
    )


def counted_in(level: str) -> tuple[str, ...]:
    """Return the numbers that a person who shows this much is counted in, together with others."""
    return tuple(number for number, needed in NEEDS.items() if shows(level, needed))


def _showing(agreed: Iterable[Agreed], level: Level) -> int:
    return sum(item.people for item in agreed if shows(item.level, level))
