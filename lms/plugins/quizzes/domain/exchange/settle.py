"""The last step in: what a reader made becomes a valid question of `quiz.yaml` with a lasting id, or is refused."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from lms import gettext as _
from lms.plugins.quizzes.domain.exchange import marks
from lms.plugins.quizzes.domain.exchange.draft import Draft, Entry, Found
from lms.plugins.quizzes.domain.exchange.remarks import Refused, Remark, filled
from lms.plugins.quizzes.domain.faults import flaws_of
from lms.plugins.quizzes.domain.quiz import Types
from lms.plugins.quizzes.domain.source import Flaw

LONGEST_NAME = 120
VERDICTS = {
    "truefalse": ("correct", "incorrect"),
    "matching": ("correct", "incorrect"),
    "numeric": ("correct", "incorrect"),
    "short": ("correct", "incorrect"),
    "ordering": ("correct", "partial", "incorrect"),
    "cloze": ("correct", "incorrect"),
}


def settled(found: Iterable[Found], types: Types) -> tuple[Entry, ...]:
    """Return what becomes of each question of a file."""
    return tuple(_entry(draft, read, types) for draft, read in found)


def _entry(draft: Draft, read: Any, types: Types) -> Entry:
    try:
        made = _bare(read(draft))
        kind = _kind(made["type"], types)
        item, missing = _with_feedback(made)
        outcome, kept, tags = marks.read(draft.tags)
        item = {"id": content_id(made), **item, **kept}
        _must_fit(item, kind)
    except Refused as refusal:
        return Entry(draft.place, draft.name[:LONGEST_NAME], refused=refusal.remark, given=draft.given)
    return Entry(
        place=draft.place,
        name=draft.name[:LONGEST_NAME],
        item=item,
        losses=tuple(sorted(draft.losses.values(), key=lambda loss: loss.code)),
        to_write=missing,
        given=draft.given,
        tags=tags,
        category=draft.category,
        outcome=outcome,
    )


def _kind(name: str, types: Types) -> Any:
    if name not in types:
        raise Refused("absent-kind", kind=name)
    return types[name]


def refused_file(remark: Remark) -> tuple[Entry, ...]:
    """Return the one result of a file that is refused as a whole."""
    return (Entry(0, "", refused=remark),)


def content_id(item: Mapping[str, Any]) -> str:
    """Return an id that is the same for the same content, whatever file it comes in."""
    content = json.dumps(_bare(item), sort_keys=True, ensure_ascii=False, default=str)
    return f"i{sha256(content.encode()).hexdigest()[:12]}"


def _bare(value: Any) -> Any:
    """Leave out what is empty, so that it does not matter how a format says nothing."""
    if isinstance(value, Mapping):
        return {key: _bare(inner) for key, inner in value.items() if inner not in (None, "", [], {}, ())}
    return [_bare(inner) for inner in value] if isinstance(value, list | tuple) else value


def _with_feedback(item: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """Put a plain sentence where a file gives no feedback, and count them."""
    sentences = {
        "correct": _("This fits. Read in the lesson why."),
        "partial": _("Part of this fits. Read in the lesson what is missing."),
        "incorrect": _("Another answer fits better. Read in the lesson why."),
    }
    found = dict(item)
    missing = 0
    if "options" in found:
        rows = []
        for option in found["options"]:
            missing += "feedback" not in option
            said = option.get("feedback", sentences["correct" if option.get("correct") else "incorrect"])
            rows.append({**option, "feedback": said})
        found["options"] = rows
    if wanted := VERDICTS.get(found["type"]):
        given = found.get("feedback", {})
        missing += sum(kind not in given for kind in wanted)
        found["feedback"] = {kind: given.get(kind, sentences[kind]) for kind in wanted} | given
    return found, missing


def _must_fit(item: Mapping[str, Any], kind: Any) -> None:
    try:
        source = kind.source.model_validate({**item, "outcome": "o"})
        flaws: list[Flaw] = [flaw for flaw in kind.problems(source) if flaw.severity == "error"]
    except ValidationError as error:
        flaws = list(flaws_of(error))
    if flaws:
        first = flaws[0]
        raise Refused("unfit", what=filled(first.message, first.values), how=filled(first.mend, first.values))
