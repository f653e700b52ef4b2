"""What every package is given when an empty site is filled with invented people and courses (`lms seed`)."""

import random  # noqa: TID251 - invented data must be the same again for the same number
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, chain, islice
from math import exp
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

T = TypeVar("T")
BATCH = 5_000
ZIPF = 1.1


@dataclass(frozen=True)
class Scale:
    """How much there shall be of everything that others grow from."""

    courses: int
    learners: int
    cohorts: int
    attempts: int


SIZES = {"XS": Scale(10, 100, 5, 1_000), "S": Scale(50, 10_000, 200, 100_000)}


@dataclass
class Seed:
    """The source of all invented data of one site: the same number gives the same people doing the same things.

    Args:
        scale: how much to make.
        number: which of the possible sites.
        languages: of the site.
        today: days are counted back from here.
        people: ids of the invented people; whoever makes them puts them here for the others.

    """

    scale: Scale
    number: int
    languages: Sequence[str]
    today: date
    people: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin("")

    def begin(self, part: str) -> None:
        """Start the chance of one package's part anew, so that it rests on nothing that others drew.

        That way the invented course is the same at every size, and sizes can be compared.
        """
        self.random = random.Random(f"{self.number} {part}")  # noqa: S311 - not a secret: invented data

    def uuid(self) -> UUID:
        """Return an id."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def day(self, most: int, least: int = 0) -> date:
        """Return a day at least `least` and at most `most` days ago."""
        return self.today - timedelta(days=self.random.randint(least, most))

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.random.random() < share

    def poisson(self, mean: float) -> int:
        """Return how many of something that comes `mean` times on average."""
        limit, product, count = exp(-mean), self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            count += 1
        return count

    def popular(self, items: Sequence[T], count: int) -> list[T]:
        """Return `count` different items, the earlier ones much more often than the later ones (Zipf's law)."""
        weights = list(accumulate(1 / rank**ZIPF for rank in range(1, len(items) + 1)))
        chosen: dict[int, None] = {}
        while len(chosen) < min(count, len(items)):
            chosen[self.random.choices(range(len(items)), cum_weights=weights)[0]] = None
        return [items[place] for place in chosen]


def store(session: Session, table: Any, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write many rows that name the same columns, without an object for each; return how many.

    The values are made ready for the database here: letting each row go through a compiled statement costs more than
    writing it.
    """
    assert isinstance(table, Table)
    left = iter(rows)
    first = next(left, None)
    if first is None:
        return 0
    conn = session.connection()
    dialect = conn.dialect
    compiled = insert(table).compile(dialect=dialect, column_keys=list(first))
    names = compiled.positiontup or list(compiled.params)
    columns = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
    fixed = {column.name: column.default for column in table.c if column.default and column.default.is_scalar}
    defaults = {name: getattr(default, "arg", None) for name, default in fixed.items()}

    def ready(row: Mapping[str, Any]) -> Any:
        full = {**defaults, **row}
        values = (process(full[name]) if process else full[name] for name, process in columns)
        return tuple(values) if compiled.positiontup else dict(zip(names, values, strict=True))

    stored = 0
    for batch in _batches(map(ready, chain([first], left))):
        conn.exec_driver_sql(str(compiled), batch)
        stored += len(batch)
    return stored


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
