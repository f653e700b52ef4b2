"""A sheet is printed, filled in with a pen, and its line typed: the result is that of the page."""

import pytest
from sqlalchemy import select

from lms.core.catalogue.api import current_release, outline
from lms.plugins.quizzes.domain.attempt import sheet
from lms.plugins.quizzes.domain.slips.line import signs_of
from lms.plugins.quizzes.domain.slips.slip import seed_of, slip_of
from lms.plugins.quizzes.models import Attempt
from tests.plugins.quizzes.conftest import COURSE
from tests.plugins.quizzes.pages import Page, answers_on
from tests.plugins.quizzes.samples import TYPES, right_answer, wrong_answer
from tests.plugins.quizzes.slips.pen import line_of, written


def slip_on(learner, url, quiz):
    """The sheet as it is printed: its name and its first signs are read off the page."""
    shown = learner.browser.get(f"{url}/sheet")
    if shown.status_code == 303:
        shown = learner.browser.get(shown.headers["Location"])
    page = Page(shown)
    [strip] = page.all("ol[@class='cells']")
    head = "".join("".join(cell.itertext()) for cell in strip.iter("code"))
    slip = slip_of(sheet(learner.quiz(quiz), seed_of(head[:2]), TYPES), head[:2])
    assert slip.head == head
    assert len(list(strip.iter("code"))) == slip.length
    return slip, page


def line_for(learner, url, quiz, *, right=True, leave=()):
    slip, _page = slip_on(learner, url, quiz)
    means = right_answer if right else wrong_answer
    meant = {a.question.id: means(a.question) for a, _kind in slip.sheet.counted if a.question.id not in leave}
    return line_of(slip, written(slip, meant))


def send(learner, url, line):
    return learner.browser.submit(f"{url}/slip", {"line": line})


def follow(learner, response):
    assert response.status_code == 303, response.text
    return Page(learner.browser.get(response.headers["Location"]))


def attempts(learner, quiz):
    with learner.site.reading() as conn:
        return conn.execute(select(Attempt.state, Attempt.score, Attempt.seed).where(Attempt.quiz_id == quiz)).all()


def unsummed(line):
    return f"{signs_of(line)[:-3]}XXX"


TWENTY, ANSWERS, NOTHING, TICK = (5, "T-1.5-q"), (4, "T-1.4-q"), (2, "T-1.2-q"), (3, "T-1.3-q")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_line_gives_the_result_of_the_page(make_learner, lang):
    """Sent twice it counts once; the wrong one scores as the page would."""
    learner = make_learner(lang)
    url = learner.url(ANSWERS[0])
    page = Page(learner.browser.get(url))
    assert {f"{url}/sheet", f"{url}/slip"} <= {link.get("href") for link in page.all("a")}
    line = line_for(learner, url, ANSWERS[1], right=False)
    first, again = send(learner, url, line), send(learner, url, f"  {line.lower().replace(' ', '-')}")
    assert first.headers["Location"] == again.headers["Location"]
    assert follow(learner, first).status == 200
    assert attempts(learner, ANSWERS[1]) == [("graded", 0, "paper-XX")]
    follow(learner, send(learner, url, line_for(learner, url, ANSWERS[1])))
    assert learner.standing(ANSWERS[1]).best == 100
    online = learner.browser.submit(url, answers_on(page, learner.quiz(ANSWERS[1]), right=False))
    assert online.status_code == 303
    assert [score for _state, score, _seed in attempts(learner, ANSWERS[1])] == [0, 100, 0]


def test_a_wrong_sign_keeps_what_was_typed_and_says_where(learner):
    url = learner.url(ANSWERS[0])
    line = line_for(learner, url, ANSWERS[1])
    changed = f"{line[:-1]}{(int(line[-1]) + 1) % 10}"
    for typed, said in (
        (changed, "The sum does not fit"),
        (f"A{line[1:]}", "Group 1 does not fit"),
        (f"{line[:-1]}U", "“U” in group"),
        ("", "Write the line from your sheet."),
        (line_for(learner, learner.url(3), TICK[1]), "other questions"),
    ):
        page = Page(send(learner, url, typed))
        assert page.status == 422
        assert page.title.startswith("Problem: ")
        assert said in page.text
        [field] = [found for found in page.all("input") if found.get("name") == "line"]
        assert field.get("value", "") == typed
    assert attempts(learner, ANSWERS[1]) == []


def test_what_cannot_be_written_is_filled_in_on_the_page(learner):
    """Typed gaps and short texts are asked for online; a line without its sum is looked at first."""
    url, quiz = learner.url(1), "T-1.1-q"
    _slip, page = slip_on(learner, url, quiz)
    assert page.text.count("Answer this one online") == 2
    assert "KEYCANARY" not in page.text
    line = line_for(learner, url, quiz)
    filled = follow(learner, send(learner, url, line))
    assert filled.status == 200
    assert "Your line is filled in" in filled.text
    assert follow(learner, send(learner, url, line)).status == 200
    assert [state for state, _score, _seed in attempts(learner, quiz)] == ["open"]
    sent = answers_on(filled, learner.quiz(quiz), only={"q8", "q9"})
    assert follow(learner, learner.browser.submit(url, sent)).heading.startswith("9 of 9")
    assert attempts(learner, quiz) == [("graded", 100, "paper-XX")]
    other = line_for(learner, learner.url(3), TICK[1])
    [name] = follow(learner, send(learner, learner.url(3), unsummed(other))).all("input[@checked]")
    assert name.get("name") == "q1"


def test_what_keeps_nothing_shows_its_result_at_once(learner):
    url = learner.url(NOTHING[0])
    line = line_for(learner, url, NOTHING[1])
    assert Page(send(learner, url, line)).heading == "1 of 1 is right"
    filled = Page(send(learner, url, unsummed(line)))
    assert "Your line is filled in" in filled.text
    sent = answers_on(filled, learner.quiz(NOTHING[1]))
    assert Page(learner.browser.submit(url, sent)).heading == "1 of 1 is right"
    assert attempts(learner, NOTHING[1]) == []


def test_twenty_questions_are_printed_and_sent(learner):
    """The issue's number; the sheet fits in one flight but for its table, which is counted here."""
    url = learner.url(TWENTY[0])
    line = line_for(learner, url, TWENTY[1])
    assert len(line) <= 120
    with learner.site.statements() as seen:
        learner.browser.get(f"{url}/sheet")
    assert len(seen) <= 6, seen
    with learner.site.statements() as seen:
        assert send(learner, url, line).status_code == 303
    assert len(seen) <= 15, seen


def test_a_sheet_of_a_check_is_one_try(learner):
    """Its name fixes the draw; the same sheet counts once, another one is another try."""
    quiz = "T-1-check"
    begun = learner.browser.get(f"{learner.check}/sheet").headers["Location"]
    assert learner.browser.get(begun).status_code == 200
    wrong = line_for(learner, learner.check, quiz, right=False)
    shown = follow(learner, send(learner, learner.check, wrong))
    assert shown.heading == "Not yet"
    name = wrong[:2]
    slip = slip_of(sheet(learner.quiz(quiz), seed_of(name), TYPES), name)
    better = line_of(slip, written(slip, {a.question.id: right_answer(a.question) for a in slip.sheet.asked}))
    assert follow(learner, send(learner, learner.check, better)).heading == "Not yet"
    assert len(attempts(learner, quiz)) == 1
    while (line := line_for(learner, learner.check, quiz))[:2] == name:
        pass
    assert follow(learner, send(learner, learner.check, line)).heading == "You have passed this check"
    assert learner.standing(quiz).passed


def test_an_open_try_comes_first(learner):
    learner.browser.submit(f"{learner.check}/start")
    refused = Page(send(learner, learner.check, line_for(learner, learner.check, "T-1-check")))
    assert refused.status == 422
    assert "Hand those in first" in refused.text
    assert [state for state, _score, _seed in attempts(learner, "T-1-check")] == ["open"]


def test_a_check_with_a_clock_is_not_printed(learner):
    with learner.site.reading() as conn:
        found = outline(conn, current_release(conn, COURSE), "en")
    timed = f"/en/m/{next(module.code for module in found.modules if module.id == 'T-2')}/check"
    assert "Answer on paper" not in learner.browser.get(timed).text
    for what in ("sheet", "slip"):
        assert learner.browser.get(f"{timed}/{what}").status_code == 404
    assert send(learner, timed, "XXXX").status_code == 404
