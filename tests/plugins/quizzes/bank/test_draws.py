"""Lines of a quiz file that draw by chance: from the bank by tags, from the file by pool."""

from dataclasses import replace

import pytest

from lms.core.catalogue.api import ActivityContext
from lms.plugins.quizzes.domain import attempt, files
from lms.plugins.quizzes.domain.attempt import sheet
from lms.plugins.quizzes.domain.bank import draws as bank_draws
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.bank.listing import plain
from lms.plugins.quizzes.domain.files import CheckFile, QuizFile
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.domain.regrade import repaired
from lms.plugins.quizzes.domain.slips.reading import Misread, name_of, read_line
from lms.plugins.quizzes.domain.slips.slip import drawn_name, seed_of, slip_of
from tests.plugins.quizzes.samples import (
    TYPES,
    as_written,
    branching,
    check_data,
    quiz_data,
    reflection,
    short,
    single,
    truefalse,
)

LESSON = ActivityContext("10-a/10-b/quiz.yaml", "HS-1.1", "lesson", frozenset({"o1"}), lang="en")
MODULE = ActivityContext("10-a/check.yaml", "HS-1", "module", frozenset({"HS-1.1 o1"}), lang="en")
SEEDS = [f"seed {n}" for n in range(200)]
LINE = {"draw": 2, "tags": ["Phishing"], "outcome": "o1"}


@pytest.fixture(autouse=True)
def _all_types(monkeypatch):
    monkeypatch.setattr(files, "known_types", lambda: TYPES)


def held(name, *tags, item=None, lang="en", words=None):
    own = {key: value for key, value in (item or single()).items() if key not in {"id", "outcome"}}
    return Lent(name, 1, lang, own, words or {}, frozenset(plain(tag) for tag in tags))


FIVE = [held(f"b{n}", "phishing", "Mail" if n % 2 else "Web") for n in range(5)]


def a_file(kind=QuizFile, shelf=FIVE):
    """A kind of file with these questions in its bank, as the database gives them."""
    by_id = {lent.question: lent for lent in shelf}
    return kind(
        shelf=lambda ids: {name: by_id[name] for name in ids if name in by_id},
        tagged=lambda tags: [lent for lent in shelf if not lent.marks.isdisjoint(tags)],
    )


def problems(data, shelf=FIVE, *, kind=QuizFile, ctx=LESSON):
    return [(one.code, one.severity) for one in a_file(kind, shelf).check(data, ctx)]


def compiled(data, shelf=FIVE, kind=QuizFile):
    return Quiz.load(a_file(kind, shelf).compile(data, as_written, {}))


def asked(quiz, seed):
    return [one.question.id for one in sheet(quiz, seed, TYPES).asked]


def test_so_many_are_drawn_by_the_seed_and_the_others_stay_where_they_are():
    data = quiz_data(truefalse("q1"), LINE, short("q2"))
    assert problems(data) == []
    assert a_file().summary(data)["questions"] == 4
    assert list(a_file().ids(data)) == ["q1", "q2"]  # what is drawn today may go tomorrow
    assert (
        dict(a_file().segments(data)).keys()
        == dict(QuizFile().segments(quiz_data(truefalse("q1"), short("q2")))).keys()
    )
    quiz = compiled(data)
    assert [question.id for question in quiz.questions] == ["q1", "b0", "b1", "b2", "b3", "b4", "q2"]
    assert (quiz.asks, quiz.by_chance) == (4, True)
    drawn = {seed: asked(quiz, seed) for seed in SEEDS}
    assert all((len(names), names[0], names[-1]) == (4, "q1", "q2") for names in drawn.values())
    assert {name for names in drawn.values() for name in names[1:3]} == {lent.question for lent in FIVE}
    assert len({tuple(names) for names in drawn.values()}) == 10  # every pair of five
    assert {seed: asked(compiled(data, FIVE[::-1]), seed) for seed in SEEDS} == drawn


def test_a_release_keeps_what_it_draws_from_and_a_file_without_such_lines_is_as_before():
    data = quiz_data(truefalse("q1"), LINE)
    before = a_file().compile(data, as_written, {})
    drawn = [asked(Quiz.load(before), seed) for seed in SEEDS]
    more = [*FIVE, held("b9", "phishing"), replace(FIVE[0], item={**FIVE[0].item, "prompt": "Another?"})]
    after = a_file(shelf=more[1:]).compile(data, as_written, {})
    assert [asked(Quiz.load(before), seed) for seed in SEEDS] == drawn
    assert {row["version"] for row in before["questions"]} != {row["version"] for row in after["questions"]}
    mended = repaired(Quiz.load(before), {question.id: question for question in Quiz.load(after).questions})
    assert [asked(mended, seed) for seed in SEEDS] == drawn
    assert {question.id: question.prompt.text for question in mended.questions}["b0"] == "Another?"
    assert "lots" not in QuizFile().compile(quiz_data(), as_written, {})


def test_control_a_draw_that_leaves_the_seed_out_is_found(monkeypatch):
    """Planted fault: every attempt is asked the same."""
    quiz = compiled(quiz_data(LINE))
    assert len({tuple(asked(quiz, seed)) for seed in SEEDS}) > 1
    honest = attempt.drawn
    monkeypatch.setattr(
        attempt, "drawn", lambda rows, count, _seed, *rest, **more: honest(rows, count, "x", *rest, **more)
    )
    assert len({tuple(asked(quiz, seed)) for seed in SEEDS}) == 1


def test_all_tags_must_fit_the_language_must_be_there_and_each_question_is_drawn_once():
    french = held("bfr", "phishing", "mail", item=short(), lang="fr")
    segments = [("prompt", short()["prompt"]), *TYPES["short"].segments(TYPES["short"].source.model_validate(short()))]
    both = replace(french, question="bboth", words={"en": {kind: {"of": t, "text": t} for kind, t in segments}})
    others = [held("bthink", "mail", item=reflection()), held("bstory", "mail", item=branching())]
    broken = held("bbroken", "mail", item=single(options=[]))
    shelf = [*FIVE, french, both, *others, broken]
    data = quiz_data(
        {"use": "b1", "outcome": "o1"},
        {"draw": 1, "tags": ["PHISHING", "mail"], "outcome": "o1"},
        {"draw": 1, "tags": ["phishing"], "outcome": "o1"},
    )
    assert problems(data, shelf) == []
    quiz = compiled(data, shelf)
    assert [lot.of for lot in quiz.lots] == [("b3", "bboth"), ("b0", "b2", "b4")]
    assert problems(data, shelf, ctx=replace(LESSON, lang="fr")) == [("quiz-draw-few", "error")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"draw": 6}, "quiz-draw-few"),
        ({"draw": 0}, "quiz-value"),
        ({"draw": True}, "quiz-value"),
        ({"draw": "two"}, "quiz-value"),
        ({"tags": ["phishing", "nobody"]}, "quiz-unknown-tag"),
        ({"tags": []}, "quiz-too-few"),
        ({"tags": "phishing"}, "quiz-not-list"),
        ({"must_know": True}, "quiz-unknown-key"),
        ({"outcome": "o9"}, "quiz-unknown-outcome"),
        ({"pool": "a"}, "quiz-unknown-key"),
    ],
)
def test_each_fault_of_such_a_line_is_told_where_it_stands(line, code):
    found = a_file().check(quiz_data(truefalse("q1"), {**LINE, **line}), LESSON)
    assert {one.code for one in found} == {code}
    assert all(one.what and one.how and "%(" not in f"{one.what}{one.how}" for one in found)
    assert problems(quiz_data({"draw": 2})) == [("quiz-missing", "error")] * 2


def test_more_than_a_page_can_read_are_refused_and_nobody_is_asked_without_need(monkeypatch):
    monkeypatch.setattr(bank_draws, "MOST", 4)
    assert problems(quiz_data(LINE)) == [("quiz-draw-many", "error")]
    nobody = QuizFile(tagged=lambda _tags: 1 / 0)
    assert nobody.check(quiz_data(), LESSON) == []
    assert Quiz.load(nobody.compile(quiz_data(single(pool=["p"]), {"draw": 1, "pool": "p"}), as_written, {})).asks == 1


def a_check(*lines, must=2, **more):
    items = [single(f"q{n}", must_know=n <= must, outcome="HS-1.1 o1") for n in range(1, 9)]
    for item in items[4:]:
        item["pool"] = ["second"]
    return {**check_data(), "items": [*items, *lines], **more}


TAGGED = {**LINE, "outcome": "HS-1.1 o1"}
POOL = {"draw": 2, "pool": "second"}


def test_a_check_asks_what_its_lines_draw_and_what_must_be_known_within_its_own_number():
    data = a_check(TAGGED, POOL, draw=7)
    assert problems(data, kind=CheckFile, ctx=MODULE) == []
    quiz = compiled(data, kind=CheckFile)
    assert a_file(CheckFile).summary(data)["questions"] == quiz.asks == 7
    for seed in SEEDS:
        names = asked(quiz, seed)
        assert len(set(names)) == 7
        assert {"q1", "q2"} <= set(names)
        assert sum(name.startswith("b") for name in names) == 2
        assert sum(name in {"q5", "q6", "q7", "q8"} for name in names) == 2
    assert len({tuple(sorted(asked(quiz, seed))) for seed in SEEDS}) > 50
    assert {asked(quiz, seed)[0] for seed in SEEDS} == {question.id for question in quiz.questions}
    assert compiled(a_check(TAGGED, POOL), kind=CheckFile).asks == 8


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (a_check(TAGGED, POOL, draw=5), "quiz-draw-low"),
        (a_check(TAGGED, POOL, draw=9), "quiz-draw-high"),
        (a_check(POOL, must=7), "quiz-draw-low"),
        (a_check({"draw": 5, "pool": "second"}), "quiz-draw-few"),
        (a_check({"draw": 1, "pool": "third"}), "quiz-draw-few"),
        (a_check({"draw": 1, "pool": "second", "tags": ["x"]}), "quiz-unknown-key"),
    ],
)
def test_numbers_of_a_check_that_do_not_go_together_are_told(data, code):
    assert (code, "error") in problems(data, kind=CheckFile, ctx=MODULE)


def test_each_printed_sheet_has_its_own_draw_and_refuses_the_line_of_another():
    quiz = compiled(quiz_data(truefalse("q1"), LINE))
    slips = {}
    for chance in range(0, 60, 7):
        name = drawn_name(chance)
        slip = slip_of(sheet(quiz, seed_of(name), TYPES), name)
        line = slip.written([row.box.offers[0].sign for row in slip.rows])
        typed = slip_of(sheet(quiz, seed_of(name_of(line), staff=True), TYPES), name_of(line))
        assert not isinstance(read_line(typed, line), Misread)
        slips[tuple(row.asked.question.id for row in slip.rows)] = slip, line
    assert len(slips) > 2
    (first, _), (_, other) = list(slips.values())[:2]
    assert isinstance(read_line(first, other), Misread)
