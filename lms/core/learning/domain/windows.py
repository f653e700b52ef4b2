"""Between which moments an activity may be taken, and when it is told what was right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE = timedelta(minutes=2)
"""What a page may arrive late: a slow line is nobody's fault."""


@dataclass(frozen=True, slots=True)
class Window:
    """When an activity opens and closes for people of one plan. Without moments it is always open.

    Args:
        opens_at: nobody begins before.
        closes_at: nobody begins any more; what is under way is taken until `GRACE` is over as well.
        tells_after: what was right is told only once it is closed for everybody.

    """

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    tells_after: bool = False

    def waits(self, now: datetime) -> bool:
        """Whether it is not open yet."""
        return self.opens_at is not None and now < self.opens_at

    def begins(self, now: datetime) -> bool:
        """Whether it may be begun."""
        return not self.waits(now) and (self.closes_at is None or now < self.closes_at)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing is taken any more."""
        return self.closes_at is not None and self.closes_at + GRACE <= now

    def untold(self, now: datetime) -> bool:
        """Whether what was right is not to be told yet."""
        return self.tells_after and self.closes_at is not None and not self.is_over(now)


ALWAYS = Window()
