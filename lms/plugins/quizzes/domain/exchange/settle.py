"""The last step in: what a reader made becomes a valid question of `quiz.yaml` with a lasting id, or is refused."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from lms import gettext as _
from lms.host.pictures import Fault, Rewrite, Rewritten
from lms.plugins.quizzes.domain.bank.pictured import MOST_KEPT
from lms.plugins.quizzes.domain.exchange import marks, pictures
from lms.plugins.quizzes.domain.exchange.draft import Draft, Entry, Found, Read
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


def settled(found: Iterable[Found], types: Types, rewrite: Rewrite) -> tuple[Entry, ...]:
    """Return what becomes of each question of a file; all its pictures are written anew at once."""
    read = [(draft, _read(draft, make)) for draft, make in found]
    fetched = [b"" if isinstance(made, Remark) else _fetched(draft) for draft, made in read]
    batch = list(dict.fromkeys(data for data in fetched if data))
    kept = dict(zip(batch, rewrite(batch), strict=True))
    return tuple(
        _refused(draft, made) if isinstance(made, Remark) else _entry(draft, made, types, kept.get(data))
        for (draft, made), data in zip(read, fetched, strict=True)
    )


def _refused(draft: Draft, why: Remark) -> Entry:
    return Entry(draft.place, draft.name[:LONGEST_NAME], refused=why, given=draft.given)


def _read(draft: Draft, make: Read) -> dict[str, Any] | Remark:
    try:
        made: dict[str, Any] = _bare(make(draft))
    except Refused as refusal:
        return refusal.remark
    return made


def _fetched(draft: Draft) -> bytes:
    try:
        return pictures.fetched(draft.picture.src, draft.files) if draft.picture else b""
    except pictures.Lost as lost:
        draft.lose(lost.code)
        return b""


def _pictured(draft: Draft, made: dict[str, Any], picture: Rewritten) -> dict[str, Any]:
    alt = pictures.shortened(draft.picture.alt) if draft.picture else ""
    if draft.picture and alt != draft.picture.alt:
        draft.lose("picture-alt-cut")
    if not alt:
        draft.lose("picture-alt")
    return {**made, "picture": {"file": f"media/{picture.name}", **({"alt": alt} if alt else {})}}


def _entry(draft: Draft, made: dict[str, Any], types: Types, picture: Rewritten | Fault | None) -> Entry:
    shown = picture if isinstance(picture, Rewritten) and len(picture.data) <= MOST_KEPT else None
    if picture and not shown:
        draft.lose("picture-unread")
    made = _pictured(draft, made, shown) if shown else made
    try:
        kind = _kind(made["type"], types)
        item, missing = _with_feedback(made)
        outcome, kept, tags = marks.read(draft.tags)
        item = {"id": content_id(made), **item, **kept}
        _must_fit(item, kind)
    except Refused as refusal:
        return _refused(draft, refusal.remark)
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
        picture=shown,
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
