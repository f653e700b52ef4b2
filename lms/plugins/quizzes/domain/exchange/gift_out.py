"""Our questions as GIFT. Every text is marked as plain, so that no other program takes a sign in it for markup."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lms.plugins.quizzes.domain.exchange import marks, weights
from lms.plugins.quizzes.domain.exchange.draft import BLANK
from lms.plugins.quizzes.domain.exchange.numbers import written
from lms.plugins.quizzes.domain.exchange.out import Parting, Written, accepted, by_kind, each, line, not_held
from lms.plugins.quizzes.domain.exchange.patterns import guarded
from lms.plugins.quizzes.domain.types.cloze import GAP

_TAKEN = re.compile(r"%|\[(?:html|moodle|plain|markdown)\]", re.IGNORECASE)
_SPECIAL = re.compile(r"([~=#{}:\\])")


def write(partings: Iterable[Parting]) -> tuple[bytes, Written[str]]:
    """Return a file, and what became of each question."""
    made = each(partings, _question)
    return "\n".join(made.parts).encode(), made


def escaped(text: object) -> str:
    """Return a text whose signs mean nothing to GIFT."""
    return _SPECIAL.sub(r"\\\1", line(text))


def safe(text: object) -> str:
    """Return a text of an answer, which must not begin like a weight or the name of a format either."""
    return ("[plain]" if _TAKEN.match(line(text)) else "") + escaped(text)


def _unarrowed(parting: Parting, text: object) -> str:
    """Return a text that does not look like a pair, which GIFT has no way to say."""
    if "->" in line(text):
        parting.lose("arrow")
    return line(text).replace("->", "→")


def _question(parting: Parting) -> str:
    tags = "".join(f" [tag:{_bracketed(tag)}]" for tag in marks.tags(parting.item))
    prompt, answers = by_kind(parting, _WRITERS)
    return f"// [id:{_bracketed(parting.name)}]{tags}\n::{escaped(parting.name)}::[plain]{prompt}{{\n{answers}\n}}\n"


def _bracketed(text: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", text)


def _rows(rows: Iterable[tuple[str, str]], feedback: Sequence[str]) -> str:
    return "\n".join(
        f"\t{start}{safe(text)}{f' # {safe(said)}' if said else ''}"
        for (start, text), said in zip(rows, feedback, strict=True)
    )


def _single(parting: Parting) -> tuple[str, str]:
    rows = [("=" if option.get("correct") else "~", option["text"]) for option in parting.item["options"]]
    return escaped(parting.prompt), _rows(rows, [option["feedback"] for option in parting.item["options"]])


def _multiple(parting: Parting) -> tuple[str, str]:
    found, exact = weights.weights(dict(parting.item))
    if not exact:
        parting.lose("weights")
    signs = [f"~%{weights.written(weight)}%" if weight else "~" for weight in found]
    options = parting.item["options"]
    rows = list(zip(signs, [option["text"] for option in options], strict=True))
    return escaped(parting.prompt), _rows(rows, [option["feedback"] for option in options])


def _truefalse(parting: Parting) -> tuple[str, str]:
    side = "TRUE" if parting.item["answer"] else "FALSE"
    said = f"#{safe(parting.said('incorrect'))}#{safe(parting.said('correct'))}"
    return escaped(parting.prompt), f"{side}{said}"


def _short(parting: Parting) -> tuple[str, str]:
    return escaped(parting.prompt), _accepts(parting, accepted(parting.item["accept"]))


def _accepts(parting: Parting, answers: Sequence[str]) -> str:
    rows = [("=", guarded(_unarrowed(parting, answer))) for answer in answers]
    said = [parting.said("correct")] * len(rows)
    return _rows([*rows, ("=%0%", "*")], [*said, parting.said("incorrect")])


def _numeric(parting: Parting) -> tuple[str, str]:
    prompt = parting.prompt
    if unit := line(parting.item.get("unit") or ""):
        parting.lose("unit")
        prompt = f"{prompt} ({unit})"
    number, tolerance = written(parting.item["answer"]), written(parting.item.get("tolerance", 0))
    right = f"#\n\t={number}:{tolerance} # {safe(parting.said('correct'))}"
    return escaped(prompt), f"{right}\n\t~ # {safe(parting.said('incorrect'))}"


def _matching(parting: Parting) -> tuple[str, str]:
    rows = [(pair["left"], pair["right"]) for pair in parting.item["pairs"]]
    return escaped(parting.prompt), _matches(
        parting, rows, [row["text"] for row in parting.item.get("extra_right", ())]
    )


def _matches(parting: Parting, rows: Sequence[tuple[object, object]], extras: Iterable[object]) -> str:
    if parting.said("correct") != parting.said("incorrect"):
        parting.lose("feedback")
    every = [*rows, *(("", extra) for extra in extras)]
    sides = [(safe(_unarrowed(parting, left)), safe(_unarrowed(parting, right))) for left, right in every]
    lines = [f"\t={left} -> {right}" for left, right in sides]
    return "\n".join([*lines, f"\t####{safe(parting.said('correct'))}"])


def _ordering(parting: Parting) -> tuple[str, str]:
    parting.lose("as-matching")
    parting.lose_order()
    rows = [(number, step["text"]) for number, step in enumerate(parting.item["steps"], 1)]
    return escaped(parting.prompt), _matches(parting, rows, ())


def _cloze(parting: Parting) -> tuple[str, str]:
    gaps = sorted(parting.item["answers"], key=int)
    answers: dict[str, Any] = parting.item["answers"]
    text = line(f"{parting.prompt} {line(parting.item['text'])}")
    if bank := parting.item.get("bank"):
        parting.lose("as-matching")
        rows = [(f"({gap})", accepted(answers[gap])[0]) for gap in gaps]
        extras = [word for word in map(line, bank) if word not in {right for _left, right in rows}]
        return escaped(GAP.sub(rf"(\1) {BLANK}", text)), _matches(parting, rows, extras)
    if len(gaps) > 1:
        raise not_held(parting)
    parting.lose("as-short")
    if parting.said("partial"):
        parting.lose("feedback")
    return escaped(GAP.sub(BLANK, text)), _accepts(parting, accepted(answers[gaps[0]]))


def _reflection(parting: Parting) -> tuple[str, str]:
    said = line(parting.item.get("help") or "")
    return escaped(parting.prompt), f"####{safe(said)}" if said else ""


_WRITERS = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "short": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "reflection": _reflection,
}
