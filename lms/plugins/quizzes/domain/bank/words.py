"""The words of bank questions: their texts, their translations beside the source, and how the list shows them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from lms import gettext as _
from lms.core.catalogue.api import direction, plain_faults
from lms.plugins.quizzes.api import QuestionType, Text
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.bank.listing import Listed, plain
from lms.plugins.quizzes.domain.source import ItemSource

LONGEST = 1000
MARKS = re.compile(r"\{[1-9]\d?\}|%\([a-z_]+\)s")
Said = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One text and its translation. `was` is the source that the translation was made of, where that is another."""

    name: str
    kind: str
    source: str
    text: str = ""
    was: str = ""
    error: str = ""

    @property
    def state(self) -> Literal["done", "changed", "missing"]:
        return "missing" if not self.text else "changed" if self.was else "done"


def source_of(kind: QuestionType[Any], item: Mapping[str, Any]) -> ItemSource | None:
    """Return the item of a bank question as its type reads it; None if the type has changed and cannot read it."""
    try:
        return kind.source.model_validate({**item, "id": "q", "outcome": "o"})
    except ValidationError:
        return None


def segments_of(kind: QuestionType[Any] | None, item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (kind, text) of everything that is translated, the prompt first."""
    source = source_of(kind, item) if kind else None
    if kind is None or source is None:
        return []
    told = [("picture", source.picture.alt)] if source.picture and source.picture.alt else []
    return [*([("prompt", source.prompt)] if source.prompt else []), *told, *kind.segments(source)]


def pairs_of(segments: Sequence[tuple[str, str]], said: Said) -> list[Pair]:
    """Return each text beside its translation."""
    found = []
    for number, (kind, source) in enumerate(segments, 1):
        kept = said.get(kind, {})
        was = kept["of"] if kept and kept["of"] != source else ""
        found.append(Pair(f"t{number}", kind, source, kept.get("text", ""), was))
    return found


def sent(pairs: Sequence[Pair], typed: Mapping[str, str]) -> list[Pair]:
    """Return the pairs as somebody sent them, each with what is wrong; what they send is a translation of what stands here."""
    found = []
    for pair in pairs:
        text = typed.get(pair.name, "").replace("\r\n", "\n").strip()
        found.append(Pair(pair.name, pair.kind, pair.source, text, error=_wrong(pair.source, text)))
    return found


def _wrong(source: str, text: str) -> str:
    if not text:
        return ""
    if len(text) > LONGEST:
        return _("Use at most %(most)s characters.", most=LONGEST)
    if sorted(MARKS.findall(source)) != sorted(MARKS.findall(text)):
        return _("Keep what stands in braces: %(marks)s.", marks=" ".join(MARKS.findall(source)) or "–")
    return " ".join(str(fault[1]) for fault in plain_faults(text))


def kept(pairs: Sequence[Pair]) -> dict[str, dict[str, str]]:
    """Return the translations of one language as a version keeps them."""
    return {pair.kind: {"of": pair.source, "text": pair.text} for pair in pairs if pair.text}


def coverage(kind: QuestionType[Any] | None, lent: Lent) -> frozenset[str]:
    """Return the languages in which all of a question is said."""
    segments = segments_of(kind, lent.item)
    full = (lang for lang, said in lent.words.items() if _is_full(segments, said))
    return frozenset({lent.lang, *full})


def _is_full(segments: Sequence[tuple[str, str]], said: Said) -> bool:
    return bool(segments) and all(pair.state == "done" for pair in pairs_of(segments, said))


def prompt_of(kind: QuestionType[Any] | None, lent: Lent, lang: str) -> Text:
    """Return what a question asks, marked with its language where that is not the one of the page."""
    own = next((str(lent.item[key]) for key in ("prompt", "title", "text") if lent.item.get(key)), "")
    if not own:
        return Text(str(kind.label) if kind else str(lent.item.get("type", "")))
    own = MARKS.sub("____", own)
    return Text(own) if lent.lang == lang else Text(own, lent.lang, direction(lent.lang))


def listed(kind: QuestionType[Any] | None, lent: Lent, lang: str, **more: Any) -> Listed:
    """Return a bank question as the list shows it."""
    texts = [text for _kind, text in segments_of(kind, lent.item)]
    texts += [said["text"] for words in lent.words.values() for said in words.values()]
    return Listed(
        key=lent.question,
        type=str(lent.item.get("type", "")),
        prompt=prompt_of(kind, lent, lang),
        sought=plain(" ".join(texts)),
        languages=coverage(kind, lent),
        number=lent.number,
        **more,
    )
