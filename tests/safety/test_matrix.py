"""The authorisation matrix: every route × nine roles × own and other group and organisation (AUTHZ-1, AUTHZ-2, AUTHZ-5).

The table is written by hand on purpose. Generated from the decorators it would only repeat them; a route that is not in
it fails, and so does one that the table knows and the site does not.
"""

import pytest

from lms.host.db import db
from lms.host.web import Access
from tests.factories import sign_in
from tests.safety.table import ACROSS, EMPTY, ENDING, EXPECTED, LAST, WRITERS
from tests.safety.world import PICTURE, build

CODES = {
    "catalogue": "course",
    "certificates": "course",
    "learning": "course",
    "quizzes": "lesson",
    "learning.lesson": "lesson",
    "learning.declare": "lesson",
    "learning.done": "lesson",
    "learning.undo": "lesson",
    "quizzes.check": "module",
    "quizzes.check_line": "module",
    "quizzes.check_line_sent": "module",
    "quizzes.check_result": "module",
    "quizzes.check_sheet": "module",
    "quizzes.start_check": "module",
    "quizzes.submit_check": "module",
}
NOWHERE = "00000000-0000-4000-8000-000000000000"
FIXED = {
    "text_id": NOWHERE,
    "signin_id": NOWHERE,
    "action": "a1",
    "item": "s1",
    "kind": "json",
    "key": "zzzz",
    "number": "1.1",
    "name": "nothing",
}
PERSONAL = {"cohort_id", "organisation_id", "batch_id", "document_id", "enrolment_id", "support_id", "token", "item_id"}


def values(rule, side):
    """Fill the arguments of a rule from one side of the world."""
    package = rule.endpoint.partition(".")[0]
    kind = CODES.get(rule.endpoint, CODES.get(package, "course"))
    found = {
        "lang": "en",
        "code": side[kind],
        "token": side["check_token" if "check" in rule.endpoint else "quiz_token"],
    }
    found |= FIXED | side
    if rule.endpoint in {"quizzes.think", "quizzes.thought"}:
        found |= {"item": "q9"}
    found |= {"number": 7, "place": 1} if package == "workbook" else {}
    if package == "quizzes_bank":
        asked = "regrade" in rule.endpoint
        found |= {
            "key": side["asked" if asked else "question"],
            "kind": "single",
            "form": "gift",
            "text": "fr",
            "name": PICTURE,
        }
    found |= {"number": 4} if package == "library" else {}
    return {name: found[name] for name in rule.arguments}


def outcome(answer):
    """Sort an answer: `in` (was let in, whatever came then), `door` (asked to sign in), `gone` (as if absent).

    `held`, asked for a second step or the passphrase, is never what a row of the table says.
    """
    location = answer.headers.get("Location", "")
    if answer.status_code == 403:
        return "held"
    if answer.status_code == 401 or (answer.status_code == 303 and location.endswith("/sign-in")):
        return "door"
    return "gone" if answer.status_code == 404 else "in"


def call(browser, rule, address):
    method = "GET" if "GET" in rule.methods else "POST"
    return browser.get(address) if method == "GET" else browser.submit(address)


def expected(rule, role, *, own):
    may = EXPECTED[rule.endpoint]
    if not may:
        return "gone"
    if role == "anonymous":
        return "in" if role in may else "door"
    if not own and rule.arguments & PERSONAL:
        return "in" if (rule.endpoint, role) in ACROSS else "gone"
    return "in" if role in may else "gone"


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in ENDING | EMPTY]


@pytest.fixture
def world(site):
    return build(site)


def order(rule):
    last = LAST.index(rule.endpoint) + 1 if rule.endpoint in LAST else 0
    return last, "POST" in rule.methods, rule.endpoint


def renew(world):
    """Sign everybody in again: what was posted before may have ended sign-ins or taken a second step away."""
    for role, person in world.people.items():
        world.browsers[role] = sign_in(world.site, person)


def check(world, *, own):
    """Return every cell of the matrix that is not as expected."""
    adapter = world.site.app.url_map.bind("localhost")
    wrong = []
    for rule in sorted(rules(world.site.app), key=order):
        address = adapter.build(rule.endpoint, values(rule, world.own if own else world.other))
        if "POST" in rule.methods:
            renew(world)
        for role, browser in world.browsers.items():
            if rule.endpoint in ("catalogue_staff.course", "catalogue_staff.lesson") and role in WRITERS:
                continue  # the desk reads courses from files; its own tests open one
            answer = outcome(call(browser, rule, address))
            wanted = expected(rule, role, own=own)
            if answer != wanted:
                wrong.append(f"{rule.endpoint} as {role}: {answer}, expected {wanted}")
    return wrong


def test_authz_1_every_route_is_in_the_table_and_no_other(site):
    known = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    assert known - EXPECTED.keys() - ENDING - EMPTY == set()
    assert EXPECTED.keys() - known == set()


def test_authz_2_own_objects(world):
    assert "\n".join(check(world, own=True)) == ""


def test_authz_5_objects_of_the_other_side_are_absent(world):
    assert "\n".join(check(world, own=False)) == ""


def test_authz_2_absent_and_not_mine_read_alike(world):
    """Same status, same body but for the address in its links."""
    mine, others = str(world.own["cohort_id"]), str(world.other["cohort_id"])
    nowhere = "00000000-0000-4000-8000-000000000000"
    for role in ("learner", "facilitator", "coordinator", "operator"):
        browser = world.browsers[role]
        for pattern in ("/en/group/{}", "/en/cohorts/{}", "/en/organisations/{}"):
            absent = browser.get(pattern.format(nowhere))
            foreign = browser.get(pattern.format(others))
            assert foreign.status_code == absent.status_code == 404
            assert stripped(foreign.text, others) == stripped(absent.text, nowhere), mine


def stripped(body, identifier):
    import re

    return re.sub(r'name="csrf" value="[^"]*"', "", body.replace(identifier, ""))


def test_authz_4_a_role_taken_back_has_no_effect_from_the_next_request_on(world, site):
    from lms.core.accounts.api import revoke
    from lms.core.accounts.models import Grant

    browser = world.browsers["coordinator"]
    assert browser.get(f"/en/organisations/{world.own['organisation_id']}").status_code == 200
    with site.session() as session:
        for row in session.query(Grant).filter_by(role="coordinator"):
            revoke(
                session, person_id=row.person_id, role="coordinator", scope_kind=row.scope_kind, scope_id=row.scope_id
            )
    assert outcome(browser.get(f"/en/organisations/{world.own['organisation_id']}")) != "in"


@pytest.mark.database("sqlite")  # a detector finds the same on both
def test_authz_1_control_an_open_door_is_found(world):
    """Planted fault: a staff page that lets everybody in."""
    app = world.site.app
    view = app.view_functions["accounts_staff.operator"]
    app.view_functions["accounts_staff.operator"] = view.__wrapped__
    view.__wrapped__.access = Access("signed_in")
    try:
        assert any("accounts_staff.operator as learner" in line for line in check(world, own=True))
    finally:
        app.view_functions["accounts_staff.operator"] = view


def test_ses_9_every_post_refuses_a_missing_a_wrong_and_a_foreign_token(world):
    """Routes behind a sign-in: 400 without, with a wrong, with another person's token; nothing is looked up before."""
    adapter = world.site.app.url_map.bind("localhost")
    learner, other = world.browsers["learner"], world.browsers["facilitator"]
    foreign = token_of(other)
    for rule in rules(world.site.app):
        access = world.site.app.view_functions[rule.endpoint].access
        if "POST" not in rule.methods or access.kind == "public":
            continue
        address = adapter.build(rule.endpoint, values(rule, world.own), method="POST")
        for sent in ({}, {"csrf": "x" * 88}, {"csrf": foreign}):
            assert learner.post(address, data=sent).status_code == 400, rule.endpoint
        assert learner.submit(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400, rule.endpoint


def token_of(browser):
    from lms.host.security import csrf
    from lms.host.security.sessions import COOKIE

    return csrf.masked(csrf.secret_for(browser.get_cookie(COOKIE).value.encode()))


def test_ses_9_no_get_writes(world):
    """Every GET runs on the read-only engine; a statement that writes would have failed. Here each is asked for."""
    with world.site.app.app_context():
        before = snapshot(db.engines["read"])
    adapter = world.site.app.url_map.bind("localhost")
    for rule in rules(world.site.app):
        if "GET" in rule.methods:
            address = adapter.build(rule.endpoint, values(rule, world.own))
            for browser in world.browsers.values():
                assert browser.get(address).status_code < 500, rule.endpoint
    with world.site.app.app_context():
        assert snapshot(db.engines["read"]) == before


def snapshot(engine):
    """Count the rows of every table but the two that side writers touch."""
    from sqlalchemy import inspect, text

    with engine.connect() as conn:
        names = [name for name in inspect(engine).get_table_names() if name not in ("host_limit", "host_audit")]
        return {name: conn.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() for name in sorted(names)}
