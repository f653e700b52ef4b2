"""How an organisation sees numbers of people: never fewer than five, otherwise in steps of five (STAT-1).

Steps keep somebody who looks at the page each day from seeing one person come or finish, and keep "used" and "unused"
from giving each other away.
"""

from dataclasses import dataclass

STEP = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A count of people as it may be shown: at least so many, or `None` for fewer than the smallest group."""

    least: int | None


def shown(count: int, minimum: int) -> Shown:
    """Return what may be shown of a count of people.

    Args:
        count: the true number; it stays here.
        minimum: the smallest group, never below five.

    """
    if count < max(minimum, STEP):
        return Shown(None)
    return Shown(count - count % STEP)
