"""Grading an attempt again by a question whose key was mended; what was asked and answered stays as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lms.plugins.quizzes.api import Question
from lms.plugins.quizzes.domain.attempt import Graded, graded, sheet
from lms.plugins.quizzes.domain.quiz import Quiz, Types


def repaired(quiz: Quiz, newer: Mapping[str, Question]) -> Quiz:
    """Return the quiz of an attempt with the newer words and keys of some of its questions.

    A draw rests on ids and on what must be known, so the same questions are asked. A question that became another kind
    stays as it was: the answers would mean nothing.
    """
    return replace(quiz, questions=tuple(_mended(one, newer.get(one.id)) for one in quiz.questions))


def _mended(old: Question, new: Question | None) -> Question:
    return old if new is None or new.type != old.type else replace(new, must_know=old.must_know)


def best(quizzes: Iterable[Quiz], seed: str, answers: Mapping[str, Any], types: Types) -> Graded:
    """Return the best grade over the languages of a quiz: an attempt does not say in which one it was made."""
    return max((graded(sheet(quiz, seed, types), answers) for quiz in quizzes), key=lambda result: result.percent)
