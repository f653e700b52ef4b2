"""Items of every type as course files hold them, and how a browser would fill in their form."""

from lms.core.catalogue.api import Words
from lms.plugins.quizzes.domain.quiz import CheckSource, Quiz, QuizSource, compiled
from lms.plugins.quizzes.domain.types.matching import Matching
from lms.plugins.quizzes.domain.types.multiple import Multiple
from lms.plugins.quizzes.domain.types.numeric import Numeric
from lms.plugins.quizzes.domain.types.ordering import Ordering
from lms.plugins.quizzes.domain.types.single import Single
from lms.plugins.quizzes.domain.types.truefalse import TrueFalse

TYPES = {kind.key: kind for kind in (Single(), Multiple(), TrueFalse(), Ordering(), Matching(), Numeric())}
WHY = "Because the reason stands first here, in a sentence that is long enough to be worth reading at all."


def option(name, text=None, *, correct=False):
    return {"id": name, "text": text or f"Option {name}", "correct": correct, "feedback": f"{name}: {WHY}"}


def single(name="q1", **more):
    return {
        "id": name,
        "type": "single",
        "outcome": "o1",
        "prompt": "Which account comes first?",
        "options": [
            option("a", "The main e-mail", correct=True),
            option("b", "The one I use most"),
            option("c", "The photos"),
        ],
        **more,
    }


def multiple(name="q2", **more):
    return {
        "id": name,
        "type": "multiple",
        "outcome": "o1",
        "prompt": "Which facts are reasons to think first?",
        "options": [
            option("a", "It needs a network", correct=True),
            option("b", "The place is lost", correct=True),
            option("c", "It can be a crime", correct=True),
            option("d", "It breaks the screen"),
        ],
        **more,
    }


def truefalse(name="q3", **more):
    return {
        "id": name,
        "type": "truefalse",
        "outcome": "o1",
        "prompt": "There is nothing left to do.",
        "answer": False,
        "feedback": {"correct": f"Right side. {WHY}", "incorrect": f"Other side. {WHY}"},
        **more,
    }


def ordering(name="q4", **more):
    return {
        "id": name,
        "type": "ordering",
        "outcome": "o1",
        "prompt": "Put these steps in a safe order.",
        "steps": [
            {"id": "a", "text": "Tell your contact"},
            {"id": "b", "text": "Change the password"},
            {"id": "c", "text": "Secure the messenger"},
            {"id": "d", "text": "Look again in a week"},
        ],
        "accept_also": [["a", "c", "b", "d"]],
        "feedback": {"correct": f"Good. {WHY}", "partial": f"Close. {WHY}", "incorrect": f"Begin again. {WHY}"},
        **more,
    }


def matching(name="q5", **more):
    return {
        "id": name,
        "type": "matching",
        "outcome": "o1",
        "prompt": "Match the state with the best assumption.",
        "pairs": [
            {"id": "p1", "left": "Off", "right": "Mostly locked"},
            {"id": "p2", "left": "Locked", "right": "Partly readable"},
            {"id": "p3", "left": "Open", "right": "All was read"},
        ],
        "extra_right": [{"id": "x1", "text": "Moved to the SIM card"}],
        "feedback": {"correct": f"Good. {WHY}", "incorrect": f"See the table. {WHY}"},
        **more,
    }


def numeric(name="q6", **more):
    return {
        "id": name,
        "type": "numeric",
        "outcome": "o1",
        "prompt": "For how many weeks?",
        "answer": 4,
        "tolerance": 1,
        "unit": "weeks",
        "feedback": {"correct": f"Good. {WHY}", "incorrect": f"About a month. {WHY}"},
        **more,
    }


MAKERS = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "ordering": ordering,
    "matching": matching,
    "numeric": numeric,
}


def quiz_data(*items, **more):
    found = items or tuple(make() for make in MAKERS.values())
    return {"id": "HS-1.1-q", "title": "Check: the first hour", "intro": "Practice only.", "items": list(found), **more}


def check_data(count=8, **more):
    items = [single(f"q{n}", must_know=n <= 2, outcome="HS-1.1 o1") for n in range(1, count + 1)]
    return {"id": "HS-1-check", "title": "Check of module 1", "mode": "module-check", "items": items, **more}


def as_written(kind, text):
    return Words(text, "en", "ltr")


def quiz_of(data, translate=as_written):
    model = CheckSource if data.get("mode") == "module-check" else QuizSource
    return Quiz.load(compiled(data, model, TYPES, translate))


def question_of(item, translate=as_written):
    return quiz_of(quiz_data(item), translate).questions[0]


def filled(question, answer):
    """The form of a shuffled question as somebody fills it in who means `answer`."""
    name, body = question.id, question.body
    match question.type:
        case "single":
            return {name: [place(body["options"], answer)]}
        case "multiple":
            return {name: [place(body["options"], one) for one in answer]}
        case "truefalse":
            return {name: ["1" if answer else "2"]}
        case "ordering":
            return {f"{name}.{row}": [str(answer.index(step["id"]) + 1)] for row, step in enumerate(body["steps"], 1)}
        case "matching":
            return {
                f"{name}.{row}": [place(body["rights"], answer[pair["id"]])]
                for row, pair in enumerate(body["pairs"], 1)
            }
        case "numeric":
            return {name: [answer]}


def place(rows, name):
    return str([row["id"] for row in rows].index(name) + 1)


def right_answer(question):
    """The full answer of a compiled question."""
    body = question.body
    match question.type:
        case "single":
            return next(row["id"] for row in body["options"] if row["right"])
        case "multiple":
            return sorted(row["id"] for row in body["options"] if row["right"])
        case "truefalse":
            return body["answer"]
        case "ordering":
            return body["orders"][0]
        case "matching":
            return {pair["id"]: pair["right"] for pair in body["pairs"]}
        case "numeric":
            return body["answer"]


def wrong_answer(question):
    """An answer that earns nothing."""
    body = question.body
    match question.type:
        case "single" | "multiple":
            wrong = [row["id"] for row in body["options"] if not row["right"]]
            return wrong[0] if question.type == "single" else wrong
        case "truefalse":
            return not body["answer"]
        case "ordering":
            return [body["orders"][0][step] for step in (2, 0, 3, 1)]
        case "matching":
            return {
                pair["id"]: next(r["id"] for r in body["rights"] if r["id"] != pair["right"]) for pair in body["pairs"]
            }
        case "numeric":
            return "1000"
