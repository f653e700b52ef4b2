"""Imported questions in a quiz file: nothing twice, nothing of the author's lost, and always a file that can be published."""

import pytest

from lms.core.catalogue.api import read_yaml
from lms.plugins.quizzes.domain.exchange.quizfile import MOST_ITEMS, Shelf, extended, new_file, new_items, placed
from lms.plugins.quizzes.domain.quiz import QuizSource, flaws
from tests.plugins.quizzes.exchange.reading import entries, losses
from tests.plugins.quizzes.samples import MAKERS, TYPES

FILE = "One? {=a ~b}\n\nTwo? {T}\n\nThree? {#4:1}\n"
EMPTY = Shelf("HS-1.1-q", "o1", frozenset({"o1", "o2"}))
HAND_MADE = """\
id: HS-1.1-q
title: "Practice"   # a remark of the author
items:

  # the first
  - {id: q1, type: reflection, outcome: o1, prompt: "What now?"}
  # nothing after this

review_due: 2027-05-22
"""


def shelf(text):
    data = read_yaml(text, "").data
    return Shelf(data["id"], "o1", frozenset({"o1", "o2"}), data["items"])


def imported(text, onto):
    return new_items(placed(entries(text), onto))


def errors(text):
    found = flaws(read_yaml(text, "").data, QuizSource, TYPES, frozenset({"o1", "o2"}))
    return [flaw for flaw in found if flaw.severity == "error"]


def test_a_new_file_can_be_published():
    text = new_file(EMPTY.quiz, imported(FILE, EMPTY))
    assert errors(text) == []
    assert [item["type"] for item in read_yaml(text, "").data["items"]] == ["single", "truefalse", "numeric"]


def test_words_that_yaml_takes_for_something_else_stay_words():
    text = new_file(EMPTY.quiz, imported("true? {=no =null =12:30 =2026-11-22 =1.0 =~x}".replace("~", "\\~"), EMPTY))
    assert errors(text) == []
    assert read_yaml(text, "").data["items"][0]["accept"] == ["no", "null", "12:30", "2026-11-22", "1.0", "~x"]


def test_a_file_grows_and_nothing_else_in_it_changes():
    grown = extended(HAND_MADE, imported(FILE, shelf(HAND_MADE)))
    assert errors(grown) == []
    first, rest = HAND_MADE.split("  # nothing")
    assert grown.startswith(first)
    assert grown.endswith(f"  # nothing{rest}")
    assert len(read_yaml(grown, "").data["items"]) == 4


def test_the_same_file_twice_makes_nothing_twice():
    once = extended(HAND_MADE, imported(FILE, shelf(HAND_MADE)))
    again = placed(entries(FILE), shelf(once))
    assert all(entry.known for entry in again)
    assert new_items(again) == []
    assert extended(once, new_items(again)) == once


def test_the_same_question_twice_in_a_file_is_one():
    assert [entry.known for entry in placed(entries(f"{FILE}\n{FILE}"), EMPTY)] == [False] * 3 + [True] * 3


def test_what_an_author_has_changed_since_is_left_alone():
    once = new_file(EMPTY.quiz, imported(FILE, EMPTY)).replace("One?", "Which one?")
    assert new_items(placed(entries(FILE), shelf(once))) == []


def test_a_changed_question_is_another_one():
    once = new_file(EMPTY.quiz, imported(FILE, EMPTY))
    assert len(imported(FILE.replace("One?", "Which one?"), shelf(once))) == 1


def test_a_question_that_came_from_here_keeps_its_id():
    text = "// [id:HS-1.1-q.q7] [tag:outcome:o2]\nOne? {T}\n\n// [id:q8]\nTwo? {T}\n\n// [id:CM-1-q.q9] [tag:outcome:o9]\nThree? {F}"
    items = imported(text, EMPTY)
    assert [item["outcome"] for item in items] == ["o2", "o1", "o1"]
    assert items[0]["id"] == "q7"
    assert all(item["id"].startswith("i") for item in items[1:])
    known = Shelf("HS-1.1-q", "o1", frozenset(), [{**MAKERS["single"](), "id": "q7"}])
    assert [entry.known for entry in placed(entries(text), known)] == [True, False, False]


def test_what_a_quiz_file_has_no_place_for_is_named():
    text = "$CATEGORY: storms\n\n// [tag:wind]\nOne? {T}"
    (entry,) = placed(entries(text), EMPTY)
    assert losses(entry) == ["category", "tags"]


def test_a_full_quiz_takes_no_more():
    full = "\n\n".join(f"Question {n}? {{T}}" for n in range(MOST_ITEMS + 2))
    found = placed(entries(full), EMPTY)
    assert [entry.refused.code for entry in found if entry.refused] == ["full", "full"]
    assert errors(new_file(EMPTY.quiz, new_items(found))) == []


@pytest.mark.parametrize(
    "text", ["id: x\nitems: [{id: a}]\n", "id: x\nitems: 3\n", "- a\n", "id: x\nid: y\nitems:\n  - {id: a}\n"]
)
def test_a_file_that_cannot_be_added_to_is_not_touched(text):
    assert extended(text, imported(FILE, EMPTY)) is None
