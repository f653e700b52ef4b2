"""A quiz of several pages, and a check with a number of tries and a time: kept page by page, decided by the server."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.host import clock
from lms.plugins.quizzes.actions import GRACE
from lms.plugins.quizzes.domain.attempt import merged, sheet
from lms.plugins.quizzes.domain.receipt import LETTERS, receipt
from lms.plugins.quizzes.models import Attempt
from tests.plugins.quizzes.pages import Page, answers_on, by_words
from tests.plugins.quizzes.samples import TYPES, quiz_data, quiz_of, right_answer
from tests.plugins.quizzes.test_races import at_once

QUIZ = "T-2.1-q"


@pytest.fixture
def paged(learner):
    return f"/en/l/{learner.codes['T-2.1']}/quiz"


@pytest.fixture
def timed(learner):
    return f"/en/m/{learner.codes['T-2']}/check"


def rows(site):
    with site.reading() as conn:
        return conn.execute(select(Attempt.__table__).order_by(Attempt.seq)).all()


def filled(learner, url, quiz_id=QUIZ):
    """A page with everything on it answered right."""
    page = Page(learner.browser.get(url))
    quiz = learner.quiz(quiz_id)
    sent = page.form()
    for question in quiz.questions:
        if question.prompt.text in page.words("h2") and f"t.{question.id}" in page.text:
            sent |= by_words(page, question, right_answer(question))
    return sent


def test_dur_6_every_page_is_kept_when_one_goes_on(learner, paged):
    """DUR-6: what was sent is there on another device, on the page where it goes on."""
    first = learner.browser.submit(paged, {**filled(learner, paged), "go": "next"})
    assert first.headers["Location"] == f"{paged}?page=2"
    other = learner.site.client()
    from tests.plugins.quizzes.test_practice import cookie

    other.set_cookie(*cookie(learner.browser), secure=True, httponly=True)
    page = Page(other.get(paged))
    assert "4 of 9" in page.text
    assert page.form()["page"] == ["2"]
    [row] = rows(learner.site)
    assert (row.state, sorted(row.answers)) == ("open", ["q1", "q2", "q3"])


def test_all_pages_are_graded_together(learner, paged):
    for number in (1, 2):
        url = f"{paged}?page={number}"
        learner.browser.submit(url, {**filled(learner, url), "go": "next"})
    url = f"{paged}?page=3"
    result = Page(learner.browser.get(learner.browser.submit(url, filled(learner, url)).headers["Location"]))
    assert result.heading == "9 of 9 are right"
    assert learner.standing(QUIZ).best == 100


def test_the_same_page_sent_twice_is_kept_once_with_the_same_answer(learner, paged):
    sent = {**filled(learner, paged), "go": "next"}
    answers = [learner.browser.submit(paged, sent) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {f"{paged}?page=2"}
    assert [(row.seq, row.version) for row in rows(learner.site)] == [(1, 1)]
    other = "2" if sent["q1"] == ["1"] else "1"
    changed = learner.browser.submit(paged, {**sent, "q1": [other]})
    assert changed.status_code == 422


def test_one_page_sent_by_many_at_once_is_kept_once(learner, paged):
    """DUR-5, DUR-6: on both databases, every one of them is told the same."""
    sent = {**filled(learner, paged), "go": "next"}
    answers = at_once(learner, lambda browser, _: browser.submit(paged, sent))
    assert {answer.headers.get("Location") for answer in answers} == {f"{paged}?page=2"}
    assert [(row.seq, row.version) for row in rows(learner.site)] == [(1, 1)]


def test_back_keeps_what_stands_on_the_page(learner, paged):
    learner.browser.submit(paged, {**filled(learner, paged), "go": "next"})
    url = f"{paged}?page=2"
    back = learner.browser.submit(url, {**Page(learner.browser.get(url)).form(), "q6": ["7"], "go": "back"})
    assert back.headers["Location"] == paged + "?page=1" or back.headers["Location"] == paged
    assert Page(learner.browser.get(url)).form()["q6"] == ["7"]


def test_what_is_missing_on_an_earlier_page_is_shown_there_and_nothing_is_lost(learner, paged):
    url = f"{paged}?page=3"
    refused = Page(learner.browser.submit(url, filled(learner, url)))
    assert refused.status == 422
    assert refused.form()["page"] == ["1"]
    assert "Question 1: Choose one answer." in refused.text
    held = Page(learner.browser.get(url)).form()
    assert held["q9"] == filled(learner, url)["q9"]


@pytest.mark.parametrize("page", ["0", "9", "-1", "x", "٣", "1" * 50])
def test_pages_that_do_not_exist_lead_to_one_that_does(learner, paged, page):
    assert learner.browser.get(paged, query_string={"page": page}).status_code == 200


def test_a_page_holds_the_fields_of_no_other():
    paper = sheet(quiz_of(quiz_data(page=3)), "seed", TYPES)
    held = merged(paper, 2, {"q1": ["1"], "q6": ["old"]}, {"q1": ["2"], "q6": ["new"]})
    assert held == {"q1": ["1"], "q6": ["new"]}


def let_time_pass(site, past=GRACE):
    """The time of whatever is open ended so long ago."""
    with site.session() as session:
        ends = clock.now() - past
        session.execute(update(Attempt).where(Attempt.state == "open").values(ends=ends))


def begin(learner, timed, **sent):
    return learner.browser.submit(f"{timed}/start", sent)


def test_the_check_says_its_time_and_asks_how_much_one_needs(learner, timed):
    page = Page(learner.browser.get(timed))
    assert "30 minutes" in page.text or "30 min" in page.text
    [choice] = [found for found in page.all("select") if found.get("name") == "time"]
    assert [option.get("value") for option in choice] == ["1", "1.5", "2"]
    begin(learner, timed)
    page = Page(learner.browser.get(timed))
    assert "When this page was loaded" in page.text
    assert not page.all("meta[@http-equiv='refresh']")
    scripts = [found.get("src") for found in page.all("script")]
    assert scripts == [found.get("src") for found in Page(learner.browser.get("/en/home")).all("script")]


@pytest.mark.parametrize(("time", "minutes"), [("", 30), ("1", 30), ("1.5", 45), ("2", 60), ("99", 30)])
def test_extra_time_is_the_persons_own_choice(frozen_clock, learner, timed, time, minutes):
    begin(learner, timed, time=time)
    [row] = rows(learner.site)
    assert row.ends - frozen_clock.moment == timedelta(minutes=minutes)


def test_con_2_a_late_page_changes_nothing_and_what_was_saved_counts(frozen_clock, learner, timed):
    """CON-2: the server's time decides, with a grace for slow lines."""
    begin(learner, timed)
    saved = learner.browser.submit(timed, {**filled(learner, timed, "T-2-check"), "go": "next"})
    assert saved.headers["Location"] == f"{timed}?page=2"
    url = f"{timed}?page=2"
    late = filled(learner, url, "T-2-check")
    let_time_pass(learner.site)
    assert learner.browser.submit(url, {**late, "go": "next"}).headers["Location"] == timed
    page = Page(learner.browser.get(timed))
    assert "The time for this try is over" in page.text
    assert page.all("fieldset") == []
    before = rows(learner.site)
    assert sorted(before[0].answers) == ["q1", "q2"] or len(before[0].answers) == 2
    result = learner.browser.submit(timed, {"over": "1"})
    assert "This time: 25" in Page(learner.browser.get(result.headers["Location"])).text
    [row] = rows(learner.site)
    assert (row.state, row.score, row.ends) == ("graded", 25, None)


def test_within_the_grace_a_page_is_taken(frozen_clock, learner, timed):
    begin(learner, timed)
    sent = filled(learner, timed, "T-2-check")
    let_time_pass(learner.site, GRACE - timedelta(seconds=1))
    assert learner.browser.submit(timed, {**sent, "go": "next"}).headers["Location"] == f"{timed}?page=2"


def test_an_attempt_is_not_closed_before_its_time(learner, timed):
    begin(learner, timed)
    assert learner.browser.submit(timed, {"over": "1"}).headers["Location"] == timed
    assert [row.state for row in rows(learner.site)] == ["open"]


def use_up(learner, timed, count=2):
    for _ in range(count):
        begin(learner, timed)
        let_time_pass(learner.site)
        learner.browser.submit(timed, {"over": "1"})


def test_con_2_there_are_no_more_tries_than_the_check_allows(learner, timed):
    """CON-2: the number is counted where the row is written."""
    use_up(learner, timed)
    page = Page(learner.browser.get(timed))
    assert "There is no try left" in page.text
    begin(learner, timed)
    assert [row.state for row in rows(learner.site)] == ["graded", "graded"]


def test_con_2_many_starts_and_ends_at_once_pass_no_limit(learner, timed):
    """CON-2: 16 browsers begin and end again and again; two rows, whatever their order."""

    def work(browser, _):
        for _ in range(3):
            browser.submit(f"{timed}/start")
            let_time_pass(learner.site)
            browser.submit(timed, {"over": "1"})

    at_once(learner, work)
    assert [row.seq for row in rows(learner.site)] == [1, 2]


def test_a_limit_that_nobody_counts_is_found(learner, timed, monkeypatch):
    """The planted fault: a check that forgets its limit makes a third row."""
    from lms.host.kept import Kept
    from lms.plugins.quizzes import access
    from lms.plugins.quizzes.domain.quiz import Quiz

    load = Quiz.load
    monkeypatch.setattr(access, "_read", Kept(4))  # for this test alone: a quiz is read once
    monkeypatch.setattr(Quiz, "load", classmethod(lambda cls, stored: load({**stored, "attempts": None})))
    use_up(learner, timed, 3)
    assert len(rows(learner.site)) == 3


def test_a_receipt_stands_with_the_result_and_is_the_same_again(learner, paged):
    url = learner.url()
    response = learner.browser.submit(url, answers_on(Page(learner.browser.get(url)), learner.quiz()))
    address = response.headers["Location"]
    code = receipt(address.rsplit("/", 1)[1])
    for _ in range(2):
        assert f"Receipt: {code}" in Page(learner.browser.get(address)).text
    from lms.plugins.quizzes.privacy import export

    with learner.site.reading() as conn:
        [held] = export(conn, learner.person.id)["attempts"]
    assert held["receipt"] == code


def test_receipts_differ_and_hold_no_sign_that_is_misread():
    codes = {receipt(f"token {n}") for n in range(3000)}
    assert len(codes) == 3000
    assert set("".join(codes)) == {*LETTERS, "-"}
    assert not {*LETTERS} & {*"01ILOU"}


def test_a_self_assessment_is_neither_stored_nor_logged(learner, caplog):
    """Scored and shown; no row, no count, no line anywhere (`store: nothing`)."""
    url = learner.url(2)
    sent = answers_on(Page(learner.browser.get(url)), learner.quiz("T-1.2-q"))
    with learner.site.statements() as seen, caplog.at_level("DEBUG"):
        assert Page(learner.browser.submit(url, sent)).heading == "1 of 1 is right"
    written = [line for line in seen if not line.lstrip("( ").upper().startswith("SELECT") and "quizzes" in line]
    assert written == []
    assert "q1" not in caplog.text
