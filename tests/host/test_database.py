"""Two engines, one writer at a time, nothing written on a GET (DUR-1, DUR-2, SES-9)."""

import threading

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from lms.host import db as database_module
from lms.host import jobs, migrate
from lms.host.db import db
from lms.host.jobs import QueuedJob
from lms.host.plugin import current_host

# Rules of SQLite, which has one writer; PostgreSQL has none of them.
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def site_plugins():
    return ()


def test_models_and_migrations_agree(site):
    with site.app.app_context(), db.engines[None].connect() as conn:
        assert migrate.drift(conn, current_host()) == []


def test_migrations_go_down_and_up_again(site):
    with site.app.app_context():
        host = current_host()
        assert migrate.downgrade(db.engines[None], host, "host", "base") == ["host_0003", "host_0002", "host_0001"]
        assert migrate.upgrade(db.engines[None], host) == ["host_0001", "host_0002", "host_0003"]


@pytest.mark.database("sqlite")
@SQLITE
def test_dur_1_sqlite_is_durable_on_every_connection(site):
    with site.app.app_context():
        engine = db.engines[None]
        with engine.connect() as one, engine.connect() as two:
            for conn in (one, two):
                raw = conn.connection
                values = {
                    name: raw.execute(f"PRAGMA {name}").fetchone()[0]
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "foreign_keys",
                        "secure_delete",
                        "wal_autocheckpoint",
                        "trusted_schema",
                        "cell_size_check",
                        "mmap_size",
                    )
                }
                assert values == {
                    "journal_mode": "wal",
                    "synchronous": 2,
                    "foreign_keys": 1,
                    "secure_delete": 1,
                    "wal_autocheckpoint": 0,
                    "trusted_schema": 0,
                    "cell_size_check": 1,
                    "mmap_size": 0,
                }


def test_ses_9_the_database_itself_refuses_a_write_on_get(site):
    with site.app.test_request_context("/", method="GET"), pytest.raises(SQLAlchemyError, match=r"read-?only"):
        db.session.execute(insert(QueuedJob).values(job="x", payload={}, run_after=jobs.clock.now(), attempts=0))


def test_ses_9_control_the_same_write_passes_on_post(site):
    with site.app.test_request_context("/", method="POST"):
        db.session.execute(insert(QueuedJob).values(job="x", payload={}, run_after=jobs.clock.now(), attempts=0))
        db.session.commit()
        assert db.session.scalar(select(QueuedJob.job)) == "x"


def test_dur_2_eight_writers_lose_no_increment(site):
    """Read-then-write by eight threads: exact count, no error."""
    with site.session() as session:
        session.add(QueuedJob(job="counter", payload={"n": 0}, run_after=jobs.clock.now()))

    faults = []

    def count() -> None:
        for _ in range(25):
            try:
                with site.session() as session:
                    row = session.execute(select(QueuedJob).with_for_update()).scalar_one()
                    row.payload = {"n": row.payload["n"] + 1}
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with site.session() as session:
        assert session.execute(select(QueuedJob)).scalar_one().payload == {"n": 200}


def test_the_write_lock_is_given_back_after_an_error(site):
    with site.app.app_context():
        for _ in range(3):
            with pytest.raises(SQLAlchemyError), db.engines[None].begin() as conn:
                conn.execute(text("SELECT nothing FROM nowhere"))
        with db.engines[None].begin() as conn:
            assert conn.execute(text("SELECT 1")).scalar() == 1


@pytest.mark.database("sqlite")
@SQLITE
def test_a_side_writer_that_may_skip_does_not_wait(site):
    with site.app.app_context():
        with db.engines[None].begin():
            done = []

            def try_it() -> None:
                with site.app.app_context(), database_module.side_writer(skip_if_busy=True) as conn:
                    done.append(conn)

            thread = threading.Thread(target=try_it)
            thread.start()
            thread.join(timeout=10)
            assert done == [None]
        with database_module.side_writer(skip_if_busy=True) as conn:
            assert conn is not None


def test_others_are_answered_while_the_disk_takes_a_commit_in(site, monkeypatch):
    aside = []
    monkeypatch.setattr(database_module, "step_aside", lambda: aside.append("commit"))
    with site.reading() as conn:
        conn.execute(text("SELECT 1"))
    assert aside == []
    with site.session() as session:
        session.execute(text("SELECT 1"))
    assert aside == ["commit"]


def test_a_session_knows_its_connection_for_one_transaction_only(site):
    with site.app.app_context():
        session = db.session()
        held = session.connection()
        assert session.connection() is held
        session.commit()
        assert session.connection() is not held
        with session.begin_nested():
            within = session.connection()
        assert session.connection() is within
        session.rollback()
        assert not session.info
