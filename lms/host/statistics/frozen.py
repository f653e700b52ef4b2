"""Numbers about people are counted once a week and kept as they may be shown; pages read nothing else (STAT-1)."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import JSON, Connection, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.host import clock
from lms.host.contributions import Contribution, Job
from lms.host.db import Base, about
from lms.host.i18n import lazy_gettext as L_
from lms.host.plugin import current_host
from lms.host.statistics.rules import HIDDEN, Counted, Shown

log = logging.getLogger("lms.statistics")
WEEK = timedelta(days=7)
DAY = 24 * 3600
WHOLE = ""  # topic and subject of the row that tells when a source was counted


class Figure(Base):
    """The figures of one group as they may be shown. `people` stands behind them and is never shown."""

    __tablename__ = "host_figure"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    topic: Mapped[str] = mapped_column(String(128), primary_key=True)
    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    day: Mapped[date]
    people: Mapped[int]
    figures: Mapped[dict[str, int | None]] = mapped_column(JSON)

    __table_args__ = (
        {
            "sqlite_with_rowid": False,
            "info": about(
                data_class="C1",
                purpose=L_("Keeps numbers about groups of people as they were counted this week."),
                lifetime=L_("Until they are counted anew."),
                erase=L_("Holds nothing about a person."),
            ),
        },
    )


@dataclass(frozen=True)
class Statistic(Contribution):
    """Numbers about people that a package shows to others.

    Args:
        key: unique name.
        count: called once a week with a connection and the smallest group; returns what may be shown.

    """

    key: str
    count: Callable[[Connection, int], Iterable[Counted]]


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one group, and the day from which they are."""

    day: date
    figures: Mapping[str, Shown] = field(default_factory=dict)

    def get(self, name: str) -> Shown:
        """Return a figure; one that was not counted is hidden."""
        return self.figures.get(name, HIDDEN)


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was counted last. `day` is `None` before the first time."""

    day: date | None = None
    groups: Mapping[tuple[str, str], Group] = field(default_factory=dict)

    def group(self, topic: str, subject: str = "") -> Group | None:
        """Return a group's figures; `None` if it was not there when they were counted."""
        return self.groups.get((topic, subject))


_columns = (Figure.topic, Figure.subject, Figure.day, Figure.people, Figure.figures)


def least() -> int:
    """Return the smallest group of people that a number of this site may rest on."""
    number: int = current_app.config["LMS"].minimum_group
    return number


def frozen(conn: Connection, source: str, topics: Collection[str]) -> Frozen:
    """Return what was counted about some topics, in one statement."""
    wanted = select(*_columns).where(Figure.source == source, Figure.topic.in_([WHOLE, *topics]))
    rows = list(conn.execute(wanted))
    day = next((row.day for row in rows if row.topic == WHOLE), None)
    return Frozen(day, {(row.topic, row.subject): _group(row) for row in rows if row.topic != WHOLE})


def count(session: Session, _payload: Mapping[str, Any]) -> None:
    """Count every source whose week is over; one that fails keeps what it had and stops no other (PLG-3)."""
    for source in current_host().all(Statistic):
        try:
            with session.begin_nested():
                _count(session, source)
        except Exception:
            log.exception("statistic left out", extra={"plugin": source.key})


def hide(session: Session, source: str, now: Counted) -> None:
    """Take figures of a group away that may no longer be shown; nothing else changes before the next week (ORG-1)."""
    mine = Figure.source == source, Figure.topic == now.topic, Figure.subject == now.subject
    row = session.scalar(select(Figure).where(*mine))
    if row is not None:
        allowed = _stored(now.figures)
        kept = {name: value for name, value in row.figures.items() if name in allowed}
        row.figures = {name: None if allowed[name] is None else value for name, value in kept.items()}


def _group(row: Any) -> Group:
    return Group(row.day, {name: Shown(value) for name, value in row.figures.items()})


def _count(session: Session, source: Statistic) -> None:
    today = clock.today()
    rows = session.execute(select(*_columns).where(Figure.source == source.key)).all()
    before = {(row.topic, row.subject): row for row in rows}
    whole = before.get((WHOLE, WHOLE))
    if whole is not None and whole.day > today - WEEK:
        return
    found = [_row(source, one, before.get((one.topic, one.subject)), today) for one in _counted(session, source)]
    marker = Counted(WHOLE, WHOLE, {})
    session.execute(delete(Figure).where(Figure.source == source.key))
    session.execute(insert(Figure), [_row(source, marker, None, today), *found])


def _counted(session: Session, source: Statistic) -> Iterable[Counted]:
    return source.count(session.connection(), least())


def _row(source: Statistic, now: Counted, before: Any, today: date) -> dict[str, Any]:
    stays = _says_something(before) and 0 <= now.people - before.people < now.step
    kept = (before.day, before.people, before.figures) if stays else (today, now.people, _stored(now.figures))
    names = ("source", "topic", "subject", "day", "people", "figures")
    return dict(zip(names, (source.key, now.topic, now.subject, *kept), strict=True))


def _says_something(before: Any) -> bool:
    return before is not None and any(value is not None for value in before.figures.values())


def _stored(figures: Mapping[str, Any]) -> dict[str, int | None]:
    """Return figures as they are kept.

    Raises:
        TypeError: a number that did not go through `rules`.

    """
    wrong = [name for name, figure in figures.items() if not isinstance(figure, Shown)]
    if wrong:
        raise TypeError(", ".join(wrong))
    return {name: figure.value for name, figure in figures.items()}


job = Job("host.statistics", count, every=DAY)
