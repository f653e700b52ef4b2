"""Two questions that say the same: without what no format cares about, and without what was named as lost."""

from decimal import Decimal

from lms.plugins.quizzes.domain.types.cloze import GAP
from lms.plugins.quizzes.domain.types.multiple import Points


def line(text):
    return " ".join(str(text).split())


def plain(item):
    """The content of a question, whatever its ids are and however its defaults are written."""
    made = {
        "type": item["type"],
        "prompt": line(item.get("prompt") or ""),
        "feedback": {kind: line(text) for kind, text in item.get("feedback", {}).items() if text},
        "must_know": item.get("must_know", False),
        "pool": list(item.get("pool", ())),
    }
    return made | KINDS[item["type"]](item)


def _options(item):
    points = Points(**item.get("scoring", {}))
    return {
        "options": [(line(o["text"]), bool(o.get("correct")), line(o["feedback"])) for o in item["options"]],
        "share": Decimal(points.each_wrong) / points.each_right if item["type"] == "multiple" else None,
    }


def _matching(item):
    pairs = [(line(pair["left"]), line(pair["right"])) for pair in item["pairs"]]
    rights = {side for _left, side in pairs}
    extras = {line(extra["text"]) for extra in item.get("extra_right", ())}
    return {"pairs": pairs, "extras": extras - rights}


def _ordering(item):
    return {
        "steps": [line(step["text"]) for step in item["steps"]],
        "orders": bool(item.get("accept_also")),
        "by_pairs": item.get("scoring", {}).get("pairs", True),
    }


def _cloze(item):
    answers = {gap: [given] if isinstance(given, str) else list(given) for gap, given in item["answers"].items()}
    order = GAP.findall(item["text"])
    return {
        "prompt": "",
        "text": line(f"{item.get('prompt') or ''} {GAP.sub('{}', line(item['text']))}"),
        "bank": {line(word) for word in item["bank"]} if item.get("bank") else None,
        "answers": [list(dict.fromkeys(map(line, answers[gap]))) for gap in order],
    }


KINDS = {
    "single": _options,
    "multiple": _options,
    "truefalse": lambda item: {"answer": item["answer"]},
    "short": lambda item: {"accept": list(dict.fromkeys(map(line, item["accept"])))},
    "numeric": lambda item: {
        "answer": float(item["answer"]),
        "tolerance": float(item.get("tolerance", 0)),
        "unit": line(item.get("unit") or ""),
    },
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "reflection": lambda item: {"help": line(item.get("help") or "")},
}
TOUCHED = {
    "feedback": ("feedback",),
    "orders": ("orders",),
    "order-credit": ("by_pairs",),
    "weights": ("share",),
    "must-know": ("must_know",),
    "pool": ("pool",),
    "unit": ("unit", "prompt"),
    "outcome": (),
    "essay": (),
    "formula": (),
}
OTHER_KIND = {"as-matching", "as-short", "as-choice"}
"""Losses that make another question of it: that it can be read is all that can be asked."""


def same(before, after, codes):
    """Whether nothing is lost but what is named."""
    if OTHER_KIND & set(codes):
        return before["type"] != after["type"]
    assert set(codes) <= set(TOUCHED)
    left_out = {key for code in codes for key in TOUCHED[code]}
    one, two = ({k: v for k, v in plain(item).items() if k not in left_out} for item in (before, after))
    assert one == two
    return True
