"""Counting answers once a week, for authors (STAT-1)."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from lms.host.statistics.frozen import Statistic
from lms.host.statistics.rules import Counted
from lms.plugins.quizzes.domain.statistics import counted
from lms.plugins.quizzes.models import Count


def count(conn: Connection, least: int) -> Iterable[Counted]:
    """Return what may be shown of every version of a question that was ever answered."""
    found: dict[str, dict[str, dict[tuple[str, str], int]]] = defaultdict(lambda: defaultdict(dict))
    for row in conn.execute(select(Count.question, Count.lang, Count.band, Count.part, Count.total)):
        found[row.question][row.lang][row.band, row.part] = row.total
    for question, by_language in found.items():
        yield from counted(question, by_language, least)


statistic = Statistic("quizzes.answers", count)
