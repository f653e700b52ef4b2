"""The wall: who is on it, what it says, who may open it."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import html5lib
import pytest

from lms.core.learning.api import LEVELS, set_consent
from lms.host import clock
from lms.plugins.cohorts import queries
from lms.plugins.cohorts.domain.wall import Seen, wall
from tests.factories import make_person, sign_in
from tests.plugins.cohorts.groups import garden, make_group

# Derivation of the number: sign-in with account and roles; the group; its learners with enrolment; the lessons of those
# who show them; which of them the audit knows as opened today. The course itself is in the process once it was shown.
WALL_STATEMENTS = 5


def rows_of(text):
    """Return (alias, cells, last here) of each row of the wall."""
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body.group(1), re.DOTALL) if body else []:
        alias = re.search(r"<bdi>(.*?)</bdi>", row).group(1)
        cells = re.findall(r'<span class="vh">(.*?)</span>', row)
        last = re.search(r'<td class="txt">(.*?)</td>', row).group(1)
        found.append((unescape(alias), cells, last))
    return found


@pytest.fixture
def group(site):
    group = make_group(site)
    group.add("fast", done=3, facilitators="progress")
    group.add("half", done=1, started=True, facilitators="score", weeks_ago=1)
    group.add("quiet", done=1, facilitators="progress", weeks_ago=4)
    group.add("finisher", done=2, facilitators="completion")
    group.add("taker", done=2, facilitators="taking_part")
    group.add("silent", done=2)
    return group


def test_rows_are_those_who_show_their_lessons_sorted_by_lessons_done(group):
    """Settled 23: people who show less are in no row and in no total."""
    text = group.facilitator().get(f"/en/cohorts/{group.id}").text
    names = [alias for alias, _cells, _last in rows_of(text)]
    assert names == [group.aliases[name] for name in ("fast", "half", "quiet")]
    assert rows_of(text)[1][1][:2] == ["Done", "Started"]
    assert [last for _alias, _cells, last in rows_of(text)] == ["this week", "last week", "4 weeks ago"]
    assert "of 3 shown here" in text
    assert re.findall(r'<div class="ctr">(\d+)</div>', text)[:3] == ["3", "1", "1"]
    for hidden in ("finisher", "taker", "silent"):
        assert group.aliases[hidden] not in text
    assert not any(person.handle in text for person in group.people.values())


def test_the_key_counts_those_who_show_less_but_never_those_who_show_nothing(group):
    text = group.facilitator().get(f"/en/cohorts/{group.id}").text
    assert "1 more person shows only whether they have finished (0 have)." in text
    assert "1 more person shows only that they take part." in text
    assert "Some share nothing" in text
    assert "6 people" not in text
    empty = make_group(group.site)
    assert "Some share nothing" in empty.facilitator().get(f"/en/cohorts/{empty.id}").text


def test_org_1_lowering_the_level_takes_the_row_away_at_once(site, group):
    browser = group.facilitator()
    person = group.people["fast"]
    for level in (*LEVELS, "none"):
        with site.session() as session:
            enrolment = group.enrolment("fast").enrolment_id
            set_consent(session, person_id=person.id, enrolment_id=enrolment, audience="facilitators", level=level)
        shown = group.aliases["fast"] in browser.get(f"/en/cohorts/{group.id}").text
        assert shown == (level in ("progress", "score")), level


def test_lessons_of_people_who_do_not_show_them_never_leave_the_database(site, group):
    """The planted fault: without the condition on consent, the same statement would return them."""
    with site.reading() as conn:
        shown = {row.enrolment_id for row in conn.execute(queries._shown_lessons, {"cohort": group.id})}
        everything = {row.enrolment_id for row in conn.execute(queries._lessons, {"cohort": group.id})}
    assert shown == {group.enrolment(name).enrolment_id for name in ("fast", "half", "quiet")}
    assert everything > shown


def test_who_needs_a_hand_names_the_quiet_ones_without_blame(group):
    text = group.facilitator().get(f"/en/cohorts/{group.id}").text
    card = text[text.index('id="hand"') : text.index('id="stop"')]
    assert group.aliases["quiet"] in card
    assert group.aliases["fast"] not in card
    assert "A kind word, not a reminder." in card


def test_a_lesson_that_holds_many_up_is_named(site):
    outline = garden(site)
    first, second = outline.lessons[:2]

    def seen(name, *, weeks, done):
        day = clock.today() - timedelta(weeks=weeks)
        return Seen(name, False, "progress", day, False, {lesson.id: 2 for lesson in outline.lessons[:done]})

    paused = [seen(f"p{n}", weeks=1, done=1) for n in range(3)]
    (stop,) = wall(outline, paused, clock.today()).stops
    assert (stop.lesson.id, stop.people) == (second.id, 3)
    assert wall(outline, paused[:2], clock.today()).stops == ()
    busy = [seen(f"b{n}", weeks=0, done=1) for n in range(5)]
    assert wall(outline, busy, clock.today()).stops == ()
    assert wall(outline, [seen("x", weeks=5, done=0)], clock.today()).quiet[0].alias == "x"
    assert first.id not in {stop.lesson.id for stop in wall(outline, paused, clock.today()).stops}


@pytest.mark.parametrize(("sort", "names"), [("name", None), ("last", ["fast", "half", "quiet"]), ("sideways", None)])
def test_it_can_be_sorted(group, sort, names):
    text = group.facilitator().get(f"/en/cohorts/{group.id}?sort={sort}").text
    shown = [alias for alias, _cells, _last in rows_of(text)]
    if names:
        assert shown == [group.aliases[name] for name in names]
    elif sort == "name":
        assert shown == sorted(shown)
    else:
        assert len(shown) == 3


def test_examples_are_marked(site, group):
    assert 'class="tag">example<' not in group.facilitator().get(f"/en/cohorts/{group.id}").text
    from lms.plugins.cohorts.api import member_table

    with site.session() as session:
        session.execute(member_table.update().where(member_table.c.alias == group.aliases["fast"]).values(example=True))
    assert 'class="tag">example<' in group.facilitator("second").get(f"/en/cohorts/{group.id}").text


def test_authz_5_a_right_in_one_group_gives_nothing_in_another(site, group):
    other = make_group(site)
    other.add("x", done=1, facilitators="progress")
    stranger = other.facilitator()
    operator = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    member = group.browser("fast")
    absent = stranger.get(f"/en/cohorts/{uuid4()}")
    assert absent.status_code == 404
    for browser in (stranger, operator, member):
        answer = browser.get(f"/en/cohorts/{group.id}")
        assert answer.status_code == 404
    ids = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[^\"]*\"")
    assert ids.sub(b"", stranger.get(f"/en/cohorts/{group.id}").data) == ids.sub(b"", absent.data)
    assert group.aliases["fast"] not in stranger.get("/en/cohorts/").text
    assert site.client().get(f"/en/cohorts/{group.id}").status_code == 303


def test_authz_8_a_member_has_no_way_to_the_others(site, group):
    """Swap the group's id into every address a member could use."""
    member, outsider = group.browser("silent"), sign_in(site, make_person(site))
    for path in ("", "/days"):
        assert member.get(f"/en/cohorts/{group.id}{path}").status_code == 404
    for path in ("", "/leave"):
        assert outsider.get(f"/en/group/{group.id}{path}").status_code == 404
    assert outsider.submit(f"/en/group/{group.id}/leave").status_code == 404
    assert outsider.submit(f"/en/group/{group.id}/leave-organisation").status_code == 404
    assert group.enrolment("fast").share_facilitators == "progress"


@pytest.mark.parametrize("people", [3, 60])
def test_the_number_of_statements_does_not_grow_with_the_group(site, people):
    group = make_group(site)
    for number in range(people):
        group.add(str(number), done=1, facilitators="progress")
    browser = group.facilitator()
    browser.get(f"/en/cohorts/{group.id}")
    with site.statements() as seen:
        text = browser.get(f"/en/cohorts/{group.id}").text
    assert len(rows_of(text)) == people
    assert len(seen) == WALL_STATEMENTS, seen


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_the_wall_is_valid_and_turned_round(group, lang):
    answer = group.facilitator().get(f"/{lang}/cohorts/{group.id}")
    assert answer.status_code == 200
    direction = "rtl" if lang == "ar" else "ltr"
    assert f'<html lang="{lang}" dir="{direction}">' in answer.text
    html5lib.HTMLParser(strict=True).parse(answer.text)
    table = re.search(r"<table.*?</table>", answer.text, re.DOTALL).group(0)
    columns = len(garden(group.site).lessons)
    assert all(row.count("<td") == columns + 1 for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table))
    assert 'tabindex="0"' in answer.text
