"""`quiz.yaml` and `check.yaml`: every fault at once, each with its line; compiled once for each language."""

import json
from dataclasses import replace

import pytest

from lms.core.catalogue.api import ActivityContext, Lines, Words
from lms.plugins.quizzes.domain import files
from lms.plugins.quizzes.domain.attempt import sheet
from lms.plugins.quizzes.domain.files import CheckFile, QuizFile
from lms.plugins.quizzes.domain.quiz import Quiz
from tests.plugins.quizzes import samples
from tests.plugins.quizzes.samples import MAKERS, TYPES, as_written, check_data, multiple, ordering, quiz_data, single

LESSON = ActivityContext(file="10-a/10-b/quiz.yaml", owner="HS-1.1", level="lesson", outcomes=frozenset({"o1", "o2"}))
MODULE = ActivityContext(file="10-a/check.yaml", owner="HS-1", level="module", outcomes=frozenset({"HS-1.1 o1"}))


@pytest.fixture(autouse=True)
def _all_types(monkeypatch):
    monkeypatch.setattr(files, "known_types", lambda: TYPES)


def codes(problems):
    return {(problem.code, problem.severity) for problem in problems}


def test_good_files_have_no_problem():
    assert QuizFile().check(quiz_data(), LESSON) == []
    assert CheckFile().check(check_data(12), MODULE) == []


def fault(key, change, code, severity="error"):
    return pytest.param(key, change, code, severity, id=f"{key}-{code}")


def without(item, *path):
    for key in path[:-1]:
        item = item[key]
    del item[path[-1]]


def put(item, *path):
    *path, last, value = path
    for key in path:
        item = item[key]
    item[last] = value


def loop(item):
    """Two nodes that lead to each other and nowhere else."""
    item["nodes"][1]["choices"] = [samples.turn("a", 0, "n3")]
    item["nodes"].append({"id": "n3", "text": "Round again.", "choices": [samples.turn("a", 0, "n1b")]})


FAULTS = [
    fault("single", lambda i: without(i, "options", 1, "feedback"), "quiz-missing"),
    fault("single", lambda i: put(i, "options", 1, "feedback", ""), "quiz-empty"),
    fault("single", lambda i: put(i, "options", 1, "feedback", "Too short."), "quiz-feedback-length", "warning"),
    fault(
        "single", lambda i: put(i, "options", 1, "feedback", f"Wrong! {samples.WHY}"), "quiz-feedback-tone", "warning"
    ),
    fault("single", lambda i: put(i, "options", 1, "correct", True), "quiz-right-number"),
    fault("single", lambda i: put(i, "options", 0, "correct", False), "quiz-right-number"),
    fault("single", lambda i: put(i, "options", 0, "correct", "yes"), "quiz-switch"),
    fault("single", lambda i: put(i, "options", 1, "id", "a"), "quiz-double-id"),
    fault("single", lambda i: put(i, "options", 1, "text", "the main E-MAIL"), "quiz-same-option"),
    fault("single", lambda i: put(i, "options", i["options"][:1]), "quiz-too-few"),
    fault("single", lambda i: put(i, "options", i["options"][:2]), "quiz-option-number", "warning"),
    fault("single", lambda i: put(i, "options", 0, "colour", "red"), "quiz-unknown-key"),
    fault("single", lambda i: put(i, "outcome", "o9"), "quiz-unknown-outcome"),
    fault("single", lambda i: without(i, "outcome"), "quiz-missing"),
    fault("single", lambda i: put(i, "prompt", 5), "quiz-not-text"),
    fault("single", lambda i: put(i, "id", "Q 1"), "quiz-bad-id"),
    fault("single", lambda i: put(i, "type", "essay"), "quiz-unknown-type"),
    fault("multiple", lambda i: put(i, "scoring", {"each_wrong": 0}), "quiz-free-guess", "warning"),
    fault("multiple", lambda i: put(i, "scoring", {"each_wrong": 1}), "quiz-value"),
    fault("truefalse", lambda i: put(i, "answer", "no"), "quiz-switch"),
    fault("truefalse", lambda i: without(i, "feedback", "incorrect"), "quiz-missing"),
    fault("ordering", lambda i: put(i, "accept_also", [["a", "b", "c"]]), "quiz-order-steps"),
    fault("ordering", lambda i: put(i, "steps", 1, "id", "a"), "quiz-double-id"),
    fault("ordering", lambda i: without(i, "feedback", "partial"), "quiz-missing"),
    fault("matching", lambda i: put(i, "pairs", 1, "left", "off"), "quiz-same-left"),
    fault("matching", lambda i: put(i, "extra_right", 0, "text", "Mostly locked"), "quiz-extra-right"),
    fault("matching", lambda i: put(i, "extra_right", 0, "id", "p1"), "quiz-double-id"),
    fault("matching", lambda i: put(i, "pairs", "p1"), "quiz-not-list"),
    fault("numeric", lambda i: put(i, "answer", "four"), "quiz-value"),
    fault("numeric", lambda i: put(i, "answer", True), "quiz-value"),
    fault("numeric", lambda i: put(i, "tolerance", -1), "quiz-value"),
    fault("cloze", lambda i: put(i, "text", "No gap."), "quiz-gaps"),
    fault("cloze", lambda i: put(i, "text", "{1} {2} {2}"), "quiz-gaps"),
    fault("cloze", lambda i: put(i, "text", "{1} {3}"), "quiz-gaps"),
    fault("cloze", lambda i: put(i, "bank", 1, "sim CARD"), "quiz-same-word"),
    fault("cloze", lambda i: put(i, "answers", "2", "a pin"), "quiz-not-in-bank"),
    fault("cloze", lambda i: put(i, "answers", "2", ["recovery", "screen"]), "quiz-not-in-bank"),
    fault("cloze", lambda i: put(i, "answers", "two", "screen"), "quiz-bad-id"),
    fault("cloze", lambda i: put(i, "must_know", "yes"), "quiz-switch"),
    fault("typed", lambda i: put(i, "answers", "1", ["…"]), "quiz-accept-empty"),
    fault("typed", lambda i: put(i, "answers", "1", ["a | b"]), "quiz-accept-text"),
    fault("typed", lambda i: put(i, "feedback", "partial", "Nearly."), "quiz-feedback-length", "warning"),
    fault("short", lambda i: put(i, "accept", []), "quiz-too-few"),
    fault("short", lambda i: put(i, "accept", ["x" * 101]), "quiz-accept-text"),
    fault("short", lambda i: put(i, "accept", "one"), "quiz-not-list"),
    fault("reflection", lambda i: put(i, "must_know", True), "quiz-not-known"),
    fault("reflection", lambda i: put(i, "visible_to", "trainer"), "quiz-choice"),
    fault("reflection", lambda i: put(i, "graded", True), "quiz-choice"),
    fault("branching", lambda i: put(i, "start", "n9"), "quiz-story-unknown"),
    fault("branching", lambda i: put(i, "nodes", 0, "choices", 0, "next", "n9"), "quiz-story-unknown"),
    fault("branching", lambda i: put(i, "start", "n2"), "quiz-story-unreached"),
    fault("branching", loop, "quiz-story-stuck"),
    fault("branching", lambda i: put(i, "nodes", 0, "choices", 1, "points", 3), "quiz-story-points"),
    fault("branching", lambda i: put(i, "nodes", 0, "choices", 1, "id", "a"), "quiz-double-id"),
    fault("branching", lambda i: put(i, "nodes", 1, "id", "n1"), "quiz-double-id"),
    fault("branching", lambda i: without(i, "nodes", 3, "end"), "quiz-story-end"),
    fault("branching", lambda i: put(i, "nodes", 0, "end", True), "quiz-story-end"),
    fault("branching", lambda i: without(i, "title"), "quiz-missing"),
    fault("branching", lambda i: put(i, "nodes", 0, "choices", 0, "text", ""), "quiz-empty"),
]


@pytest.mark.parametrize(("kind", "change", "code", "severity"), FAULTS)
def test_each_fault_of_an_item_is_found(kind, change, code, severity):
    item = json.loads(json.dumps({**MAKERS, **samples.OTHERS}[kind]()))
    change(item)
    problems = QuizFile().check(quiz_data(single("other"), item), LESSON)
    assert (code, severity) in codes(problems)
    assert all(problem.what and problem.how for problem in problems)


def test_all_faults_come_at_once_with_their_lines():
    lines = Lines({("items", 0, "outcome"): 7, ("items", 1, "options", 2, "feedback"): 21, ("title",): 2})
    data = quiz_data(single(outcome="o9"), multiple())
    data["items"][1]["options"][2]["feedback"] = ""
    data["title"] = ""
    problems = QuizFile().check(data, replace(LESSON, lines=lines))
    found = {(problem.code, problem.line) for problem in problems}
    assert {("quiz-unknown-outcome", 7), ("quiz-empty", 21), ("quiz-empty", 2)} <= found


def test_ids_of_items_are_unique():
    assert ("quiz-double-id", "error") in codes(QuizFile().check(quiz_data(single(), multiple("q1")), LESSON))


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [
        ({"draw": 20}, "quiz-draw-high", "error"),
        ({"draw": 1}, "quiz-draw-low", "error"),
        ({"pass_mark": 0}, "quiz-value", "error"),
        ({"store": "nothing"}, "quiz-choice", "error"),
        ({"review_due": "soon"}, "quiz-date", "error"),
        ({"items": []}, "quiz-too-few", "error"),
        ({"items": "none"}, "quiz-not-list", "error"),
        ({"items": [None, 3]}, "quiz-unknown-type", "error"),
        ({"mode": "practice"}, "quiz-choice", "error"),
        ({"tries": "unlimited"}, "quiz-unknown-key", "error"),
        ({"attempts": "unlimited"}, "quiz-value", "error"),
        ({"minutes": 2}, "quiz-value", "error"),
        ({"items": check_data(3)["items"]}, "quiz-check-short", "warning"),
        ({"items": [samples.reflection(outcome="HS-1.1 o1")]}, "quiz-not-in-check", "error"),
        ({"items": [samples.branching(outcome="HS-1.1 o1")]}, "quiz-not-in-check", "error"),
        ({"items": [single(outcome="HS-1.1 o1")]}, "quiz-no-must-know", "warning"),
    ],
)
def test_each_fault_of_a_check_is_found(change, code, severity):
    assert (code, severity) in codes(CheckFile().check(check_data() | change, MODULE))


def test_segments_are_named_by_ids_and_survive_a_broken_item():
    found = dict(QuizFile().segments(quiz_data()))
    assert found["title"] == "Check: the first hour"
    assert found["q1 prompt"] == "Which account comes first?"
    assert found["q1 a text"] == "The main e-mail"
    assert {"q1 a feedback", "q3 correct", "q4 a step", "q4 partial", "q5 p1 left", "q5 x1 right", "q6 unit"} <= set(
        found
    )
    broken = quiz_data(single(), {"id": "q9", "type": "single"}, None)
    assert "q1 prompt" in dict(QuizFile().segments(broken))
    assert dict(QuizFile().segments({})) == {}


def test_compiling_asks_for_the_very_segments_and_marks_what_falls_back():
    asked = {}

    def arabic(kind, text):
        asked[kind] = text
        return Words(text, "en", "ltr", fallback=True) if kind == "q1 prompt" else Words(f"ع {text}", "ar", "rtl")

    data = quiz_data(*(make() for make in [*MAKERS.values(), *samples.OTHERS.values()]))
    quiz = Quiz.load(json.loads(json.dumps(QuizFile().compile(data, arabic, {}))))
    assert asked == dict(QuizFile().segments(data))
    assert (quiz.questions[0].prompt.lang, quiz.questions[0].prompt.dir) == ("en", "ltr")
    assert quiz.questions[1].prompt.text.startswith("ع ")
    assert quiz.questions[1].prompt.lang == ""


def test_a_version_follows_the_words_and_not_the_place():
    def versions(*items):
        return [question.version for question in samples.quiz_of(quiz_data(*items)).questions]

    assert versions(single(), ordering()) == versions(ordering(), single())[::-1]
    assert versions(single()) != versions(single(prompt="Which one then?"))
    assert versions(single())[0].startswith("HS-1.1-q/q1@")


def test_outline_facts_count_what_is_asked():
    everything = [make() for make in [*MAKERS.values(), *samples.OTHERS.values()]]
    assert QuizFile().summary(quiz_data(*everything)) == {"questions": 9, "store": "score"}
    assert CheckFile().summary(check_data(12, draw=9)) == {"questions": 9, "store": "score", "pass_mark": 80}
    assert list(QuizFile().ids(quiz_data(*everything))) == [*(f"q{n}" for n in range(1, 11)), "s1"]
    assert QuizFile().links(quiz_data(*everything)) == {"s1": "story/s1"}


def test_a_compiled_check_knows_its_mark_and_what_must_be_known():
    quiz = Quiz.load(CheckFile().compile(check_data(9, draw=8, pass_mark=75), as_written, {}))
    assert (quiz.pass_mark, quiz.draw, quiz.must_know, quiz.is_check) == (75, 8, {"q1", "q2"}, True)
    assert len(sheet(quiz, "s", TYPES).asked) == 8
