"""Support access takes two operators, lasts an hour, opens nothing sealed and cannot be hidden (AUD-4); nobody signs in as
somebody else (AUD-5).
"""

import ast
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

import lms
from lms.core.accounts.api import aliases_of
from lms.core.accounts.commands import accounts as accounts_group
from lms.core.accounts.models import Support
from lms.core.accounts.queries import support as queries
from lms.host.contributions import PersonalData
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.security import audit
from tests.factories import make_person, sign_in

pytestmark = pytest.mark.safety
STRIP = 'href="/en/account/support"'


@pytest.fixture
def house(site):
    people = {name: make_person(site, grants=[("operator", "site", "")]) for name in ("first", "second", "third")}
    people["learner"] = make_person(site, "grey-heron")
    return {name: (person, sign_in(site, person)) for name, person in people.items()}


def ask(house, **fields):
    return house["first"][1].submit("/en/operator/support/", {"handle": "grey-heron", "reason": "fault"} | fields)


def asked(site):
    with site.reading() as conn:
        return conn.scalars(select(Support.id)).one()


def agree(house, who, support_id):
    return house[who][1].submit(f"/en/operator/support/{support_id}/agree")


def test_aud_4_two_operators_one_hour_and_the_learner_is_told(site, house, frozen_clock):
    """AUD-4: the whole flow, with entries of the audit for asking, agreeing and looking."""
    house = {name: (person, sign_in(site, person)) for name, (person, _browser) in house.items()}
    assert ask(house).status_code == 303
    found = asked(site)
    page = f"/en/operator/support/{found}"
    learner = house["learner"][1]
    assert STRIP not in learner.get("/en/home").text
    assert house["first"][1].get(page).status_code == 404  # one person alone sees nothing
    assert agree(house, "first", found).status_code == 404
    assert house["first"][1].get(page).status_code == 404
    assert agree(house, "learner", found).status_code == 404
    assert agree(house, "second", found).status_code == 303
    for path in ("/en/home", "/en/courses", "/en/account/"):
        assert STRIP in learner.get(path).text
    assert "A fault of the site" in learner.get("/en/account/support").text
    for who in ("first", "second"):
        assert "grey-heron" in house[who][1].get(page).text
    assert house["third"][1].get(page).status_code == 404
    frozen_clock.moment += timedelta(minutes=59, seconds=59)
    assert sign_in(site, house["first"][0]).get(page).status_code == 200
    frozen_clock.moment += timedelta(seconds=1)
    assert sign_in(site, house["first"][0]).get(page).status_code == 404
    with site.reading() as conn:
        alias = aliases_of(conn, [house["learner"][0].id])[house["learner"][0].id]
        actions = list(conn.execute(select(audit.Entry.action, audit.Entry.reason).where(audit.Entry.object == alias)))
        assert ("support asked", "fault") in actions
        assert ("support agreed", "fault") in actions
        assert {one.what for one in audit.openings_of(conn, alias)} == {"accounts.support"}
    frozen_clock.moment += timedelta(days=15)
    assert STRIP not in sign_in(site, house["learner"][0]).get("/en/home").text
    assert "A fault of the site" in sign_in(site, house["learner"][0]).get("/en/account/support").text


def test_aud_4_a_request_ends_after_a_day(site, house, frozen_clock):
    """AUD-4: nobody agrees to what was asked long ago."""
    sign_ins = {name: (person, sign_in(site, person)) for name, (person, _browser) in house.items()}
    ask(sign_ins)
    frozen_clock.moment += timedelta(hours=24)
    later = {name: (person, sign_in(site, person)) for name, (person, _browser) in house.items()}
    assert agree(later, "second", asked(site)).status_code == 404


def test_aud_4_nobody_agrees_to_a_look_into_their_own_account(site, house):
    """AUD-4: the person whose account it is is never the second of the two."""
    ask(house, handle=house["second"][0].handle)
    assert agree(house, "second", asked(site)).status_code == 404
    assert agree(house, "third", asked(site)).status_code == 303


def test_aud_4_the_notice_cannot_be_suppressed(site, house):
    """AUD-4: no row can be agreed to without telling (planted: a statement that tries), and no route takes it away."""
    ask(house)
    with site.app.app_context():
        session = db.session()
        with pytest.raises(DBAPIError):
            session.execute(text("UPDATE accounts_support SET agreed_by = person_id"))
        session.rollback()
    agree(house, "second", asked(site))
    browser = house["learner"][1]
    for method in ("post", "delete", "put"):
        assert getattr(browser, method)("/en/account/support").status_code in (400, 405)
    assert STRIP in browser.get("/en/home").text


def test_aud_4_nothing_sealed_is_opened(site, house, monkeypatch):
    """AUD-4: no package is asked to open; a planted look that asks for it is found by the same means."""
    ask(house)
    agree(house, "second", asked(site))
    opened = []

    def watched(data):
        return PersonalData(data.key, data.tables, data.export, data.erase, lambda *_: opened.append(data.key) or {})

    host = current_host(site.app)
    monkeypatch.setitem(host._cache, PersonalData, tuple(watched(data) for data in host.all(PersonalData)))
    page = f"/en/operator/support/{asked(site)}"
    assert house["first"][1].get(page).status_code == 200
    assert opened == []
    readable = queries.readable

    def too_much(conn, person_id):
        return readable(conn, person_id) | {"x": host.all(PersonalData)[0].open(conn, person_id, b"")}

    monkeypatch.setattr(queries, "readable", too_much)
    house["first"][1].get(page)
    assert opened == ["accounts"]


def told_when_asking(site, house, name):
    """Return what whoever asks gets to see: the answer, the page after it, the number of statements, and the entry."""
    browser = house["first"][1]
    with site.statements() as statements:
        answer = ask(house, handle=name)
    after = browser.get(answer.headers.get("Location", "/en/operator/support/")).text
    with site.reading() as conn:
        rows = conn.execute(
            select(audit.Entry.action, audit.Entry.reason, audit.Entry.object).order_by(audit.Entry.seq)
        )
        action, reason, named = rows.all()[-1]
    seen = masked(answer.text), masked(after), len(statements), action, reason, len(named)
    return answer.status_code, answer.headers.get("Location"), *seen


def masked(body):
    return re.sub(r'(name="(?:csrf|key)" value=)"[^"]*"', r"\1", body)


def test_acc_10_asking_tells_nobody_whether_somebody_signs_in_with_a_name(site, house):
    """ACC-10, AUD-4: one operator alone learns nothing: answer, page, statements and entry are alike."""
    unknown, known = (told_when_asking(site, house, name) for name in ("nobody-here", "grey-heron"))
    assert known == unknown
    assert known[0] == 303
    assert "nothing waits for them" in known[3]
    with site.reading() as conn:
        assert conn.scalars(select(Support.person_id)).all() == [house["learner"][0].id]
    assert house["second"][1].get("/en/operator/support/").text.count("/agree") == 1


def test_acc_10_planted_a_line_of_ones_own_is_noticed(site, house, monkeypatch):
    """ACC-10: planted fault: whoever asks sees what waits, and so whether there is anybody."""
    looks = queries.looks
    monkeypatch.setattr(queries, "looks", lambda conn, _alias: looks(conn, str(uuid4())))
    unknown, known = (told_when_asking(site, house, name) for name in ("nobody-here", "grey-heron"))
    assert known != unknown


def test_aud_4_each_name_leaves_a_trace_and_ten_a_day_are_enough(site, house):
    """AUD-4: looking for names by asking is noticed, slow, and tells nothing."""
    for _ in range(10):
        assert ask(house, handle="nobody-here").status_code == 303
    assert "Wait until tomorrow" in ask(house).text
    with site.reading() as conn:
        assert conn.scalars(select(audit.Entry.action)).all().count("support asked") == 10


def test_aud_4_wrong_input_keeps_what_was_typed(house):
    """AUD-4: without a reason nothing is asked."""
    answer = house["first"][1].submit("/en/operator/support/", {"handle": "grey-heron"})
    assert answer.status_code == 422
    assert 'value="grey-heron"' in answer.text
    assert "Choose a reason" in answer.text


# ---------------------------------------------------------------- AUD-5
BEGINS = {
    "lms/core/accounts/actions/factors.py",
    "lms/core/accounts/views/account.py",
    "lms/core/accounts/views/enter.py",
    "lms/core/accounts/views/join.py",
    "lms/core/accounts/views/key.py",
    "lms/core/accounts/views/passkeys.py",
    "lms/core/accounts/views/register.py",
}


def begins_a_sign_in(source):
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "start_sign_in"
        for node in ast.walk(ast.parse(source))
    )


def test_aud_5_no_code_for_staff_begins_a_sign_in(site):
    """AUD-5: no "log in as": the places that begin a sign-in are known, none is for staff; a planted one is found."""
    root = Path(lms.__file__).parent
    found = {f"lms/{path.relative_to(root)}" for path in root.rglob("*.py") if begins_a_sign_in(path.read_text())}
    assert found == BEGINS
    assert begins_a_sign_in("token = sign_ins.start_sign_in(session, person_id=other)")
    views = site.app.view_functions.items()
    staff = {endpoint: view for endpoint, view in views if view.access.permission is not None}
    assert staff
    assert not [name for name in staff if re.search(r"imperson|sign_in_as|log_?in|become|switch", name)]


def test_aud_5_an_operator_stays_who_they_are_whatever_they_post(site, house):
    """AUD-5: naming somebody else in any field of any staff form changes nothing about who is signed in."""
    browser = house["first"][1]
    before = browser.get_cookie("__Host-s").value
    other = str(house["learner"][0].id)
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        access = site.app.view_functions[rule.endpoint].access
        if access.permission is None or "operator" not in access.permission.roles or "POST" not in rule.methods:
            continue
        values = {name: "en" if name == "lang" else other for name in rule.arguments}
        browser.submit(
            adapter.build(rule.endpoint, values), {"person": other, "person_id": other, "user": other, "as": other}
        )
    assert browser.get_cookie("__Host-s").value == before


def test_aud_5_a_synthetic_learner_to_preview_with(site):
    """AUD-5: an account of its own with no role, labelled by its name, whose words sign in."""
    done = site.app.test_cli_runner().invoke(accounts_group, ["preview-learner"])
    handle, words = (line.partition(": ")[2].strip() for line in done.output.splitlines())
    assert handle.startswith("preview-")
    browser = site.client()
    assert browser.submit("/en/sign-in", {"handle": handle, "passphrase": words}).status_code == 303
    assert browser.get("/en/home").status_code == 200
    assert browser.get("/en/operator/").status_code == 404
