"""Connections to read with are handed on, never shared, and end with their engine."""

import threading

from sqlalchemy import text

from lms.host.db import close_reader, db, reader


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


def test_two_who_read_at_once_have_two(site):
    meeting, seen = threading.Barrier(2), []

    def read():
        with site.app.app_context():
            conn = reader()
            meeting.wait(20)
            seen.append((conn, asked(conn)))
            meeting.wait(20)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer for _conn, answer in seen] == [1, 1]
    assert seen[0][0] is not seen[1][0]


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
