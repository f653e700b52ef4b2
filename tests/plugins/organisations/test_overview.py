"""What an organisation sees: counts of what people agreed to show it, and nothing else (ORG-1, ORG-3, STAT-1)."""

import re
from types import SimpleNamespace
from uuid import uuid4

import html5lib
import pytest

from lms.core.learning.api import LEVELS, set_consent
from lms.host.statistics.rules import HIDDEN
from lms.plugins.cohorts.api import adopt_cohort
from lms.plugins.organisations.domain.report import Agreed, Counted, figures
from tests.factories import count_now
from tests.plugins.cohorts.groups import garden, make_group

# Derivation of the number: sign-in with account and roles; the organisation; its batches; its groups; which courses are
# offered; what was counted; whether the audit knows of a look today. The courses are in the process once shown.
OVERVIEW_STATEMENTS = 7
FEW, NOTHING = "fewer than 5", "Too few agreed"


def cells(text):
    """Return the four figures of each group."""
    found = []
    for row in re.findall(r"<tr class=.*?</tr>", text, re.DOTALL):
        values = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        found.append([re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", value)).strip() for value in values])
    return found


def figures_on(house):
    """Count, and return what the page then shows."""
    count_now(house.site)
    return cells(house.coordinator().get(house.url).text)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("none", [FEW, NOTHING, NOTHING, NOTHING]),
        ("taking_part", ["5 or more", NOTHING, NOTHING, NOTHING]),
        ("completion", ["5 or more", "5 or more", NOTHING, NOTHING]),
        ("progress", ["5 or more", "5 or more", "20 or more 1 h", NOTHING]),
        ("score", ["5 or more", "5 or more", "20 or more 1 h", "about 90%"]),
    ],
)
def test_org_1_each_level_opens_its_own_figure_and_no_other(house, level, expected):
    house.send(6, level, done=4, score=90)
    hours = sum(lesson.minutes for lesson in garden(house.site).lessons) * 6 // 60
    wanted = [value.replace("1 h", f"{hours} h") for value in expected]
    assert figures_on(house) == [wanted]


def test_org_1_a_withdrawn_agreement_takes_the_figure_away_at_once(site, house):
    house.send(5, "score", done=1, score=90)
    browser = house.coordinator()
    assert figures_on(house)[0][3] == "about 90%"
    person = house.group.people["0"]
    for level in ("progress", "completion", "none"):
        with site.session() as session:
            enrolment = house.group.enrolment("0").enrolment_id
            set_consent(session, person_id=person.id, enrolment_id=enrolment, audience="organisation", level=level)
        figures = cells(browser.get(house.url).text)[0]
        assert figures[3] == NOTHING
        assert (figures[2] == NOTHING) == (level in ("completion", "none"))
        assert (figures[0] == FEW) == (level == "none")


def test_stat_1_four_people_are_never_a_number_whatever_they_agreed(house):
    house.send(4, "score", done=4, score=90)
    assert figures_on(house) == [[FEW, NOTHING, NOTHING, NOTHING]]
    house.send(1, "none", done=4, score=90)
    assert figures_on(house) == [[FEW, NOTHING, NOTHING, NOTHING]]


def test_stat_1_few_who_finished_among_many_are_not_a_number(house):
    house.send(2, "completion", done=4, score=90)
    house.send(9, "completion", done=1)
    assert figures_on(house)[0][:2] == ["10 or more", FEW]


def test_scores_of_people_who_do_not_show_them_are_in_no_average(house):
    """The planted fault would be an average over everybody: 70 instead of 90."""
    house.send(5, "score", score=90)
    house.send(5, "progress", score=50)
    assert figures_on(house)[0][3] == "about 90%"


def test_people_who_came_by_another_way_are_not_the_organisation_s(site, house, neighbour):
    for number in range(6):
        house.group.add(f"own-{number}", organisation="score", score=90)
    assert figures_on(house)[0][0] == FEW
    house.send(5, "taking_part")
    with site.session() as session:
        adopt_cohort(session, cohort_id=house.group.id, organisation_id=neighbour.id)
    assert figures_on(house) == []
    assert [row[0] for row in figures_on(neighbour)] == [FEW, FEW]


def test_org_3_nothing_that_names_or_singles_out_a_person_is_on_any_page(house):
    house.send(6, "score", done=4, score=90)
    browser = house.coordinator()
    for path in ("", "/invitations", "/invitations/new"):
        text = browser.get(house.url + path).text
        for name, person in house.group.people.items():
            for secret in (person.handle, str(person.id), house.group.aliases[name]):
                assert secret not in text
            assert str(house.group.enrolment(name).enrolment_id) not in text


def test_org_1_who_withdraws_among_many_does_not_make_a_figure_vanish(site, house):
    """ORG-1, STAT-1: a figure that vanished would tell that somebody withdrew; from the next count on they are not in it."""
    house.send(6, "completion", done=4, score=90)
    before = figures_on(house)
    with site.session() as session:
        enrolment = house.group.enrolment("0").enrolment_id
        person = house.group.people["0"].id
        set_consent(session, person_id=person, enrolment_id=enrolment, audience="organisation", level="none")
    assert cells(house.coordinator().get(house.url).text) == before


def test_stat_1_a_sum_goes_in_steps_of_what_one_person_could_add():
    """STAT-1: twelve lessons of half an hour: somebody who does the whole course in a week is one step at most."""
    course = SimpleNamespace(lessons=[SimpleNamespace(minutes=30)] * 12, by_id={"a": SimpleNamespace(minutes=30)})
    for done, lessons, minutes in ((6, 0, 0), (20, 15, 360), (32, 30, 720)):
        shown = figures(Counted(uuid4(), course, (Agreed("progress", 6, 0),), {"a": done}), 5)
        assert (shown["lessons"].value, shown["minutes"].value) == (lessons, minutes)


def test_a_level_nobody_knows_shows_nothing(house):
    outline = garden(house.site)
    shown = figures(Counted(uuid4(), outline, (Agreed("everything", 50, 50),)), 5)
    assert shown == {"taking_part": HIDDEN}
    every = figures(Counted(uuid4(), outline, (Agreed(LEVELS[-1], 50, 50),)), 5)
    assert every["taking_part"].value == 50


def test_a_new_organisation_says_what_comes_here(site, house):
    text = house.coordinator().get(house.url).text
    assert "No codes yet." in text
    for lang in ("ar", "fr"):
        answer = house.coordinator().get(house.url.replace("/en/", f"/{lang}/"))
        assert answer.status_code == 200
        html5lib.HTMLParser(strict=True).parse(answer.text)


@pytest.mark.parametrize("people", [3, 60])
def test_the_number_of_statements_does_not_grow_with_people(site, house, people):
    house.send(people, "score", done=1, score=85)
    browser = house.coordinator()
    browser.submit(f"{house.url}/invitations/new", house.fields())
    count_now(site)
    browser.get(house.url)
    with site.statements() as seen:
        text = browser.get(house.url).text
    assert cells(text)[0][0] == (FEW if people == 3 else "60 or more")
    assert len(seen) == OVERVIEW_STATEMENTS, seen


def test_a_group_without_an_organisation_is_on_nobody_s_page(site, house):
    make_group(site, name="Free group")
    assert "Free group" not in house.coordinator().get(house.url).text
