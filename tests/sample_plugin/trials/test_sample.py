"""One of everything that a plugin can bring, at work."""

import re

import pytest
from sqlalchemy import inspect
from veer_sample import queries

from lms.core.learning.api import activity_table
from lms.host import migrate
from lms.host.contributions import Command, PersonalData
from lms.host.db import db
from lms.host.plugin import current_host
from lms.plugins.quizzes.domain.slips.line import closed
from tests.factories import make_person, sign_in
from tests.sample_plugin.trials import shore


@pytest.fixture
def person(site):
    return make_person(site)


@pytest.fixture
def browser(site, person):
    return sign_in(site, person)


def pebbles(site, person):
    with site.reading() as conn:
        return queries.places(conn, person.id)


def test_its_table_is_there_and_agrees_with_the_model(site):
    with site.app.app_context(), db.engines[None].connect() as connection:
        assert "sample_pebble" in inspect(connection).get_table_names()
        assert migrate.drift(connection, current_host()) == []


def test_its_page_works_and_is_in_the_navigation(site, person, browser):
    assert "No pebble yet." in browser.get("/en/pebbles").text
    assert browser.submit("/en/pebbles").status_code == 303
    assert "<li>here</li>" in browser.get("/en/pebbles").text
    assert pebbles(site, person) == ["here"]
    assert "/en/pebbles" in browser.get("/en/home").text
    assert site.client().get("/en/pebbles").status_code == 303


def test_its_words_are_translated(browser):
    page = browser.get("/fr/pebbles").text
    assert "<h1>Cailloux</h1>" in page
    assert "Pas encore de caillou." in page
    assert "0 caillou se trouve ici." in browser.get("/fr/home").text


def test_its_block_is_compiled_into_lessons_in_each_language(site, browser):
    lesson, _module = shore.begin(site, browser)
    assert "A pebble to put down" in browser.get(f"/en/l/{lesson}").text
    assert "Un caillou à poser" in browser.get(f"/fr/l/{lesson}").text


def test_its_question_is_asked_refused_and_graded(site, person, browser):
    lesson, _module = shore.begin(site, browser)
    address = f"/en/l/{lesson}/quiz"
    assert "● ● ●" in browser.get(address).text
    refused = shore.answer(browser, address, q1="three", q2="1")
    assert refused.status_code == 422
    assert "Write a number in digits." in refused.text
    assert 'value="three"' in refused.text
    result = shore.answer(browser, address, q1="4", q2="1")
    assert result.status_code == 303
    assert "<h1>1 of 2 is right</h1>" in browser.get(result.headers["Location"]).text
    shore.answer(browser, address, q1="3", q2="1")
    with site.reading() as conn:
        assert conn.execute(activity_table.select()).one().best == 100


def test_its_question_is_answered_on_paper(site, person, browser):
    """Its boxes make it part of a line, and the line of what it then is earns what the page does."""
    lesson, _module = shore.begin(site, browser)
    address = f"/en/l/{lesson}/quiz"
    shown = browser.get(f"{address}/sheet").text
    assert "● ● ●" in shown
    assert "boxes 7 to 8" in shown
    head = "".join(re.findall(r"<code>(.)</code>", shown))
    assert browser.submit(f"{address}/slip", {"line": closed(f"{head}3XA")}).status_code == 303
    with site.reading() as conn:
        assert conn.execute(activity_table.select()).one().best == 100


def test_it_reacts_to_a_finished_course_from_the_outbox(site, person, browser):
    lesson, module = shore.begin(site, browser)
    shore.finish(browser, lesson, module)
    assert shore.completed(site, person)
    assert pebbles(site, person) == []
    site.run_jobs()
    assert pebbles(site, person) == ["course pebbles"]


def test_its_panel_stands_on_the_home_page_and_costs_what_it_says(site, browser):
    browser.submit("/en/pebbles")
    assert "1 pebble lies here." in browser.get("/en/home").text
    with site.statements() as seen:
        browser.get("/en/home")
    assert len([statement for statement in seen if "sample_pebble" in statement]) == 1


def test_its_command_counts(site, browser):
    browser.submit("/en/pebbles")
    with site.app.app_context():
        command = current_host().one(Command, "pebbles").command
    done = site.app.test_cli_runner().invoke(command)
    assert done.output == "1\n"


def test_what_it_holds_is_handed_out_and_erased(site, person, browser):
    """RET-3, RET-4."""
    other = make_person(site)
    browser.submit("/en/pebbles")
    sign_in(site, other).submit("/en/pebbles")
    with site.app.app_context():
        promise = current_host().one(PersonalData, "sample")
    with site.reading() as conn:
        assert promise.export(conn, person.id) == {"pebbles": ["here"]}
    with site.session() as session:
        promise.erase(session, person.id)
    assert pebbles(site, person) == []
    assert pebbles(site, other) == ["here"]
