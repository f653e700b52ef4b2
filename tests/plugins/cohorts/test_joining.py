"""Coming into a group with a code, and going out of it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core.accounts.api import create_invitations, holders
from lms.core.accounts.queries import offer
from lms.core.learning.api import enrolment_in, enrolment_table
from lms.core.learning.models import Consent
from lms.host import clock
from lms.plugins.cohorts.actions.cohorts import forget_ended
from lms.plugins.cohorts.actions.members import KIND, place
from lms.plugins.cohorts.api import member_table
from lms.plugins.cohorts.domain.aliases import new_alias
from lms.plugins.cohorts.privacy import erase, export
from tests.factories import make_person, sign_in
from tests.plugins.cohorts.groups import COURSE, garden, make_group


def code_for(site, group, **more):
    with site.session() as session:
        (code,) = create_invitations(
            session,
            kind=KIND,
            payload=place(group.id, **more),
            expires=clock.now() + timedelta(days=1),
            language="en",
        )
    return code


def redeem(site, person, code):
    return sign_in(site, person).submit("/en/account/code", {"code": code})


def members(site):
    with site.reading() as conn:
        return conn.execute(select(member_table)).mappings().all()


def test_a_code_puts_a_learner_into_the_group_at_its_days_showing_nothing(site):
    """Settled 21 to 23: an alias that is not the handle, the group's plan, and consent rows that say none."""
    group, person = make_group(site), make_person(site, "night-walker")
    assert redeem(site, person, code_for(site, group)).status_code == 303
    (row,) = members(site)
    assert (row["person_id"], row["role"], row["example"]) == (person.id, "learner", False)
    assert row["alias"] != person.handle
    assert len(row["alias"].split("-")) == 2
    with site.reading() as conn:
        enrolment = conn.execute(select(enrolment_table)).mappings().one()
        consents = conn.execute(select(Consent.audience, Consent.level)).all()
    assert enrolment["plan_id"] is not None
    assert sorted(consents) == [("cohort", "none"), ("facilitators", "none")]


def test_a_code_of_an_organisation_asks_nothing_for_it_either(site):
    group = make_group(site)
    organisation = group.id
    redeem(site, make_person(site), code_for(site, group, organisation_id=organisation))
    with site.reading() as conn:
        consents = conn.execute(select(Consent.audience, Consent.level)).all()
    assert ("organisation", "none") in consents
    assert members(site)[0]["organisation_id"] == organisation


def test_a_facilitators_code_gives_the_role_in_this_group_only(site):
    group, other, person = make_group(site), make_group(site), make_person(site)
    redeem(site, person, code_for(site, group, role="facilitator"))
    with site.reading() as conn:
        assert holders(conn, "facilitator", "cohort", str(group.id)) == [person.id]
        assert holders(conn, "facilitator", "cohort", str(other.id)) == []
        assert conn.scalar(select(func.count()).select_from(enrolment_table)) == 0


@pytest.mark.parametrize(
    "payload", [{}, {"cohort": "garden"}, {"cohort": "00000000-0000-4000-8000-000000000000"}, {"role": "operator"}]
)
def test_a_code_with_a_wrong_payload_is_refused_in_words_and_keeps_its_seat(site, payload):
    group, person = make_group(site), make_person(site)
    with site.session() as session:
        full = place(group.id) | payload if payload else payload
        (code,) = create_invitations(
            session, kind=KIND, payload=full, expires=clock.now() + timedelta(days=1), language="en"
        )
    answer = redeem(site, person, code)
    assert answer.status_code == 422
    assert "This group has ended" in answer.text
    with site.reading() as conn, site.app.app_context():
        assert offer(conn, code).usable
    assert members(site) == []


def test_a_group_that_is_over_and_a_second_code_for_the_same_group_are_refused(site):
    over = make_group(site, starts=clock.today() - timedelta(weeks=30))
    assert redeem(site, make_person(site), code_for(site, over)).status_code == 422
    group, person = make_group(site), make_person(site)
    redeem(site, person, code_for(site, group))
    answer = redeem(site, person, code_for(site, group))
    assert "already in this group" in answer.text
    assert len(members(site)) == 1


def test_con_1_one_person_with_eight_codes_at_once_is_in_the_group_once(site):
    group, person = make_group(site), make_person(site)
    codes = [code_for(site, group) for _number in range(8)]
    answers = []
    threads = [
        threading.Thread(target=lambda code=code: answers.append(redeem(site, person, code).status_code))
        for code in codes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [422] * 7
    assert len(members(site)) == 1


def test_moving_to_another_group_swaps_the_plan_and_stops_showing(site):
    """Settled 16, ORG-2: the enrolment stays, the old group sees nothing any more."""
    first, second = make_group(site), make_group(site)
    person = first.add("a", sent_by=first.id, done=2, facilitators="progress", organisation="completion")
    with site.reading() as conn:
        before = enrolment_in(conn, person.id, COURSE)
    redeem(site, person, code_for(site, second))
    assert [row["cohort_id"] for row in members(site)] == [second.id]
    with site.reading() as conn:
        after = enrolment_in(conn, person.id, COURSE)
    assert after.enrolment_id == before.enrolment_id
    assert (before.share_facilitators, after.share_facilitators) == ("progress", "none")
    assert (before.share_organisation, after.share_organisation) == ("completion", "none")


def test_org_2_leaving_keeps_the_record_and_shows_nothing(site):
    group = make_group(site)
    group.add("a", done=2, facilitators="progress", cohort="completion")
    browser = group.browser("a")
    assert "What stays" in browser.get(f"/en/group/{group.id}/leave").text
    assert browser.submit(f"/en/group/{group.id}/leave").headers["Location"] == "/en/home"
    assert members(site) == []
    assert group.enrolment("a").share_facilitators == "none"
    with site.reading() as conn:
        assert conn.scalar(select(enrolment_table.c.plan_id)) is None
    assert "2 lessons done of 4" in browser.get("/en/progress").text
    assert browser.get(f"/en/group/{group.id}").status_code == 404


def test_leaving_only_the_organisation_keeps_the_place(site):
    group = make_group(site)
    group.add("a", sent_by=group.id, organisation="progress")
    browser = group.browser("a")
    assert "Leave the organisation" in browser.get(f"/en/group/{group.id}/leave").text
    browser.submit(f"/en/group/{group.id}/leave-organisation")
    assert members(site)[0]["organisation_id"] is None
    assert group.enrolment("a").share_organisation == "none"
    assert "Leave the organisation" not in browser.get(f"/en/group/{group.id}/leave").text


def test_authz_4_a_facilitator_who_leaves_loses_the_wall_at_once(site):
    group = make_group(site)
    browser = group.facilitator()
    assert browser.get(f"/en/cohorts/{group.id}").status_code == 200
    browser.submit(f"/en/group/{group.id}/leave")
    again = group.browser("guide")
    assert again.get(f"/en/cohorts/{group.id}").status_code == 404


def test_ret_2_a_group_forgets_its_people_the_day_after_its_last(site, frozen_clock):
    group = make_group(site, weeks=5)
    group.add("a", done=1, facilitators="progress")
    guide = group.add("guide", role="facilitator")
    frozen_clock.moment += timedelta(days=6)
    with site.session() as session:
        forget_ended(session)
    assert len(members(site)) == 2
    frozen_clock.moment += timedelta(days=1)
    with site.session() as session:
        forget_ended(session)
    assert members(site) == []
    assert group.enrolment("a").share_facilitators == "none"
    with site.reading() as conn:
        assert holders(conn, "facilitator", "cohort", str(group.id)) == []
        assert enrolment_in(conn, guide.id, COURSE) is None


def test_a_new_name_avoids_the_names_of_the_group_and_the_handle(site, monkeypatch):
    drawn = iter(["amber", "heron", "paper", "kite", "quiet", "river"])
    monkeypatch.setattr("lms.plugins.cohorts.domain.aliases.secrets.choice", lambda _words: next(drawn))
    assert new_alias("en", taken={"amber-heron"}, handle="Paper Kite") == "quiet-river"


def test_ret_3_ret_4_export_and_erase(site):
    group = make_group(site)
    person = group.add("a")
    group.add("b")
    with site.reading() as conn:
        (held,) = export(conn, person.id)["groups"]
    assert held["name in the group"] == group.aliases["a"]
    assert group.aliases["b"] not in str(held)
    with site.session() as session:
        erase(session, person.id)
    with site.reading() as conn:
        assert export(conn, person.id) == {"groups": []}
    assert len(members(site)) == 1


def test_the_home_page_shows_the_next_days_of_the_group(site):
    group = make_group(site, starts=clock.today() - timedelta(days=2))
    group.add("a")
    home = group.browser("a").get("/en/home").text
    second = garden(site).modules[1].title.text
    assert f"Module 2 opens: {second}" in home
    assert f"/en/group/{group.id}" in home
    assert "With your group" not in sign_in(site, make_person(site)).get("/en/home").text


def test_authz_8_peers_see_only_those_who_chose_it_and_no_member_list(site):
    group = make_group(site)
    group.add("me")
    group.add("shown", cohort="completion", done=1)
    group.add("taking", cohort="taking_part")
    group.add("hidden", facilitators="progress")
    text = group.browser("me").get(f"/en/group/{group.id}").text
    assert group.aliases["shown"] in text
    assert group.aliases["taking"] in text
    assert group.aliases["hidden"] not in text
    assert group.aliases["me"] in text
    assert not any(person.handle in text for person in group.people.values())
