"""A question asked outside its quiz: the same words, fields and grade, and nothing that cannot be asked alone."""

from dataclasses import replace

import pytest

from lms.plugins.quizzes.domain.attempt import graded, sheet
from lms.plugins.quizzes.domain.outside import outside, went
from lms.plugins.quizzes.domain.types.single import Single
from lms.plugins.quizzes.forms import AttemptForm
from tests.plugins.quizzes.samples import (
    MAKERS,
    OTHERS,
    TYPES,
    check_data,
    filled,
    quiz_data,
    quiz_of,
    right_answer,
    single,
    wrong_answer,
)

ALL = {**MAKERS, **OTHERS}
QUIZ = quiz_of(quiz_data(*(make() for make in ALL.values())))
SEED = "any seed"


class Failing(Single):
    """A type that breaks down when it grades."""

    def grade(self, question, answer):
        raise RuntimeError(question.id, answer)


@pytest.mark.parametrize("question", QUIZ.questions, ids=lambda question: question.id)
def test_it_is_read_and_graded_as_in_its_quiz(question):
    found = outside(QUIZ, "HS-1.1", question.id, TYPES, SEED)
    if question.type in OTHERS:
        assert found is None
        return
    assert found.lesson_id == "HS-1.1"
    form = AttemptForm(found.sheet, "", {})
    assert (form.total, form.pages, len(form.questions)) == (0, 1, 1)
    for answer, right in ((right_answer(question), True), (wrong_answer(question), False)):
        readings = found.read({name: list(values) for name, values in filled(found.question, answer).items()})
        reviewed = found.review(readings)
        inside = TYPES[question.type].grade(question, readings.answers[question.id])
        assert (reviewed.grade.score, reviewed.grade.right) == (inside.score, right)


def test_what_is_not_there_or_cannot_be_asked_is_nothing():
    assert outside(QUIZ, "HS-1.1", "q99", TYPES, SEED) is None
    assert outside(QUIZ, "HS-1.1", "q1", {}, SEED) is None
    broken = {**TYPES, "single": Failing()}
    found = outside(QUIZ, "HS-1.1", "q1", broken, SEED)
    assert found.review(found.read(filled(found.question, "a"))) is None


def test_a_question_of_a_check_leads_to_the_lesson_of_its_outcome():
    check = quiz_of(check_data(10, draw=2))
    assert outside(check, "HS-1", "q9", TYPES, SEED).lesson_id == "HS-1.1"


def test_what_was_left_empty_was_not_known_and_a_broken_type_says_nothing():
    quiz = quiz_of(quiz_data(single("q1"), single("q2", must_know=True), single("q3")))
    answers = {"q1": "a", "q2": "b"}
    paper = sheet(quiz, SEED, TYPES)
    told = {one.question: (one.right, one.must_know) for one in went(paper, answers, graded(paper, answers))}
    assert told == {"q1": (True, False), "q2": (False, True), "q3": (False, False)}
    failing = replace(paper, asked=tuple(replace(one, kind=Failing()) for one in paper.asked))
    assert [one.question for one in went(failing, answers, graded(failing, answers))] == ["q3"]
