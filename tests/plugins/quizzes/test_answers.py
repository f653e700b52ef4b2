"""What answers tell authors: of many people only, each counted once, with remarks that are certain (STAT-1)."""

import gzip
import re
from datetime import date
from fractions import Fraction
from random import Random  # noqa: TID251 - the same numbers each time

import pytest
from sqlalchemy import select

from lms.core.catalogue.api import current_outlines
from lms.host.statistics.rules import HIDDEN, Shown
from lms.plugins.quizzes.domain.statistics import (
    BANDS,
    band_of_rest,
    chosen,
    counted,
    language_remarks,
    merged,
    name_of,
    remarks,
)
from lms.plugins.quizzes.models import Count, Version
from tests.factories import count_now, make_person, sign_in
from tests.plugins.quizzes.bank.test_drawing import write_line
from tests.plugins.quizzes.conftest import COURSE, publish
from tests.plugins.quizzes.pages import Page, answers_on
from tests.plugins.quizzes.samples import TYPES, single

OWN = {"id", "outcome"}
STYLESHEET = 7_168  # what it may weigh at most
OPTIONS = {"a": True, "b": False, "c": False}


def counts(**bands):
    """Counts of a question with options a (right), b and c: how many of each band chose which."""
    found = {}
    for name, picks in bands.items():
        found[name, "asked"] = sum(picks.values())
        found[name, "right"] = picks.get("a", 0)
        found.update({(name, f"chose {option}"): number for option, number in picks.items() if number})
    return found


def row(by_language, subject=""):
    return next(dict(one.figures) for one in counted("q", by_language, 5) if one.subject == subject)


def test_stat_1_no_number_about_a_question_rests_on_fewer_than_ten():
    """STAT-1: neither of everybody nor of the strong ones, whatever the count."""
    for number in range(1, 10):
        figures = row({"en": counts(high={"a": number, "b": 0})})
        assert set(figures.values()) == {HIDDEN}, number
    figures = row({"en": counts(low={"b": 6}, high={"a": 6})})
    assert (figures["people"], figures["facility"], figures["chose b"]) == (Shown(10), Shown(50), Shown(50))
    assert figures["strong"] == figures["strong a"] == HIDDEN


def test_stat_1_a_language_with_few_people_is_in_no_number():
    """STAT-1: the numbers of everybody are the same with and without the nine who read it in Arabic."""
    english = counts(low={"b": 8}, high={"a": 12})
    alone = counted("q", {"en": english}, 5)
    assert counted("q", {"en": english, "ar": counts(low={"b": 9})}, 5) == alone
    assert [one.subject for one in alone] == [""]
    both = counted("q", {"en": english, "ar": counts(low={"b": 10})}, 5)
    assert [(one.subject, one.people) for one in both] == [("", 30), ("en", 20), ("ar", 10)]


def test_a_question_goes_with_the_rest_or_against_it():
    """Corrected item-total correlation: 1 where only strong ones are right, negative where only weak ones are."""
    assert row({"en": counts(low={"b": 50}, high={"a": 50})})["discrimination"] == Shown(100)
    assert row({"en": counts(low={"a": 50}, high={"b": 50})})["discrimination"] == Shown(-100)
    even = counts(low={"a": 25, "b": 25}, high={"a": 25, "b": 25})
    assert row({"en": even})["discrimination"] == Shown(0)
    assert row({"en": counts(high={"a": 60})})["discrimination"] == HIDDEN


def test_the_band_is_of_the_rest_without_the_question_itself():
    whole, none = Fraction(1), Fraction(0)
    assert [band_of_rest(whole, 3, own) for own in (whole, none)] == [BANDS[0], BANDS[1]]
    assert band_of_rest(2 * whole, 3, none) == BANDS[2]
    assert band_of_rest(whole, 1, whole) == BANDS[1]


def said(by_language):
    return {(one.kind, one.option) for one in remarks(row(by_language), OPTIONS)}


def test_remarks_name_what_an_author_should_look_at():
    key = {"en": counts(low={"a": 20}, high={"b": 28, "a": 2})}
    assert said(key) == {("key", "b"), ("idle", "c"), ("flat", "")}
    assert said({"en": counts(low={"b": 45, "c": 40}, middle={"a": 15}, high={"a": 10})}) == {("hard", "")}
    assert ("easy", "") in said({"en": counts(high={"a": 120})})
    good = counts(low={"a": 5, "b": 20, "c": 20}, middle={"a": 15, "b": 10, "c": 8}, high={"a": 30, "b": 4, "c": 4})
    assert said({"en": good}) == set()


def test_no_remark_on_what_is_not_certain():
    """A share of few people may be far off: 12 strong ones of whom 7 chose b are not "most" for sure."""
    assert ("key", "b") not in said({"en": counts(low={"a": 20}, high={"b": 7, "a": 5})})
    assert said({"en": counts(low={"b": 9})}) == set()
    assert chosen({"people": HIDDEN}, "c") == HIDDEN
    assert chosen({"people": Shown(30)}, "c") == Shown(0)


def test_a_bad_translation_shows():
    english, arabic = counts(middle={"a": 80, "b": 20}), counts(middle={"a": 20, "c": 30})
    groups = {one.subject: one.figures for one in counted("q", {"en": english, "ar": arabic}, 5) if one.subject}
    (remark,) = language_remarks(groups)
    assert (remark.kind, remark.lang, remark.other) == ("language", "ar", "en")
    near = {one.subject: one.figures for one in counted("q", {"en": english, "fr": english}, 5) if one.subject}
    assert language_remarks(near) == []
    assert language_remarks({}) == []
    assert merged([english, arabic])["middle", "asked"] == 150


def test_a_question_of_the_bank_is_counted_in_each_quiz_by_itself():
    assert name_of("T-1.1-q", "T-1.1-q/q1@abc") == "T-1.1-q/q1@abc"
    assert name_of("T-1.1-q", "bank/x@abc") == "T-1.1-q/bank/x@abc"


def test_every_kind_with_options_names_those_it_counts(learner):
    """What `tally` names is what `grade` calls chosen, and its right ones are those that make an answer right."""
    for question in learner.quiz().questions:
        kind = TYPES[question.type]
        parts = {part.key: part.verdict for part in kind.tally(question)}
        if question.type == "multiple":
            right = [key for key, verdict in parts.items() if verdict == "hit"]
            assert kind.grade(question, right).right
        elif parts:
            for key, verdict in parts.items():
                answer = {"true": True, "false": False}[key] if question.type == "truefalse" else key
                grade = kind.grade(question, answer)
                assert [part.key for part in grade.parts if part.chosen] == [key]
                assert grade.right == (verdict == "hit")


@pytest.fixture
def author(site):
    return sign_in(site, make_person(site, grants=[("author", "course", COURSE)]))


def fill(site, question, lang, found):
    with site.session() as session:
        session.add_all(
            Count(question=question, lang=lang, band=name, part=part, total=total)
            for (name, part), total in found.items()
        )


def test_stat_1_an_author_sees_numbers_of_many_and_none_of_few(site, learner, author):
    """STAT-1: from the course to the quiz; a question answered by nine shows no number, and nothing is live."""
    questions = {one.type: one for one in learner.quiz().questions}
    many, few = questions["single"], questions["truefalse"]
    fill(site, many.version, "en", counts(low={"a": 20}, high={"b": 28, "a": 12}))
    fill(site, many.version, "ar", counts(low={"a": 30, "b": 10}))
    fill(site, few.version, "en", {("low", "asked"): 9, ("low", "right"): 4, ("low", "chose true"): 9})
    listed = "/en/desk/"
    while "/answers/" not in listed:
        links = [link.get("href", "") for link in Page(author.get(listed)).all("a")]
        listed = next(link for link in links if re.match(r"/en/(answers/\w|desk/\w+$)", link) and link != listed)
    quiz = f"{listed}/{learner.codes['T-1.1']}"
    assert quiz in {link.get("href") for link in Page(author.get(listed)).all("a")}
    assert "Not counted yet" in Page(author.get(quiz)).text
    count_now(site)
    page = Page(author.get(quiz))
    assert page.text.count("fewer than 10") == 2  # as the page explains, and of the nine
    assert "100 or more" in page.text
    assert "Most strong answers chose" in page.text
    assert "60 or more" in page.text
    assert "40 or more" in page.text
    fill(site, many.version, "fr", counts(low={"a": 50}))
    numbers = re.compile(r">(\d+ or more|about \d+%)")
    assert numbers.findall(Page(author.get(quiz)).text) == numbers.findall(page.text)


def test_authz_2_answers_are_for_authors_of_the_course(site, learner, author):
    """AUTHZ-1, AUTHZ-2: a learner, a translator and the author of another course find nothing."""
    code = learner.codes["T-1.1"]
    with site.reading() as conn:
        course = next(one.code for one in current_outlines(conn, "en") if one.course_id == COURSE)
    assert author.get(f"/en/answers/{course}/{code}").status_code == 200
    other = sign_in(site, make_person(site, grants=[("author", "course", "other"), ("translator", "site", "")]))
    for browser in (learner.browser, other):
        assert browser.get(f"/en/answers/{course}").status_code == 404
        assert browser.get(f"/en/answers/{course}/{code}").status_code == 404
    assert author.get(f"/en/answers/{course}/absent").status_code == 404


def test_stat_1_a_person_counts_once_in_a_quiz_however_often_they_answer(learner):
    """STAT-1: so that a number of answers is one of people; also where no score is kept."""
    for number, quiz in ((1, "T-1.1-q"), (1, "T-1.1-q"), (3, "T-1.3-q")):
        page = Page(learner.browser.get(learner.url(number)))
        learner.browser.submit(learner.url(number), answers_on(page, learner.quiz(quiz)))
    with learner.site.reading() as conn:
        asked = conn.scalars(select(Count.total).where(Count.part == "asked")).all()
    assert set(asked) == {1}


@pytest.mark.database("sqlite")
def test_a_quiz_that_draws_from_a_hundred_is_shown_in_pages(site, make_learner):
    """At most 6 statements and 14,336 bytes with the stylesheet; every question is named, and leads to its own page."""
    author = sign_in(site, make_person(site, grants=[("author", "site", "")]))
    day = date(2026, 11, 22)
    with site.session() as session:
        for number in range(100):
            item = {key: value for key, value in single(prompt=f"Is number {number} wet?").items() if key not in OWN}
            session.add(Version(question=f"b{number:03}", number=1, type="single", lang="en", item=item, words={},
                                tags=["water"], outcome="", day=day, published=day))  # fmt: skip
    write_line(site, {"draw": 5, "tags": ["water"], "outcome": "o1"}, folder="50-twenty")
    publish(site.app)
    learner = make_learner()
    quiz, random = learner.quiz("T-1.5-q"), Random(4)
    for question in quiz.questions:
        for lang in ("en", "ar"):
            picks = {
                name: {part.key: random.randrange(5, 40) for part in TYPES[question.type].tally(question)}
                for name in BANDS
            }
            fill(
                site,
                name_of(quiz.id, question.version),
                lang,
                counts(**{name: found | {"a": 20} for name, found in picks.items()}),
            )
    count_now(site)
    with site.reading() as conn:
        course = next(one.code for one in current_outlines(conn, "en") if one.course_id == COURSE)
    address = f"/en/answers/{course}/{learner.codes['T-1.5']}"
    page = Page(author.get(address))
    links = [link.get("href") for link in page.all("a")]
    assert sum("#q" in link for link in links) == 120
    assert (links.count("?page=6#q101"), links.count("?page=6#q120"), "#q20" in links) == (1, 1, True)
    last = Page(author.get(f"{address}?page=9"))
    assert len(last.all("section")) == len(page.all("section")) == 20
    key = last.all("section/p/a")[0].get("href")
    assert author.get(key).status_code == 200
    with site.statements() as seen:
        shown = author.get(f"{address}?page=2")
    assert len(seen) <= 6, seen
    assert len(gzip.compress(shown.get_data())) < 14_336 - STYLESHEET
