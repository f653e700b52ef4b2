"""Guides enter answer lines for those who asked them to, and for nobody else."""

import pytest
from sqlalchemy import select

from lms.core.accounts.api import aliases_of
from lms.core.catalogue.api import activity, current_release
from lms.host.contributions import PersonalData
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.plugins.quizzes.domain.attempt import sheet
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.domain.slips.line import signs_of
from lms.plugins.quizzes.domain.slips.slip import seed_of, slip_of
from lms.plugins.quizzes.models import Attempt
from tests.plugins.cohorts.groups import COURSE, garden, make_group
from tests.plugins.quizzes.pages import Page, answers_on
from tests.plugins.quizzes.samples import TYPES, right_answer
from tests.plugins.quizzes.slips.pen import line_of, written

QUIZ = "GA-1.2-q"


@pytest.fixture
def group(site):
    group = make_group(site)
    for name in ("asks", "silent"):
        group.add(name)
    return group


def ask(group, name, agreed="1"):
    return group.browser(name).submit(f"/en/group/{group.id}/lines", {"agreed": agreed})


def line(group):
    with group.site.reading() as conn:
        quiz = Quiz.load(activity(conn, current_release(conn, COURSE), QUIZ, "en").data)
    slip = slip_of(sheet(quiz, seed_of("XX"), TYPES), "XX")
    meant = {asked.question.id: right_answer(asked.question) for asked, _kind in slip.sheet.counted}
    return line_of(slip, written(slip, meant)), slip, quiz


def enter(group, guide, name, typed):
    lesson = next(found for found in garden(group.site).lessons if found.activity("quiz") and found.id == "GA-1.2")
    sent = {"person": group.aliases[name], "place": f"l.{lesson.code}", "line": typed}
    return guide.submit(f"/en/cohorts/{group.id}/lines", sent), f"/en/l/{lesson.code}/quiz"


def attempts(group):
    with group.site.reading() as conn:
        columns = (Attempt.person_id, Attempt.quiz_id, Attempt.state, Attempt.score, Attempt.seed, Attempt.token)
        return conn.execute(select(*columns)).all()


def entries(group):
    with group.site.reading() as conn:
        table = audit.Entry.__table__
        return conn.execute(select(table.c.actor, table.c.action, table.c.object).order_by(table.c.seq)).all()


@pytest.mark.safety
def test_a_line_is_entered_for_somebody_who_asked(group):
    """AUD-1, AUD-3, ORG-1: listed by name in the group only, written down, previewed, and said with the result."""
    guide = group.facilitator()
    address = f"/en/cohorts/{group.id}/lines"
    assert address in guide.get(f"/en/cohorts/{group.id}").text
    before = guide.get(address).text
    assert "Nobody has asked for this so far." in before
    assert group.aliases["asks"] not in before
    assert ask(group, "asks").status_code == 303
    shown = guide.get(address).text
    assert group.aliases["asks"] in shown
    assert group.aliases["silent"] not in shown
    preview = group.browser("asks").get("/en/account/data/seen").text
    assert f"<bdi>{group.aliases['asks']}</bdi>" in preview
    assert "asked for their lines" not in group.browser("silent").get("/en/account/data/seen").text
    typed, _slip, _quiz = line(group)
    done, quiz = enter(group, guide, "asks", typed)
    again, _ = enter(group, guide, "asks", typed)
    assert (done.status_code, again.status_code) == (303, 303)
    said = guide.get(done.headers["Location"]).text
    assert "The line is entered." in said
    [made] = attempts(group)
    person = group.people["asks"].id
    assert made[:5] == (person, QUIZ, "graded", 100, "staff-XX")
    assert made.token not in said
    result = group.browser("asks").get(f"{quiz}/{made.token}").text
    assert "Somebody who guides your group entered this line for you" in result
    own = group.browser("asks").submit(f"{quiz}/slip", {"line": typed})
    assert own.headers["Location"].endswith(made.token)
    assert len(attempts(group)) == 1
    with group.site.reading() as conn:
        alias = str(aliases_of(conn, [person])[person])
    seen = entries(group)
    assert {(one.action, one.object) for one in seen} >= {
        ("ask for entering lines", str(group.id)),
        ("opened quizzes.lines", alias),
        ("enter line", alias),
    }


@pytest.mark.safety
def test_nothing_is_entered_for_who_did_not_ask(group):
    """AUTHZ-2, ORG-1: nor after they ended it, nor by the guide of another group."""
    guide, typed = group.facilitator(), line(group)[0]
    ask(group, "asks")
    other = make_group(group.site, name="Other")
    stranger = other.facilitator()
    assert stranger.get(f"/en/cohorts/{group.id}/lines").status_code == 404
    assert enter(group, stranger, "asks", typed)[0].status_code == 404
    assert enter(group, group.browser("silent"), "asks", typed)[0].status_code == 404
    refused, _ = enter(group, guide, "silent", typed)
    assert refused.status_code == 422
    ask(group, "asks", agreed="0")
    refused, _ = enter(group, guide, "asks", typed)
    assert refused.status_code == 422
    assert group.aliases["asks"] not in refused.text
    assert attempts(group) == []
    assert ("end entering lines", str(group.id)) in {(one.action, one.object) for one in entries(group)}


def test_a_wrong_line_is_said_to_the_guide_and_one_without_a_sum_waits_for_its_owner(group):
    guide, (typed, _slip, quiz) = group.facilitator(), line(group)
    ask(group, "asks")
    wrong = f"{typed[:-1]}{(int(typed[-1]) + 1) % 10}"
    refused = Page(enter(group, guide, "asks", wrong)[0])
    assert (refused.status, refused.title[:9]) == (422, "Problem: ")
    assert wrong in refused.text
    done, address = enter(group, guide, "asks", f"{signs_of(typed)[:-3]}XXX")
    assert "filled in on the person" in guide.get(done.headers["Location"]).text
    browser = group.browser("asks")
    page = Page(browser.get(address))
    assert "Your line is filled in" in page.text
    sent = answers_on(page, quiz, only=())
    assert browser.submit(address, sent).status_code == 303
    [made] = attempts(group)
    assert made[2:5] == ("graded", 100, "staff-XX")


@pytest.mark.safety
def test_what_was_agreed_is_handed_out_and_ends_with_the_place(group):
    """RET-3, RET-4."""
    ask(group, "asks")
    person = group.people["asks"].id
    with group.site.app.app_context():
        promise = current_host().one(PersonalData, "cohorts")
    with group.site.reading() as conn:
        [place] = promise.export(conn, person)["groups"]
    assert place["guides may enter answer lines since"] == place["joined"]
    group.browser("asks").submit(f"/en/group/{group.id}/leave")
    assert "Nobody has asked" in group.facilitator().get(f"/en/cohorts/{group.id}/lines").text
