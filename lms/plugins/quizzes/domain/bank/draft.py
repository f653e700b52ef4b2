"""A question as an author writes it: from the form to an item, with everything that is wrong with it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from lms import lazy_gettext as L_
from lms.core.catalogue.api import plain_faults, read_yaml
from lms.plugins.quizzes.api import QuestionType
from lms.plugins.quizzes.domain.bank.controls import Control, controls_of, flat, placed
from lms.plugins.quizzes.domain.bank.pictured import NAME, Shown
from lms.plugins.quizzes.domain.bank.shape import COMMON, Slot, Unshaped, shape_of
from lms.plugins.quizzes.domain.bank.written import Raw, changed, compact, item_of, padded, raw_from, raw_of
from lms.plugins.quizzes.domain.faults import flaws_of
from lms.plugins.quizzes.domain.source import Flaw

YAML = "yaml"
HEAD = ("tags", "outcome", "review_due")
MOST_TAGS, LONGEST_TAG, LONGEST_OUTCOME, LONGEST_YAML = 12, 40, 200, 20_000
AS_YAML = Slot(YAML, "text")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form of one question.

    Args:
        kind: its type.
        raw: what stands in the form.
        head: tags, outcome and review date, as typed.
        lang: the language that it is written in.
        picture: its picture.

    """

    kind: QuestionType[Any]
    raw: Raw
    head: Mapping[str, str]
    lang: str
    picture: Shown = field(default_factory=Shown)

    @classmethod
    def blank(cls, kind: QuestionType[Any], lang: str) -> "Draft":
        slots = slots_of(kind)
        return cls(kind, padded(slots, raw_of(slots, {})), dict.fromkeys(HEAD, ""), lang)

    @classmethod
    def of(cls, kind: QuestionType[Any], item: Mapping[str, Any], head: Mapping[str, str], lang: str) -> "Draft":
        slots = slots_of(kind)
        raw = _as_yaml(item) if slots == (AS_YAML,) else raw_of(slots, item)
        return cls(kind, raw, head, lang, Shown.of(item))

    @classmethod
    def sent(cls, kind: QuestionType[Any], values: Mapping[str, Sequence[str]], lang: str) -> "Draft":
        """Read a posted form, with a row more or less if a button asked for that."""
        slots = slots_of(kind)
        first = {name: next(iter(values.get(name, ())), "").strip() for name in (*HEAD, "add", "drop")}
        raw = changed(slots, raw_from(slots, values), add=first["add"], drop=first["drop"])
        return cls(kind, raw, {name: first[name] for name in HEAD}, lang, _shown(values))

    @property
    def tags(self) -> list[str]:
        found = (" ".join(tag.split()) for tag in self.head["tags"].replace("،", ",").split(","))
        return list(dict.fromkeys(tag for tag in found if tag))

    @property
    def review_due(self) -> date | None:
        """The day, or None if there is none or it cannot be read."""
        try:
            return date.fromisoformat(self.head["review_due"])
        except ValueError:
            return None

    def settled(self) -> "Draft":
        """Return it without empty rows: this is what is checked, shown again and kept."""
        return replace(self, raw=compact(slots_of(self.kind), self.raw))

    def controls(self) -> list[Control]:
        """Return the controls, with at least as many rows as the type needs."""
        slots = slots_of(self.kind)
        return controls_of(slots, padded(slots, self.raw))

    def item(self) -> tuple[dict[str, Any], list[Flaw]]:
        """Return the item of a settled draft, and why it is none; its type is the first key."""
        made: Any
        slots = slots_of(self.kind)
        if slots != (AS_YAML,):
            made = item_of(slots, self.raw)
        else:
            loaded = read_yaml(self.raw[YAML][:LONGEST_YAML], "")
            made = loaded.data
            if loaded.problems or not isinstance(made, dict):
                return {}, [Flaw((YAML,), p.code, p.message, p.mend, values=p.values) for p in loaded.problems] or [
                    _NO_ITEM
                ]
            if "picture" in made:
                return {}, [_NO_PICTURE]
        return {"type": self.kind.key, **without_common(made), **self.picture.item()}, []

    def flaws(self) -> list[Flaw]:
        """Return everything to mend, errors and advice."""
        item, wrong = self.item()
        alone = [_ALT_ALONE] if self.picture.alt and not self.picture.name else []
        return [*self._head_flaws(), *alone, *(wrong or flaws_in(self.kind, item))]

    def _head_flaws(self) -> list[Flaw]:
        found = []
        if len(self.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in self.tags):
            values = {"most": MOST_TAGS, "longest": LONGEST_TAG}
            found.append(Flaw(("tags",), "bank-tags", _TAGS, _TAGS_MEND, values=values))
        if len(self.head["outcome"]) > LONGEST_OUTCOME:
            found.append(Flaw(("outcome",), "bank-outcome", L_("This is too long."), L_("Write the id of an outcome.")))
        if self.head["review_due"] and self.review_due is None:
            typed = {"input": self.head["review_due"][:40]}
            found.append(Flaw(("review_due",), "quiz-date", _DATE, L_("Write it as 2027-05-22."), values=typed))
        return found


_NO_ITEM = Flaw(
    (YAML,),
    "bank-no-item",
    L_("This is not a group of keys and values."),
    L_("Compare it with another question of this kind."),
)
_NO_PICTURE = Flaw(
    (YAML,),
    "bank-picture",
    L_("The picture does not stand in this text."),
    L_("Take the line out: the picture has fields of its own, below."),
)
_ALT_ALONE = Flaw(
    ("picture", "file"),
    "bank-no-picture",
    L_("There is a description, but no picture."),
    L_("Choose the file of the picture, or take its description out."),
)
_TAGS = L_("There are at most %(most)s tags, each of at most %(longest)s characters.")
_TAGS_MEND = L_("Shorten them, or take some out.")
_DATE = L_("“%(input)s” is not a date.")


def _shown(values: Mapping[str, Sequence[str]]) -> Shown:
    name, alt = (next(iter(values.get(f"picture.{key}", ())), "").strip() for key in ("name", "alt"))
    return Shown(name if NAME.fullmatch(name) else "", " ".join(alt.split()))


def _as_yaml(item: Mapping[str, Any]) -> Raw:
    from lms.plugins.quizzes.domain.exchange.quizfile import as_yaml

    return {YAML: as_yaml(without_common(item))}


def slots_of(kind: QuestionType[Any]) -> tuple[Slot, ...]:
    """Return the slots of a type; one field for its item as YAML, where plain controls cannot hold it."""
    try:
        return shape_of(kind.source)
    except Unshaped:
        return (AS_YAML,)


def without_common(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an item that its type has controls for."""
    return {key: value for key, value in item.items() if key not in COMMON}


def flaws_in(kind: QuestionType[Any], item: Mapping[str, Any]) -> list[Flaw]:
    """Return what is wrong with the content of an item."""
    try:
        common = {"id": "q", "type": kind.key, "outcome": "o", **Shown.of(item).item()}
        source = kind.source.model_validate({**without_common(item), **common})
    except ValidationError as error:
        return list(flaws_of(error))
    texts = [source.prompt, *(text for _kind, text in kind.segments(source))]
    texts += [source.picture.alt] if source.picture else []
    faults = [Flaw((), *fault[:3], values=fault[3]) for text in texts for fault in plain_faults(text)]
    return [*kind.problems(source), *faults]


class DraftForm:
    """A draft on its page: controls with what is wrong, and a summary that leads to each."""

    def __init__(
        self, draft: Draft, key: str, *, checked: bool = False, refused: str = "", unread: Flaw | None = None
    ) -> None:
        """Take the draft, the key against sending twice, whether it was sent to be checked, and a picture's fault."""
        self.draft, self.key = draft, key
        self.controls = draft.controls()
        self.head = {name: Control(name, "line", "", value, needed=False) for name, value in draft.head.items()}
        self.file = Control("picture.file", "file", "")
        self.alt = Control("picture.alt", "line", "", draft.picture.alt)
        errors = [flaw for flaw in draft.flaws() if flaw.severity == "error"] if checked else []
        if unread:
            errors = [unread, *(flaw for flaw in errors if flaw.path != unread.path)]
        self.everything = [*self.controls[:1], self.file, self.alt, *self.controls[1:], *self.head.values()]
        self.whole = [*([refused] if refused else []), *placed(self.everything, errors)]

    @property
    def wrong(self) -> bool:
        return bool(self.summary())

    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, message) for everything that is wrong, in the order of the page."""
        found = [("", text) for text in self.whole]
        return found + [(control.target, text) for control in flat(self.everything) for text in control.errors]
