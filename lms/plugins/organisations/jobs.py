"""Work of organisations outside requests: forgetting, and counting once a week."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.core.learning.api import SharingChanged
from lms.host.contributions import Job, Reaction
from lms.host.statistics.frozen import Statistic, hide, least
from lms.host.statistics.rules import Counted, table
from lms.plugins.organisations.actions import forget_slips
from lms.plugins.organisations.domain.report import figures
from lms.plugins.organisations.queries import PLACES, SOURCE, batches, counted, names, sent_by, used

HOUR = 3600
ANY_LANGUAGE = "en"


def forget(session: Session, _payload: Mapping[str, Any]) -> None:
    """Drop sealed codes and old batches."""
    forget_slips(session)


def count(conn: Connection, smallest: int) -> Iterable[Counted]:
    """Count the places and the groups of every organisation (STAT-1)."""
    for organisation in names(conn):
        yield from _places(conn, organisation.id, smallest)
        yield from _groups(conn, organisation.id, smallest)


def _places(conn: Connection, organisation_id: UUID, smallest: int) -> Iterable[Counted]:
    rows = batches(conn, organisation_id)
    taken = used(conn, [row.id for row in rows])
    shown = table([(taken[row.id], row.size) for row in rows], smallest)
    for row, cell in zip(rows, shown.cells, strict=True):
        yield Counted(str(organisation_id), str(row.id), {"used": cell})
    yield Counted(str(organisation_id), PLACES, {"used": shown.total})


def _groups(conn: Connection, organisation_id: UUID, smallest: int) -> Iterable[Counted]:
    for group in counted(conn, organisation_id, ANY_LANGUAGE):
        yield Counted(str(organisation_id), str(group.cohort_id), figures(group, smallest))


def withdraw(session: Session, event: SharingChanged) -> None:
    """Take figures away at once that rest on too few now that somebody shows less (ORG-1)."""
    if event.audience != "organisation":
        return
    conn = session.connection()
    for organisation_id in sent_by(conn, event.person_id):
        for now in _groups(conn, organisation_id, least()):
            hide(session, SOURCE, now)


forget_job = Job("organisations.forget", forget, every=HOUR)
statistic = Statistic(SOURCE, count)
withdrawn = Reaction("organisations.withdrawn", SharingChanged, withdraw, atomic=True)
