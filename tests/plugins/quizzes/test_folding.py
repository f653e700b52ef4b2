"""Typed words are compared as people mean them, in every script; and gaps and short texts rest on that."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.catalogue.api import Words
from lms.core.catalogue.compile.inline import mismatches
from lms.plugins.quizzes.domain.folding import fold
from tests.plugins.quizzes import samples
from tests.plugins.quizzes.samples import TYPES, as_written, question_of

SAME = [
    ("Élan", "elan"),
    ("SIM card", " sim   Card. "),
    ("straße", "STRASSE"),
    ("İstanbul", "istanbul"),
    ("ISPARTA", "ısparta"),
    ("œuvre", "oeuvre"),
    ("don’t", "don't"),
    ("e‑mail", "e-mail"),
    ("ＳＩＭ", "sim"),
    ("ёлка", "елка"),
    ("παράδειγμα", "ΠΑΡΑΔΕΙΓΜΑ"),
    ("أحمد", "احمد"),
    ("آب", "اب"),
    ("كلمة السر", "كلمه السر"),
    ("مُحَمَّد", "محمد"),
    ("مـــوقع", "موقع"),
    ("ﻻ", "لا"),
    ("می‌روم", "می روم"),
    ("می‌روم", "ميروم"),
    ("کتاب", "كتاب"),
    ("على", "علی"),
    ("۱۲", "12"),
    ("١٢", "12"),
    ("१२", "12"),
    ("«صحیح»", "صحيح"),
    ("זָהָב", "זהב"),
]
OTHER = [("й", "и"), ("कि", "क"), ("ポ", "ホ"), ("cat", "cut"), ("سر", "شر"), ("12", "21"), ("မင်", "မ"), ("a b", "ab")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_words_typed_in_another_way(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_words_stay_others(one, other):
    assert fold(one) != fold(other)


@settings(max_examples=500)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@settings(max_examples=500)
@given(st.sampled_from([one for one, _ in SAME]), st.sampled_from(["\u200e", "\u200f", "\ufeff", "\u2067", "\u00ad"]))
def test_marks_that_nobody_sees_do_not_count(word, mark):
    middle = len(word) // 2
    assert fold(word[:middle] + mark + word[middle:] + mark) == fold(word)


def short_score(typed, **more):
    question = question_of(samples.short(**more))
    reading = TYPES["short"].parse(question, {"q9": [typed]})
    return TYPES["short"].grade(question, reading.answer).score


@pytest.mark.parametrize("typed", ["the MAIN e-mail", "E‑mail", "elan", "كلمه‌ السر"])
def test_a_short_text_is_accepted_however_it_is_typed(typed):
    assert short_score(typed) == 1


@pytest.mark.parametrize("typed", ["main", "e mail x", "كلمة"])
def test_another_short_text_is_not(typed):
    assert short_score(typed) == 0


@pytest.mark.parametrize("typed", ["", "   ", "\u200f", "…", "x" * 101])
def test_what_holds_no_letter_or_too_many_is_asked_again(typed):
    reading = TYPES["short"].parse(question_of(samples.short()), {"q9": [typed]})
    assert reading.answer is None
    assert reading.wrong[0].message


def in_french(kind, text):
    if kind.endswith("accept"):
        return Words("carte SIM | la carte sim | puce", "fr", "ltr")
    return as_written(kind, text)


def test_another_language_has_its_own_answers_and_keeps_those_of_the_source():
    question = question_of(samples.short(), in_french)
    kind = TYPES["short"]
    for typed in ("Puce", "carte SIM", "e-mail"):
        assert kind.grade(question, typed).right
    assert kind.grade(question, "x").parts[0].wanted.text == "carte SIM"


def test_each_gap_earns_its_share():
    question = question_of(samples.cloze())
    kind = TYPES["cloze"]
    assert kind.grade(question, {"1": "1", "2": "2"}).score == 1
    half = kind.grade(question, {"1": "1", "2": "x1"})
    assert (half.score, half.right) == (Fraction(1, 2), False)
    assert str(half.feedback).startswith("Think of a bad day")
    typed = question_of(samples.typed())
    half = kind.grade(typed, {"1": "شَريحه", "2": "no"})
    assert (half.score, str(half.feedback)[:4]) == (Fraction(1, 2), "Half")
    assert [part.verdict for part in half.parts] == ["hit", "false"]


def test_one_word_may_fill_two_gaps():
    item = samples.cloze(text="{1} {2}", answers={"1": "screen", "2": "screen"})
    question = question_of(item)
    assert len(question.body["words"]) == 4
    assert TYPES["cloze"].grade(question, {"1": "1", "2": "1"}).right


def test_gaps_of_a_translation_may_stand_in_another_order():
    def turned(kind, text):
        return Words("{2} … {1}", "fr", "ltr") if kind == "q7 text" else as_written(kind, text)

    question = question_of(samples.cloze(), turned)
    assert question.body["pieces"] == ["", "2", " … ", "1", ""]
    assert [field.name for field in TYPES["cloze"].fields(question)] == ["q7.1", "q7.2"]


def test_a_translation_that_lost_a_gap_is_refused():
    assert [fault[0] for fault in mismatches("A {1} b", "Un b", markdown=False)] == ["translation-placeholder"]
    assert not list(mismatches("A {1} b", "b {1}", markdown=False))


def test_empty_gaps_are_named():
    faults = TYPES["cloze"].parse(question_of(samples.typed()), {"q8.1": ["x"]}).wrong
    assert [(fault.field, fault.message) for fault in faults] == [("q8.2", "Gap 2: Write an answer.")]


def test_a_question_to_think_about_reads_and_earns_nothing():
    kind, question = TYPES["reflection"], question_of(samples.reflection())
    assert kind.fields(question) == ()
    assert kind.parse(question, {"q10": ["a secret"]}).answer is None
    assert kind.grade(question, "a secret").score == 0
