"""Connections to read with are handed on, never shared, and end with their engine."""

import threading

import pytest
from sqlalchemy import text

from lms.host.db import close_reader, db, reader
from lms.host.readers import MOST_WAITING


def db_of(site):
    with site.app.app_context():
        return db.engines["read"].dialect.name


def asked(conn):
    return conn.execute(text("SELECT 1")).scalar()


def test_one_is_handed_on_without_its_snapshot(site):
    with site.app.app_context():
        first = reader()
        assert reader() is first
        assert asked(first) == 1
        close_reader()
        second = reader()
        assert not second.in_transaction()
        assert asked(second) == 1
        assert (second is first) == (db.engines["read"].dialect.name == "sqlite")


@pytest.mark.parametrize("number", [2, 40])
def test_each_who_reads_has_one_of_their_own(site, number):
    """More at once than are kept, and than a pool lends: on PostgreSQL the others wait for it, so only two meet there."""
    if db_of(site) != "sqlite":
        number = 2
    meeting, seen = threading.Barrier(number), []

    def read():
        with site.app.app_context():
            conn = reader()
            meeting.wait(20)
            seen.append((conn, asked(conn)))
            meeting.wait(20)

    threads = [threading.Thread(target=read) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer for _conn, answer in seen] == [1] * number
    assert len({id(conn) for conn, _answer in seen}) == number
    assert len(site.app.extensions["lms_readers"]._free) <= MOST_WAITING


def test_a_broken_one_is_not_handed_on(site):
    with site.app.app_context():
        broken = reader()
        asked(broken)
        broken.invalidate()
        close_reader()
        assert reader() is not broken
        assert asked(reader()) == 1


def test_they_end_with_their_engine(site):
    with site.app.app_context():
        waiting = reader()
        asked(waiting)
        close_reader()
        db.engines["read"].dispose()
        assert waiting.closed
        assert asked(reader()) == 1
