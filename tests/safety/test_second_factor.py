"""Staff roles cannot act without a second factor (ACC-6): every staff route, not a list of them."""

from dataclasses import replace

import pytest

from lms.core.accounts import access
from tests.factories import sign_in
from tests.safety.table import EMPTY, ENDING
from tests.safety.test_matrix import call, order, values
from tests.safety.world import ROLES, build

pytestmark = pytest.mark.safety
STAFF = [role for role in ROLES if role not in ("anonymous", "person", "learner")]


@pytest.fixture
def world(site):
    """The world of the matrix; staff have given their words, and nothing else."""
    return build(site, factor=False)


def staff_rules(app):
    """Every route behind a permission."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ENDING | EMPTY and app.view_functions[rule.endpoint].access.kind == "allowed"
    ]


def let_in(world):
    """Return each staff route that does something for somebody without a second factor, and how many were asked."""
    app = world.site.app
    adapter = app.url_map.bind("localhost")
    wrong, asked = [], 0
    for rule in sorted(staff_rules(app), key=order):
        roles = app.view_functions[rule.endpoint].access.permission.roles
        for role in STAFF:
            asked += 1
            answer = call(world.browsers[role], rule, adapter.build(rule.endpoint, values(rule, world.own)))
            wanted = 403 if role in roles else 404
            leads = "/en/account/second-step" in answer.text if wanted == 403 else True
            if answer.status_code != wanted or not leads:
                wrong.append(f"{rule.endpoint} as {role}: {answer.status_code}, expected {wanted}")
    return wrong, asked


def test_acc_6_every_staff_route_leads_to_the_set_up(world):
    """ACC-6: role matrix without a second factor."""
    wrong, asked = let_in(world)
    assert wrong == []
    assert asked > 60


@pytest.mark.database("sqlite")  # a detector finds the same on both
def test_acc_6_control_a_sign_in_that_hands_roles_out_early_is_found(world, monkeypatch):
    """ACC-6, planted fault: the roles count from the first half of the sign-in on."""
    made = access._actor

    def early(*args, **kwargs):
        actor = made(*args, **kwargs)
        return replace(actor, grants=actor.grants + actor.waiting, waiting=())

    monkeypatch.setattr(access, "_actor", early)
    assert len(let_in(world)[0]) > 10


def test_acc_6_what_stays_open_is_the_persons_own(world):
    """ACC-6: account, set-up, learner pages, sign-out and Leave work; links of staff are not offered."""
    for role in STAFF:
        browser = world.browsers[role]
        for address in ("/en/home", "/en/account/", "/en/account/second-step", "/en/courses", "/en/progress"):
            answer = browser.get(address)
            assert answer.status_code == 200, (role, address)
            assert "/en/operator/" not in answer.text
        assert "waits until you" in browser.get("/en/account/").text
    assert world.browsers["author"].submit("/en/sign-out").status_code == 303
    assert world.browsers["operator"].submit("/leave").status_code == 303


def test_acc_6_a_demonstration_is_exempt_and_says_so(make_site):
    """ACC-6: nobody can look at a demonstration with an app on another device; it says that a real site differs."""
    site = make_site(demo=True)
    world = build(site, factor=False)
    operator = world.browsers["operator"]
    assert operator.get("/en/operator/").status_code == 200
    assert "demonstration site: staff roles work here without" in operator.get("/en/account/").text
    assert "demonstration site: staff" not in world.browsers["learner"].get("/en/account/").text
    assert operator.get("/en/account/second-step").status_code == 200


def test_acc_6_a_second_factor_opens_the_same_pages(site):
    """ACC-6: the way that stays."""
    world = build(site)
    assert world.browsers["operator"].get("/en/operator/").status_code == 200
    operator = sign_in(site, world.people["operator"], factor=False)
    assert operator.get("/en/operator/").status_code == 403
