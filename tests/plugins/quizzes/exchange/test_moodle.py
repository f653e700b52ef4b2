"""Moodle XML: every kind of question of a question bank."""

import pytest

from tests.plugins.quizzes.exchange.reading import answer, entries, losses, moodle, one, refusal, right


def of(kind, inside):
    return one(moodle(kind, inside))


def test_one_right_answer():
    entry = of("multichoice", "<single>true</single>" + answer("a", 100, "A") + answer("b", 0) + answer("c", 50))
    assert (entry.item["type"], entry.item["prompt"], right(entry)) == ("single", "What is asked?", ["a"])
    assert losses(entry) == ["formatting", "partial"]
    assert entry.to_write == 2


def test_several_right_answers():
    rows = answer("a", 50) + answer("b", "50.00000") + answer("c", -100)
    entry = of("multichoice", "<single>false</single>" + rows)
    assert (entry.item["type"], right(entry)) == ("multiple", ["a", "b"])
    assert entry.item["scoring"] == {"each_right": 1, "each_wrong": -2, "floor": 0}


def test_one_choice_with_two_right_answers_becomes_a_choice_of_several():
    entry = of("multichoice", "<single>true</single>" + answer("a", 100) + answer("b", 100) + answer("c", 0))
    assert (entry.item["type"], right(entry)) == ("multiple", ["a", "b"])
    assert "rule" in losses(entry)


def test_true_or_false():
    entry = of("truefalse", answer("true", 0, "no") + answer("false", 100, "yes"))
    assert (entry.item["answer"], entry.item["feedback"]) == (False, {"correct": "yes", "incorrect": "no"})


def test_a_short_answer():
    rows = answer("a*b", 100) + answer(r"a\*b", 100, "yes") + answer("nearly", 50, "near") + answer("*", 0, "no")
    entry = of("shortanswer", "<usecase>1</usecase>" + rows)
    assert (entry.item["accept"], entry.item["feedback"]) == (["a*b"], {"correct": "yes", "incorrect": "no"})
    assert losses(entry) == ["case", "feedback", "formatting", "partial", "pattern"]


def test_a_number_with_a_unit():
    units = "<units><unit><unit_name>weeks</unit_name></unit><unit><unit_name>days</unit_name></unit></units>"
    entry = of("numerical", answer("4", 100, "yes", "<tolerance>0.5</tolerance>") + answer("*", 0, "no") + units)
    assert (entry.item["answer"], entry.item["tolerance"], entry.item["unit"]) == (4, 0.5, "weeks")
    assert "units" in losses(entry)


def test_matching():
    rows = "".join(
        f"<subquestion><text>{left}</text><answer><text>{side}</text></answer></subquestion>"
        for left, side in (("cat", "mouse"), ("dog", "bone"), ("", "hay"), ("", ""))
    )
    entry = of("matching", f"<correctfeedback><text>yes</text></correctfeedback>{rows}")
    assert [(pair["left"], pair["right"]) for pair in entry.item["pairs"]] == [("cat", "mouse"), ("dog", "bone")]
    assert [extra["text"] for extra in entry.item["extra_right"]] == ["hay"]
    assert entry.item["feedback"]["correct"] == "yes"


def test_an_order():
    rows = answer("last", 3) + answer("first", 1) + answer("middle", 2)
    entry = of("ordering", f"<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>{rows}")
    assert [step["text"] for step in entry.item["steps"]] == ["first", "middle", "last"]
    assert "rule" not in losses(entry)
    assert "rule" in losses(of("ordering", f"<gradingtype>ABSOLUTE_POSITION</gradingtype>{rows}"))


def test_an_essay():
    assert "essay" in losses(of("essay", "<defaultgrade>1.0000000</defaultgrade>"))
    assert "essay" not in losses(of("essay", "<defaultgrade>0</defaultgrade>"))


def gaps(text, inside="", kind="cloze"):
    return f'<quiz><question type="{kind}"><questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{inside}</question></quiz>'


def test_gaps_in_the_text_to_choose_from():
    entry = one(gaps("<p>A {1:MULTICHOICE:=cat#yes~dog#no} and a {2:MCV:~cat~=dog}.</p>"))
    assert (entry.item["text"], entry.item["bank"]) == ("A {1} and a {2}.", ["cat", "dog"])
    assert entry.item["answers"] == {"1": "cat", "2": "dog"}
    assert losses(entry) == []


def test_gaps_to_type_in():
    entry = one(gaps("{1:SHORTANSWER:=S\\}o#yes~%50%Su~*#no} and {1:NUMERICAL:=5:0.1}, {7} too"))
    assert entry.item["text"] == "{1} and {2}, (7) too"
    assert entry.item["answers"] == {"1": ["S}o"], "2": ["5"]}
    assert losses(entry) == ["braces", "partial", "tolerance"]


def test_gaps_of_both_kinds_are_typed():
    entry = one(gaps("{1:MC:=a~b} {1:SA:=c}"))
    assert ("bank" in entry.item, losses(entry)) == (False, ["choices"])


def test_gaps_with_a_list():
    words = "".join(
        f"<dragbox><text>{word}</text><group>{group}</group></dragbox>" for word, group in (("x", 1), ("y", 2))
    )
    entry = one(gaps("[[2]] before [[1]]", words, "ddwtos"))
    assert (entry.item["text"], entry.item["bank"]) == ("{1} before {2}", ["x", "y"])
    assert (entry.item["answers"], losses(entry)) == ({"1": "y", "2": "x"}, ["shared"])


@pytest.mark.parametrize("text", ["none", "{1:SHORTANSWER:~a}", "{1:WHAT:=a}", "{1:NUMERICAL:=}"])
def test_gaps_that_cannot_be_read(text):
    assert refusal(gaps(text)) in {"gaps", "no-key", "gap-syntax"}


def test_a_gap_for_a_word_that_is_not_there():
    assert refusal(gaps("[[3]]", "<selectoption><text>a</text></selectoption>", "gapselect")) == "gaps"


def test_categories_tags_and_ids():
    category = '<question type="category"><category><text>$course$/Deep</text></category></question>'
    tags = "<idnumber>7</idnumber><tags><tag><text>seen</text></tag><tag><text>outcome:o2</text></tag></tags>"
    whole = moodle("truefalse", tags + answer("true", 100)).replace("<quiz>", f"<quiz>{category}")
    entry = one(whole)
    assert (entry.place, entry.category, entry.given, entry.tags) == (1, "$course$/Deep", "7", ("seen",))
    assert entry.outcome == "o2"


def test_texts_in_markdown_and_plain():
    text = moodle("truefalse", answer("true", 100))
    assert (
        one(text.replace('"html"', '"markdown"').replace("<p>What is <b>asked</b>?</p>", "What is **asked**?")).item[
            "prompt"
        ]
        == "What is asked?"
    )
    assert one(text.replace('"html"', '"plain_text"')).item["prompt"] == "<p>What is <b>asked</b>?</p>"


def test_hints_files_and_pictures_are_named():
    hint = "<hint><text>look</text></hint>"
    file = '<file name="a.png" encoding="base64">AAAA</file>'
    entry = one(
        moodle("truefalse", hint + file + answer("true", 100)).replace("asked", 'asked<img src="@@PLUGINFILE@@/a.png">')
    )
    assert losses(entry) == ["formatting", "hints", "picture-missing"]


@pytest.mark.parametrize(
    ("kind", "inside", "code"),
    [
        ("description", "", "description"),
        ("calculated", "", "template"),
        ("stack", "", "no-kind"),
        ("multichoice", answer("a", 0) + answer("b", 0), "no-key"),
        ("multichoice", answer("", 100) + answer("b", 0), "wordless"),
        ("multichoice", answer("a", "many") + answer("b", 0), "number"),
        ("truefalse", answer("true", 100) + answer("false", 100), "no-key"),
        ("numerical", answer("many", 100), "number"),
        ("numerical", "", "no-key"),
        ("shortanswer", "", "no-key"),
        ("matching", "", "unfit"),
        ("ordering", answer("a", 1), "unfit"),
        ("gapselect", "", "gaps"),
    ],
)
def test_what_is_refused(kind, inside, code):
    assert refusal(moodle(kind, inside)) == code


def test_an_empty_bank():
    assert refusal("<quiz/>") == "empty"


def test_one_broken_question_does_not_cost_the_others():
    whole = moodle("truefalse", answer("true", 100))
    both = whole.replace("</quiz>", moodle("stack", "").removeprefix("<quiz>"))
    assert [entry.result for entry in entries(both)] == ["imported-with-losses", "refused"]
