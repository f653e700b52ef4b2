"""SES-7: what is sent after a sign-in ran out is sealed to its owner, offered for a day, and is nobody else's."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from lms.core.accounts.actions.late import MOST_TEXTS
from lms.core.accounts.jobs import end_sign_ins
from lms.core.accounts.models import Husk, KeptText, SignIn
from lms.core.accounts.privacy import open_sealed
from lms.core.accounts.queries import keys_of
from lms.core.accounts.queries.late import ended_owner
from lms.host import clock
from lms.host.security import csrf
from lms.host.security.sessions import COOKIE
from tests.factories import PASSPHRASE, make_person, sign_in

pytestmark = pytest.mark.safety

LONG = ("Ein langer Gedanke, كتبته على مهل 🌱 <b>&amp; & \r\n" * 500)[:16000]
IDLE = timedelta(minutes=30)


@pytest.fixture
def person(site):
    return make_person(site, "amber-heron")


def ended(site, person, frozen_clock):
    """Return a browser with a form open, whose sign-in has just run out."""
    browser = sign_in(site, person)
    frozen_clock.moment += IDLE
    return browser


def send(browser, text, **more):
    return browser.submit("/en/account/code", {"code": text} | more)


def enter(site, person):
    """Sign in with the passphrase, as people do."""
    browser = site.client()
    answer = browser.submit("/en/sign-in", {"handle": person.handle, "passphrase": PASSPHRASE})
    assert answer.status_code == 303, answer.text
    return browser, answer.headers["Location"]


def shown(browser):
    page = browser.get("/en/account/late").text
    return [unescape(text) for text in re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)]


def count(site, model):
    with site.reading() as conn:
        return conn.scalar(select(func.count()).select_from(model))


def on_disk(site, needle):
    if isinstance(needle, str):
        needle = needle.encode()
    return [path for path in site.settings.folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


# ---------------------------------------------------------------- kept and given back
def test_ses_7_twenty_kilobytes_come_back_byte_for_byte(site, person, frozen_clock):
    """SES-7: post a long answer after the end, sign in, read it again."""
    assert len(LONG.encode()) > 20_000
    answer = send(ended(site, person, frozen_clock), LONG)
    assert answer.status_code == 401
    assert "what you wrote is kept for you" in answer.text
    assert "langer Gedanke" not in answer.text
    browser, first = enter(site, person)
    assert first == "/en/account/late"
    assert shown(browser) == [LONG]
    page = browser.get(first).text
    assert "Text you sent after the sign-in ended" in page
    assert 'href="/en/account/code"' in page
    assert on_disk(site, "langer Gedanke") == []


def test_ses_7_any_form_of_a_signed_in_person_is_kept(site, person, frozen_clock):
    """SES-7: whatever the page, as long as it needs a sign-in; several fields in their order."""
    browser = ended(site, person, frozen_clock)
    assert browser.submit("/en/operator/codes", {"role": "one thought", "count": "another"}).status_code == 401
    assert shown(enter(site, person)[0]) == ["one thought", "another"]


def test_ses_7_secrets_are_never_kept(site, person, frozen_clock):
    """SES-7: passphrases, codes and forgery tokens are not text; a form of nothing else is not kept at all."""
    browser = ended(site, person, frozen_clock)
    assert browser.submit("/en/account/key", {"current": PASSPHRASE, "own": "my new words, mine"}).status_code == 401
    assert count(site, KeptText) == 0
    browser.submit("/en/account/key", {"current": PASSPHRASE, "how": "own", "own": "my new words, mine"})
    assert shown(enter(site, person)[0]) == ["own"]


def test_ses_7_another_person_cannot_read_or_delete_it(site, person, frozen_clock):
    """SES-7, ENC-4: not with an account, not with a copied row, not with the other person's key."""
    send(ended(site, person, frozen_clock), "only mine")
    other = make_person(site, "quiet-lake")
    browser, first = enter(site, other)
    assert first == "/en/home"
    assert shown(browser) == []
    with site.reading() as conn:
        text_id = conn.scalars(select(KeptText.id)).one()
    assert browser.submit(f"/en/account/late/{text_id}/delete").status_code == 303
    assert count(site, KeptText) == 1
    with site.session() as session:  # a thief who writes: the row is moved to their own account
        session.query(KeptText).update({"person_id": other.id})
    assert shown(browser) == []
    assert "was sealed to a key" in browser.get("/en/account/late").text


def test_ses_7_a_wrong_or_foreign_forgery_token_keeps_nothing(site, person, frozen_clock):
    """SES-9: what did not come from a page of this sign-in is not kept; it is given back in that one answer."""
    browser = ended(site, person, frozen_clock)
    foreign = csrf.masked(csrf.secret_for(b"another token"))
    for sent in ({}, {"csrf": "old"}, {"csrf": foreign}):
        answer = browser.post("/en/account/code", data={"code": "a thought"} | sent)
        assert answer.status_code == 401
        assert "a thought" in answer.text
        assert "was not saved" in answer.text
    assert (
        browser.submit("/en/account/code", {"code": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    )
    assert count(site, KeptText) == 0


def test_dur_5_the_same_form_sent_twice_is_one_text_and_the_later_one_wins(site, person, frozen_clock):
    """DUR-5, SES-7: a second tap, or Back and a better version."""
    browser = ended(site, person, frozen_clock)
    for text in ("first try", "first try", "better"):
        send(browser, text, key="form1")
    send(browser, "another form", key="form2")
    assert sorted(shown(enter(site, person)[0])) == ["another form", "better"]


def test_ses_7_more_than_we_keep_is_given_back_in_the_answer(site, person, frozen_clock):
    """SES-7: at most so many texts, and none longer than the largest step; nothing is lost in silence."""
    browser = ended(site, person, frozen_clock)
    huge = send(browser, "x" * 66_000)
    assert "was not saved" in huge.text
    assert "x" * 66_000 in huge.text
    for number in range(MOST_TEXTS):
        assert "is kept for you" in send(browser, f"text {number}").text
    assert "one too many" in send(browser, "one too many").text
    assert count(site, KeptText) == MOST_TEXTS


def test_ses_7_without_the_passphrase_it_stays_closed_until_it_is_given(site, person, frozen_clock):
    """SES-7, SES-8: a sign-in by another way shows that something is there and asks."""
    send(ended(site, person, frozen_clock), "only mine")
    browser = sign_in(site, person)  # holds no key
    frozen_clock.moment += timedelta(minutes=11)
    page = browser.get("/en/account/late").text
    assert "These texts are sealed" in page
    link = unescape(re.search(r'href="(/en/account/confirm[^"]*)"', page).group(1))
    opened = browser.submit(link, {"again_passphrase": PASSPHRASE})
    assert opened.headers["Location"] == "/en/account/late"
    assert shown(browser) == ["only mine"]
    assert "1 text is kept for you" in browser.get("/en/account/").text


def test_ses_7_deleted_when_the_person_says_so(site, person, frozen_clock):
    """SES-7: the button deletes it."""
    send(ended(site, person, frozen_clock), "only mine")
    browser, _first = enter(site, person)
    action = re.search(r'action="(/en/account/late/[^"]+)"', browser.get("/en/account/late").text).group(1)
    assert browser.get(action).headers["Location"] == "/en/account/late"
    assert browser.submit(action).status_code == 303
    assert count(site, KeptText) == 0
    assert enter(site, person)[1] == "/en/home"


def test_ret_3_it_is_in_the_copy_of_ones_data(site, person, frozen_clock):
    """RET-3: opened, for its owner."""
    send(ended(site, person, frozen_clock), "only mine")
    with site.app.app_context(), site.reading() as conn:
        from lms.core.accounts.actions.keys import open_keys

        private_key = open_keys(keys_of(conn, person_id=person.id), PASSPHRASE).private_key
        found = open_sealed(conn, person.id, private_key)
    assert found == {"texts sent after a sign-in ended": [{"page": "/en/account/code", "parts": ["only mine"]}]}


# ---------------------------------------------------------------- the husk
def tidy(site):
    """Do what the job of every five minutes does."""
    with site.session() as session:
        end_sign_ins(session, {})


def test_ses_7_a_husk_holds_no_key_and_still_finds_its_owner(site, person, frozen_clock):
    """SES-7: after the job only person, digest and end are left, and a text still arrives."""
    browser = ended(site, person, frozen_clock)
    tidy(site)
    assert (count(site, SignIn), count(site, Husk)) == (0, 1)
    assert set(Husk.__table__.columns.keys()) == {"token", "person_id", "until"}
    assert "is kept for you" in send(browser, "late, but here").text
    assert shown(enter(site, person)[0]) == ["late, but here"]


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (24, False)])
@pytest.mark.parametrize("with_job", [True, False])
def test_ses_7_a_husk_lives_24_hours(site, person, frozen_clock, hours, kept, with_job):
    """SES-7, RET-2: clock-driven, at each edge, whether the job has run or not."""
    browser = ended(site, person, frozen_clock)
    if with_job:
        tidy(site)
    frozen_clock.moment += timedelta(hours=hours)
    assert ("is kept for you" in send(browser, "late").text) is kept
    tidy(site)
    assert count(site, Husk) == (1 if kept else 0)


def test_ses_7_a_text_is_deleted_after_24_hours(site, person, frozen_clock):
    """SES-7, RET-2: not shown from that moment on, and gone with the next run of the job."""
    send(ended(site, person, frozen_clock), "late")
    frozen_clock.moment += timedelta(hours=23, minutes=59)
    tidy(site)
    assert shown(enter(site, person)[0]) == ["late"]
    frozen_clock.moment += timedelta(minutes=1)
    assert shown(enter(site, person)[0]) == []
    tidy(site)
    assert count(site, KeptText) == 0


@pytest.mark.parametrize("way", ["leave", "sign-out", "leave after the end", "sign-out after the end"])
@pytest.mark.parametrize("with_job", [True, False])
def test_ses_7_leave_and_sign_out_keep_nothing(site, person, frozen_clock, way, with_job):
    """SES-7: whoever leaves on purpose leaves no husk, even if the sign-in had ended before."""
    browser = sign_in(site, person)
    cookie = browser.get_cookie(COOKIE).value
    if "after" in way:
        frozen_clock.moment += IDLE
        if with_job:
            tidy(site)
    answer = browser.submit("/leave" if way.startswith("leave") else "/en/sign-out")
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert (count(site, SignIn), count(site, Husk)) == (0, 0)
    assert "was not saved" in send(site.client().wear(cookie), "too late").text
    assert count(site, KeptText) == 0


def test_ses_5_what_ends_all_sign_ins_ends_their_husks(site, person, frozen_clock):
    """SES-5, SES-7: after a new passphrase an old browser finds nobody."""
    old = ended(site, person, frozen_clock)
    tidy(site)
    sign_in(site, person).submit("/en/account/sign-ins/end")
    assert "was not saved" in send(old, "too late").text
    assert count(site, Husk) == 0


def test_ret_4_erasing_the_account_takes_husks_and_texts_along(site, person, frozen_clock):
    """RET-4: nothing of SES-7 outlives the person."""
    from lms.core.accounts.privacy import erase

    browser = ended(site, person, frozen_clock)
    tidy(site)
    send(browser, "late")
    with site.session() as session:
        erase(session, person.id)
    assert (count(site, Husk), count(site, KeptText)) == (0, 0)


def test_ses_7_a_running_sign_in_is_no_husk(site, person, frozen_clock):
    """SES-7: the owner of a token is told for ended ones only."""
    browser = sign_in(site, person)
    token = browser.get_cookie(COOKIE).value
    with site.reading() as conn:
        assert ended_owner(conn, token) is None
    frozen_clock.moment = clock.now() + IDLE
    with site.reading() as conn:
        assert ended_owner(conn, token).person_id == person.id


# ---------------------------------------------------------------- planted fault
def test_ses_7_control_a_text_kept_in_clear_is_found(site, person, frozen_clock, monkeypatch):
    """SES-7: planted fault: sealing that does not seal; the search of the disk finds the text."""
    from lms.core.accounts.actions import late

    monkeypatch.setattr(late, "seal", lambda _public, value, *, context: value)
    send(ended(site, person, frozen_clock), "marked text of mine")
    if site.settings.database_url.startswith("sqlite"):
        assert on_disk(site, "marked text of mine")
    with site.reading() as conn:
        assert b"marked text of mine" in conn.scalars(select(KeptText.sealed)).one()
