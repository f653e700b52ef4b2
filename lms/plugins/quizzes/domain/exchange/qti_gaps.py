"""Gaps in QTI: text entries and inline choices, alone or several, and words that are dragged into a text."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms.plugins.quizzes.domain.exchange import texts
from lms.plugins.quizzes.domain.exchange.moodle_gaps import Gap, answers
from lms.plugins.quizzes.domain.exchange.numbers import number, value
from lms.plugins.quizzes.domain.exchange.qti_parts import Item
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.trees import Node

NUMBERS = frozenset({"integer", "float"})


def filled(item: Item, found: Sequence[Node]) -> Mapping[str, Any]:
    """Return the question of one or more gaps in a text.

    A single typed gap behind everything else is a number or a short answer; all others are a text with gaps.
    """
    item.name_rule()
    before, *after = _text(item, found).split(texts.MARK)
    alone = len(found) == 1 and found[0].name == "textEntryInteraction"
    if alone and item.declaration(found[0]).base in NUMBERS:
        return _numeric(item, found[0], before, after[0])
    if alone and not after[0].strip(" ."):
        return {"type": "short", "prompt": _asked(item, before), "accept": list(_typed(item, found[0]).right),
                "feedback": item.verdicts()}  # fmt: skip
    gaps = [_gap(item, node) for node in found]
    return _cloze(item, gaps, [before, *after])


def dragged(item: Item, node: Node) -> Mapping[str, Any]:
    """Return a text with gaps from one into which words are dragged."""
    words = {word.get("identifier"): item.words(word) for word in node.find("gapText", "gapImg")}
    places = list(node.find("gap"))
    if not all(words.values()):
        raise Refused("wordless")
    right: dict[str, str] = {}
    for pair in item.declaration(node).pairs:
        if len(pair) != 2 or pair[0] not in words or pair[1] in right:
            raise Refused("no-key")
        right[pair[1]] = words[pair[0]]
    if not places or any(place.get("identifier") not in right for place in places):
        raise Refused("no-key")
    pieces = _text(item, places).split(texts.MARK)
    gaps = [Gap("chosen", (right[place.get("identifier")],), tuple(words.values()), "", "") for place in places]
    own = node.one("prompt")
    return {**_cloze(item, gaps, pieces), "prompt": item.words(own) if own else ""}


def _text(item: Item, found: Sequence[Node]) -> str:
    marked = item.draft.asked(item.html(item.body, {id(node) for node in found}))
    if marked.count(texts.MARK) != len(found):
        raise Refused("gaps")
    return marked


def _asked(item: Item, text: str) -> str:
    return texts.line(f"{item.instructions} {text}")


def _cloze(item: Item, gaps: Sequence[Gap], pieces: Sequence[str]) -> Mapping[str, Any]:
    plain = [item.draft.gapless(piece) for piece in pieces]
    whole = "".join(f"{piece}{{{place}}}" for place, piece in enumerate(plain[:-1], 1)) + plain[-1]
    feedback = item.verdicts(partial=True)
    return {"type": "cloze", "prompt": item.instructions, "text": whole.strip(), **answers(item.draft, gaps),
            "feedback": feedback}  # fmt: skip


def _gap(item: Item, node: Node) -> Gap:
    if node.name == "textEntryInteraction":
        return _typed(item, node)
    words = {choice.get("identifier"): item.words(choice) for choice in node.find("inlineChoice")}
    declared = item.declaration(node)
    right = [
        name
        for name in declared.right or [key for key, worth in declared.mapping.items() if worth > 0]
        if name in words
    ]
    if not right:
        raise Refused("no-key")
    return Gap("chosen", (words[right[0]],), tuple(words.values()), "", "")


def _typed(item: Item, node: Node) -> Gap:
    declared = item.declaration(node)
    most = max(declared.mapping.values(), default=None)
    mapped = [key for key, worth in declared.mapping.items() if worth == most and worth > 0]
    if item.maps and any(0 < worth < (most or 0) for worth in declared.mapping.values()):
        item.draft.lose("partial")
    found = list(dict.fromkeys(texts.line(text) for text in (*declared.right, *mapped)))
    kept = [text for text in found if text]
    if not kept:
        raise Refused("no-key")
    return Gap("typed", tuple(kept), (), "", "")


def _numeric(item: Item, node: Node, before: str, after: str) -> Mapping[str, Any]:
    right = item.declaration(node).right
    if not right:
        raise Refused("no-key")
    answer = number(right[0])
    behind = after.strip()
    unit = next((found for found in item.body.find("span") if "unit" in found.get("class").split()), None)
    if unit is not None and item.words(unit) == behind:
        return _number(item, answer, _asked(item, before), behind)
    if behind.strip("."):
        item.draft.lose("blank")
        before = f"{before.strip()} ____ {behind}"
    return _number(item, answer, _asked(item, before), None)


def _number(item: Item, answer: Decimal, prompt: str, unit: str | None) -> Mapping[str, Any]:
    return {"type": "numeric", "prompt": prompt, "answer": value(answer), "tolerance": value(_tolerance(item, answer)),
            "unit": unit, "feedback": item.verdicts()}  # fmt: skip


def _tolerance(item: Item, answer: Decimal) -> Decimal:
    for equal in item.top.find("equal"):
        parts = equal.get("tolerance").split()
        mode = equal.get("toleranceMode")
        if not parts or mode not in {"absolute", "relative"}:
            continue
        if len(set(parts)) > 1:
            item.draft.lose("rule")
        found = abs(number(parts[0]))
        return found if mode == "absolute" else abs(answer) * found / 100
    return Decimal(0)
