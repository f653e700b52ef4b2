"""My data: everything kept is listed in the person's language, copied and erased by the person alone."""

import json
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from lms.core.accounts import jobs
from lms.core.accounts.models import Copy, Person
from lms.core.accounts.views import data
from lms.host import inventory
from lms.host.plugin import current_host
from lms.host.printing import speaking
from tests.factories import make_person, sign_in


@pytest.fixture
def signed_in(site):
    person = make_person(site)
    return person, sign_in(site, person)


@pytest.mark.safety
@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_ret_1_the_page_names_every_table_and_file(site, signed_in, lang):
    """RET-1: whatever the inventory knows stands on the page, in the language of the page."""
    body = unescape(signed_in[1].get(f"/{lang}/account/data").text)
    with site.app.app_context(), speaking(lang):
        for thing in inventory.kept(current_host()):
            for said in (thing.purpose, thing.lifetime, thing.erase):
                assert str(said) in body, thing.name


@pytest.mark.safety
def test_ret_1_what_is_said_can_be_translated(site):
    """RET-1: a table that somebody adds with plain words is found."""
    with site.app.app_context():
        assert plain_words(inventory.kept(current_host())) == []


@pytest.mark.safety
def test_ret_1_planted_plain_words_are_found(site):
    """RET-1: the detector above finds what it is for."""
    planted = inventory.Kept("x_table", "", True, "C2", "Plain words.", "", "", "")
    assert plain_words([planted]) == ["x_table"]


def plain_words(things):
    return [
        one.name
        for one in things
        if any(isinstance(said, str) and said for said in (one.purpose, one.lifetime, one.erase, one.seen))
    ]


def test_the_own_end_is_a_day(site, signed_in, frozen_clock):
    person, browser = signed_in
    assert "Erase my account when" in browser.get("/en/account/data").text
    answer = browser.submit("/en/account/data", {"keep_days": "90"})
    assert answer.status_code == 303, answer.text
    with site.reading() as conn:
        assert conn.scalar(select(Person.keep_days).where(Person.id == person.id)) == 90
    assert browser.submit("/en/account/data", {"keep_days": "5"}).status_code == 422


def test_a_copy_is_made_by_a_job_and_fetched(site, signed_in):
    person, browser = signed_in
    assert "Make a copy" in browser.get("/en/account/data/copy").text
    assert browser.submit("/en/account/data/copy").status_code == 303
    waiting = browser.get("/en/account/data/copy")
    assert waiting.headers["Refresh"] == "5"
    assert "0 of" in waiting.text
    assert browser.get("/en/account/data/copy/json").status_code == 303
    site.run_jobs()
    ready = browser.get("/en/account/data/copy")
    assert "Refresh" not in ready.headers
    assert "It is ready" in ready.text
    file = browser.get("/en/account/data/copy/json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="document.json"'
    assert file.headers["Cache-Control"] == "no-store"
    assert json.loads(file.text)["accounts"]["held"]["name to sign in with"] == person.handle
    assert person.handle in browser.get("/en/account/data/copy/html").text


def test_ret_2_a_copy_goes_within_the_hour_after_its_day(site, signed_in, frozen_clock):
    """RET-2: the page says 24 hours; a job that runs once a day alone would make it two days."""
    browser = signed_in[1]
    browser.submit("/en/account/data/copy")
    for hours, copies in ((23, 1), (2, 0)):
        frozen_clock.moment += timedelta(hours=hours)
        with site.session() as session:
            jobs.forget(session, {})
        with site.reading() as conn:
            assert conn.scalar(select(func.count()).select_from(Copy)) == copies


def test_locked_copies_are_counted(site, signed_in, frozen_clock, monkeypatch):
    """Each costs as much work as a sign-in, so that a stolen sign-in keeps the machine busy with a few of them only."""
    monkeypatch.setattr(data, "locked", lambda *_given: b"locked")
    browser = signed_in[1]
    browser.submit("/en/account/data/copy")
    site.run_jobs()
    form = {"kind": "json", "lock": "four words are enough"}
    answers = [browser.submit("/en/account/data/copy/locked", form) for _ in range(data.LOCKS + 1)]
    assert [answer.status_code for answer in answers] == [200] * data.LOCKS + [422]
    assert "Too many files" in answers[-1].text


def test_erasing_needs_the_tick_and_closes_the_account_at_once(site, signed_in):
    person, browser = signed_in
    assert browser.submit("/en/account/data/erase").status_code == 422
    answer = browser.submit("/en/account/data/erase", {"sure": "y"})
    assert answer.headers["Location"].endswith("/en/erased")
    assert browser.get("/en/erased").status_code == 200
    assert browser.get("/en/account/").status_code == 303
    site.run_jobs()
    with site.reading() as conn:
        assert conn.scalar(select(Person.id).where(Person.id == person.id)) is None
