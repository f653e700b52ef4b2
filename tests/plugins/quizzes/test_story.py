"""A story with choices through HTTP: a step a page, the way in sight, back to any step, an end that is kept as a tick."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from lms.plugins.quizzes.models import Attempt, Count
from tests.plugins.quizzes.conftest import CANARY
from tests.plugins.quizzes.pages import Page, choice

STORY = "T-1.1-q/s1"


def address(learner):
    return learner.url().removesuffix("quiz") + "story/s1"


def step(learner, url, text):
    """Choose by its words; return the next page and its address."""
    page = Page(learner.browser.get(url))
    sent = {"csrf": page.all("input[@name='csrf']")[0].get("value"), "s1": [choice(page, "s1", text)]}
    response = learner.browser.submit(url, sent)
    assert response.status_code == 303
    return response.headers["Location"]


def walk(learner, *texts):
    url = address(learner)
    for text in texts:
        url = step(learner, url, text)
    return url, Page(learner.browser.get(url))


def rows(site, table):
    with site.reading() as conn:
        return conn.execute(select(table.__table__)).all()


@pytest.fixture(params=["en", "ar"])
def speaker(request, make_learner):
    return make_learner(request.param)


def test_a_step_a_page_to_a_good_end(speaker):
    first = Page(speaker.browser.get(address(speaker)))
    assert (first.heading, first.status) == ("Noor and the market", 200)
    assert "A theft. Nobody is hurt." in first.text
    assert CANARY not in first.text
    _, middle = walk(speaker, "Choice a to n2")
    assert "After Choice a to n2." in middle.text
    assert "Ari has a laptop." in middle.text
    assert rows(speaker.site, Attempt) == []
    _, last = walk(speaker, "Choice a to n2", "Choice a to end_good")
    assert "Tea at seven." in last.text
    assert last.all("button[@name='s1']") == []
    assert speaker.standing(STORY).passed


def test_the_way_back_leads_to_every_step(learner):
    _, last = walk(learner, "Choice b to n1b", "Choice a to n2", "Choice b to end_ok")
    [aside] = last.all("aside")
    back = [link.get("href") for link in aside.iter("a")]
    assert back[0].endswith("/story/s1")
    assert "The motorbike is far away." in learner.browser.get(back[1]).get_data(as_text=True)
    assert step(learner, back[2], "Choice a to end_good") != back[2]
    assert "A hard evening." in last.text
    assert "nothing here is lost" in last.text
    assert len(rows(learner.site, Attempt)) == 1


def test_an_end_is_kept_as_a_tick_once(learner):
    for _ in range(3):
        walk(learner, "Choice a to n2", "Choice b to end_ok")
    [row] = rows(learner.site, Attempt)
    assert (row.quiz_id, row.state, row.store) == (STORY, "graded", "tick")
    found = learner.standing(STORY)
    assert (found.best, found.passed) == (None, True)
    counts = {row.part: row.total for row in rows(learner.site, Count)}
    assert counts == {"asked": 1, "chose n1.a": 1, "chose n2.b": 1}


def test_no_choice_is_asked_again_on_the_same_page(learner):
    page = Page(learner.browser.submit(address(learner), {}))
    assert page.status == 422
    assert page.title.startswith("Problem:")
    [link] = [found for found in page.all("a") if found.get("href") == "#s1_1"]
    assert "".join(link.itertext()) == "Choose what to do."


@pytest.mark.parametrize("way", ["way=9", "way=x&way=1", "way=%00", "way=" + "&way=1" * 500])
def test_a_way_that_does_not_exist_ends_where_it_can(learner, way):
    page = Page(learner.browser.get(f"{address(learner)}?{way}"))
    assert page.status == 200
    assert "The phone is gone." in page.text


def test_a_story_that_has_ended_takes_no_further_step(learner):
    url, _ = walk(learner, "Choice a to n2", "Choice a to end_good")
    again = learner.browser.submit(url, {"s1": "1"})
    assert again.headers["Location"] == url


def test_a_story_is_no_part_of_the_questions(learner):
    page = Page(learner.browser.get(learner.url()))
    assert "Noor and the market" not in page.text
    assert "9 of 9" in page.text
    assert "10 of" not in page.text


def test_a_story_alone_is_reached_from_the_text(learner):
    lesson = f"/en/l/{learner.codes['T-2.2']}"
    links = {link.get("href") for link in Page(learner.browser.get(lesson)).all("a")}
    assert f"{learner.codes['T-2.2']}/story/s1" in links
    assert f"{lesson}/quiz" not in links
    assert learner.browser.get(f"{lesson}/quiz").status_code == 404
    assert learner.browser.get(f"{lesson}/story/s1").status_code == 200


def test_the_lesson_leads_to_its_story(learner):
    url = learner.url().removesuffix("/quiz")
    page = Page(learner.browser.get(url))
    [link] = [found for found in page.all("a") if (found.get("href") or "").endswith("story/s1")]
    lesson = urlsplit(url).path
    assert f"{lesson.rsplit('/', 1)[0]}/{link.get('href')}" == address(learner)


@pytest.mark.parametrize("item", ["s2", "q1", "q10", "..%2f"])
def test_authz_2_what_is_no_story_is_absent(learner, item):
    """AUTHZ-2: a question of the page, or nothing, has no address of its own."""
    assert learner.browser.get(address(learner).removesuffix("s1") + item).status_code == 404


def test_authz_7_the_page_tells_no_points_and_no_ids(learner):
    """AUTHZ-7: values are places; the same person meets the same order, others another."""
    first, again = (Page(learner.browser.get(address(learner))) for _ in range(2))
    assert [found.get("value") for found in first.all("input[@name='s1']")] == ["1", "2"]
    assert first.words("label") == again.words("label")
    assert "points" not in first.text


def test_orders_differ_between_people(make_learner):
    """The planted fault this finds: an order that is always the author's."""
    orders = {tuple(Page(one.browser.get(address(one))).words("label")) for one in (make_learner() for _ in range(12))}
    assert len(orders) == 2


def test_a_question_to_think_about_holds_no_field(learner):
    page = Page(learner.browser.get(learner.url()))
    [box] = [found for found in page.all("fieldset") if found.get("aria-labelledby") == "t.q10"]
    assert {found.tag for found in box.iter()} & {"input", "textarea", "select"} == set()
    assert "Nothing is typed here" in "".join(box.itertext())


def test_a_kind_with_one_step_is_taken_alone_too(learner, monkeypatch):
    """What a plugin brings needs nothing but the contract: any type may say that it is taken alone."""
    from tests.plugins.quizzes.samples import TYPES

    monkeypatch.setattr(type(TYPES["truefalse"]), "alone", True)
    url = address(learner).removesuffix("s1") + "q3"
    page = Page(learner.browser.get(url))
    assert page.heading == "There is nothing left to do."
    response = learner.browser.submit(url, {"q3": "2"})
    assert response.headers["Location"] == f"{url}?way=2"
    assert "You have reached an end" in learner.browser.get(f"{url}?way=2").get_data(as_text=True)
    assert learner.standing("T-1.1-q/q3").passed
