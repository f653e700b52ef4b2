"""No page of staff tells how many people there are: a sweep with one person more at a time (STAT-1)."""

import re

import pytest
from sqlalchemy import delete

from lms.core.catalogue.api import activity
from lms.host.statistics import rules
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.models import Count
from tests.factories import count_now
from tests.plugins.cohorts.groups import Group, garden
from tests.safety.table import EMPTY, ENDING, EXPECTED
from tests.safety.test_matrix import values
from tests.safety.test_openings import staff_rules
from tests.safety.world import build

pytestmark = pytest.mark.safety
PEOPLE = 8
MOST_STEPS = 3  # among nine counts in a row: figures of one page may take theirs at different times


@pytest.fixture
def world(site):
    return build(site)


def come(world, number):
    """Let somebody come by the organisation, show it everything, finish, and answer a question."""
    group = Group(world.site, world.own["cohort_id"])
    group.add(str(number), sent_by=world.own["organisation_id"], done=2, score=80, organisation="score")
    outline = garden(world.site)
    with world.site.session() as session:
        found = activity(session.connection(), outline.release_id, f"{outline.lessons[0].id}-q", "en")
        session.execute(delete(Count))
        session.add_all(
            Count(question=question.version, lang="en", band="low", part=part, total=number + 10)
            for question in Quiz.load(found.data).questions
            for part in ("asked", "right", "chose a")
        )


def shown(world, pages):
    """Return the numbers in the words of each page."""
    numbers = {}
    for role, endpoint, address in pages:
        answer = world.browsers[role].get(address)
        if answer.status_code == 200:
            numbers[role, endpoint] = re.findall(r"\d+", re.sub(r"<[^>]*>", " ", answer.text))
    return numbers


def staff_pages(world):
    adapter = world.site.app.url_map.bind("localhost")
    for rule in staff_rules(world.site.app):
        if rule.endpoint not in ENDING | EMPTY:
            address = adapter.build(rule.endpoint, values(rule, world.own))
            yield from ((role, rule.endpoint, address) for role in EXPECTED[rule.endpoint] if role in world.browsers)


def changes(world, pages):
    """Let people come one by one; return how often the numbers of each page changed."""
    count_now(world.site)
    before, found = shown(world, pages), dict.fromkeys(((role, endpoint) for role, endpoint, _ in pages), 0)
    for number in range(1, PEOPLE + 1):
        come(world, number)
        count_now(world.site)
        now = shown(world, pages)
        for page in now:
            found[page] += now[page] != before.get(page)
        before = now
    return {page: times for page, times in found.items() if times}


def test_stat_1_one_person_more_hardly_ever_shows_on_a_page_of_staff(world):
    """STAT-1: and some pages do show a step of five, or the sweep would look at nothing."""
    found = changes(world, list(staff_pages(world)))
    assert [page for page, times in found.items() if times > MOST_STEPS] == []
    assert {"accounts_staff.operator", "organisations.overview", "quizzes_answers.quiz"} <= {one for _, one in found}


def test_stat_1_planted_a_page_with_a_bare_count_is_found(world, monkeypatch):
    """STAT-1: without its steps, each of these pages tells of everybody who comes."""
    monkeypatch.setattr(rules, "STEP", 1)
    wanted = ("accounts_staff.operator", "organisations.overview", "quizzes_answers.quiz")
    found = changes(world, [page for page in staff_pages(world) if page[1] in wanted])
    assert {endpoint for (_, endpoint), times in found.items() if times > MOST_STEPS} == set(wanted)
