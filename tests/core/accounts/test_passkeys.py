"""Passkeys as a second step and as a way in (ACC-7)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms.core.accounts import jobs
from lms.core.accounts.actions.passkeys import LIVES
from lms.core.accounts.models import Challenge, Passkey, SignIn
from lms.core.accounts.queries import keys_of
from lms.host.security.passkeys import place
from tests.core.accounts.authenticator import PRESENT, Authenticator
from tests.core.accounts.conftest import Page

STEP = "/account/second-step"
ONION = "veerlearn2abcdefghijklmnopqrstuvwxyz234567abcdefghijklmn.onion"


@pytest.fixture
def site(make_site):
    """A site with two names."""
    return make_site(hosts=("localhost", ONION), onion=ONION)


@pytest.fixture
def learner(invite, someone, frozen_clock):
    person = someone()
    person.join(invite(role="learner"))
    return person


def add(person, device, label="Small key"):
    asked = person.post(f"{STEP}/passkey/options", label=label).response.get_json()
    return person.post(
        f"{STEP}/passkey", label=label, challenge=asked["challenge"], passkey_answer=device.make(asked["options"])
    )


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def secured(learner, device):
    assert add(learner, device).location.startswith(f"/en{STEP}?saved=on")
    return learner


def asked(person, **kwargs):
    return person.browser.submit("/en/sign-in/passkey/options", **kwargs).get_json()


def use(person, device, *, question=None, **kwargs):
    """Sign in with a passkey."""
    question = question or asked(person)
    answer = device.use(question["options"], **kwargs)
    return person.post("/sign-in/passkey", challenge=question["challenge"], passkey_answer=answer)


def inside(person):
    return person.get("/account/").status == 200


# ---------------------------------------------------------------- making one
def test_a_passkey_is_added_named_and_listed_for_its_host(site, secured):
    page = secured.get(STEP)
    assert "Small key" in page.text
    assert "for localhost" in page.text
    for path in site.settings.folder.rglob("*"):
        if path.is_file():
            assert b"Small key" not in path.read_bytes()


def test_what_the_browser_is_asked(learner):
    """User verification and a key that is found without a name; nothing in it names the person."""
    options = learner.post(f"{STEP}/passkey/options", label="").response.get_json()["options"]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert options["rp"]["id"] == "localhost"
    assert learner.name not in str(options)


def test_ses_8_the_passphrase_is_asked_for_first(learner, frozen_clock):
    frozen_clock.moment += timedelta(minutes=11)
    assert "/account/confirm" in learner.get(f"{STEP}/passkey").location
    for path in (f"{STEP}/passkey/options", f"{STEP}/passkey", f"{STEP}/passkey/off"):
        assert "again_passphrase" in learner.post(path).text


def test_the_page_says_what_to_do_without_scripts(learner, someone):
    for page in (learner.get(f"{STEP}/passkey"), someone().get("/sign-in")):
        assert "Passkeys need scripts" in page.text
        assert 'hidden><input type="hidden" name="csrf"' in page.text or "hidden><input" in page.text
        assert "<script>" not in page.text


def test_an_address_of_numbers_makes_no_passkeys():
    assert not place("http", "127.0.0.1:8000").usable
    assert not place("http", "[::1]:8000").usable
    assert place("http", "localhost:8000").usable
    assert place("https", "Learn.Example.org").host == "learn.example.org"


@pytest.mark.parametrize("fault", ["origin", "verified", "challenge", "host", "nonsense", "empty"])
def test_acc_7_a_wrong_new_passkey_is_refused(site, learner, device, fault):
    question = learner.post(f"{STEP}/passkey/options").response.get_json()
    options = question["options"]
    if fault == "origin":
        device.origin = "http://localhost.example.org"
    elif fault == "verified":
        device.flags = PRESENT
    elif fault == "challenge":
        options = learner.post(f"{STEP}/passkey/options").response.get_json()["options"]
    elif fault == "host":
        options = options | {"rp": {"id": "example.org", "name": ""}}
    answer = {"nonsense": '{"id": [1]}', "empty": ""}.get(fault) or device.make(options)
    if fault == "empty":
        answer = ""
    page = learner.post(f"{STEP}/passkey", challenge=question["challenge"], passkey_answer=answer)
    assert page.status == 422
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Passkey)) == 0


def test_the_same_passkey_sent_twice_is_one(site, secured, device, frozen_clock):
    assert add(secured, device).status == 422
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Passkey)) == 1


# ---------------------------------------------------------------- a way in
def test_acc_7_a_passkey_alone_lets_in_and_opens_no_sealed_data(site, secured, device, someone):
    """ACC-7: they never unlock C3 by themselves; the passphrase does, for the rest of the sign-in."""
    other = someone()
    assert use(other, device).location == "/en/home"
    assert inside(other)
    with site.reading() as conn:
        row = conn.execute(select(SignIn).order_by(SignIn.began.desc(), SignIn.sealed_key.is_(None).desc())).first()
    assert (row.sealed_key, row.confirmed, row.factor) == (None, None, True)
    blocked = other.post("/account/sheet")
    assert blocked.status == 403
    assert "again_passphrase" in blocked.text
    opened = other.post("/account/sheet", again_passphrase=" ".join(secured.words))
    assert opened.status == 200


def test_acc_7_a_new_passphrase_after_a_passkey_keeps_the_key_pair(site, secured, device, someone):
    """ENC-6: what was sealed before stays open, although this sign-in held no key."""
    other = someone()
    use(other, device)
    with site.app.app_context(), site.reading() as conn:
        before = keys_of(conn, handle=secured.name).public_key
    own = "a sentence that only I would think of"
    done = other.post("/account/key", current=" ".join(secured.words), how="own", own=own, own_again=own)
    assert done.status == 303
    with site.app.app_context(), site.reading() as conn:
        assert keys_of(conn, handle=secured.name).public_key == before


def test_a_passkey_is_the_second_step_too(secured, device, someone):
    other = someone()
    assert other.sign_in(secured.name, " ".join(secured.words)).location == "/en/sign-in/step"
    assert "Use a passkey" in other.get("/sign-in/step").text
    question = asked(other)
    assert len(question["options"]["allowCredentials"]) == 1
    assert use(other, device, question=question).location == "/en/home"
    assert other.post("/account/sheet").status == 200  # the words were given in the first half


def test_anothers_passkey_is_no_second_step(secured, device, invite, someone):
    stranger, theirs = someone(), Authenticator()
    stranger.join(invite(role="learner"), "quiet-lake")
    add(stranger, theirs)
    other = someone()
    other.sign_in(secured.name, " ".join(secured.words))
    refused = use(other, theirs)
    assert refused.status == 422
    assert "was not accepted" in refused.text
    assert not inside(other)


@pytest.mark.safety
@pytest.mark.parametrize("fault", ["origin", "verified", "host", "unknown", "signature", "nonsense"])
def test_acc_7_a_wrong_answer_is_refused(secured, device, someone, fault):
    """ACC-7: wrong origin, wrong host, no user verification, somebody else's key: one answer."""
    other, host = someone(), None
    if fault == "origin":
        device.origin = "https://localhost"
    elif fault == "verified":
        device.flags = PRESENT
    elif fault == "host":
        host = "example.org"
    elif fault == "unknown":
        device.credential = bytes(32)
    elif fault == "signature":
        device.key = Authenticator().key
    question = asked(other)
    answer = "[]" if fault == "nonsense" else device.use(question["options"], host=host)
    page = other.post("/sign-in/passkey", challenge=question["challenge"], passkey_answer=answer)
    assert page.status == 422
    assert "The passkey was not accepted" in page.text
    assert other.token is None


@pytest.mark.safety
def test_acc_7_a_challenge_is_answered_once_and_in_time(site, secured, device, someone, frozen_clock):
    """ACC-7: a replayed challenge is refused, also one whose first answer was wrong."""
    question = asked(someone())
    answer = device.use(question["options"])
    sent = {"challenge": question["challenge"], "passkey_answer": answer}
    assert someone().post("/sign-in/passkey", **sent).status == 303
    assert someone().post("/sign-in/passkey", **sent).status == 422
    question = asked(someone())
    assert someone().post("/sign-in/passkey", challenge=question["challenge"], passkey_answer="{}").status == 422
    assert use(someone(), device, question=question).status == 422
    question = asked(someone())
    frozen_clock.moment += LIVES
    assert use(someone(), device, question=question).status == 422
    asked(someone())
    frozen_clock.moment += LIVES
    with site.session() as session:
        jobs.forget(session, {})
        assert session.scalars(select(Challenge)).all() == []


@pytest.mark.safety
def test_acc_7_a_counter_that_does_not_rise_is_refused(site, secured, device, someone):
    """ACC-7: a copy of the key is found by its counter."""
    device.counter = 10
    assert use(someone(), device).status == 303
    assert use(someone(), device).status == 303
    device.counter = 5
    assert use(someone(), device).status == 422
    device.counter = 11  # the last number again
    assert use(someone(), device).status == 422


def test_acc_7_control_a_server_that_forgot_the_counter_would_be_noticed(site, secured, device, someone):
    """Planted fault for the test above."""
    device.counter = 10
    use(someone(), device)
    with site.session() as session:
        session.execute(update(Passkey).values(counter=0))
    device.counter = 5
    assert use(someone(), device).status == 303


@pytest.mark.safety
def test_acc_7_onion_and_clear_net_are_registered_apart(secured, device, someone):
    """ACC-7: a key of the clear net is none at the onion address, whatever it signs there."""
    there = {"base_url": f"http://{ONION}"}
    browser = someone().browser
    question = browser.submit("/en/sign-in/passkey/options", **there).get_json()
    assert question["options"]["rpId"] == ONION
    device.origin = f"http://{ONION}"
    answer = device.use(question["options"])
    sent = {"challenge": question["challenge"], "passkey_answer": answer}
    assert Page(browser.submit("/en/sign-in/passkey", sent, **there)).status == 422
    device.origin = "http://localhost"
    question = browser.submit("/en/sign-in/passkey/options", **there).get_json()
    sent = {"challenge": question["challenge"], "passkey_answer": device.use(question["options"])}
    assert Page(browser.submit("/en/sign-in/passkey", sent)).status == 422  # asked there, answered here


# ---------------------------------------------------------------- taking it away
def test_a_passkey_is_taken_away_by_its_owner_alone(site, secured, device, invite, someone):
    with site.reading() as conn:
        passkey = str(conn.scalar(select(Passkey.id)))
    stranger = someone()
    stranger.join(invite(role="learner"), "quiet-lake")
    stranger.post(f"{STEP}/passkey/off", passkey=passkey)
    assert use(someone(), device).status == 303
    assert secured.post(f"{STEP}/passkey/off", passkey="nonsense").location == f"/en{STEP}"
    assert secured.post(f"{STEP}/passkey/off", passkey=passkey).location.startswith(f"/en{STEP}?saved=off")
    assert use(someone(), device).status == 422
    assert someone().sign_in(secured.name, " ".join(secured.words)).location == "/en/home"


def test_a_flood_of_questions_is_slowed(someone, frozen_clock):
    statuses = [someone().browser.submit("/en/sign-in/passkey/options").status_code for _ in range(305)]
    assert statuses == [200] * 300 + [429] * 5


def test_the_script_is_small_and_asks_nobody_else(site):
    """One module of our own, 4 KB at most, that goes only to the addresses which the page names."""
    script = site.app.extensions["lms_static"]
    (path,) = script._folder.rglob("passkey*.js")
    text = path.read_text("utf-8")
    assert len(text) <= 4096
    assert "http" not in text
    assert text.count("fetch(") == 1
