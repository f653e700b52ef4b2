"""SES-2, SES-4, SES-5, SES-6: how long a sign-in lasts, what ends it, and what its person sees of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.accounts.actions.grants import grant, revoke
from lms.core.accounts.actions.sign_ins import end_own_sign_in
from lms.core.accounts.jobs import end_sign_ins
from lms.core.accounts.models import SignIn
from lms.core.accounts.privacy import erase
from lms.host.security.sessions import COOKIE
from tests.factories import PASSPHRASE, make_person, sign_in

pytestmark = pytest.mark.safety


@pytest.fixture
def person(site):
    return make_person(site, "amber-heron")


def is_in(browser):
    return browser.get("/en/account/").status_code == 200


def limit(browser, minutes):
    sent = {"lang": "en", "theme": "auto", "idle_minutes": str(minutes)}
    assert browser.submit("/en/account/settings", sent).status_code == 303


# ---------------------------------------------------------------- SES-4
@pytest.mark.parametrize("minutes", [10, 30, 60, 120, 240, 480])
def test_ses_4_the_idle_limit_the_person_chose(site, person, frozen_clock, minutes):
    """SES-4: from 10 minutes to 8 hours; one minute before it is still open, at the limit it has ended."""
    browser = sign_in(site, person)
    limit(browser, minutes)
    frozen_clock.moment += timedelta(minutes=minutes - 1)
    assert is_in(browser)
    frozen_clock.moment += timedelta(minutes=minutes)
    assert not is_in(browser)


@pytest.mark.parametrize("minutes", [9, 481, 0])
def test_ses_4_no_other_limit(site, person, minutes):
    """SES-4: nothing shorter or longer can be chosen."""
    sent = {"lang": "en", "theme": "auto", "idle_minutes": str(minutes)}
    assert sign_in(site, person).submit("/en/account/settings", sent).status_code == 422


def test_ses_4_twelve_hours_in_all_however_busy(site, person, frozen_clock):
    """SES-4: the absolute limit."""
    browser = sign_in(site, person)
    for _minute in range(0, 12 * 60 - 5, 5):
        frozen_clock.moment += timedelta(minutes=5)
        assert is_in(browser)
    frozen_clock.moment += timedelta(minutes=5)
    assert not is_in(browser)


def test_ses_4_a_longer_limit_wakes_nothing_up(site, person, frozen_clock):
    """SES-4: a sign-in that has ended stays ended when the person chooses a longer limit elsewhere."""
    old = sign_in(site, person)
    frozen_clock.moment += timedelta(minutes=40)
    limit(sign_in(site, person), 480)
    assert not is_in(old)


def test_ses_4_a_new_token_at_each_sign_in(site, person):
    """SES-4: a token that was put into the browser before is worth nothing afterwards."""
    browser = site.client().wear("planted" * 6)
    sent = {"handle": person.handle, "passphrase": PASSPHRASE}
    tokens = set()
    for _time in range(3):
        assert browser.submit("/en/sign-in", sent).status_code == 303
        tokens.add(browser.get_cookie(COOKIE).value)
    assert len(tokens) == 3
    assert "planted" * 6 not in tokens
    with site.reading() as conn:
        assert len(conn.scalars(select(SignIn.id)).all()) == 1


# ---------------------------------------------------------------- SES-5
def new_words(site, browser, _person):
    own = "the goat in our yard eats soap"
    browser.submit("/en/account/key", {"current": PASSPHRASE, "how": "own", "own": own, "own_again": own})


def role_given(site, _browser, person):
    with site.session() as session:
        grant(session, person_id=person.id, role="author")


def role_taken(site, _browser, person):
    with site.session() as session:
        revoke(session, person_id=person.id, role="reviewer")


def erased(site, _browser, person):
    with site.session() as session:
        erase(session, person.id)


def others_ended(site, browser, _person):
    browser.submit("/en/account/sign-ins/end")


def one_ended(site, browser, person):
    with site.session() as session:
        for row in session.query(SignIn).filter_by(person_id=person.id).order_by(SignIn.began):
            end_own_sign_in(session, signin_id=row.id, person_id=person.id)


@pytest.mark.parametrize("act", [new_words, role_given, role_taken, erased, others_ended, one_ended])
def test_ses_5_every_other_sign_in_ends_at_once(site, act):
    """SES-5: the next request with an old token gets the door; nobody else's sign-in ends."""
    person = make_person(site, grants=[("reviewer", "site", "")])
    other, mine, bystander = sign_in(site, person), sign_in(site, person), sign_in(site, make_person(site))
    assert is_in(other)
    act(site, mine, person)
    answer = other.get("/en/account/")
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/en/sign-in")
    assert is_in(bystander)


def test_ses_5_sign_out_ends_this_one_and_no_other(site, person):
    """SES-5: the old token is worth nothing, even if it was copied; other devices go on."""
    other, mine = sign_in(site, person), sign_in(site, person)
    copied = site.client().wear(mine.get_cookie(COOKIE).value)
    assert mine.submit("/en/sign-out").status_code == 303
    assert not is_in(copied)
    assert is_in(other)


def test_ses_5_leave_ends_it_too(site, person):
    """SES-5, EXIT-1: the same for the way out."""
    browser = sign_in(site, person)
    copied = site.client().wear(browser.get_cookie(COOKIE).value)
    browser.submit("/leave")
    assert not is_in(copied)


def test_ses_5_control_a_change_that_ends_nothing_is_found(site, monkeypatch):
    """SES-5: planted fault: roles change and the old sign-in goes on."""
    monkeypatch.setattr("lms.core.accounts.actions.grants.end_all_sign_ins", lambda *_args, **_more: None)
    with pytest.raises(AssertionError):
        test_ses_5_every_other_sign_in_ends_at_once(site, role_given)


# ---------------------------------------------------------------- SES-6
def listed(browser):
    return browser.get("/en/account/sign-ins").text


def test_ses_6_the_list_shows_day_and_label_and_nothing_else(site, person, frozen_clock):
    """SES-6: a rough start day, the name the person gave; no address, no device, no hour."""
    phone = sign_in(site, person)
    assert phone.submit("/en/account/sign-ins", {"label": "  my <phone>  "}).status_code == 303
    laptop = sign_in(site, person)
    agent = {"User-Agent": "Marked/9.9", "X-Forwarded-For": "203.0.113.77"}
    page = laptop.get("/en/account/sign-ins", headers=agent, environ_base={"REMOTE_ADDR": "203.0.113.77"}).text
    assert "my &lt;phone&gt;" in page
    assert page.count("Since ") == 2
    assert str(frozen_clock.moment.hour) + ":" not in page
    for mark in ("Marked", "203.0.113", ":00"):
        assert mark not in page
    with site.reading() as conn:
        labels = [label for label in conn.scalars(select(SignIn.label)).all() if label]
    assert len(labels) == 1
    assert b"phone" not in labels[0]


def test_ses_6_end_one_or_all_others(site, person):
    """SES-6: one of the list, then all others."""
    one, two, three = (sign_in(site, person) for _number in range(3))
    assert listed(three).count("End it") == 2
    with site.reading() as conn:
        from lms.host.security.tokens import digest

        token = digest(one.get_cookie(COOKIE).value)
        signin_id = conn.scalars(select(SignIn.id).where(SignIn.token == token)).one()
    address = f"/en/account/sign-ins/{signin_id}/end"
    for _time in range(2):  # asking twice does no harm
        assert three.submit(address).headers["Location"] == "/en/account/sign-ins"
    assert three.get(address).headers["Location"] == "/en/account/sign-ins"
    assert not is_in(one)
    assert is_in(two)
    assert three.submit("/en/account/sign-ins/end").status_code == 303
    assert not is_in(two)
    assert is_in(three)
    assert "End it" not in listed(three)


def test_ses_6_nobody_elses(site, person):
    """SES-6, AUTHZ-2: another person's sign-in is neither listed nor ended, and the answer does not tell."""
    mine, stranger = sign_in(site, person), sign_in(site, make_person(site))
    with site.reading() as conn:
        signin_id = conn.scalars(select(SignIn.id).where(SignIn.person_id == person.id)).one()
    answer = stranger.submit(f"/en/account/sign-ins/{signin_id}/end")
    absent = stranger.submit("/en/account/sign-ins/00000000-0000-4000-8000-000000000000/end")
    assert (answer.status_code, answer.data) == (absent.status_code, absent.data)
    assert is_in(mine)
    assert str(signin_id) not in listed(stranger)


def test_ses_6_a_name_is_optional_short_and_can_be_taken_away(site, person):
    """SES-6: nobody has to give one."""
    browser = sign_in(site, person)
    refused = browser.submit("/en/account/sign-ins", {"label": "x" * 41})
    assert refused.status_code == 422
    assert 'value="' + "x" * 41 in refused.text
    browser.submit("/en/account/sign-ins", {"label": "phone"})
    assert "<bdi>phone</bdi>" in listed(browser)
    browser.submit("/en/account/sign-ins", {"label": ""})
    assert "<bdi>phone</bdi>" not in listed(browser)


def test_ses_6_what_ran_out_is_not_listed(site, person, frozen_clock):
    """SES-6: neither before nor after the job."""
    sign_in(site, person)
    frozen_clock.moment += timedelta(minutes=31)
    browser = sign_in(site, person)
    for _time in range(2):
        assert "End it" not in listed(browser)
        assert "1 sign-in is running, this one." in browser.get("/en/account/").text
        with site.session() as session:
            end_sign_ins(session, {})


# ---------------------------------------------------------------- SES-2
def test_ses_2_another_address_and_browser_changes_nothing(site, person):
    """SES-2: from a train, through Tor: still signed in, and nothing of it in the row."""
    browser = sign_in(site, person)
    for number in range(3):
        headers = {"User-Agent": f"Marked/{number}"}
        answer = browser.get("/en/account/", headers=headers, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
        assert answer.status_code == 200
    assert set(SignIn.__table__.columns.keys()) == {
        "id",
        "person_id",
        "token",
        "sealed_key",
        "by_code",
        "factor",
        "confirmed",
        "label",
        "began",
        "seen",
    }
