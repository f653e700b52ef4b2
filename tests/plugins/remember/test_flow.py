"""From the choice to remember to the last question of a sitting, and out of it again."""

from datetime import timedelta

from sqlalchemy import select

from lms.core.learning.api import Window, create_plan, enrol, replace_windows
from lms.host import clock
from lms.host.jobs import QueuedJob
from lms.plugins.remember.domain.sitting import MOST_QUESTIONS
from tests.plugins.quizzes.conftest import COURSE
from tests.plugins.quizzes.pages import Page, by_words
from tests.plugins.quizzes.samples import wrong_answer
from tests.plugins.quizzes.test_pictures import pictured, pictures  # noqa: F401 - a fixture
from tests.plugins.remember.conftest import Rememberer

LINE = "Two minutes to remember?"
MISSED = {f"q{n}" for n in range(1, 10)}


def test_what_was_missed_comes_back_to_who_wants_it(rememberer):
    """The way from a result: nothing before the choice; tomorrow one line at home, six questions, and quiet."""
    result = rememberer.take(right=False)
    assert "Meet these questions again?" in result.words("h2")
    assert rememberer.cards() == {}
    answer = rememberer.browser.submit(f"{rememberer.address}/on", result.form(holding="attempt"))
    assert "It is on." in Page(rememberer.browser.get(answer.headers["Location"])).text
    assert {question for _quiz, question in rememberer.cards()} == MISSED
    assert {row.due for row in rememberer.cards().values()} == {clock.today() + timedelta(days=1)}
    assert LINE not in rememberer.browser.get("/en/home").text
    assert rememberer.ask().heading == "That is enough for today"
    assert "Meet these" not in rememberer.take(right=False).text

    rememberer.sleep()
    assert rememberer.browser.get("/en/home").text.count(LINE) == 1
    seen = set()
    for number in range(1, MOST_QUESTIONS + 1):
        page = rememberer.ask(number)
        assert page.title.startswith("Questions")
        question, sent = rememberer.filled(page, right=number > 1)
        said = Page(rememberer.browser.submit(rememberer.address, sent))
        assert (said.status, said.heading == "Right") == (200, number > 1)
        assert f"{rememberer.address}?step={number + 1}" in {link.get("href") for link in said.all("a")}
        seen.add(question.id)
    assert len(seen) == MOST_QUESTIONS
    assert rememberer.ask(MOST_QUESTIONS + 1).heading == "That is enough for today"
    assert LINE not in rememberer.browser.get("/en/home").text
    assert {row.question for row in rememberer.cards().values() if row.due <= clock.today()} == MISSED - seen
    rememberer.sleep()
    assert LINE in rememberer.browser.get("/en/home").text


def test_a_picture_comes_back_with_its_question(pictured, rememberer):  # noqa: F811 - a fixture
    rememberer.begin()
    rememberer.take(right=False)
    rememberer.sleep()
    page = rememberer.ask()
    said = Page(rememberer.browser.submit(rememberer.address, rememberer.filled(page, right=True)[1]))
    assert [len(pictures(shown)) for shown in (page, said)] == [1, 1]


def test_an_answer_counts_once_and_decides_the_day(rememberer):
    rememberer.begin()
    rememberer.take(right=False)
    days = {}
    for question, right, more in (("q1", False, {}), ("q3", True, {"unsure": "1"}), ("q6", True, {})):
        rememberer.sleep(3)
        rememberer.only(question)
        page = rememberer.ask()
        asked, sent = rememberer.filled(page, right=right)
        assert asked.id == question
        first = Page(rememberer.browser.submit(rememberer.address, sent | more))
        [row] = [row for row in rememberer.cards().values() if row.question == question]
        again = Page(rememberer.browser.submit(rememberer.address, sent))
        assert again.heading == first.heading
        assert rememberer.cards()["T-1.1-q", question] == row
        days[question] = (row.due - clock.today()).days
    assert 1 == days["q1"] <= days["q3"] <= days["q6"]


def test_what_cannot_be_read_is_kept_and_asked_for(rememberer):
    rememberer.begin()
    rememberer.take(right=False)
    rememberer.sleep()
    rememberer.only("q6")
    before = rememberer.cards()
    sent = rememberer.ask(4).form(holding="card") | {"q6": ["about four"], "unsure": "1"}
    refused = Page(rememberer.browser.submit(rememberer.address, sent))
    assert refused.status == 422
    assert refused.title.startswith("Problem: Questions")
    kept = refused.form(holding="card")
    assert (kept["q6"], kept["unsure"], kept["step"]) == (["about four"], ["1"], ["4"])
    assert rememberer.cards() == before
    for card in ("", "x", f"{'0' * 32} 2026-01-01 abc", sent["card"][0] + "0"):
        answer = rememberer.browser.submit(rememberer.address, sent | {"card": card})
        assert answer.headers["Location"] == f"{rememberer.address}?step=4"
    assert rememberer.cards() == before


def test_enough_is_enough_at_any_point_and_off_is_off_at_once(rememberer):
    rememberer.begin()
    rememberer.take(right=False)
    rememberer.sleep()
    assert "Enough for today" in rememberer.ask().words("button")
    answer = rememberer.browser.submit(f"{rememberer.address}/enough")
    assert answer.headers["Location"] == "/en/home"
    assert LINE not in rememberer.browser.get("/en/home").text
    assert rememberer.chosen().rested == clock.today()
    assert Page(rememberer.browser.get(f"{rememberer.address}/choice")).form(holding="csrf")
    rememberer.browser.submit(f"{rememberer.address}/off")
    assert (rememberer.cards(), rememberer.chosen()) == ({}, None)
    rememberer.take(right=False)
    rememberer.sleep()
    assert (rememberer.cards(), rememberer.chosen()) == ({}, None)
    assert LINE not in rememberer.browser.get("/en/home").text
    assert rememberer.browser.get(rememberer.address).headers["Location"] == f"{rememberer.address}/choice"


def test_nothing_is_written_about_who_has_not_chosen(rememberer):
    """Neither a card nor a job, from whatever page it is offered; and who has chosen is known by a job that names no question."""
    rememberer.take(right=False, work=False)
    assert jobs(rememberer.site) == []
    assert (rememberer.cards(), rememberer.chosen()) == ({}, None)
    for address in ("/en/account/", "/en/progress"):
        assert f"{rememberer.address}/choice" in rememberer.browser.get(address).text
    rememberer.begin()
    rememberer.take(right=False, work=False)
    [payload] = jobs(rememberer.site)
    assert payload.keys() == {"person_id", "token", "lang"}
    rememberer.site.run_jobs()
    assert {question for _quiz, question in rememberer.cards()} == MISSED


def jobs(site):
    with site.reading() as conn:
        return list(conn.scalars(select(QueuedJob.payload).where(QueuedJob.job == "reaction:remember.take-up")))


def test_a_quiz_that_keeps_no_score_is_left_out(rememberer):
    rememberer.begin()
    for number in (2, 3):
        rememberer.take(number, right=False)
    assert rememberer.cards() == {}
    rememberer.take(4, right=False)
    assert {quiz for quiz, _question in rememberer.cards()} == {"T-1.4-q"}


def test_what_must_be_known_comes_from_checks_of_before(rememberer):
    """Known or not, of a check that was done; and missing one again brings it nearer."""
    check = rememberer.learner.check
    rememberer.browser.submit(f"{check}/start")
    page = Page(rememberer.browser.get(check))
    sent = page.form()
    for question in rememberer.learner.quiz("T-1-check").questions:
        if question.prompt.text in page.words("h2"):
            sent[question.id] = ["1"]
    rememberer.browser.submit(check, sent)
    known = rememberer.learner.standing("T-1-check").known
    assert rememberer.cards() == {}
    rememberer.begin()
    due = {question: (row.due - clock.today()).days for (_quiz, question), row in rememberer.cards().items()}
    assert due == {question: 2 if question in known else 1 for question in ("q1", "q2")}


def test_every_kind_of_question_is_asked_outside_its_quiz(make_learner, frozen_clock):
    """Each on a valid page of its own from right to left, right and wrong, with what there is to say."""
    rememberer = Rememberer(make_learner("ar"), frozen_clock)
    rememberer.begin()
    rememberer.take(right=False)
    rememberer.sleep()
    for question in sorted(MISSED):
        for right in (False, True):
            rememberer.only(question)
            asked, sent = rememberer.filled(rememberer.ask(), right=right)
            said = Page(rememberer.browser.submit(rememberer.address, sent))
            assert (asked.id, said.status) == (question, 200)
            assert (rememberer.cards()["T-1.1-q", question].due - clock.today()).days >= 1
            assert (rememberer.learner.url().removesuffix("/quiz") in said.text) == (not right)


def test_a_check_comes_back_only_when_its_group_was_told(rememberer):
    """What was missed in a check stands by, and is asked once the group may know what was right."""
    learner = rememberer.learner
    closes = clock.now() + timedelta(days=2)
    with rememberer.site.session() as session:
        plan = create_plan(session, course_id=COURSE, dates={})
        replace_windows(session, plan_id=plan, windows={"T-1-check": Window(None, closes, tells_after=True)})
        enrol(session, person_id=learner.person.id, course_id=COURSE, plan_id=plan)
    rememberer.begin()
    rememberer.browser.submit(f"{learner.check}/start")
    page = Page(rememberer.browser.get(learner.check))
    sent = page.form()
    for question in learner.quiz("T-1-check").questions:
        if question.prompt.text in page.words("h2"):
            sent |= by_words(page, question, wrong_answer(question))
    result = rememberer.browser.submit(learner.check, sent).headers["Location"]
    assert "Meet these" not in rememberer.browser.get(result).text
    rememberer.site.run_jobs()
    assert len(rememberer.cards()) == 5
    rememberer.sleep()
    assert LINE not in rememberer.browser.get("/en/home").text
    assert rememberer.ask().heading == "That is enough for today"
    own = rememberer.copy()
    assert own["remember"]["questions"] == []
    assert own["remember"]["told later"] == {"T-1-check": closes.isoformat()}
    (check,) = own["learning"]["activities"]
    assert (check["known"], check["known is told after"]) == (None, closes.isoformat())
    rememberer.sleep(2)
    own = rememberer.copy()
    assert (len(own["remember"]["questions"]), own["remember"]["told later"]) == (5, {})
    assert [type(row["known"]) for row in own["learning"]["activities"]] == [list]
    assert "known is told after" not in own["learning"]["activities"][0]
    assert LINE in rememberer.browser.get("/en/home").text
    assert rememberer.ask().heading != "That is enough for today"
