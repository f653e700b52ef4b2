"""SES-8: what is sensitive needs the passphrase within ten minutes before; a route that forgot to say so is found."""

from datetime import timedelta

import pytest
from flask import Blueprint

from lms.core.accounts.actions import keys, recovery
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.models import RecoveryCode, SignIn
from lms.host import web
from lms.host.app import create_app
from lms.host.contributions import Views
from lms.host.fresh import Unconfirmed, asks_itself, fresh, sensitive
from lms.host.plugin import CORE, StartupError
from lms.host.settings import Settings
from tests.factories import PASSPHRASE, make_person, sign_in

pytestmark = pytest.mark.safety

# Written by hand on purpose: every route that must be behind the gate or ask by itself. A route that is here and not
# declared fails, and so does a declared one that is not here.
SENSITIVE = {
    "account.app_begun",
    "account.app_confirmed",
    "account.app_off",
    "account.closed",
    "account.codes",
    "account.copy_asked",
    "account.copy_file",
    "account.copy_locked",
    "account.erased",
    "account.key_checked",
    "account.key_confirmed",
    "account.limit",
    "account.passkey_made",
    "account.passkey_new",
    "account.passkey_off",
    "account.passkey_options",
    "account.sheet",
    "accounts_helping.asked",
    "accounts_helping.confirmed",
    "accounts_helping.opened",
    "accounts_staff.codes",
    "accounts_support.agree",
    "accounts_support.ask",
    "accounts_support.show",
}
ASK_THEMSELVES = {"account.key_checked", "account.key_confirmed"}
LATER = timedelta(minutes=10)
VALUES = {"lang": "en", "kind": "json", "support_id": "00000000-0000-4000-8000-000000000000"}


def declared(app):
    return {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "fresh", False)}


def test_ses_8_the_list_of_sensitive_routes_is_complete(site):
    """SES-8: the list and the routes agree."""
    assert declared(site.app) == SENSITIVE


def test_ses_8_each_route_of_the_list_asks_after_ten_minutes_and_does_nothing(site, frozen_clock):
    """SES-8: matrix over the declared list."""
    person = make_person(site, grants=[("operator", "site", "")])
    browser = sign_in(site, person)
    frozen_clock.moment += LATER
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in SENSITIVE - ASK_THEMSELVES:
            values = {name: VALUES[name] for name in rule.arguments}
            if "GET" in rule.methods:
                asked = browser.get(adapter.build(rule.endpoint, values, method="GET"))
                assert "/en/account/confirm?back=" in asked.headers["Location"], rule.endpoint
                continue
            address = adapter.build(rule.endpoint, values, method="POST")
            with site.statements() as seen:
                answer = browser.submit(address, {"role": "author", "count": "1", "days": "3"})
            assert answer.status_code == 403, rule.endpoint
            assert 'name="again_passphrase"' in answer.text
            assert not [one for one in seen if not one.startswith(("SELECT", "UPDATE accounts_signin"))], seen
            again = browser.submit(address, {"role": "author", "count": "1", "days": "3", "again_passphrase": "wrong"})
            assert again.status_code == 422
            assert "wrong" not in again.text.replace("field wrong", "")


def codes(site):
    with site.session() as session:
        return session.query(RecoveryCode).count()


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (10, 403)])
def test_ses_8_ten_minutes_and_no_longer(site, frozen_clock, minutes, status):
    """SES-8: at nine minutes it goes on, at ten it asks."""
    browser = sign_in(site, make_person(site))
    frozen_clock.moment += timedelta(minutes=minutes)
    assert browser.submit("/en/account/codes").status_code == status
    assert codes(site) == (10 if status == 200 else 0)


def test_ses_8_a_clock_that_was_set_back_is_no_proof(site, frozen_clock):
    """SES-8: a moment in the future does not count."""
    browser = sign_in(site, make_person(site))
    frozen_clock.moment -= timedelta(minutes=1)
    assert browser.submit("/en/account/codes").status_code == 403


def test_ses_8_with_the_passphrase_the_same_form_goes_on_with_everything_typed(site, frozen_clock):
    """SES-8: nothing typed is lost, and the answer holds for the next act too."""
    browser = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    frozen_clock.moment += LATER
    sent = {"role": "reviewer", "count": "3", "days": "9", "key": "k1"}
    asked = browser.submit("/en/operator/codes", sent)
    for name, value in sent.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in asked.text
    done = browser.submit("/en/operator/codes", sent | {"again_passphrase": PASSPHRASE.upper()})
    assert done.status_code == 200
    assert done.text.count('<bdi class="code nw"') == 3
    assert PASSPHRASE not in done.text
    assert browser.submit("/en/account/codes").status_code == 200


def test_ses_8_secrets_are_not_carried(site, frozen_clock):
    """SES-8: a field of a secret is left out of the page that asks."""
    browser = sign_in(site, make_person(site))
    frozen_clock.moment += LATER
    asked = browser.submit("/en/account/codes", {"own": "secret words of mine", "note": "kept"})
    assert "secret words of mine" not in asked.text
    assert 'value="kept"' in asked.text


@pytest.mark.parametrize("how", ["recovery code", "passkey"])
def test_ses_8_other_ways_in_are_asked_for_the_passphrase(site, how):
    """SES-8: a sign-in by recovery code or passkey is not fresh; the passphrase makes it so and opens the key."""
    person = make_person(site)
    with site.session() as session:
        token = start_sign_in(session, person_id=person.id, private_key=None, by_code=how == "recovery code")
    browser = site.client().wear(token)
    assert browser.submit("/en/account/sheet").status_code == 403
    assert browser.submit("/en/account/sheet", {"again_passphrase": PASSPHRASE}).status_code == 200


def test_ses_8_tries_come_out_of_the_bucket_of_the_name(site, frozen_clock):
    """ACC-11, SES-8: a thief at an open screen cannot guess faster here than at the door."""
    browser = sign_in(site, make_person(site))
    frozen_clock.moment += LATER
    answers = [browser.submit("/en/account/codes", {"again_passphrase": "no"}).status_code for _ in range(21)]
    assert answers[:19] == [422] * 19
    assert answers[-1] == 429
    assert browser.submit("/en/account/codes", {"again_passphrase": PASSPHRASE}).status_code == 429
    assert codes(site) == 0


def test_ses_8_slow_copying_of_new_words_asks_for_the_old_ones_and_goes_back_to_the_page(site, frozen_clock):
    """SES-8: the second page of a new key, an hour later."""
    from html import unescape
    from re import search

    person = make_person(site)
    browser = sign_in(site, person)
    shown = browser.submit("/en/account/key", {"current": PASSPHRASE, "how": "made"})
    state = unescape(search(r'name="state"[^>]*value="([^"]*)"', shown.text).group(1))
    frozen_clock.moment += timedelta(minutes=20)
    asked = browser.submit("/en/account/key/confirm", {"state": state, "first": "a", "second": "b"})
    assert asked.status_code == 403
    assert state in unescape(asked.text)
    page = browser.submit("/en/account/key/confirm", {"state": state, "again_passphrase": PASSPHRASE})
    assert page.status_code == 422
    assert "This is not the word shown at this place" in page.text


# ---------------------------------------------------------------- pages that show something
def test_ses_8_a_page_to_look_at_leads_to_the_question_and_back(site, frozen_clock, monkeypatch):
    """SES-8, NET-7: back to the place, and to no other site."""
    view = site.app.view_functions["account.code"]
    guarded = web.signed_in(fresh(view.__wrapped__))
    monkeypatch.setitem(site.app.view_functions, "account.code", guarded)
    browser = sign_in(site, make_person(site))
    frozen_clock.moment += LATER
    asked = browser.get("/en/account/code")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/en/account/confirm?back=/en/account/code"
    assert browser.get(asked.headers["Location"]).status_code == 200
    wrong = browser.submit(asked.headers["Location"], {"again_passphrase": "no"})
    assert wrong.status_code == 422
    right = browser.submit(asked.headers["Location"], {"again_passphrase": PASSPHRASE})
    assert (right.status_code, right.headers["Location"]) == (303, "/en/account/code")
    assert browser.get("/en/account/code").status_code == 200
    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""):
        away = browser.get("/en/account/confirm", query_string={"back": elsewhere})
        assert away.headers["Location"] == "/en/home", elsewhere


# ---------------------------------------------------------------- planted faults
def test_ses_8_control_a_route_that_forgot_the_gate_is_found(site):
    """SES-8: planted fault: the gate taken off a route; the list notices and so does the first request."""
    view = site.app.view_functions["account.codes"]
    bare = web.signed_in(view.__wrapped__.__wrapped__)
    site.app.view_functions["account.codes"] = bare
    assert declared(site.app) != SENSITIVE
    with pytest.raises(Unconfirmed, match=r"account\.codes reaches replace_codes"):
        sign_in(site, make_person(site)).submit("/en/account/codes")
    assert codes(site) == 0


def test_ses_8_control_the_actions_themselves_refuse(site):
    """SES-8: every sensitive action carries the check."""
    for action in (keys.set_passphrase, keys.set_sheet, recovery.replace_codes):
        with site.app.test_request_context("/en/account/"), pytest.raises(Unconfirmed):
            action()


def test_ses_8_a_public_route_with_a_gate_does_not_start(tmp_path):
    """SES-8: the passphrase of nobody cannot be asked for."""
    blueprint = Blueprint("odd", __name__)

    @blueprint.get("/odd")
    @web.public
    @fresh
    def odd():
        """Ask everybody."""

    with pytest.raises(StartupError, match=r"odd\.odd"):
        create_app(Settings(data=tmp_path, plugins=CORE), extra=[Views(blueprint, surface="public")])


def test_ses_8_decorators_keep_the_view(site):
    """SES-8: the marks stand on the view and change nothing else."""

    def view():
        """Answer."""
        return "answer"

    assert asks_itself(view) is view
    assert sensitive(view).__doc__ == "Answer."
    assert sensitive(view)() == "answer"
    with site.session() as session:
        assert session.query(SignIn).count() == 0
