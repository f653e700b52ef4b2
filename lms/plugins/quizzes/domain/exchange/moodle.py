"""Moodle XML: questions of a question bank."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any
from urllib.parse import unquote

from lms.plugins.quizzes.domain.exchange import moodle_gaps, pictures, texts
from lms.plugins.quizzes.domain.exchange.draft import Draft, Form, Found, options, pairs, spread, verdicts
from lms.plugins.quizzes.domain.exchange.numbers import number, value
from lms.plugins.quizzes.domain.exchange.patterns import literal
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.trees import Node
from lms.plugins.quizzes.domain.exchange.weights import fraction, scoring

FORMS: Mapping[str, Form] = {"markdown": "markdown", "plain_text": "plain", "plain": "plain"}
FULL = Fraction(100)


def read(root: Node) -> Iterator[Found]:
    """Yield the questions of a file."""
    category = ""
    place = 0
    for node in root.all("question"):
        kind = node.get("type")
        if kind == "category":
            category = "/".join(text.words.strip() for found in node.all("category") for text in found.all("text"))
            continue
        place += 1
        named = node.one("name")
        draft = Draft(place, texts.line(named.words if named else ""), node.inner("idnumber"), category=category)
        draft.tags += [tag.words.strip() for tags in node.all("tags") for tag in tags.all("tag")]
        yield draft, partial(_question, node=node, kind=kind)


def _question(draft: Draft, node: Node, kind: str) -> Mapping[str, Any]:
    if kind == "description":
        raise Refused("description")
    if kind not in READERS:
        raise Refused("template" if kind.startswith("calculated") else "no-kind", kind=kind[:40])
    if any(True for _hint in node.all("hint") if said(draft, _hint)):
        draft.lose("hints")
    own = {_path(file): file for text in node.all("questiontext") for file in text.all("file")}
    draft.files = lambda src: pictures.decoded(own[src].words) if (src := _named(src)) in own else None
    made = READERS[kind](draft, node)
    used = _named(draft.picture.src) if draft.picture else ""
    rest = [name for file in node.find("file") if (name := _path(file)) != used]
    if any(not pictures.is_picture(name) for name in rest):
        draft.lose("media")
    if any(pictures.is_picture(name) for name in rest):
        draft.lose("picture")
    return made


def _path(file: Node) -> str:
    return f"{file.get('path').strip('/')}/{file.get('name')}".strip("/")


def _named(src: str) -> str:
    """Return the file that an address in a text stands for."""
    return unquote(src.partition("?")[0]).removeprefix(pictures.INSIDE).strip("/")


def said(draft: Draft, node: Node | None) -> str:
    """Return what stands in an element that holds a `text`, as plain words."""
    inner = node.one("text") if node else None
    return draft.text(inner.words, form_of(node)) if node and inner else ""


def form_of(node: Node | None) -> Form:
    return FORMS.get(node.get("format"), "html") if node else "html"


def _prompt(draft: Draft, node: Node) -> str:
    asked = node.one("questiontext")
    inner = asked.one("text") if asked else None
    return draft.asked(inner.words, form_of(asked)) if inner else ""


def _answers(draft: Draft, node: Node) -> list[tuple[str, Fraction, str, Node]]:
    """Return text, weight and feedback of each answer."""
    return [
        (
            _answer_text(draft, answer),
            fraction(answer.get("fraction", "0")),
            said(draft, answer.one("feedback")),
            answer,
        )
        for answer in node.all("answer")
    ]


def _answer_text(draft: Draft, answer: Node) -> str:
    inner = answer.one("text")
    return draft.text(inner.words if inner else answer.words, form_of(answer))


def _combined(draft: Draft, node: Node) -> dict[str, str]:
    """Return what is said of the whole, as several kinds have it."""
    found = verdicts(
        said(draft, node.one("correctfeedback")),
        said(draft, node.one("incorrectfeedback")),
        said(draft, node.one("generalfeedback")),
    )
    return {**found, "partial": said(draft, node.one("partiallycorrectfeedback"))}


def _two_sided(draft: Draft, node: Node) -> dict[str, str]:
    found = _combined(draft, node)
    if found.pop("partial"):
        draft.lose("feedback")
    return found


def _multichoice(draft: Draft, node: Node) -> Mapping[str, Any]:
    rows = _answers(draft, node)
    one = node.inner("single").casefold() not in {"false", "0"}
    whole = _combined(draft, node)
    general = said(draft, node.one("generalfeedback"))
    right = [row for row in rows if row[1] >= FULL] if one else [row for row in rows if row[1] > 0]
    if not right:
        raise Refused("no-key")
    if any(whole[key] not in {"", general, f"{whole[key]} {general}"} for key in ("correct", "incorrect", "partial")):
        draft.lose("feedback")
    made = spread(options((text, (text, weight, told, _n) in right, told) for text, weight, told, _n in rows), general)
    if one and len(right) <= 1:
        if any(0 < row[1] < FULL for row in rows):
            draft.lose("partial")
        return {"type": "single", "prompt": _prompt(draft, node), "options": made}
    points, exact = scoring([row[1] if row in right else min(row[1], Fraction(0)) for row in rows])
    if one or not exact:
        draft.lose("rule" if one else "weights")
    return {"type": "multiple", "prompt": _prompt(draft, node), "options": made, "scoring": None if one else points}


def _truefalse(draft: Draft, node: Node) -> Mapping[str, Any]:
    rows = {text.strip().casefold(): (weight, told) for text, weight, told, _n in _answers(draft, node)}
    sides = {side: rows.get(side, (Fraction(0), "")) for side in ("true", "false")}
    if (sides["true"][0] > 0) == (sides["false"][0] > 0):
        raise Refused("no-key")
    answer = sides["true"][0] > 0
    right, wrong = sides["true" if answer else "false"][1], sides["false" if answer else "true"][1]
    feedback = verdicts(right, wrong, said(draft, node.one("generalfeedback")))
    return {"type": "truefalse", "prompt": _prompt(draft, node), "answer": answer, "feedback": feedback}


def _shortanswer(draft: Draft, node: Node) -> Mapping[str, Any]:
    rows = _answers(draft, node)
    if node.inner("usecase") == "1":
        draft.lose("case")
    full = [row for row in rows if row[1] >= FULL]
    if any(0 < row[1] < FULL for row in rows):
        draft.lose("partial")
    right = next((row[2] for row in full if row[2]), "")
    wrong = [row[2] for row in rows if row[1] <= 0 and row[2]]
    if len({row[2] for row in rows if row[2]}) > bool(right) + bool(wrong):
        draft.lose("feedback")
    return {
        "type": "short",
        "prompt": _prompt(draft, node),
        "accept": literal(draft, [row[0] for row in full]),
        "feedback": verdicts(right, wrong[-1] if wrong else "", said(draft, node.one("generalfeedback"))),
    }


def _numerical(draft: Draft, node: Node) -> Mapping[str, Any]:
    rows = _answers(draft, node)
    full = [row for row in rows if row[1] >= FULL]
    if not full:
        raise Refused("no-key")
    if any(0 < row[1] < FULL for row in rows):
        draft.lose("partial")
    if len(full) > 1:
        draft.lose("answers", answers=", ".join(row[0] for row in full[1:]))
    names = [unit.inner("unit_name") for units in node.all("units") for unit in units.all("unit")]
    if len(names) > 1:
        draft.lose("units")
    wrong = next((row[2] for row in rows if row[1] <= 0 and row[2]), "")
    return {
        "type": "numeric",
        "prompt": _prompt(draft, node),
        "answer": value(number(full[0][0])),
        "tolerance": value(abs(number(full[0][3].inner("tolerance") or "0"))),
        "unit": draft.text(names[0], "plain") if names else None,
        "feedback": verdicts(full[0][2], wrong, said(draft, node.one("generalfeedback"))),
    }


def _matching(draft: Draft, node: Node) -> Mapping[str, Any]:
    rows = [(said(draft, sub), _right(draft, sub)) for sub in node.all("subquestion")]
    found = pairs(row for row in rows if any(row))
    return {"type": "matching", "prompt": _prompt(draft, node), **found, "feedback": _two_sided(draft, node)}


def _right(draft: Draft, sub: Node) -> str:
    answer = sub.one("answer")
    return draft.text(answer.inner("text"), "plain") if answer else ""


def _ordering(draft: Draft, node: Node) -> Mapping[str, Any]:
    rows = sorted(_answers(draft, node), key=lambda row: row[1])
    grading = node.inner("gradingtype").upper()
    if grading not in {"RELATIVE_NEXT_EXCLUDE_LAST", "ALL_OR_NOTHING"}:
        draft.lose("rule")
    if node.inner("selecttype").upper() not in {"", "ALL", "0"}:
        draft.lose("rule")
    return {
        "type": "ordering",
        "prompt": _prompt(draft, node),
        "steps": [
            {"id": option["id"], "text": option["text"]} for option in options((row[0], False, "") for row in rows)
        ],
        "scoring": {"exact": 1, "pairs": False} if grading == "ALL_OR_NOTHING" else None,
        "feedback": _combined(draft, node),
    }


def _essay(draft: Draft, node: Node) -> Mapping[str, Any]:
    if fraction(node.inner("defaultgrade") or "1") > 0:
        draft.lose("essay")
    return {"type": "reflection", "prompt": _prompt(draft, node), "help": said(draft, node.one("generalfeedback"))}


def _gaps(draft: Draft, node: Node) -> Mapping[str, Any]:
    inner = node.one("questiontext")
    text = inner.inner("text") if inner else ""
    if node.get("type") in {"cloze", "multianswer"}:
        found = moodle_gaps.embedded(draft, text, form_of(inner))
        return {**found, "feedback": verdicts(found["feedback"]["correct"], found["feedback"]["incorrect"],
                                              said(draft, node.one("generalfeedback")))}  # fmt: skip
    words = [(_word(draft, option), option.inner("group") or "1") for option in node.all("selectoption", "dragbox")]
    return {**moodle_gaps.placed(draft, text, form_of(inner), words), "feedback": _combined(draft, node)}


def _word(draft: Draft, option: Node) -> str:
    return draft.text(option.inner("text"), "html")


READERS = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _gaps,
    "multianswer": _gaps,
    "gapselect": _gaps,
    "ddwtos": _gaps,
}
