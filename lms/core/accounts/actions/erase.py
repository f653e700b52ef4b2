"""Erasing an account: what happens at once, and the steps that follow until nothing is left (RET-4)."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from secrets import token_bytes
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms.core.accounts.models import Erasure, Person
from lms.core.accounts.privacy.sights import BeforeErasing
from lms.core.accounts.queries import handle_cell
from lms.core.accounts.queries.data import USUAL_DAYS
from lms.host import clock
from lms.host.db import upsert
from lms.host.fresh import sensitive
from lms.host.inventory import mine, personal_tables
from lms.host.jobs import QueuedJob, enqueue
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.host.security.current import vault

JOB = "accounts.erase"
OWN = "accounts_"
WARNING_TWELFTHS = 11
NOTICE = timedelta(days=30)
_LAST = func.coalesce(Person.seen_on, Person.created)


@sensitive
def begin_erasure(session: Session, *, person_id: UUID, before: Collection[str] = (), by: str = "") -> None:
    """Note that an account is to be erased, and close it: from this commit on nobody signs in to it, whatever happens.

    Everything else follows in `jobs.erase`, which a crash only delays. The caller commits, and then destroys the keys.

    Args:
        session: the writing session.
        person_id: whose account.
        before: keys of `BeforeErasing` that the person chose.
        by: who does it, for the audit; the person's own alias without it.

    """
    alias = session.scalar(select(Person.alias).where(Person.id == person_id))
    for choice in current_host().all(BeforeErasing):
        if choice.key in before:
            choice.run(session, person_id)
    session.execute(upsert(session, Erasure).values(person_id=person_id, done=[]).on_conflict_do_nothing())
    for table in personal_tables(current_host()):
        if table.name.startswith(OWN) and table.name != Person.__tablename__:
            session.execute(delete(table).where(mine(table, person_id)))
    nameless = vault().column_encrypt(b"", context=handle_cell(person_id))
    nobody = {"handle_index": token_bytes(32), "outside_index": None, "handle": nameless, "verifier": token_bytes(32)}
    session.execute(update(Person).where(Person.id == person_id).values(nobody))
    if alias is not None:
        audit.record(session, actor=by or str(alias), action="account erased", object=str(alias))
    enqueue(session, JOB, {})


def done_steps(session: Session, person_id: UUID) -> list[str]:
    """Return which packages have erased their part."""
    return list(session.scalar(select(Erasure.done).where(Erasure.person_id == person_id)) or ())


def note_step(session: Session, person_id: UUID, done: list[str]) -> None:
    """Note which packages have erased their part."""
    session.execute(update(Erasure).where(Erasure.person_id == person_id).values(done=done))


def forget_jobs(session: Session, person_id: UUID) -> None:
    """Take out of the queue what names the person."""
    payload = cast(QueuedJob.payload, Text)
    session.execute(delete(QueuedJob).where(or_(payload.contains(str(person_id)), payload.contains(person_id.hex))))


def end_erasure(session: Session, person_id: UUID) -> None:
    """Forget that there was anything to erase."""
    session.execute(delete(Erasure).where(Erasure.person_id == person_id))


def set_limit(session: Session, *, person_id: UUID, keep_days: int | None) -> None:
    """Keep a person's own limit; `None` is the usual 24 months."""
    session.execute(update(Person).where(Person.id == person_id).values(keep_days=keep_days, warned_on=None))


def dormant(session: Session) -> list[UUID]:
    """Return the accounts that nobody signed in to for as long as they are kept (RET-2)."""
    today = clock.today()
    found: list[UUID] = []
    for days, theirs in _limits(session):
        found += session.scalars(select(Person.id).where(theirs, today - timedelta(days=days) >= _LAST))
    return found


def warn_dormant(session: Session) -> None:
    """Note in accounts that their end is near; a month after the next sign-in the note goes again."""
    today = clock.today()
    for days, theirs in _limits(session):
        edge = today - timedelta(days=days * WARNING_TWELFTHS // 12)
        near = update(Person).where(theirs, Person.warned_on.is_(None), edge >= _LAST)
        session.execute(near.values(warned_on=today))
        over = update(Person).where(theirs, Person.warned_on < today - NOTICE, edge < _LAST)
        session.execute(over.values(warned_on=None))


def _limits(session: Session) -> Iterator[tuple[int, ColumnElement[bool]]]:
    for days in session.scalars(select(Person.keep_days).distinct()).all():
        yield days or USUAL_DAYS, Person.keep_days.is_(None) if days is None else Person.keep_days == days
