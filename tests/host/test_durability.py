"""What was said to be saved is there after a kill, and the log of the database stays small (DUR-1, DUR-3)."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from lms.host import db as database_module
from lms.host.db import db, fold_log
from lms.host.jobs import QueuedJob, clock

pytestmark = [pytest.mark.safety, pytest.mark.database("sqlite")]
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024


@pytest.fixture(scope="session")
def site_plugins():
    return ()


# ---------------------------------------------------------------- killed while it writes
def acknowledged_and_stored(folder, rounds, *, planted=""):
    """Kill a writing process again and again; return what it acknowledged, and what is in the database then."""
    program = Path(__file__).with_name("acknowledging.py")
    command = [sys.executable, str(program), str(folder), str(rounds), planted]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    acknowledged = {int(line) for line in done.stdout.split()}
    with sqlite3.connect(folder / "veer.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = {int(job) for (job,) in connection.execute("SELECT job FROM host_job WHERE job GLOB '[0-9]*'")}
    connection.close()
    return acknowledged, stored


@SQLITE
def test_dur_1_nothing_acknowledged_is_lost_by_a_kill(site):
    """DUR-1: twenty kills in the middle of writing."""
    site.close()
    acknowledged, stored = acknowledged_and_stored(site.settings.folder, 20)
    assert len(acknowledged) > 60
    assert acknowledged - stored == set()


@SQLITE
@pytest.mark.deep
def test_dur_1_nothing_acknowledged_is_lost_by_500_kills(site):
    """DUR-1: the long version."""
    site.close()
    acknowledged, stored = acknowledged_and_stored(site.settings.folder, 500)
    assert acknowledged - stored == set()


@SQLITE
def test_dur_1_planted_an_answer_before_the_commit_is_found(site):
    """DUR-1: the control: a writer that answers first and commits later loses rows, and this harness sees it."""
    site.close()
    acknowledged, stored = acknowledged_and_stored(site.settings.folder, 4, planted="planted")
    assert acknowledged - stored != set()


# ---------------------------------------------------------------- the write-ahead log
def write(session, size):
    session.add(QueuedJob(job="weight", payload={"x": "x" * size}, run_after=clock.now()))


def log_of(site):
    return site.settings.folder / "veer.db-wal"


@SQLITE
def test_dur_3_the_log_stays_small_while_many_write_and_read(site):
    """DUR-3: 160 MiB written by two threads, beside readers that come and go: never 64 MiB of log."""
    stop, sizes = threading.Event(), []

    def read():
        while not stop.is_set():
            with site.reading() as conn:
                conn.execute(text("SELECT count(*) FROM host_job")).one()

    def fill():
        for _ in range(80):
            with site.session() as session:
                write(session, MIB)
            sizes.append(log_of(site).stat().st_size)

    threads = [threading.Thread(target=target) for target in (read, read, fill, fill)]
    for thread in threads:
        thread.start()
    for thread in threads[2:]:
        thread.join()
    stop.set()
    for thread in threads[:2]:
        thread.join()
    assert len(sizes) == 160
    assert 16 * MIB < max(sizes) < 64 * MIB


@SQLITE
def test_dur_3_planted_without_folding_it_grows(site, monkeypatch):
    """DUR-3: the control: the same writing without the keeper passes 64 MiB."""
    monkeypatch.setattr(database_module._LogKeeper, "look", lambda self, dbapi: None)
    for _ in range(70):
        with site.session() as session:
            write(session, MIB)
    assert log_of(site).stat().st_size > 64 * MIB


@SQLITE
def test_dur_3_a_long_reader_stops_neither_writers_nor_the_keeper(site):
    """DUR-3: while a backup reads, folds fail, and are tried at each step only; afterwards the log is folded."""
    tried = []
    honest = database_module._fold

    def watched(dbapi):
        tried.append(1)
        return honest(dbapi)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_module, "_fold", watched)
        patch.setattr(database_module, "CHECKPOINT_PATIENCE", 1)
        with site.reading() as conn:
            conn.execute(text("SELECT count(*) FROM host_job")).one()
            for _ in range(45):
                with site.session() as session:
                    write(session, MIB)
        assert 1 < len(tried) < 8
        with site.session() as session:
            write(session, 5 * MIB)
    assert log_of(site).stat().st_size == 0


@SQLITE
def test_dur_3_folds_never_overlap(site):
    """DUR-3: a fold waits for the write lock, and gives up rather than run beside a writer."""
    with site.app.app_context():
        assert fold_log()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(database_module, "PATIENCE", 50)
            with db.engines[None].begin():
                folded = []

                def fold():
                    with site.app.app_context():
                        folded.append(fold_log())

                thread = threading.Thread(target=fold)
                thread.start()
                thread.join(timeout=20)
                assert folded == [False]
        assert fold_log()
