"""Our questions as QTI 2.1 or 3.0: an item each, in one package with its manifest."""

import re
from collections.abc import Iterable, Sequence
from functools import partial

from lms import gettext as _
from lms.plugins.quizzes.domain.exchange import marks, packages
from lms.plugins.quizzes.domain.exchange.numbers import written as digits
from lms.plugins.quizzes.domain.exchange.out import Parting, Written, accepted, by_kind, each, line
from lms.plugins.quizzes.domain.exchange.qti_rules import by_choice, by_map, by_verdict, declared, equal, matched, typed
from lms.plugins.quizzes.domain.exchange.trees import Node, node
from lms.plugins.quizzes.domain.types.cloze import GAP

RESPONSE = "RESPONSE"
_NAMED = re.compile(r"[^A-Za-z0-9_.-]")
_CAPITAL = re.compile(r"[A-Z]")
HTML = frozenset({"p", "div", "span", "img"})
SPACES = {
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}


def write(partings: Iterable[Parting], version: str) -> tuple[bytes, Written[tuple[str, Node]]]:
    """Return a package, and what became of each question.

    Args:
        partings: the questions.
        version: 2.1 or 3.0.

    """
    made = each(partings, partial(_item, version=version), pictures=True)
    held = {_address(one): one.picture for one in made.partings if one.picture and one.refused is None}
    return packages.packed(made.parts, version, held), made


def _address(parting: Parting) -> str:
    return f"images/{parting.picture_file}"


def _item(parting: Parting, version: str) -> tuple[str, Node]:
    parts = by_kind(parting, _WRITERS)
    if parting.picture:
        body = next(part for part in parts if part.name == "itemBody")
        body.inside = [node("p", Node("img", {"src": _address(parting), "alt": parting.picture_alt})), *body.inside]
    name = _NAMED.sub("_", parting.name)
    item = node("assessmentItem", *parts, xmlns=SPACES[version], identifier=name, title=parting.name,
                adaptive="false", timeDependent="false", label="; ".join(marks.tags(parting.item)))  # fmt: skip
    return name, three(item) if version == "3.0" else item


def three(item: Node) -> Node:
    """Return a tree with the names of QTI 3."""
    if item.name in HTML:
        name, given = item.name, dict(item.given)
    else:
        name = f"qti-{_kebab(item.name)}"
        given = {_kebab(key): value for key, value in item.given.items()}
    inside: list[Node | str] = [three(child) if isinstance(child, Node) else child for child in item.inside]
    if name == "qti-modal-feedback":
        inside = [Node("qti-content-body", {}, inside)]
    return Node(name, given, inside)


def _kebab(name: str) -> str:
    return _CAPITAL.sub(lambda found: f"-{found[0].lower()}", name)


def _body(prompt: str, *inside: Node) -> Node:
    return node("itemBody", node("p", prompt) if prompt else None, *inside)


def _said(parting: Parting) -> list[Node]:
    return [
        node(
            "modalFeedback",
            node("p", parting.said(kind)),
            outcomeIdentifier="FEEDBACK",
            identifier=kind,
            showHide="show",
        )
        for kind in ("correct", "partial", "incorrect")
        if parting.said(kind)
    ]


def _choice(parting: Parting) -> list[Node]:
    options = parting.item["options"]
    rows = [
        node(
            "simpleChoice",
            line(option["text"]),
            node("feedbackInline", line(option["feedback"]), outcomeIdentifier="FEEDBACK", identifier=option["id"],
                 showHide="show"),
            identifier=option["id"],
        )
        for option in options
    ]  # fmt: skip
    right = [option["id"] for option in options if option.get("correct")]
    single = parting.kind == "single"
    points = {"each_right": 1, "each_wrong": -1, **parting.item.get("scoring", {})}
    worth = None if single else {
        option["id"]: points["each_right"] if option.get("correct") else points["each_wrong"] for option in options
    }  # fmt: skip
    return [
        declared(RESPONSE, "single" if single else "multiple", "identifier", right, worth),
        *by_choice("single" if single else "multiple"),
        _body("", node("choiceInteraction", node("prompt", parting.prompt), *rows, responseIdentifier=RESPONSE,
                       shuffle="true", maxChoices="1" if single else "0")),
        by_map(right=not single),
    ]  # fmt: skip


def _truefalse(parting: Parting) -> list[Node]:
    rows = [
        node("simpleChoice", text, identifier=side, fixed="true")
        for side, text in (("true", _("True")), ("false", _("False")))
    ]
    right = ["true" if parting.item["answer"] else "false"]
    asked = node("choiceInteraction", node("prompt", parting.prompt), *rows, responseIdentifier=RESPONSE, shuffle="false",
                 maxChoices="1")  # fmt: skip
    return _judged(parting, [declared(RESPONSE, "single", "identifier", right)], _body("", asked), [matched(RESPONSE)])


def _judged(parting: Parting, declarations: Sequence[Node], body: Node, right: Sequence[Node]) -> list[Node]:
    """Return the parts of an item that says one thing after a right answer and another after a wrong one."""
    if parting.said("partial"):
        parting.lose("feedback")
    outcomes, rule = by_verdict(right)
    return [*declarations, *outcomes, body, rule, *_said(parting)]


def _ordering(parting: Parting) -> list[Node]:
    parting.lose_order()
    if parting.earns_by_pairs:
        parting.lose("order-credit")
    steps = parting.item["steps"]
    rows = [node("simpleChoice", line(step["text"]), identifier=step["id"]) for step in steps]
    asked = node("orderInteraction", node("prompt", parting.prompt), *rows, responseIdentifier=RESPONSE, shuffle="true")
    key = declared(RESPONSE, "ordered", "identifier", [step["id"] for step in steps])
    return _judged(parting, [key], _body("", asked), [matched(RESPONSE)])


def _matching(parting: Parting) -> list[Node]:
    pairs, extras = parting.item["pairs"], parting.item.get("extra_right", ())
    rights = list(dict.fromkeys([line(pair["right"]) for pair in pairs] + [line(extra["text"]) for extra in extras]))
    most = str(len(pairs))
    first = [
        node("simpleAssociableChoice", line(pair["left"]), identifier=f"L{n}", matchMax="1")
        for n, pair in enumerate(pairs, 1)
    ]
    second = [
        node("simpleAssociableChoice", text, identifier=f"R{n}", matchMax=most) for n, text in enumerate(rights, 1)
    ]
    right = [f"L{n} R{rights.index(line(pair['right'])) + 1}" for n, pair in enumerate(pairs, 1)]
    asked = node("matchInteraction", node("prompt", parting.prompt), node("simpleMatchSet", *first),
                 node("simpleMatchSet", *second), responseIdentifier=RESPONSE, shuffle="true", maxAssociations=most)  # fmt: skip
    key = declared(RESPONSE, "multiple", "directedPair", right, dict.fromkeys(right, 1))
    return _judged(parting, [key], _body("", asked), [matched(RESPONSE)])


def _numeric(parting: Parting) -> list[Node]:
    unit = line(parting.item.get("unit") or "")
    entry = node("textEntryInteraction", responseIdentifier=RESPONSE, expectedLength="12")
    asked = node("div", entry, " " if unit else None, node("span", unit, **{"class": "unit"}) if unit else None)
    key = declared(RESPONSE, "single", "float", [digits(parting.item["answer"])])
    rule = equal(RESPONSE, digits(parting.item.get("tolerance", 0)))
    return _judged(parting, [key], _body(parting.prompt, asked), [rule])


def _short(parting: Parting) -> list[Node]:
    answers = accepted(parting.item["accept"])
    entry = node("textEntryInteraction", responseIdentifier=RESPONSE, expectedLength="40")
    key = declared(RESPONSE, "single", "string", answers[:1], dict.fromkeys(answers, 1))
    return _judged(parting, [key], _body(parting.prompt, node("div", entry)), [typed(RESPONSE)])


def _cloze(parting: Parting) -> list[Node]:
    bank = [line(word) for word in parting.item.get("bank") or ()]
    gaps = sorted(parting.item["answers"], key=int)
    names = {gap: f"{RESPONSE}{gap}" for gap in gaps}
    pieces: list[Node | str] = []
    for place, piece in enumerate(GAP.split(line(parting.item["text"]))):
        pieces.append(_gap(names[piece], bank) if place % 2 else piece)
    answers = {gap: accepted(parting.item["answers"][gap]) for gap in gaps}
    keys = [
        declared(names[gap], "single", "identifier", [f"w{bank.index(answers[gap][0]) + 1}"])
        if bank
        else declared(names[gap], "single", "string", answers[gap][:1], dict.fromkeys(answers[gap], 1))
        for gap in gaps
    ]
    rules = [matched(names[gap]) if bank else typed(names[gap]) for gap in gaps]
    told = node("rubricBlock", node("p", parting.prompt), view="candidate") if parting.prompt else None
    return _judged(parting, keys, node("itemBody", told, node("p", *pieces)), rules)


def _gap(name: str, bank: Sequence[str]) -> Node:
    if not bank:
        return node("textEntryInteraction", responseIdentifier=name, expectedLength="20")
    words = [node("inlineChoice", word, identifier=f"w{n}") for n, word in enumerate(bank, 1)]
    return node("inlineChoiceInteraction", *words, responseIdentifier=name, shuffle="true")


def _reflection(parting: Parting) -> list[Node]:
    told = line(parting.item.get("help") or "")
    asked = node("extendedTextInteraction", node("prompt", parting.prompt), responseIdentifier=RESPONSE)
    block = node("rubricBlock", node("p", told), view="candidate") if told else None
    return [declared(RESPONSE, "single", "string", ()), node("itemBody", block, asked)]


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
