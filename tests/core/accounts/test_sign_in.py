"""Signing in and staying signed in (ACC-4, 5, 10, 11, 14; SES-1 to SES-5, SES-9; NET-7)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core.accounts.actions.grants import grant, revoke
from lms.core.accounts.commands import accounts
from lms.core.accounts.models import Person, SignIn
from lms.core.accounts.queries import keys_of
from lms.core.accounts.views.sign_in import TRIES
from lms.host import limits
from lms.host.security import csrf
from lms.host.security.passphrases import Cost, Gate, Hasher
from lms.host.security.sealed import seal, unseal
from lms.host.security.tokens import digest

WRONG = "some other words entirely"


def person_id_of(site, person):
    with site.app.app_context(), site.reading() as conn:
        return keys_of(conn, handle=person.name).person_id


def inside(person):
    """Whether the person still gets their own pages."""
    return person.get("/account/").status == 200


# ---------------------------------------------------------------- in and out
def test_acc_2_the_words_open_in_other_spellings(site, member, someone):
    words = " ".join(member.words)
    for typed in (words.upper(), f"  {words}  ", words.replace(" ", "   "), words.replace(" ", "-")):
        other = someone("fr")
        answer = other.sign_in("AMBER heron", typed)
        assert answer.status == 303, typed
        assert answer.location == "/en/account/second-step"  # the language of the account, not of this device
        assert inside(other)


def test_acc_10_whatever_is_wrong_the_answer_and_the_work_are_one(site, member, someone, monkeypatch):
    work = []
    derive = Hasher._derive
    monkeypatch.setattr(Hasher, "_derive", lambda self, *args: work.append(args[2]) or derive(self, *args))
    told, statements, hashed = [], [], []
    for name, words in [
        ("amber-heron", WRONG),
        ("nobody-here", WRONG),
        ("amber-heron", "0000-0000-0000-0000"),
        ("nobody-here", "0000-0000-0000-0000"),
    ]:
        work.clear()
        with site.statements() as seen:
            page = someone().sign_in(name, words)
        assert page.status == 422
        told.append(page.text.replace(name, "NAME").replace(page.value("key"), ""))
        statements.append(len(seen))
        hashed.append(list(work))
    assert len(set(told)) == 1
    assert "Name and words do not belong together" in told[0]
    assert statements[0] == statements[1]
    assert statements[2] == statements[3]
    assert len({str(one) for one in hashed}) == 1
    assert len(hashed[0]) == 1


def test_acc_10_the_test_above_would_notice_a_shortcut_for_unknown_names(site, member, someone, monkeypatch):
    """Planted fault: nobody is refused without the hash."""
    work = []
    derive = Hasher._derive
    monkeypatch.setattr(Hasher, "_derive", lambda self, *args: work.append(1) or derive(self, *args))
    opened = Hasher.open
    monkeypatch.setattr(
        Hasher, "open", lambda self, words, verifier: opened(self, words, verifier) if verifier else None
    )
    someone().sign_in("nobody-here", WRONG)
    assert work == []


def test_empty_and_endless_fields_are_explained(someone):
    for name, words, field in (("", "x", "handle"), ("x", "", "passphrase"), ("x", "y" * 2000, "passphrase")):
        page = someone().post("/sign-in", handle=name, passphrase=words)
        assert page.status == 422
        assert f'href="#{field}"' in page.text
        assert page.title.startswith("Problem: Sign in")
        assert "y" * 2000 not in page.text


def test_a_wrong_passphrase_is_never_sent_back_and_the_name_is_kept(member, someone):
    page = someone().sign_in("amber-heron", "canary words typed here")
    assert "canary words" not in page.text
    assert page.value("handle") == "amber-heron"


def test_signing_out_ends_the_sign_in_at_once(member):
    old = member.token
    answer = member.post("/sign-out")
    assert (answer.status, answer.location) == (303, "/en/signed-out")
    assert "Max-Age=0" in answer.response.headers["Set-Cookie"]
    assert "history" in member.get("/signed-out").text or "visited pages" in member.get("/signed-out").text
    member.browser.wear(old)
    assert member.get("/account/").location == "/en/sign-in"


def test_leave_ends_the_sign_in(member):
    old = member.token
    assert member.browser.submit("/leave").status_code == 303
    member.browser.wear(old)
    assert not inside(member)


def test_somebody_signed_in_is_led_home(member):
    assert member.get("/sign-in").location == "/en/home"


# ---------------------------------------------------------------- guessing
def test_acc_11_guesses_are_slowed_alike_for_every_name_and_nobody_is_locked_out(site, member, someone, frozen_clock):
    member.post("/account/codes")
    code = member.post("/account/codes").parts[0]
    guesser = someone()
    for name in ("amber-heron", "nobody-here"):
        statuses = [guesser.sign_in(name, WRONG).status for _ in range(TRIES + 3)]
        assert statuses == [422] * TRIES + [429] * 3
    assert guesser.sign_in("Amber HERON", " ".join(member.words)).status == 429  # one bucket for all spellings
    owner = someone()
    assert owner.sign_in("amber-heron", code).location == "/en/account/key"  # a recovery code goes past
    frozen_clock.moment += timedelta(minutes=1)
    assert someone().sign_in("amber-heron", " ".join(member.words)).status == 303


@pytest.mark.parametrize("minutes", [3, pytest.param(60, marks=pytest.mark.deep)])
def test_acc_11_ten_thousand_guesses_in_an_hour_reach_the_hash_at_most_1200_times(site, frozen_clock, minutes):
    granted = 0
    with site.app.app_context():
        for _ in range(minutes * 10_000 // 60):
            granted += limits.allow("sign-in x", rate=TRIES, per=60)
            frozen_clock.moment += timedelta(seconds=0.36)
    assert minutes * 17 < granted <= min(TRIES * (minutes + 1), 1_200)


def test_acc_5_a_full_queue_answers_503_with_retry_after(site, member, someone):
    site.app.extensions["lms_hasher"]._gate = Gate(width=1, queue=-1)
    page = someone().sign_in("amber-heron", "x")
    assert page.status == 503
    assert int(page.response.headers["Retry-After"]) > 0
    assert "Many people are signing in" in page.text


# ---------------------------------------------------------------- the sign-in itself
def test_ses_1_the_cookie_is_a_random_token_and_the_row_its_digest(site, member):
    assert re.fullmatch(r"[\w-]{43}", member.token)
    with site.reading() as conn:
        row = conn.execute(select(SignIn.__table__)).one()
    assert row.token == digest(member.token)
    assert all(member.token.encode() not in value for value in row if isinstance(value, bytes))


def test_ses_2_address_and_agent_may_change_and_are_nowhere(site, member):
    canary = "Canary/7.7 (agent)"
    answer = member.browser.get(
        "/en/account/", headers={"User-Agent": canary}, environ_base={"REMOTE_ADDR": "203.0.113.77"}
    )
    assert answer.status_code == 200
    held = b"".join(path.read_bytes() for path in site.settings.folder.rglob("*") if path.is_file())
    assert b"203.0.113.77" not in held
    assert b"Canary/7.7" not in held


def test_ses_4_a_new_token_at_each_sign_in_and_the_old_one_ends(member):
    old = member.token
    # The page of somebody signed in leads home, but an old tab may still send its form.
    assert member.sign_in().status == 303
    assert member.token != old
    member.browser.wear(old)
    assert not inside(member)


def test_ses_4_idle_and_absolute_limits(member, frozen_clock, someone):
    frozen_clock.moment += timedelta(minutes=29)
    assert inside(member)
    frozen_clock.moment += timedelta(minutes=29)
    assert inside(member)  # the page before was written down as last seen
    frozen_clock.moment += timedelta(minutes=30)
    assert member.get("/account/").location == "/en/sign-in"
    member.sign_in()
    for _ in range(28):
        frozen_clock.moment += timedelta(minutes=25)
        assert inside(member)
    frozen_clock.moment += timedelta(minutes=20)
    assert not inside(member)  # twelve hours in all


def test_ses_4_the_idle_limit_is_the_persons_choice(member, frozen_clock):
    answer = member.post("/account/settings", lang="en", theme="auto", idle_minutes="120")
    assert answer.status == 303
    frozen_clock.moment += timedelta(minutes=119)
    assert inside(member)
    assert member.post("/account/settings", lang="en", theme="auto", idle_minutes="10").status == 303
    frozen_clock.moment += timedelta(minutes=10)
    assert not inside(member)


def test_reading_writes_last_seen_at_most_every_five_minutes(site, member, frozen_clock):
    with site.statements() as seen:
        assert inside(member)
    assert not any(one.startswith("UPDATE") for one in seen)
    frozen_clock.moment += timedelta(minutes=5)
    with site.statements() as seen:
        assert inside(member)
    assert [one for one in seen if one.startswith("UPDATE accounts_signin")]


def test_who_is_asking_costs_one_statement_with_any_number_of_roles(site, member):
    person = person_id_of(site, member)
    with site.session() as session:
        for number in range(5):
            grant(session, person_id=person, role="facilitator", scope_kind="cohort", scope_id=str(number))
    member.sign_in()
    with site.statements() as seen:
        member.get("/help")
    assert len(seen) == 1
    assert "aggregate" in seen[0].lower() or "string_agg" in seen[0] or "group_concat" in seen[0]


def test_ses_5_a_role_given_or_taken_back_ends_the_sign_ins(site, member):
    person = person_id_of(site, member)
    for change in (grant, revoke):
        assert inside(member)
        with site.session() as session:
            change(session, person_id=person, role="operator")
        assert not inside(member)
        member.sign_in()
    with site.session() as session:
        revoke(session, person_id=person, role="operator")  # nothing to take back: nothing ends
    assert inside(member)


def test_authz_4_a_role_taken_back_has_no_effect_on_the_next_request(site, member):
    person = person_id_of(site, member)
    with site.session() as session:
        grant(session, person_id=person, role="operator")
    member.sign_in()
    member.add_app()
    assert member.get("/operator/").status == 200
    with site.session() as session:
        revoke(session, person_id=person, role="operator")
    member.sign_in()
    member.post("/sign-in/step", step_code=member.code(1))
    assert member.get("/operator/").status == 404


def test_ended_sign_ins_are_forgotten(site, member, someone, frozen_clock):
    someone().sign_in("amber-heron", " ".join(member.words))
    frozen_clock.moment += timedelta(minutes=20)
    member.get("/account/")
    frozen_clock.moment += timedelta(minutes=11)
    site.run_jobs()
    from lms.core.accounts.jobs import end_sign_ins

    with site.session() as session:
        end_sign_ins(session, {})
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(SignIn)) == 1
    assert inside(member)


def test_acc_4_the_verifier_follows_a_rising_policy_and_the_key_stays(site, member, someone):
    with site.app.app_context(), site.reading() as conn:
        before = keys_of(conn, handle="amber-heron")
    site.app.extensions["lms_hasher"].cost = Cost(memory_kib=16, passes=2)
    assert someone().sign_in("amber-heron", " ".join(member.words)).status == 303
    with site.app.app_context(), site.reading() as conn:
        after = keys_of(conn, handle="amber-heron")
    assert "m=16 t=2" in after.verifier.params
    assert after.key_wrap != before.key_wrap
    assert after.public_key == before.public_key
    assert inside(member)  # nobody is signed out by it
    assert someone().sign_in("amber-heron", " ".join(member.words)).status == 303


# ---------------------------------------------------------------- forged and unforged forms
NOWHERE = "00000000-0000-4000-8000-000000000000"


def own_posts(site):
    """Every POST of accounts that needs a sign-in."""
    rules = [rule for rule in site.app.url_map.iter_rules() if "POST" in rule.methods]
    kinds = [site.app.view_functions[rule.endpoint].access.kind for rule in rules]
    return [
        rule
        for rule, kind in zip(rules, kinds, strict=True)
        if kind != "public" and rule.endpoint.startswith("account")
    ]


def test_ses_9_every_form_without_with_a_wrong_and_with_anothers_token_is_refused(site, invite, someone):
    posts = own_posts(site)
    assert len(posts) >= 10
    alice, bob = someone(), someone()
    alice.join(invite(role="operator"), "quiet-lake")
    bob.join(invite(role="operator"), "amber-heron")
    foreign = csrf.masked(csrf.secret_for(bob.token.encode()))
    for rule in posts:
        values = {name: "en" if name == "lang" else NOWHERE for name in rule.arguments}
        path = site.app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        for fields in ({}, {"csrf": "x"}, {"csrf": foreign}):
            assert alice.browser.post(path, data=fields).status_code == 400, path
    assert inside(alice)


def test_ses_9_open_forms_from_other_sites_are_refused(someone):
    foreign = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
    foreign += [{"Origin": "https://evil.example"}, {"Origin": "null"}]
    for path in ("/en/join", "/en/join/confirm", "/en/sign-in"):
        for headers in foreign:
            assert someone().browser.post(path, data={}, headers=headers).status_code == 400, (path, headers)


BACKS = [
    "",
    "//evil.example",
    "https://evil.example/en/help",
    "/\\evil.example",
    "/en/help%0d%0aX: y",
    "javascript:alert(1)",
    "/en/nothing-here",
    "/leave",
    "en/help",
    "/en//evil.example/",
    "http:evil.example",
    "/en/join/confirm\u2028",
    "/@evil.example",
    "/en/help?x=//evil.example",
]


def test_net_7_the_way_back_is_always_ours(member):
    for back in BACKS:
        answer = member.post("/settings", theme="dark", back=back)
        assert answer.status == 303, back
        assert answer.location.startswith("/en/"), back
        assert "evil" not in answer.location.partition("?")[0], back


def test_the_settings_at_the_foot_of_a_page_come_back_to_it(site, member):
    answer = member.post("/settings", theme="dark", low_data="on", back="/en/help?x=1&page=2")
    assert answer.location == "/en/help?x=1&page=2"
    with site.reading() as conn:
        assert tuple(conn.execute(select(Person.theme, Person.low_data)).one()) == ("dark", True)
    member.post("/settings", theme="purple", low_data="maybe", back="/en/help")
    with site.reading() as conn:
        assert tuple(conn.execute(select(Person.theme, Person.low_data)).one()) == ("dark", True)


def test_exit_4_help_and_safety_are_open_to_all_and_say_what_leaving_does_not_do(someone, member):
    for person in (someone(), member):
        assert "not erase the history" in person.get("/staying-safe").text
        assert "helpline" in person.get("/help").text.lower()
        assert 'href="/en/staying-safe"' in person.get("/help").text


# ---------------------------------------------------------------- the first operator
def test_acc_14_a_fresh_site_has_nobody_and_the_first_operator_comes_from_the_command_line(site, someone, frozen_clock):
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Person)) == 0
    run = site.app.test_cli_runner()
    code, late = (run.invoke(accounts, ["operator-code"]).output.strip() for _ in range(2))
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    operator = someone()
    assert operator.join(code).location == "/en/account/second-step"
    operator.add_app()
    assert operator.get("/operator/").status == 200
    assert someone().begin(code, "quiet-lake").status == 422
    frozen_clock.moment += timedelta(hours=1)
    assert "has ended" in someone().begin(late, "quiet-lake").text


def test_keys_of_two_people_do_not_open_each_other(site, invite, someone):
    """A sealed box for one is closed to the other, whatever the cookie (ENC-5)."""
    from lms.core.accounts.actions.keys import open_keys

    alice, bob = someone(), someone()
    alice.join(invite(), "quiet-lake")
    bob.join(invite(), "amber-heron")
    with site.app.app_context(), site.reading() as conn:
        keys = {one.name: keys_of(conn, handle=one.name) for one in (alice, bob)}
        private = {one.name: open_keys(keys[one.name], " ".join(one.words)).private_key for one in (alice, bob)}
    box = seal(keys["quiet-lake"].public_key, b"a late answer", context="here")
    assert unseal(private["quiet-lake"], box, context="here") == b"a late answer"
    with pytest.raises(Exception):  # noqa: B017 - CannotOpen has no text
        unseal(private["amber-heron"], box, context="here")
