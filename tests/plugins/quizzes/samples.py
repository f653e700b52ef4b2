"""Items of every type as course files hold them, and how a browser would fill in their form."""

from lms.core.catalogue.api import Words
from lms.plugins.quizzes.domain.quiz import CheckSource, Quiz, QuizSource, compiled
from lms.plugins.quizzes.domain.types.branching import Branching
from lms.plugins.quizzes.domain.types.cloze import Cloze
from lms.plugins.quizzes.domain.types.matching import Matching
from lms.plugins.quizzes.domain.types.multiple import Multiple
from lms.plugins.quizzes.domain.types.numeric import Numeric
from lms.plugins.quizzes.domain.types.ordering import Ordering
from lms.plugins.quizzes.domain.types.reflection import Reflection
from lms.plugins.quizzes.domain.types.short import Short
from lms.plugins.quizzes.domain.types.single import Single
from lms.plugins.quizzes.domain.types.truefalse import TrueFalse

KINDS = (
    Single(), Multiple(), TrueFalse(), Ordering(), Matching(), Numeric(), Cloze(), Short(), Reflection(), Branching(),
)  # fmt: skip
TYPES = {kind.key: kind for kind in KINDS}
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


def cloze(name="q7", **more):
    return {
        "id": name,
        "type": "cloze",
        "outcome": "o1",
        "text": "Until the {1} is blocked, use a {2} code from your safe place.",
        "bank": ["SIM card", "recovery", "charger", "screen"],
        "answers": {"1": "SIM card", "2": "recovery"},
        "feedback": {"correct": f"Good. {WHY}", "incorrect": f"Think of a bad day. {WHY}"},
        **more,
    }


def typed(name="q8", **more):
    """A text with gaps to type in: Arabic letters are among the answers."""
    made = cloze(name, **{"answers": {"1": ["SIM card", "شريحة"], "2": ["recovery", "récupération"]}, **more})
    made["feedback"]["partial"] = f"Half of it. {WHY}"
    del made["bank"]
    return made


def short(name="q9", **more):
    return {
        "id": name,
        "type": "short",
        "outcome": "o1",
        "prompt": "What resets your other accounts?",
        "accept": ["The main e-mail", "e-mail", "Élan", "كلمة السر"],
        "feedback": {"correct": f"Good. {WHY}", "incorrect": f"Think of letters. {WHY}"},
        **more,
    }


def reflection(name="q10", **more):
    return {
        "id": name,
        "type": "reflection",
        "outcome": "o1",
        "prompt": "Who could be harmed?",
        "help": "You can pass.",
        "graded": False,
        "visible_to": "nobody",
        **more,
    }


def turn(name, points, following):
    text = f"Choice {name} to {following}"
    return {"id": name, "text": text, "points": points, "next": following, "feedback": f"After {text}."}


def branching(name="s1", **more):
    return {
        "id": name,
        "type": "branching",
        "outcome": "o1",
        "title": "Noor and the market",
        "content_note": {"level": 1, "text": "A theft. Nobody is hurt."},
        "scoring": {"max_per_node": 2, "good_enough": 0.6},
        "start": "n1",
        "nodes": [
            {"id": "n1", "text": "The phone is gone.", "choices": [turn("a", 2, "n2"), turn("b", 0, "n1b")]},
            {"id": "n1b", "text": "The motorbike is far away.", "choices": [turn("a", 1, "n2"), turn("b", 0, "n1")]},
            {"id": "n2", "text": "Ari has a laptop.", "choices": [turn("a", 2, "end_good"), turn("b", 0, "end_ok")]},
            {"id": "end_good", "end": True, "text": "Tea at seven."},
            {"id": "end_ok", "end": True, "text": "A hard evening."},
        ],
        **more,
    }


MAKERS = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "ordering": ordering,
    "matching": matching,
    "numeric": numeric,
    "cloze": cloze,
    "typed": typed,
    "short": short,
}
"""Everything that is graded on a page of questions; `typed` is a second cloze."""
OTHERS = {"reflection": reflection, "branching": branching}


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
        case "numeric" | "short":
            return {name: [answer]}
        case "cloze":
            return {
                f"{name}.{gap['id']}": [place(body["words"], answer[gap["id"]]) if body["words"] else answer[gap["id"]]]
                for gap in body["gaps"]
            }


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
        case "short":
            return body["shown"]["text"]
        case "cloze":
            return {gap["id"]: gap["word"] if body["words"] else gap["shown"]["text"] for gap in body["gaps"]}
        case "branching":
            return ["a", "a"]


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
        case "short":
            return "nothing of this"
        case "cloze":
            if body["words"]:
                others = [word["id"] for word in body["words"]]
                return {g["id"]: next(word for word in others if word != g["word"]) for g in body["gaps"]}
            return {gap["id"]: "nothing of this" for gap in body["gaps"]}
        case "branching":
            return ["b", "b", "b"]
