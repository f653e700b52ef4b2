"""CACHE-2: pages drawn once for many never show one person another's state or token."""

import gzip
import random  # noqa: TID251 - turns that repeat from a seed
import re

import brotli
import pytest

from lms.core.catalogue.api import current_outlines
from lms.core.learning import api, views
from lms.host.security import csrf
from lms.host.security.sessions import COOKIE
from lms.host.web import kept_page
from tests.factories import make_person, sign_in

pytestmark = pytest.mark.safety
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
ENCODINGS = ("gzip", "br", "gzip, br", "")


@pytest.fixture
def readers(site):
    """Four people who stand differently in one course, each with their browser."""
    with site.app.test_request_context("/en/"), site.reading() as conn:
        garden = next(found for found in current_outlines(conn, "en") if found.course_id == "garden")
    browsers = []
    for done in range(4):
        person = make_person(site)
        with site.session() as session:
            enrolment = api.enrol(session, person_id=person.id, course_id="garden")
            for lesson in garden.lessons[:done]:
                api.mark_done(session, enrolment_id=enrolment, lesson_id=lesson.id)
        browsers.append(sign_in(site, person))
    return garden, browsers


def without_tokens(page: str) -> str:
    return re.sub(r"<!--.*?-->$", "", TOKEN.sub("", page))


def crossings(site, garden, browsers, rounds: int) -> int:
    """Count pages that are not the reader's own."""
    path = f"/en/l/{garden.lessons[0].code}"
    alone = []
    for browser in browsers:
        site.app.extensions["lms_pages"].clear()
        alone.append(without_tokens(browser.get(path).text))
    site.app.extensions["lms_pages"].clear()
    secrets = [csrf.secret_for(browser.get_cookie(COOKIE).value.encode()) for browser in browsers]
    chance, wrong = random.Random(3), 0
    for _ in range(rounds):
        who = chance.randrange(len(browsers))
        page = browsers[who].get(path).text
        tokens = TOKEN.findall(page)
        mine = bool(tokens) and all(csrf.matches(secrets[who], token) for token in tokens)
        wrong += not (mine and without_tokens(page) == alone[who])
    return wrong


def test_cache_2_interleaved_readers_never_see_each_other(site, readers):
    """CACHE-2: four people in turns, each page compared with the one they see alone."""
    garden, browsers = readers
    assert crossings(site, garden, browsers, 200) == 0


def test_cache_2_a_fact_left_out_is_found(site, readers, monkeypatch):
    """CACHE-2: the planted fault, a page kept without what makes it differ."""
    garden, browsers = readers
    monkeypatch.setattr(views, "kept_page", lambda *args, **more: kept_page(*args, **{**more, "facts": ()}))
    assert crossings(site, garden, browsers, 60) > 0


@pytest.mark.parametrize("accepted", ENCODINGS)
def test_a_kept_page_opens_in_every_encoding(site, readers, accepted):
    garden, browsers = readers
    path = f"/en/l/{garden.lessons[0].code}"
    plain = without_tokens(browsers[1].get(path).text)
    for _ in range(3):
        answer = browsers[1].get(path, headers={"Accept-Encoding": accepted})
        opened = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
            answer.headers.get("Content-Encoding", ""), bytes
        )(answer.data)
        assert without_tokens(opened.decode()) == plain
