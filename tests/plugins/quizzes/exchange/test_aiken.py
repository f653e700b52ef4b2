"""Aiken, with either sign behind the letters, and each way it goes wrong."""

import pytest

from tests.plugins.quizzes.exchange.reading import entries, one, refusal, right


def test_a_question():
    entry = one("What is\nasked?\nA. this\nB) that\n\nC. nothing\nANSWER: B\n")
    assert (entry.item["type"], entry.item["prompt"], right(entry)) == ("single", "What is asked?", ["that"])
    assert entry.to_write == 3


def test_several_without_an_empty_line():
    found = entries("One?\r\nA. a\r\nB. b\r\nANSWER: A\r\nTwo?\r\nA. a\r\nB. b\r\nanswer: b\r\n")
    assert [right(entry) for entry in found] == [["a"], ["b"]]


def test_markup_is_a_text_like_any_other():
    assert one("What?\nA. <b>\nB. &amp;\nANSWER: A").item["options"][0]["text"] == "<b>"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("What?\nA. a\nB. b\n", "no-key"),
        ("What?\nA. a\nB. b\nANSWER: C", "no-key"),
        ("What?\nA. a\nB. b\nANSWER: A, B", "no-key"),
        ("What?\nA. a\nA. b\nANSWER: A", "no-key"),
        ("What?\nA. a\nANSWER: A", "unfit"),
        ("A. a\nB. b\nANSWER: A", "unreadable"),
        ("What?\nA. a\nwords\nB. b\nANSWER: A", "unreadable"),
    ],
)
def test_what_is_refused(text, code):
    assert refusal(text) == code


def test_the_next_question_is_read_after_one_that_is_broken():
    broken, whole = entries("Broken?\nA. a\nB. b\n\nWhole?\nA. a\nB. b\nANSWER: A")
    assert (broken.refused.code, whole.result) == ("no-key", "imported")
