"""Periodic jobs that were cut off, and buckets under a clock that was set back."""

import threading
from datetime import timedelta

from sqlalchemy import false, select, true, update

from lms.host import jobs, limits
from lms.host.jobs import LEASE, MOST_ATTEMPTS, QueuedJob, enqueue, run_due, schedule
from lms.host.locks import Busy
from lms.host.plugin import current_host
from lms.host.retention import forget

PERIODIC = "host.forget-limits"


def test_dur_10_a_periodic_job_that_was_killed_too_often_runs_again(site, frozen_clock):
    """DUR-10: a server that is killed while the job runs never comes to count it back; one that was promised once ends."""
    cut_off = {"attempts": MOST_ATTEMPTS, "leased_until": frozen_clock.moment + LEASE, "run_after": frozen_clock.moment}
    with site.session() as session:
        schedule(session, current_host())
        later = {"run_after": frozen_clock.moment + timedelta(days=1)}
        session.execute(update(QueuedJob).values(**later))
        session.execute(update(QueuedJob).where(QueuedJob.schedule == PERIODIC).values(**cut_off))
        session.add(QueuedJob(job=PERIODIC, payload={}, **cut_off))
    frozen_clock.moment += LEASE + timedelta(seconds=1)
    assert run_due(site.app) == 1
    with site.reading() as conn:
        left = conn.execute(select(QueuedJob.attempts).where(QueuedJob.schedule == PERIODIC)).scalar_one()
    assert left == 0


def test_what_is_promised_on_a_condition_is_promised_where_it_holds(site, frozen_clock):
    run_due(site.app)
    with site.session() as session:
        enqueue(session, PERIODIC, {"number": 1}, only=false())
        enqueue(session, PERIODIC, {"number": 2}, only=true(), delay=60)
    with site.session() as session:
        [row] = session.query(QueuedJob).filter_by(job=PERIODIC, schedule=None)
        assert (row.payload, row.attempts, row.leased_until) == ({"number": 2}, 0, None)
        assert row.run_after == frozen_clock.moment + timedelta(seconds=60)
    assert run_due(site.app) == 0


def test_dur_8_a_worker_that_finds_no_database_at_its_start_tries_again(site, monkeypatch):
    """DUR-8: or the server would answer for weeks and do nothing of what it promises."""
    stop, tries = threading.Event(), []

    def busy_once(*_given):
        tries.append(1)
        if len(tries) == 1:
            raise Busy
        stop.set()

    monkeypatch.setattr(jobs, "schedule", busy_once)
    monkeypatch.setattr(jobs, "POLL_SECONDS", 0)
    jobs.work(site.app, stop)
    assert len(tries) == 2


def test_ret_2_work_that_waited_for_a_server_is_not_taken_for_failed(site, frozen_clock):
    """RET-2, DUR-10: after three weeks without power, what was promised before is still to be done."""
    with site.session() as session:
        enqueue(session, PERIODIC, {})
        enqueue(session, "a job that failed", {})
    with site.session() as session:
        failed = update(QueuedJob).where(QueuedJob.job == "a job that failed")
        session.execute(failed.values(attempts=MOST_ATTEMPTS))
    frozen_clock.moment += timedelta(days=21)
    with site.session() as session:
        forget(session, {})
    with site.reading() as conn:
        left = conn.scalars(select(QueuedJob.job)).all()
    assert PERIODIC in left
    assert "a job that failed" not in left


def test_dur_11_a_clock_set_back_locks_nobody_out(site, frozen_clock):
    """DUR-11, ACC-11: a bucket is never emptier than empty."""
    frozen_clock.moment = frozen_clock.moment.replace(hour=20)
    with site.app.app_context():
        assert limits.allow("sign-in x", rate=19, per=60)
        frozen_clock.moment -= timedelta(hours=3)
        assert limits.allow("sign-in x", rate=19, per=60)
