"""When a question comes back. FSRS, in whole days, with its published parameters: nothing is fitted to anybody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

Recall = Literal["missed", "unsure", "known"]
RETENTION = 0.9
LONGEST = 180
"""Most days until a question comes back: advice on safety ages."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of how well a question is remembered.

    Args:
        stability: days after which it is remembered in nine cases of ten.
        difficulty: from 1 to 10.
        due: the day from which it is asked again.

    """

    stability: float
    difficulty: float
    due: date

    @property
    def asked(self) -> date:
        """The day on which it was last asked; it follows from the rest, so it is not kept."""
        return self.due - timedelta(days=interval(self.stability))


def interval(stability: float) -> int:
    """Return after how many days a question comes back. Stability is counted for the share that we want too."""
    return min(max(round(stability), 1), LONGEST)


def first(recall: Recall, today: date) -> Memory:
    """Return the memory of a question that is asked for the first time, or that has changed since."""
    from fsrs import Card, State

    return _asked(Card(card_id=0, state=State.Learning, due=_noon(today)), recall, today)


def again(before: Memory, recall: Recall, today: date) -> Memory:
    """Return the memory of a question after it was asked once more."""
    from fsrs import Card, State

    card = Card(
        card_id=0,
        state=State.Review,
        stability=before.stability,
        difficulty=before.difficulty,
        due=_noon(before.due),
        last_review=_noon(before.asked),
    )
    return _asked(card, recall, today)


def _asked(card: "Card", recall: Recall, today: date) -> Memory:
    from fsrs import Rating

    ratings = {"missed": Rating.Again, "unsure": Rating.Hard, "known": Rating.Good}
    after, _log = _scheduler().review_card(card, ratings[recall], _noon(today))
    assert after.stability is not None  # it is set by every review
    assert after.difficulty is not None
    return Memory(after.stability, after.difficulty, today + timedelta(days=interval(after.stability)))


@lru_cache(maxsize=1)
def _scheduler() -> "Scheduler":
    """Steps within a day are left out: nobody is asked the same twice a day."""
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
