"""Codes of an app as a second step of signing in (ACC-6, ENC-2, ENC-4, SES-4, SES-5)."""

import base64
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.core.accounts import jobs
from lms.core.accounts.models import Person, SecondStep, SignIn, Totp
from lms.core.accounts.queries.factors import STEP_LIVES, seed_cell, totp_of
from lms.core.accounts.views.second_step import TRIES
from lms.host.security.current import vault
from lms.host.security.sealed import CannotOpen

STEP = "/account/second-step"


@pytest.fixture
def learner(invite, someone, frozen_clock):
    """Somebody without a role, in a moment that stands still."""
    person = someone()
    person.join(invite(role="learner"))
    return person


@pytest.fixture
def secured(learner):
    """The same, with an app."""
    learner.add_app()
    return learner


def elsewhere(someone, person):
    """Another browser in which the passphrase of a person has been given."""
    other = someone(person.lang)
    answer = other.sign_in(person.name, " ".join(person.words))
    assert answer.location == f"/{person.lang}/sign-in/step"
    return other


def inside(person):
    return person.get("/account/").status == 200


# ---------------------------------------------------------------- setting it up
def test_an_app_is_set_up_from_the_account_page_with_text_and_picture(learner):
    assert STEP in learner.get("/account/").text
    assert learner.post(f"{STEP}/app").location == f"/en{STEP}/app"
    page = learner.get(f"{STEP}/app")
    assert re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.text)
    assert "data:" not in page.text
    picture = learner.get(f"{STEP}/app.png").response
    assert picture.mimetype == "image/png"
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert picture.data.startswith(b"\x89PNG")


def test_it_is_not_in_force_until_one_code_has_confirmed_it(learner, someone):
    learner.post(f"{STEP}/app")
    wrong = learner.post(f"{STEP}/app/confirm", step_code="000000")
    assert wrong.status == 422
    assert 'href="#step_code"' in wrong.text
    assert someone().sign_in(learner.name, " ".join(learner.words)).location == "/en/home"


def test_once_in_force_neither_text_nor_picture_is_shown_again(secured):
    assert secured.get(f"{STEP}/app").location == f"/en{STEP}"
    assert secured.get(f"{STEP}/app.png").status == 404
    before = secured.seed
    secured.post(f"{STEP}/app")  # an old tab
    assert secured.get(f"{STEP}/app").location == f"/en{STEP}"
    assert secured.seed == before


def test_ses_4_ses_5_setting_up_gives_a_new_token_and_ends_all_other_sign_ins(learner, someone):
    other, old = someone(), learner.token
    other.sign_in(learner.name, " ".join(learner.words))
    learner.add_app()
    assert learner.token != old
    assert inside(learner)
    assert not inside(other)
    learner.browser.wear(old)
    assert not inside(learner)


def test_ses_8_set_up_and_taking_away_ask_for_the_passphrase_after_ten_minutes(secured, frozen_clock):
    frozen_clock.moment += timedelta(minutes=11)
    asked = secured.post(f"{STEP}/app/off")
    assert asked.status == 403
    assert "again_passphrase" in asked.text
    assert secured.post(f"{STEP}/app/off", again_passphrase="not these words").status == 422
    done = secured.post(f"{STEP}/app/off", again_passphrase=" ".join(secured.words))
    assert done.location.startswith(f"/en{STEP}?saved=off")
    assert secured.post(f"{STEP}/app").location == f"/en{STEP}/app"


@pytest.mark.safety
def test_enc_2_enc_4_the_seed_is_encrypted_and_opens_in_its_own_row_only(site, secured, invite, someone):
    """ENC-2, ENC-4: a copied database does not tell it; moved to another person it does not open."""
    other = someone()
    other.join(invite(role="learner"), "quiet-lake")
    other.add_app()
    with site.session() as session:
        rows = dict(session.execute(select(Totp.person_id, Totp.seed)).all())
        assert all(secured.seed not in seed for seed in rows.values())
        first, second = rows
        assert vault().column_decrypt(rows[first], context=seed_cell(first))
        session.execute(update(Totp).where(Totp.person_id == second).values(seed=rows[first]))
    with site.app.app_context(), site.reading() as conn, pytest.raises(CannotOpen):
        totp_of(conn, second)
    written = base64.b32encode(secured.seed)
    for path in site.settings.folder.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert secured.seed not in held
            assert written not in held


# ---------------------------------------------------------------- the second page
def test_a_right_code_makes_the_sign_in_whole_under_a_new_token(secured, someone):
    other = elsewhere(someone, secured)
    half = other.token
    assert not inside(other)
    assert other.get("/home").location == "/en/sign-in"
    assert other.post("/sign-in/step", step_code=secured.code(1)).location == "/en/home"
    assert other.token != half
    assert inside(other)
    other.browser.wear(half)
    assert not inside(other)
    assert other.get("/sign-in/step").location == "/en/sign-in"


@pytest.mark.safety
def test_acc_6_one_code_works_once_and_one_step_around(secured, someone, frozen_clock):
    """ACC-6: the same code twice fails, in one browser and in another; ± 1 step only."""
    frozen_clock.moment += timedelta(minutes=5)
    other = elsewhere(someone, secured)
    for steps in (-3, -2, 2, 3):
        assert other.post("/sign-in/step", step_code=secured.code(steps)).status == 422
    code = secured.code(-1)
    assert other.post("/sign-in/step", step_code=code).status == 303
    third = elsewhere(someone, secured)
    again = third.post("/sign-in/step", step_code=code)
    assert again.status == 422
    assert "used already" in again.text
    assert third.post("/sign-in/step", step_code=secured.code(1)).status == 303
    fourth = elsewhere(someone, secured)
    assert fourth.post("/sign-in/step", step_code=secured.code(0)).status == 422  # older than the last one used


def test_acc_6_control_a_server_that_forgot_the_last_step_would_be_noticed(site, secured, someone):
    """Planted fault for the test above."""
    with site.session() as session:
        session.execute(update(Totp).values(last_step=0))
    assert elsewhere(someone, secured).post("/sign-in/step", step_code=secured.code()).status == 303


def test_digits_of_the_persons_own_keyboard(secured, someone):
    for zero, steps in (("٠", 0), ("۰", 1)):
        other = elsewhere(someone, secured)
        typed = "".join(chr(ord(zero) + int(digit)) for digit in secured.code(1))
        answer = other.post("/sign-in/step", step_code=f"{typed[:3]} {typed[3:]}")
        assert answer.status == (303 if steps == 0 else 422)  # the second time it is a used code, not an unread one


def test_a_recovery_code_takes_the_place_of_the_second_step_once(secured, someone):
    code = secured.post("/account/codes").parts[0]
    assert elsewhere(someone, secured).post("/sign-in/step", step_code=code.lower()).location == "/en/home"
    assert elsewhere(someone, secured).post("/sign-in/step", step_code=code).status == 422


def test_one_recovery_code_alone_is_not_two_steps(secured, someone):
    """A slip that was found opens nothing: the second step is asked for after a code as after the words."""
    first, second = secured.post("/account/codes").parts[:2]
    other = someone()
    assert other.sign_in(secured.name, first).location == "/en/sign-in/step"
    assert not inside(other)
    assert other.post("/sign-in/step", step_code=second).location == "/en/account/key"
    assert inside(other)


def test_wrong_codes_are_slowed_and_a_recovery_code_goes_past(secured, someone, frozen_clock):
    code = secured.post("/account/codes").parts[0]
    other = elsewhere(someone, secured)
    statuses = [other.post("/sign-in/step", step_code="000000").status for _ in range(TRIES + 2)]
    assert statuses == [422] * TRIES + [429] * 2
    assert elsewhere(someone, secured).post("/sign-in/step", step_code=secured.code(1)).status == 429
    assert other.post("/sign-in/step", step_code=code).status == 303
    frozen_clock.moment += timedelta(minutes=1)
    assert elsewhere(someone, secured).post("/sign-in/step", step_code=secured.code()).status == 303


def test_the_first_half_ends_after_ten_minutes_and_is_forgotten(site, secured, someone, frozen_clock):
    other = elsewhere(someone, secured)
    frozen_clock.moment += STEP_LIVES
    assert other.get("/sign-in/step").location == "/en/sign-in"
    assert other.post("/sign-in/step", step_code=secured.code()).location == "/en/sign-in"
    with site.session() as session:
        jobs.forget(session, {})
        assert session.scalars(select(SecondStep)).all() == []


def test_ses_5_new_words_end_what_was_begun_with_the_old_ones(secured, someone, frozen_clock):
    """SES-5: whoever knew the old words stands before the second step; the new words close it to them."""
    half = elsewhere(someone, secured)
    frozen_clock.moment += timedelta(seconds=60)
    own = "the goat in our yard eats soap"
    changed = secured.post("/account/key", current=" ".join(secured.words), how="own", own=own, own_again=own)
    assert changed.status == 303
    assert half.post("/sign-in/step", step_code=secured.code()).location == "/en/sign-in"
    assert not inside(half)
    assert inside(secured)


def test_an_unfinished_app_is_forgotten_after_a_day(site, learner, frozen_clock):
    learner.post(f"{STEP}/app")
    for age, left in ((timedelta(hours=23), 1), (timedelta(hours=2), 0)):
        frozen_clock.moment += age
        with site.session() as session:
            jobs.forget(session, {})
            assert len(session.scalars(select(Totp)).all()) == left


def test_the_page_of_the_second_step_says_what_is_wrong_and_shows_no_code_again(secured, someone):
    other = elsewhere(someone, secured)
    for typed in ("", "123", "x" * 200):
        page = other.post("/sign-in/step", step_code=typed)
        assert page.status == 422
        assert 'href="#step_code"' in page.text
        assert page.title.startswith("Problem: Second step")


def test_a_stranger_finds_nothing_behind_the_second_page(someone):
    assert someone().get("/sign-in/step").location == "/en/sign-in"
    assert someone().post("/sign-in/step", step_code="123456").location == "/en/sign-in"


@pytest.mark.safety
def test_acc_10_only_the_right_passphrase_shows_that_there_is_a_second_step(site, secured, invite, someone):
    """ACC-6, ACC-10: a wrong one answers alike with an app, without one, and for nobody."""
    plain = someone()
    plain.join(invite(role="learner"), "quiet-lake")
    told, counted = set(), set()
    for name in (secured.name, "quiet-lake", "nobody-here"):
        with site.statements() as seen:
            page = someone().sign_in(name, "some other words entirely")
        told.add(page.text.replace(name, "NAME").replace(page.value("key"), ""))
        counted.add(len(seen))
    assert len(told) == len(counted) == 1


# ---------------------------------------------------------------- taking it away
def test_it_is_taken_away_and_all_other_sign_ins_end(site, secured, someone):
    other = elsewhere(someone, secured)
    assert secured.post(f"{STEP}/app/off").location.startswith(f"/en{STEP}?saved=off")
    assert inside(secured)
    assert other.get("/sign-in/step").location == "/en/sign-in"
    assert someone().sign_in(secured.name, " ".join(secured.words)).location == "/en/home"
    with site.reading() as conn:
        assert conn.scalars(select(SignIn.factor).join(Person)).all() == [False, False]


def test_the_key_stays_open_through_set_up_and_second_step(site, secured, someone):
    """What is sealed stays readable: the private key travels along, wrapped under each new token."""
    other = elsewhere(someone, secured)
    other.post("/sign-in/step", step_code=secured.code(1))
    for person in (secured, other):
        assert "Recovery sheet" in person.post("/account/sheet").text or person.post("/account/sheet").status == 200
