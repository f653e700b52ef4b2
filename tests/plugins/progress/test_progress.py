"""A learner's own page: what is done, and who sees how much of it."""

import re
from html import unescape
from uuid import uuid4

import html5lib
import pytest
from sqlalchemy import select

from lms.core.learning.api import LEVELS, enrol, enrolment_in, mark_done, record_result, start_lesson
from lms.core.learning.models import Consent
from lms.plugins.progress.domain.pages import OFFERED
from lms.plugins.progress.forms import LEVEL_WORDS
from tests.factories import make_person, sign_in
from tests.plugins.cohorts.groups import COURSE, garden

# Derivation of the number: sign-in with account; courses; states of lessons and checks; groups; organisations.
PROGRESS_STATEMENTS = 5


@pytest.fixture
def alone(site):
    """Somebody who learns at their own pace."""
    person = make_person(site)
    with site.session() as session:
        enrol(session, person_id=person.id, course_id=COURSE)
    return person


def enrolment_of(site, person):
    with site.reading() as conn:
        return enrolment_in(conn, person.id, COURSE)


def consents(site):
    with site.reading() as conn:
        return conn.execute(select(Consent.audience, Consent.level)).all()


def sharing(site, person):
    return f"/en/sharing/{enrolment_of(site, person).enrolment_id}"


def test_courses_are_tiles_with_modules_and_the_best_result_of_each_check(site, alone):
    outline, enrolment = garden(site), enrolment_of(site, alone).enrolment_id
    first, second = outline.modules
    with site.session() as session:
        mark_done(session, enrolment_id=enrolment, lesson_id=outline.lessons[0].id)
        start_lesson(session, enrolment_id=enrolment, lesson_id=outline.lessons[1].id)
        for percent in (60, 90, 70):
            record_result(
                session,
                enrolment_id=enrolment,
                activity_id=first.activities[0].id,
                percent=percent,
                mark=80,
            )
    text = sign_in(site, alone).get("/en/progress").text
    tiles = re.search(r'<div class="tiles[^>]*role="img" aria-label="(.*?)">(.*?)</div>', text, re.DOTALL)
    assert tiles.group(1) == "1 lesson done of 4"
    assert re.findall(r'class="(t[^"]*)"', tiles.group(2)) == ["t done", "t half", "t", "t"]
    assert "check passed, best result 90%" in text
    assert "check not yet begun" in text
    assert f"/en/l/{outline.lessons[1].code}" in text
    assert text.count(f"Module {second.number}: {second.title.text}") == 1


def test_a_finished_course_leads_to_the_certificate(site, alone):
    outline, enrolment = garden(site), enrolment_of(site, alone).enrolment_id
    with site.session() as session:
        for lesson in outline.lessons:
            mark_done(session, enrolment_id=enrolment, lesson_id=lesson.id)
        for module in outline.modules:
            record_result(session, enrolment_id=enrolment, activity_id=module.activities[0].id, percent=100)
    text = sign_in(site, alone).get("/en/progress").text
    assert "All 4 lessons, finished on" in text
    assert "Get the certificate" in text
    assert f"/en/my/{outline.code}" in text


def test_whoever_learns_alone_is_seen_by_nobody(site, alone):
    browser = sign_in(site, alone)
    assert "Nobody but you can see anything of this." in browser.get("/en/progress").text
    assert "Nobody but you can see anything of this course." in browser.get(sharing(site, alone)).text
    answer = browser.submit(sharing(site, alone), {"facilitators": "score", "organisation": "score"})
    assert answer.status_code == 303
    assert consents(site) == []
    assert enrolment_of(site, alone).share_facilitators == "none"


def test_org_1_a_choice_holds_at_once_and_every_change_is_a_row(site, house):
    person = house.group.add("a", sent_by=house.id, done=1)
    browser = sign_in(site, person)
    text = browser.get("/en/progress").text
    assert "North" in text
    assert text.count('<td data-l="Sees">Nothing</td>') == 3
    url = sharing(site, person)
    answer = browser.submit(url, {"facilitators": "progress", "cohort": "none", "organisation": "completion"})
    assert "Saved." in browser.get(answer.headers["Location"]).text
    after = enrolment_of(site, person)
    assert (after.share_facilitators, after.share_cohort, after.share_organisation) == (
        "progress",
        "none",
        "completion",
    )
    assert sorted(consents(site)[-2:]) == [("facilitators", "progress"), ("organisation", "completion")]
    assert len(consents(site)) == 5
    browser.submit(url, {"facilitators": "none", "cohort": "none", "organisation": "none"})
    assert enrolment_of(site, person).share_facilitators == "none"
    assert len(consents(site)) == 7
    browser.submit(url, {"facilitators": "none", "cohort": "none", "organisation": "none"})
    assert len(consents(site)) == 7


def test_the_wall_follows_the_choice(site, house):
    person = house.group.add("a", done=1)
    guide, browser = house.group.facilitator(), sign_in(site, person)
    wall = f"/en/cohorts/{house.group.id}"
    for level, seen in (("progress", True), ("completion", False)):
        browser.submit(sharing(site, person), {"facilitators": level, "cohort": "none"})
        assert (house.group.aliases["a"] in guide.get(wall).text) == seen


@pytest.mark.parametrize(
    "chosen",
    [{}, {"facilitators": "everything", "cohort": "none"}, {"facilitators": "progress"}, {"cohort": "score"}],
)
def test_a_wrong_or_missing_choice_changes_nothing_and_says_so(site, house, chosen):
    person = house.group.add("a", facilitators="completion")
    before = len(consents(site))
    answer = sign_in(site, person).submit(sharing(site, person), chosen)
    assert answer.status_code == 422
    assert "<title>Problem: Who sees what" in answer.text
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert len(consents(site)) == before
    assert enrolment_of(site, person).share_facilitators == "completion"


def test_authz_2_somebody_else_s_choice_is_absent(site, house, alone):
    person = house.group.add("a", facilitators="progress")
    stranger, guide = sign_in(site, alone), house.group.facilitator()
    for browser in (stranger, guide):
        assert browser.get(sharing(site, person)).status_code == 404
        answer = browser.submit(sharing(site, person), {"facilitators": "score", "cohort": "none"})
        assert answer.status_code == 404
        assert browser.get(f"/en/sharing/{uuid4()}").status_code == 404
    assert enrolment_of(site, person).share_facilitators == "progress"


def test_authz_6_fields_of_other_audiences_are_ignored(site, house):
    person = house.group.add("a")
    sent = {"facilitators": "none", "cohort": "none", "organisation": "score", "completed_on": "2026-01-01"}
    assert sign_in(site, person).submit(sharing(site, person), sent).status_code == 303
    after = enrolment_of(site, person)
    assert (after.share_organisation, after.completed_on) == ("none", None)


def test_every_level_offered_has_words_and_every_level_is_known():
    assert set(LEVEL_WORDS) == set(LEVELS)
    for levels in OFFERED.values():
        assert levels[0] == "none"
        assert set(levels) <= set(LEVELS)


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_the_pages_are_valid_in_each_language(site, house, lang):
    person = house.group.add("a", sent_by=house.id, done=1, score=85)
    browser = sign_in(site, person)
    for url in (
        "/progress",
        sharing(site, person).removeprefix("/en"),
        f"/group/{house.group.id}",
        "/account/",
        "/home",
    ):
        answer = browser.get(f"/{lang}{url}")
        assert answer.status_code == 200, url
        html5lib.HTMLParser(strict=True).parse(answer.text)
    home = browser.get(f"/{lang}/progress").text
    assert ("٨٥" in unescape(home)) == (lang == "ar")


def test_the_account_page_leads_to_what_is_shared(site, alone):
    assert "/en/progress#sharing" in sign_in(site, alone).get("/en/account/").text


def test_budget_of_the_progress_page(site, house):
    person = house.group.add("a", sent_by=house.id, done=2, score=85)
    browser = sign_in(site, person)
    browser.get("/en/progress")
    with site.statements() as seen:
        assert browser.get("/en/progress").status_code == 200
    assert len(seen) == PROGRESS_STATEMENTS, seen
