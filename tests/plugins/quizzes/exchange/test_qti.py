"""QTI 2 and 3: every interaction that has an equal here, each in both ways of naming."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.plugins.quizzes.exchange.reading import correct, entries, item, losses, one, refusal, right
from tests.plugins.quizzes.exchange.reading import three as as_three


@pytest.fixture(params=["2", "3"])
def version(request):
    return as_three if request.param == "3" else str


CHOICES = "".join(f'<simpleChoice identifier="{name}">word {name}</simpleChoice>' for name in ("a", "b", "c"))
MAP = '<mapping defaultValue="{0}">' + "".join(f'<mapEntry mapKey="{n}" mappedValue="1"/>' for n in "ab") + "</mapping>"
RULES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"


def choice(most="1", inside=CHOICES):
    body = f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="{most}"><prompt>And?</prompt>{inside}'
    return f"<p>What?</p>{body}</choiceInteraction>"


def said(name, text):
    return f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{name}" showHide="show">{text}</modalFeedback>'


def test_one_right_answer(version):
    said_inline = CHOICES.replace("word b", 'word b<feedbackInline identifier="b">why</feedbackInline>')
    entry = one(version(item(choice(inside=said_inline), key=correct("b"), more=said("c", "why not c"))))
    assert (entry.item["type"], entry.item["prompt"], right(entry)) == ("single", "What? And?", ["word b"])
    assert [(option["id"], option["feedback"]) for option in entry.item["options"]][1:] == [
        ("b", "why"),
        ("c", "why not c"),
    ]
    assert (losses(entry), entry.to_write) == ([], 1)


def test_feedback_of_the_whole_goes_to_the_options(version):
    more = said("correct", "yes") + said("incorrect", "no") + said("other", "lost")
    entry = one(version(item(choice(), key=correct("a"), more=more)))
    assert [option["feedback"] for option in entry.item["options"]] == ["yes", "no", "no"]
    assert losses(entry) == ["feedback"]


@pytest.mark.parametrize(
    ("otherwise", "scoring", "lost"),
    [
        (-1, None, []),
        (0, {"each_right": 1, "each_wrong": 0, "floor": 0}, []),
        (-2, {"each_right": 1, "each_wrong": -2, "floor": 0}, []),
    ],
)
def test_several_right_answers(version, otherwise, scoring, lost):
    key = correct("a", "b") + MAP.replace("{0}", str(otherwise))
    text = item(choice("0"), key=key, declared='cardinality="multiple" baseType="identifier"',
                more=f'<responseProcessing template="{RULES}map_response"/>')  # fmt: skip
    entry = one(version(text))
    assert (entry.item["type"], right(entry), entry.item.get("scoring")) == ("multiple", ["word a", "word b"], scoring)
    assert losses(entry) == lost


def test_all_or_nothing_is_named(version):
    text = item(choice("0"), key=correct("a", "b"), declared='cardinality="multiple" baseType="identifier"',
                more=f'<responseProcessing template="{RULES}match_correct"/>')  # fmt: skip
    assert losses(one(version(text))) == ["rule"]


def test_a_rule_of_its_own_is_named(version):
    rule = "<responseProcessing><setOutcomeValue><random/></setOutcomeValue></responseProcessing>"
    assert losses(one(version(item(choice(), key=correct("a"), more=rule)))) == ["rule"]


def test_true_or_false(version):
    sides = '<simpleChoice identifier="true">True</simpleChoice><simpleChoice identifier="false">False</simpleChoice>'
    entry = one(version(item(choice(inside=sides), key=correct("false"), more=said("incorrect", "no"))))
    assert (entry.item["type"], entry.item["answer"], entry.item["feedback"]["incorrect"]) == ("truefalse", False, "no")


def test_an_order(version):
    body = f'<orderInteraction responseIdentifier="RESPONSE"><prompt>Order.</prompt>{CHOICES}</orderInteraction>'
    text = item(body, key=correct("c", "a", "b"), declared='cardinality="ordered" baseType="identifier"')
    entry = one(version(text))
    assert [step["text"] for step in entry.item["steps"]] == ["word c", "word a", "word b"]
    assert refusal(version(text.replace("<value>b</value>", ""))) == "no-key"


def match(*key):
    sides = [
        "<simpleMatchSet>"
        + "".join(f'<simpleAssociableChoice identifier="{n}">word {n}</simpleAssociableChoice>' for n in names)
        + "</simpleMatchSet>"
        for names in (("A", "B"), ("X", "Y", "Z"))
    ]
    body = f'<matchInteraction responseIdentifier="RESPONSE"><prompt>Match.</prompt>{"".join(sides)}</matchInteraction>'
    return item(body, key=correct(*key), declared='cardinality="multiple" baseType="directedPair"')


def test_matching(version):
    entry = one(version(match("A X", "B  Y")))
    assert [(pair["left"], pair["right"]) for pair in entry.item["pairs"]] == [
        ("word A", "word X"),
        ("word B", "word Y"),
    ]
    assert [extra["text"] for extra in entry.item["extra_right"]] == ["word Z"]
    assert len(one(version(match("A X", "A Y", "B Z"))).item["pairs"]) == 3
    assert refusal(version(match("A X"))) == "no-kind"
    assert refusal(version(match())) == "no-key"


ENTRY = '<textEntryInteraction responseIdentifier="RESPONSE"/>'
STRING = 'cardinality="single" baseType="string"'


def test_a_short_answer(version):
    key = (
        correct("York")
        + '<mapping><mapEntry mapKey="York" mappedValue="1"/><mapEntry mapKey="york" mappedValue="0.5"/></mapping>'
    )
    rule = f'<responseProcessing template="{RULES}map_response"/>'
    entry = one(version(item(f"<p>Who? {ENTRY}.</p>", key=key, declared=STRING, more=rule)))
    assert (entry.item["type"], entry.item["prompt"], entry.item["accept"]) == ("short", "Who?", ["York"])
    assert losses(entry) == ["partial"]


def test_a_number(version):
    rule = (
        "<responseProcessing><responseCondition><responseIf>"
        '<equal toleranceMode="{0}" tolerance="{1}"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>'
        "</responseIf></responseCondition></responseProcessing>"
    )
    text = item(
        f"<p>How many? {ENTRY}</p>", key=correct("4.5"), declared='cardinality="single" baseType="float"', more=rule
    )
    absolute = one(version(text.replace("{0}", "absolute").replace("{1}", "0.5 0.5")))
    assert (absolute.item["answer"], absolute.item["tolerance"], losses(absolute)) == (4.5, 0.5, [])
    assert one(version(text.replace("{0}", "relative").replace("{1}", "10"))).item["tolerance"] == 0.45
    unit = text.replace(f"{ENTRY}</p>", f'{ENTRY} <span class="unit">kg</span></p>')
    assert one(version(unit)).item["unit"] == "kg"
    behind = one(version(text.replace(f"{ENTRY}</p>", f"{ENTRY} million</p>")))
    assert (behind.item["prompt"], losses(behind)) == ("How many? ____ million", ["blank"])


def test_gaps_to_type_in(version):
    entry = one(version(item(f"<p>Son of {ENTRY} in {{2}}</p>", key=correct("York"), declared=STRING)))
    assert (entry.item["type"], entry.item["text"], entry.item["answers"]) == (
        "cloze",
        "Son of {1} in (2)",
        {"1": ["York"]},
    )
    assert losses(entry) == ["braces"]


def test_gaps_to_choose_from(version):
    inline = "<inlineChoiceInteraction responseIdentifier='RESPONSE'>" + "".join(
        f'<inlineChoice identifier="{n}">word {n}</inlineChoice>' for n in "ab"
    )
    body = f"<p>A {inline}</inlineChoiceInteraction>.</p>".replace("'", '"')
    entry = one(version(item(body, key=correct("b"), more=said("partial", "half"))))
    assert (entry.item["text"], entry.item["bank"], entry.item["answers"]) == (
        "A {1}.",
        ["word a", "word b"],
        {"1": "word b"},
    )
    assert entry.item["feedback"]["partial"] == "half"


def test_words_to_drag_into_gaps(version):
    words = "".join(f'<gapText identifier="{n}" matchMax="1">word {n}</gapText>' for n in "WXY")
    body = f'<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Fill.</prompt>{words}<p>A <gap identifier="G"/>!</p></gapMatchInteraction>'
    entry = one(version(item(body, key=correct("W G"), declared='cardinality="multiple" baseType="directedPair"')))
    assert (entry.item["prompt"], entry.item["text"], entry.item["answers"]) == ("Fill.", "A {1}!", {"1": "word W"})


def test_extended_text_becomes_something_to_think_about(version):
    body = '<rubricBlock view="candidate"><p>Take time.</p></rubricBlock><extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Why?</prompt></extendedTextInteraction>'
    entry = one(version(item(body, declared=STRING)))
    assert (entry.item["type"], entry.item["prompt"], entry.item["help"]) == ("reflection", "Why?", "Take time.")
    assert losses(entry) == []
    marked = version(item(body, declared=STRING, more="<responseProcessing/>"))
    assert losses(one(marked)) == ["essay"]


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        (choice(), "", "no-key"),
        (choice(), correct("z"), "no-key"),
        (choice() + choice(), correct("a"), "composite"),
        ("<p>Words.</p>", "", "description"),
        ('<sliderInteraction responseIdentifier="RESPONSE"/>', "", "no-kind"),
        (choice(inside=CHOICES.replace("word a", '<img src="a.png"/>')), correct("a"), "wordless"),
        (f"<p>{ENTRY}</p>", "", "no-key"),
    ],
)
def test_what_is_refused(version, body, key, code):
    assert refusal(version(item(body, key=key))) == code


def test_what_differs_from_person_to_person_is_refused(version):
    assert (
        refusal(version(item(choice(), key=correct("a"), more='<templateDeclaration identifier="T"/>'))) == "template"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<questestinterop/>", "old-qti"),
        ("<assessmentTest/>", "package-part"),
        ("<qti-assessment-test/>", "package-part"),
        ("<manifest/>", "package-part"),
        ("<html/>", "unknown-format"),
    ],
)
def test_files_without_a_question(text, code):
    assert refusal(text) == code


def test_a_package_is_read_file_by_file():
    held = BytesIO()
    with ZipFile(held, "w") as package:
        package.writestr("imsmanifest.xml", "<manifest/>")
        package.writestr("items/b.xml", item(choice(), key=correct("b")))
        package.writestr("items/a.xml", as_three(item(choice(), key=correct("a"))))
        package.writestr("items/c.xml", "<broken")
        package.writestr("picture.png", b"\x89PNG")
    found = entries(held.getvalue())
    assert [(entry.place, entry.result) for entry in found] == [(1, "imported"), (2, "imported"), (3, "refused")]
    assert [right(entry) for entry in found[:2]] == [["word a"], ["word b"]]
    assert found[2].name == "items/c.xml"
