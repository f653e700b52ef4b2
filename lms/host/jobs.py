"""One table is outbox and queue: jobs are enqueued in the caller's transaction and leased by workers.

Written by hand because no library enqueues inside our transaction on both databases.
Handlers are idempotent: a job runs again after a crash between its work and its deletion (DUR-10).
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import JSON, ColumnElement, Index, Text, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.host import clock
from lms.host.contributions import Job, Reaction, Retention
from lms.host.db import Base, Utc, about, db, upsert
from lms.host.i18n import lazy_gettext as L_
from lms.host.plugin import Host, current_host
from lms.host.statements import Prepared

log = logging.getLogger("lms.jobs")

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 10
POLL_SECONDS = 1.0
wake = threading.Event()


class QueuedJob(Base):
    """One piece of work that waits, runs or has failed for good."""

    __tablename__ = "host_job"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_after: Mapped[datetime] = mapped_column(Utc)
    leased_until: Mapped[datetime | None] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(default=0)
    schedule: Mapped[str | None] = mapped_column(Text, unique=True)

    __table_args__ = (
        Index("ix_host_job_due", "run_after"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Work that has been promised and not yet done."),
                lifetime=L_("Until it is done; failed work 14 days."),
                erase=L_("Payloads hold ids only; a job about an erased person finds nobody and ends."),
            )
        },
    )


# A periodic job is never given up, and what waits for a server that was off for long is not failed work.
_given_up = QueuedJob.schedule.is_(None) & (QueuedJob.attempts >= MOST_ATTEMPTS)
failed_rule = Retention("host.failed-jobs", QueuedJob.__tablename__, "run_after", timedelta(days=14), _given_up)


def enqueue(
    session: Session,
    job: str,
    payload: Mapping[str, Any],
    *,
    delay: int = 0,
    only: ColumnElement[bool] | None = None,
    of: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Promise work in the caller's transaction.

    Args:
        session: the writing session; nothing is promised unless it commits.
        job: key of a `Job`, or `reaction:<key>`.
        payload: JSON-able ids and values, never personal text.
        delay: seconds to wait at least.
        only: where this condition does not hold, nothing is promised. One that is built once is compiled once.
        of: values of its bound names.

    """
    due = clock.now() + timedelta(seconds=delay)
    row = {"id": uuid4(), "job": job, "payload": dict(payload), "run_after": due, "attempts": 0}
    _promise(only).rows(session.connection(), **{f"new_{name}": value for name, value in row.items()}, **of)


@lru_cache(maxsize=64)
def _promise(only: ColumnElement[bool] | None) -> Prepared:
    names = ["id", "job", "payload", "run_after", "attempts"]
    row = [bindparam(f"new_{name}", type_=QueuedJob.__table__.c[name].type) for name in names]
    wanted = select(*row) if only is None else select(*row).where(only)
    return Prepared(lambda insert: insert(QueuedJob.__table__).from_select(names, wanted))


def schedule(session: Session, host: Host) -> None:
    """Make sure that every periodic job has its one row."""
    for job in host.all(Job):
        if job.every is None:
            continue
        row = {
            "id": uuid4(),
            "job": job.key,
            "payload": {},
            "run_after": clock.now(),
            "attempts": 0,
            "schedule": job.key,
        }
        session.execute(upsert(session, QueuedJob).values(row).on_conflict_do_nothing())


def run_due(app: Flask, *, most: int = 100) -> int:
    """Run jobs that are due, one transaction each; return how many were tried."""
    tried = 0
    while tried < most:
        with app.app_context():
            claimed = _claim(db.session())
            if claimed is None:
                break
            _run(app, *claimed)
        tried += 1
    return tried


def work(app: Flask, stop: threading.Event) -> None:
    """Run jobs until told to stop; the body of the worker thread and of `lms worker`."""
    scheduled = False
    while not stop.is_set():
        try:
            if not scheduled:
                _schedule_all(app)
                scheduled = True
            busy = run_due(app)
        except Exception:
            log.exception("worker failed")
            busy = 0
        if not busy:
            wake.wait(POLL_SECONDS)
            wake.clear()


def _schedule_all(app: Flask) -> None:
    with app.app_context():
        schedule(db.session(), current_host())
        db.session.commit()


def _claim(session: Session) -> tuple[UUID, str, dict[str, Any]] | None:
    now = clock.now()
    due = (
        select(QueuedJob.id)
        .where(QueuedJob.run_after <= now, ~_given_up)
        .where((QueuedJob.leased_until.is_(None)) | (QueuedJob.leased_until < now))
        .order_by(QueuedJob.run_after)
        .limit(1)
    )
    # Looking without the write lock keeps an idle worker from queueing behind every request.
    with db.engines["read"].connect() as reader:
        if reader.execute(due).first() is None:
            return None
    job_id = session.scalar(due.with_for_update(skip_locked=True))
    if job_id is None:
        session.rollback()
        return None
    session.execute(
        update(QueuedJob)
        .where(QueuedJob.id == job_id)
        .values(leased_until=now + LEASE, attempts=QueuedJob.attempts + 1)
    )
    row = session.execute(select(QueuedJob.job, QueuedJob.payload).where(QueuedJob.id == job_id)).one()
    session.commit()
    return job_id, row.job, row.payload


def _run(app: Flask, job_id: UUID, key: str, payload: dict[str, Any]) -> None:
    session = db.session()
    host = current_host(app)
    try:
        every = _dispatch(session, host, key, payload)
        if every is None:
            session.execute(delete(QueuedJob).where(QueuedJob.id == job_id))
        else:
            again = clock.now() + timedelta(seconds=every)
            session.execute(
                update(QueuedJob).where(QueuedJob.id == job_id).values(run_after=again, leased_until=None, attempts=0)
            )
        session.commit()
    except Exception:
        session.rollback()
        log.exception("job failed", extra={"job": key})
        _retry_later(session, job_id)


def _retry_later(session: Session, job_id: UUID) -> None:
    row = session.get(QueuedJob, job_id)
    if row is not None:
        row.run_after = clock.now() + timedelta(seconds=min(2**row.attempts, 3600))
        row.leased_until = None
        row.attempts = min(row.attempts, MOST_ATTEMPTS)
        session.commit()


def _dispatch(session: Session, host: Host, key: str, payload: dict[str, Any]) -> int | None:
    kind, _, name = key.partition(":")
    if kind == "reaction":
        reaction = host.one(Reaction, name)
        reaction.run(session, reaction.unpack(payload))
        return None
    job = host.one(Job, key)
    job.run(session, payload)
    return job.every
