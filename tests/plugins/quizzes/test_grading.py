"""Grading is a pure function: between 0 and 1, monotone, and the same in whatever order the page was shown."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.plugins.quizzes.api import Question, Reading
from tests.plugins.quizzes import samples
from tests.plugins.quizzes.laws import KINDS, LAWS, answered, bounded, cases, grade, items, monotone, orderless
from tests.plugins.quizzes.samples import MAKERS, TYPES, question_of, right_answer, wrong_answer


def keep_laws(case):
    for law in LAWS:
        law(case)


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_keeps_the_laws(kind):
    """Within 0 and 1, monotone, and the same in whatever order the page was shown."""
    settings(max_examples=500, deadline=None)(given(cases(kind))(keep_laws))()


@pytest.mark.deep
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_keeps_the_laws_at_length(kind):
    settings(max_examples=10_000, deadline=None)(given(cases(kind))(keep_laws))()


BROKEN = {
    bounded: lambda found: replace(found, score=found.score + 1),
    monotone: lambda found: replace(found, score=1 - found.score),
}


@pytest.mark.parametrize("law", BROKEN)
def test_a_grade_that_breaks_a_law_is_found(law, monkeypatch):
    """The planted faults: more than everything, and less for what is better."""
    honest = type(TYPES["matching"]).grade
    monkeypatch.setattr(
        type(TYPES["matching"]), "grade", lambda self, question, answer: BROKEN[law](honest(self, question, answer))
    )
    with pytest.raises(AssertionError):
        settings(max_examples=500, deadline=None, database=None)(given(cases("matching"))(law))()


def test_an_order_that_counts_is_found(monkeypatch):
    """The planted fault: places of the page taken for ids."""
    kind = type(TYPES["cloze"])
    monkeypatch.setattr(kind, "parse", lambda self, q, values: Reading({g["id"]: "1" for g in q.body["gaps"]}))
    with pytest.raises(AssertionError):
        settings(max_examples=500, deadline=None, database=None)(given(cases("cloze"))(orderless))()


@settings(max_examples=500)
@given(items())
def test_the_right_answer_earns_everything(item):
    question = question_of(item)
    found = grade(question, right_answer(question))
    assert found.right
    assert found.score == 1
    assert all(part.verdict in {"hit", "left"} for part in found.parts)


@settings(max_examples=500)
@given(answered(("single", "multiple", "matching")), st.randoms(use_true_random=False))
def test_order_in_the_file_changes_nothing(case, shuffler):
    question, answer = case
    name = "pairs" if question.type == "matching" else "options"
    rows = list(question.body[name])
    shuffler.shuffle(rows)
    other = question.with_body(**{name: rows})
    kind = TYPES[question.type]
    assert kind.grade(other, answer).score == grade(question, answer).score
    assert kind.shuffle(other, "7") == kind.shuffle(question, "7")


@settings(max_examples=500)
@given(answered(("multiple", "matching")), st.data())
def test_a_better_choice_never_earns_less(case, data):
    """Monotone: mend one row of an answer and the score does not fall; spoil one and it does not rise."""
    question, answer = case
    parts = {part.key: part for part in grade(question, answer).parts}
    key = data.draw(st.sampled_from(sorted(parts)))
    before = grade(question, answer).score
    faulty = parts[key].verdict in {"false", "missed"}
    if question.type == "multiple":
        after = grade(question, sorted({*answer} ^ {key})).score
    else:
        wanted = right_answer(question)[key]
        after = grade(question, {**answer, key: wanted if faulty else "nothing"}).score
    assert after >= before if faulty else after <= before


@settings(max_examples=500)
@given(answered(("ordering",)), st.data())
def test_more_right_neighbours_never_earn_less(case, data):
    question, one = case
    other = list(data.draw(st.permutations(one)))
    order = question.body["orders"][0]
    only = question.with_body(orders=[order])
    share = {tuple(way): len(set(pairwise(order)) & set(pairwise(way))) for way in (one, other)}
    low, high = sorted((one, other), key=lambda way: share[tuple(way)])
    assert grade(only, low).score <= grade(only, high).score
    assert grade(question, one).score >= grade(only, one).score


@settings(max_examples=500)
@given(answered(("numeric",)), st.decimals(0, 1000, places=2))
def test_nearer_numbers_never_earn_less(case, step):
    question, answer = case
    key = Decimal(question.body["answer"])
    distance = abs(Decimal(answer) - key)
    assert grade(question, str(key + distance)).score == grade(question, str(key - distance)).score
    assert grade(question, str(key + distance + step)).score <= grade(question, answer).score


@pytest.mark.parametrize("make", [*MAKERS.values(), samples.branching])
def test_a_wrong_answer_earns_nothing_and_is_explained(make):
    question = question_of(make())
    found = grade(question, wrong_answer(question))
    assert found.score == 0
    assert not found.right
    assert found.feedback or all(part.feedback for part in found.parts)


def test_every_option_is_explained_chosen_or_not():
    question = question_of(samples.multiple())
    found = grade(question, ["a", "d"])
    assert {part.key: part.verdict for part in found.parts} == {"a": "hit", "b": "missed", "c": "missed", "d": "false"}
    assert all(part.feedback for part in found.parts)


def test_partial_scores_are_those_of_the_exemplar():
    multiple = question_of(samples.multiple())
    assert grade(multiple, ["a", "b"]).score == Fraction(2, 3)
    assert grade(multiple, ["a", "d"]).score == 0
    assert grade(multiple, ["a", "b", "c", "d"]).score == Fraction(2, 3)
    ordering = question_of(samples.ordering(accept_also=[]))
    assert grade(ordering, ["b", "a", "c", "d"]).score == Fraction(1, 3)
    assert str(grade(ordering, ["b", "a", "c", "d"]).feedback).startswith("Close")
    assert grade(question_of(samples.ordering()), ["a", "c", "b", "d"]).score == 1
    matching = question_of(samples.matching())
    assert grade(matching, {"p1": "p1", "p2": "p3", "p3": "p2"}).score == Fraction(1, 3)


@pytest.mark.parametrize(("typed", "score"), [("3", 1), ("5", 1), ("2.9", 0), ("5,1", 0)])
def test_the_edges_of_a_tolerance_are_inside(typed, score):
    question = question_of(samples.numeric())
    answer = TYPES["numeric"].parse(question, {"q6": [typed]}).answer
    assert grade(question, answer).score == score


def test_two_rows_may_share_one_right_side():
    pairs = [
        {"id": "p1", "left": "A chat being sent", "right": "In motion"},
        {"id": "p2", "left": "A USB stick", "right": "At rest"},
        {"id": "p3", "left": "Talk in a café", "right": "In motion"},
    ]
    question = question_of(samples.matching(pairs=pairs, extra_right=[]))
    assert [right["text"]["text"] for right in question.body["rights"]] == ["In motion", "At rest"]
    assert grade(question, {"p1": "p1", "p2": "p2", "p3": "p1"}).right


def test_a_question_survives_storage():
    for make in [*MAKERS.values(), *samples.OTHERS.values()]:
        question = question_of(make())
        assert Question.load(question.dump()) == question


def test_the_fallback_lines_hold_no_order_of_the_key():
    assert list(question_of(samples.ordering()).plain) == sorted(step["text"] for step in samples.ordering()["steps"])
