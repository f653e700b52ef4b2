"""Pages of the library: open to everybody, honest about what is old, and forgetful."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect
from sqlalchemy import text as sql

from lms.core.catalogue.api import current_outlines
from lms.core.learning import api as learning
from lms.plugins.library import queries
from tests.factories import make_person, sign_in


@pytest.fixture
def garden(site):
    with site.app.test_request_context("/en/"), site.reading() as conn:
        (outline,) = current_outlines(conn, "en")
    return outline


def test_every_page_is_open_to_a_visitor_in_every_language(site):
    browser = site.client()
    for lang in ("en", "fr", "es", "ar"):
        for path in ("", "words", "cards", "cards/4", "addresses", "help", "begin"):
            answer = browser.get(f"/{lang}/library/{path}")
            assert answer.status_code == 200, path
            assert "<script" not in answer.text.partition("<main")[2].partition("</main")[0]
    assert browser.get("/en/library/cards/98").status_code == 404
    assert '<dt id="w4">' in browser.get("/ar/library/words").text


def test_a_card_past_its_day_says_so_first(site, frozen_clock):
    browser = site.client()
    with site.app.test_request_context("/en/"):
        due = queries.cards("en")["HC04"].due
    frozen_clock.moment = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)
    fresh = browser.get("/en/library/cards/4").text
    assert "out of date" not in fresh
    frozen_clock.moment = frozen_clock.moment.replace(year=due.year + 1)
    old = browser.get("/en/library/cards/4").text
    assert old.index("These steps are out of date") < old.index("<details>") < old.index("<ol")
    assert "Out of date" in browser.get("/en/library/cards").text


def test_a_lesson_leads_to_its_cards_and_words(site, garden):
    person = make_person(site)
    with site.session() as session:
        learning.enrol(session, person_id=person.id, course_id="garden")
    browser = sign_in(site, person)
    shown = browser.get(f"/ar/l/{garden.lessons[0].code}").text
    assert 'href="/ar/library/cards/4"' in shown
    assert 'href="/ar/library/words#w4"' in shown
    assert "/library/cards/" not in browser.get(f"/ar/l/{garden.lessons[1].code}").text


def test_where_to_begin_keeps_nothing(site, garden):
    """The answers are read once: no row of any table holds them, and the page may not be kept by a browser."""
    browser = site.client()
    before = rows(site)
    answer = browser.submit("/fr/library/begin", {"danger": "b", "rest": "c", "want": ["a", "zz"], "odd": "<b>"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "/fr/library/help" in answer.text
    assert "<b>" not in answer.text.partition("library/help")[0].rpartition("<main")[2]
    assert "Set-Cookie" not in answer.headers
    assert rows(site) == before
    assert browser.submit("/en/library/begin").status_code == 200


def rows(site):
    """Count the rows of every table."""
    with site.reading() as conn:
        names = inspect(conn).get_table_names()
        return {name: conn.execute(sql(f'SELECT count(*) FROM "{name}"')).scalar() for name in names}


def test_notes_for_trainers_are_for_staff_alone(site, garden):
    """Learners and visitors find none; facilitators and authors do, to read and to print."""
    place = f"/en/room/{garden.code}/1.1"
    learner = sign_in(site, make_person(site))
    assert [learner.get(path).status_code for path in ("/en/room/", f"/en/room/{garden.code}", place)] == [404] * 3
    assert site.client().get(place).status_code == 303
    for role in ("facilitator", "author"):
        browser = sign_in(site, make_person(site, grants=[(role, "site", "")]))
        assert place in browser.get(f"/en/room/{garden.code}").text
        assert "The earth is dry" in browser.get(place).text
        assert 'dir="ltr"' in browser.get(place.replace("/en/", "/ar/")).text.partition("<main")[2]
        assert browser.get(f"/en/room/{garden.code}/1.2").status_code == 404
        assert browser.get("/en/room/zzzz").status_code == 404
