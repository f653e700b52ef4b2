"""A line earns what the same answers earn online, for every kind of question that a line can hold."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.plugins.quizzes.domain.attempt import graded, read, sheet
from lms.plugins.quizzes.domain.slips import reading
from lms.plugins.quizzes.domain.slips.line import closed, signs_of
from lms.plugins.quizzes.domain.slips.reading import Line, Misread, read_line
from lms.plugins.quizzes.domain.slips.slip import ROOM, drawn_name, seed_of, slip_of
from tests.plugins.quizzes import samples
from tests.plugins.quizzes.laws import answered, items
from tests.plugins.quizzes.laws import answers as answers_of
from tests.plugins.quizzes.samples import TYPES, filled, question_of, quiz_data, quiz_of, right_answer, wrong_answer
from tests.plugins.quizzes.slips.pen import line_of, score_of, slip_asking, slip_for, written

SHORT = slip_for(samples.single(), samples.numeric())
ON_PAPER = ("single", "multiple", "truefalse", "ordering", "matching", "numeric", "cloze")


@st.composite
def cases(draw, kind):
    question, answer = draw(answered((kind,)))
    return question, answer, drawn_name(draw(st.integers(0, 440)))


def scores_alike(case):
    question, answer, name = case
    slip = slip_asking(question, name)
    if question.type == "numeric":
        assume(len(answer) <= len(slip.rows))
    line = line_of(slip, written(slip, {question.id: answer}))
    assert len(line) <= 120
    on_page = sheet(slip.sheet.quiz, "0123456789abcdef", TYPES)
    [asked] = on_page.asked
    online = graded(on_page, read(on_page, filled(asked.question, answer)).answers)
    offline = score_of(slip, line)
    assert offline.percent == online.percent
    assert offline.grades[question.id].score == online.grades[question.id].score


@pytest.mark.parametrize("kind", ON_PAPER)
def test_a_line_scores_as_the_page_does(kind):
    settings(max_examples=500, deadline=None)(given(cases(kind))(scores_alike))()


@pytest.mark.deep
@pytest.mark.parametrize("kind", ON_PAPER)
def test_a_line_scores_as_the_page_does_at_length(kind):
    settings(max_examples=10_000, deadline=None)(given(cases(kind))(scores_alike))()


def test_boxes_that_are_read_as_each_other_are_found_out(monkeypatch):
    """The planted fault: two places of an order exchanged between paper and page."""
    honest = reading._values

    def exchanged(slip, signs):
        values = honest(slip, signs)
        one, other, *_rest = sorted(values)
        return {**values, one: values[other], other: values[one]}

    monkeypatch.setattr(reading, "_values", exchanged)
    with pytest.raises(AssertionError):
        settings(max_examples=300, deadline=None, database=None)(given(cases("ordering"))(scores_alike))()


@st.composite
def quizzes(draw):
    """Up to twenty questions of any kind, each with an answer."""
    found = draw(st.lists(items(), min_size=1, max_size=20))
    quiz = quiz_of(quiz_data(*({**item, "id": f"q{number}"} for number, item in enumerate(found, 1))))
    return quiz, {question.id: draw(answers_of(question)) for question in quiz.questions}


@settings(max_examples=60, deadline=None)
@given(quizzes())
def test_a_whole_quiz_goes_into_one_line(case):
    """At most 120 characters; the sheet names what a line cannot hold, and the rest earns what it earns online."""
    quiz, meant = case
    slip = slip_of(sheet(quiz, seed_of("XX"), TYPES), "XX")
    for asked in slip.online:
        del meant[asked.question.id]
    for asked, kind in slip.sheet.counted:
        if kind.key == "numeric" and asked.question.id in meant:
            meant[asked.question.id] = meant[asked.question.id][: len(slip.rows_of(asked))].rstrip(".")
            assume(meant[asked.question.id].strip("-."))
    line = line_of(slip, written(slip, meant))
    assert len(line) <= 120
    found = read_line(slip, line)
    assert isinstance(found, Line)
    assert found.added
    assert graded(slip.sheet, read(slip.sheet, found.values).answers).percent == graded(slip.sheet, meant).percent


def test_twenty_questions_of_four_boxes_fit():
    """What a line of at most 120 characters has to hold: twenty questions with four steps, rows or options each."""
    for make in (samples.ordering, samples.multiple):
        slip = slip_for(*(make(f"q{number}") for number in range(1, 21)))
        assert slip.online == ()
        assert len(slip.rows) == 80 <= ROOM
        assert len(line_of(slip, ["X"] * 80)) <= 120


def test_what_has_to_be_typed_is_answered_online():
    slip = slip_for()
    assert [asked.question.type for asked in slip.online] == ["cloze", "short"]
    assert slip_for(samples.reflection(), samples.branching()).online == ()


def test_what_does_not_fit_is_answered_online():
    """The longest ones go, and no more of them than have to."""
    long = [{"id": name, "text": f"Step {name}"} for name in "abcdefghi"]
    slip = slip_for(
        *(samples.ordering(f"q{n}", steps=long, accept_also=[]) for n in range(1, 12)), samples.single("q99")
    )
    assert len(slip.online) == 2
    assert len(slip.rows) == 9 * 9 + 1


@pytest.mark.parametrize("make", [samples.single, samples.multiple, samples.matching, samples.cloze, samples.numeric])
def test_right_and_wrong_by_hand(make):
    question = question_of(make())
    slip = slip_asking(question)
    right = score_of(slip, line_of(slip, written(slip, {question.id: right_answer(question)})))
    wrong = score_of(slip, line_of(slip, written(slip, {question.id: wrong_answer(question)})))
    assert (right.percent, wrong.percent) == (100, 0)


def trouble(slip, line):
    found = read_line(slip, line)
    assert isinstance(found, Misread), found
    return found.message


@pytest.fixture
def slip():
    return slip_for(*(samples.matching(f"q{number}") for number in range(1, 8)))


@pytest.fixture
def line(slip):
    return line_of(slip, "ABCDABCDABCDABCDABCDA")


def test_a_line_that_fits_is_read(slip, line):
    assert read_line(slip, line).added
    assert not read_line(slip, f"{signs_of(line)[:-3]}XXX").added


def test_what_looks_wrong_is_named_by_its_group(slip, line):
    assert line.split()[2] == "CDAB"
    assert "“U” in group 3" in trouble(slip, line.replace("CDAB", "CDUB", 1))
    assert "“K” in group 3 is nothing that question 2 asks for" in trouble(slip, line.replace("CDAB", "CDKB", 1))
    assert "end in the three digits of the sum" in trouble(slip, line[:-1] + "A")
    assert "Group 1 " in trouble(slip, "A" + line[1:])


def test_a_change_points_to_its_group(slip, line):
    """Whichever sign is changed, its group is among those to look at, unless too many would explain it."""
    signs = signs_of(line)
    told = 0
    for row in slip.rows:
        for sign, _number in row.numbers:
            if sign != signs[row.place - 1]:
                said = trouble(slip, signs[: row.place - 1] + sign + signs[row.place :])
                groups = said.rstrip(".").partition("first: ")[2].split(", ")
                assert groups == [""] or str(row.group) in groups
                told += groups != [""]
    assert told > 40


@given(st.text(max_size=150))
@settings(max_examples=100, deadline=None)
def test_whatever_is_typed_is_answered(typed):
    """A line or a reason, and never a fault; what is no line is not taken for one."""
    for line in (typed, f"{SHORT.head}{typed}"):
        found = read_line(SHORT, line)
        assert isinstance(found, Line | Misread)
        assert isinstance(found, Misread) or signs_of(line)[-3:] in {"XXX", closed(signs_of(line)[:-3])[-3:]}


def test_a_line_of_other_questions_is_refused(slip, line):
    other = slip_for(*(samples.matching(f"q{number}", prompt="Another prompt?") for number in range(1, 8)))
    assert other.head[:2] == slip.head[:2]
    assert other.head != slip.head
    assert "belongs to other questions" in trouble(other, line)


def test_a_line_that_is_too_short_says_so(slip, line):
    assert f"has {slip.length - 4} letters and digits; the line of your sheet has {slip.length}" in trouble(
        slip, signs_of(line)[:-4]
    )


def test_a_sheet_is_the_same_in_every_language(slip):
    from lms.core.catalogue.api import Words

    data = quiz_data(*(samples.matching(f"q{number}") for number in range(1, 8)))
    arabic = quiz_of(data, lambda kind, text: Words(f"ع {text}", "ar", "rtl"))
    assert slip_of(sheet(arabic, seed_of("XX"), TYPES), "XX").head == slip.head


def test_who_typed_a_line_changes_nothing_of_the_draw():
    quiz = quiz_of(samples.check_data(20, draw=5))
    own, staff = (sheet(quiz, seed_of("AB", staff=staff), TYPES).asked for staff in (False, True))
    assert own == staff
    assert own != sheet(quiz, seed_of("AC"), TYPES).asked


@dataclass(frozen=True)
class Broken(type(TYPES["single"])):
    key: str = "single"
    alone: ClassVar[bool] = False

    def boxes(self, question):
        raise ValueError(question.id)


def test_a_type_that_fails_on_paper_is_answered_online():
    """PLG-3: its fault takes no other question along."""
    quiz = quiz_of(quiz_data(samples.single("q1"), samples.truefalse("q2")))
    slip = slip_of(sheet(quiz, seed_of("XX"), {**TYPES, "single": Broken()}), "XX")
    assert [asked.question.id for asked in slip.online] == ["q1"]
    assert len(slip.rows) == 1
