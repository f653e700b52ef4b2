"""A thought about a question is written only where a workbook seals it, on a page of its own, by choice."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from lms.host import web
from lms.plugins.quizzes.views import taking
from tests.plugins.quizzes.pages import Page

SECRET = "my neighbour THOUGHTCANARY"


@pytest.fixture
def sealed(make_template, database, prepare_site, tmp_path):
    """The same course on a site that has a workbook."""
    from lms.host.testing import opened_site

    plugins = ("accounts", "catalogue", "learning", "workbook", "quizzes")
    with opened_site(make_template(database, prepare_site, plugins), tmp_path / "sealed", plugins) as site:
        yield site


@pytest.fixture
def writer(sealed):
    from lms.core.learning.api import enrol
    from tests.factories import make_person, sign_in
    from tests.plugins.quizzes.conftest import COURSE, Learner

    person = make_person(sealed)
    with sealed.session() as session:
        enrolment = enrol(session, person_id=person.id, course_id=COURSE)
    return Learner(sealed, person, sign_in(sealed, person), enrolment)


def address(learner, item="q10"):
    return learner.url().removesuffix("quiz") + f"think/{item}"


def everything(site):
    """All rows of all tables, as text."""
    with site.reading() as conn:
        names = [row[0] for row in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return "".join(repr(conn.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names)


def test_without_a_workbook_there_is_no_field_and_no_page(learner):
    page = Page(learner.browser.get(learner.url()))
    assert not [link for link in page.all("a") if "/think/" in (link.get("href") or "")]
    assert learner.browser.get(address(learner)).status_code == 404
    assert learner.browser.submit(address(learner), {"text": SECRET}).status_code == 404


def test_the_questions_lead_to_it_and_hold_no_field_themselves(writer):
    page = Page(writer.browser.get(writer.url()))
    assert [link.get("href") for link in page.all("a") if "/think/" in (link.get("href") or "")] == [address(writer)]
    assert page.all("textarea") == []
    assert Page(writer.browser.get(address(writer))).heading == "Who could be harmed?"


def test_who_came_in_through_another_site_is_offered_no_field(writer, monkeypatch):
    """Settled 28: they have no key of ours, so what is sealed to them would be closed for ever."""
    monkeypatch.setattr(taking, "actor", lambda: replace(web.actor(), signin=""))
    page = Page(writer.browser.get(writer.url()))
    assert not [link for link in page.all("a") if "/think/" in (link.get("href") or "")]
    assert writer.browser.get(address(writer)).status_code == 404
    assert writer.browser.submit(address(writer), {"text": SECRET}).status_code == 404


def test_enc_4_what_is_written_is_sealed_and_stands_nowhere_else(writer, database, caplog):
    """ENC-4: not in a row, not in a log, not on the page that follows."""
    with caplog.at_level("DEBUG"):
        answer = writer.browser.submit(address(writer), {"text": SECRET})
    assert answer.headers["Location"].endswith("?saved=1#saved")
    shown = Page(writer.browser.get(answer.headers["Location"]))
    assert any(found.get("id") == "saved" for found in shown.all("p"))
    assert "THOUGHTCANARY" not in shown.text
    assert "THOUGHTCANARY" not in caplog.text
    with writer.site.reading() as conn:
        assert conn.execute(text("SELECT count(*) FROM workbook_item")).scalar() == 1
    if database == "sqlite":
        assert "THOUGHTCANARY" not in everything(writer.site)


def test_an_empty_or_endless_thought_is_asked_again_and_kept_on_the_page(writer):
    assert Page(writer.browser.submit(address(writer), {"text": " "})).status == 422
    refused = Page(writer.browser.submit(address(writer), {"text": "x" * 8_001}))
    assert refused.status == 422
    assert "x" * 8_001 in refused.text


@pytest.mark.parametrize("item", ["q1", "s1", "q99"])
def test_authz_2_only_questions_to_think_about_have_such_a_page(writer, item):
    """AUTHZ-2: anything else is absent."""
    assert writer.browser.get(address(writer, item)).status_code == 404
