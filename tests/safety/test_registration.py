"""ACC-13: joining without a code is off; where it is on, it needs no script and no third party, and stops programs."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from lms.core.accounts.models import Person
from lms.core.accounts.queries import wraps_in_use
from lms.core.accounts.views import register
from lms.core.accounts.views.register import ACCOUNTS
from lms.host.security.current import keystore

pytestmark = pytest.mark.safety


@pytest.fixture
def open_site(make_site):
    return make_site(open_registration=True)


def people(site):
    with site.reading() as conn:
        return conn.scalar(select(func.count()).select_from(Person))


def value(page, name):
    found = re.search(rf'<input(?=[^>]*name="{name}")[^>]*?value="([^"]*)"', page)
    return unescape(found.group(1)) if found else ""


def form_of(browser, **typed):
    """Load the form; return what a browser sends of it."""
    page = browser.get("/en/register").text
    return {name: value(page, name) for name in ("key", "suggested", "stamp", "handle")} | {"website": ""} | typed


def confirm(browser, page):
    """Copy two words of the page, as a person does."""
    words = [
        re.sub("<[^>]+>", "", one)
        for one in re.findall(r"<li>(.*?)</li>", re.search(r'<ol class="pass.*?</ol>', page, re.DOTALL).group(0))
    ]
    asked = [int(number) for number in re.findall(r'<label for="(?:first|second)">\D*(\d+)</label>', page)]
    first, second = (unescape(words[place - 1]) for place in asked)
    sent = {"state": value(page, "state"), "first": first, "second": second}
    return browser.submit("/en/register/confirm", sent)


def test_acc_13_off_by_default(site):
    """ACC-13: absent, like any address that does not exist."""
    browser = site.client()
    for address in ("/en/register", "/en/register/confirm"):
        assert browser.get(address).status_code == 404
        assert browser.submit(address, {"handle": "quiet-lake"}).status_code == 404
    assert "/en/register" not in browser.get("/en/join").text
    assert people(site) == 0


def test_acc_13_a_person_joins_without_script_and_lands_signed_in(open_site, frozen_clock):
    """ACC-13: load, wait as long as reading takes, copy two words."""
    browser = open_site.client()
    assert 'href="/en/register"' in browser.get("/en/join").text
    form = form_of(browser)
    frozen_clock.moment += timedelta(seconds=5)
    shown = browser.submit("/en/register", form)
    assert shown.status_code == 200
    assert people(open_site) == 0
    done = confirm(browser, shown.text)
    assert (done.status_code, done.headers["Location"]) == (303, "/en/account/welcome")
    assert people(open_site) == 1
    assert browser.get("/en/account/").status_code == 200


def test_acc_13_the_same_form_twice_is_one_account(open_site, frozen_clock):
    """DUR-5: a second tap leads in, too."""
    browser = open_site.client()
    form = form_of(browser)
    frozen_clock.moment += timedelta(seconds=5)
    shown = browser.submit("/en/register", form).text
    assert confirm(browser, shown).status_code == confirm(open_site.client(), shown).status_code == 303
    assert people(open_site) == 1


def test_dur_5_the_same_form_twice_in_one_moment_leaves_the_account_its_key(open_site, frozen_clock, monkeypatch):
    """DUR-5: the second tap finds nobody when it begins, and an account when it writes; it destroys only its own key."""
    browser, real = open_site.client(), register.make_keys
    form = form_of(browser)
    frozen_clock.moment += timedelta(seconds=5)
    shown = browser.submit("/en/register", form).text

    def overtaken(*given):
        monkeypatch.setattr(register, "make_keys", real)
        assert confirm(open_site.client(), shown).status_code == 303
        return real(*given)

    monkeypatch.setattr(register, "make_keys", overtaken)
    answer = confirm(browser, shown)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/account/welcome")
    assert people(open_site) == 1
    with open_site.app.app_context(), open_site.reading() as conn:
        assert keystore().missing(wraps_in_use(conn)) == set()


def test_acc_13_too_quick_or_too_thorough_can_be_mended_by_a_person(open_site, frozen_clock):
    """ACC-13: whoever is taken for a program reads why, and the next try goes through."""
    browser = open_site.client()
    quick = browser.submit("/en/register", form_of(browser, handle="quiet-lake"))
    assert quick.status_code == 422
    assert "very quick" in quick.text
    assert value(quick.text, "handle") == "quiet-lake"
    again = {name: value(quick.text, name) for name in ("key", "suggested", "stamp", "handle")}
    frozen_clock.moment += timedelta(seconds=5)
    assert browser.submit("/en/register", again).status_code == 200
    full = browser.submit("/en/register", form_of(browser, website="https://buy.example"))
    assert full.status_code == 422
    assert "buy.example" not in full.text


def blind(browser, _clock, number):
    """Post what such forms usually ask for."""
    browser.submit("/en/register", {"handle": f"bot-{number}", "email": "a@b.example", "website": "x"})
    return browser.submit("/en/register/confirm", {"first": "a", "second": "b", "state": "x"})


def hasty(browser, _clock, number):
    """Read the form and send it at once."""
    page = browser.submit("/en/register", form_of(browser, handle=f"hasty-{number}"))
    return confirm(browser, page.text) if page.status_code == 200 else page


def thorough(browser, clock, number):
    """Wait, and fill in every field."""
    form = form_of(browser, handle=f"full-{number}")
    clock.moment += timedelta(milliseconds=5)
    page = browser.submit("/en/register", form | {"website": "https://buy.example"})
    return confirm(browser, page.text) if page.status_code == 200 else page


class Replaying:
    """Load one form, wait, and send it again and again under new names, doing everything else right."""

    def __init__(self):
        self.form = {}

    def __call__(self, browser, clock, number):
        if not self.form:
            self.form = form_of(browser)
            clock.moment += timedelta(seconds=5)
        page = browser.submit("/en/register", self.form | {"handle": f"patient-{number}"})
        return confirm(browser, page.text) if page.status_code == 200 else page


def test_acc_13_a_thousand_posts_of_programs_make_less_than_one_in_a_hundred_accounts(open_site, frozen_clock):
    """ACC-13: four kinds of programs, 250 each; the one that does everything right meets the allowance for all."""
    browser = open_site.client()
    for kind, most in ((blind, 0), (hasty, 0), (thorough, 0), (Replaying(), ACCOUNTS)):
        before = people(open_site)
        for number in range(250):
            kind(browser, frozen_clock, number)
        assert people(open_site) - before == most, kind
        browser = open_site.client()
    assert people(open_site) < 10


def test_acc_13_whoever_meets_the_allowance_keeps_the_words_and_gets_in_later(open_site, frozen_clock):
    """ACC-13: a busy moment costs a person nothing but the wait."""
    mine, program = open_site.client(), Replaying()
    form = form_of(mine)
    for number in range(ACCOUNTS + 1):
        program(open_site.client(), frozen_clock, number)
    shown = mine.submit("/en/register", form).text
    late = confirm(mine, shown)
    assert late.status_code == 422
    assert "Many people are joining" in late.text
    frozen_clock.moment += timedelta(minutes=10)
    assert confirm(mine, late.text).status_code == 303


def test_acc_13_names_cannot_be_asked_for_without_end(open_site, frozen_clock):
    """ACC-10, ACC-13: without an invitation everybody together has a few names to try."""
    browser = open_site.client()
    form = form_of(browser)
    frozen_clock.moment += timedelta(seconds=5)
    answers = [
        browser.submit("/en/register", form | {"handle": f"free-name-{number}"}).status_code for number in range(60)
    ]
    assert answers[:40] == [200] * 40
    assert set(answers[45:]) == {422}


def test_acc_13_control_without_the_traps_programs_get_in(open_site, frozen_clock, monkeypatch):
    """ACC-13: planted fault: no trap of time and no allowance; the hasty program makes accounts."""
    monkeypatch.setattr("lms.core.accounts.views.register.FASTEST", timedelta())
    monkeypatch.setattr("lms.core.accounts.views.register.limits.allow", lambda *_args, **_more: True)
    for number in range(20):
        hasty(open_site.client(), frozen_clock, number)
    assert people(open_site) == 20
