"""How numbers about people are written (STAT-1). Pure functions; true numbers go in and do not come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Generic, TypeVar

STEP = 5
SPLIT = 10
ALL = 100
GRAINS = (5, 10, 20, 25, 50, 100)

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it may be shown; `None` where too few people stand behind it."""

    value: int | None


HIDDEN = Shown(None)


def people(count: int, least: int, of: int | None = None) -> Shown:
    """Write a count of people: hidden below the smallest group, otherwise rounded down to a multiple of five.

    Args:
        count: the true number.
        least: the smallest group; never below five.
        of: how many it could be at most, where readers know that: the count then stays below by a step, because "all of
            them" would tell of each one.

    """
    if of is not None:
        count = min(count, of - STEP + 1)
    return amount(count, count, least)


def amount(number: float, group: int, least: int, step: int = 0) -> Shown:
    """Write what people did together, such as lessons or minutes, rounded down.

    Args:
        number: the true sum.
        group: how many people it is of.
        least: the smallest group; never below five.
        step: what it is a multiple of; five without it.

    """
    if group < max(least, STEP):
        return HIDDEN
    step = step or STEP
    return Shown(int(number // step) * step)


def average(value: float, group: int, least: int) -> Shown:
    """Write an average of scores in percent, to the nearest five.

    Args:
        value: the true average.
        group: how many people it is of.
        least: the smallest group; never below five.

    """
    return HIDDEN if group < max(least, STEP) else Shown(_nearest(value, STEP))


def share(part: int, group: int, least: int) -> Shown:
    """Write in percent how many of a group did something, as `measure` does."""
    return measure(ALL * part / group if group else 0, group, least)


def measure(value: float, group: int, least: int) -> Shown:
    """Write a number between -100 and 100 that each of a group has one voice in, to the nearest `grain` of the group.

    Args:
        value: the true number.
        group: how many people it is of.
        least: the smallest group; never below ten, because a grain of fewer is all or nothing.

    """
    return HIDDEN if group < max(least, SPLIT) else Shown(_nearest(value, grain(group)))


def grain(group: int) -> int:
    """Return the step, in percent, that five people or more of a group make."""
    return next(step for step in GRAINS if step * group >= ALL * STEP)


def _nearest(value: float, step: int) -> int:
    return floor(value / step + 0.5) * step


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of the parts of a whole, in their order, and of the whole."""

    cells: tuple[Shown, ...]
    total: Shown


def table(parts: Sequence[tuple[int, int]], least: int) -> Table:
    """Write the parts of a whole with a total that gives no hidden part away.

    The total is what is shown of the parts, and what may be shown of the hidden ones taken as one group: no more than
    readers know from the parts themselves, so that nothing is left when they take one from the other.

    Args:
        parts: of each its true count, and how many it could be at most.
        least: the smallest group; never below five.

    """
    cells = tuple(people(count, least, of) for count, of in parts)
    hidden = [part for part, cell in zip(parts, cells, strict=True) if cell.value is None]
    ceiling = sum(of if never_shown(of, least) else min(of, max(least, STEP) - 1) for _count, of in hidden)
    others = people(sum(count for count, _of in hidden), least, ceiling)
    values = [cell.value for cell in (*cells, others) if cell.value is not None]
    return Table(cells, Shown(sum(values)) if values else HIDDEN)


def never_shown(of: int, least: int) -> bool:
    """Whether a whole is so small that no count of it may be shown."""
    return of < max(least, STEP) + STEP - 1


@dataclass(frozen=True, slots=True)
class Split(Generic[K]):
    """Which parts of a group may be rows of their own.

    Args:
        rows: the parts that are large enough.
        together: the parts that share a row; none where even together they are too few, so that they are in no number.

    """

    rows: tuple[K, ...]
    together: tuple[K, ...]


def split(parts: Mapping[K, int], least: int) -> Split[K]:
    """Split a group, by language for example.

    Args:
        parts: how many people are in each part.
        least: the smallest group when nothing is split; a part of a split needs ten.

    """
    enough = max(least, SPLIT)
    rows = tuple(key for key, count in parts.items() if count >= enough)
    small = tuple(key for key in parts if key not in rows)
    needed = enough if rows else max(least, STEP)
    return Split(rows, small if sum(parts[key] for key in small) >= needed else ())


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of one group.

    Args:
        topic: what they are about; pages ask by it.
        subject: which group of it.
        figures: each as a function of this module hands it out.
        people: how many stand behind them.
        step: the figures stay as they are until so many more people stand behind them, so that not even two weeks
            differ by fewer; 0 to count anew each week. For counts that only grow.

    """

    topic: str
    subject: str
    figures: Mapping[str, Shown]
    people: int = 0
    step: int = 0
