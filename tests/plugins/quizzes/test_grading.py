"""Grading is a pure function: between 0 and 1, monotone, and the same in whatever order the page was shown."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.plugins.quizzes.api import Question
from tests.plugins.quizzes import samples
from tests.plugins.quizzes.samples import MAKERS, TYPES, filled, option, question_of, right_answer, wrong_answer

seeds = st.text("0123456789abcdef", min_size=1, max_size=32)
names = st.lists(st.sampled_from([f"n{n}" for n in range(30)]), min_size=3, max_size=8, unique=True)


@st.composite
def items(draw, kinds=tuple(MAKERS)):
    kind = draw(st.sampled_from(kinds))
    found = draw(names)
    make = MAKERS[kind]
    if kind == "single":
        right = draw(st.sampled_from(found))
        return make(options=[option(name, correct=name == right) for name in found])
    if kind == "multiple":
        right = set(draw(st.lists(st.sampled_from(found), min_size=1)))
        points = {"each_right": draw(st.integers(1, 10)), "each_wrong": draw(st.integers(-10, 0))}
        return make(options=[option(name, correct=name in right) for name in found], scoring=points)
    if kind == "truefalse":
        return make(answer=draw(st.booleans()))
    if kind == "ordering":
        also = draw(st.lists(st.permutations(found), max_size=2))
        steps = [{"id": name, "text": f"Step {name}"} for name in found]
        return make(steps=steps, accept_also=also, scoring={"pairs": draw(st.booleans())})
    if kind == "matching":
        rights = [draw(st.sampled_from(["R1", "R2", "R3"])) for _ in found]
        pairs = [{"id": name, "left": f"L {name}", "right": right} for name, right in zip(found, rights, strict=True)]
        return make(pairs=pairs, extra_right=[{"id": "x1", "text": "X1"}, {"id": "x2", "text": "X2"}])
    number = st.decimals(-1000, 1000, places=2)
    return make(answer=draw(number), tolerance=abs(draw(number)))


@st.composite
def answered(draw, kinds=tuple(MAKERS)):
    """A compiled question with any answer that its form could give."""
    question = question_of(draw(items(kinds)))
    body = question.body
    match question.type:
        case "single":
            answer = draw(st.sampled_from([row["id"] for row in body["options"]]))
        case "multiple":
            ids = [row["id"] for row in body["options"]]
            answer = sorted(draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
        case "truefalse":
            answer = draw(st.booleans())
        case "ordering":
            answer = list(draw(st.permutations([row["id"] for row in body["steps"]])))
        case "matching":
            rights = st.sampled_from([row["id"] for row in body["rights"]])
            answer = {pair["id"]: draw(rights) for pair in body["pairs"]}
        case _:
            answer = str(draw(st.decimals(-2000, 2000, places=1)))
    return question, answer


def grade(question, answer):
    return TYPES[question.type].grade(question, answer)


@settings(max_examples=500)
@given(answered())
def test_score_lies_between_none_and_all(case):
    question, answer = case
    found = grade(question, answer)
    assert 0 <= found.score <= 1
    assert not found.right or found.score == 1
    assert found == grade(question, answer)


@settings(max_examples=500)
@given(items())
def test_the_right_answer_earns_everything(item):
    question = question_of(item)
    found = grade(question, right_answer(question))
    assert found.right
    assert found.score == 1
    assert all(part.verdict in {"hit", "left"} for part in found.parts)


@settings(max_examples=500)
@given(answered(), seeds, seeds)
def test_order_on_the_page_changes_nothing(case, one, other):
    """What is typed in a page of any order is read as the same answer and earns the same."""
    question, answer = case
    kind = TYPES[question.type]
    grades = []
    for seed in (one, other):
        page = kind.shuffle(question, seed)
        assert page == kind.shuffle(question, seed)
        reading = kind.parse(page, filled(page, answer))
        assert not reading.wrong
        if question.type != "numeric":
            assert reading.answer == answer
        grades.append(kind.grade(page, reading.answer))
    assert grades[0].score == grades[1].score == grade(question, answer).score
    assert {(part.key, part.verdict) for part in grades[0].parts} == {(p.key, p.verdict) for p in grades[1].parts}


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


@pytest.mark.parametrize("kind", MAKERS)
def test_a_wrong_answer_earns_nothing_and_is_explained(kind):
    question = question_of(MAKERS[kind]())
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
    for make in MAKERS.values():
        question = question_of(make())
        assert Question.load(question.dump()) == question


def test_the_fallback_lines_hold_no_order_of_the_key():
    assert list(question_of(samples.ordering()).plain) == sorted(step["text"] for step in samples.ordering()["steps"])
