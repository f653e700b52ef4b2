"""What a person is shown as "others see me" is what the others' pages show, and nothing of anybody else."""

import re
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import select

from lms.core.catalogue.api import current_outlines
from lms.core.learning.api import enrolment_table
from lms.host import clock
from lms.host.i18n import format_date
from lms.plugins.cohorts.api import member_table
from lms.plugins.organisations.domain.report import NEEDS, Agreed, Counted, counted_in, figures
from tests.factories import make_person, sign_in
from tests.safety.world import build

pytestmark = pytest.mark.safety
LEVELS = ("none", "taking_part", "completion", "progress", "score")


@pytest.fixture
def world(site):
    return build(site)


def show(world, **levels):
    """Let the learner of the own side show something; nobody else shows anything."""
    columns = {f"share_{audience}": level for audience, level in levels.items()}
    with world.site.session() as session:
        own = enrolment_table.c.id == world.own["enrolment_id"]
        session.execute(enrolment_table.update().where(own).values(columns))


def alias_of(world):
    own = (member_table.c.role == "learner") & (member_table.c.cohort_id == world.own["cohort_id"])
    with world.site.reading() as conn:
        return conn.scalar(select(member_table.c.alias).where(own))


def seen(world):
    return world.browsers["learner"].get("/en/account/data/seen").text


def part(page, heading):
    """Return one section of the preview."""
    return re.search(rf'<section aria-labelledby="{heading}">.*?</section>', page, re.DOTALL)[0]


@pytest.mark.parametrize("level", LEVELS)
def test_facilitators_see_that_very_row(world, level):
    """AUD-3, AUTHZ-8: the row of the preview stands letter by letter on the wall, and only if there is one."""
    show(world, facilitators=level)
    wall = world.browsers["facilitator"].get(f"/en/cohorts/{world.own['cohort_id']}").text
    preview = part(seen(world), "facilitator")
    on_wall = [row for row in re.findall(r"<tr>.*?</tr>", wall, re.DOTALL) if alias_of(world) in unescape(row)]
    in_preview = re.findall(r"<tr>.*?</tr>", preview, re.DOTALL)
    assert on_wall == in_preview
    assert bool(in_preview) == (level in ("progress", "score"))
    assert ("They see nothing of you." in preview) == (level == "none")
    for counted, words in (("taking_part", "shows only that they take part"), ("completion", "shows only whether")):
        assert (words in wall) == (level == counted) == (words.replace("shows", "show") in preview)


def test_planted_a_row_that_differs_is_found(world, monkeypatch):
    """The comparison above fails when the preview drifts from the page."""
    show(world, facilitators="progress")
    wall = world.browsers["facilitator"].get(f"/en/cohorts/{world.own['cohort_id']}").text
    row = re.findall(r"<tr>.*?</tr>", part(seen(world), "facilitator"), re.DOTALL)[0]
    assert row in wall
    assert row.replace("Done", "Not yet") not in wall


@pytest.mark.parametrize("level", LEVELS[:3])
def test_peers_see_that_very_line(world, level):
    """AUTHZ-8: another member's page of the group holds the line that the preview shows."""
    show(world, cohort=level)
    peer = world.browsers["facilitator"].get(f"/en/group/{world.own['cohort_id']}").text
    preview = part(seen(world), "peer")
    lines = [line for line in re.findall(r"<li><div>.*?</li>", peer, re.DOTALL) if alias_of(world) in unescape(line)]
    assert lines == re.findall(r"<li><div>.*?</li>", preview, re.DOTALL)
    assert bool(lines) == (level != "none")


def test_the_preview_names_nobody_else(world):
    """RET-3, AUTHZ-8: whatever the others show, no alias of theirs is on the person's preview."""
    with world.site.session() as session:
        session.execute(enrolment_table.update().values(share_facilitators="score", share_cohort="completion"))
    mine, page = alias_of(world), unescape(seen(world))
    with world.site.reading() as conn:
        others = set(conn.scalars(select(member_table.c.alias))) - {mine}
    assert mine in page
    assert [alias for alias in others if alias in page] == []


def test_an_organisation_counts_whom_the_preview_says(world):
    """ORG-1: each number named in the preview changes on the real page's report when this person stops showing it."""
    course = next(iter(reports(world)))
    others = Agreed("score", 4, 4, 4, 80)
    for level in LEVELS:
        me = Agreed(level, 1, 1, int(level == "score"), 80)
        agreed = (Agreed("score", 5, 5, 5, 80),) if level == "score" else (others, me)
        shown = {
            name
            for name, figure in figures(Counted(uuid4(), course, agreed, {}), 5).items()
            if name in NEEDS and figure.value is not None
        }
        assert shown == set(counted_in(level)), level


def reports(world):
    with world.site.app.test_request_context("/en/"), world.site.reading() as conn:
        return [found for found in current_outlines(conn, "en") if found.course_id == "garden"]


def test_coordinators_are_named_with_what_they_count(world):
    show(world, organisation="completion")
    with world.site.session() as session:
        own = (member_table.c.role == "learner") & (member_table.c.cohort_id == world.own["cohort_id"])
        session.execute(member_table.update().where(own).values(organisation_id=world.own["organisation_id"]))
    preview = part(seen(world), "coordinator")
    assert "House" in preview
    assert "Finished" in preview
    assert "Best results" not in preview


def test_operators_see_the_count_of_their_page(world):
    preview = part(seen(world), "operator")
    count = re.search(r"<dt>People with an account</dt><dd>[^<]*</dd>", preview)[0]
    assert count in world.browsers["operator"].get("/en/operator/").text


def test_somebody_without_a_group_is_seen_by_nobody(world):
    page = sign_in(world.site, make_person(world.site)).get("/en/account/data/seen").text
    assert page.count("They see nothing of you.") == 3


def test_aud_3_the_person_reads_who_opened_what_and_when(world):
    """AUD-3: after a facilitator looked at the wall, the person finds role, thing and day; before, and others, nothing."""
    show(world, facilitators="progress")
    learner = world.browsers["learner"]
    assert "Nobody has opened anything of yours." in learner.get("/en/account/data/opened").text
    world.browsers["facilitator"].get(f"/en/cohorts/{world.own['cohort_id']}")
    page = learner.get("/en/account/data/opened").text
    for words in ("Who guides your group", "Your row on the picture of the group", format_date(clock.today())):
        assert f"<td>{words}</td>" in page
    assert "Nobody has opened" in world.browsers["person"].get("/en/account/data/opened").text


def test_aud_3_planted_a_page_that_writes_nothing_down_is_missed(world, monkeypatch):
    """AUD-3: without the entry there is no line: what the person reads is the audit and nothing else."""
    show(world, facilitators="progress")
    monkeypatch.setattr("lms.plugins.cohorts.staff.audit.opened", lambda *_args, **_more: None)
    world.browsers["facilitator"].get(f"/en/cohorts/{world.own['cohort_id']}")
    assert "Nobody has opened" in world.browsers["learner"].get("/en/account/data/opened").text
