"""What was posted is read, or refused with a message that names the row."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.host.i18n import format_number
from lms.plugins.quizzes.domain.attempt import graded, kept, read, sheet
from lms.plugins.quizzes.domain.numbers import read_number
from tests.plugins.quizzes import samples
from tests.plugins.quizzes.samples import MAKERS, TYPES, filled, question_of, quiz_of, right_answer

DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "၀၁၂၃၄၅၆၇၈၉", "０１２３４５６７８９"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("٤", "4"),
        ("۴٫۵", "4.5"),
        ("٤٫١٢٥", "4.125"),
        ("1٬500", "1500"),
        ("1 500", "1500"),
        ("1.234.567", "1234567"),
        ("1.500,25", "1500.25"),
        ("1,500.25", "1500.25"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("−3", "-3"),
        ("\u200f٤\u200f", "4"),
        ("4 weeks", "4"),
        ("4WEEKS", "4"),
        ("4.0", "4"),
        (" .5 ", "0.5"),
    ],
)
def test_numbers_as_people_write_them(typed, value):
    assert read_number(typed, "weeks").value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ("", "empty"),
        ("  \u200e", "empty"),
        ("weeks", "empty"),
        ("four", "not-a-number"),
        ("4-5", "not-a-number"),
        ("1e9", "not-a-number"),
        ("1,2,3", "not-a-number"),
        ("½", "not-a-number"),
        ("٤٫٥٫٦", "not-a-number"),
        ("1,500", "thousands"),
        ("12.345", "thousands"),
        ("9" * 19, "long"),
        ("9" * 500, "long"),
    ],
)
def test_what_is_no_clear_number_is_asked_again(typed, trouble):
    assert read_number(typed, "weeks").trouble == trouble


@settings(max_examples=500)
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(DIGITS), st.sampled_from(".,٫"))
def test_every_script_writes_the_same_number(value, digits, point):
    typed = str(value).translate(str.maketrans("0123456789", digits)).replace(".", point)
    assert read_number(typed).value == value


@settings(max_examples=500)
@given(st.text(max_size=60), st.text(max_size=5))
def test_any_text_is_read_or_refused(typed, unit):
    found = read_number(typed, unit)
    assert (found.value is None) == (found.trouble is not None)


def test_a_place_given_twice_names_both_rows():
    question = TYPES["ordering"].shuffle(question_of(samples.ordering()), "7")
    values = filled(question, ["a", "b", "c", "d"])
    twice = [step["text"]["text"] for step in question.body["steps"]][:2]
    values["q4.2"] = values["q4.1"]
    reading = TYPES["ordering"].parse(question, values)
    assert reading.answer is None
    [fault] = reading.wrong
    assert fault.field == "q4.2"
    assert twice[0] in fault.message
    assert twice[1] in fault.message
    assert format_number(int(values["q4.1"][0])) in fault.message


def test_each_row_without_a_choice_is_named():
    ordering = question_of(samples.ordering())
    assert [fault.field for fault in TYPES["ordering"].parse(ordering, {}).wrong] == ["q4.1", "q4.2", "q4.3", "q4.4"]
    matching = question_of(samples.matching())
    faults = TYPES["matching"].parse(matching, {"q5.1": ["1"], "q5.3": ["99"]}).wrong
    assert [fault.field for fault in faults] == ["q5.2", "q5.3"]
    assert "Locked" in faults[0].message


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("junk", ["", "0", "99", "a", "-1", "1 OR 1=1", "\x00", "١"])
def test_values_that_the_page_never_offered_are_no_answer(kind, junk):
    question = question_of(MAKERS[kind]())
    read = TYPES[question.type]
    values = {field.name: [junk] for field in read.fields(question)}
    reading = read.parse(question, values)
    number = kind == "numeric" and junk not in {"", "a", "1 OR 1=1", "\x00"}
    if number or (kind in {"typed", "short"} and junk != ""):
        assert reading.answer is not None
    else:
        assert reading.answer is None
        assert all(fault.message for fault in reading.wrong)


def test_two_values_of_a_radio_are_no_answer():
    assert TYPES["single"].parse(question_of(samples.single()), {"q1": ["1", "2"]}).answer is None


def test_fields_give_no_hint_of_the_key():
    """AUTHZ-7: neither names nor values of fields hold ids, which authors write in the order of the key."""
    paper = sheet(quiz_of(samples.quiz_data()), "seed", TYPES)
    for asked in paper.asked:
        for row, field in enumerate(asked.fields, start=1):
            assert field.name in {asked.question.id, f"{asked.question.id}.{row}"}
            assert [choice.value for choice in field.choices] == [str(n + 1) for n in range(len(field.choices))]


def test_what_is_not_kept_stands_on_one_page():
    """Nothing would carry the answers of one page to the next."""
    questions = (samples.single("q1"), samples.single("q2"))
    pages = {store: sheet(quiz_of(samples.quiz_data(*questions, page=1, store=store)), "s", TYPES).pages
             for store in ("nothing", "tick")}  # fmt: skip
    assert {store: len(found) for store, found in pages.items()} == {"nothing": 1, "tick": 2}


def test_the_order_of_a_page_differs_between_attempts():
    """A planted fault this finds: a shuffle that ignores its seed."""
    question = question_of(samples.ordering())
    orders = {
        tuple(step["id"] for step in TYPES["ordering"].shuffle(question, str(n)).body["steps"]) for n in range(40)
    }
    assert len(orders) > 10


def test_a_sheet_is_read_and_graded_as_a_whole():
    paper = sheet(quiz_of(samples.quiz_data()), "seed", TYPES)
    values = {}
    for asked in paper.asked:
        values |= filled(asked.question, right_answer(asked.question))
    readings = read(paper, values)
    assert not readings.wrong
    result = graded(paper, readings.answers)
    assert (result.percent, result.enough, len(result.right)) == (100, True, len(MAKERS))
    readings = read(paper, {**values, "q1": [], "q4.1": ["9"]})
    assert [number for number, _ in readings.wrong] == [1, 4]


def test_percents_are_rounded_down_and_the_mark_is_exact():
    """79.99 % is not 80 %, and 8 of 10 is."""
    quiz = quiz_of(samples.check_data(10))
    paper = sheet(quiz, "seed", TYPES)
    for count, percent, enough in ((7, 70, False), (8, 80, True), (10, 100, True)):
        answers = {asked.question.id: "a" for asked in paper.asked[:count]}
        result = graded(paper, answers)
        assert (result.percent, result.enough) == (percent, enough)
    paper = sheet(quiz_of(samples.check_data(9)), "seed", TYPES)
    result = graded(paper, {asked.question.id: "a" for asked in paper.asked[:7]})
    assert (result.percent, result.enough) == (77, False)


def test_a_draw_is_stable_and_always_asks_what_must_be_known():
    quiz = quiz_of(samples.check_data(12, draw=5))
    draws = set()
    for n in range(30):
        paper = sheet(quiz, str(n), TYPES)
        ids = tuple(asked.question.id for asked in paper.asked)
        assert len(ids) == 5
        assert {"q1", "q2"} <= set(ids)
        assert paper == sheet(quiz, str(n), TYPES)
        draws.add(ids)
    assert len(draws) > 20


def test_an_open_attempt_holds_only_its_own_fields_in_bounded_size():
    paper = sheet(quiz_of(samples.quiz_data()), "seed", TYPES)
    held = kept(paper.asked, {"q6": ["9" * 5000], "q2": ["1"] * 500, "evil": ["x"], "csrf": ["secret"], "q1": [""]})
    assert set(held) == {"q2", "q6"}
    assert len(held["q6"][0]) <= 200
    assert len(held["q2"]) <= 20


def test_a_question_whose_plugin_is_gone_is_shown_and_not_counted():
    types = {key: kind for key, kind in TYPES.items() if key != "matching"}
    paper = sheet(quiz_of(samples.quiz_data()), "seed", types)
    gone = paper.asked[4]
    assert gone.kind is None
    assert gone.question.plain
    assert not gone.fields
    answers = {asked.question.id: right_answer(asked.question) for asked, _ in paper.counted}
    assert graded(paper, answers).percent == 100
