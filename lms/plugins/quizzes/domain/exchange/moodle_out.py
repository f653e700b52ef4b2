"""Our questions as Moodle XML. Texts are plain; only those with gaps are HTML, because Moodle looks for gaps there."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence

from lms.plugins.quizzes.domain.exchange import marks, texts, weights
from lms.plugins.quizzes.domain.exchange.numbers import written as digits
from lms.plugins.quizzes.domain.exchange.out import Parting, Written, accepted, by_kind, each, line
from lms.plugins.quizzes.domain.exchange.patterns import guarded
from lms.plugins.quizzes.domain.exchange.pictures import INSIDE
from lms.plugins.quizzes.domain.exchange.trees import Node, document, node, written
from lms.plugins.quizzes.domain.types.cloze import GAP

PLAIN = "plain_text"
_CLOZE = re.compile(r"([#~/\"\\])")
_ENTITIES = str.maketrans({"{": "&lbrace;", "}": "&rbrace;", "[": "&lbrack;", "]": "&rbrack;"})


def write(partings: Iterable[Parting]) -> tuple[bytes, Written[Node]]:
    """Return a file, and what became of each question."""
    made = each(partings, _question, pictures=True)
    return document(node("quiz", *made.parts)), made


def _question(parting: Parting) -> Node:
    kind, inside = by_kind(parting, _WRITERS)
    tags = [node("tag", node("text", tag)) for tag in marks.tags(parting.item)]
    return node(
        "question",
        node("name", node("text", parting.name)),
        node("idnumber", parting.name),
        *inside,
        node("tags", *tags) if tags else None,
        type=kind,
    )


def _text(name: str, text: str, form: str = PLAIN) -> Node:
    return node(name, Node("text", {}, [text]), format=form)


def _asked(parting: Parting, html: str = "") -> Node:
    """Return the text of a question: plain, unless it is given as HTML or a picture belongs to it."""
    if not parting.picture:
        return _text("questiontext", html or parting.prompt, "html" if html else PLAIN)
    name = parting.picture_file
    image = written(node("img", src=f"{INSIDE}{name}", alt=parting.picture_alt))
    held = Node("file", {"name": name, "path": "/", "encoding": "base64"}, [b64encode(parting.picture).decode()])
    text = f"<p>{html or texts.as_html(parting.prompt)}</p><p>{image}</p>"
    return node("questiontext", Node("text", {}, [text]), held, format="html")


def _head(parting: Parting, general: str = "", grade: str = "1") -> list[Node]:
    return [
        _asked(parting),
        _text("generalfeedback", general),
        node("defaultgrade", grade),
        node("hidden", "0"),
    ]


def _answer(text: str, weight: str, said: str, *more: Node) -> Node:
    return node("answer", Node("text", {}, [text]), _text("feedback", said), *more, fraction=weight, format=PLAIN)


def _sides(parting: Parting) -> list[Node]:
    return [
        _text("correctfeedback", parting.said("correct")),
        _text("partiallycorrectfeedback", parting.said("partial")),
        _text("incorrectfeedback", parting.said("incorrect")),
    ]


def _choice(parting: Parting) -> tuple[str, list[Node]]:
    options = parting.item["options"]
    if parting.kind == "single":
        found = ["100" if option.get("correct") else "0" for option in options]
    else:
        shares, exact = weights.weights(dict(parting.item))
        found = [weights.written(share) for share in shares]
        if not exact:
            parting.lose("weights")
    rows = [
        _answer(line(option["text"]), weight, line(option["feedback"]))
        for option, weight in zip(options, found, strict=True)
    ]
    single = node("single", "true" if parting.kind == "single" else "false")
    return "multichoice", [*_head(parting), single, node("shuffleanswers", "1"), node("answernumbering", "abc"), *rows]


def _truefalse(parting: Parting) -> tuple[str, list[Node]]:
    rows = [
        _answer(side, "100" if right else "0", parting.said("correct" if right else "incorrect"))
        for side, right in (("true", parting.item["answer"]), ("false", not parting.item["answer"]))
    ]
    return "truefalse", [*_head(parting), *rows]


def _short(parting: Parting) -> tuple[str, list[Node]]:
    rows = [_answer(guarded(text), "100", parting.said("correct")) for text in accepted(parting.item["accept"])]
    return "shortanswer", [*_head(parting), node("usecase", "0"), *rows, _answer("*", "0", parting.said("incorrect"))]


def _numeric(parting: Parting) -> tuple[str, list[Node]]:
    tolerance = node("tolerance", digits(parting.item.get("tolerance", 0)))
    rows = [
        _answer(digits(parting.item["answer"]), "100", parting.said("correct"), tolerance),
        _answer("*", "0", parting.said("incorrect"), node("tolerance", "0")),
    ]
    unit = line(parting.item.get("unit") or "")
    named = node("unit", node("multiplier", "1"), node("unit_name", unit)) if unit else None
    return "numerical", [*_head(parting), *rows, *([node("units", named)] if named else [])]


def _matching(parting: Parting) -> tuple[str, list[Node]]:
    rows = [(line(pair["left"]), line(pair["right"])) for pair in parting.item["pairs"]]
    rows += [("", line(extra["text"])) for extra in parting.item.get("extra_right", ())]
    made = [
        node("subquestion", Node("text", {}, [left]), node("answer", node("text", right)), format=PLAIN)
        for left, right in rows
    ]
    return "matching", [*_head(parting), node("shuffleanswers", "true"), *_sides(parting), *made]


def _ordering(parting: Parting) -> tuple[str, list[Node]]:
    parting.lose_order()
    rows = [_answer(line(step["text"]), str(place), "") for place, step in enumerate(parting.item["steps"], 1)]
    grading = "RELATIVE_NEXT_EXCLUDE_LAST" if parting.earns_by_pairs else "ALL_OR_NOTHING"
    settings = [
        node("layouttype", "VERTICAL"),
        node("selecttype", "ALL"),
        node("selectcount", "0"),
        node("gradingtype", grading),
        node("showgrading", "SHOW"),
        node("numberingstyle", "none"),
    ]
    return "ordering", [*_head(parting), *settings, *_sides(parting), *rows]


def _cloze(parting: Parting) -> tuple[str, list[Node]]:
    text = line(f"{parting.prompt} {line(parting.item['text'])}")
    bank = [line(word) for word in parting.item.get("bank") or ()]
    answers = {gap: accepted(given) for gap, given in parting.item["answers"].items()}
    if not bank:
        if parting.said("partial"):
            parting.lose("feedback")
        gaps = {gap: _embedded(parting, given) for gap, given in answers.items()}
        return "cloze", [_filled(parting, text, gaps), _text("generalfeedback", "")]
    places = {gap: f"[[{bank.index(given[0]) + 1}]]" for gap, given in answers.items()}
    words = [node("selectoption", node("text", texts.as_html(word)), node("group", "1")) for word in bank]
    return "gapselect", [_filled(parting, text, places), _text("generalfeedback", ""), node("defaultgrade", "1"),
                         node("shuffleanswers", "1"), *_sides(parting), *words]  # fmt: skip


def _filled(parting: Parting, text: str, gaps: Mapping[str, str]) -> Node:
    pieces = GAP.split(text)
    whole = "".join(gaps[piece] if place % 2 else _unbraced(piece) for place, piece in enumerate(pieces))
    return _asked(parting, whole)


def _unbraced(text: str) -> str:
    """Return words as HTML in which Moodle sees no gap."""
    return texts.as_html(text).translate(_ENTITIES)


def _embedded(parting: Parting, answers: Sequence[str]) -> str:
    right = [f"={_in_gap(guarded(answer))}#{_in_gap(parting.said('correct'))}" for answer in answers]
    return f"{{1:SHORTANSWER:{'~'.join(right)}~*#{_in_gap(parting.said('incorrect'))}}}"


def _in_gap(text: str) -> str:
    """Braces would end the gap, escaped or not, in some versions; as entities they cannot."""
    return _CLOZE.sub(r"\\\1", _unbraced(text))


def _reflection(parting: Parting) -> tuple[str, list[Node]]:
    said = line(parting.item.get("help") or "")
    return "essay", [*_head(parting, said, "0"), node("responseformat", "editor"), node("responserequired", "0")]


_WRITERS = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _truefalse,
    "short": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "reflection": _reflection,
}
