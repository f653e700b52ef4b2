"""The one place that asks what time it is, so that tests can answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock for tests that moves only when told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment this clock was set to."""
        return self.moment


_system = SystemClock()
_process: Clock = _system


def use(clock: Clock | None) -> None:
    """Make `clock` answer in the whole process; `None` goes back to the machine's."""
    global _process  # noqa: PLW0603 - the worker thread and the web threads must agree
    _process = clock or _system


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be another moment inside a `with` block: for examples that are made before anything is served."""
    before = _process
    use(FrozenClock(moment))
    try:
        yield
    finally:
        use(before)


def now() -> datetime:
    """Return the current moment, aware, in UTC (DUR-11)."""
    return _process.now()


def today() -> date:
    """Return the current day in UTC."""
    return now().date()
