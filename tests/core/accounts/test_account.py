"""Settings, a further code, the operator's page, what is held and erased, the audit (STAT-1, AUTHZ-1, RET-3, RET-4, AUD-1)."""

from datetime import date, timedelta

import pytest
from flask import g, request, request_finished
from sqlalchemy import func, select, text, update

from lms.core.accounts import api, jobs, privacy, queries
from lms.core.accounts.actions.factors import begin_totp, confirm_totp, use_totp
from lms.core.accounts.actions.invitations import RoleInvitation
from lms.core.accounts.commands import accounts, start
from lms.core.accounts.models import Grant, Invitation, Person, RecoveryCode, SignIn, Totp
from lms.core.accounts.queries import keys_of
from lms.host import clock, limits
from lms.host.contributions import Health
from lms.host.i18n import format_date
from lms.host.plugin import current_host
from lms.host.security import audit, audit_chain
from lms.host.security.current import keystore
from lms.host.security.passphrases import Gate
from lms.host.security.totp import STEPS_A_DAY, day_of, step_of
from tests.factories import count_now, make_person


def person_id(site, name="amber-heron"):
    with site.app.app_context(), site.reading() as conn:
        return keys_of(conn, handle=name).person_id


def roles(site):
    with site.reading() as conn:
        return sorted(conn.scalars(select(Grant.role)).all())


@pytest.fixture
def operator(invite, someone):
    person = someone()
    person.join(invite(role="operator"), "quiet-lake")
    person.add_app()
    return person


def test_acc_5_a_full_queue_answers_503_wherever_the_passphrase_is_asked_for(site, operator, frozen_clock):
    site.app.extensions["lms_hasher"]._gate = Gate(width=1, queue=-1)
    frozen_clock.moment += timedelta(minutes=11)
    form = {"role": "author", "count": "1", "days": "1", "again_passphrase": "x"}
    answer = operator.post("/operator/codes", **form)
    assert answer.status == 503
    assert int(answer.response.headers["Retry-After"]) > 0


def test_acc_5_who_is_sent_away_costs_no_statement_and_a_recovery_code_is_let_through(
    site, member, someone, monkeypatch
):
    member.post("/account/codes")
    code = member.post("/account/codes").parts[0]
    site.app.extensions["lms_hasher"]._gate = Gate(width=1, queue=-1)
    with monkeypatch.context() as patch:
        patch.setattr(queries, "keys_of", lambda *_, **__: pytest.fail("looked up"))
        patch.setattr(limits, "allow", lambda *_, **__: pytest.fail("counted"))
        assert someone().sign_in("amber-heron", "some words").status == 503
    assert someone().sign_in("amber-heron", code).status == 303


# ---------------------------------------------------------------- settings
def test_settings_are_kept_and_the_page_goes_on_in_the_new_language(site, member):
    answer = member.post("/account/settings", lang="fr", theme="dark", low_data="y", idle_minutes="60")
    assert answer.location == "/fr/account/?saved=settings#saved"
    with site.reading() as conn:
        kept = conn.execute(select(Person.lang, Person.theme, Person.low_data, Person.idle_minutes)).one()
    assert tuple(kept) == ("fr", "dark", True, 60)


def test_settings_outside_the_lists_are_refused(site, member):
    right = {"lang": "en", "theme": "auto", "idle_minutes": "30"}
    for wrong in ({"lang": "xx"}, {"theme": "purple"}, {"idle_minutes": "5"}, {"idle_minutes": "9999"}, {"theme": ""}):
        page = member.post("/account/settings", **(right | wrong))
        assert page.status == 422, wrong
        assert "Problem: Account" in page.title
    with site.reading() as conn:
        assert tuple(conn.execute(select(Person.lang, Person.theme, Person.idle_minutes)).one()) == ("en", "auto", 30)


def test_own_pages_ask_strangers_to_sign_in_and_language_links_on_answers_lead_back(member, someone):
    for path in ("/account/", "/account/key", "/account/welcome", "/account/code"):
        assert someone().get(path).location == "/en/sign-in"
    for path in ("/account/settings", "/account/codes", "/account/sheet", "/account/sign-ins/end"):
        assert member.get(path).location == "/en/account/"
    assert member.get("/account/key/confirm").location == "/en/account/key"


# ---------------------------------------------------------------- a further code
def test_a_further_code_adds_to_the_account_and_keeps_the_key(site, member, invite):
    old = member.token
    assert (
        member.post("/account/code", code=invite(role="translator").lower()).location == "/en/account/?saved=code#saved"
    )
    assert roles(site) == ["author", "translator"]
    assert member.token != old
    assert member.post("/account/sheet").status == 200


def test_a_further_code_that_cannot_be_used(site, member, invite):
    cases = [
        (invite(days=-1), "has ended"),
        ("0" * 16, "do not know"),
        ("7Q2K", "Compare each group"),
        ("", "Write the code"),
    ]
    for code, words in cases:
        page = member.post("/account/code", code=code)
        assert page.status == 422
        assert words in page.text
        assert page.value("code") == code
    assert roles(site) == ["author"]


def test_a_further_code_sent_twice_says_that_it_worked(site, member, invite):
    code = invite(role="translator")
    member.post("/account/code", code=code)
    page = member.post("/account/code", code=code)
    assert page.status == 422
    assert "worked the first time" in page.text


def test_a_further_code_whose_kind_refuses_keeps_its_seat(site, member, invite, monkeypatch):
    def veto(*_args, **_more):
        raise api.Refused("You are in this cohort already.")

    monkeypatch.setattr(RoleInvitation, "redeem", veto)
    page = member.post("/account/code", code=invite())
    assert page.status == 422
    assert "You are in this cohort already." in page.text
    with site.reading() as conn:
        assert sorted(conn.scalars(select(Invitation.used)).all()) == [0, 1]


# ---------------------------------------------------------------- the operator's page
def test_authz_1_the_operators_page_is_absent_for_others(member, someone, operator):
    assert operator.get("/operator/").status == 200
    assert member.get("/operator/").status == 404
    assert member.post("/operator/codes", role="operator", count="1", days="1").status == 404
    assert someone().get("/operator/").location == "/en/sign-in"


def test_stat_1_small_counts_of_people_are_not_numbers(site, operator, invite, someone):
    """STAT-1: and what is shown stands still until people are counted again."""
    assert operator.get("/operator/").text.count("<dd>fewer than 5</dd>") == 3
    for number in range(5):
        someone().join(invite(), f"heron-of-day-{'abcde'[number]}")
    assert operator.get("/operator/").text.count("<dd>fewer than 5</dd>") == 3
    count_now(site)
    assert operator.get("/operator/").text.count("<dd>5 or more</dd>") == 1
    assert f"Counted on {format_date(clock.today())}." in operator.get("/operator/").text


def test_the_operator_makes_codes_that_open_the_role(site, operator, someone):
    page = operator.post("/operator/codes", role="reviewer", count="3", days="7")
    assert page.status == 200
    codes = [line.split("<")[0] for line in page.text.split('<bdi class="code nw" lang="en">')[1:]]
    assert len(set(codes)) == 3
    someone().join(codes[0], "amber-heron")
    assert roles(site) == ["operator", "reviewer"]
    assert operator.get("/operator/codes").location == "/en/operator/"


def test_the_operator_is_told_what_is_wrong(site, operator):
    right = {"role": "author", "count": "1", "days": "1"}
    for wrong in ({"role": "learner"}, {"role": "x"}, {"count": "0"}, {"count": "51"}, {"days": "0"}, {"days": "x"}):
        assert operator.post("/operator/codes", **(right | wrong)).status == 422, wrong
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Invitation)) == 1


def test_the_operator_sees_what_is_wrong_with_the_site(site, operator, member):
    assert "The key store holds every account" in operator.get("/operator/").text
    with site.app.app_context():
        keystore().destroy_all(person_id(site))
    text = operator.get("/operator/").text
    assert "lacks 1 key;" in text
    assert "Restore keys.db" in text


# ---------------------------------------------------------------- the command line
def test_roles_and_codes_from_the_command_line(site, member, someone):
    run = site.app.test_cli_runner()
    assert "Done" in run.invoke(accounts, ["grant", "Amber Heron", "facilitator", "--scope", "cohort:abc"]).output
    with site.reading() as conn:
        assert ("facilitator", "cohort", "abc") in {tuple(row[1:]) for row in conn.execute(select(Grant.__table__))}
    run.invoke(accounts, ["grant", "amber-heron", "facilitator", "--scope", "cohort:abc", "--take-back"])
    assert roles(site) == ["author"]
    assert "author: 1" in run.invoke(accounts, ["list-roles"]).output
    (code,) = run.invoke(accounts, ["invite", "--set", "role=translator"]).output.split()
    someone().join(code, "quiet-lake")
    assert roles(site) == ["author", "translator"]


def test_mistakes_on_the_command_line_are_one_clear_line(site):
    for line, words in (
        (["grant", "nobody-here", "author"], "Nobody signs in with this name"),
        (["grant", "amber-heron", "king"], "king"),
        (["invite", "--kind", "nothing"], "There are: "),
        (["invite"], "--set role="),
    ):
        result = site.app.test_cli_runner().invoke(accounts, line)
        assert result.exit_code != 0
        assert words in result.output


# ---------------------------------------------------------------- what is held, and gone
def test_ret_3_a_person_gets_everything_readable(site, member):
    member.post("/account/codes")
    with site.app.app_context(), site.reading() as conn:
        held = privacy.export(conn, person_id(site))
    assert held["name to sign in with"] == "amber-heron"
    assert held["roles"] == [{"role": "author", "in": "site", "id": ""}]
    assert held["recovery codes left"] == 10
    assert held["codes of an app"] is None
    assert date.fromisoformat(held["joined"])


def test_ret_3_a_second_factor_is_told_with_its_days(site, member, frozen_clock):
    """RET-3: since when, and the last day it was used; one that was begun and not confirmed is none."""
    with site.session() as session:
        begin_totp(session, person_id=person_id(site))
    with site.app.app_context(), site.reading() as conn:
        assert privacy.export(conn, person_id(site))["codes of an app"] is None
    began = frozen_clock.moment.date().isoformat()
    with site.session() as session:
        assert confirm_totp(session, person_id=person_id(site), step=step_of(frozen_clock.moment))
    frozen_clock.moment += timedelta(days=3)
    used = frozen_clock.moment.date().isoformat()
    with site.session() as session:
        assert use_totp(session, person_id=person_id(site), step=step_of(frozen_clock.moment))
    with site.app.app_context(), site.reading() as conn:
        assert privacy.export(conn, person_id(site))["codes of an app"] == {"since": began, "last used": used}


def test_log_4_of_a_code_that_was_used_only_the_day_stays(site, frozen_clock):
    """LOG-4: within a day the step is needed, so that no code works twice; after it nobody can read the hour from it."""
    person, used = make_person(site), step_of(frozen_clock.moment)
    with site.session() as session:
        begin_totp(session, person_id=person.id)
        assert confirm_totp(session, person_id=person.id, step=used)
    kept = []
    for hours in (23, 2):
        frozen_clock.moment += timedelta(hours=hours)
        with site.session() as session:
            jobs.forget(session, {})
            kept.append(session.scalars(select(Totp.last_step)).one())
    assert kept == [used, used - used % STEPS_A_DAY]
    assert day_of(kept[0]) == day_of(kept[1])


def test_ret_4_erasing_destroys_keys_first_and_ends_everything(site, member, operator):
    member.post("/account/codes")
    gone = person_id(site)
    with site.session() as session:
        privacy.erase(session, gone)
        privacy.erase(session, gone)  # again, after a crash
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Person)) == 1
        for model in (SignIn, Grant, RecoveryCode):
            assert conn.scalar(select(func.count()).where(model.person_id == gone)) == 0
    with site.app.app_context(), site.reading() as conn:
        assert privacy.export(conn, gone) == {}
    assert member.get("/account/").location == "/en/sign-in"
    assert member.sign_in().status == 422


def test_aud_1_powers_leave_a_trace_under_an_alias_and_the_chain_notices_changes(site, member, operator):
    operator.post("/operator/codes", role="reviewer", count="2", days="7")
    with site.session() as session:
        alias = api.alias_of(session, person_id(site))
        api.grant(session, person_id=person_id(site), role="reviewer", by="somebody")
    with site.reading() as conn:
        rows = [(row.actor, row.action, row.object) for row in conn.execute(select(audit.Entry.__table__))]
        assert ("somebody", "role given", f"{alias} reviewer site") in rows
        assert (alias, "joined", alias) in rows
        assert any(action == "invitations made" and what == "reviewer 2" for _who, action, what in rows)
        assert not any("amber" in " ".join(row) or str(person_id(site)) in " ".join(row) for row in rows)
        assert audit_chain.verify(conn) is None


def test_aud_1_a_changed_chain_is_named_on_the_operators_list(site, member, operator):
    """AUD-1: planted: an edit by somebody who took the trigger away."""
    with site.session() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE host_audit DISABLE TRIGGER ALL"))
        else:
            session.execute(text("DROP TRIGGER host_audit_unchanged"))
        session.execute(update(audit.Entry).where(audit.Entry.seq == 2).values(actor="me"))
    with site.app.app_context(), site.reading() as conn:
        assert not current_host().one(Health, "accounts.audit").check(conn).ok


def test_the_published_questions_answer_without_names(site, member, invite):
    wanted = person_id(site)
    with site.session() as session:
        api.grant(session, person_id=wanted, role="facilitator", scope_kind="cohort", scope_id="c1")
    with site.app.app_context(), site.reading() as conn:
        assert list(api.holders(conn, "facilitator", "cohort", "c1")) == [wanted]
        assert api.holders(conn, "facilitator", "cohort", "c2") == []
        (info,) = api.people(conn, [wanted]).values()
        assert (info.id, info.lang, len(info.public_key)) == (wanted, "en", 32)
    with pytest.raises(ValueError, match="king"), site.session() as session:
        api.grant(session, person_id=wanted, role="king")


def test_batches_are_counted_and_taken_back(site, invite, someone):
    from uuid import uuid4

    batch = uuid4()
    codes = invite(n=3, seats=2, batch=batch)
    someone().join(codes[0])
    with site.reading() as conn:
        assert api.batch_seats(conn, [batch, uuid4()]) == {batch: api.Seats(codes=3, seats=6, used=1)}
    with site.session() as session:
        api.revoke_batch(session, batch=batch)
    assert "taken back" in someone().begin(codes[1], "quiet-lake").text


def test_wrapped_keys_nobody_points_to_are_swept(site, member, frozen_clock):
    with site.app.app_context():
        lost = keystore().put(person_id(site), "passphrase", b"lost")
    frozen_clock.moment += timedelta(days=2)
    with site.session() as session:
        jobs.sweep(session, {})
    with site.app.app_context():
        assert keystore().missing({lost}) == {lost}
    assert member.sign_in().status == 303


def test_acc_14_a_start_prints_an_operator_code_until_there_is_one(site, someone):
    def printed(*, demo):
        with site.app.app_context():
            return [line.rpartition(" ")[2] for line in start(demo)[:1]]

    (code,) = printed(demo=False)
    someone().join(code, "quiet-lake")
    assert printed(demo=False) == []
    (fresh,) = printed(demo=True)
    assert fresh != code


def test_dur_3_a_request_that_writes_keeps_no_snapshot_of_its_own(site, member):
    """DUR-3: what told who asks is let go; otherwise a fold of the log by this request would wait for itself."""
    held = {}

    def look(_app, **_answer):
        held[request.method] = "reader" in g

    with request_finished.connected_to(look, site.app):
        assert member.get("/account/").status == 200
        member.post("/account/", language="fr")
    assert held == {"GET": True, "POST": False}
