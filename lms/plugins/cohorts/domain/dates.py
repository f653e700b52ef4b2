"""From day offsets to moments: the course has no dates, the group has a start and distances from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from lms.core.catalogue.api import ModuleOutline, Outline
from lms.core.learning.api import Window

WEEK = 7
LAST_MINUTE = time(23, 59)
ENDS = {"due", "check-closes"}


@dataclass(frozen=True, slots=True)
class ModuleDays:
    """When a module opens and is meant to be done, in days after the start; `None` sets no day.

    So too for its check, which `check_closes`; `check_tells` is whether it is told only then what was right.
    """

    opens: int | None = None
    due: int | None = None
    check_opens: int | None = None
    check_closes: int | None = None
    check_tells: bool = False

    def as_json(self) -> dict[str, int | bool | None]:
        return asdict(self)


Offsets = Mapping[str, ModuleDays]


def weekly(outline: Outline) -> dict[str, ModuleDays]:
    """Return one week a module, which is what most groups do."""
    return {
        module.id: ModuleDays(index * WEEK, index * WEEK + WEEK - 1) for index, module in enumerate(outline.modules)
    }


def read_offsets(stored: Mapping[str, Any]) -> dict[str, ModuleDays]:
    """Return the offsets kept in a group's row."""
    return {module: ModuleDays(**days) for module, days in stored.items()}


def lesson_dates(
    outline: Outline, starts: date, offsets: Offsets
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return lesson id → (opens, due) in UTC; lessons of modules without days are always open."""
    dates: dict[str, tuple[datetime | None, datetime | None]] = {}
    for module in outline.modules:
        days = offsets.get(module.id, ModuleDays())
        opens = None if days.opens is None else _moment(starts, days.opens, time.min)
        due = None if days.due is None else _moment(starts, days.due, LAST_MINUTE)
        if opens or due:
            dates |= dict.fromkeys((lesson.id for lesson in module.lessons), (opens, due))
    return dates


def check_windows(outline: Outline, starts: date, offsets: Offsets) -> dict[str, Window]:
    """Return id of a check → when it may be taken; checks without days are always open."""
    windows: dict[str, Window] = {}
    for module in outline.modules:
        days, check = offsets.get(module.id, ModuleDays()), module.activity("check")
        opens = None if days.check_opens is None else _moment(starts, days.check_opens, time.min)
        closes = None if days.check_closes is None else _moment(starts, days.check_closes, LAST_MINUTE)
        if check is not None and (opens or closes):
            windows[check.id] = Window(opens, closes, days.check_tells and closes is not None)
    return windows


@dataclass(frozen=True, slots=True)
class GroupDate:
    """A day of the group: a module opens or is meant to be done, or its check opens or closes."""

    day: date
    kind: str
    module: ModuleOutline


def coming(outline: Outline, starts: date, offsets: Offsets, today: date) -> list[GroupDate]:
    """Return the days of a group from today on, in order."""
    found = []
    for module in outline.modules:
        days = offsets.get(module.id, ModuleDays())
        kinds = [("opens", days.opens), ("due", days.due)]
        if module.activity("check"):
            kinds += [("check-opens", days.check_opens), ("check-closes", days.check_closes)]
        for kind, after in kinds:
            if after is not None and (day := starts + timedelta(days=after)) >= today:
                found.append(GroupDate(day, kind, module))
    return sorted(found, key=lambda item: (item.day, item.kind in ENDS))


@dataclass(frozen=True, slots=True)
class Week:
    """Where a group is: before its start the number is 0, after its end it stays at the last."""

    number: int
    of: int


def week(starts: date, ends: date, today: date) -> Week:
    """Return the week a group is in."""
    of = (ends - starts).days // WEEK + 1
    number = 0 if today < starts else min((today - starts).days // WEEK + 1, of)
    return Week(number, of)


def _moment(starts: date, after: int, at: time) -> datetime:
    return datetime.combine(starts + timedelta(days=after), at, UTC)
