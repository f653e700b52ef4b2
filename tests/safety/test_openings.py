"""Whoever on staff opens what is held on people leaves an entry first, and the person can read it (AUD-1, AUD-3)."""

import re
from datetime import timedelta

import pytest

from lms.core.accounts.api import aliases_of
from lms.core.learning.api import set_consent
from lms.host import clock, web
from lms.host.contributions import StaffView, Views
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.host.startup import tables
from tests.factories import sign_in
from tests.safety.table import EMPTY, ENDING
from tests.safety.test_matrix import values
from tests.safety.world import build

pytestmark = pytest.mark.safety
# They read rows of people and show nothing that is held on one of them.
NOTHING_SHOWN = {
    "organisations.invitations": "places used of a batch, written as fewer than five where they are few",
    "accounts_support.index": "days and reasons of what was asked for, and no person",
    "accounts_helping.index": "closed accounts whose owners named the helper: none here, and with an entry where there are",
    "quizzes_lines.lines": "who asked for their lines to be entered: nobody here, and with an entry where there are",
    "cohorts_staff.days": "whether the group is the actor's own",
    **dict.fromkeys(
        [
            f"quizzes_bank.{page}"
            for page in ("index", "show", "edit", "words", "regrade", "export", "exported", "delete")
        ],
        "questions of the bank; of who wrote a version, only whether it was the reader",
    ),
    **dict.fromkeys(
        ["catalogue_staff.courses", "catalogue_staff.course", "catalogue_staff.lesson"],
        "how many versions of the bank are published",
    ),
}


@pytest.fixture
def world(site):
    return build(site)


def staff_rules(app):
    """Return the rules of pages that only people with a role may see."""
    host = current_host(app)
    blueprints = {views.key for views in host.all(Views) if views.surface == "staff"}
    for rule in app.url_map.iter_rules():
        access = app.view_functions[rule.endpoint].access
        roles = set(access.permission.roles) if access.permission else set()
        if "GET" in rule.methods and (rule.endpoint.partition(".")[0] in blueprints or roles - {"learner"}):
            yield rule


def personal_tables(statements, people):
    """Return the tables of people that were read, but for the statement that finds out who is asking."""
    words = {word for one in statements if "accounts_signin" not in one for word in re.findall(r"\w+", one)}
    return words & people


def silent(world, rules=None):
    """Walk all staff pages; return those that read what is held on people and left no entry of their own."""
    site = world.site
    people = {table.name for table in tables(current_host(site.app)) if table.info.get("person")}
    declared = {view.endpoint: view.key for view in current_host(site.app).all(StaffView)}
    adapter = site.app.url_map.bind("localhost")
    found = []
    for rule in rules or staff_rules(site.app):
        if rule.endpoint in ENDING | EMPTY:
            continue
        address = adapter.build(rule.endpoint, values(rule, world.own))
        for role, browser in world.browsers.items():
            with site.statements() as seen:
                answer = browser.get(address)
            if answer.status_code != 200 or not personal_tables(seen, people) or rule.endpoint in NOTHING_SHOWN:
                continue
            entries = opened(site, declared.get(rule.endpoint, "nothing"))
            if role not in {entry.reason for entry in entries}:
                found.append(f"{rule.endpoint} as {role} reads {sorted(personal_tables(seen, people))}")
    return found


def opened(site, key):
    with site.reading() as conn:
        rows = conn.execute(audit.Entry.__table__.select().where(audit.Entry.action == f"{audit.OPENED}{key}"))
        return rows.all()


def test_aud_1_every_staff_page_that_shows_people_writes_its_entry(world):
    """AUD-1, AUD-3: all staff routes as every role."""
    share(world)
    assert silent(world) == []


def test_aud_1_the_declared_views_exist(site):
    """AUD-1: a `StaffView` without its route would be a promise that nothing keeps."""
    declared = {view.endpoint for view in current_host(site.app).all(StaffView)}
    assert declared <= set(site.app.view_functions)
    assert {"cohorts_staff.show", "organisations.overview", "accounts_staff.operator"} <= declared


@pytest.mark.database("sqlite")  # a detector finds the same on both
def test_aud_1_control_a_view_that_is_silent_is_found(world, monkeypatch):
    """AUD-1: planted fault: the wall forgets its entry."""
    share(world)
    monkeypatch.setattr(audit, "opened", lambda *_args, **_named: None)
    found = silent(world)
    assert any("cohorts_staff.show as facilitator" in line for line in found)
    assert any("accounts_staff.operator as operator" in line for line in found)


def test_aud_3_a_learner_finds_who_opened_their_row_once_a_day(world, frozen_clock):
    """AUD-3: day, what, in which role, by the same alias; a second look that day adds no entry, the next day's does."""
    site, wall = world.site, f"/en/cohorts/{world.own['cohort_id']}"
    share(world)
    for _ in range(2):
        assert world.browsers["facilitator"].get(wall).status_code == 200
    first = openings(world)
    assert [(one.day, one.what, one.role) for one in first] == [(clock.today(), "cohorts.wall", "facilitator")]
    frozen_clock.moment += timedelta(days=1)
    sign_in(site, world.people["facilitator"]).get(wall)
    assert [one.day for one in openings(world)] == [clock.today(), first[0].day]
    assert len({one.by for one in openings(world)}) == 1
    label = next(one.label for one in current_host(site.app).all(StaffView) if one.key == first[0].what)
    assert str(label)


def test_aud_3_whoever_shows_nothing_is_not_opened(world):
    """AUD-3: no entry says more than what was shown."""
    world.browsers["facilitator"].get(f"/en/cohorts/{world.own['cohort_id']}")
    assert openings(world) == []


def test_aud_1_nothing_is_shown_when_the_entry_cannot_be_written(world, monkeypatch):
    """AUD-1: before the data is shown: a failing audit (planted) means no page."""
    share(world)

    def fail(*_args):
        raise web.NotFound

    monkeypatch.setattr(audit, "append", fail)
    assert world.browsers["facilitator"].get(f"/en/cohorts/{world.own['cohort_id']}").status_code == 404


def share(world):
    with world.site.session() as session:
        set_consent(
            session,
            person_id=world.people["learner"].id,
            enrolment_id=world.own["enrolment_id"],
            audience="facilitators",
            level="progress",
        )


def openings(world):
    learner = world.people["learner"].id
    with world.site.reading() as conn:
        return audit.openings_of(conn, aliases_of(conn, [learner])[learner])
