"""DUR-7: on a full or broken disk reading goes on, nothing is half done, and what was typed is not lost."""

import shutil
import sqlite3
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from lms.host import room
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.startup import tables
from tests.factories import make_person, sign_in
from tests.flows.test_main_story import outline_of

pytestmark = pytest.mark.safety

FAULTS = ("database or disk is full", "disk I/O error", "database is locked")
UNCOUNTED = {"host_limit"}  # a try that failed was a try


def fault(words):
    return OperationalError("a write", None, sqlite3.OperationalError(words))


@contextmanager
def failing(site, at, words):
    """Let the write number `at` fail, statements and commits counted; yield the count of those that were tried."""
    seen = SimpleNamespace(writes=0)

    def count():
        seen.writes += 1
        if seen.writes == at:
            raise fault(words)

    def statement(_conn, _cursor, text, *_rest):
        if text.split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            count()

    def commit(_conn):
        count()

    with site.app.app_context():
        writer = db.engines[None]
    event.listen(writer, "before_cursor_execute", statement)
    event.listen(writer, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(writer, "before_cursor_execute", statement)
        event.remove(writer, "commit", commit)


def rows(site):
    """Return everything that is stored, but for the counters of tries."""
    with site.app.app_context(), site.reading() as conn:
        return {
            table.name: sorted(map(repr, conn.execute(select(table)).all()))
            for table in tables(current_host())
            if table.name not in UNCOUNTED and not table.name.startswith("catalogue_")
        }


def steps(site, lesson):
    """What a person sends in one visit: address, fields, and a text that must come back if it cannot be kept."""
    return (
        ("/en/account/settings", {"lang": "en", "theme": "dark", "idle_minutes": "60"}, "dark"),
        ("/en/account/sign-ins", {"label": "marmalade phone"}, "marmalade phone"),
        ("/en/workbook/1/keep", {}, ""),
        (
            "/en/workbook/1/2",
            {"version": "1", "helps": "umbrella & bakery", "costs": "", "next": ""},
            "umbrella & bakery",
        ),
        (f"/en/l/{lesson}/done", {"then": "stay"}, ""),
        ("/en/account/codes", {}, ""),
    )


def course(site):
    outline = outline_of(site, "en")
    return outline, outline.lessons[0].code


def learner(site, outline):
    """Return the browser of somebody who has begun the course."""
    browser = sign_in(site, make_person(site))
    assert browser.submit(f"/en/my/{outline.code}/start").status_code == 303
    return browser


def walk(site, browser, lesson, words):
    """Send every step, with its first write failing, then its second, until one goes through; count the refusals."""
    refused = 0
    for address, fields, typed in steps(site, lesson):
        before = rows(site)
        for at in range(1, 100):
            with failing(site, at, words):
                answer = browser.submit(address, fields)
            if answer.status_code != 503:
                break
            refused += 1
            assert "nothing was saved" in answer.text
            assert typed in unescape(answer.text), address
            assert rows(site) == before, f"half of {address} was kept, write {at}"
            assert browser.get("/en/account/sign-ins").status_code == 200
        assert answer.status_code in (200, 303), (address, at, answer.status_code)
    return refused


def test_dur_7_every_write_of_a_visit_fails_once_and_nothing_is_half_done(site):
    """DUR-7: each write and commit of a visit, with three kinds of fault: at least 50 points, each answered 503."""
    outline, lesson = course(site)
    refused = sum(walk(site, learner(site, outline), lesson, words) for words in FAULTS)
    assert refused >= 50, refused


def test_dur_7_last_seen_that_cannot_be_written_stops_no_page(site, frozen_clock):
    """DUR-7: reading goes on although every write fails."""
    browser = sign_in(site, make_person(site))
    frozen_clock.moment += timedelta(minutes=8)
    for number in (1, 2):  # the statement, then the commit
        with failing(site, number, FAULTS[0]) as seen:
            assert browser.get("/en/account/").status_code == 200
        assert seen.writes == number


def test_exit_1_leave_goes_on_its_way_whatever_the_disk_says(site):
    """EXIT-1, DUR-7: the browser forgets even if the server cannot."""
    browser = sign_in(site, make_person(site))
    with failing(site, 1, FAULTS[1]):
        answer = browser.submit("/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/gone")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_dur_7_a_late_text_that_cannot_be_kept_comes_back(site, frozen_clock):
    """DUR-7, SES-7: sealing needs a write; if that fails, the answer holds the text."""
    browser = sign_in(site, make_person(site))
    frozen_clock.moment += timedelta(minutes=31)
    with failing(site, 1, FAULTS[0]):
        answer = browser.submit("/en/account/code", {"code": "umbrella & bakery"})
    assert answer.status_code == 503
    assert "umbrella & bakery" in unescape(answer.text)


def test_dur_7_a_file_that_cannot_be_written_is_the_same(site, monkeypatch):
    """DUR-7: ENOSPC from the storage instead of the database."""
    import errno

    def no_room(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lms.core.accounts.views.account.change_settings", no_room)
    answer = sign_in(site, make_person(site)).submit("/en/account/settings", steps(site, "")[0][1])
    assert answer.status_code == 503
    assert "nothing was saved" in answer.text


@pytest.mark.database("sqlite")
def test_dur_7_a_database_that_may_not_grow_keeps_what_it_acknowledged(site):
    """DUR-7: SQLite itself says that it is full: acknowledged is stored, refused is not, pages are read."""

    def hold_back(dbapi, *_rest):
        pages = dbapi.execute("PRAGMA page_count").fetchone()[0]
        dbapi.execute(f"PRAGMA max_page_count={pages + 1}")

    browser = sign_in(site, make_person(site))
    assert browser.submit("/en/workbook/1/keep").status_code == 303
    with site.app.app_context():
        db.engines[None].dispose()
        event.listen(db.engines[None], "connect", hold_back)
    version, kept, refused = 1, "", 0
    for words in ("few words", "many words " * 700, "again few"):
        sent = {"version": str(version), "helps": words, "costs": "", "next": ""}
        answer = browser.submit("/en/workbook/1/2", sent)
        if answer.status_code == 303:
            version, kept = version + 1, words
        else:
            refused += 1
            assert answer.status_code == 503
            assert words in unescape(answer.text)
        assert browser.get("/en/account/sign-ins").status_code == 200
    assert kept
    assert refused
    with site.reading() as conn:
        assert conn.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
        assert conn.exec_driver_sql("SELECT max(version) FROM workbook_item").scalar() == version


# ---------------------------------------------------------------- before it is full
def usage(free, total=100 * 2**30):
    return lambda _folder: shutil._ntuple_diskusage(total, total - free, free)


def test_dur_7_writing_stops_below_five_per_cent_and_ways_out_stay_open(site, monkeypatch):
    """DUR-7: forms are refused with their text; reading, signing in, erasing and leaving are not."""
    person = make_person(site)
    browser = sign_in(site, person)
    monkeypatch.setattr(room.shutil, "disk_usage", usage(2**30))
    refused = browser.submit("/en/account/sign-ins", {"label": "marmalade phone"})
    assert refused.status_code == 503
    assert "marmalade phone" in refused.text
    assert browser.get("/en/account/sign-ins").status_code == 200
    door = site.client()
    from tests.factories import PASSPHRASE

    assert door.submit("/en/sign-in", {"handle": person.handle, "passphrase": PASSPHRASE}).status_code == 303
    assert door.submit("/en/sign-out").status_code == 303
    assert browser.submit("/leave").status_code == 303
    always = {name for name, view in site.app.view_functions.items() if getattr(view, "always", False)}
    assert {"account.erased", "accounts.sign_in_checked", "accounts.second_step_checked", "host.leave"} <= always


@pytest.mark.parametrize(
    ("free", "total", "short"),
    [(4, 100, True), (5, 100, False), (3 * 2**30, 100 * 2**30, False), (2**30, 100 * 2**30, True)],
)
def test_dur_7_where_the_line_is(monkeypatch, tmp_path, free, total, short):
    """DUR-7: five per cent, and never more than 2 GiB."""
    monkeypatch.setattr(room.shutil, "disk_usage", usage(free, total))
    assert room.is_short(tmp_path) is short


def test_dur_7_the_ballast_is_given_up_and_put_down_again(site, monkeypatch):
    """DUR-7: 64 MiB for cleaning up."""
    ballast = site.settings.folder / room.BALLAST
    room.prepare(site.settings.folder)
    assert ballast.stat().st_size == room.BALLAST_BYTES
    assert ballast.stat().st_mode & 0o777 == 0o600
    with monkeypatch.context() as full:
        full.setattr(room.shutil, "disk_usage", usage(2**20))
        with site.session() as session:
            room.look(session, {})
        assert not ballast.exists()
        with site.session() as session, site.reading() as conn:
            room.look(session, {})
            assert not room.enough(conn).ok
    with site.session() as session, site.reading() as conn:
        room.look(session, {})
        assert room.enough(conn).ok
    assert ballast.exists()


# ---------------------------------------------------------------- planted fault
def test_dur_7_control_a_view_that_commits_twice_is_found(site, monkeypatch):
    """DUR-7: planted fault: half of a change is committed before the rest fails; the comparison of all rows sees it."""
    from lms.core.accounts.views import account

    change = account.change_settings

    def twice(session, **values):
        change(session, person_id=values.pop("person_id"), theme=values.pop("theme"))
        session.commit()
        raise fault(FAULTS[0])

    monkeypatch.setattr(account, "change_settings", twice)
    outline, lesson = course(site)
    with pytest.raises(AssertionError, match="half of"):
        walk(site, learner(site, outline), lesson, FAULTS[0])
