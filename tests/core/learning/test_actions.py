"""One real step: three answers of equal weight on the lesson's own page, kept, changeable, counted alike."""

import pytest

from lms.core.learning import api
from tests.core.learning.test_learning import enrolled
from tests.factories import make_person, sign_in
from tests.plugins.quizzes.pages import Page

WAYS = ["done", "planned", "not-for-me"]
STATEMENTS = 3


@pytest.fixture
def reader(site, garden, learner):
    enrolment = enrolled(site, learner)
    browser = sign_in(site, learner)
    return browser, f"/en/l/{garden.lessons[0].code}", enrolment


def buttons(page):
    return {found.get("value"): found for found in page.all("button") if found.get("name") == "how"}


def standing(site, enrolment):
    with site.reading() as conn:
        return api.standing(conn, enrolment)


def test_three_equal_buttons_stand_in_the_block(reader):
    browser, url, _ = reader
    page = Page(browser.get(url))
    found = buttons(page)
    assert list(found) == WAYS
    assert {button.get("class") for button in found.values()} == {"alt"}
    assert {button.get("aria-pressed") for button in found.values()} == {"false"}
    [section] = [box for box in page.all("section") if box.find(".//button[@name='how']") is not None]
    assert "Visit one plant today." in "".join(section.itertext())


@pytest.mark.parametrize("how", WAYS)
def test_each_answer_is_kept_and_counts_alike(site, reader, how):
    browser, url, enrolment = reader
    answer = browser.submit(f"{url}/action/a1", {"how": how})
    assert answer.headers["Location"] == f"{url}#d.a1"
    page = Page(browser.get(url))
    assert [value for value, button in buttons(page).items() if button.get("aria-pressed") == "true"] == [how]
    assert any(found.get("id") == "d.a1" for found in page.all("form"))
    state = standing(site, enrolment)
    assert (state.declared("GA-1.1/a1"), state.passed("GA-1.1/a1")) == (how, True)
    assert state.started == {"GA-1.1"}


def test_an_answer_can_be_changed_and_is_told_once(site, reader):
    browser, url, enrolment = reader
    for how in ("planned", "planned", "done", "not-for-me"):
        browser.submit(f"{url}/action/a1", {"how": how})
    assert standing(site, enrolment).declared("GA-1.1/a1") == "not-for-me"
    assert standing(site, enrolment).results["GA-1.1/a1"].known == {"not-for-me"}


@pytest.mark.parametrize(("action", "how", "status"), [("a9", "done", 404), ("a1", "forced", 303), ("a1", "", 303)])
def test_what_was_not_offered_changes_nothing(site, reader, action, how, status):
    browser, url, enrolment = reader
    assert browser.submit(f"{url}/action/{action}", {"how": how}).status_code == status
    assert not standing(site, enrolment).results


def test_authz_2_another_person_cannot_answer(site, garden, reader):
    """AUTHZ-2: a step of a course not begun leads to the course, and nothing is kept."""
    _, url, enrolment = reader
    stranger = sign_in(site, make_person(site))
    assert "/my/" in stranger.submit(f"{url}/action/a1", {"how": "done"}).headers["Location"]
    assert not standing(site, enrolment).results


def test_it_costs_no_statement(site, reader):
    browser, url, _ = reader
    browser.submit(f"{url}/action/a1", {"how": "done"})
    browser.get(url)
    with site.statements() as seen:
        assert browser.get(url).status_code == 200
    assert len(seen) <= STATEMENTS, seen


def test_right_to_left(site, garden):
    person = make_person(site, lang="ar")
    enrolled(site, person)
    page = Page(sign_in(site, person).get(f"/ar/l/{garden.lessons[0].code}"))
    [form] = [found for found in page.all("form") if found.get("id") == "d.a1"]
    assert (page.tree.get("dir"), form.get("dir")) == ("rtl", None)
    assert len(form.findall(".//button")) == len(WAYS)
