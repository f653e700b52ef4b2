"""The quiz of a lesson through HTTP: shown, refused with every answer kept, graded once, explained, saved."""

import pytest
from sqlalchemy import select

from lms.plugins.quizzes.models import Attempt, Count
from lms.plugins.quizzes.views import taking
from tests.plugins.quizzes.conftest import CANARY
from tests.plugins.quizzes.pages import Page, answers_on, by_words
from tests.plugins.quizzes.samples import MAKERS, TYPES, wrong_answer


def attempts(site):
    with site.reading() as conn:
        return conn.execute(select(Attempt.__table__).order_by(Attempt.seq)).all()


def take(learner, *, right=True, number=1, **changes):
    """Answer a quiz from its page; return the answer to the post and what was sent."""
    page = Page(learner.browser.get(learner.url(number)))
    assert page.status == 200, page.text
    sent = answers_on(page, learner.quiz(f"T-1.{number}-q"), right=right) | changes
    return learner.browser.submit(learner.url(number), sent), sent


def result_of(learner, response):
    assert response.status_code == 303, response.get_data(as_text=True)
    return Page(learner.browser.get(response.headers["Location"]))


@pytest.fixture(params=["en", "ar"])
def speaker(request, make_learner):
    return make_learner(request.param)


def test_every_kind_is_answered_and_explained(speaker):
    """One of each type, left to right and right to left, with nothing but form fields."""
    response, _ = take(speaker)
    page = result_of(speaker, response)
    assert page.tree.get("dir") == ("rtl" if speaker.lang == "ar" else "ltr")
    assert len([box for box in page.all("section") if "box" in box.get("class", "")]) == len(MAKERS)
    assert page.text.count(CANARY) >= len(MAKERS)
    found = speaker.standing("T-1.1-q")
    assert (found.best, found.passed) == (100, True)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_wrong_answer_of_each_kind_is_explained(learner, kind):
    question = learner.quiz().questions[list(MAKERS).index(kind)]
    page = Page(learner.browser.get(learner.url()))
    sent = answers_on(page, learner.quiz()) | by_words(page, question, wrong_answer(question))
    shown = result_of(learner, learner.browser.submit(learner.url(), sent))
    assert shown.heading == "8 of 9 are right"
    assert "Not yet" in shown.text
    assert "Read this part again" in shown.text
    assert learner.standing("T-1.1-q").best == 88


def test_feedback_stands_with_every_option_chosen_or_not(learner):
    response, _ = take(learner, right=False)
    page = result_of(learner, response)
    texts = " ".join(page.words("div") + page.words("details"))
    for question in learner.quiz().questions[:2]:
        for option in question.body["options"]:
            assert option["feedback"]["text"] in texts
    assert any("Why not the others?" in summary for summary in page.words("summary"))


def test_authz_7_the_page_holds_no_key_before_it_is_answered(learner):
    """Neither feedback nor ids of options; the control: the result page does hold the canary."""
    page = Page(learner.browser.get(learner.url()))
    assert CANARY not in page.text
    assert "correct" not in page.text
    for field in page.all("input") + page.all("option"):
        if (field.get("name") or "") not in {"attempt", "csrf", "back", "theme", "low_data"}:
            assert len(field.get("value") or "") <= 3
    refused = Page(learner.browser.submit(learner.url(), page.form()))
    assert refused.status == 422
    assert CANARY not in refused.text
    response, _ = take(learner)
    assert CANARY in result_of(learner, response).text


def test_an_empty_form_names_every_question_and_every_row(learner):
    page = Page(learner.browser.get(learner.url()))
    refused = Page(learner.browser.submit(learner.url(), page.form()))
    assert refused.status == 422
    assert refused.title.startswith("Problem: Questions 1.1")
    [summary] = [box for box in refused.all("div") if box.get("id") == "problems"]
    links = summary.findall(".//a")
    assert len(links) == 1 + 1 + 1 + 4 + 3 + 1 + 2 + 2 + 1
    ids = {found.get("id") for found in refused.tree.iter()}
    assert all(link.get("href")[1:] in ids for link in links)
    errors = {"".join(found.itertext()) for found in refused.all("p") if found.get("class") == "err"}
    assert {"".join(link.itertext()) for link in links} == errors
    assert attempts(learner.site) == []


def test_wrong_fields_keep_every_other_answer(learner):
    page = Page(learner.browser.get(learner.url()))
    sent = answers_on(page, learner.quiz())
    steps = [name for name in sent if name.startswith("q4.")]
    sent[steps[1]] = sent[steps[0]]
    sent["q6"] = ["about four"]
    refused = Page(learner.browser.submit(learner.url(), sent))
    assert refused.status == 422
    kept = refused.form()
    for name in sent.keys() - {"csrf"}:
        assert sorted(kept[name]) == sorted(sent[name])
    text = " ".join(refused.words("p"))
    assert "Question 6: This is not a number" in text
    assert "Question 4: “" in text


def test_arabic_digits_are_a_number(make_learner):
    learner = make_learner("ar")
    response, _ = take(learner, q6=["٤ weeks"])
    result_of(learner, response)
    assert learner.standing("T-1.1-q").best == 100


def test_untranslated_words_say_their_language(make_learner):
    page = Page(make_learner("ar").browser.get(make_learner("ar").url()))
    assert "أي حساب يأتي أولا؟" in page.words("h2")[0]
    fallen = [found for found in page.all("span") if found.get("lang") == "en"]
    assert fallen
    assert all(found.get("dir") == "ltr" for found in fallen)


def test_dur_5_the_same_form_twice_gives_one_result_and_the_same_page(learner):
    first, sent = take(learner)
    again = learner.browser.submit(learner.url(), sent)
    assert again.status_code == 303
    assert again.headers["Location"] == first.headers["Location"]
    changed = learner.browser.submit(learner.url(), {**sent, "q6": ["99"]})
    assert changed.headers["Location"] == first.headers["Location"]
    emptied = learner.browser.submit(learner.url(), {key: sent[key] for key in ("attempt", "csrf")})
    assert emptied.headers["Location"] == first.headers["Location"]
    assert len(attempts(learner.site)) == 1
    with learner.site.reading() as conn:
        asked = conn.execute(select(Count.total).where(Count.part == "asked")).scalars().all()
    assert asked == [1] * len(MAKERS)


def test_retry_is_free_and_the_best_counts(learner):
    for right, best in ((False, 0), (True, 100), (False, 100)):
        result_of(learner, take(learner, right=right)[0])
        assert learner.standing("T-1.1-q").best == best
    assert [row.seq for row in attempts(learner.site)] == [1, 2, 3]


def test_dur_6_saved_answers_are_there_again_on_another_device(learner):
    page = Page(learner.browser.get(learner.url()))
    sent = answers_on(page, learner.quiz(), only={"q1", "q4", "q6"})
    saved = learner.browser.submit(learner.url(), {**sent, "save": "1"})
    assert saved.status_code == 303
    assert saved.headers["Location"].endswith("/quiz#saved")
    other = learner.site.client()
    other.set_cookie(*cookie(learner.browser), secure=True, httponly=True)
    shown = Page(other.get(learner.url()))
    assert any(found.get("id") == "saved" for found in shown.all("p"))
    kept = shown.form()
    for name in ("q1", "q6", "q4.1", "q4.4"):
        assert kept[name] == sent[name]
    response = other.submit(learner.url(), answers_on(shown, learner.quiz()))
    assert result_of(learner, response).heading == "9 of 9 are right"
    [row] = attempts(learner.site)
    assert (row.state, row.score) == ("graded", 100)
    assert not any(found.get("id") == "saved" for found in Page(other.get(learner.url())).all("p"))


def cookie(browser):
    from lms.host.security.sessions import COOKIE

    return COOKIE, browser.get_cookie(COOKIE).value


def test_half_filled_rows_are_saved_as_they_are(learner):
    page = Page(learner.browser.get(learner.url()))
    sent = {**page.form(), "q6": ["about four"], "q4.1": ["2"], "q4.2": ["2"], "save": ["1"]}
    assert learner.browser.submit(learner.url(), sent).status_code == 303
    kept = Page(learner.browser.get(learner.url())).form()
    assert (kept["q6"], kept["q4.1"], kept["q4.2"]) == (["about four"], ["2"], ["2"])


def test_con_5_saving_from_two_pages_loses_neither(learner):
    one, two = (Page(learner.browser.get(learner.url())) for _ in range(2))
    learner.browser.submit(learner.url(), {**one.form(), "q6": ["1"], "save": "1"})
    refused = Page(learner.browser.submit(learner.url(), {**two.form(), "q6": ["2"], "save": "1"}))
    assert refused.status == 422
    assert "saved from another page" in refused.text
    assert refused.form()["q6"] == ["2"]
    assert Page(learner.browser.get(learner.url())).form()["q6"] == ["1"]
    again = learner.browser.submit(learner.url(), {**refused.form(), "save": "1"})
    assert again.status_code == 303
    assert Page(learner.browser.get(learner.url())).form()["q6"] == ["2"]
    assert len(attempts(learner.site)) == 1


def test_a_page_from_before_saving_still_hands_in(learner):
    """Back, then "Check my answers" on the old page: one attempt, graded."""
    page = Page(learner.browser.get(learner.url()))
    sent = answers_on(page, learner.quiz())
    learner.browser.submit(learner.url(), {**sent, "save": "1"})
    result_of(learner, learner.browser.submit(learner.url(), sent))
    assert [row.state for row in attempts(learner.site)] == ["graded"]


def test_handing_in_on_one_page_overtakes_what_another_saved(learner):
    old, new = (Page(learner.browser.get(learner.url())) for _ in range(2))
    learner.browser.submit(learner.url(), {**old.form(), "q6": ["1"], "save": "1"})
    result_of(learner, learner.browser.submit(learner.url(), answers_on(new, learner.quiz())))
    fresh = Page(learner.browser.get(learner.url()))
    assert fresh.form()["q6"] == [""]
    assert learner.browser.submit(learner.url(), {**fresh.form(), "q6": ["3"], "save": "1"}).status_code == 303
    assert Page(learner.browser.get(learner.url())).form()["q6"] == ["3"]


def test_saving_what_is_graded_shows_its_result(learner):
    first, sent = take(learner)
    late = learner.browser.submit(learner.url(), {**sent, "save": "1"})
    assert late.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("ticket", ["", "nonsense", "A" * 400])
def test_a_page_that_cannot_be_read_asks_again_and_changes_nothing(learner, ticket):
    page = Page(learner.browser.get(learner.url()))
    refused = Page(learner.browser.submit(learner.url(), answers_on(page, learner.quiz()) | {"attempt": ticket}))
    assert refused.status == 422
    assert "too old to be read" in refused.text
    assert attempts(learner.site) == []


def test_authz_2_a_ticket_and_a_result_belong_to_one_person(make_learner):
    mine, theirs = make_learner(), make_learner()
    page = Page(mine.browser.get(mine.url()))
    sent = answers_on(page, mine.quiz())
    stolen = {key: value for key, value in sent.items() if key != "csrf"}
    assert theirs.browser.submit(theirs.url(), stolen).status_code == 422
    response = mine.browser.submit(mine.url(), sent)
    address = response.headers["Location"]
    assert mine.browser.get(address).status_code == 200
    refused, absent = theirs.browser.get(address), theirs.browser.get(address[:-3] + "AAA")
    assert (refused.status_code, absent.status_code) == (404, 404)
    assert mine.browser.get(address.replace(mine.codes["T-1.1"], mine.codes["T-1.3"])).status_code == 404


def test_authz_2_a_lesson_of_a_course_not_begun_has_no_quiz(site, learner):
    from tests.factories import make_person, sign_in

    stranger = sign_in(site, make_person(site))
    assert stranger.get(learner.url()).status_code == 404
    assert stranger.submit(learner.url(), {}).status_code == 404
    assert site.client().get(learner.url()).status_code == 303
    assert learner.browser.get(f"/en/l/{learner.codes['T-1']}/quiz").status_code == 404


def test_nothing_stored_means_no_row(learner):
    """The result is the answer to the post itself; sent again, it is the same page."""
    response, sent = take(learner, number=2)
    page = Page(response)
    assert page.status == 200
    assert page.heading == "1 of 1 is right"
    assert "Nothing of this is stored." in page.text
    assert Page(learner.browser.submit(learner.url(2), sent)).heading == page.heading
    assert "Save and finish later" not in Page(learner.browser.get(learner.url(2))).text
    assert Page(learner.browser.submit(learner.url(2), {**sent, "save": "1"})).status == 200
    assert attempts(learner.site) == []
    assert learner.standing("T-1.2-q") is None
    with learner.site.reading() as conn:
        assert conn.execute(select(Count.total)).all() == []


def test_a_tick_keeps_no_score(learner):
    result_of(learner, take(learner, number=3)[0])
    found = learner.standing("T-1.3-q")
    assert (found.best, found.passed) == (None, True)


def test_the_first_answer_starts_the_lesson(learner):
    from lms.core.learning.api import standing

    result_of(learner, take(learner)[0])
    with learner.site.reading() as conn:
        assert standing(conn, learner.enrolment).started == {"T-1.1"}


def test_a_card_below_the_lesson_leads_to_the_questions(learner):
    page = Page(learner.browser.get(learner.url().removesuffix("/quiz")))
    assert learner.url() in {link.get("href") for link in page.all("a")}
    assert "9 questions about this lesson" in page.text


def test_counts_know_the_language_and_no_person(make_learner):
    learner = make_learner("ar")
    result_of(learner, take(learner)[0])
    with learner.site.reading() as conn:
        rows = conn.execute(select(Count.__table__)).all()
    assert {row.lang for row in rows} == {"ar"}
    assert {row.band for row in rows} == {"high"}
    parts = {row.part for row in rows if row.question.startswith("T-1.1-q/q2@")}
    assert parts == {"asked", "right", "chose a", "chose b", "chose c"}
    assert str(learner.person.id) not in repr(rows)


def test_a_question_whose_plugin_is_gone_stays_readable(learner, monkeypatch):
    """Its words were stored at publish; it is shown, said to be out of use, and not counted."""
    left = {key: kind for key, kind in TYPES.items() if key != "matching"}
    monkeypatch.setattr(taking, "known_types", lambda: left)
    page = Page(learner.browser.get(learner.url()))
    assert "is not here any longer" in page.text
    assert "Moved to the SIM card" in page.words("li")
    response = learner.browser.submit(learner.url(), answers_of(page, learner))
    assert result_of(learner, response).heading == "8 of 8 are right"
    assert learner.standing("T-1.1-q").best == 100


def answers_of(page, learner):
    return answers_on(page, learner.quiz(), only={f"q{n}" for n in range(1, 10)} - {"q5"})
