"""What other packages have to say about a course when it is checked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lms.core.catalogue.compile.tree import CourseSource
from lms.core.catalogue.domain.problems import Problem
from lms.core.catalogue.domain.segments import Segment
from lms.host.contributions import Contribution


@dataclass(frozen=True)
class CourseRule(Contribution):
    """A check of courses that a package adds: `lms courses check` and publishing run it.

    Args:
        key: unique name.
        check: is given the course with its translations bound, and every text of it; returns what is wrong.

    """

    key: str
    check: Callable[[CourseSource, Sequence[Segment]], Iterable[Problem]]
