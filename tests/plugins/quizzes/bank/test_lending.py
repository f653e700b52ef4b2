"""Questions of the bank in quiz files, their words, and the list: rules without a database."""

from datetime import date

from lms.plugins.quizzes.domain import quiz
from lms.plugins.quizzes.domain.bank.lent import Lent, whole
from lms.plugins.quizzes.domain.bank.listing import Listed, Wanted, leaf, lent_name
from lms.plugins.quizzes.domain.bank.words import coverage, kept, pairs_of, segments_of, sent
from lms.plugins.quizzes.domain.content import Text
from lms.plugins.quizzes.domain.quiz import CheckSource, QuizSource
from tests.plugins.quizzes.samples import TYPES, as_written, check_data, quiz_data, short, single

TODAY = date(2026, 11, 23)
OUTCOMES = frozenset({"o1"})


def content(item):
    return {key: value for key, value in item.items() if key not in {"id", "outcome"}}


def lent(item=None, words=None):
    return Lent("bwet", 3, "en", content(item or single()), words or {})


def shelf(ids):
    return {"bwet": lent()} if "bwet" in ids else {}


def test_a_line_that_uses_a_question_stands_for_it_and_adds_only_what_the_quiz_says():
    data = quiz_data({"use": "bwet", "outcome": "o1"}, short("q2"))
    full = whole(data, shelf)
    assert full.flaws == ()
    assert full.data["items"][0] == {"id": "bwet", "outcome": "o1", **content(single())}
    assert quiz.flaws(full.data, QuizSource, TYPES, OUTCOMES) == []
    found, _flaws = quiz.items(full.data, TYPES)
    assert [item.id for _place, item, _kind in found] == ["bwet", "q2"]


def test_what_is_wrong_with_such_a_line_is_said_once_and_where_it_stands():
    data = quiz_data(short("q2"), {"use": "bdry", "outcome": "o1"}, {"use": "bwet", "outcome": "o1", "prompt": "Mine"})
    full = whole(data, shelf)
    assert [(flaw.path, flaw.code) for flaw in full.flaws] == [
        (("items", 1, "use"), "quiz-unknown-use"),
        (("items", 2, "prompt"), "quiz-unknown-key"),
    ]
    assert quiz.flaws(full.data, QuizSource, TYPES, OUTCOMES) == []
    assert whole(quiz_data(), lambda _ids: 1 / 0).flaws == ()  # a file without such a line asks nobody


def test_its_version_is_the_same_in_every_quiz_and_another_after_an_edit():
    def versions(data, model, held):
        full = whole(data, lambda _ids: {"bwet": held})
        say = {"bwet": held.speaking("en")}
        return quiz.compiled(full.data, model, TYPES, as_written, say)["questions"][0]["version"]

    in_quiz = versions(quiz_data({"use": "bwet", "outcome": "o1"}), QuizSource, lent())
    in_check = versions(
        {**check_data(), "items": [{"use": "bwet", "outcome": "HS-1.1 o1", "must_know": True}]}, CheckSource, lent()
    )
    edited = versions(quiz_data({"use": "bwet", "outcome": "o1"}), QuizSource, lent(single(prompt="Wet?")))
    assert in_quiz == in_check != edited
    assert lent_name(in_quiz) == lent_name(edited) == "bwet"
    assert lent_name("HS-1.1-q/q1@0123") == ""


def test_a_translation_counts_only_for_the_source_it_was_made_of():
    kind = TYPES["short"]
    segments = segments_of(kind, content(short()))
    pairs = sent(pairs_of(segments, {}), {f"t{n}": f"نص {n}" for n in range(1, len(segments) + 1)})
    assert [pair.error for pair in pairs] == [""] * len(segments)
    words = {"ar": kept(pairs)}
    assert coverage(kind, lent(short(), words)) == {"en", "ar"}
    edited = lent(short(prompt="Another question?"), words)
    assert coverage(kind, edited) == {"en"}
    said = edited.speaking("ar")("prompt", "Another question?")
    assert (said.text, said.lang, said.fallback) == ("Another question?", "en", True)
    assert pairs_of(segments_of(kind, edited.item), words["ar"])[0].state == "changed"


def test_a_translation_keeps_gaps_and_has_no_hidden_signs():
    pairs = pairs_of([("text", "Use a {1} and a {2}.")], {})
    assert sent(pairs, {"t1": "ضع {2} ثم {1}"})[0].error == ""
    assert "{1} {2}" in sent(pairs, {"t1": "ضع {1}"})[0].error
    assert sent(pairs, {"t1": "ضع {2} ثم \u202e{1}"})[0].error
    assert sent(pairs, {"t1": ""})[0].error == ""


def row(key, **more):
    return Listed(key, "single", Text(key), more.pop("sought", "cafe is open"), frozenset({"en"}), **more)


def test_the_list_is_found_by_all_it_says_and_cut_into_pages():
    due = row("b1", number=2, published=1, tags=("Water",), review_due=TODAY)
    of_file, draft = row("f1", sought="rain"), row("b2", number=1)
    everything = [due, draft, of_file]
    assert [one.key for one in leaf(everything, Wanted(words="CAFÉ"), 1, TODAY).rows] == ["b1", "b2"]
    assert [one.key for one in leaf(everything, Wanted(state="due"), 1, TODAY).rows] == ["b1"]
    assert [one.key for one in leaf(everything, Wanted(state="draft"), 1, TODAY).rows] == ["b1", "b2"]
    assert [one.key for one in leaf(everything, Wanted(state="published"), 1, TODAY).rows] == ["b1", "f1"]
    assert [one.key for one in leaf(everything, Wanted(tag="water"), 1, TODAY).rows] == ["b1"]
    assert leaf(everything, Wanted(without="en"), 1, TODAY).rows == []
    assert leaf(everything, Wanted(without="fr", type="single"), 9, TODAY).total == 3
    many = leaf([of_file] * 60, Wanted(), 3, TODAY)
    assert (len(many.rows), many.page, many.pages) == (10, 3, 3)
