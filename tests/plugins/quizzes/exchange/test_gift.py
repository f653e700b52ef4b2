"""GIFT as it is written by hand and by Moodle: every construct becomes a question, is named as lost, or is refused."""

import pytest

from tests.plugins.quizzes.exchange.reading import entries, losses, one, refusal, right


def test_one_right_answer_with_feedback():
    entry = one("::Name:: What? {\n =yes # said of yes\n ~no # said of no\n ~maybe\n #### in general }")
    assert (entry.name, entry.item["type"], entry.item["prompt"]) == ("Name", "single", "What?")
    assert right(entry) == ["yes"]
    assert [option["feedback"] for option in entry.item["options"]] == ["said of yes", "said of no", "in general"]
    assert entry.result == "imported"
    assert entry.to_write == 0


def test_what_is_said_in_general_is_said_with_the_right_answer_if_all_have_their_own():
    entry = one("What? {=yes#A ~no#B ####C}")
    assert [option["feedback"] for option in entry.item["options"]] == ["A C", "B"]


def test_missing_feedback_is_counted_and_a_plain_sentence_stands_there():
    entry = one("What? {=yes ~no}")
    assert entry.to_write == 2
    assert all(option["feedback"] for option in entry.item["options"])


@pytest.mark.parametrize(
    ("weights", "scoring", "lost"),
    [
        (("50", "50", "-50", "-50"), None, []),
        (("33.33333", "33.33333", "33.33333", "-33.33333"), None, []),
        (("50", "50", "-100", "-100"), {"each_right": 1, "each_wrong": -2, "floor": 0}, []),
        (("50", "50", "-25", "-25"), {"each_right": 2, "each_wrong": -1, "floor": 0}, []),
        (("50", "50", "0", "0"), {"each_right": 1, "each_wrong": 0, "floor": 0}, []),
        (("70", "30", "-50", "-50"), None, ["weights"]),
        (("50", "50", "-50", "-10"), None, ["weights"]),
        (("20", "20", "-20", "-20"), None, ["weights"]),
    ],
)
def test_several_right_answers_and_their_weights(weights, scoring, lost):
    entry = one("What? {" + " ".join(f"~%{weight}%{n}" for n, weight in enumerate(weights)) + "}")
    assert entry.item["type"] == "multiple"
    assert right(entry) == [str(n) for n, weight in enumerate(weights) if float(weight) > 0]
    assert entry.item.get("scoring") == scoring
    assert losses(entry) == lost


@pytest.mark.parametrize(("side", "answer"), [("T", True), ("TRUE", True), ("F", False), ("false", False)])
def test_true_and_false(side, answer):
    entry = one(f"A claim. {{{side}#said if wrong#said if right}}")
    assert (entry.item["type"], entry.item["answer"]) == ("truefalse", answer)
    assert entry.item["feedback"] == {"correct": "said if right", "incorrect": "said if wrong"}


def test_a_short_answer_and_what_is_nearly_right():
    entry = one("Who? {=Grant#Yes =%100%Ulysses =%50%Gran =%0%*#Nobody else}")
    assert (entry.item["type"], entry.item["accept"]) == ("short", ["Grant", "Ulysses"])
    assert entry.item["feedback"] == {"correct": "Yes", "incorrect": "Nobody else"}
    assert losses(entry) == ["partial"]


def test_an_answer_without_a_sign_is_a_short_answer():
    assert one("How is 1 written? {One}").item["accept"] == ["One"]


def test_wildcards_are_left_out_and_named():
    entry = one(r"Which? {=colou?r =*colour* =a\\*b}")
    assert entry.item["accept"] == ["colou?r", "a*b"]
    assert [loss.text for loss in entry.losses] == ["Answers with a wildcard were left out: *colour*."]
    assert refusal("Which? {=*colour*}") == "only-patterns"


@pytest.mark.parametrize(
    ("inside", "answer", "tolerance"),
    [
        ("#3", 3, 0),
        ("#3:2", 3, 2),
        ("#-1..2", 0.5, 1.5),
        ("#3,5:0.25", 3.5, 0.25),
        ("#=4:1#right ~#wrong", 4, 1),
        ("#1e3", 1000, 0),
    ],
)
def test_numbers(inside, answer, tolerance):
    entry = one(f"How many? {{{inside}}}")
    assert entry.item["type"] == "numeric"
    assert (entry.item["answer"], entry.item["tolerance"]) == (answer, tolerance)


def test_several_numbers():
    entry = one("How many? {#=4#A =5#B =%50%6 ~#C}")
    assert (entry.item["answer"], losses(entry)) == (4, ["answers", "partial"])
    assert entry.item["feedback"] == {"correct": "A", "incorrect": "C"}
    assert refusal("How many? {#~4}") == "no-key"
    assert refusal("How many? {#many}") == "number"


def test_matching_with_more_on_the_right():
    entry = one("Match. {=cat -> mouse =dog -> bone = -> hay}")
    assert [(pair["left"], pair["right"]) for pair in entry.item["pairs"]] == [("cat", "mouse"), ("dog", "bone")]
    assert entry.item["extra_right"] == [{"id": "x1", "text": "hay"}]


def test_an_essay_becomes_something_to_think_about():
    entry = one("What do you think? {#### a hint}")
    assert (entry.item["type"], entry.item["help"], losses(entry)) == ("reflection", "a hint", ["essay"])


def test_a_gap_in_the_sentence_becomes_a_line():
    entry = one("Grant is {~buried =entombed} in Grant's tomb.")
    assert entry.item["prompt"] == "Grant is ____ in Grant's tomb."
    assert losses(entry) == ["blank"]
    assert one("Who? {=Grant}.").item["prompt"] == "Who?"


def test_signs_behind_a_backslash():
    entry = one(r"\:\: 1 \= 1 \{a\} \# b \\ c\nd? {=\=1 ~\~2 ~\#3 ~\}4 ~\\5}")
    assert entry.item["prompt"] == r":: 1 = 1 {a} # b \ c d?"
    assert [option["text"] for option in entry.item["options"]] == ["=1", "~2", "#3", "}4", r"\5"]


def test_html_markdown_and_plain_text():
    entry = one(r"[html]<p>A &amp; <b>B</b></p>\n<ul><li>c</li></ul> {=[plain]<i> ~[markdown]**d** ~e}")
    assert entry.item["prompt"] == "A & B • c"
    assert [option["text"] for option in entry.item["options"]] == ["<i>", "d", "e"]
    assert losses(entry) == ["formatting"]


def test_comments_categories_ids_and_tags():
    text = "// a comment\n$CATEGORY: tom/dick\n\n// [id:7] [tag:x\\]y] [tag:outcome:o1] [tag:must-know]\nWhat? {\n=a\n// no\n~b}\n"
    entry = one(text)
    assert (entry.category, entry.given, entry.tags, entry.outcome) == ("tom/dick", "7", ("x]y",), "o1")
    assert entry.item["must_know"] is True


def test_an_empty_line_inside_braces_does_not_end_a_question():
    assert [entry.item["type"] for entry in entries("A? {\n=a\n\n~b\n}\n\nB? {T}")] == ["single", "truefalse"]


def test_a_brace_that_is_never_closed_costs_one_question():
    first, second = entries("A? {=a ~b\n\nB? {T}")
    assert first.refused.code == "unclosed"
    assert second.item["type"] == "truefalse"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Only a text.", "description"),
        ("What? }", "unclosed"),
        ("A {=a} and B {=b}", "composite"),
        ("What? {words =a ~b}", "loose"),
        ("What? {~a ~b}", "no-key"),
        ("What? {=a}{", "composite"),
        ("What? {=a ~}", "wordless"),
        ("What? {=a ~a}", "unfit"),
        ("{=a ~b}", "unfit"),
        ("What? {=a -> }", "wordless"),
        ("What? {~%x%a =b}", "number"),
        ("// nothing", "empty"),
        ("", "empty"),
    ],
)
def test_what_is_refused(text, code):
    assert refusal(text) == code
