"""My data: everything kept is listed in the person's language, copied and erased by the person alone."""

import json
from html import unescape

import pytest
from sqlalchemy import select

from lms.core.accounts.models import Person
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
