"""How many people the site has, for its operators: counted once a week, never a small number (STAT-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from lms.core.accounts.models import Invitation, Person
from lms.host import clock
from lms.host.statistics.frozen import Group, Statistic, frozen
from lms.host.statistics.rules import Counted, Shown, people

SITE = "site"


@dataclass(frozen=True, slots=True)
class Totals:
    """What operators see: `day` is when it was counted, `None` before the first time.

    Codes and places that are still free tell how many people came, so they are written as people are.
    """

    day: date | None
    people: Shown
    open_codes: Shown
    open_seats: Shown


def totals(conn: Connection) -> Totals:
    """Return the numbers of this week."""
    counted = frozen(conn, statistic.key, [SITE])
    group = counted.group(SITE) or Group(clock.today())
    return Totals(counted.day, group.get("people"), group.get("open_codes"), group.get("open_seats"))


def _count(conn: Connection, least: int) -> Iterable[Counted]:
    is_open = (Invitation.expires > clock.now()) & ~Invitation.revoked & (Invitation.used < Invitation.seats)
    row = conn.execute(
        select(
            select(func.count()).select_from(Person).scalar_subquery().label("people"),
            select(func.count()).select_from(Invitation).where(is_open).scalar_subquery().label("open_codes"),
            select(func.coalesce(func.sum(Invitation.seats - Invitation.used), 0))
            .where(is_open)
            .scalar_subquery()
            .label("open_seats"),
        )
    ).one()
    yield Counted(SITE, "", {name: people(number, least) for name, number in row._mapping.items()})  # noqa: SLF001 - SQLAlchemy's public name


statistic = Statistic("accounts.site", _count)
