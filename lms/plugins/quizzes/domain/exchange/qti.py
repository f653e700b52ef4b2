"""QTI 2 and 3: one question a file. What is between its interactions is XHTML; the names of 3.0 are read as those of 2."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from lms.plugins.quizzes.domain.exchange import qti_gaps, texts
from lms.plugins.quizzes.domain.exchange.draft import Draft, Found, options, pairs, spread
from lms.plugins.quizzes.domain.exchange.qti_parts import Item, names
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.trees import Node
from lms.plugins.quizzes.domain.exchange.weights import scoring

PARTS = frozenset({"assessmentTest", "assessmentSection", "manifest", "assessmentResult", "assessmentStimulus",
                   "responseProcessing", "outcomeDeclaration", "testResult"})  # fmt: skip
GAPS = frozenset({"inlineChoiceInteraction", "textEntryInteraction"})
_UPPER = re.compile(r"-([a-z])")


def read(root: Node) -> Iterator[Found]:
    """Yield the question of a file.

    Raises:
        Refused: it is QTI without a question, or no QTI.

    """
    top = two(root)
    if top.name == "questestinterop":
        raise Refused("old-qti")
    if top.name in PARTS:
        raise Refused("package-part")
    if top.name != "assessmentItem":
        raise Refused("unknown-format")
    tags = [tag for part in top.get("label").split(";") if (tag := texts.line(part))]
    yield Draft(1, texts.line(top.get("title")), top.get("identifier"), tags), partial(_question, top=top)


def two(root: Node) -> Node:
    """Return a tree in which names of QTI 3 are those of QTI 2."""
    for node in root.walk():
        if node.name.startswith("qti-"):
            node.name = _camel(node.name.removeprefix("qti-"))
            node.given = {_camel(name): value for name, value in node.given.items()}
    return root


def _camel(name: str) -> str:
    return _UPPER.sub(lambda found: found[1].upper(), name)


def _question(draft: Draft, top: Node) -> Mapping[str, Any]:
    if any(True for _template in top.find("templateDeclaration", "templateProcessing")):
        raise Refused("template")
    item = Item(draft, top)
    if top.get("adaptive") == "true":
        draft.lose("rule")
    found = item.interactions
    if not found:
        raise Refused("description")
    if all(node.name in GAPS for node in found):
        return qti_gaps.filled(item, found)
    if len(found) > 1:
        raise Refused("composite")
    if found[0].name not in READERS:
        raise Refused("no-kind", kind=found[0].name.removesuffix("Interaction"))
    item.name_rule()
    return {"prompt": item.prompt(found[0]), **READERS[found[0].name](item, found[0])}


def _choice(item: Item, node: Node) -> Mapping[str, Any]:
    rows = list(node.find("simpleChoice"))
    ids = [row.get("identifier") for row in rows]
    declared = item.declaration(node)
    mapping = declared.mapping
    right = set(declared.right) or {key for key, worth in mapping.items() if worth > 0}
    if not right & set(ids):
        raise Refused("no-key")
    if sorted(ids) == ["false", "true"] and len(right) == 1 and item.says_true_and_false(rows):
        return {"type": "truefalse", "answer": right == {"true"}, "feedback": item.verdicts()}
    made = [(item.words(row), name in right, item.said_of(row, right=name in right))
            for row, name in zip(rows, ids, strict=True)]  # fmt: skip
    found = spread(options(made, names(ids)), "")
    item.name_other_feedback(ids)
    several = declared.cardinality == "multiple" and node.get("maxChoices", "0") != "1"
    if not several and len(right) == 1:
        if item.maps and any(worth > 0 for name, worth in mapping.items() if name not in right):
            item.draft.lose("partial")
        return {"type": "single", "options": found}
    return {"type": "multiple", "options": found, "scoring": _points(item, ids, right, mapping, declared.otherwise)}


def _points(item: Item, ids: list[str], right: set[str], mapping: Mapping[str, Any], otherwise: Any) -> Any:
    if not item.maps or not mapping:
        item.draft.lose("rule")
        return None
    worth = [mapping.get(name, otherwise) for name in ids]
    full = sum(value for name, value in zip(ids, worth, strict=True) if name in right)
    if full <= 0 or any((value > 0) != (name in right) for name, value in zip(ids, worth, strict=True)):
        item.draft.lose("weights")
        return None
    points, exact = scoring([value * 100 / full for value in worth])
    if not exact:
        item.draft.lose("weights")
    return points


def _order(item: Item, node: Node) -> Mapping[str, Any]:
    rows = {row.get("identifier"): item.words(row) for row in node.find("simpleChoice")}
    right = item.declaration(node).right
    if sorted(right) != sorted(rows) or not right:
        raise Refused("no-key")
    own = names(right)
    steps = [{"id": own[place], "text": rows[name]} for place, name in enumerate(right)]
    return {"type": "ordering", "steps": steps, "scoring": {"exact": 1, "pairs": False},
            "feedback": item.verdicts(partial=True)}  # fmt: skip


def _match(item: Item, node: Node) -> Mapping[str, Any]:
    sets = list(node.find("simpleMatchSet"))
    if len(sets) != 2:
        raise Refused("gaps")
    first, second = (
        {row.get("identifier"): item.words(row) for row in side.find("simpleAssociableChoice")} for side in sets
    )
    declared = item.declaration(node)
    found = declared.pairs or [tuple(key.split()) for key, worth in declared.mapping.items() if worth > 0]
    right = [pair for pair in found if len(pair) == 2 and pair[0] in first and pair[1] in second]
    if not right:
        raise Refused("no-key")
    if len({left for left, _right in right}) != len(right):
        first, second = second, first
        right = [(two, one) for one, two in right]
    matched = dict(right)
    if len(matched) != len(right) or set(matched) != set(first):
        raise Refused("no-kind", kind="match")
    rows = [(first[left], second[matched[left]]) for left in first]
    extras = [("", text) for name, text in second.items() if name not in matched.values()]
    return {"type": "matching", **pairs([*rows, *extras]), "feedback": item.verdicts()}


def _essay(item: Item, node: Node) -> Mapping[str, Any]:
    if item.top.one("responseProcessing") or item.declaration(node).right or item.declaration(node).mapping:
        item.draft.lose("essay")
    item.name_other_feedback(())
    return {"type": "reflection", "help": item.instructions}


READERS = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "extendedTextInteraction": _essay,
    "gapMatchInteraction": qti_gaps.dragged,
}
